"""What an invented firm lived through, and what that makes its customers owe: the truth behind the example's files."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from acquit.demo.cast import Debtor
from acquit.law.working_days import is_working_day

MONTHS_DAYS = 548
SERVICE_DAYS = 70
"""Since when the firm uses Acquit."""
BOOKS_DAYS = 35
"""How long before that its own invoicing software was last told about payments."""


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice, or a credit note when `credits` names the invoice it corrects. Cents, taxes included."""

    number: str
    debtor: str
    issued_on: date
    due_on: date
    total: int
    structured: str = ""
    credits: str = ""
    scene: str = ""
    """What the scenes call it."""


@dataclass(frozen=True, slots=True)
class Move:
    """One movement on an account. `shares` is what it truly pays: (number, cents)."""

    account: str
    booked_on: date
    cents: int
    name: str = ""
    iban: str = ""
    label: str = ""
    structured: str = ""
    debtor: str = ""
    shares: tuple[tuple[str, int], ...] = ()
    waits: bool = False
    """Nobody has decided yet on this line."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A hold that the firm asks for on a day: of one bill, or of a customer when `scene` is empty."""

    on: date
    kind: str
    debtor: str
    scene: str = ""
    until: date | None = None
    cause: str = ""


@dataclass(frozen=True)
class World:
    """All that happened up to `on`."""

    on: date
    started_on: date
    books_on: date
    debtors: tuple[Debtor, ...]
    bills: tuple[Bill, ...]
    moves: tuple[Move, ...]
    silences: tuple[Silence, ...]
    old: tuple[Bill, ...] = ()
    """Claims of former software: only the accountant's file knows them."""
    _by_code: dict[str, Debtor] = field(default_factory=dict)

    @property
    def bank_on(self) -> date:
        """The last working day before `on`: the bank is known up to it."""
        return working_before(self.on)

    def debtor(self, code: str) -> Debtor:
        if not self._by_code:
            self._by_code.update({d.code: d for d in self.debtors})
        return self._by_code[code]

    def owed(self, on: date | None = None) -> dict[str, int]:
        """Cents owed on each invoice at the end of a day, by its number: the truth to compare with."""
        day = on or self.on
        left = {b.number: b.total for b in (*self.old, *self.bills) if not b.credits and b.issued_on <= day}
        for note in self.bills:
            if note.credits in left and note.issued_on <= day:
                left[note.credits] -= note.total
        for move in self.moves:
            if move.booked_on <= day and not move.waits:
                for number, cents in move.shares:
                    left[number] -= cents
        return left


def works(day: date) -> bool:
    """Whether both France and Belgium work on a day: then mail leaves to everybody."""
    return is_working_day(day, "FR") and is_working_day(day, "BE")


def working_before(day: date) -> date:
    """The last common working day before a day."""
    day -= timedelta(1)
    while not works(day):
        day -= timedelta(1)
    return day


def working_from(day: date) -> date:
    """The day itself if both countries work, else the next one on which they do."""
    while not works(day):
        day += timedelta(1)
    return day


def by_names(cast: tuple[Debtor, ...]) -> dict[str, Debtor]:
    """Debtors by their name."""
    return {debtor.name: debtor for debtor in cast}


def dice(on: date, purpose: str) -> Random:
    """Chance that falls the same way each time for the same day."""
    return Random(f"{purpose}:{on}")  # noqa: S311 - a world to look at, not a secret
