"""Lines are decided and taken back: once, whole, and with everything as it was before."""

from datetime import date, timedelta

import pytest

from acquit.bank import queries
from acquit.bank.actions import (
    after_import,
    apply,
    apply_certain,
    import_statement,
    match_certain,
    set_aside,
    undo_match,
)
from acquit.bank.models import Match, StatementLine, ToMatch
from acquit.parties.models import Customer
from acquit.receivables import actions as receivables
from acquit.receivables.models import Allocation, Payment, Standing, Surplus
from acquit.receivables.queries import surplus_of
from acquit.rules.matching import CERTAIN, PROBABLE, TO_CHOOSE
from acquit.rules.refusal import Refused
from tests.conftest import author_on

ROUX_IBAN = "BE68539007547034"


@pytest.fixture
def roux(in_lumen, today):
    """Cabinet Roux, who pays."""
    at = author_on(date(2026, 1, 5)).at
    return Customer.objects.create(firm=in_lumen, ref="C0002", name="Cabinet Roux", name_key="roux", created_at=at)


def claim(firm, customer, by, reference, cents, late=10, **more):
    due_on = by.on - timedelta(late)
    source = f"test:{reference}"
    new = receivables.NewClaim(customer.pk, reference, source, due_on - timedelta(30), due_on, cents, **more)
    return receivables.open_claims(firm, [new], by)[0]


def bank(firm, by, *rows: str) -> list[StatementLine]:
    """The bank tells these rows « text;amount[;payer's IBAN] », one a day; answers the lines that they became."""
    first = max((day for day in StatementLine.objects.values_list("booked_on", flat=True)), default=date(2026, 11, 1))
    told = [f"{first + timedelta(n):%d/%m/%Y};{row}{';' * (2 - row.count(';'))}" for n, row in enumerate(rows, 1)]
    text = "\n".join(["Date;Libellé;Montant;IBAN contrepartie", *told])
    before = set(StatementLine.objects.values_list("pk", flat=True))
    import_statement(firm, [("releve.csv", text.encode())], by)
    return list(StatementLine.objects.exclude(pk__in=before).order_by("booked_on"))


def owed(receivable) -> int:
    return Standing.objects.get(receivable=receivable).owed


def positions() -> list[tuple]:
    """All that the standings say of money and silence, and what is left unallocated."""
    columns = ("receivable_id", "owed", "settled_on", "hold", "hold_until", "said_step", "wake_on")
    return [*Standing.objects.order_by("pk").values_list(*columns), *Surplus.objects.values_list("payment", "left")]


def waiting() -> list[int]:
    return sorted(ToMatch.objects.values_list("line_id", flat=True))


def reasons(refusal) -> str:
    return " ".join(str(reason) for reason in refusal.value.reasons)


# --- proposals


def test_a_reference_with_its_amount_is_certain_a_name_is_probable_and_the_rest_is_to_choose(
    in_lumen, dupont, roux, by
):
    first = claim(in_lumen, dupont, by, "F-2026-041", 96_000)
    second = claim(in_lumen, roux, by, "F-2026-042", 55_500)
    bank(in_lumen, by, "VIR F-2026-041;960,00", "VIR CABINET ROUX;555,00", "REMISE CHEQUE;12,34", "PRLV EDF;-40,00")

    sure, likely, unknown = queries.proposals(in_lumen)

    assert (sure.proposal.confidence, sure.proposal.shares) == (CERTAIN, ((first.pk, 96_000),))
    assert sure.customer == dupont.pk
    assert (likely.proposal.confidence, likely.proposal.shares) == (PROBABLE, ((second.pk, 55_500),))
    assert (unknown.proposal.confidence, unknown.proposal.shares) == (TO_CHOOSE, ())
    assert not Payment.objects.exists()


def test_an_account_that_paid_once_is_known_the_next_time(in_lumen, roux, by):
    (line,) = bank(in_lumen, by, f"ACOMPTE;100,00;{ROUX_IBAN}")
    apply(in_lumen, line, [], by, customer=roux)
    second = claim(in_lumen, roux, by, "F-2026-050", 77_700)
    (line,) = bank(in_lumen, by, f"SANS TEXTE;777,00;{ROUX_IBAN}")

    (found,) = queries.proposals(in_lumen, [line])

    assert found.proposal.shares == ((second.pk, 77_700),)
    assert found.customer == roux.pk


def test_a_reference_that_was_paid_already_is_said(in_lumen, dupont, by):
    claim(in_lumen, dupont, by, "F-2026-041", 96_000)
    bank(in_lumen, by, "VIR F-2026-041;960,00", "VIR F-2026-041;960,00")
    assert apply_certain(in_lumen, by) == 1

    (again,) = queries.proposals(in_lumen)

    assert again.proposal.confidence == TO_CHOOSE
    assert "F-2026-041" in str(again.proposal.reasons[0])


# --- one line


def test_a_match_is_a_payment_on_the_day_of_the_bank_with_its_reasons(in_lumen, dupont, by):
    receivable = claim(in_lumen, dupont, by, "F-2026-041", 96_000)
    (line,) = bank(in_lumen, by, "VIR F-2026-041;960,00")
    (found,) = queries.proposals(in_lumen)

    payment = apply(in_lumen, line, found.proposal.shares, by, confidence=CERTAIN, reasons=found.proposal.reasons)

    assert (payment.amount, payment.received_on, payment.customer_id) == (96_000, line.booked_on, dupont.pk)
    assert payment.key == f"bank:line:{line.pk}"
    assert owed(receivable) == 0
    assert not waiting()
    (told,) = queries.lines(in_lumen)
    assert told.decided[0].payment == payment
    assert [str(r) for r in queries.reasons_of(told.decided[0])] == [str(r) for r in found.proposal.reasons]
    assert queries.effects([payment]) == queries.Effects((receivable.pk,), (receivable.pk,), {})


def test_one_payment_may_go_on_several_invoices_and_leave_something_over(in_lumen, dupont, by):
    first, second = (claim(in_lumen, dupont, by, f"F-{n}", 50_000) for n in (1, 2))
    (line,) = bank(in_lumen, by, "VIR DUPONT;900,00")

    payment = apply(in_lumen, line, [(first.pk, 50_000), (second.pk, 30_000)], by)

    assert (owed(first), owed(second)) == (0, 20_000)
    assert surplus_of([dupont.pk]) == {(dupont.pk, "EUR"): 10_000}
    assert queries.effects([payment]) == queries.Effects((first.pk, second.pk), (first.pk,), {"EUR": 10_000})


def test_money_of_a_customer_that_owes_nothing_stays_its_credit(in_lumen, roux, by):
    (line,) = bank(in_lumen, by, "ACOMPTE;300,00")
    apply(in_lumen, line, [], by, customer=roux)
    assert surplus_of([roux.pk]) == {(roux.pk, "EUR"): 30_000}
    assert not waiting()


def test_a_payer_may_pay_for_another_customer_when_a_person_says_who_paid(in_lumen, dupont, roux, by):
    ours, theirs = claim(in_lumen, roux, by, "F-1", 10_000), claim(in_lumen, dupont, by, "F-2", 20_000)
    shares = [(ours.pk, 10_000), (theirs.pk, 20_000)]
    (line,) = bank(in_lumen, by, "VIR GROUPE ROUX;300,00")
    with pytest.raises(Refused):
        apply(in_lumen, line, shares, by)

    assert apply(in_lumen, line, shares, by, customer=roux).customer == roux

    assert (owed(ours), owed(theirs)) == (0, 0)


@pytest.mark.parametrize(
    "shares",
    [[], [(0, 60_000)], [(0, 50_000), (1, 50_000)], [(0, 0)], [(0, -1)], [(2, 10_000)]],
    ids=["nobody", "more than owed", "more than received", "nothing", "less than nothing", "another currency"],
)
def test_shares_that_cannot_be_are_refused_and_the_line_waits(in_lumen, dupont, by, shares):
    claims = [claim(in_lumen, dupont, by, f"F-{n}", 50_000) for n in (1, 2)]
    claims.append(claim(in_lumen, dupont, by, "F-3", 50_000, currency="USD"))
    (line,) = bank(in_lumen, by, "VIR DUPONT;900,00")

    with pytest.raises(Refused):
        apply(in_lumen, line, [(claims[n].pk, cents) for n, cents in shares], by)

    assert waiting() == [line.pk]
    assert not Payment.objects.exists()


def test_money_that_went_out_is_no_payment_of_a_customer(in_lumen, dupont, by):
    (line,) = bank(in_lumen, by, "PRLV EDF;-40,00")
    for deed in (lambda: apply(in_lumen, line, [], by, customer=dupont), lambda: set_aside(in_lumen, line, by)):
        with pytest.raises(Refused):
            deed()


# --- twice


def test_a_double_click_is_one_payment(in_lumen, dupont, by):
    receivable = claim(in_lumen, dupont, by, "F-1", 96_000)
    (line,) = bank(in_lumen, by, "VIR F-1;960,00")
    first = apply(in_lumen, line, [(receivable.pk, 96_000)], by)
    assert apply(in_lumen, line, [(receivable.pk, 96_000)], by) == first
    assert Payment.objects.count() == Match.objects.count() == 1


def test_a_second_decision_on_a_line_is_refused(in_lumen, dupont, roux, by):
    receivable = claim(in_lumen, dupont, by, "F-1", 96_000)
    (line,) = bank(in_lumen, by, "VIR F-1;960,00")
    apply(in_lumen, line, [(receivable.pk, 96_000)], by)
    for deed in (
        lambda: apply(in_lumen, line, [(receivable.pk, 50_000)], by),
        lambda: apply(in_lumen, line, [], by, customer=roux),
        lambda: set_aside(in_lumen, line, by),
    ):
        with pytest.raises(Refused) as refusal:
            deed()
        assert "déjà rapprochée" in reasons(refusal)
    assert Payment.objects.count() == 1


# --- the certain ones


def test_only_certain_lines_are_applied_and_a_second_claim_on_an_invoice_waits(in_lumen, dupont, roux, by):
    first = claim(in_lumen, dupont, by, "F-2026-041", 96_000)
    claim(in_lumen, roux, by, "F-2026-042", 55_500)
    rows = ["VIR F-2026-041;960,00", "VIR F-2026-041;960,00", "VIR CABINET ROUX;555,00"]
    lines = bank(in_lumen, by, *rows)

    (payment,) = match_certain(in_lumen, by)

    assert payment.key == f"bank:line:{lines[0].pk}"
    assert owed(first) == 0
    assert waiting() == [lines[1].pk, lines[2].pk]
    assert apply_certain(in_lumen, by) == 0


@pytest.mark.parametrize(("says_so", "applied"), [(False, 0), (True, 1)])
def test_nothing_is_applied_without_a_click_unless_the_firm_says_so(in_lumen, dupont, by, says_so, applied):
    in_lumen.apply_certain = says_so
    in_lumen.save()
    claim(in_lumen, dupont, by, "F-2026-041", 96_000)
    bank(in_lumen, by, "VIR F-2026-041;960,00")
    assert len(after_import(in_lumen, by).applied) == applied


# --- aside


def test_a_line_set_aside_waits_no_more_and_makes_no_payment(in_lumen, by):
    (line,) = bank(in_lumen, by, "REMBOURSEMENT TVA;300,00")
    match = set_aside(in_lumen, line, by)
    assert match.payment is None
    assert not waiting()
    assert not Payment.objects.exists()
    assert set_aside(in_lumen, line, by) == match


def test_a_payer_set_aside_for_good_is_set_aside_again_unless_it_names_an_invoice(in_lumen, dupont, by):
    (line,) = bank(in_lumen, by, f"APPORT;300,00;{ROUX_IBAN}")
    match = set_aside(in_lumen, line, by, remember=True)
    claim(in_lumen, dupont, by, "F-2026-041", 96_000)
    lines = bank(in_lumen, by, f"ENCORE;200,00;{ROUX_IBAN}", f"F-2026-041;960,00;{ROUX_IBAN}", "AUTRE;1,00")
    assert after_import(in_lumen, by).set_aside == 1
    assert waiting() == [lines[1].pk, lines[2].pk]

    undo_match(in_lumen, match, by)
    bank(in_lumen, by, f"TOUJOURS;210,00;{ROUX_IBAN}")

    assert after_import(in_lumen, by).set_aside == 0


def test_a_payer_set_aside_once_is_asked_about_again(in_lumen, by):
    (line,) = bank(in_lumen, by, f"APPORT;300,00;{ROUX_IBAN}")
    set_aside(in_lumen, line, by)
    bank(in_lumen, by, f"ENCORE;200,00;{ROUX_IBAN}")
    assert after_import(in_lumen, by).set_aside == 0


# --- taking back


def test_undoing_a_match_puts_everything_back_as_it_was(in_lumen, dupont, by):
    first, second = (claim(in_lumen, dupont, by, f"F-{n}", 50_000) for n in (1, 2))
    (line,) = bank(in_lumen, by, "VIR DUPONT;900,00")
    before = positions(), waiting(), queries.proposals(in_lumen)
    apply(in_lumen, line, [(first.pk, 50_000), (second.pk, 30_000)], by)
    assert positions() != before[0]

    undo_match(in_lumen, queries.live_match(line), by)

    assert (positions(), waiting(), queries.proposals(in_lumen)) == before
    assert sum(Allocation.objects.values_list("amount", flat=True)) == 0
    assert queries.lines(in_lumen)[0].decided == []


def test_a_line_taken_back_can_be_matched_otherwise_as_often_as_needed(in_lumen, dupont, by):
    first, second = (claim(in_lumen, dupont, by, f"F-{n}", 50_000) for n in (1, 2))
    (line,) = bank(in_lumen, by, "VIR DUPONT;500,00")
    for receivable in (first, second, first):
        apply(in_lumen, line, [(receivable.pk, 50_000)], by)
        assert owed(receivable) == 0
        undo_match(in_lumen, queries.live_match(line), by)
    apply(in_lumen, line, [(second.pk, 50_000)], by)
    assert (owed(first), owed(second)) == (50_000, 0)
    assert Payment.objects.filter(reverses__isnull=True).count() == 4


def test_credit_that_was_allocated_later_comes_back_too(in_lumen, dupont, by):
    first, second = (claim(in_lumen, dupont, by, f"F-{n}", 50_000) for n in (1, 2))
    (line,) = bank(in_lumen, by, "VIR DUPONT;900,00")
    before = positions()
    payment = apply(in_lumen, line, [(first.pk, 50_000)], by)
    receivables.allocate(in_lumen, payment, [(second.pk, 40_000)], by)

    undo_match(in_lumen, queries.live_match(line), by)

    assert positions() == before


def test_what_was_taken_back_is_not_taken_back_twice(in_lumen, dupont, by):
    (line,) = bank(in_lumen, by, "VIR DUPONT;500,00")
    apply(in_lumen, line, [], by, customer=dupont)
    match = queries.live_match(line)
    undo_match(in_lumen, match, by)
    with pytest.raises(Refused):
        undo_match(in_lumen, match, by)
    assert waiting() == [line.pk]


def test_a_payment_reversed_elsewhere_does_not_keep_its_line(in_lumen, dupont, by):
    (line,) = bank(in_lumen, by, "VIR DUPONT;500,00")
    payment = apply(in_lumen, line, [], by, customer=dupont)
    receivables.reverse_payment(in_lumen, payment, by)
    undo_match(in_lumen, queries.live_match(line), by)
    assert waiting() == [line.pk]


# --- lists


def test_pages_follow_each_other_without_loss(in_lumen, by):
    lines = bank(in_lumen, by, *(f"VIR {n};{n},00" for n in range(1, 8)))
    newest_first = [line.pk for line in reversed(lines)]
    for listed in (queries.waiting, queries.lines):
        pages, after = [], None
        while page := listed(in_lumen, after=after, limit=3):
            pages.append([line.pk for line in page])
            after = queries.place(page[-1])
        assert [pk for page in pages for pk in page] == newest_first
        assert [len(page) for page in pages] == [3, 3, 1]
    assert queries.waiting_count(in_lumen) == 7
