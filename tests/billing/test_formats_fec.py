"""A FEC tells the accountant's client who owes what, or says line by line why it cannot be believed."""

from datetime import date
from pathlib import Path

import pytest

from acquit.billing.formats import Options, read_file
from acquit.billing.formats.fec_rules import COLUMNS

FEC = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "made" / "fec"
NAME = "552100554FEC20251231.txt"
needs_corpus = pytest.mark.skipif(not FEC.exists(), reason="no corpus")


@needs_corpus
@pytest.mark.parametrize("file", [NAME, "tab_" + NAME])
def test_a_regular_file_gives_the_open_invoices(file):
    (sheet,) = read_file((FEC / file).read_bytes(), file)
    assert (sheet.source, sheet.errors, sheet.warnings) == ("fec", (), ())
    assert len(sheet.claims) == 12
    # The sum of the debits of account 411, added by hand.
    assert sheet.total == 900061
    first = sheet.claims[0]
    assert (first.number, first.party.name, first.party.code) == ("FA2025-0001", "MAIRIE DE LYON", "C0001")
    assert (first.total, first.open, first.issued_on, first.due_on) == (72353, 72353, date(2025, 1, 15), None)
    assert first.seller is not None
    assert first.seller.siren == "552100554"


@needs_corpus
@pytest.mark.parametrize(
    ("file", "line", "cause"),
    [
        ("bad_account_letters", 2, "trois chiffres"),
        ("bad_both_zero", 3, "ni débit ni crédit"),
        ("bad_date_dashes", 2, "AAAAMMJJ"),
        ("bad_date_feb30", 2, "20250230"),
        ("bad_date_out_of_year", 2, "hors de l’exercice"),
        ("bad_debit_and_credit", 2, "un débit et un crédit"),
        ("bad_dot_decimal", 2, "virgule"),
        ("bad_empty_piece", 2, "PieceRef"),
        ("bad_empty_valid_date", 2, "ValidDate"),
        ("bad_gap_in_numbers", 5, "continue"),
        ("bad_missing_column", 1, "ValidDate"),
        ("bad_newline_in_label", 2, "retour à la ligne"),
        ("bad_not_chronological", 3, "ordre"),
        ("bad_pipe_in_label", 2, "19 champs"),
        ("bad_thousands", 2, "milliers"),
        ("bad_unbalanced", 2, "équilibrée"),
    ],
)
def test_a_file_with_one_fault_is_refused_with_its_line_and_cause(file, line, cause):
    (sheet,) = read_file((FEC / f"{file}.txt").read_bytes(), f"{file}.txt")
    assert (sheet.claims, sheet.total) == ((), None)
    assert any(e.line == line and cause in str(e) for e in sheet.errors), [str(e) for e in sheet.errors]


class Books:
    """Entries as an accountant writes them; each balances against a sale or the bank."""

    def __init__(self, separator="|"):
        self.separator, self.rows, self.entries = separator, [COLUMNS], 0

    def entry(self, day, account, piece, debit="0,00", credit="0,00", *,
              customer=("C1", "Dupont SARL"), letter="", journal="VE", label="Facture", number=None):  # fmt: skip
        self.entries += 1
        n = number or f"{self.entries:06}"
        head = (journal, "Journal", n, day)
        tail = (piece, day, label)
        self.rows.append((*head, account, "Clients", *customer, *tail, debit, credit, letter, "", day, "", ""))
        self.rows.append((*head, "580000", "Contrepartie", "", "", *tail, credit, debit, "", "", day, "", ""))
        return self

    def bytes(self, encoding="iso8859-15"):
        return "\r\n".join(self.separator.join(row) for row in self.rows).encode(encoding)

    def read(self, name=NAME, **options):
        return read_file(self.bytes(), name, Options(**options))[0]


def figures(sheet):
    return [(c.number, c.kind, c.total, c.open) for c in sheet.claims]


def test_a_letter_settles_and_a_part_payment_on_the_same_piece_reduces():
    books = Books()
    books.entry("20250105", "411000", "F1", "1000,00", letter="A").entry(
        "20250106", "411000", "BQ1", credit="1000,00", letter="A"
    )
    books.entry("20250107", "411000", "F2", "500,00").entry("20250108", "411000", "F2", credit="200,00")
    sheet = books.read()
    assert figures(sheet) == [("F2", "invoice", 50000, 30000)]
    assert sheet.total == 30000


def test_due_dates_follow_from_the_terms_asked_once():
    sheet = Books().entry("20250105", "411000", "F1", "10,00").read(terms_days=45)
    assert sheet.claims[0].due_on == date(2025, 2, 19)


def test_money_without_an_invoice_lowers_what_the_customer_owes_and_is_said():
    sheet = (
        Books().entry("20250105", "411000", "F1", "100,00").entry("20250106", "411000", "BQ7", credit="30,00").read()
    )
    assert figures(sheet) == [("F1", "invoice", 10000, 10000), ("BQ7", "credit_note", 3000, 3000)]
    assert sheet.total == 7000
    assert sheet.claims[1].note == "crédit non lettré"
    assert "30.00" in str(sheet.warnings[0])


def test_a_letter_that_does_not_balance_is_left_out_and_said():
    books = Books().entry("20250105", "411000", "F1", "100,00", letter="AB").entry("20250106", "411000", "F2", "50,00")
    sheet = books.read()
    assert figures(sheet) == [("F2", "invoice", 5000, 5000)]
    assert "100.00" in str(sheet.warnings[0])


def test_carried_forward_balances_are_flagged():
    books = Books().entry("20250101", "411000", "AN", "80,00", journal="AN", label="A nouveau")
    books.entry("20250101", "411000", "AN", "20,00", journal="AN", label="A nouveau", customer=("C2", "Élan"))
    sheet = books.read()
    assert [(c.number, c.note) for c in sheet.claims] == [("AN-C1", "détail absent"), ("AN-C2", "détail absent")]
    assert "à-nouveaux" in str(sheet.warnings[0])


def test_the_customer_may_be_the_account_itself():
    sheet = Books().entry("20250105", "411DUPONT", "F1", "10,00", customer=("", "")).read()
    assert (sheet.claims[0].party.code, sheet.claims[0].party.name) == ("411DUPONT", "Clients")
    assert sheet.warnings == ()


def test_a_collective_account_without_auxiliary_is_said():
    sheet = Books().entry("20250105", "411000", "F1", "10,00", customer=("", "")).read()
    assert "411000" in str(sheet.warnings[0])


def test_other_accounts_owe_nothing():
    sheet = Books().entry("20250105", "401000", "F1", "10,00").read()
    assert (sheet.claims, sheet.errors, sheet.total) == ((), (), 0)
    assert sheet.warnings


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-15", "utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(encoding):
    customer = ("C1", "Dupont SARL" if encoding == "ascii" else "Ételle & Fils")
    content = Books("\t").entry("20250105", "411000", "F1", "10,00", customer=customer).bytes(encoding)
    assert read_file(content, NAME)[0].claims[0].party.name == customer[1]


def test_all_faults_come_at_once_and_are_bounded():
    books = Books()
    for _ in range(80):
        books.entry("2025-01-05", "411000", "", "1.00")
    sheet = books.read()
    assert len(sheet.errors) == 51
    assert {e.line for e in sheet.errors[:4]} == {2}


def test_a_first_year_may_be_longer_than_twelve_months():
    books = Books()
    for month in [f"2024{m:02}" for m in range(7, 13)] + [f"2025{m:02}" for m in range(1, 13)]:
        books.entry(month + "15", "411000", f"F{month}", "1,00")
    assert books.read().errors == ()


def test_journals_may_follow_one_another_and_number_apart():
    books = (
        Books()
        .entry("20250301", "411000", "F1", "10,00", number="VE1")
        .entry("20250302", "411000", "F2", "10,00", number="VE2")
    )
    books.entry("20250103", "411000", "F3", "10,00", journal="OD", number="OD1")
    assert books.read().errors == ()


def test_amount_and_sense_may_stand_for_debit_and_credit():
    text = Books().entry("20250105", "411000", "F1", "10,00").bytes().decode("iso8859-15")
    text = (
        text.replace("|Debit|Credit|", "|Montant|Sens|")
        .replace("|10,00|0,00|", "|10,00|D|")
        .replace("|0,00|10,00|", "|10,00|C|")
    )
    assert figures(read_file(text.encode(), NAME)[0]) == [("F1", "invoice", 1000, 1000)]


@pytest.mark.parametrize("separator", [";", ","])
def test_other_separators_are_refused(separator):
    assert "barres verticales" in str(Books(separator).read().errors[0])
