"""French figures and regimes."""

from datetime import date
from decimal import Decimal

import pytest

from acquit.law import fr
from acquit.law.dated import NoValue, Series
from acquit.law.regime import LateInterest

D = date.fromisoformat
TODAY = D("2026-11-22")


@pytest.mark.parametrize(
    ("series", "value"),
    [
        (fr.RECOVERY_COMPENSATION, 4000),
        (fr.PUBLIC_COMPENSATION, 4000),
        (fr.TERM_DEFAULT, 30),
        (fr.TERM_LONGEST, 60),
        (fr.TERM_LONGEST_END_OF_MONTH, 45),
        (fr.TERM_LONGEST_PERIODIC, 45),
        (fr.PUBLIC_TERM, 30),
        (fr.PUBLIC_TERM_HEALTH, 50),
        (fr.PUBLIC_TERM_UNDERTAKING, 60),
        (fr.PUBLIC_INTEREST_PAYABLE, 45),
        (fr.LIMITATION_BUSINESS, 5),
        (fr.LIMITATION_CONSUMER, 2),
    ],
    ids=lambda x: getattr(x, "name", x),
)
def test_figure(series: Series[int], value: int) -> None:
    entry = series.on(TODAY)
    assert entry.value == value
    assert entry.citation.article
    assert entry.citation.checked_on == TODAY


def test_in_2024_the_floor_was_above_the_rate_without_clause() -> None:
    assert fr.contract_rate_floor(D("2024-03-01")) == Decimal("15.21")
    assert fr.contract_rate_floor(D("2024-03-01")) > fr.BUSINESS.rate.on(D("2024-03-01")).value


def test_no_floor_before_the_table() -> None:
    with pytest.raises(NoValue, match="fr_contract_floor"):
        fr.contract_rate_floor(D("2014-12-31"))


@pytest.mark.parametrize(
    ("law", "due_on", "notice_on", "first"),
    [
        (fr.BUSINESS, "2026-05-31", None, "2026-06-01"),
        (fr.BUSINESS, "2026-05-31", "2026-08-01", "2026-06-01"),
        (fr.PUBLIC, "2026-05-31", None, "2026-06-01"),
        (fr.CONSUMER, "2026-05-31", None, None),
        (fr.CONSUMER, "2026-05-31", "2026-08-01", "2026-08-01"),
        (fr.CONSUMER, "2026-05-31", "2026-05-01", "2026-06-01"),
    ],
)
def test_the_first_day_that_bears_interest(
    law: LateInterest, due_on: str, notice_on: str | None, first: str | None
) -> None:
    day = law.first_day(D(due_on), D(notice_on) if notice_on else None)
    assert day == (D(first) if first else None)


def test_the_flat_sum_is_for_businesses_and_public_buyers_only() -> None:
    assert (fr.BUSINESS.compensation, fr.PUBLIC.compensation) == (fr.RECOVERY_COMPENSATION, fr.PUBLIC_COMPENSATION)
    assert fr.CONSUMER.compensation is None
