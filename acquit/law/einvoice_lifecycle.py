"""What does a code of the French e-invoicing life cycle mean? (« Cycle de vie », AFNOR XP Z12-012.)"""

from dataclasses import dataclass
from datetime import date

from acquit.law.citation import Citation
from acquit.law.tables import Row, read

_COLUMNS = (
    "code", "valid_from", "valid_to", "label", "issuer", "mandatory", "to_tax_office", "needs_reason",
    "article", "source", "checked_on", "confidence", "note",
)  # fmt: skip
_ANSWERS = {"yes": True, "no": False, "unknown": None}


@dataclass(frozen=True, slots=True)
class LifecycleCode:
    """One code. None where our sources do not say; `label` is empty where none was found."""

    code: int
    label: str
    issuer: str
    """Who sends it, in French, as the norm does."""
    mandatory: bool | None
    to_tax_office: bool | None
    needs_reason: bool | None
    since: date
    citation: Citation


def _answer(row: Row, column: str) -> bool | None:
    """A cell that holds yes, no or unknown."""
    cell = row.text(column)
    if cell not in _ANSWERS:
        raise row.fail(f"{column} is yes, no or unknown, not {cell!r}")
    return _ANSWERS[cell]


def _code(row: Row) -> LifecycleCode:
    """A line of the table."""
    return LifecycleCode(
        code=int(row.number("code")),
        label=row.cells["label"],
        issuer=row.cells["issuer"],
        mandatory=_answer(row, "mandatory"),
        to_tax_office=_answer(row, "to_tax_office"),
        needs_reason=_answer(row, "needs_reason"),
        since=row.day("valid_from"),
        citation=row.citation(),
    )


CODES: dict[int, LifecycleCode] = {code.code: code for code in map(_code, read("einvoice_lifecycle.csv", _COLUMNS))}
"""Every code we know, by its number."""
