"""How a customer pays: median delay, share late (what is unpaid counts), promises kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from django.db.models import QuerySet, Sum

from acquit.insight.figures import paid_in_money
from acquit.parties.queries import family_of
from acquit.receivables.models import Allocation, Hold, HoldKind, Standing

INVOICES_MAX = 200
"""The latest so many invoices of a customer: older habits say little."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the past says. `median` in days from issue to payment; None while nothing was paid."""

    invoices: int
    since: date | None
    median: int | None
    agreed: int | None
    late: int
    """Invoices paid after their due day, or unpaid and past it: a debtor who never pays is not a good one."""
    judged: int
    """Invoices paid, or past their due day: those that can be late at all."""
    promises_kept: int
    promises: int
    """Promises whose day has come."""

    @property
    def late_percent(self) -> int:
        """Share of late invoices among those judged, in whole percent."""
        return round(100 * self.late / self.judged) if self.judged else 0


def behaviour(customer: int, on: date) -> Behaviour:
    """How one customer pays, from its latest two hundred invoices."""
    rows = list(
        Standing.objects.filter(customer_id=customer).order_by("-issued_on").values_list(
            "issued_on", "due_on", "settled_on", "owed"
        )[:INVOICES_MAX]
    )  # fmt: skip
    late = sum(1 for _, due, settled, owed in rows if (settled or on) > due and (owed or settled))
    judged = sum(1 for _, due, _settled, owed in rows if not owed or due < on)
    terms = [(due - issued).days for issued, due, _, _ in rows]
    kept, due_promises = _promises(customer, on)
    return Behaviour(
        len(rows),
        rows[-1][0] if rows else None,
        medians([customer]).get(customer),
        median_low(terms) if terms else None,
        late,
        judged,
        kept,
        due_promises,
    )


def medians(customer_ids: Sequence[int]) -> dict[int, int]:
    """Median days from issue to payment of each customer's settled invoices."""
    rows: QuerySet[Standing] = paid_in_money(Standing.objects.filter(customer_id__in=customer_ids))
    days: dict[int, list[int]] = {}
    found = rows.order_by("-issued_on").values_list("customer_id", "issued_on", "settled_on")
    for customer, issued, settled in found.iterator(2000):
        delays = days.setdefault(customer, [])
        if settled is not None and len(delays) < INVOICES_MAX:
            delays.append(max(0, (settled - issued).days))
    return {customer: median_low(delays) for customer, delays in days.items()}


def _promises(customer: int, on: date) -> tuple[int, int]:
    """How many promises were kept, of how many whose day has come."""
    family = set(family_of([customer]))
    rows = Hold.objects.filter(
        customer_id__in=family, kind=HoldKind.PROMISE, until__lt=on, receivable__isnull=False
    ).select_related("receivable__standing")
    promises = [hold for hold in rows if hasattr(hold.receivable, "standing")]
    return sum(map(_kept, promises)), len(promises)


def _kept(hold: Hold) -> bool:
    """Whether the sum promised had come by the day, or all that was owed."""
    if hold.receivable is None or hold.until is None:
        return False
    settled = hold.receivable.standing.settled_on
    if settled is not None and settled <= hold.until:
        return True
    came = Allocation.objects.filter(
        receivable_id=hold.receivable_id,
        reverses__isnull=True,
        reversal__isnull=True,
        recorded_at__gte=hold.recorded_at,
        payment__received_on__lte=hold.until,
    ).aggregate(total=Sum("amount"))["total"]
    return bool(hold.amount) and (came or 0) >= (hold.amount or 0)
