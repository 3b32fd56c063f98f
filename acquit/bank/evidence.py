"""What the matching rule is given: open receivables, names, payers seen before, and what was settled of late."""

from collections import defaultdict
from collections.abc import Iterable

from acquit.bank.models import Match, StatementLine
from acquit.parties.models import Customer, Firm
from acquit.receivables.models import Standing
from acquit.rules.matching import Candidate, Index
from acquit.rules.statement import Movement

SETTLED_MAX = 20_000
"""References settled last, in which a second payment is looked for."""


def index_of(firm: Firm) -> Index:
    """All that a firm's movements are compared with. Costs a read of every open receivable: build it once for many."""
    return Index(_candidates(firm), settled=_settled(firm), payers=_payers(firm), names=_names(firm))


def movement_of(line: StatementLine) -> Movement:
    """A line as the value that rules know."""
    return Movement(
        booked_on=line.booked_on,
        cents=line.amount,
        currency=line.currency,
        label=line.label,
        value_on=line.value_on,
        name=line.name,
        iban=line.iban,
        structured=line.structured,
        end_to_end=line.end_to_end,
        bank_reference=line.bank_reference,
    )


def _candidates(firm: Firm) -> list[Candidate]:
    rows = Standing.objects.filter(firm=firm, owed__gt=0).values_list(
        "receivable_id", "customer_id", "reference", "owed", "currency", "due_on", "receivable__structured"
    )
    return [Candidate(*row) for row in rows.iterator(chunk_size=5000)]


def _settled(firm: Firm) -> Iterable[str]:
    rows = Standing.objects.filter(firm=firm, owed=0, settled_on__isnull=False).order_by("-settled_on")
    for reference, structured in rows.values_list("reference", "receivable__structured")[:SETTLED_MAX]:
        yield reference
        if structured:
            yield structured


def _payers(firm: Firm) -> dict[str, int]:
    """Accounts that paid for one customer, and never for another."""
    seen: defaultdict[str, set[int]] = defaultdict(set)
    live = Match.objects.filter(firm=firm, payment__isnull=False, undone__isnull=True).exclude(line__iban="")
    pairs = live.order_by().values_list("line__iban", "payment__customer_id").distinct()
    for iban, customer in pairs:
        seen[iban].add(customer)
    return {iban: customers.pop() for iban, customers in seen.items() if len(customers) == 1}


def _names(firm: Firm) -> dict[int, list[str]]:
    """Each customer's names: its own, and those of the customers that were merged into it."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    for customer, name, merged_into in Customer.objects.filter(firm=firm).values_list("pk", "name", "merged_into"):
        names[merged_into or customer].append(name)
    return names
