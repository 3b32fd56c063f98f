"""Statements come in: the union of what overlaps, all or nothing, and never another account's."""

from collections import Counter
from pathlib import Path

import pytest

from acquit.bank.actions import import_statement
from acquit.bank.models import BankAccount, StatementLine

OURS = "FR7630004008280001234567647"


@pytest.fixture
def overlap(corpus) -> Path:
    return corpus / "made" / "bank-overlap"


def bring(firm, by, *paths: Path, **choices):
    return import_statement(firm, [(path.name, path.read_bytes()) for path in paths], by, **choices)


def test_a_first_statement_opens_its_account(in_lumen, by, overlap):
    report = bring(in_lumen, by, overlap / "a.camt053.xml")

    assert (report.new, report.known) == (19, 0)
    assert report.accounts[0].iban == OURS
    assert BankAccount.objects.get().iban == OURS
    assert StatementLine.objects.count() == 19
