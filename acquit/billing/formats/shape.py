"""What every invoice format shares: what the user chose, and how a file says that it cannot be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from acquit.rules.claims import ClaimSheet, FileSheet
from acquit.rules.refusal import Reason, gettext_noop

ERRORS_MAX = 500
"""Beyond this many errors a file is the wrong file: the rest is counted, not listed."""

_AND_MORE = gettext_noop("Autres lignes en erreur : %(count)s.")


@dataclass(frozen=True, slots=True)
class Options:
    """What the user or the firm decides about a file; every field has a default that suits most files."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    """Our field → the file's column, as given on the mapping screen; completes and overrides the proposal."""
    currency: str = "EUR"
    """Currency of files that name none."""
    day_first: bool = True
    """`03/04/2026` is the third of April."""
    decimal: str | None = None
    """Decimal separator of the file; None lets the rows decide."""
    terms_days: int | None = None
    """Payment terms for claims without a due date; None leaves them without."""


def unreadable(file: str, source: str, *reasons: Reason) -> FileSheet:
    """A file that could not be read as a whole: no claim, and every reason why."""
    return FileSheet(file=file, source=source, errors=bounded([r.at(file, r.line) for r in reasons], ERRORS_MAX))


def bounded(reasons: list[Reason], most: int) -> tuple[Reason, ...]:
    """The first `most` reasons, and one more that counts the rest."""
    if len(reasons) <= most:
        return tuple(reasons)
    rest = Reason(_AND_MORE, {"count": len(reasons) - most}, reasons[0].file)
    return (*reasons[:most], rest)


def owed(claims: Sequence[ClaimSheet]) -> int | None:
    """What a file says is owed, in minor units: the rest due when given, else the total; credit notes count less.

    None when the claims are in several currencies: they do not add up.
    """
    if len({claim.currency for claim in claims}) > 1:
        return None
    amounts = ((c, c.total if c.open is None else c.open) for c in claims)
    return sum(-amount if claim.kind == "credit_note" else amount for claim, amount in amounts)
