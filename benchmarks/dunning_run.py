"""A run costs what is due: 1,000 due among 10,000, 100,000 and 1,000,000 open; and 100,000 due at once."""

import sys
from datetime import timedelta

from acquit.dunning import run
from acquit.mailroom.models import Message
from acquit.parties.scope import firm_scope
from benchmarks import world


def among(open_count: int, due: int = 1_000) -> float:
    """Seconds of a run with `due` claims due among `open_count` open ones."""
    result: dict[str, float] = {}
    firm = world.firm(f"among-{open_count}")
    with firm_scope(firm):
        quiet = world.customers(firm, max(open_count // world.INVOICES_PER_CUSTOMER, 1))
        late = world.customers(firm, due, "L")
        world.claims(firm, quiet, open_count - due, -40, "Z")
        world.in_service(firm)
        world.asleep_until(firm, "Z", world.DAY + timedelta(37))
        world.claims(firm, late, due, 4, "L")
        with world.timed(result, "run"):
            counts = run.plan_day(firm, world.BY)
        assert counts.looked_at == due == Message.objects.count() == counts.planned, counts
    return result["run"]


def at_once(due: int = 100_000) -> tuple[float, int]:
    """Seconds to plan `due` claims due on one day, one customer each ten; and how many messages that makes."""
    result: dict[str, float] = {}
    firm = world.firm(f"at-once-{due}")
    with firm_scope(firm):
        ids = world.customers(firm, due // world.INVOICES_PER_CUSTOMER)
        world.claims(firm, ids, due, 4, "L")
        world.in_service(firm)
        with world.timed(result, "run"):
            counts = run.plan_day(firm, world.BY)
    assert counts.looked_at == due
    return result["run"], counts.planned


def main() -> None:
    """One line a case."""
    cases = [int(a) for a in sys.argv[1:]] or [10_000, 100_000, 1_000_000]
    for size in cases:
        print(f"{world.engine()}: 1,000 due among {size:,} open: {among(size):.2f} s")
    seconds, messages = at_once()
    print(
        f"{world.engine()}: 100,000 due at once: {100_000 / seconds:,.0f} claims/s, {messages:,} messages, "
        f"{world.peak_megabytes()} MB"
    )
