"""The first page of Factures, 50 lines of 100,000 invoices, as a signed-in person gets it, templates included."""

import statistics
import sys
import time

from django.test import Client

from acquit.parties.models import Member, Role, User
from acquit.parties.scope import firm_scope
from benchmarks import world

PAGES = {
    "first page": "",
    "late": "?etat=retard",
    "search": "?q=L-0099",
    "by what is owed": "?etat=encaisser&tri=-reste",
}


def main() -> None:
    """Median of thirty requests of each kind, in milliseconds."""
    count = int(sys.argv[1]) if sys.argv[1:] else 100_000
    firm = world.firm("page")
    with firm_scope(firm):
        ids = world.customers(firm, count // world.INVOICES_PER_CUSTOMER)
        world.claims(firm, ids, count // 2, 10, "L")
        world.claims(firm, ids, count // 2, -20, "Z")
    person = User.objects.create_user("alice@lumen.example", "correct horse battery staple")
    Member.objects.create(firm=firm, user=person, role=Role.OWNER)
    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    for name, query in PAGES.items():
        times = []
        for _ in range(30):
            start = time.perf_counter()
            response = client.get(f"/{firm.slug}/factures/{query}")
            times.append(1000 * (time.perf_counter() - start))
            assert response.status_code == 200, response.status_code
        print(f"{world.engine()}: Factures among {count:,}, {name}: {statistics.median(times):.0f} ms")
