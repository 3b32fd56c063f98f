"""The figures of the day: what is late, what comes, what came in, how long customers take to pay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from acquit.parties.models import Firm
from acquit.receivables import queries as owed
from acquit.receivables.models import Allocation, Means, Standing

COMING_DAYS = 30
PACE_DAYS = 90
"""Days over which the pace of payment is measured: fewer would make it jump from week to week."""
AGES = (0, 15, 30, 60, None)
"""Days late that end each class of age («balance âgée»): not due, up to 15, up to 30, up to 60, and beyond."""


@dataclass(frozen=True, slots=True)
class Open:
    """What is owed in one currency on a day, minor units; `ages` follows `AGES` and adds up to `owed`."""

    currency: str
    owed: int
    count: int
    late: int
    late_count: int
    late_customers: int
    coming: int
    coming_count: int
    ages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """Money of one currency that came in this month up to today, and up to the same day of the month before."""

    currency: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Mean days from issue to the payment that settled; `agreed` is the mean of the terms of the same invoices."""

    days: int
    agreed: int
    before: int | None
    count: int


def in_age(age: int, on: date) -> Q:
    """The condition on `due_on` of an age class, by its place in `AGES`."""
    if age == 0:
        return Q(due_on__gte=on)
    above, up_to = AGES[age - 1], AGES[age]
    late = Q(due_on__lt=on - timedelta(above or 0))
    return late if up_to is None else late & Q(due_on__gte=on - timedelta(up_to))


def coming(on: date) -> Q:
    """The condition on `due_on` of what falls due within thirty days, today included."""
    return Q(due_on__range=(on, on + timedelta(COMING_DAYS)))


def in_force(kinds: Sequence[str], on: date) -> Q:
    """The condition on a standing that one of these holds keeps it in peace on a day."""
    return Q(hold__in=kinds) & (Q(hold_until__isnull=True) | Q(hold_until__gte=on))


def open_sums(firm: Firm, on: date) -> list[Open]:
    """What is owed on a day, one line per currency, the largest first; nothing when nothing is owed."""
    late = Q(due_on__lt=on)
    ages = {f"age{age}": Sum("owed", filter=in_age(age, on), default=0) for age in range(len(AGES))}
    columns: dict[str, Any] = {
        "count": Count("pk"),
        "late": Sum("owed", filter=late, default=0),
        "late_count": Count("pk", filter=late),
        "late_customers": Count("customer", filter=late, distinct=True),
        "coming": Sum("owed", filter=coming(on), default=0),
        "coming_count": Count("pk", filter=coming(on)),
        "all": Sum("owed"),
    }
    rows = owed.open_standings(firm).order_by().values("currency")
    found: Iterable[Any] = rows.annotate(**ages, **columns)
    sums = [
        Open(
            row["currency"],
            row["all"],
            row["count"],
            row["late"],
            row["late_count"],
            row["late_customers"],
            row["coming"],
            row["coming_count"],
            tuple(row[age] for age in ages),
        )
        for row in found
    ]
    return sorted(sums, key=lambda s: (-s.owed, s.currency))


def brief_sums(firm: Firm, on: date) -> list[dict[str, Any]]:
    """How many receivables are owed, how much and how much of it late, by currency: the head of a list, in one pass."""
    late = Sum("owed", filter=Q(due_on__lt=on), default=0)
    rows = owed.open_standings(firm).select_related(None).order_by().values("currency")
    sums: Iterable[Any] = rows.annotate(late=late, count=Count("pk"), total=Sum("owed"))
    return sorted(sums, key=lambda row: (-row["total"], row["currency"]))


def received_this_month(firm: Firm, on: date) -> list[Received]:
    """What came in since the first of the month, beside the same days of the month before."""
    first = on.replace(day=1)
    last_month = first - timedelta(1)
    same_day = last_month.replace(day=min(on.day, last_month.day))
    now = owed.received_between(firm, first, on)
    before = owed.received_between(firm, last_month.replace(day=1), same_day)
    sums = [Received(c, now.get(c, 0), before.get(c, 0)) for c in sorted({*now, *before})]
    return sorted(sums, key=lambda r: -r.now)


def pace(firm: Firm, on: date, *, customer: int | None = None) -> Pace | None:
    """How long invoices settled over the last ninety days took, and over the ninety before; None without any.

    What was settled by a credit note, or was told as settled by an imported file, says nothing of the pace.
    """
    recent = _settled(firm, on - timedelta(PACE_DAYS - 1), on, customer)
    if not recent:
        return None
    older = _settled(firm, on - timedelta(2 * PACE_DAYS - 1), on - timedelta(PACE_DAYS), customer)
    count = sum(n for *_, n in recent)
    return Pace(_mean_days(recent), _mean_days([(i, d, d, n) for i, d, _, n in recent]),
                _mean_days(older) if older else None, count)  # fmt: skip


def paid_in_money(standings: QuerySet[Standing]) -> QuerySet[Standing]:
    """Those settled by money alone, as far as we saw it come."""
    other_means = Allocation.objects.filter(
        receivable_id=OuterRef("pk"),
        reverses__isnull=True,
        reversal__isnull=True,
        payment__means__in=[Means.CREDIT_NOTE, Means.REPORTED],
    )
    return standings.filter(owed=0, settled_on__isnull=False).exclude(Exists(other_means))


def _settled(firm: Firm, first: date, last: date, customer: int | None) -> list[tuple[date, date, date, int]]:
    """(issued, due, settled, how many) of the invoices settled between two days."""
    rows = paid_in_money(Standing.objects.filter(firm=firm, settled_on__range=(first, last)))
    if customer is not None:
        rows = rows.filter(customer_id=customer)
    found = rows.order_by().values_list("issued_on", "due_on", "settled_on").annotate(n=Count("pk"))
    return [(issued, due, settled, n) for issued, due, settled, n in found if settled is not None]


def _mean_days(rows: Sequence[tuple[date, date, date, int]]) -> int:
    """Whole days on average, half up; never below 0 for what was paid before it was issued."""
    days = sum(max(0, (settled - issued).days) * n for issued, _, settled, n in rows)
    count = sum(n for *_, n in rows)
    return (2 * days + count) // (2 * count)
