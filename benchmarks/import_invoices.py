"""Importing 100,000 invoices from one CSV file: read, recognised, checked for duplicates, recorded all or nothing."""

import csv
import io
import sys
from datetime import timedelta

from acquit.billing import actions
from acquit.billing.choices import Choices
from acquit.parties.scope import firm_scope
from acquit.receivables.models import Standing
from benchmarks import world


def table(count: int) -> bytes:
    """A table such as invoicing software writes, in French spelling."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["numero", "client", "email", "date", "echeance", "montant_ttc", "reste_du"])
    for n in range(count):
        customer = n % (count // world.INVOICES_PER_CUSTOMER or 1)
        issued = world.DAY - timedelta(n % 300)
        cents = 10_000 + n
        amount = f"{cents // 100},{cents % 100:02}"
        owed = "0,00" if n % 3 == 0 else amount
        writer.writerow(
            [
                f"F-{n:07}",
                f"Société {customer:06}",
                f"compta{customer}@client.example",
                f"{issued:%d/%m/%Y}",
                f"{issued + timedelta(30):%d/%m/%Y}",
                amount,
                owed,
            ]
        )
    return text.getvalue().encode("cp1252")


def main() -> None:
    """Invoices a second, and the memory it took."""
    count = int(sys.argv[1]) if sys.argv[1:] else 100_000
    result: dict[str, float] = {}
    firm = world.firm("import")
    with firm_scope(firm):
        with world.timed(result, "import"):
            batch = actions.keep(firm, [("factures.csv", table(count))], Choices(), world.BY)
            actions.record(firm, batch, world.BY)
        assert Standing.objects.count() == count
        with world.timed(result, "again"):
            again = actions.keep(firm, [("factures.csv", table(count))], Choices(), world.BY)
            actions.record(firm, again, world.BY)
        assert Standing.objects.count() == count
    print(
        f"{world.engine()}: {count:,} invoices imported: {count / result['import']:,.0f} /s, "
        f"a third settled; again: {count / result['again']:,.0f} /s; {world.peak_megabytes()} MB"
    )
