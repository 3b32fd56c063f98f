"""A calm table for people: columns as wide as their content, amounts to the right, two spaces between."""

import unicodedata
from collections.abc import Sequence
from datetime import date

from acquit.rules.money import spell

WIDTH_MAX = 48


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[int] = ()) -> str:
    """Heads, then rows. `right` names the columns whose content stands to the right."""
    cells = [[_cell(value) for value in row] for row in (heads, *rows)]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(heads))]
    lines = ["  ".join(_pad(text, widths[i], i in right) for i, text in enumerate(row)).rstrip() for row in cells]
    return "\n".join(lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, date) else str(value)
    text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    return text if len(text) <= WIDTH_MAX else text[: WIDTH_MAX - 1] + "…"


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, to_the_right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if to_the_right else text + gap


def money(minor: int, currency: str = "EUR") -> str:
    """`1234.50 EUR`: in the shell as in its JSON."""
    return f"{spell(minor, currency)} {currency}"
