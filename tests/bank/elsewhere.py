"""A process of its own on a database that others use too: `python -m tests.bank.elsewhere VERB START ARGUMENT…`.

It gets ready, waits for the file START to appear, so that all begin at once, does its deed and prints the outcome.
"""

import json
import os
import sys
import time
from datetime import date
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from acquit.bank.actions import apply, apply_certain, import_statement  # noqa: E402
from acquit.bank.models import Match, StatementLine, ToMatch  # noqa: E402
from acquit.parties.models import Customer, Firm  # noqa: E402
from acquit.parties.scope import firm_scope  # noqa: E402
from acquit.receivables.actions import NewClaim, open_claims  # noqa: E402
from acquit.receivables.models import Payment, Receivable, Standing  # noqa: E402
from acquit.rules.refusal import Refused  # noqa: E402
from tests.conftest import author_on  # noqa: E402

BY = author_on(date(2026, 11, 23))


def prepare() -> None:
    """A fresh database: Atelier Lumen, whose customer Dupont owes F-2026-041."""
    call_command("migrate", verbosity=0)
    firm = Firm.objects.create(name="Atelier Lumen", slug="atelier-lumen", country="FR", created_at=BY.at)
    with firm_scope(firm):
        dupont = Customer.objects.create(firm=firm, ref="C0001", name="Dupont SARL", created_at=BY.at)
        claim = NewClaim(dupont.pk, "F-2026-041", "test:1", date(2026, 10, 1), date(2026, 10, 31), 96_000)
        open_claims(firm, [claim], BY)
        import_statement(firm, [("d.csv", b"Date;Libelle;Montant\n02/11/2026;VIR F-2026-041;960,00")], BY)


def deed(verb: str, arguments: list[str]) -> str:
    firm = Firm.objects.get()
    with firm_scope(firm):
        if verb == "bring":
            paths = [Path(argument) for argument in arguments]
            return str(sum(import_statement(firm, [(p.name, p.read_bytes())], BY).new for p in paths))
        if verb == "tell":
            return json.dumps(tell())
        if verb == "certain":
            return str(apply_certain(firm, BY))
        line = StatementLine.objects.get(label="VIR F-2026-041")
        cents = int(arguments[0])
        return str(apply(firm, line, [(Receivable.objects.get().pk, cents)], BY).pk)


def tell() -> dict[str, object]:
    """What the database holds, for a test that looks at it from outside."""
    return {
        "lines": [[f"{day}", cents] for day, cents in StatementLine.objects.values_list("booked_on", "amount")],
        "payments": list(Payment.objects.values_list("amount", flat=True)),
        "matches": Match.objects.count(),
        "waiting": ToMatch.objects.filter(line__label="VIR F-2026-041").count(),
        "owed": list(Standing.objects.values_list("owed", flat=True)),
    }


if __name__ == "__main__":
    verb, start, *arguments = sys.argv[1:]
    if verb == "prepare":
        prepare()
        sys.exit()
    Path(f"{start}.{os.getpid()}").touch()
    while not Path(start).exists():
        time.sleep(0.005)
    try:
        print(deed(verb, arguments))
    except Refused as refused:
        print(f"refused: {refused}")
