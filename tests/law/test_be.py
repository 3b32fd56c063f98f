"""Belgian figures and regimes, and what a consumer may be asked for."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.law import be
from acquit.law.dated import NoValue, Series
from acquit.rules.money import parse_amount

D = date.fromisoformat
TODAY = D("2026-11-22")


@pytest.mark.parametrize(
    ("series", "value"),
    [
        (be.RECOVERY_COMPENSATION, 4000),
        (be.TERM_DEFAULT, 30),
        (be.TERM_LONGEST, 60),
        (be.PUBLIC_TERM, 30),
        (be.PUBLIC_TERM_HEALTH, 60),
        (be.LIMITATION, 10),
        (be.CONSUMER_REMINDER, 14),
        (be.CONSUMER_REMINDER_BY_POST, 3),
        (be.CONSUMER_FREE_REMINDERS, 3),
        (be.CONSUMER_LATER_REMINDER, 750),
    ],
    ids=lambda x: getattr(x, "name", x),
)
def test_figure(series: Series[int], value: int) -> None:
    assert series.on(TODAY).value == value


@pytest.mark.parametrize(
    ("balance", "cap"),
    [
        ("0", "0"),
        ("0.01", "20.00"),
        ("150", "20.00"),
        ("150.01", "30.00"),
        ("150.10", "30.01"),
        ("500", "65.00"),
        ("500.20", "65.01"),
        ("1000", "90.00"),
        ("39200", "2000.00"),
        ("39200.20", "2000.00"),
        ("100000", "2000.00"),
    ],
)
def test_the_penalty_of_a_consumer_is_capped(balance: str, cap: str) -> None:
    assert be.consumer_penalty_cap(parse_amount(balance), TODAY) == parse_amount(cap)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_cap_grows_with_the_balance(one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert be.consumer_penalty_cap(small, TODAY) <= be.consumer_penalty_cap(large, TODAY) <= 200_000


def test_no_cap_is_known_before_the_law() -> None:
    with pytest.raises(NoValue, match=r"be\.consumer_penalty"):
        be.consumer_penalty_cap(100, D("2023-08-31"))
    with pytest.raises(ValueError, match="not negative"):
        be.consumer_penalty_cap(-1, TODAY)


@pytest.mark.parametrize(
    ("sent_on", "by_post", "last_free_day"),
    [
        ("2026-03-02", False, "2026-03-16"),
        # Posted on a Monday: Thursday is the third working day and the first of the fourteen.
        ("2026-03-02", True, "2026-03-18"),
        # Posted on a Friday before Easter Monday: Thursday again.
        ("2026-04-03", True, "2026-04-22"),
    ],
)
def test_the_fourteen_days_of_a_first_reminder(sent_on: str, by_post: bool, last_free_day: str) -> None:
    notice_on = be.reminder_day(D(sent_on), by_post=by_post)
    first = be.CONSUMER.first_day(D("2026-01-31"), notice_on)
    assert first is not None
    assert first.toordinal() - 1 == D(last_free_day).toordinal()


def test_the_flat_sum_is_not_for_consumers() -> None:
    assert be.BUSINESS.compensation is be.PUBLIC.compensation is be.RECOVERY_COMPENSATION
    assert be.CONSUMER.compensation is None
