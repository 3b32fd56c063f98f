"""What a bank statement says, whatever the format it came in. Values only."""

from dataclasses import dataclass
from datetime import date

from acquit.rules.refusal import Reason, gettext_noop

UNBALANCED = gettext_noop(
    "Le relevé %(reference)s ne tombe pas juste : %(opening)s + %(movements)s ≠ %(closing)s %(currency)s."
)
"""Why a statement is not read by default: its own figures contradict it."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One booked line of a bank account. `cents` is positive for money received."""

    booked_on: date
    cents: int
    currency: str
    label: str
    """All free text the bank gives: communication, description, details."""
    value_on: date | None = None
    name: str = ""
    """The other party, as the bank writes it."""
    iban: str = ""
    """The other party's account, without spaces; empty when the bank does not say."""
    structured: str = ""
    """Structured reference: twelve digits of a Belgian communication, or `RF…` (ISO 11649)."""
    end_to_end: str = ""
    bank_reference: str = ""


@dataclass(frozen=True, slots=True)
class StatementSheet:
    """One account over some days. Balances are None where the format carries none (most CSV)."""

    account: str
    """IBAN or the bank's own number, without spaces; empty when the file does not name the account."""
    currency: str
    movements: tuple[Movement, ...]
    source: str
    """Which format and layout was recognised: `camt.053`, `csv:kbc`…"""
    opening: int | None = None
    closing: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    reference: str = ""
    warnings: tuple[Reason, ...] = ()
    imbalance: Reason | None = None
    """Opening + movements ≠ closing: such a sheet is taken on a person's word only, and proves no day to be whole."""
