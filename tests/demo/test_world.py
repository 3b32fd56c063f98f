"""The example's world is believable, adds up, and its files say what it says."""

from datetime import date

import pytest

from acquit.bank.formats import read_file as read_statement
from acquit.billing.formats import Options, read_file
from acquit.demo import files
from acquit.demo.cast import OWN_IBAN, OWN_SIREN, OWN_VAT, REFUSED_DOMAIN, debtors
from acquit.demo.life import make
from acquit.mailroom import catcher
from acquit.rules.identifiers import check_bce, check_iban, check_siren, check_vat, passes

DAYS = [date(2026, 11, 23), date(2026, 3, 20), date(2026, 12, 31)]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def world(request):
    return make(request.param)


def test_a_day_has_one_world():
    assert make(DAYS[0]) == make(DAYS[0])


def test_sixty_customers_buy_three_hundred_times(world):
    invoices = [b for b in world.bills if not b.credits]

    assert len(world.debtors) == 60
    assert 280 <= len(invoices) <= 350
    assert len(world.bills) - len(invoices) == 8
    assert {d.kind for d in world.debtors} == {"business", "consumer", "public"}
    assert {d.country for d in world.debtors} == {"FR", "BE", "GB"}
    assert {d.language for d in world.debtors} == {"fr", "nl", "en"}


def test_numbers_follow_the_days_without_a_gap(world):
    for prefix in ("F", "AV"):
        bills = [b for b in world.bills if b.number.startswith(f"{prefix}-")]
        for year in {b.issued_on.year for b in bills}:
            numbers = [b.number for b in bills if b.issued_on.year == year]
            assert numbers == [f"{prefix}-{year}-{n:03}" for n in range(1, len(numbers) + 1)]


def test_nobody_owes_less_than_nothing(world):
    assert min(world.owed().values()) >= 0


def test_late_customers_are_twelve_days_late_by_the_median(world):
    due = {b.number: b.due_on for b in world.bills}
    usual = {d.code for d in world.debtors if d.habit == "usual"}
    late = sorted((m.booked_on - due[m.shares[0][0]]).days for m in world.moves if m.debtor in usual and m.shares)

    assert 10 <= late[len(late) // 2] <= 17


def test_identifiers_are_of_ranges_that_nobody_has():
    for debtor in debtors():
        assert debtor.siren == "" or (passes(check_siren, debtor.siren) and debtor.siren.startswith("00000"))
        assert debtor.bce == "" or (passes(check_bce, debtor.bce) and debtor.bce.startswith("00000"))
        assert debtor.vat == "" or passes(check_vat, debtor.vat)
        assert passes(check_iban, debtor.iban)
        assert debtor.iban[4:9] == "00000" or debtor.iban[4:7] == "999"
        assert debtor.email == "" or debtor.email.endswith(".example")
    assert passes(check_siren, OWN_SIREN)
    assert passes(check_vat, OWN_VAT)
    assert all(passes(check_iban, iban) for iban in OWN_IBAN.values())


def test_the_refused_address_is_one_that_the_catcher_refuses():
    assert catcher.REFUSED_DOMAIN == REFUSED_DOMAIN


@pytest.mark.parametrize("export", [files.export_csv, files.export_xlsx])
def test_the_export_says_what_was_left_when_it_was_made(world, export):
    bills = [b for b in world.bills if b.issued_on <= world.started_on]
    left = {b.number: b.total for b in bills} | world.owed(world.books_on)

    sheet = read_file(export(world, bills, left), "factures", Options())[0]

    assert not sheet.errors
    found = {c.number: c for c in sheet.claims}
    assert found.keys() == {b.number for b in bills}
    assert all(found[b.number].total == b.total for b in bills)
    assert all(found[b.number].due_on == b.due_on for b in bills if not b.credits)
    assert all(found[b.number].open == left[b.number] for b in bills if not b.credits)


def test_the_accounting_file_has_what_was_open_at_the_end_of_its_year(world):
    year = world.started_on.year - 1
    name, content = files.fec(world, year)

    sheet = read_file(content, name, Options())[0]

    assert not sheet.errors
    end = date(year, 12, 31)
    known = {b.number for b in (*world.old, *world.bills) if b.issued_on.year == year}
    left = {n: cents for n, cents in world.owed(end).items() if cents and n in known}
    assert {c.number: c.open for c in sheet.claims} == left


def test_every_invoice_can_be_read_as_a_document(world):
    sources = set()
    for bill in world.bills[-60:]:
        debtor = world.debtor(bill.debtor)
        name, content = files.document(bill, debtor)
        (sheet,) = read_file(content, name, Options())
        sources.add(sheet.source)
        (claim,) = sheet.claims
        assert (sheet.errors, sheet.warnings) == ((), ())
        assert (claim.number, claim.total, claim.party.name) == (bill.number, bill.total, debtor.name)
        assert (claim.kind, claim.credits) == ("credit_note" if bill.credits else "invoice", bill.credits)
        assert bill.credits or claim.due_on == bill.due_on
        assert claim.structured == bill.structured
    assert sources == {"facturx", "ubl", "cii"}


def test_statements_balance_and_meet(world):
    middle, last = world.started_on, world.bank_on

    (first,) = read_statement(files.camt(world.moves, world.books_on, middle), "a.xml")
    (whole,) = read_statement(files.camt(world.moves, world.books_on, last), "b.xml")
    (belgian,) = read_statement(files.belgian_csv(world.moves, world.books_on, last), "kbc.csv")

    assert (first.opening, first.account) == (whole.opening, OWN_IBAN["fr"])
    assert whole.closing == whole.opening + sum(m.cents for m in whole.movements)
    assert set(first.movements) <= set(whole.movements)
    assert (belgian.source, belgian.account) == ("csv:kbc", OWN_IBAN["be"])
    assert belgian.closing == belgian.opening + sum(m.cents for m in belgian.movements)
    assert max(m.booked_on for m in belgian.movements) == last
