"""From a decided letter to its words: figures of the day, names, and the texts of the mailroom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from acquit.dunning.cases import Ground, Loaded, Recipient
from acquit.dunning.models import NoticeLine
from acquit.law.applicable import regime_of
from acquit.law.working_days import next_working_day
from acquit.mailroom.letters import ReminderFacts, ReminderLine, compose
from acquit.parties.models import Customer, Firm
from acquit.receivables.queries import payments_on
from acquit.rules.dunning import COURTEOUS, FINAL, FIRM, RESUME, Case, Letter
from acquit.rules.interest import interest
from acquit.rules.wording import Rendered

ANSWER_DAYS = {COURTEOUS: 10, RESUME: 10, FIRM: 8, FINAL: 8}
"""Calendar days a message leaves for an answer, moved to the debtor's next working day. A product choice, not law."""
BELGIAN_CONSUMER_ANSWER_DAYS = 15
"""Book XIX: 14 calendar days from the day after an electronic first reminder, so at the earliest on the 15th day."""
_MR = ("m", "m.", "mr", "monsieur", "dhr", "dhr.", "de heer")
_MRS = ("mme", "mme.", "madame", "mevr", "mevr.", "mevrouw", "mrs", "ms")
_TITLES = dict.fromkeys(_MR, "mr") | dict.fromkeys(_MRS, "mrs")


@dataclass(frozen=True, slots=True)
class Charges:
    """Late interest and fixed compensation of one receivable on a day, in minor units."""

    interest: int = 0
    compensation: int = 0


@dataclass(frozen=True, slots=True)
class Memory:
    """What was paid and what was said about the receivables of a run."""

    payments: Mapping[int, Sequence[tuple[date, int]]]
    said: Mapping[int, Sequence[date]]


def memory_of(letters: Sequence[Letter]) -> Memory:
    """Payments and days of earlier reminders, where the letter speaks of them (firm and last levels)."""
    ids = [case.receivable for letter in letters if letter.step.level in (FIRM, FINAL) for case, _ in letter.lines]
    said: dict[int, list[date]] = {}
    lines = NoticeLine.objects.filter(receivable_id__in=ids).order_by("notice__said_on")
    for receivable, day in lines.values_list("receivable_id", "notice__said_on"):
        said.setdefault(receivable, []).append(day)
    return Memory(payments_on(ids), said)


def charges_of(
    case: Case,
    level: str,
    row: Mapping[str, Any],
    ground: Ground,
    memory: Memory,
    on: date,
    *,
    provisional: bool = False,
) -> Charges:
    """Interest and compensation that a letter of this level states. None for consumers and before the firm level.

    Payments count on the principal first: it is the lower claim, and the sum left is the one the letter shows.
    Raises `Refused` when a rate is missing.
    """
    if level not in (FIRM, FINAL) or case.kind == "consumer" or case.currency != "EUR":
        return Charges()
    stated = interest(
        row["amount"],
        case.due_on,
        on,
        regime_of(case.kind, case.country, ground.firm.country),
        contract_rate=ground.firm.contract_rate if case.kind == "business" else None,
        payments=memory.payments.get(case.receivable, ()),
        principal_first=True,
        provisional=provisional,
    )
    return Charges(stated.interest_unpaid, stated.compensation_unpaid)


def write(
    letter: Letter, charges: Sequence[Charges], loaded: Loaded, ground: Ground, memory: Memory, on: date
) -> Rendered:
    """The subject and text of a letter as of a day. Raises `Refused` when what the text rests on is missing."""
    customer = loaded.customers[letter.customer]
    recipient = loaded.recipients[letter.customer]
    said = sorted({day for case, _ in letter.lines for day in memory.said.get(case.receivable, ())})
    rows = [loaded.rows[case.receivable] for case, _ in letter.lines]
    title, first, last = _person(recipient)
    return compose(
        ReminderFacts(
            locale=locale_of(recipient.language or customer.language, customer.country),
            level=letter.step.level,
            kind=customer.kind,
            country=customer.country,
            sent_on=on,
            lines=tuple(
                ReminderLine(row["reference"], case.due_on, (on - case.due_on).days, case.owed, case.issued_on)
                for (case, _), row in zip(letter.lines, rows, strict=True)
            ),
            currency=letter.currency,
            interest=sum(c.interest for c in charges),
            compensation=sum(c.compensation for c in charges),
            answer_by=answer_by(letter.step.level, customer, on),
            structured=rows[0]["receivable__structured"] if len(rows) == 1 else "",
            title=title,
            first_name=first,
            last_name=last,
            previous=tuple(said[-2:]),
            **_signature(ground.firm),
        )
    )


def _signature(firm: Firm) -> dict[str, str]:
    return {
        "sender": firm.sender or firm.name,
        "firm": firm.name,
        "phone": firm.phone,
        "iban": firm.iban,
        "enterprise_number": firm.bce or firm.siren,
    }


def answer_by(level: str, customer: Customer, on: date) -> date | None:
    """The day a message asks an answer by; none before the due date."""
    days = ANSWER_DAYS.get(level)
    if days is None:
        return None
    if customer.kind == "consumer" and customer.country == "BE":
        days = max(days, BELGIAN_CONSUMER_ANSWER_DAYS)
    return next_working_day(on + timedelta(days), customer.country)


def locale_of(language: str, country: str) -> str:
    """Whose words a customer reads: French of Belgium in Belgium, Dutch of Belgium, English."""
    if language == "nl":
        return "nl-BE"
    if language == "en":
        return "en"
    return "fr-BE" if country == "BE" else "fr-FR"


def _person(recipient: Recipient) -> tuple[str, str, str]:
    """Title, first and last name of a contact, as far as they are known."""
    first, _, last = recipient.name.strip().partition(" ")
    title = _TITLES.get(recipient.civility.strip().lower(), "")
    return (title, first, last) if last else (title, "", first)
