"""A series answers for a day, for a stretch of days, and says when it does not know."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.law.citation import Citation, Confidence
from acquit.law.dated import Dated, NoValue, Series
from acquit.law.reference_rates import ECB_MAIN_REFINANCING, FR_LATE_PAYMENT

D = date.fromisoformat
DAY = timedelta(days=1)
SOURCE = Citation("art. 1", "a test", D("2026-11-22"), Confidence.TEXT)


def entry(value: int, since: str, until: str | None) -> Dated[int]:
    return Dated(value, D(since), D(until) if until else None, SOURCE)


CLOSED = Series("closed", "days", [entry(1, "2026-01-01", "2026-06-30"), entry(2, "2026-07-01", "2026-12-31")])
OPEN = Series("open", "days", [entry(1, "2026-01-01", "2026-06-30"), entry(2, "2026-07-01", None)])


@pytest.mark.parametrize(
    ("day", "value"),
    [("2026-01-01", 1), ("2026-06-30", 1), ("2026-07-01", 2), ("2026-12-31", 2)],
)
def test_the_value_on_a_day(day: str, value: int) -> None:
    assert CLOSED.on(D(day)).value == value


@pytest.mark.parametrize("day", ["2025-12-31", "2027-01-01"])
def test_a_day_outside_has_no_value(day: str) -> None:
    assert CLOSED.get(D(day)) is None
    with pytest.raises(NoValue, match=f"closed has no value on {day}"):
        CLOSED.on(D(day))


def test_an_open_end_holds_for_ever() -> None:
    assert OPEN.on(date.max).value == 2
    assert OPEN.between(D("2026-12-30"), date.max)[-1].to_on == date.max


def test_periods_cover_the_days_and_are_cut_where_the_entries_are() -> None:
    periods = CLOSED.between(D("2026-06-29"), D("2026-07-02"))
    assert [(p.from_on, p.to_on, p.value) for p in periods] == [
        (D("2026-06-29"), D("2026-06-30"), 1),
        (D("2026-07-01"), D("2026-07-02"), 2),
    ]


def test_no_period_when_the_end_is_before_the_beginning() -> None:
    assert CLOSED.between(D("2026-07-02"), D("2026-07-01")) == ()


def test_the_future_is_refused_or_marked_provisional() -> None:
    with pytest.raises(NoValue, match="2027-01-01"):
        CLOSED.between(D("2026-12-30"), D("2027-01-02"))
    known, guess = CLOSED.between(D("2026-12-30"), D("2027-01-02"), carry_forward=True)
    assert (known.provisional, known.to_on) == (False, D("2026-12-31"))
    assert (guess.provisional, guess.value, guess.from_on, guess.to_on) == (True, 2, D("2027-01-01"), D("2027-01-02"))


def test_the_past_is_never_guessed() -> None:
    with pytest.raises(NoValue, match="2025-12-31"):
        CLOSED.between(D("2025-12-31"), D("2026-01-02"), carry_forward=True)


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [entry(1, "2026-01-01", "2026-06-29"), entry(2, "2026-07-01", None)],
        [entry(1, "2026-01-01", "2026-07-01"), entry(2, "2026-07-01", None)],
        [entry(1, "2026-01-01", None), entry(2, "2026-07-01", None)],
    ],
    ids=["empty", "gap", "overlap", "open end in the middle"],
)
def test_a_series_without_order_is_refused(entries: list[Dated[int]]) -> None:
    with pytest.raises(ValueError, match="broken"):
        Series("broken", "days", entries)


@pytest.mark.parametrize("series", [FR_LATE_PAYMENT, ECB_MAIN_REFINANCING], ids=lambda s: s.name)
@given(st.dates(D("2013-01-01"), D("2026-12-31")), st.integers(0, 2_000))
def test_periods_agree_with_the_days_they_cover(series: Series[Decimal], from_on: date, length: int) -> None:
    to_on = min(from_on + length * DAY, D("2026-12-31"))
    day = from_on
    for period in series.between(from_on, to_on):
        assert period.from_on == day
        assert period.value == series.on(period.from_on).value == series.on(period.to_on).value
        day = period.to_on + DAY
    assert day == to_on + DAY
