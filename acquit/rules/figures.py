"""In which state is a receivable on a day? One word for the screens and the shell, derived and never stored."""

from dataclasses import dataclass
from datetime import date

from acquit.rules.refusal import gettext_noop

SOON_DAYS = 7
"""So many days before its due day a receivable is « bientôt échue »."""

PAID, DISPUTE, SAID_PAID, PROMISE, PAUSE = "paid", "dispute", "said_paid", "promise", "pause"
LATE, PARTIAL, UPCOMING, OPEN = "late", "partial", "upcoming", "open"
_HOLDS = (DISPUTE, SAID_PAID, PROMISE, PAUSE)

WORDS = {
    PAID: gettext_noop("payée"),
    DISPUTE: gettext_noop("en litige"),
    SAID_PAID: gettext_noop("dite payée"),
    PROMISE: gettext_noop("promesse"),
    PAUSE: gettext_noop("suspendue"),
    LATE: gettext_noop("en retard"),
    PARTIAL: gettext_noop("partielle"),
    UPCOMING: gettext_noop("bientôt échue"),
    OPEN: gettext_noop("à échoir"),
}
"""Each code with its word."""


@dataclass(frozen=True, slots=True)
class State:
    """A code of `WORDS`, and the days since the due day while something is owed (0 up to the due day)."""

    code: str
    days_late: int


def state_of(owed: int, amount: int, due_on: date, hold: str, hold_until: date | None, on: date) -> State:
    """State at the end of `on` of a receivable of `amount`, `owed` still unpaid (minor units).

    `hold` is the kind of the hold in force and `hold_until` its last silent day; one that has ended does not count.
    What a person must know first wins: paid, then the hold, then lateness, then what was paid of it.
    """
    if owed <= 0:
        return State(PAID, 0)
    days_late = max(0, (on - due_on).days)
    if hold in _HOLDS and (hold_until is None or hold_until >= on):
        return State(hold, days_late)
    if days_late:
        return State(LATE, days_late)
    if owed < amount:
        return State(PARTIAL, 0)
    return State(UPCOMING if (due_on - on).days <= SOON_DAYS else OPEN, 0)
