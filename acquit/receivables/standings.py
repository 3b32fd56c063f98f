"""The machinery row of each receivable: made from facts, rewritten with them, and made again to check it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection, models
from django.db.models import Max, Q, Sum

from acquit.parties.bulk import chunks, insert_rows, update_rows
from acquit.parties.queries import kept_of
from acquit.receivables.models import Allocation, Hold, HoldKind, Receivable, Standing
from acquit.rules.balance import Owed
from acquit.rules.dunning import SETTLED
from acquit.rules.references import reference_key

_STRENGTH = {kind: rank for rank, kind in enumerate(HoldKind.values)}


@dataclass(frozen=True, slots=True)
class Position:
    """What the facts say of one receivable: minor units owed, the day it was settled, who is to be left in peace."""

    owed: int
    settled_on: date | None
    hold: str = ""
    hold_until: date | None = None


def open_many(receivables: Iterable[Receivable], on: date) -> None:
    """Standings of new receivables, to be looked at on `on`."""
    insert_rows(
        Standing,
        [
            Standing(
                firm_id=r.firm_id,
                receivable_id=r.pk,
                customer_id=r.customer_id,
                reference=r.reference,
                reference_key=reference_key(r.reference),
                issued_on=r.issued_on,
                due_on=r.due_on,
                amount=r.amount,
                currency=r.currency,
                owed=r.amount,
                wake_on=on,
            )
            for r in receivables
        ],
    )


def lock(receivable_ids: Collection[int]) -> None:
    """Hold these standings until the transaction ends, always in one order so that two actions cannot deadlock."""
    if not connection.features.has_select_for_update:
        return  # one writer at a time, from the first statement of its transaction
    for chunk in chunks(sorted(receivable_ids)):
        rows = Standing.objects.select_for_update().filter(receivable_id__in=chunk).order_by("receivable_id")
        list(rows.values_list("receivable_id"))


def owed_of(receivable_ids: Collection[int]) -> dict[int, Owed]:
    """What is owed on each, from the locked standings."""
    owed: dict[int, Owed] = {}
    for chunk in chunks(sorted(receivable_ids)):
        for row in Standing.objects.filter(receivable_id__in=chunk):
            owed[row.receivable_id] = Owed(row.reference, row.owed, row.currency)
    return owed


def positions(receivable_ids: Collection[int], on: date) -> dict[int, Position]:
    """Fold the facts of these receivables into their positions on a day. The check and the refresh both ask this."""
    found: dict[int, Position] = {}
    for chunk in chunks(sorted(receivable_ids)):
        receivables = Receivable.objects.filter(pk__in=chunk, withdrawal__isnull=True)
        rows = receivables.values_list("pk", "amount", "customer", "customer__merged_into")
        amounts = {pk: (amount, merged_into or customer) for pk, amount, customer, merged_into in rows}
        put = _allocated(chunk)
        holds = _holds({customer for _, customer in amounts.values()}, chunk, on)
        for pk, (amount, customer) in amounts.items():
            allocated, last = put.get(pk, (0, None))
            owed = amount - allocated
            kind, until = strongest(holds.get((customer, None), []) + holds.get((customer, pk), []))
            found[pk] = Position(owed, last if owed == 0 else None, kind, until)
    return found


def _allocated(chunk: list[int]) -> dict[int, tuple[int, date | None]]:
    """Sum put on each receivable and the day of its last payment that still counts."""
    rows = (
        Allocation.objects.filter(receivable_id__in=chunk)
        .values("receivable_id")
        .annotate(
            total=Sum("amount"),
            last=Max("payment__received_on", filter=Q(reverses__isnull=True, reversal__isnull=True)),
        )
    )
    return {row["receivable_id"]: (row["total"], row["last"]) for row in rows}


def _holds(
    customers: set[int], chunk: list[int], on: date
) -> dict[tuple[int, int | None], list[tuple[str, date | None]]]:
    """Holds in force on a day, by customer and receivable (None: all of the customer's).

    One on a customer that was merged away counts for the customer that is kept.
    """
    found: dict[tuple[int, int | None], list[tuple[str, date | None]]] = {}
    rows = Hold.objects.filter(
        Q(receivable_id__in=chunk)
        | Q(receivable__isnull=True, customer_id__in=customers)
        | Q(receivable__isnull=True, customer__merged_into__in=customers),
        Q(until__isnull=True) | Q(until__gte=on),
        release__isnull=True,
    )
    columns = ("customer_id", "customer__merged_into", "receivable_id", "kind", "until")
    for customer, merged_into, receivable, kind, until in rows.values_list(*columns):
        found.setdefault((merged_into or customer, receivable), []).append((kind, until))
    return found


def held_customers(customer_ids: Collection[int], on: date) -> set[int]:
    """Of these customers, those of whom everything is held on a day: what is opened now is held too."""
    found: set[int] = set()
    for chunk in chunks(sorted(customer_ids)):
        whole = Hold.objects.filter(customer_id__in=chunk, receivable__isnull=True, release__isnull=True)
        in_force = whole.filter(Q(until__isnull=True) | Q(until__gte=on))
        found |= set(in_force.values_list("customer_id", flat=True))
    return found


def strongest(holds: list[tuple[str, date | None]]) -> tuple[str, date | None]:
    """The gravest kind to show, and the last silent day of all (None: open-ended)."""
    if not holds:
        return "", None
    kind = min((kind for kind, _ in holds), key=_STRENGTH.__getitem__)
    ends = [until for _, until in holds]
    return kind, None if None in ends else max(end for end in ends if end is not None)


def refresh(receivable_ids: Collection[int], on: date) -> None:
    """Rewrite the standings from the facts; what is still owed is looked at on `on`, what is settled never again."""
    columns = ["owed", "settled_on", "hold", "hold_until"]
    open_ones: list[tuple[object, ...]] = []
    settled: list[tuple[object, ...]] = []
    for pk, position in positions(receivable_ids, on).items():
        row = (pk, position.owed, position.settled_on, position.hold, position.hold_until)
        (open_ones if position.owed else settled).append(row)
    update_rows(Standing, [*columns, "wake_on"], ((*row, on) for row in open_ones))
    tail = (None, "", None, SETTLED)
    update_rows(Standing, [*columns, "wake_on", "next_step", "next_on", "reason"], (row + tail for row in settled))


def wake_customers(customer_ids: Collection[int], on: date) -> None:
    """Look at everything still owed by these customers on `on`: their credit or their silence changed."""
    for chunk in chunks(sorted(set(kept_of(customer_ids).values()))):
        Standing.objects.filter(customer_id__in=chunk, owed__gt=0).update(wake_on=on)


def built_upon(receivable_ids: Collection[int], apart_from: set[int]) -> set[int]:
    """Receivables with a live allocation of another payment than these, a hold, or a reminder said."""
    found: set[int] = set()
    for chunk in chunks(sorted(receivable_ids)):
        live = Allocation.objects.filter(receivable_id__in=chunk, reverses__isnull=True, reversal__isnull=True)
        found |= {
            receivable
            for receivable, payment in live.values_list("receivable_id", "payment_id")
            if payment not in apart_from
        }
        found |= set(Hold.objects.filter(receivable_id__in=chunk).values_list("receivable_id", flat=True))
        said: models.QuerySet[Standing] = Standing.objects.filter(receivable_id__in=chunk, said_step__gt=0)
        found |= set(said.values_list("receivable_id", flat=True))
    return found
