"""Late interest: the worked examples, then the rules one by one, then the laws of arithmetic.

Alice of Atelier Lumen invoices; Dupont SARL never pays.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.law.dated import Series
from acquit.law.reference_rates import (
    BE_COMMERCIAL,
    BE_LEGAL_CIVIL,
    FR_LATE_PAYMENT,
    FR_LEGAL_PRIVATE_CREDITOR,
    FR_LEGAL_PROFESSIONAL_CREDITOR,
)
from acquit.law.regime import Regime
from acquit.rules.interest import Statement, accrue, contract_rate_reasons, interest
from acquit.rules.money import parse_amount
from acquit.rules.refusal import Refused

SHARED = Path(__file__).parents[3] / "shared" / "law" / "interest_examples.csv"
DAY = timedelta(days=1)
D = date.fromisoformat


# --- The worked examples -------------------------------------------------------------------------------------------


def by_regime(regime: str, **options: object) -> Callable[[int, date, date], Statement]:
    """State the interest that runs from a first day to a last one."""

    def state(principal: int, first: date, last: date) -> Statement:
        return interest(principal, first - DAY, last, regime, **options)  # type: ignore[arg-type]

    return state


def from_notice(principal: int, first: date, last: date) -> Statement:
    """A consumer who received the formal notice on the first day, a month after the due day."""
    return interest(principal, first - timedelta(days=30), last, "fr-consumer", notice_on=first)


def contract(rate: str) -> Callable[[int, date, date], Statement]:
    return by_regime("fr-business", contract_rate=Decimal(rate))


class PrivateCreditor:
    """No regime of ours: a firm is never a private creditor. The table alone is put to the test."""

    def __init__(self, principal: int, first: date, last: date) -> None:
        slices = accrue(principal, FR_LEGAL_PRIVATE_CREDITOR.between(first, last))
        self.interest_unpaid = sum(part.interest for part in slices)


@dataclass(frozen=True)
class Example:
    principal: str
    first: str
    last: str
    published: str
    state: Callable[[int, date, date], Statement | PrivateCreditor]
    ours: str = ""
    """Where it differs from what was published, and `why` says for what reason."""
    why: str = ""


PAID_IN_MARCH = [(D("2026-03-16"), 400_000)]

EXAMPLES = (
    Example("10000.00", "2026-06-21", "2026-07-10", "67.26", by_regime("fr-business")),
    Example("1850.00", "2026-02-01", "2026-03-17", "27.71", by_regime("fr-business")),
    Example("1240.00", "2026-05-12", "2026-06-20", "16.51", by_regime("fr-business")),
    Example("1200.00", "2026-03-01", "2026-03-30", "11.98", by_regime("fr-business")),
    Example("4800.00", "2026-02-01", "2026-05-03", "147.00", by_regime("fr-business")),
    Example("5000.00", "2025-02-01", "2025-03-02", "41.10", contract("10")),
    Example("5000.00", "2025-02-01", "2025-04-01", "119.18", contract("14.5")),
    Example("6216.16", "2018-07-01", "2018-11-03", "18.87", from_notice, "18.88", "source truncates"),
    Example("1000.00", "2020-05-01", "2020-05-29", "2.14", contract("2.70"), "2.15", "source truncates"),
    Example("1000.00", "2020-05-01", "2020-05-29", "8.63", contract("10.87"), "8.64", "source truncates"),
    Example("10000.00", "2014-01-01", "2014-03-31", "256", by_regime("fr-business"), "252.74", "source counts months"),
    Example("10000.00", "2014-01-01", "2014-03-31", "3", contract("0.12"), "2.96", "source counts months"),
    Example("12000.00", "2025-11-16", "2026-11-22", "1497.88", by_regime("fr-business")),
    Example("3600.00", "2024-06-01", "2024-08-15", "107.55", by_regime("fr-business")),
    Example("2500.00", "2023-12-15", "2024-03-15", "90.79", by_regime("fr-business")),
    Example("999.99", "2026-07-01", "2026-07-01", "0.34", by_regime("fr-business")),
    Example("15000.00", "2026-06-11", "2026-09-30", "467.18", by_regime("fr-public")),
    Example("8000.00", "2024-12-01", "2025-01-31", "163.07", by_regime("be-business")),
    Example("2420.00", "2026-02-01", "2026-11-22", "205.36", by_regime("be-business")),
    Example("850.00", "2026-05-10", "2026-08-31", "7.14", from_notice),
    Example("850.00", "2026-05-10", "2026-08-31", "17.96", PrivateCreditor),
    Example("10000.00", "2026-01-16", "2026-04-30", "92.87", by_regime("fr-business", payments=PAID_IN_MARCH)),
    Example(
        "10000.00",
        "2026-01-16",
        "2026-04-30",
        "289.61",
        by_regime("fr-business", principal_first=True, payments=PAID_IN_MARCH),
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.principal} from {e.first}: {e.published}")
def test_worked_example(example: Example) -> None:
    state = example.state(parse_amount(example.principal), D(example.first), D(example.last))
    assert state.interest_unpaid == parse_amount(example.ours or example.published)
    assert bool(example.ours) == bool(example.why)


def test_the_examples_are_those_of_the_legal_note() -> None:
    if not SHARED.exists():
        pytest.skip("the legal note is not beside the project")
    with SHARED.open(encoding="utf-8", newline="") as file:
        rows = [(r["principal"], r["from"], r["to"], r["expected"]) for r in csv.DictReader(file)]
    assert rows == [(e.principal, e.first, e.last, e.published) for e in EXAMPLES]


# --- Slices --------------------------------------------------------------------------------------------------------


def lines(state: Statement) -> list[tuple[str, str, int, int, str, int]]:
    return [(str(s.from_on), str(s.to_on), s.days, s.base, str(s.rate), s.interest) for s in state.slices]


def test_each_half_year_bears_its_own_rate() -> None:
    state = interest(1_000_000, D("2026-06-20"), D("2026-07-10"), "fr-business")
    assert lines(state) == [
        ("2026-06-21", "2026-06-30", 10, 1_000_000, "12.15", 3329),
        ("2026-07-01", "2026-07-10", 10, 1_000_000, "12.40", 3397),
    ]
    assert (state.interest_accrued, state.compensation, state.owed) == (6726, 4000, 1_010_726)


def test_half_years_with_the_same_rate_are_still_two_slices() -> None:
    state = interest(242_000, D("2026-01-31"), D("2026-11-22"), "be-business")
    assert [(s.days, s.interest) for s in state.slices] == [(150, 10442), (145, 10094)]


def test_the_rate_of_a_french_public_buyer_is_frozen_on_the_first_day() -> None:
    state = interest(1_500_000, D("2026-06-10"), D("2026-09-30"), "fr-public")
    assert lines(state) == [("2026-06-11", "2026-09-30", 112, 1_500_000, "10.15", 46718)]
    assert state.compensation == 4000


def test_a_contract_rate_is_cut_by_payments_alone() -> None:
    state = interest(
        100_000,
        D("2025-12-01"),
        D("2026-02-10"),
        "fr-business",
        contract_rate=Decimal("15"),
        payments=[(D("2026-01-10"), 10_000)],
    )
    assert [(str(s.to_on), str(s.rate)) for s in state.slices] == [("2026-01-10", "15"), ("2026-02-10", "15")]


def test_every_slice_says_where_its_rate_comes_from() -> None:
    state = interest(100_000, D("2026-05-31"), D("2026-08-31"), "fr-business")
    assert {s.citation.article for s in state.slices} == {"C. com. art. L441-10 II"}
    assert all(s.citation.source for s in state.slices)


@pytest.mark.parametrize("regime", list(Regime))
@pytest.mark.parametrize("until", ["2026-03-01", "2026-03-31"])
def test_nothing_is_late_before_the_day_after_the_due_day(regime: str, until: str) -> None:
    state = interest(100_000, D("2026-03-31"), D(until), regime, notice_on=D("2026-01-05"))
    assert (state.slices, state.compensation, state.owed) == ((), 0, 100_000)


# --- Payments ------------------------------------------------------------------------------------------------------


def test_a_payment_counts_from_the_day_after_it_and_pays_interest_first() -> None:
    state = interest(1_000_000, D("2026-01-15"), D("2026-04-30"), "fr-business", payments=PAID_IN_MARCH)
    assert lines(state) == [
        ("2026-01-16", "2026-03-16", 60, 1_000_000, "12.15", 19973),
        ("2026-03-17", "2026-04-30", 45, 619_973, "12.15", 9287),
    ]
    assert (state.interest_unpaid, state.principal_unpaid) == (9287, 619_973)
    assert state.owed - state.compensation_unpaid == 629_260


def test_principal_first_where_the_contract_says_so() -> None:
    state = interest(
        1_000_000, D("2026-01-15"), D("2026-04-30"), "fr-business", principal_first=True, payments=PAID_IN_MARCH
    )
    assert [s.interest for s in state.slices] == [19973, 8988]
    assert state.owed - state.compensation_unpaid == 628_961


def test_a_payment_before_the_due_day_reduces_the_principal() -> None:
    state = interest(1_000_000, D("2026-06-20"), D("2026-06-30"), "fr-business", payments=[(D("2026-06-01"), 400_000)])
    assert [(s.base, s.days) for s in state.slices] == [(600_000, 10)]
    assert state.compensation == 4000


def test_dupont_who_pays_all_on_the_due_day_owes_nothing() -> None:
    state = interest(100_000, D("2026-06-20"), D("2026-11-22"), "fr-business", payments=[(D("2026-06-20"), 100_000)])
    assert (state.slices, state.compensation, state.owed, state.overpaid) == ((), 0, 0, 0)


def test_what_is_paid_too_much_pays_the_flat_sum_then_stays_apart() -> None:
    payments = [(D("2026-07-10"), 1_020_000)]
    state = interest(1_000_000, D("2026-06-20"), D("2026-11-22"), "fr-business", payments=payments)
    assert (state.interest_accrued, state.owed, state.compensation, state.overpaid) == (6726, 0, 4000, 20_000 - 10_726)


def test_a_payment_after_the_day_of_the_statement_is_not_looked_at() -> None:
    before = interest(100_000, D("2026-06-20"), D("2026-07-10"), "fr-business")
    later = interest(100_000, D("2026-06-20"), D("2026-07-10"), "fr-business", payments=[(D("2026-07-11"), 50_000)])
    assert later == before


def test_a_payment_on_the_day_of_the_statement_is_received() -> None:
    state = interest(100_000, D("2026-06-20"), D("2026-06-30"), "fr-business", payments=[(D("2026-06-30"), 50_000)])
    assert state.principal_unpaid == 100_000 + state.interest_accrued - 50_000


# --- Consumers -----------------------------------------------------------------------------------------------------


def test_a_french_consumer_owes_nothing_without_notice_and_never_the_flat_sum() -> None:
    assert interest(85_000, D("2026-04-01"), D("2026-08-31"), "fr-consumer").owed == 85_000
    state = from_notice(85_000, D("2026-05-10"), D("2026-08-31"))
    assert [(str(s.from_on), str(s.rate)) for s in state.slices] == [("2026-05-10", "2.62"), ("2026-07-01", "2.75")]
    assert state.compensation == 0


def test_a_notice_before_the_due_day_does_not_advance_interest() -> None:
    state = interest(85_000, D("2026-05-31"), D("2026-06-30"), "fr-consumer", notice_on=D("2026-05-01"))
    assert state.slices[0].from_on == D("2026-06-01")


def test_a_notice_after_the_statement_changes_nothing() -> None:
    assert interest(85_000, D("2026-05-31"), D("2026-06-30"), "fr-consumer", notice_on=date.max).owed == 85_000


def test_a_belgian_consumer_has_fourteen_days_after_the_free_reminder() -> None:
    reminded_on = D("2026-03-02")
    assert (
        interest(50_000, D("2026-01-31"), D("2026-03-16"), "be-consumer", notice_on=reminded_on).interest_accrued == 0
    )
    state = interest(50_000, D("2026-01-31"), D("2026-03-17"), "be-consumer", notice_on=reminded_on)
    assert lines(state) == [("2026-03-17", "2026-03-17", 1, 50_000, "4.50", 6)]
    assert state.compensation == 0


def test_a_belgian_consumer_pays_the_clause_up_to_the_commercial_rate() -> None:
    def rates(rate: str) -> list[str]:
        state = interest(
            50_000,
            D("2025-01-31"),
            D("2025-08-31"),
            "be-consumer",
            notice_on=D("2025-03-02"),
            contract_rate=Decimal(rate),
        )
        return [str(s.rate) for s in state.slices] + [str(len(state.warnings))]

    assert rates("10") == ["10", "0"]
    assert rates("11") == ["11", "10.5", "1"]
    assert rates("15") == ["11.5", "10.5", "2"]


# --- The rate of the contract --------------------------------------------------------------------------------------


def test_a_rate_below_the_floor_is_computed_as_agreed_and_said() -> None:
    state = interest(500_000, D("2024-12-15"), D("2025-08-31"), "fr-business", contract_rate=Decimal("10"))
    assert [str(w) for w in state.warnings] == [
        "Le taux contractuel de 10\u00a0% est inférieur au minimum légal de 14.76\u00a0% "
        "du 2024-12-16 au 2024-12-31 (C. com. art. L441-10 II).",
        "Le taux contractuel de 10\u00a0% est inférieur au minimum légal de 11.13\u00a0% "
        "du 2025-01-01 au 2025-06-30 (C. com. art. L441-10 II).",
    ]


@pytest.mark.parametrize(
    ("rate", "regime", "on", "words"),
    [
        ("8.24", "fr-business", "2026-11-22", "minimum légal de 8.25"),
        ("8.25", "fr-business", "2026-11-22", ""),
        ("0.10", "fr-business", "2014-03-01", ""),
        ("10.6", "be-consumer", "2026-11-22", "maximum légal de 10.5"),
        ("10.5", "be-consumer", "2026-11-22", ""),
        ("1", "be-business", "2026-11-22", ""),
        ("12", "fr-public", "2026-11-22", "CCP art. R2192-31"),
        ("-1", "fr-business", "2026-11-22", "compris entre 0 et 1000"),
        ("NaN", "fr-business", "2026-11-22", "compris entre 0 et 1000"),
        ("12.00001", "fr-business", "2026-11-22", "quatre décimales"),
    ],
)
def test_what_a_contract_may_set(rate: str, regime: str, on: str, words: str) -> None:
    reasons = " ".join(str(r) for r in contract_rate_reasons(Decimal(rate), regime, D(on)))
    assert words in reasons
    assert bool(words) == bool(reasons)


# --- Refusals ------------------------------------------------------------------------------------------------------


def test_all_reasons_are_given_at_once() -> None:
    with pytest.raises(Refused) as refused:
        interest(
            0,
            D("2026-06-20"),
            D("2026-07-10"),
            "fr-public",
            contract_rate=Decimal(12),
            payments=[(D("2026-07-01"), -5)],
        )
    assert len(refused.value.reasons) == 3


@pytest.mark.parametrize(
    ("principal", "due_on", "until", "regime", "words"),
    [
        (-1, "2026-06-20", "2026-07-10", "fr-business", "Le principal"),
        (10**15, "2026-06-20", "2026-07-10", "fr-business", "Le principal"),
        (100, "2026-06-20", "2026-07-10", "de-business", "« de-business »".replace(" ", "\u00a0")),
        (100, "2012-06-20", "2012-07-10", "fr-business", "2012-06-21 dans la table fr_late_payment"),
        (100, "1900-06-20", "2026-07-10", "fr-business", "plus d’un siècle"),
        (100, "9999-12-31", "9999-12-31", "fr-business", "plus d’un siècle"),
    ],
)
def test_it_refuses(principal: int, due_on: str, until: str, regime: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        interest(principal, D(due_on), D(until), regime)


def test_a_half_year_that_is_not_published_is_refused_or_marked() -> None:
    known = FR_LATE_PAYMENT.latest
    assert known.until is not None
    due_on, until = known.until - DAY, known.until + 9 * DAY
    with pytest.raises(Refused, match="fr_late_payment"):
        interest(100_000, due_on, until, "fr-business")
    state = interest(100_000, due_on, until, "fr-business", provisional=True)
    assert [(s.days, s.rate, s.provisional) for s in state.slices] == [(1, known.value, False), (9, known.value, True)]
    assert state.provisional


def test_a_claim_older_than_the_flat_sum_does_not_bring_it() -> None:
    state = interest(100_000, D("2012-11-30"), D("2012-12-31"), "fr-business", contract_rate=Decimal(12))
    assert state.compensation == 0


def test_the_limits_themselves_are_accepted() -> None:
    century = D("2026-11-22") - timedelta(days=36_525)
    state = interest(10**15 - 1, century, D("2026-11-22"), "be-business", contract_rate=Decimal(1000))
    assert abs(state.interest_accrued - state.exact) <= Fraction(1, 2)
    paid = interest(1, D("2026-06-20"), D("2026-07-10"), "fr-business", payments=[(D("2026-06-20"), 10**15 - 1)])
    assert paid.overpaid == 10**15 - 2
    with pytest.raises(Refused, match="Le paiement du 2026-07-01"):
        interest(1, D("2026-06-20"), D("2026-07-10"), "fr-business", payments=[(D("2026-07-01"), 10**15)])


def test_the_flat_sum_begins_with_the_first_late_day() -> None:
    assert interest(100_000, D("2012-12-31"), D("2013-01-31"), "fr-business").compensation == 4000


def test_a_clause_at_the_ceiling_is_not_reduced() -> None:
    state = interest(
        50_000,
        D("2025-06-30"),
        D("2026-03-31"),
        "be-consumer",
        notice_on=D("2025-07-02"),
        contract_rate=Decimal("10.5"),
    )
    assert (len(state.slices), state.warnings) == (1, ())


# --- The laws of arithmetic ----------------------------------------------------------------------------------------

MOVING: dict[str, Series[Decimal]] = {
    "fr-business": FR_LATE_PAYMENT,
    "fr-consumer": FR_LEGAL_PROFESSIONAL_CREDITOR,
    "be-business": BE_COMMERCIAL,
    "be-consumer": BE_LEGAL_CIVIL,
}
FIRST, LAST = D("2024-01-01"), D("2026-12-30")
days = st.dates(FIRST, LAST)
amounts = st.integers(1, 10**12)
rates = st.decimals(0, 100, places=4)
regimes = st.sampled_from(sorted(MOVING))
some_payments = st.lists(st.tuples(days, st.integers(1, 10**9)), max_size=6)
NOTICE = D("2023-10-01")
"""Long before every due day, so that nothing but the due day decides when interest starts."""


def exact(principal: int, due_on: date, until: date, regime: str) -> Fraction:
    return interest(principal, due_on, until, regime, notice_on=NOTICE).exact


@given(amounts, regimes, st.tuples(days, days, days).map(sorted))
def test_additive_in_time_before_rounding(principal: int, regime: str, three: list[date]) -> None:
    a, b, c = three
    assert exact(principal, a, c, regime) == exact(principal, a, b, regime) + exact(principal, b, c, regime)


@given(amounts, amounts, regimes, days, days)
def test_additive_in_amount_before_rounding(one: int, other: int, regime: str, due_on: date, until: date) -> None:
    whole = exact(one + other, due_on, until, regime)
    assert whole == exact(one, due_on, until, regime) + exact(other, due_on, until, regime)


@given(amounts, regimes, days, days, some_payments)
def test_exact_interest_is_what_each_day_bears(
    principal: int, regime: str, due_on: date, until: date, payments: list[tuple[date, int]]
) -> None:
    """By another road: day by day, without any slice. Principal first, so that no rounding enters the base."""
    state = interest(principal, due_on, until, regime, notice_on=NOTICE, payments=payments, principal_first=True)
    expected = Fraction()
    for n in range(1, (until - due_on).days + 1):
        day = due_on + n * DAY
        base = max(0, principal - sum(cents for paid_on, cents in payments if paid_on < day))
        expected += Fraction(base * MOVING[regime].on(day).value) / 36_500
    assert state.exact == expected
    assert abs(state.interest_accrued - expected) <= Fraction(len(state.slices), 2)


@given(amounts, st.sampled_from(list(Regime)), days, days, days)
def test_monotone_in_time(principal: int, regime: Regime, due_on: date, one: date, other: date) -> None:
    sooner, later = sorted((one, other))
    first = interest(principal, due_on, sooner, regime, notice_on=NOTICE)
    second = interest(principal, due_on, later, regime, notice_on=NOTICE)
    assert 0 <= first.interest_accrued <= second.interest_accrued
    assert first.owed <= second.owed


@given(amounts, amounts, st.sampled_from(list(Regime)), days, days)
def test_monotone_in_amount(one: int, other: int, regime: Regime, due_on: date, until: date) -> None:
    small, large = (interest(p, due_on, until, regime, notice_on=NOTICE) for p in sorted((one, other)))
    assert small.interest_accrued <= large.interest_accrued


@given(amounts, rates, rates, days, days)
def test_monotone_in_rate(principal: int, one: Decimal, other: Decimal, due_on: date, until: date) -> None:
    low, high = (interest(principal, due_on, until, "fr-business", contract_rate=rate) for rate in sorted((one, other)))
    assert low.interest_accrued <= high.interest_accrued


@given(amounts, st.sampled_from(list(Regime)), days, days, some_payments, st.booleans())
def test_no_cent_is_lost(
    principal: int, regime: Regime, due_on: date, until: date, payments: list[tuple[date, int]], first: bool
) -> None:
    """What was claimed is what was paid and what is left, whatever the order of imputation."""
    state = interest(principal, due_on, until, regime, notice_on=NOTICE, payments=payments, principal_first=first)
    paid = sum(cents for day, cents in payments if day <= until)
    assert principal + state.interest_accrued + state.compensation == paid + state.owed - state.overpaid
    assert min(state.principal_unpaid, state.interest_unpaid, state.compensation_unpaid, state.overpaid) >= 0
    assert not (state.owed and state.overpaid)
    assert state.interest_accrued == sum(s.interest for s in state.slices)


@given(amounts, st.sampled_from(list(Regime)), days, days, some_payments)
def test_slices_follow_one_another(
    principal: int, regime: Regime, due_on: date, until: date, payments: list[tuple[date, int]]
) -> None:
    state = interest(principal, due_on, until, regime, notice_on=NOTICE, payments=payments)
    for before, after in zip(state.slices, state.slices[1:], strict=False):
        assert before.to_on + DAY == after.from_on
        assert before.base >= after.base
    assert all(s.base > 0 and s.days > 0 for s in state.slices)


@given(amounts, st.sampled_from(["fr-business", "be-business"]), days, days, some_payments)
def test_principal_first_never_costs_the_debtor_more(
    principal: int, regime: str, due_on: date, until: date, payments: list[tuple[date, int]]
) -> None:
    usual = interest(principal, due_on, until, regime, payments=payments)
    variant = interest(principal, due_on, until, regime, payments=payments, principal_first=True)
    assert variant.exact <= usual.exact
