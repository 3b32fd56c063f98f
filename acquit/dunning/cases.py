"""Snapshots for the dunning rule: many receivables loaded with few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from acquit.dunning.models import Intent, Notice, Plan, Step
from acquit.mailroom.models import Message, State
from acquit.parties.models import Contact, Customer, Firm
from acquit.receivables import queries as owed
from acquit.receivables.models import Standing
from acquit.rules import dunning as rule

_COLUMNS = (
    "receivable_id", "customer_id", "reference", "amount", "owed", "currency", "issued_on", "due_on", "hold",
    "hold_until", "said_step", "said_on", "receivable__structured", "receivable__paper_id",
)  # fmt: skip
_DUTIES = (Contact.Duty.REMINDERS, Contact.Duty.PAYS, Contact.Duty.DECIDES)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a customer's reminders go to."""

    email: str
    name: str
    civility: str
    language: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What is the same for every receivable of a firm on one day."""

    firm: Firm
    plan: rule.Plan
    in_service: bool
    bank_known_until: date | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """Cases with what their letters need."""

    cases: list[rule.Case]
    rows: dict[int, dict[str, Any]]
    """Standing columns by receivable: reference, amount, structured communication, paper."""
    customers: dict[int, Customer]
    recipients: dict[int, Recipient]


def ground_of(firm: Firm) -> Ground:
    """The firm's plan, whether it is in service, and how fresh its bank is."""
    return Ground(firm, plan_of(firm), firm.in_service_at is not None, owed.bank_known_until(firm))


def plan_of(firm: Firm) -> rule.Plan:
    """The firm's plan as the rule wants it; the shipped one until it has its own."""
    plan = Plan.objects.filter(firm=firm, key="standard").first()
    if plan is None:
        return rule.STANDARD
    steps = Step.objects.filter(plan=plan).order_by("position")
    return rule.Plan(
        tuple(rule.Step(s.position, s.level, s.offset, s.channel, s.approval) for s in steps),
        plan.gap_days,
        plan.bank_age_max,
    )


def columns_of(standings: QuerySet[Standing]) -> "QuerySet[Standing, dict[str, Any]]":
    """The columns of standings that `load` works on."""
    rows: QuerySet[Standing, dict[str, Any]] = standings.values(*_COLUMNS)
    return rows


def load(
    rows: Sequence[dict[str, Any]], ground: Ground, *, ignoring: int | None = None, outbox_empty: bool = False
) -> Loaded:
    """Cases of these rows of `columns_of`. `ignoring` is the message about to leave: it does not count as said.

    With `outbox_empty` no message that still waits counts: what a simulation supposes, to show them too.
    """
    customer_ids = sorted({row["customer_id"] for row in rows})
    customers = Customer.objects.in_bulk(customer_ids)
    recipients = recipients_of(customer_ids)
    waiting = [] if outbox_empty else [State.PLANNED, State.CLAIMED]
    contacted = _contacts(customer_ids, ignoring, [*waiting, State.SENDING, State.UNKNOWN])
    credit = owed.surplus_of(customer_ids)
    said = _intents([row["receivable_id"] for row in rows], ignoring, outbox_empty)
    cases = [
        _case(row, ground, customers[row["customer_id"]], recipients.get(row["customer_id"]), contacted, credit, said)
        for row in rows
    ]
    return Loaded(cases, {row["receivable_id"]: row for row in rows}, customers, recipients)


def _case(
    row: dict[str, Any],
    ground: Ground,
    customer: Customer,
    recipient: Recipient | None,
    contacted: dict[int, date],
    credit: dict[tuple[int, str], int],
    said: dict[int, str],
) -> rule.Case:
    state = said.get(row["receivable_id"])
    return rule.Case(
        receivable=row["receivable_id"],
        customer=row["customer_id"],
        owed=row["owed"],
        currency=row["currency"],
        issued_on=row["issued_on"],
        due_on=row["due_on"],
        kind=customer.kind,
        country=customer.country,
        in_service=ground.in_service,
        bank_known_until=ground.bank_known_until,
        hold=row["hold"],
        hold_until=row["hold_until"],
        has_address=recipient is not None,
        address_refused=recipient is not None and recipient.refused,
        said_step=row["said_step"],
        said_on=row["said_on"],
        contacted_on=contacted.get(row["customer_id"]),
        credit=credit.get((row["customer_id"], row["currency"]), 0),
        unresolved=state in (State.UNKNOWN, State.REFUSED),
        planned=state is not None and state not in (State.UNKNOWN, State.REFUSED),
    )


def recipients_of(customer_ids: Sequence[int]) -> dict[int, Recipient]:
    """The best e-mail address of each customer: who receives reminders, then who pays, then who decides."""
    best: dict[int, tuple[tuple[bool, int, int], Recipient]] = {}
    rows = Contact.objects.filter(customer_id__in=customer_ids).exclude(email="")
    for contact in rows.order_by("pk"):
        refused = contact.refused_on is not None
        rank = (refused, _DUTIES.index(Contact.Duty(contact.duty)), contact.pk)
        if contact.customer_id not in best or rank < best[contact.customer_id][0]:
            recipient = Recipient(contact.email, contact.name, contact.civility, contact.language, refused)
            best[contact.customer_id] = rank, recipient
    return {customer: recipient for customer, (_, recipient) in best.items()}


def _contacts(customer_ids: Sequence[int], ignoring: int | None, in_hand_states: Sequence[str]) -> dict[int, date]:
    """Last day each customer was or is about to be written to."""
    last: dict[int, date] = {}
    notices = Notice.objects.filter(customer_id__in=customer_ids).values_list("customer_id")
    last.update(notices.annotate(day=Max("said_on")))
    in_hand = Message.objects.filter(customer_id__in=customer_ids, state__in=in_hand_states).exclude(pk=ignoring)
    for customer, day in in_hand.values_list("customer_id").annotate(day=Max("planned_on")):
        last[customer] = max(day, last.get(customer, day))
    return last


def _intents(receivable_ids: Sequence[int], ignoring: int | None, outbox_empty: bool) -> dict[int, str]:
    """State of the message that is about to speak of each receivable."""
    rows = Intent.objects.filter(receivable_id__in=receivable_ids).exclude(message_id=ignoring)
    if outbox_empty:
        rows = rows.exclude(message__state__in=[State.PLANNED, State.CLAIMED])
    return dict(rows.values_list("receivable_id", "message__state"))
