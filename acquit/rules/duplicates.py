"""Is this document of a file one that we know already? Made, updated, left alone, or shown to a person.

- *exact*: same number, total and currency, and the same customer or the same day. Nothing is made.
- *update*: an exact one on which the file says that less is owed than we know.
- *more owed*: an exact one on which the file says that more is owed. We may have matched a payment that the other
  program has not seen, so nothing is changed and a person is told.
- *probable*: same customer, total and day under another number; or the same number with another customer or total.
  Never made in silence and never dropped in silence.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["create", "update", "duplicate", "more", "probable", "taken"]
CREATE: Verdict = "create"
UPDATE: Verdict = "update"
DUPLICATE: Verdict = "duplicate"
MORE: Verdict = "more"
PROBABLE: Verdict = "probable"
TAKEN: Verdict = "taken"
"""Probable too, but the customer already has this number with another total: it cannot be made beside it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A document that we have, or that stands earlier in the same files. Amounts in minor units."""

    id: Hashable
    kind: str
    """invoice or credit_note"""
    customer: Hashable
    number: str
    number_key: str
    issued_on: date
    total: int
    currency: str
    owed: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document of a file. `customer` is None when nobody like it is known yet."""

    kind: str
    customer: Hashable | None
    number_key: str
    issued_on: date
    total: int
    currency: str
    owed: int | None = None
    """What is left according to the file; None when the file does not follow payments."""
    net: bool = False
    """The file gives what is left and no total: an equal or lower total is no difference."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a document, and the known one that decided it."""

    verdict: Verdict
    twin: Known | None = None


class Ledger:
    """The known documents, by number and by (customer, total, currency, day). A look-up costs the same at any size."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        self._by_number: dict[tuple[str, str], list[Known]] = defaultdict(list)
        self._by_money: dict[tuple[Hashable, ...], list[Known]] = defaultdict(list)
        for document in known:
            self.add(document)

    def add(self, document: Known) -> None:
        """One document more, such as the one just decided to be made."""
        self._by_number[document.kind, document.number_key].append(document)
        self._by_money[_money(document)].append(document)

    def numbered(self, kind: str, number_key: str) -> list[Known]:
        """The documents of this kind with this number, whoever they are for."""
        return self._by_number.get((kind, number_key), [])

    def alike(self, document: Incoming) -> list[Known]:
        """The documents of the same customer, total, currency and day."""
        return self._by_money.get(_money(document), []) if document.customer is not None else []


def _money(document: Known | Incoming) -> tuple[Hashable, ...]:
    return (document.kind, document.customer, document.total, document.currency, document.issued_on)


def decide(document: Incoming, known: Ledger) -> Decision:
    """What becomes of one document of a file, given all that we know and all that came before it."""
    numbered = known.numbered(document.kind, document.number_key)
    exact = [twin for twin in numbered if _is_same(document, twin)]
    if exact:
        theirs = [twin for twin in exact if twin.customer == document.customer]
        return _compare(document, (theirs or exact)[0])
    taken = next((twin for twin in numbered if twin.customer == document.customer), None)
    if taken is not None:
        return Decision(TAKEN, taken)
    near = [*numbered, *known.alike(document)]
    return Decision(PROBABLE, near[0]) if near else Decision(CREATE)


def _is_same(document: Incoming, twin: Known) -> bool:
    same_total = document.total == twin.total or (document.net and document.total < twin.total)
    same_origin = document.customer == twin.customer or document.issued_on == twin.issued_on
    return same_total and same_origin and document.currency == twin.currency


def _compare(document: Incoming, twin: Known) -> Decision:
    """An exact twin: what the file says is left, against what we know is left. A credit note is never followed."""
    if document.owed is None or document.kind != "invoice" or document.owed == twin.owed:
        return Decision(DUPLICATE, twin)
    return Decision(UPDATE if document.owed < twin.owed else MORE, twin)
