"""A PDF is an invoice when it carries one as XML; what it carries is never trusted."""

import io
from pathlib import Path

import pypdf
import pytest

from acquit.billing.formats import read_file
from tests.billing.test_formats_einvoice import CII, CORPUS, cents, listed, written

NO_XML = "einvoice/facturx-pdf/zugferd__MustangGnuaccountingBeispielRE-20170509_505PDF14.pdf"


def read(file: str):
    return read_file((CORPUS / file).read_bytes(), Path(file).name)[0]


def attachment(file: str) -> bytes:
    found = pypdf.PdfReader(CORPUS / file).attachments
    names = sorted((n for n in found if n.lower() in ("factur-x.xml", "zugferd-invoice.xml")), key=str.casefold)
    return found[names[0]][0]


@pytest.mark.parametrize("file", [f for f in listed("accept", "einvoice/facturx-pdf/") if f != NO_XML])
def test_a_good_pdf_gives_the_totals_of_its_xml(file):
    w = written(attachment(file))
    sheet = read(file)
    assert (sheet.source, sheet.errors) == ("facturx", ())
    (claim,) = sheet.claims
    assert (claim.number, claim.open) == (w["number"], abs(cents(w["DuePayableAmount"])))
    assert claim.total == max(abs(cents(w["GrandTotalAmount"])), claim.open)
    assert (claim.kind == "credit_note") == (cents(w["GrandTotalAmount"]) < 0)
    assert claim.file == Path(file).name


@pytest.mark.parametrize("file", [NO_XML, *listed("suspect", "einvoice/plain-pdf/"), *listed("accept", "pdf/samples/")])
def test_a_pdf_without_an_invoice_says_so(file):
    if not CORPUS.exists():
        pytest.skip("no corpus")
    sheet = read(file)
    assert sheet.claims == ()
    assert "Factur-X" in str(sheet.errors[0])


@pytest.mark.parametrize(
    "file", listed("suspect", "einvoice/facturx-pdf/", "pdf/") + listed("hostile", "hostile/pdf/", "made/pdf/")
)
def test_a_suspect_or_hostile_pdf_is_read_or_refused_but_never_breaks(file):
    sheet = read(file)
    assert len(sheet.claims) + bool(sheet.errors) == 1


def pdf(*attachments: tuple[str, bytes], compress: bool = False) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in attachments:
        writer.add_attachment(name, content)
    if compress:
        for number, found in enumerate(writer._objects):
            if isinstance(found, pypdf.generic.DecodedStreamObject):
                writer._objects[number] = found.flate_encode()
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["factur-x.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml"])
def test_the_names_an_attachment_may_have(name):
    (sheet,) = read_file(pdf(("terms.txt", b"x"), (name, CII.encode()), compress=True), "f.pdf")
    assert (sheet.source, sheet.claims[0].number) == ("facturx", "F2026-0001")


def test_a_bomb_is_cut_off_while_it_inflates():
    content = pdf(("factur-x.xml", b"<a>" + b" " * (80 * 1024 * 1024)), compress=True)
    assert len(content) < 200_000
    (sheet,) = read_file(content, "bomb.pdf")
    assert sheet.claims == ()
    assert "démesuré" in str(sheet.errors[0])


def test_two_invoices_in_one_pdf_are_said():
    (sheet,) = read_file(pdf(("ZUGFeRD-invoice.xml", b"<old/>"), ("factur-x.xml", CII.encode())), "f.pdf")
    assert sheet.claims[0].number == "F2026-0001"
    assert "factur-x.xml" in str(sheet.warnings[0])


def test_an_attachment_that_is_no_invoice_is_said():
    (sheet,) = read_file(pdf(("factur-x.xml", b"<svg/>")), "f.pdf")
    assert "factur-x.xml" in str(sheet.errors[0])


def test_a_pdf_with_a_password_is_said():
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(("factur-x.xml", CII.encode()))))
    writer.encrypt("secret", algorithm="RC4-40")
    stream = io.BytesIO()
    writer.write(stream)
    assert "mot de passe" in str(read_file(stream.getvalue(), "f.pdf")[0].errors[0])


@pytest.mark.parametrize("cut", [9, 60, 300, 900, 2000, -200, -30])
def test_a_cut_pdf_is_refused(cut):
    (sheet,) = read_file(pdf(("factur-x.xml", CII.encode()))[:cut], "f.pdf")
    assert len(sheet.claims) + bool(sheet.errors) == 1
