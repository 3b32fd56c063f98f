"""Reads of what is owed. Each takes the day it is asked for; amounts in minor units."""

import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Min, Q, QuerySet, Sum

from acquit.parties.bulk import chunks
from acquit.parties.models import Firm
from acquit.receivables.models import Allocation, Freshness, Hold, Means, Payment, Receivable, Standing, Surplus
from acquit.receivables.standings import strongest


def bank_known_until(firm: Firm) -> date | None:
    """The day up to which all followed accounts are known; a person's word for the whole firm counts for all.

    None when nothing was ever said.
    """
    rows = Freshness.objects.filter(firm=firm, followed=True, until__gt=date.min)
    accounts = rows.exclude(account="").aggregate(day=Min("until"))["day"]
    word = rows.filter(account="").aggregate(day=Max("until"))["day"]
    known = [day for day in (accounts, word) if day is not None]
    return max(known) if known else None


def standings(firm: Firm) -> QuerySet[Standing]:
    """All receivables of a firm, settled or not, with their customers."""
    return Standing.objects.filter(firm=firm).select_related("customer")


def open_standings(firm: Firm) -> QuerySet[Standing]:
    """Receivables on which something is owed."""
    return standings(firm).filter(owed__gt=0)


def overdue(firm: Firm, on: date) -> QuerySet[Standing]:
    """Receivables owed whose due day is before `on`."""
    return open_standings(firm).filter(due_on__lt=on)


def owed_by_currency(rows: QuerySet[Standing]) -> dict[str, int]:
    """Sum owed per currency; currencies are never added together."""
    sums = rows.order_by().values("currency").annotate(owed=Sum("owed"))
    return {row["currency"]: row["owed"] for row in sums}


def payments_on(receivable_ids: Collection[int]) -> dict[int, list[tuple[date, int]]]:
    """Live allocations by receivable as (day, minor units), oldest first: what interest is computed with.

    A credit note counts from the due day, whenever it was made: what was never owed bears no interest.
    """
    found: dict[int, list[tuple[date, int]]] = {}
    for chunk in chunks(sorted(receivable_ids)):
        rows = Allocation.objects.filter(receivable_id__in=chunk, reverses__isnull=True, reversal__isnull=True)
        columns = ("receivable_id", "receivable__due_on", "payment__means", "payment__received_on", "amount")
        for receivable, due_on, means, received_on, amount in rows.values_list(*columns):
            day = min(due_on, received_on) if means == Means.CREDIT_NOTE else received_on
            found.setdefault(receivable, []).append((day, amount))
    return {receivable: sorted(payments) for receivable, payments in found.items()}


def surplus_of(customer_ids: list[int]) -> dict[tuple[int, str], int]:
    """Unallocated money («crédit client») by customer and currency."""
    rows = Surplus.objects.filter(customer_id__in=customer_ids).values("customer_id", "currency")
    return {(row["customer_id"], row["currency"]): row["left"] for row in rows.annotate(left=Sum("left"))}


def holds_in_force(firm: Firm, on: date) -> QuerySet[Hold]:
    """Holds that keep somebody in peace on `on`."""
    return Hold.objects.filter(Q(until__isnull=True) | Q(until__gte=on), firm=firm, release__isnull=True)


def received_between(firm: Firm, first: date, last: date) -> dict[str, int]:
    """Money received per currency, both days included; credit notes and payments taken back do not count."""
    rows = Payment.objects.filter(
        firm=firm, received_on__range=(first, last), reverses__isnull=True, reversal__isnull=True
    ).exclude(means__in=["credit_note", "reported"])
    return {row["currency"]: row["total"] for row in rows.values("currency").annotate(total=Sum("amount"))}


@dataclass(frozen=True, slots=True)
class PastPosition:
    """Where a receivable stood at the end of a day, from facts alone. Amounts in minor units."""

    receivable_id: int
    customer_id: int
    reference: str
    issued_on: date
    due_on: date
    amount: int
    currency: str
    owed: int
    hold: str
    hold_until: date | None


def position_as_of(firm: Firm, on: date) -> list[PastPosition]:
    """Every receivable as it stood at the end of `on`, oldest due day first, settled ones too.

    Money counts from the day it was received, whenever it was entered; what was taken back never counted. What was
    issued after that day is absent, and so is what was withdrawn since: it should never have been there.
    """
    rows = (
        Receivable.objects.filter(firm=firm, issued_on__lte=on, withdrawal__isnull=True)
        .annotate(put=Sum("allocations__amount", filter=Q(allocations__payment__received_on__lte=on)))
        .order_by("due_on", "pk")
    )
    holds = _holds_at_the_end_of(firm, on)
    found = []
    for r in rows.iterator():
        kind, until = strongest([*holds.get((r.customer_id, None), []), *holds.get((r.customer_id, r.pk), [])])
        found.append(
            PastPosition(
                receivable_id=r.pk,
                customer_id=r.customer_id,
                reference=r.reference,
                issued_on=r.issued_on,
                due_on=r.due_on,
                amount=r.amount,
                currency=r.currency,
                owed=r.amount - (r.put or 0),
                hold=kind,
                hold_until=until,
            )
        )
    return found


def _holds_at_the_end_of(firm: Firm, on: date) -> dict[tuple[int, int | None], list[tuple[str, date | None]]]:
    """Holds recorded by the end of a day in the firm's time zone, neither over nor released by then."""
    midnight = datetime.combine(on + timedelta(1), time(), zoneinfo.ZoneInfo(firm.time_zone))
    rows = Hold.objects.filter(Q(until__isnull=True) | Q(until__gte=on), firm=firm, recorded_at__lt=midnight)
    rows = rows.exclude(release__recorded_at__lt=midnight)
    found: dict[tuple[int, int | None], list[tuple[str, date | None]]] = {}
    for customer, receivable, kind, until in rows.values_list("customer_id", "receivable_id", "kind", "until"):
        found.setdefault((customer, receivable), []).append((kind, until))
    return found
