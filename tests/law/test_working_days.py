"""Working days: two roads to the holidays, then the counting."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.law.tables import read
from acquit.law.working_days import (
    DAYS_MAX,
    add_working_days,
    is_working_day,
    next_working_day,
    working_days_between,
)

D = date.fromisoformat
DAY = timedelta(days=1)
COLUMNS = ("day", "name", "zone", "article", "source", "checked_on", "confidence", "note")
LISTED = [(row.text("zone"), row.day("day")) for row in read("public_holidays.csv", COLUMNS)]
ZONES = ("FR", "FR-ALSACE-MOSELLE", "BE")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("year", range(2024, 2031))
def test_the_library_and_our_list_agree(zone: str, year: int) -> None:
    # Alsace-Moselle has the French days and two more.
    listed = {day for listed_zone, day in LISTED if zone.startswith(listed_zone) and day.year == year}
    assert len(listed) == {"FR": 11, "FR-ALSACE-MOSELLE": 13, "BE": 10}[zone]
    every_day = (date(year, 1, 1) + n * DAY for n in range(366 if year % 4 == 0 else 365))
    closed = {day for day in every_day if day.weekday() < 5 and not is_working_day(day, zone)}
    assert closed == {day for day in listed if day.weekday() < 5}


@pytest.mark.parametrize(
    ("day", "country", "following"),
    [
        ("2026-11-23", "FR", "2026-11-23"),
        ("2026-11-21", "FR", "2026-11-23"),
        ("2026-07-14", "FR", "2026-07-15"),
        ("2026-07-14", "BE", "2026-07-14"),
        ("2026-07-21", "BE", "2026-07-22"),
        ("2026-04-03", "FR", "2026-04-03"),
        ("2026-04-03", "FR-ALSACE-MOSELLE", "2026-04-07"),
        ("2026-12-25", "FR", "2026-12-28"),
        ("2027-01-01", "BE", "2027-01-04"),
        ("2026-05-08", "ZZ", "2026-05-08"),
        ("2026-11-22", "", "2026-11-23"),
    ],
)
def test_next_working_day(day: str, country: str, following: str) -> None:
    assert next_working_day(D(day), country) == D(following)


@pytest.mark.parametrize(
    ("day", "count", "country", "expected"),
    [
        ("2026-11-20", 1, "FR", "2026-11-23"),
        ("2026-11-22", 1, "FR", "2026-11-23"),
        ("2026-11-22", 0, "FR", "2026-11-22"),
        ("2026-05-07", 3, "FR", "2026-05-13"),
        ("2026-05-13", 1, "BE", "2026-05-15"),
        ("2026-11-13", -3, "FR", "2026-11-09"),
        ("2026-12-24", 5, "BE", "2027-01-04"),
    ],
)
def test_add_working_days(day: str, count: int, country: str, expected: str) -> None:
    assert add_working_days(D(day), count, country) == D(expected)


@pytest.mark.parametrize(
    ("after", "until", "country", "count"),
    [
        ("2026-11-10", "2026-11-22", "FR", 7),
        ("2026-11-22", "2026-11-22", "FR", 0),
        ("2026-11-22", "2026-11-10", "FR", 0),
        ("2026-12-24", "2027-01-04", "BE", 5),
        ("2025-12-31", "2026-12-31", "FR", 252),
    ],
)
def test_working_days_between(after: str, until: str, country: str, count: int) -> None:
    assert working_days_between(D(after), D(until), country) == count


def test_a_limit_to_counting() -> None:
    with pytest.raises(ValueError, match="at most 3660 working days"):
        add_working_days(D("2026-11-22"), DAYS_MAX + 1, "FR")


some_days = st.dates(D("2000-01-01"), D("2040-12-31"))


@given(some_days, st.integers(1, 600), st.sampled_from(ZONES))
def test_counting_and_adding_agree(day: date, count: int, country: str) -> None:
    reached = add_working_days(day, count, country)
    assert is_working_day(reached, country)
    assert working_days_between(day, reached, country) == count


@given(some_days, st.integers(0, 500), st.sampled_from(ZONES))
def test_counting_agrees_with_looking_at_each_day(after: date, length: int, country: str) -> None:
    until = after + length * DAY
    looked_at = sum(is_working_day(after + n * DAY, country) for n in range(1, length + 1))
    assert working_days_between(after, until, country) == looked_at


@given(some_days, st.sampled_from(ZONES))
def test_the_next_working_day_skips_only_closed_days(day: date, country: str) -> None:
    following = next_working_day(day, country)
    assert is_working_day(following, country)
    assert working_days_between(day - DAY, following, country) == 1
