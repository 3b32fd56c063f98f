"""What a reminder («relance») is about: the facts it needs, as values, before any word is chosen."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """One invoice of a reminder. Amounts in minor units of the message's currency."""

    reference: str
    due_on: date
    days_late: int
    """Negative or zero while it is not late."""
    owed: int
    issued_on: date | None = None
    subject: str = ""
    """What was sold; the first reminder to a Belgian consumer says it when it is known."""


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """One message to one customer about one or several invoices of one currency."""

    locale: str
    """fr-FR, fr-BE, nl-BE or en: the customer's language, and whose words."""
    level: str
    """upcoming, courteous, firm, final or resume"""
    kind: str
    """business, consumer or public. Anything else is written to as to a consumer, who is owed the most care."""
    country: str
    """The debtor's, ISO 3166 alpha-2."""
    sent_on: date
    lines: tuple[ReminderLine, ...]
    sender: str
    """The person who signs."""
    firm: str
    currency: str = "EUR"
    interest: int = 0
    """Late interest to date over all lines; zero where none is claimed."""
    compensation: int = 0
    """Fixed compensation to date over all lines; zero where none is claimed."""
    answer_by: date | None = None
    phone: str = ""
    iban: str = ""
    enterprise_number: str = ""
    structured: str = ""
    """Belgian structured communication, twelve digits with or without signs."""
    reference: str = ""
    """What to quote on the transfer; the invoice numbers when empty and short enough."""
    title: str = ""
    """mrs, mr, or empty when unknown"""
    first_name: str = ""
    last_name: str = ""
    previous: tuple[date, ...] = ()
    """Days of the messages already sent about these invoices."""

    @property
    def total(self) -> int:
        """What is owed in principal, over all lines."""
        return sum(line.owed for line in self.lines)

    @property
    def to_consumer(self) -> bool:
        """Whether the debtor is to be written to as a consumer."""
        return self.kind not in ("business", "public")

    @property
    def belgian_first(self) -> bool:
        """Whether this is the first reminder that book XIX of the Belgian code gives a consumer."""
        return self.to_consumer and self.country == "BE" and self.level == "courteous"
