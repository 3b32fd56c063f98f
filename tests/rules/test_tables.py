"""Tables of any make come out as rows of strings: separators, line ends, quotes, preambles, spreadsheets."""

import io
from datetime import date

import pytest
import xlsxwriter

from acquit.rules.refusal import Refused
from acquit.rules.tables import COLUMNS_MAX, find_header, fold, read_csv, read_table

ROWS = (("Date", "Libellé", "Montant"), ("01/03/2026", "Facture 1, 2 et 3", "12,50"), ("02/03/2026", "b", "3,00"))


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_separator_and_line_ends_are_found(separator, ends):
    table = read_csv(ends.join(separator.join(row) for row in ROWS))
    assert (table.rows, table.separator, table.lines) == (ROWS, separator, (1, 2, 3))
    assert table.warnings == ()


def test_commas_part_columns_where_quotes_guard_the_others():
    table = read_csv('Date,Libellé,Montant\n01/03/2026,"Facture 1, 2 et 3","12,50"\n02/03/2026,b,"3,00"\n')
    assert (table.rows, table.separator) == (ROWS, ",")


def test_mixed_line_ends_are_read_with_a_warning():
    table = read_csv("a;b\nc;d\r\ne;f\rg;h")
    assert table.rows == (("a", "b"), ("c", "d"), ("e", "f"), ("g", "h"))
    assert "fins de ligne" in str(table.warnings[0])


def test_a_label_over_several_lines_keeps_the_line_where_its_row_begins():
    table = read_csv('Date;Libellé;Montant\n1;"VIR\nDUPONT ""SARL""\n";2\n\n3;c;4\n')
    assert table.rows[1] == ("1", 'VIR\nDUPONT "SARL"', "2")
    assert table.lines == (1, 2, 6)


def test_the_separator_that_excel_declares_is_believed():
    table = read_csv("sep=,\na,b\n1;2,3\n")
    assert (table.rows, table.lines) == ((("a", "b"), ("1;2", "3")), (2, 3))


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ('a;b\n"c;d\ne;f\n', "guillemet", 2),
        ('a;b\n"c"x;d\n', "guillemet", 2),
        ("a;b\n" + ";".join("c" * (COLUMNS_MAX + 1)) + "\n", "colonnes", 2),
        ("a;b\n" + "x" * 40_000 + ";y\n", "cellule", 2),
        ("a;b\n" + "x" * 200_000 + ";y\n", "cellule", 2),
        ("\n\n;;\n", "vide", None),
    ],
)
def test_what_cannot_be_trusted_is_refused_with_its_line(text, why, line):
    with pytest.raises(Refused, match=why) as refused:
        read_csv(text, "x.csv")
    assert (refused.value.reasons[0].file, refused.value.reasons[0].line) == ("x.csv", line)


def test_a_table_of_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr("acquit.rules.tables.ROWS_MAX", 10)
    with pytest.raises(Refused, match="plus de 10 lignes"):
        read_csv("a;b\n" * 11)


def test_a_table_of_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr("acquit.rules.tables.CELLS_MAX", 20)
    with pytest.raises(Refused, match="plus de 20 cellules"):
        read_csv("a;b;c\n" * 7)


def test_the_encoding_is_found_from_the_bytes():
    table = read_table("Libellé;Débit\nété;1\n".encode("cp1252"))
    assert (table.encoding, table.rows[1]) == ("cp1252", ("été", "1"))


def workbook(fill) -> bytes:
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True})
    fill(book)
    book.close()
    return memory.getvalue()


def test_the_first_sheet_that_holds_something_is_read_as_people_would_write_it():
    def fill(book):
        book.add_worksheet("vide")
        sheet = book.add_worksheet("ventes")
        sheet.write_row(1, 0, ["Numéro", "Date", "Montant", "SIREN"])
        sheet.write_string(2, 0, "  F-1 ")
        sheet.write_datetime(2, 1, date(2026, 3, 1), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_number(2, 2, 0.1 + 0.2)
        sheet.write_number(2, 3, 552100554)

    table = read_table(workbook(fill))
    assert table.kind == "xlsx"
    assert table.rows == (("Numéro", "Date", "Montant", "SIREN"), ("F-1", "2026-03-01", "0.3", "552100554"))
    assert table.lines == (2, 3)


def test_a_cell_at_the_far_end_of_a_sheet_does_not_fill_the_memory():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "b")

    with pytest.raises(Refused, match="trop de cellules"):
        read_table(workbook(fill))


def test_a_zip_that_is_no_spreadsheet_and_an_empty_one_are_refused():
    with pytest.raises(Refused, match="vide"):
        read_table(workbook(lambda book: book.add_worksheet()))
    with pytest.raises(Refused, match=r"abîmée|classeur"):
        read_table(b"PK\x03\x04 not a workbook")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Libellé de l'opération ", "libelle de l operation"),
        ("N° facture", "n facture"),
        ("Montant (TTC) €", "montant ttc"),
        ("Währung", "wahrung"),
        ("Cœur_de-métier", "coeur de metier"),
        ("", ""),
    ],
)
def test_headers_are_compared_folded(text, folded):
    assert fold(text) == folded


def test_the_header_is_the_row_liked_best_below_a_preamble():
    rows = [
        ("Relevé",),
        ("Date", "du", "jour"),
        ("",),
        *[("x", "y")] * 9,
        ("Date", "Montant", "Libellé"),
        ("1", "2", "3"),
    ]
    known = {"Date", "Montant", "Libellé"}
    assert find_header(rows, lambda row: len(known & set(row))) == 12
    assert find_header(rows, lambda row: 0) is None
    assert find_header([], len) is None
