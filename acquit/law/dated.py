"""What was the figure on that day? Values in series, each valid over some days, each with its source."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Generic, TypeVar

from acquit.law.citation import Citation

Value = TypeVar("Value")
_DAY = timedelta(days=1)


class NoValue(LookupError):
    """The series says nothing of that day. Raised rather than guessing from the nearest figure."""

    def __init__(self, series: str, day: date) -> None:
        self.series = series
        self.day = day
        super().__init__(f"{series} has no value on {day.isoformat()}")


@dataclass(frozen=True, slots=True)
class Dated(Generic[Value]):
    """One value, from `since` to `until` included; `until` is None while nobody knows when it will end."""

    value: Value
    since: date
    until: date | None
    citation: Citation


@dataclass(frozen=True, slots=True)
class Period(Generic[Value]):
    """Some days, both ends included, over which one value holds."""

    from_on: date
    to_on: date
    value: Value
    citation: Citation
    provisional: bool = False
    """True beyond the last known figure, where the caller asked to carry it forward."""


class Series(Generic[Value]):
    """Dated values of one thing, without gap or overlap, oldest first."""

    __slots__ = ("_starts", "entries", "name", "unit")

    def __init__(self, name: str, unit: str, entries: Sequence[Dated[Value]]) -> None:
        if not entries:
            raise ValueError(f"{name}: no entry")
        for before, after in pairwise(entries):
            if before.until is None or before.until + _DAY != after.since:
                raise ValueError(f"{name}: gap or overlap before {after.since.isoformat()}")
        self.name = name
        self.unit = unit
        self.entries = tuple(entries)
        self._starts = [entry.since for entry in entries]

    def __repr__(self) -> str:
        return f"<Series {self.name}: {len(self.entries)} values>"

    @property
    def latest(self) -> Dated[Value]:
        """The last value we know."""
        return self.entries[-1]

    def get(self, day: date) -> Dated[Value] | None:
        """The entry that holds on that day, or None when there is none."""
        place = bisect_right(self._starts, day)
        if place == 0:
            return None
        entry = self.entries[place - 1]
        return entry if entry.until is None or day <= entry.until else None

    def on(self, day: date) -> Dated[Value]:
        """The entry that holds on that day. Raises `NoValue` before the first day and after the last one."""
        entry = self.get(day)
        if entry is None:
            raise NoValue(self.name, day)
        return entry

    def between(self, from_on: date, to_on: date, *, carry_forward: bool = False) -> tuple[Period[Value], ...]:
        """The periods that cover these days, both included; none when `to_on` is before `from_on`.

        Two entries with the same value stay two periods: a half-year is rounded by itself.
        Raises `NoValue` for a day without value. With `carry_forward`, the days after the last known
        value bear that value in one more period, marked provisional.
        """
        return _between(self, from_on, to_on, carry_forward)


@lru_cache(maxsize=16_384)
def _between(series: Series[Value], from_on: date, to_on: date, carry_forward: bool) -> tuple[Period[Value], ...]:
    """One answer per pair of days: a run over 100,000 claims asks for a few hundred pairs."""
    return tuple(_walk(series, from_on, to_on, carry_forward))


def _walk(series: Series[Value], from_on: date, to_on: date, carry_forward: bool) -> Iterator[Period[Value]]:
    """The periods one after the other."""
    day = from_on
    while day <= to_on:
        entry = series.get(day)
        if entry is None:
            last = series.latest
            if not carry_forward or day < last.since:
                raise NoValue(series.name, day)
            yield Period(day, to_on, last.value, last.citation, provisional=True)
            return
        end = to_on if entry.until is None else min(entry.until, to_on)
        yield Period(day, end, entry.value, entry.citation)
        if end == to_on:  # also spares the day after 9999-12-31
            return
        day = end + _DAY
