"""One file in, what it says is owed out: archives, unknown files, limits."""

import io
import zipfile
from pathlib import Path

import pytest

from acquit.billing.formats import FORMATS, read_file
from tests.billing.test_formats_einvoice import CII
from tests.billing.test_formats_facturx import pdf

ZIPS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "made" / "zip"
CSV = b"Client;Date;Montant TTC;N\xc2\xb0\nDupont;01/02/2026;100,00;F1\n"


def archive(*entries: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in entries:
            out.writestr(name, content)
    return stream.getvalue()


def test_an_archive_gives_one_sheet_per_file():
    mixed = archive(
        ("a/list.csv", CSV),
        ("b.xml", CII.encode()),
        ("c.pdf", pdf(("factur-x.xml", CII.encode()))),
        ("d.jpg", b"\xff\xd8\xff\0"),
    )
    sheets = read_file(mixed, "tout.zip")
    assert [(s.file, s.source, len(s.claims)) for s in sheets] == [
        ("a/list.csv", "csv", 1), ("b.xml", "cii", 1), ("c.pdf", "facturx", 1), ("d.jpg", "", 0),
    ]  # fmt: skip
    assert [c.file for s in sheets for c in s.claims] == ["a/list.csv", "b.xml", "c.pdf"]
    assert "pas reconnu" in str(sheets[3].errors[0])


def test_two_thousand_invoices_in_one_archive():
    many = archive(*((f"{n}.xml", CII.replace("F2026-0001", f"F{n}").encode()) for n in range(2000)))
    sheets = read_file(many, "annee.zip")
    assert len({c.number for s in sheets for c in s.claims}) == 2000


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"<html></html>",
        b'{"a": 1}',
        b"\0\1\2",
    ],
)
def test_what_is_not_recognised_is_refused_with_what_is_read(content):
    (sheet,) = read_file(content, "x")
    assert sheet.claims == ()
    assert "FEC" in str(sheet.errors[0])


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"   \n\n", b"%PDF-1.7", b"PK\x03\x04", b"PK\x05\x06"])
def test_an_empty_or_broken_file_is_refused(content):
    sheets = read_file(content, "x")
    assert [s.claims for s in sheets] == [()]
    assert sheets[0].errors[0].file == "x"


def test_a_file_above_the_limit_is_refused():
    assert "50" in str(read_file(b"x" * (50 * 1024 * 1024 + 1), "x.csv")[0].errors[0])


@pytest.mark.skipif(not ZIPS.exists(), reason="no corpus")
@pytest.mark.parametrize("file", ["bomb_flat", "many", "nested", "slip", "symlink", "truncated", "duplicate_names"])
def test_a_hostile_archive_is_refused_as_a_whole(file):
    (sheet,) = read_file((ZIPS / f"{file}.zip").read_bytes(), f"{file}.zip")
    assert (sheet.claims, sheet.source) == ((), "zip")
    assert sheet.errors


def test_a_workbook_stored_in_an_archive_is_not_taken_for_the_archive():
    book = archive(("xl/workbook.xml", b"<x/>"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as out:
        out.writestr("list.csv", CSV)
        out.writestr("old.xlsx", book)
    sheets = read_file(stream.getvalue(), "tout.zip")
    assert [s.file for s in sheets] == ["list.csv", "old.xlsx"]


def test_every_format_has_the_one_shape():
    assert [f.NAME for f in FORMATS] == ["facturx", "cii", "ubl", "fec", "table"]
