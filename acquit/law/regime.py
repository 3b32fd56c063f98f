"""What must a law say so that late interest can be computed? The shape that fr.py and be.py fill."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from acquit.law.citation import Citation
from acquit.law.dated import Series

_DAY = timedelta(days=1)


class Regime(StrEnum):
    """Whose law, and which kind of debtor. The words are those of the shell and of the database."""

    FR_BUSINESS = "fr-business"
    FR_CONSUMER = "fr-consumer"
    FR_PUBLIC = "fr-public"
    BE_BUSINESS = "be-business"
    BE_CONSUMER = "be-consumer"
    BE_PUBLIC = "be-public"


class Start(StrEnum):
    """What makes interest run."""

    DUE_DAY = "due_day"
    """The day after the due day is the first; no notice is needed."""
    NOTICE = "notice"
    """The day the debtor receives the formal notice is the first: the law says « à compter de »."""
    REMINDER = "reminder"
    """The day after the waiting time that the first reminder opens is the first."""


@dataclass(frozen=True, slots=True, eq=False)
class LateInterest:
    """One regime. It computes nothing in money: `rules/interest.py` does, from these answers."""

    regime: Regime
    start: Start
    rate: Series[Decimal]
    """Percent a year where no clause sets another."""
    frozen: bool = False
    """True where the rate of the first day holds until payment; else each half-year bears its own."""
    compensation: Series[int] | None = None
    """Flat sum per late invoice, in cents. None: the law grants none."""
    clause: Citation | None = None
    """What allows a contract to set the rate. None: the rate is not theirs to set."""
    floor: Series[Decimal] | None = None
    """A clause may not go below it, in percent a year."""
    ceiling: Series[Decimal] | None = None
    """What a clause claims beyond it is void, in percent a year."""
    waiting: Series[int] | None = None
    """Calendar days that a reminder leaves to the debtor."""
    term_default: Series[int] | None = None
    """Days to pay when nothing was agreed. None: the law sets no term."""
    term_longest: Series[int] | None = None
    """Days to pay that no contract may exceed."""
    limitation: Series[int] | None = None
    """« Prescription »: years after which a court no longer hears the claim. None: not in our sources."""

    def first_day(self, due_on: date, notice_on: date | None) -> date | None:
        """The first day that bears interest, never before the day after `due_on`; None while nothing runs.

        `notice_on` is the day the formal notice reached the debtor, or the day the first reminder was sent
        (Belgian consumers). It is not looked at where interest runs by itself.
        """
        after_due = due_on + _DAY
        if self.start is Start.DUE_DAY:
            return after_due
        if notice_on is None:
            return None
        if self.waiting is not None:
            notice_on += _DAY * (self.waiting.on(notice_on).value + 1)
        return max(after_due, notice_on)
