"""How the figures under `law/data` are read: strictly, naming the file and the line that is wrong."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TypeVar

from acquit.law.citation import Citation, Confidence
from acquit.law.dated import Dated, Series

Value = TypeVar("Value")

RATE_COLUMNS = ("valid_from", "valid_to", "rate", "article", "source", "checked_on", "confidence", "note")
FIGURE_COLUMNS = ("key", "valid_from", "valid_to", "value", "unit", *RATE_COLUMNS[3:])
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class BadTable(ValueError):
    """A file of figures is not as it must be; the message names file, line and cause."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, and where it stands."""

    file: str
    line: int
    cells: Mapping[str, str]

    def fail(self, cause: str) -> BadTable:
        """The error to raise about this line."""
        return BadTable(f"law/data/{self.file}, line {self.line}: {cause}")

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        cell = self.cells[column]
        if not cell:
            raise self.fail(f"{column} is empty")
        return cell

    def day(self, column: str) -> date:
        """A cell that holds an ISO day, and nothing looser that the library would also read."""
        cell = self.cells[column]
        try:
            if _DAY.fullmatch(cell):
                return date.fromisoformat(cell)
        except ValueError:
            pass
        raise self.fail(f"{column} is not a day: {cell!r}")

    def number(self, column: str) -> Decimal:
        """A cell that holds a plain decimal number, never negative."""
        cell = self.cells[column]
        if not _NUMBER.fullmatch(cell):
            raise self.fail(f"{column} is not a number: {cell!r}")
        return Decimal(cell)

    def citation(self) -> Citation:
        """The last columns of every table."""
        confidence = self.text("confidence")
        if confidence not in set(Confidence):
            raise self.fail(f"confidence is not one of {', '.join(Confidence)}: {confidence!r}")
        return Citation(
            self.text("article"),
            self.text("source"),
            self.day("checked_on"),
            Confidence(confidence),
            self.cells["note"],
        )


def parse(file: str, text: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """The lines of a table whose header must be `columns`. Raises `BadTable` for any other shape."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != columns:
            raise BadTable(f"law/data/{file}, line 1: the columns must be {', '.join(columns)}")
        for cells in reader:
            if len(cells) != len(columns):
                raise BadTable(
                    f"law/data/{file}, line {reader.line_num}: {len(cells)} cells for {len(columns)} columns"
                )
            if any(cell != cell.strip() for cell in cells):
                raise BadTable(f"law/data/{file}, line {reader.line_num}: a cell begins or ends with a space")
            yield Row(file, reader.line_num, dict(zip(columns, cells, strict=True)))
    except csv.Error as error:
        raise BadTable(f"law/data/{file}, line {reader.line_num}: {error}") from error


def read(file: str, columns: tuple[str, ...]) -> list[Row]:
    """The lines of one of our own files."""
    try:
        text = files("acquit.law").joinpath("data", file).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadTable(f"law/data/{file}: not UTF-8: {error}") from error
    return list(parse(file, text, columns))


def series(name: str, unit: str, rows: list[Row], value: Callable[[Row], Value]) -> Series[Value]:
    """Rows as a series, without gap or overlap. An empty `valid_to` runs to the eve of the next row."""
    if not rows:
        raise BadTable(f"law/data: {name} has no line")
    starts = [row.day("valid_from") for row in rows]
    entries = []
    for place, row in enumerate(rows):
        following = starts[place + 1] if place + 1 < len(rows) else None
        entries.append(Dated(value(row), starts[place], _end(row, starts[place], following), row.citation()))
    return Series(name, unit, entries)


def _end(row: Row, start: date, following: date | None) -> date | None:
    """The last day of a row, which must touch the first day of the next one."""
    end = row.day("valid_to") if row.cells["valid_to"] else None
    if end is not None and end < start:
        raise row.fail("valid_to is before valid_from")
    if following is None:
        return end
    if following <= start:
        raise row.fail("the next line does not begin later")
    eve = following - timedelta(days=1)
    if end not in (None, eve):
        raise row.fail(f"gap or overlap: valid_to should be {eve.isoformat()}")
    return eve


@cache
def rates(table: str) -> Series[Decimal]:
    """The rates of `law/data/<table>.csv`, in percent a year."""
    return series(table, "percent", read(f"{table}.csv", RATE_COLUMNS), lambda row: row.number("rate"))


@cache
def _figure_rows() -> dict[str, list[Row]]:
    """Lines of `figures.csv` by key."""
    by_key: dict[str, list[Row]] = {}
    for row in read("figures.csv", FIGURE_COLUMNS):
        by_key.setdefault(row.text("key"), []).append(row)
    return by_key


def figure_keys() -> tuple[str, ...]:
    """Every key of `figures.csv`, in the order of the file."""
    return tuple(_figure_rows())


@cache
def figure(key: str) -> Series[Decimal]:
    """A figure of `figures.csv` as it is written there. Raises `KeyError` for an unknown key."""
    rows = _figure_rows()[key]
    units = {row.text("unit") for row in rows}
    if len(units) != 1:
        raise rows[-1].fail(f"{key} has several units")
    return series(key, units.pop(), rows, lambda row: row.number("value"))


@cache
def whole_figure(key: str) -> Series[int]:
    """The same as whole numbers: days, years, times, euros as cents. Raises `BadTable` otherwise."""
    return series(key, figure(key).unit, _figure_rows()[key], _whole)


def _whole(row: Row) -> int:
    """The value of a line as an integer, euros as cents."""
    number = row.number("value").scaleb(2 if row.cells["unit"] == "EUR" else 0)
    if number != number.to_integral_value():
        raise row.fail("value is not whole")
    return int(number)
