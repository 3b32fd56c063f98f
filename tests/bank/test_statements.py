"""Statements come in: the union of what overlaps, all or nothing, and never another account's."""

import json
from collections import Counter
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquit.bank.actions import import_statement
from acquit.bank.models import BankAccount, Statement, StatementLine, ToMatch
from acquit.bank.queries import accounts
from acquit.mailroom.models import Paper
from acquit.receivables.queries import bank_known_until
from acquit.rules.money import parse_amount
from acquit.rules.refusal import Refused
from tests.conftest import author_on

OURS = "FR7630004008280001234567647"
THEIRS = "DE89370400440532013000"


@pytest.fixture
def overlap(corpus) -> Path:
    """Two statements of one account that share eight movements, in several formats."""
    return corpus / "made" / "bank-overlap"


@pytest.fixture
def broken(corpus) -> Path:
    return corpus / "made" / "bank-broken"


def bring(firm, by, *paths, **choices):
    """Import files of the corpus by path, or of the test by (name, text)."""
    files = [(p.name, p.read_bytes()) if isinstance(p, Path) else (p[0], p[1].encode()) for p in paths]
    return import_statement(firm, files, by, **choices)


def ledger() -> Counter:
    return Counter(StatementLine.objects.values_list("booked_on", "amount"))


def union_of(overlap: Path) -> Counter:
    movements = json.loads((overlap / "expected.json").read_text())["movements"]
    return Counter((date.fromisoformat(m["date"]), parse_amount(m["amount"])) for m in movements)


def reasons(refusal) -> str:
    return " ".join(str(reason) for reason in refusal.value.reasons)


def table(*rows: str) -> tuple[str, str]:
    return "releve.csv", "\n".join(["Date;Libellé;Montant", *rows])


def sheet(
    *movements: tuple[str, str, str], opening: str, closing: str, days: tuple[str, str], iban: str = OURS
) -> tuple[str, str]:
    """A camt.053 of (day, amount, text) movements."""
    balance = '<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">{amount.lstrip("-")}</Amt>'
        f"<CdtDbtInd>{'DBIT' if amount[0] == '-' else 'CRDT'}</CdtDbtInd>"
        f"<Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls><TxDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf>"
        f"</TxDtls></NtryDtls></Ntry>"
        for day, amount, text in movements
    )
    return f"{days[0]}.xml", (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>'
        f"<Id>{days[0]}</Id><FrToDt><FrDtTm>{days[0]}T00:00:00</FrDtTm><ToDtTm>{days[1]}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{balance.format('OPBD', opening)}{balance.format('CLBD', closing)}{entries}</Stmt></BkToCstmrStmt></Document>"
    )


# --- the union


@pytest.mark.parametrize(
    "names",
    [
        *permutations(["a.camt053.xml", "b.camt053.xml"]),
        *permutations(["a.csv", "b.csv"]),
        ("a.camt053.xml", "b_noids.camt053.xml"),
        ("b_noids.camt053.xml", "a.camt053.xml"),
        ("b_v08.camt053.xml", "a.camt053.xml", "b.camt053.xml", "b_noids.camt053.xml"),
        ("a.camt053.xml", "b.csv"),
        ("b.csv", "a.camt053.xml"),
        ("a.csv", "b.camt053.xml", "b.csv", "a.camt053.xml"),
    ],
    ids="-".join,
)
def test_overlapping_statements_give_their_union_in_any_order_however_often(in_lumen, by, overlap, names):
    """Other formats of the same days included, told apart by their words."""
    for name in names:
        bring(in_lumen, by, overlap / name)
    assert ledger() == union_of(overlap)

    again = [bring(in_lumen, by, overlap / name) for name in (*names, *reversed(names))]

    assert ledger() == union_of(overlap)
    assert all(report.new == 0 for report in again)


def test_the_second_statement_says_what_was_known_and_what_is_new(in_lumen, by, overlap):
    bring(in_lumen, by, overlap / "a.camt053.xml")

    report = bring(in_lumen, by, overlap / "b.camt053.xml")

    assert (report.new, report.known) == (7, 8)
    assert not report.warnings


def test_both_at_once_are_the_same_as_one_after_the_other(in_lumen, by, overlap):
    report = bring(in_lumen, by, overlap / "b.camt053.xml", overlap / "a.camt053.xml")

    assert (report.new, report.known) == (26, 8)
    assert ledger() == union_of(overlap)
    (account,) = report.accounts
    assert (account.iban, account.opening, account.closing) == (OURS, 1250000, 3763940)


def test_the_report_bears_the_sums_of_the_file(in_lumen, by, overlap):
    report = bring(in_lumen, by, overlap / "a.camt053.xml")

    (account,) = report.accounts
    assert (account.opening, account.closing, account.currency) == (1250000, 3378331, "EUR")
    assert account.opening + report.credits - report.debits == account.closing
    assert report.currency == "EUR"


def test_two_identical_payments_of_one_day_are_both_real(in_lumen, by):
    day = "08/03/2026;VIR ATELIER NOEL FA2026-0077;150,00"
    assert bring(in_lumen, by, table(day, day)).new == 2
    assert bring(in_lumen, by, table(day)).new == 0
    assert bring(in_lumen, by, table(day, day, day)).new == 1
    assert sorted(StatementLine.objects.values_list("occurrence", flat=True)) == [1, 2, 3]


KINDS = [("VIR DUPONT F-1", 15000), ("VIR DUPONT F-2", 15000), ("PRLV EDF", -4200)]
DAYS = 6


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    booked=st.lists(st.lists(st.sampled_from(KINDS), max_size=4), min_size=DAYS, max_size=DAYS),
    windows=st.lists(st.tuples(st.integers(0, DAYS - 1), st.integers(0, DAYS - 1)), min_size=1, max_size=6),
)
def test_any_windows_on_an_account_in_any_order_give_each_movement_once(in_lumen, by, booked, windows):
    start = date(2026, 3, 2)

    def rows(day: int) -> list[tuple[date, str, int]]:
        return [(start + timedelta(day), label, cents) for label, cents in booked[day]]

    with transaction.atomic():
        seen: set[int] = set()
        for first, last in windows:
            days = range(min(first, last), max(first, last) + 1)
            told = [f"{day:%d/%m/%Y};{label};{cents / 100:.2f}" for d in days for day, label, cents in rows(d)]
            if told:
                bring(in_lumen, by, table(*told))
                seen.update(days)
        lines = StatementLine.objects.values_list("booked_on", "label", "amount")
        assert Counter(lines) == Counter(row for day in seen for row in rows(day))
        transaction.set_rollback(True)


# --- one movement told by two formats


def test_another_format_with_the_same_amount_and_no_word_in_common_is_refused(in_lumen, by):
    bring(in_lumen, by, table("02/03/2026;VIR DUPONT;150,00"))
    camt = sheet(("2026-03-02", "150.00", "MARTIN"), opening="0", closing="150.00", days=("2026-03-02", "2026-03-02"))

    with pytest.raises(Refused) as refusal:
        bring(in_lumen, by, camt)

    assert "02/03/2026" in reasons(refusal)
    assert "csv:" in reasons(refusal)
    assert StatementLine.objects.count() == 1


def test_what_the_other_format_did_not_have_is_added(in_lumen, by):
    bring(in_lumen, by, table("02/03/2026;VIR DUPONT F-2026-1;150,00"))
    movements = [("2026-03-02", "150.00", "F-2026-1 DUPONT"), ("2026-03-02", "150.00", "MARTIN")]
    camt = sheet(*movements, opening="0", closing="300.00", days=("2026-03-02", "2026-03-02"))

    report = bring(in_lumen, by, camt)

    assert (report.new, report.known) == (1, 1)
    assert len(report.warnings) == 1
    assert bring(in_lumen, by, camt).new == 0


# --- whose account


def test_the_first_statement_opens_its_account_and_another_one_is_refused(in_lumen, by, overlap, broken):
    bring(in_lumen, by, overlap / "a.camt053.xml")

    with pytest.raises(Refused) as refusal:
        bring(in_lumen, by, broken / "other_account.camt053.xml")

    assert OURS in reasons(refusal)
    assert THEIRS in reasons(refusal)
    assert BankAccount.objects.get().iban == OURS


def test_a_new_account_is_taken_when_a_person_says_so(in_lumen, by, overlap, broken):
    bring(in_lumen, by, overlap / "a.camt053.xml")

    bring(in_lumen, by, broken / "other_account.camt053.xml", accept_new_account=True)

    assert {account.iban for account in BankAccount.objects.all()} == {OURS, THEIRS}
    assert StatementLine.objects.count() == 38


def test_a_firm_that_said_its_iban_takes_no_other_as_its_first(in_lumen, by, overlap, broken):
    in_lumen.iban = "FR76 3000 4008 2800 0123 4567 647"
    in_lumen.save()
    with pytest.raises(Refused) as refusal:
        bring(in_lumen, by, broken / "other_account.camt053.xml")
    assert OURS in reasons(refusal)
    bring(in_lumen, by, overlap / "a.camt053.xml")
    assert BankAccount.objects.get().iban == OURS


def test_the_account_chosen_on_the_screen_is_the_one_of_the_file(in_lumen, by, overlap):
    with pytest.raises(Refused) as refusal:
        bring(in_lumen, by, overlap / "a.camt053.xml", account=THEIRS)
    assert OURS in reasons(refusal)
    assert THEIRS in reasons(refusal)


def test_a_table_without_account_goes_to_the_only_one(in_lumen, by, overlap):
    bring(in_lumen, by, overlap / "a.camt053.xml")
    bring(in_lumen, by, overlap / "b.csv")
    assert BankAccount.objects.count() == 1


def test_a_table_without_account_must_be_told_which_of_two(in_lumen, by, overlap, broken):
    bring(in_lumen, by, overlap / "a.camt053.xml")
    bring(in_lumen, by, broken / "other_account.camt053.xml", accept_new_account=True)
    with pytest.raises(Refused) as refusal:
        bring(in_lumen, by, overlap / "b.csv")
    assert OURS in reasons(refusal)
    bring(in_lumen, by, overlap / "b.csv", account=OURS)
    assert StatementLine.objects.filter(account__iban=OURS).count() == 26


def test_an_account_opened_by_a_table_learns_its_iban_from_the_next_statement(in_lumen, by, overlap, broken):
    bring(in_lumen, by, overlap / "a.csv")
    assert BankAccount.objects.get().iban == ""
    bring(in_lumen, by, overlap / "b.camt053.xml")
    assert BankAccount.objects.get().iban == OURS
    with pytest.raises(Refused):
        bring(in_lumen, by, broken / "other_account.camt053.xml")


def test_a_firm_never_sees_the_lines_of_another(in_lumen, vermeer, by, overlap):
    bring(in_lumen, by, overlap / "a.camt053.xml")
    assert not StatementLine.objects.filter(firm=vermeer).exists()


# --- all or nothing


@pytest.mark.parametrize(
    "name", ["truncated.camt053.xml", "closing_balance_off.camt053.xml", "pain001_not_statement.xml"]
)
def test_one_bad_file_refuses_the_good_ones_beside_it(in_lumen, by, overlap, broken, name):
    with pytest.raises(Refused) as refusal:
        bring(in_lumen, by, overlap / "a.camt053.xml", broken / name)

    assert {reason.file for reason in refusal.value.reasons} == {name}
    for rows in (StatementLine, Statement, BankAccount, Paper, ToMatch):
        assert not rows.objects.exists()


def test_a_trial_writes_nothing_and_says_the_same(in_lumen, by, overlap):
    trial = bring(in_lumen, by, overlap / "a.camt053.xml", overlap / "b.camt053.xml", dry_run=True)
    for rows in (StatementLine, Statement, BankAccount, Paper):
        assert not rows.objects.exists()

    assert bring(in_lumen, by, overlap / "a.camt053.xml", overlap / "b.camt053.xml") == trial


def test_the_file_is_kept_as_it_came_and_the_same_one_again_leaves_no_trace(in_lumen, by, overlap):
    bring(in_lumen, by, overlap / "a.camt053.xml")
    bring(in_lumen, by, overlap / "a.camt053.xml")
    paper = Paper.objects.get()
    assert (paper.name, paper.size) == ("a.camt053.xml", (overlap / "a.camt053.xml").stat().st_size)
    assert Statement.objects.get().paper == paper


# --- what is known, what is missing, what waits


def test_money_received_waits_and_money_that_went_out_does_not(in_lumen, by, overlap):
    bring(in_lumen, by, overlap / "a.camt053.xml")
    waiting = ToMatch.objects.values_list("line__amount", flat=True)
    assert min(waiting) > 0
    assert len(waiting) == StatementLine.objects.filter(amount__gt=0).count()


def test_the_bank_is_known_up_to_the_last_day_of_a_statement_even_a_silent_one(in_lumen, by):
    bring(in_lumen, by, sheet(opening="5.00", closing="5.00", days=("2026-11-01", "2026-11-20")))
    assert bank_known_until(in_lumen) == date(2026, 11, 20)
    (row,) = accounts(in_lumen)
    assert (row.until, row.followed, row.waiting, row.last.closing) == (date(2026, 11, 20), True, 0, 500)


def test_the_bank_is_never_known_beyond_today(in_lumen, overlap):
    by = author_on(date(2026, 3, 9))
    bring(in_lumen, by, overlap / "a.camt053.xml")
    assert bank_known_until(in_lumen) == date(2026, 3, 9)


def test_a_table_proves_no_more_than_its_last_movement(in_lumen, by, overlap):
    bring(in_lumen, by, overlap / "a.csv")
    assert bank_known_until(in_lumen) == date(2026, 3, 10)


def test_an_older_statement_does_not_make_the_bank_older(in_lumen, by, overlap):
    bring(in_lumen, by, overlap / "b.camt053.xml")
    bring(in_lumen, by, overlap / "a.camt053.xml")
    assert bank_known_until(in_lumen) == date(2026, 3, 15)


def test_a_month_that_is_missing_is_named_until_it_comes(in_lumen, by):
    january = sheet(("2026-01-05", "10.00", "A"), opening="0", closing="10.00", days=("2026-01-01", "2026-01-31"))
    february = sheet(("2026-02-05", "7.00", "B"), opening="10.00", closing="17.00", days=("2026-02-01", "2026-02-28"))
    march = sheet(("2026-03-05", "-2.00", "C"), opening="17.00", closing="15.00", days=("2026-03-01", "2026-03-31"))
    assert not bring(in_lumen, by, january).warnings

    (gap,) = bring(in_lumen, by, march).warnings

    assert all(figure in str(gap) for figure in ("8.00", "15.00", OURS))
    assert not bring(in_lumen, by, february).warnings
    assert not bring(in_lumen, by, march).warnings
