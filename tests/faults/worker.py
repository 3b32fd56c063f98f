"""A nursery of processes: `python -m tests.faults.worker FOLDER` starts Django once, then forks a process per deed.

Each line on standard input is a JSON list [[verb, argument…], …]: one process each, let go together. A line with
their ids comes back at once, and a line with their exit codes when all are gone. What a deed answers is in the file
`said.PID` of the folder.
"""

import json
import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from acquit.bank.actions import import_statement  # noqa: E402
from acquit.billing.actions import keep, record  # noqa: E402
from acquit.billing.choices import Choices  # noqa: E402
from acquit.dunning import actions as dunning  # noqa: E402
from acquit.dunning import run  # noqa: E402
from acquit.dunning.models import Intent, Notice, NoticeLine  # noqa: E402
from acquit.environment import Smtp  # noqa: E402
from acquit.insight import checks  # noqa: E402
from acquit.mailroom.models import Message, State  # noqa: E402
from acquit.parties.models import Contact, Customer, Firm, Series  # noqa: E402
from acquit.parties.scope import firm_scope  # noqa: E402
from acquit.receivables import actions as receivables  # noqa: E402
from acquit.receivables.models import Allocation, Payment, Receivable, Standing, Surplus  # noqa: E402
from acquit.rules.refusal import Refused  # noqa: E402
from tests.conftest import author_on  # noqa: E402
from tests.faults.world import NOON, TODAY  # noqa: E402

MORNING = author_on(TODAY)


def migrate() -> None:
    call_command("migrate", verbosity=0)
    Firm.objects.create(
        name="Atelier Lumen", slug="atelier-lumen", country="FR", email="alice@lumen.example", sender="Alice Martin",
        siren="000000000", automatic=True, created_at=MORNING.at,
    )  # fmt: skip


def owed(count: int) -> None:
    """`count` customers who owe an invoice each since four days, and the firm in service."""
    firm = Firm.objects.get()
    customers = Customer.objects.bulk_create(
        Customer(firm=firm, ref=f"C{n:04}", name=f"Client {n}", created_at=MORNING.at) for n in range(count)
    )
    Contact.objects.bulk_create(
        Contact(firm=firm, customer=c, email=f"compta@{c.ref.lower()}.example", name="Paul Mercier") for c in customers
    )
    due = TODAY - timedelta(4)
    claims = [
        receivables.NewClaim(c.pk, f"F-{c.ref}", f"test:{c.ref}", due - timedelta(30), due, 120_000) for c in customers
    ]
    receivables.open_claims(firm, claims, MORNING)
    receivables.bank_known(firm, TODAY, MORNING)
    dunning.put_in_service(firm, MORNING)


def work(port: int, timeout: int = 30) -> None:
    """Run until nothing may leave any more, as the worker does turn after turn."""
    firm = Firm.objects.get()
    smtp = Smtp("127.0.0.1", port, timeout=timeout)
    run.run(firm, lambda: NOON, smtp, approve_all=True)
    while run.ready(firm, NOON).exists():
        run.run(firm, lambda: NOON, smtp, approve_all=True)


def work_an_hour_later(port: int, go: str) -> None:
    """As `work`, for what another one holds too long; begins when the file `go` is there."""
    while not Path(go).exists():
        time.sleep(0.01)
    firm, later = Firm.objects.get(), replace(NOON, at=NOON.at + timedelta(hours=1))
    run.run(firm, lambda: later, Smtp("127.0.0.1", port), approve_all=True)


def plan() -> int:
    return run.plan_day(Firm.objects.get(), NOON).planned


def pay(key: str, cents: int, reference: str, put: int) -> int:
    """Record a payment, `put` of it on an invoice; answers its id."""
    receivable = Receivable.objects.get(reference=reference)
    shares = ((receivable.pk, put),) if put else ()
    new = receivables.NewPayment(receivable.customer_id, cents, TODAY, "transfer", key, shares=shares)
    return receivables.record_payment(Firm.objects.get(), new, MORNING).pk


def hold_and_release(n: int) -> None:
    firm, customer = Firm.objects.get(), Customer.objects.get(ref=f"C{n:04}")
    receivables.release(firm, receivables.hold(firm, customer, "dispute", MORNING), MORNING)


def _state_of(reference: str) -> str:
    about = Intent.objects.filter(receivable__reference=reference).values_list("message__state", flat=True).first()
    said = NoticeLine.objects.filter(receivable__reference=reference).exists()
    return about or ("sent" if said else "none")


def pay_when(log: str, accepted: int, count: int) -> dict[str, tuple[str, str]]:
    """Once the server took `accepted` messages, pay each invoice; answers the state of its message round the payment.

    The second state is read in the payment's own transaction, while it holds what the worker's last look needs.
    """
    while len(Path(log).read_text().split()) < accepted:
        time.sleep(0.005)
    seen = {}
    for reference in (f"F-C{n:04}" for n in range(count)):
        before = _state_of(reference)
        with transaction.atomic():
            pay(f"p:{reference}", 120_000, reference, 120_000)
            seen[reference] = before, _state_of(reference)
    return seen


def take_back(key: str) -> int:
    return receivables.reverse_payment(Firm.objects.get(), Payment.objects.get(key=key), MORNING).pk


def put_surplus(key: str, reference: str, cents: int) -> None:
    receivable = Receivable.objects.get(reference=reference)
    receivables.allocate(Firm.objects.get(), Payment.objects.get(key=key), [(receivable.pk, cents)], MORNING)


def storm(seed: int, rounds: int) -> dict[str, int]:
    """Pay, put, take back, keep silent and speak again about the same two invoices, `rounds` times, in any order."""
    chance = random.Random(seed)
    firm, done = Firm.objects.get(), {"done": 0, "refused": 0}
    for number in range(rounds):
        reference = chance.choice(["F-C0000", "F-C0001"])
        customer = Customer.objects.get(receivables__reference=reference)
        deeds: list[Callable[[], Any]] = [
            lambda n=number, r=reference: pay(f"{seed}:{n}", 70_000, r, 50_000),
            lambda n=number, r=reference: pay(f"all:{n}", 10_000, r, 10_000),
            lambda n=number, r=reference: put_surplus(f"{seed}:{n - 1}", r, 20_000),
            lambda: take_back(chance.choice(list(Payment.objects.filter(reverses=None).values_list("key", flat=True)))),
            lambda c=customer: receivables.release(firm, receivables.hold(firm, c, "pause", MORNING), MORNING),
            lambda: run.plan_day(firm, NOON),
        ]
        try:
            chance.choice(deeds)()
            done["done"] += 1
        except (Refused, Payment.DoesNotExist, IndexError):
            done["refused"] += 1
    return done


def numbers(seed: int, count: int) -> list[int]:
    """Take `count` numbers, each in a transaction of its own; every fifth is rolled back."""
    firm, taken = Firm.objects.get(), []
    for n in range(count):
        try:
            with transaction.atomic():
                (number,) = Series.take(firm, "trial", 2026)
                if (n + seed) % 5 == 0:
                    raise InterruptedError
            taken.append(number)
        except InterruptedError:
            continue
    return taken


def bring_statement(path: str) -> int:
    return import_statement(Firm.objects.get(), [(Path(path).name, Path(path).read_bytes())], MORNING).new


def bring_invoices(path: str) -> int:
    firm = Firm.objects.get()
    return record(firm, keep(firm, [(Path(path).name, Path(path).read_bytes())], Choices(), MORNING), MORNING).created


def tell() -> dict[str, Any]:
    """All that the tests look at from outside."""
    firm = Firm.objects.get()
    return {
        "messages": dict(Message.objects.values_list("message_id", "state")),
        "said": list(Notice.objects.values_list("message__message_id", flat=True)),
        "about": {
            line.receivable.reference: line.notice.message.state
            for line in NoticeLine.objects.select_related("receivable", "notice__message")
        },
        "in_hand": list(Message.objects.filter(state=State.PLANNED).values_list("reason", flat=True)),
        "owed": dict(Standing.objects.values_list("reference", "owed")),
        "wake": {s.reference: f"{s.wake_on}:{s.reason}" for s in Standing.objects.all()},
        "received": sum(Payment.objects.filter(reverses=None, reversal=None).values_list("amount", flat=True)),
        "put": sum(Allocation.objects.values_list("amount", flat=True)),
        "left": sum(Surplus.objects.values_list("left", flat=True)),
        "payments": Payment.objects.filter(reverses=None).count(),
        "receivables": Receivable.objects.count(),
        "red": [f"{r.name}: {r.detail}" for r in checks.run([firm], date(2026, 11, 23)) if not r.ok],
    }


VERBS: dict[str, Callable[..., Any]] = {
    verb.__name__: verb
    for verb in (
        bring_invoices, bring_statement, numbers, owed, pay, plan, put_surplus, storm, take_back, tell, work,
        work_an_hour_later,
        hold_and_release,
        pay_when,
    )
}  # fmt: skip


def _child(folder: Path, gate: int, verb: str, arguments: list[Any]) -> int:
    os.read(gate, 1)  # all wait here until the nursery closes the other end
    if verb == "work":
        (folder / "worker.pid").write_text(str(os.getpid()))
    try:
        if verb == "migrate":
            migrate()
            return 0
        with firm_scope(Firm.objects.get()):
            said: Any = VERBS[verb](*arguments)
    except Refused as refused:
        said = {"refused": str(refused)}
    except Exception:  # noqa: BLE001 - whatever it is, the test must be told
        (folder / f"said.{os.getpid()}").write_text(json.dumps({"failed": traceback.format_exc()}))
        return 1
    (folder / f"said.{os.getpid()}").write_text(json.dumps(said, default=str))
    return 0


def main() -> None:
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        gate, opener = os.pipe()
        children = []
        for verb, *arguments in json.loads(line):
            pid = os.fork()
            if pid == 0:
                os.close(opener)
                code = 1
                try:
                    code = _child(folder, gate, verb, arguments)
                finally:
                    os._exit(code)
            children.append(pid)
        print(json.dumps(children), flush=True)
        os.close(gate)
        os.close(opener)
        print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]), flush=True)


if __name__ == "__main__":
    main()
