"""What needs a person now («à faire»), from every trade, the most pressing first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum

from acquit.bank.models import ToMatch
from acquit.billing.models import ImportBatch
from acquit.insight.figures import in_force
from acquit.mailroom.models import Message, State
from acquit.parties.models import Contact, Firm
from acquit.parties.queries import customers
from acquit.receivables.models import Allocation, Hold, HoldKind, Standing, Surplus
from acquit.rules import dunning as rule

EACH_MAX = 100
"""Of one kind, so many tasks are listed one by one: nobody reads further, and a page has a limit."""


class Todo(StrEnum):
    """Kinds of task, the most pressing first: what may be wrong towards a debtor comes before what may wait."""

    UNKNOWN = "unknown"
    TO_MATCH = "to_match"
    SAID_PAID = "said_paid"
    CREDIT = "credit"
    TO_APPROVE = "to_approve"
    PROMISE_BROKEN = "promise_broken"
    PROMISE_DUE = "promise_due"
    REFUSED = "refused"
    ADDRESS_REFUSED = "address_refused"
    NO_ADDRESS = "no_address"
    INCOMPLETE = "incomplete"
    PLAN_ENDED = "plan_ended"
    DISPUTE = "dispute"
    IMPORT = "import"
    KIND = "kind"


_RANK = {todo: rank for rank, todo in enumerate(Todo)}
MINUTES = dict.fromkeys(Todo, 3) | {Todo.TO_MATCH: 5, Todo.PLAN_ENDED: 5, Todo.DISPUTE: 5, Todo.IMPORT: 5}
"""What a task takes, by experience of the trade: an order of magnitude for planning a morning, nothing more."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. Ids are 0 where it is about no single one; `amount` in minor units, None when there is none."""

    todo: Todo
    count: int = 1
    customer: int = 0
    name: str = ""
    receivable: int = 0
    reference: str = ""
    message: int = 0
    hold: int = 0
    amount: int | None = None
    currency: str = "EUR"
    on: date | None = None
    detail: str = ""


def tasks(firm: Firm, on: date) -> list[Task]:
    """Everything that waits for a person on a day. What the plan does by itself is not here."""
    found = [
        *_to_match(firm),
        *_messages(firm),
        *_imports(firm),
        *_holds(firm, on),
        *_promises(firm, on),
        *_addresses(firm, on),
        *_decisions(firm),
        *_credits(firm),
        *_kinds(firm),
    ]
    unreachable = {task.customer for task in found if task.todo is Todo.ADDRESS_REFUSED}
    # A letter refused because of its address is mended at the address: one task, not two.
    found = [task for task in found if task.todo is not Todo.REFUSED or task.customer not in unreachable]
    return sorted(found, key=lambda task: (_RANK[task.todo], -(task.amount or 0), task.name))


def minutes(found: Iterable[Task]) -> int:
    """About how long these tasks take, by steps of five minutes."""
    total = sum(MINUTES[task.todo] for task in found)
    return max(5, 5 * round(total / 5))


def _to_match(firm: Firm) -> list[Task]:
    rows = ToMatch.objects.filter(firm=firm).order_by().values("line__currency")
    sums = rows.annotate(n=Count("pk"), total=Sum("line__amount"), since=Min("booked_on"))
    return [
        Task(Todo.TO_MATCH, row["n"], amount=row["total"], currency=row["line__currency"], on=row["since"])
        for row in sums
    ]


def _messages(firm: Firm) -> list[Task]:
    """Letters to approve, all in one task; letters in doubt or refused, one by one."""
    waiting = Message.objects.filter(firm=firm, state=State.PLANNED, needs_approval=True, approved_at__isnull=True)
    count = waiting.count()
    found = [Task(Todo.TO_APPROVE, count)] if count else []
    stuck = Message.objects.filter(firm=firm, state__in=[State.UNKNOWN, State.REFUSED]).select_related("customer")
    about = stuck.filter(Q(state=State.UNKNOWN) | Q(intents__isnull=False)).distinct().order_by("-pk")[:EACH_MAX]
    for message in about:
        todo = Todo.UNKNOWN if message.state == State.UNKNOWN else Todo.REFUSED
        found.append(
            Task(
                todo,
                customer=message.customer_id,
                name=message.customer.name,
                message=message.pk,
                on=message.planned_on,
                detail=message.recipient if todo is Todo.UNKNOWN else message.reason,
            )
        )
    return found


def _imports(firm: Firm) -> list[Task]:
    count = ImportBatch.objects.filter(firm=firm, state=ImportBatch.State.PREVIEW).count()
    return [Task(Todo.IMPORT, count)] if count else []


def _holds(firm: Firm, on: date) -> list[Task]:
    """Disputes and «j’ai déjà payé» in force on what is still owed, one by one."""
    kinds = {HoldKind.DISPUTE: Todo.DISPUTE, HoldKind.SAID_PAID: Todo.SAID_PAID}
    rows = Standing.objects.filter(in_force(list(kinds), on), firm=firm, owed__gt=0).select_related("customer")
    return [_task_about(kinds[HoldKind(row.hold)], row) for row in rows.order_by("-owed")[:EACH_MAX]]


def _promises(firm: Firm, on: date) -> list[Task]:
    """Promises whose day is today or gone by, as long as the sum promised has not come and nobody closed them."""
    due = Hold.objects.filter(firm=firm, kind=HoldKind.PROMISE, until__lte=on, release__isnull=True)
    rows = due.select_related("customer", "receivable", "receivable__standing").order_by("until", "pk")
    return [task for hold in rows[:EACH_MAX] if (task := _promise(hold, on))]


def _promise(hold: Hold, on: date) -> Task | None:
    about = Standing.objects.filter(owed__gt=0)
    if hold.receivable_id:
        about = about.filter(receivable_id=hold.receivable_id)
    else:
        about = about.filter(customer__in=[hold.customer_id, hold.customer.merged_into_id or hold.customer_id])
    standing = about.order_by("due_on").first()
    if standing is None or hold.until is None or _kept(hold):
        return None
    return Task(
        Todo.PROMISE_DUE if hold.until == on else Todo.PROMISE_BROKEN,
        customer=standing.customer_id,
        name=hold.customer.name,
        receivable=hold.receivable_id or 0,
        reference=standing.reference if hold.receivable_id else "",
        hold=hold.pk,
        amount=hold.amount or standing.owed,
        currency=standing.currency,
        on=hold.until,
    )


def _kept(hold: Hold) -> bool:
    """Whether at least the sum promised came since the promise was noted."""
    if not hold.amount or not hold.receivable_id:
        return False
    came = Allocation.objects.filter(
        receivable_id=hold.receivable_id,
        reverses__isnull=True,
        reversal__isnull=True,
        recorded_at__gte=hold.recorded_at,
    ).aggregate(total=Sum("amount"))["total"]
    return (came or 0) >= hold.amount


def _addresses(firm: Firm, on: date) -> list[Task]:
    """Customers late with something who cannot be written to: no address, or one that was refused."""
    written = Contact.objects.filter(customer=OuterRef("customer_id")).exclude(email="")
    late = Standing.objects.filter(firm=firm, owed__gt=0, due_on__lt=on)
    unreachable = late.exclude(Exists(written.filter(refused_on__isnull=True)))
    rows = _by_customer(unreachable.annotate(refused=Subquery(written.values("email")[:1])), "refused")
    return [
        _task_for(Todo.ADDRESS_REFUSED if row["refused"] else Todo.NO_ADDRESS, row, row["refused"] or "")
        for row in rows
    ]


def _decisions(firm: Firm) -> list[Task]:
    """Where the plan has said its last word, and where a letter could not be written."""
    found = []
    for reason, todo in ((rule.PLAN_ENDED, Todo.PLAN_ENDED), (rule.INCOMPLETE, Todo.INCOMPLETE)):
        rows = Standing.objects.filter(firm=firm, owed__gt=0, reason=reason, hold="")
        found += [_task_for(todo, row) for row in _by_customer(rows)]
    return found


def _credits(firm: Firm) -> list[Task]:
    """Money of a customer that was put on nothing while something is owed in the same currency."""
    owed = Standing.objects.filter(customer=OuterRef("customer_id"), currency=OuterRef("currency"), owed__gt=0)
    rows = Surplus.objects.filter(Exists(owed), firm=firm).order_by()
    sums = rows.values("customer_id", "customer__name", "currency").annotate(total=Sum("left"))
    return [
        Task(
            Todo.CREDIT,
            customer=row["customer_id"],
            name=row["customer__name"],
            amount=row["total"],
            currency=row["currency"],
        )
        for row in sums.order_by("-total")[:EACH_MAX]
    ]


def _kinds(firm: Firm) -> list[Task]:
    """Customers who owe something and of whom only a guess says what the law calls them."""
    owing = Standing.objects.filter(customer=OuterRef("pk"), owed__gt=0)
    count = customers(firm).filter(Exists(owing), kind_sure=False).count()
    return [Task(Todo.KIND, count)] if count else []


def _by_customer(rows: QuerySet[Standing], *more: str) -> Iterable[dict[str, Any]]:
    """Customers of these standings with what they owe, the largest first."""
    named = rows.order_by().values("customer_id", "currency", *more, name=F("customer__name"))
    found: Iterable[dict[str, Any]] = named.annotate(total=Sum("owed"), since=Min("due_on"), n=Count("pk")).order_by(
        "-total"
    )[:EACH_MAX]
    return found


def _task_for(todo: Todo, row: dict[str, Any], detail: str = "") -> Task:
    return Task(
        todo,
        customer=row["customer_id"],
        name=row["name"],
        amount=row["total"],
        currency=row["currency"],
        on=row["since"],
        detail=detail,
    )


def _task_about(todo: Todo, row: Standing) -> Task:
    return Task(
        todo,
        customer=row.customer_id,
        name=row.customer.name,
        receivable=row.receivable_id,
        reference=row.reference,
        amount=row.owed,
        currency=row.currency,
        on=row.due_on,
    )
