"""What is given away: the list as it is shown, in a form that a spreadsheet cannot be made to obey."""

import csv
import io
import json
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from acquit.parties.models import Customer
from acquit.receivables.actions import NewPayment, record_payment
from acquit.web import exports
from tests.web.desk import HOME, owes

LISTS = ["factures/?etat=toutes", "clients/?etat=tous", "encaissements/?du=2026-01-01"]
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def rows_of(response) -> list[list[str]]:
    assert response["Content-Disposition"].startswith("attachment;")
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def sheet_of(response) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()


def test_invoices_open_right_in_a_french_spreadsheet(at_alices, late, coming):
    head, *rows = rows_of(at_alices.get(f"{HOME}factures/?etat=retard&export=csv"))

    assert head[:7] == ["Client", "Code client", "N°", "Émise", "Échéance", "Total TTC", "Reste dû"]
    assert [row[:10] for row in rows] == [
        ["Dupont SARL", "C0001", "F-2026-031", "18/09/2026", "18/10/2026", "1200,00", "1200,00", "EUR",
         "En retard (+36 j)", "36"]
    ]  # fmt: skip


def test_the_workbook_holds_numbers_and_days(at_alices, late):
    _head, row = sheet_of(at_alices.get(f"{HOME}factures/?export=xlsx"))

    assert row[4:7] == [date(2026, 10, 18), 1200.0, 1200.0]


def test_the_lines_ticked_are_given_away_alone(at_alices, late, coming):
    response = at_alices.post(f"{HOME}factures/lot/", {"do": "csv", "invoice": [coming.pk]})

    assert [row[2] for row in rows_of(response)[1:]] == ["F-2026-044"]


@pytest.fixture
def names(corpus) -> list[str]:
    lines = (corpus / "made/csv-traps/names_for_export.txt").read_text("utf-8").splitlines()
    return [json.loads(line) if "\\t" in line or '\\"' in line else line.strip('"') for line in lines]


@pytest.mark.parametrize("place", LISTS)
def test_no_name_becomes_a_formula(at_alices, lumen, by, names, place):
    for n, name in enumerate([*names, "@SUM(A1)", "\rX"]):
        customer = Customer.objects.create(firm=lumen, ref=f"T{n}", name=name, created_at=by.at)
        row = owes(lumen, customer, f"{name[:20]}{n}", 100, date(2026, 12, 1), by)
        paid = NewPayment(customer.pk, 100, date(2026, 11, 2), "cash", f"k{n}", shares=((row.pk, 100),), note=name)
        record_payment(lumen, paid, by)

    cells = [cell for row in rows_of(at_alices.get(f"{HOME}{place}&export=csv"))[1:] for cell in row]
    assert not [cell for cell in cells if cell.startswith(DANGEROUS)]
    assert any(cell.startswith("'=") for cell in cells)

    book = at_alices.get(f"{HOME}{place}&export=xlsx")
    texts = [cell for row in sheet_of(book)[1:] for cell in row if isinstance(cell, str)]
    assert not [text for text in texts if text.startswith(DANGEROUS)]


def test_an_amount_below_zero_stays_a_number():
    response = exports.answer("csv", "x", ["Montant"], [[exports.Money(-1250, "EUR")]])

    assert rows_of(response)[1] == ["-12,50"]


def test_a_list_too_long_says_that_it_is_cut(monkeypatch):
    monkeypatch.setattr(exports, "ROWS_MAX", 2)
    rows = rows_of(exports.answer("csv", "x", ["A", "B"], [["1", "2"]] * 3))

    assert len(rows) == 4
    assert rows[3][0].startswith("Liste coupée à 2 lignes")


def test_payments_are_the_sum_of_the_months_figure(at_alices, late, dupont, lumen, by):
    record_payment(lumen, NewPayment(dupont.pk, 5000, date(2026, 11, 3), "cash", "a", shares=((late.pk, 5000),)), by)
    record_payment(lumen, NewPayment(dupont.pk, 700, date(2026, 10, 3), "cash", "b"), by)
    page = at_alices.get(HOME + "encaissements/")

    assert page.context["sums"] == [("EUR", 5000)]
    assert "F-2026-031" in page.content.decode()
