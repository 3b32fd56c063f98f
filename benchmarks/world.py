"""A firm of any size, made fast: customers, open receivables, their standings."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from acquit.dunning import actions as dunning
from acquit.parties.bulk import chunks
from acquit.parties.facts import Author
from acquit.parties.models import Contact, Customer, Firm
from acquit.receivables import actions as receivables
from acquit.receivables.models import Standing

DAY = date(2026, 11, 24)
BY = Author(datetime(2026, 11, 24, 11, tzinfo=UTC), DAY, "benchmark")
INVOICES_PER_CUSTOMER = 10


def firm(slug: str) -> Firm:
    """A firm in automatic mode with the standard plan."""
    return Firm.objects.create(
        slug=slug,
        name="Atelier Lumen",
        country="FR",
        email="alice@lumen.example",
        sender="Alice Martin",
        siren="000000000",
        automatic=True,
        created_at=BY.at,
    )


def customers(of: Firm, count: int, prefix: str = "C") -> list[int]:
    """Customers with an address each; answers their ids."""
    ids: list[int] = []
    for chunk in chunks(range(count), 5000):
        made = Customer.objects.bulk_create(
            Customer(
                firm=of,
                ref=f"{prefix}{n:07}",
                name=f"Client {prefix}{n:07}",
                name_key=f"CLIENT {n:07}",
                created_at=BY.at,
            )
            for n in chunk
        )
        Contact.objects.bulk_create(
            Contact(firm=of, customer=c, email=f"compta@client{c.ref.lower()}.example", name="Paul Mercier")
            for c in made
        )
        ids += [c.pk for c in made]
    return ids


def claims(of: Firm, customer_ids: list[int], count: int, late: int, prefix: str) -> None:
    """`count` open receivables, spread over the customers, `late` days past due (negative: still to come)."""
    due = DAY - timedelta(late)
    for chunk in chunks(range(count), 20_000):
        receivables.open_claims(
            of,
            [
                receivables.NewClaim(
                    customer_ids[n % len(customer_ids)],
                    f"{prefix}-{n:07}",
                    f"bench:{prefix}{n}",
                    due - timedelta(30),
                    due,
                    10_000 + n % 90_000,
                )
                for n in chunk
            ],
            BY,
        )


def in_service(of: Firm) -> None:
    """Bank known, firm in service, everything to be looked at."""
    receivables.bank_known(of, DAY, BY)
    dunning.put_in_service(of, BY)


def asleep_until(of: Firm, prefix: str, day: date) -> None:
    """Put claims to sleep as a run of another day would have: they wait for their step."""
    Standing.objects.filter(firm=of, reference__startswith=prefix).update(
        wake_on=day, next_on=day, next_step="upcoming", reason="step_day"
    )


@contextmanager
def timed(result: dict[str, float], name: str) -> Iterator[None]:
    """Wall time of a block, in seconds, under `name`."""
    start = time.perf_counter()
    yield
    result[name] = time.perf_counter() - start


def peak_megabytes() -> int:
    """Largest memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def engine() -> str:
    """Which database this is."""
    return "PostgreSQL" if os.environ.get("ACQUIT_DATABASE_URL", "").startswith("postgres") else "SQLite"
