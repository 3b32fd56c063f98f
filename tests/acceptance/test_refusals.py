"""What is refused leaves nothing behind, and what is taken with a doubt says the doubt."""

import pytest

from acquit.bank.actions import import_statement
from acquit.bank.models import BankAccount, Statement, StatementLine
from acquit.billing.actions import take_in
from acquit.billing.choices import Choices
from acquit.billing.models import ImportBatch, Invoice
from acquit.mailroom.models import Paper
from acquit.receivables.queries import bank_known_until
from acquit.rules.refusal import Refused

HEADER = "Numéro;Client;Date;Échéance;Total TTC\n"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("F-9;Zed;01/02/2026;30/02/2026;12,00", "30/02/2026"),
        ("F-9;Zed;01/02/2026;01/03/2026;douze", "douze"),
        ("F-9;Zed;01/02/2026;;12,00", "délai"),
    ],
)
def test_a_refused_list_keeps_neither_invoice_nor_file(in_lumen, by, row, why):
    good = "F-1;Dupont SARL;01/02/2026;01/03/2026;1200,00\n"

    with pytest.raises(Refused, match=why):
        take_in(in_lumen, [("factures.csv", (HEADER + good + row).encode())], Choices(), by)

    for rows in (Invoice, ImportBatch, Paper):
        assert not rows.objects.exists()


def test_an_electronic_invoice_taken_in_points_at_its_paper_and_says_its_doubts(in_lumen, by, corpus):
    file = corpus / "einvoice/cii/zugferd__invalidArithmetics.xml"

    outcome, found = take_in(in_lumen, [(file.name, file.read_bytes())], Choices(terms_days=30), by)

    assert (outcome.created, outcome.totals) == (1, {"EUR": 57104})
    assert any("prix × quantité" in str(warning) for warning in found.warnings)
    assert Invoice.objects.get().paper.name == file.name


@pytest.mark.parametrize(("name", "new"), [("genkgo__camt053.v2.five.decimals.xml", 1), ("oca__test-camt053.zip", 6)])
def test_a_statement_that_contradicts_itself_is_read_on_a_word_and_proves_no_day(in_lumen, by, corpus, name, new):
    file = (name, (corpus / "bank/camt" / name).read_bytes())
    with pytest.raises(Refused, match="ne tombe pas juste"):
        import_statement(in_lumen, [file], by)
    for rows in (StatementLine, Statement, BankAccount, Paper):
        assert not rows.objects.exists()

    report = import_statement(in_lumen, [file], by, accept_unbalanced=True)

    assert report.new == new == StatementLine.objects.count()
    assert any("ne tombe pas juste" in str(warning) for warning in report.warnings)
    assert bank_known_until(in_lumen) is None
