"""Files that others made, brought into a firm: what can be read is recorded whole, what cannot writes nothing."""

import csv
import io
import zipfile

import pytest

from acquit.billing import actions, queries
from acquit.billing.choices import Choices
from acquit.billing.models import Invoice
from acquit.billing.preview import preview
from acquit.mailroom.models import Paper
from acquit.parties.models import Customer
from acquit.receivables.models import Payment, Receivable, Standing
from acquit.rules.refusal import Refused
from tests.billing.test_import import HEADER, ROWS, bring, table
from tests.conftest import CORPUS

FEC = "made/fec/552100554FEC20251231.txt"
NO_INVOICES = ("order-x-basic.xml", "order-x-comfort.xml", "MustangGnuaccountingBeispielRE-20170509_505PDF14.pdf")
"""Two orders and a PDF without XML: readable, and nothing in them is owed."""

UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">
<cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-09-01</cbc:IssueDate><cbc:DueDate>2026-10-01</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party>
<cac:PartyLegalEntity><cbc:RegistrationName>{seller}</cbc:RegistrationName>
<cbc:CompanyID schemeID="0002">{siren}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party>
<cac:PartyLegalEntity><cbc:RegistrationName>{buyer}</cbc:RegistrationName></cac:PartyLegalEntity>
</cac:Party></cac:AccountingCustomerParty>
<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">{total}</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">{total}</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">{total}</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>"""


def ubl(number="F-2026-001", buyer="SARL Dupont", total="1200.00", seller="Atelier Lumen", siren="552100554"):
    return UBL.format(number=number, buyer=buyer, total=total, seller=seller, siren=siren).encode()


def listed(*wishes: str, under: tuple[str, ...]) -> list[str]:
    """Corpus files by what is expected of them."""
    if not CORPUS.is_dir():
        return []
    rows = csv.DictReader((CORPUS / "MANIFEST.csv").read_text("utf-8").splitlines())
    return [r["file"] for r in rows if r["expect"] in wishes and r["file"].startswith(under)]


def given(file: str) -> tuple[str, bytes]:
    return file.rsplit("/", 1)[-1], (CORPUS / file).read_bytes()


def written() -> tuple[int, ...]:
    return tuple(m.objects.count() for m in (Invoice, Receivable, Payment, Customer, Standing))


# --- the same invoice in a table, then as a document


def test_an_invoice_of_a_table_is_recognised_when_its_document_comes(in_lumen, by):
    bring(in_lumen, by, ("factures.csv", table(*ROWS)))

    _, outcome = bring(in_lumen, by, ("F-2026-001.xml", ubl()))

    assert (outcome.created, outcome.duplicates, outcome.customers_created) == (0, 1, 0)


def test_an_archive_of_all_sorts_makes_each_invoice_once_and_keeps_its_document(in_lumen, by):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("factures.csv", table(*ROWS))
        archive.writestr("F-2026-001.xml", ubl())
        archive.writestr("F-2026-090.xml", ubl("F-2026-090", "Garage Petit", "10.00"))

    _, outcome = bring(in_lumen, by, ("tout.zip", body.getvalue()))

    assert (outcome.created, outcome.duplicates, outcome.customers_created) == (5, 1, 3)
    assert Receivable.objects.get(reference="F-2026-001").paper.name == "F-2026-001.xml"
    assert Receivable.objects.get(reference="F-2026-002").paper is None
    assert set(Paper.objects.values_list("name", flat=True)) == {"tout.zip", "F-2026-001.xml", "F-2026-090.xml"}


@pytest.mark.parametrize(("siren", "errors"), [("552100554", 0), ("404833048", 1)])
def test_an_invoice_of_another_firm_is_refused(in_lumen, by, siren, errors):
    in_lumen.siren = siren
    in_lumen.save()

    seen = preview(in_lumen, [("F-1.xml", ubl(seller="Maison Martin"))], Choices(), by)

    assert len(seen.errors) == errors
    assert all("Maison Martin" in str(reason) for reason in seen.errors)


def test_a_firm_without_identifiers_is_warned(in_lumen, by):
    seen = preview(in_lumen, [("F-1.xml", ubl())], Choices(), by)

    assert any("n’est pas vérifié" in str(warning) for warning in seen.warnings)


# --- rejected rows


def test_rejected_rows_come_back_with_their_reasons_and_without_formulas(in_lumen, by):
    bad = "F-9;=cmd|' /C calc'!A0;PETIT;;31/02/2026;;abc;"
    batch, _ = bring(in_lumen, by, ("f.csv", table(ROWS[0], bad)), skip_errors=True)

    rows = list(csv.DictReader(io.StringIO(queries.rejected_csv(in_lumen, batch)), delimiter=";"))

    assert [*rows[0]] == [*HEADER.split(";"), "Fichier", "Motif du rejet"]
    assert (rows[0]["Client"], rows[0]["N° facture"]) == ("'=cmd|' /C calc'!A0", "F-9")
    assert "31/02/2026" in rows[0]["Motif du rejet"]


def test_columns_chosen_once_are_remembered(in_lumen, by):
    header = "Repère;Client;Date;Échéance;Somme"
    file = ("drôle.csv", table("F-1;Dupont SARL;01/09/2026;01/10/2026;100,00", header=header))
    seen = preview(in_lumen, [file], Choices(), by)
    chosen = {**seen.sheets[0].mapping, "number": "Repère", "total": "Somme"}
    bring(in_lumen, by, file, mappings={seen.sheets[0].signature: chosen})

    again = preview(in_lumen, [("suite.csv", file[1].replace(b"F-1", b"F-2"))], Choices(), by)

    assert (again.sheets[0].mapping["number"], again.sheets[0].mapping["total"]) == ("Repère", "Somme")
    assert [line.number for line in again.lines] == ["F-2"]


# --- the corpus


@pytest.mark.parametrize("file", listed("accept", under=("einvoice/cii", "einvoice/ubl", "einvoice/facturx-pdf")))
def test_electronic_invoices_come_in_whole_and_once(in_lumen, by, file):
    choices = Choices(terms_days=30)
    seen = preview(in_lumen, [given(file)], choices, by)
    if file.endswith(NO_INVOICES):
        assert seen.errors
        return
    _, outcome = bring(in_lumen, by, given(file), terms_days=30)
    _, again = bring(in_lumen, by, given(file), terms_days=30)

    assert (outcome.created, outcome.totals) == (seen.count("create"), seen.totals)
    assert outcome.created == 1
    assert (again.created, again.duplicates) == (0, 1)


def test_books_come_in_with_terms_and_once(corpus, in_lumen, by):
    seen = preview(in_lumen, [given(FEC)], Choices(), by)
    assert seen.needs_terms
    _, outcome = bring(in_lumen, by, given(FEC), terms_days=45)
    _, again = bring(in_lumen, by, given(FEC), terms_days=45)

    assert outcome.created == len(seen.lines) > 0
    assert sum(Standing.objects.values_list("owed", flat=True)) >= seen.sheets[0].theirs
    assert (again.created, again.updated) == (0, 0)


@pytest.mark.parametrize("file", listed("hostile", "reject", under=("hostile", "made/zip", "made/fec", "made/xml")))
def test_hostile_files_write_nothing(in_lumen, by, file):
    before = written()
    batch = actions.keep(in_lumen, [given(file)], Choices(terms_days=30), by)

    if file.endswith("eicar.cii.xml"):  # an honest invoice with a test string in its attachment: carried inert
        actions.record(in_lumen, batch, by)
        return
    with pytest.raises(Refused):
        actions.record(in_lumen, batch, by)
    assert written() == before
