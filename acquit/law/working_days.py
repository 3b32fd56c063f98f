"""Is that a working day, and which is the next one? Monday to Friday, less the public holidays.

« Jour ouvré ». A country is an ISO 3166 code, or `FR-ALSACE-MOSELLE`, where Good Friday and 26 December are
holidays too (C. trav. L3134-13; whether they extend a procedural time limit, CPC 642, is not settled, so that
the caller chooses the zone). The days come from the `holidays` library; tests compare those of France and
Belgium with our own list. A country that the library does not know has week-ends and no holidays.
"""

from bisect import bisect_right
from datetime import date, timedelta
from functools import lru_cache

import holidays

DAYS_MAX = 3_660
"""Nobody counts more working days than ten years of them; a larger number is a mistake."""

_DAY = timedelta(days=1)
_SATURDAY = 5
_ZONES: dict[str, tuple[str, str | None]] = {"FR-ALSACE-MOSELLE": ("FR", "57")}


@lru_cache(maxsize=4_096)
def _holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of one year that fall from Monday to Friday."""
    code, subdivision = _ZONES.get(country, (country, None))
    try:
        found = holidays.country_holidays(code, subdiv=subdivision, years=year, expand=False)
    except NotImplementedError:
        return frozenset()
    return frozenset(day for day in found if day.weekday() < _SATURDAY)


@lru_cache(maxsize=4_096)
def _sorted_holidays(country: str, year: int) -> list[date]:
    """The same in order, to count those between two days."""
    return sorted(_holidays(country, year))


def is_working_day(day: date, country: str) -> bool:
    """Monday to Friday and no public holiday of the country."""
    return day.weekday() < _SATURDAY and day not in _holidays(country, day.year)


def next_working_day(day: date, country: str) -> date:
    """The day itself if it is a working day, else the first one after it (CPC art. 642; C. jud. art. 53)."""
    while not is_working_day(day, country):
        day += _DAY
    return day


def add_working_days(day: date, count: int, country: str) -> date:
    """The `count`-th working day after `day`, not counted itself; before it if `count` is negative.

    With 0 the day comes back as it is, working or not. Raises `ValueError` beyond `DAYS_MAX`.
    """
    if abs(count) > DAYS_MAX:
        raise ValueError(f"at most {DAYS_MAX} working days, not {count}")
    step = _DAY if count >= 0 else -_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, country):
            day += step
    return day


def working_days_between(after: date, until: date, country: str) -> int:
    """How many working days come after `after`, up to `until` included; 0 when `until` is not later."""
    if until <= after:
        return 0
    weekdays = _weekdays_through(until.toordinal()) - _weekdays_through(after.toordinal())
    return weekdays - sum(
        bisect_right(days, until) - bisect_right(days, after)
        for days in (_sorted_holidays(country, year) for year in range(after.year, until.year + 1))
    )


def _weekdays_through(ordinal: int) -> int:
    """Days from Monday to Friday since 1 January of the year 1, which was a Monday."""
    weeks, days = divmod(ordinal, 7)
    return 5 * weeks + min(days, 5)
