"""A crash before each database statement of each deed that writes: all of it is there afterwards, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction

from acquit.bank.actions import import_statement
from acquit.billing.actions import keep, record
from acquit.billing.choices import Choices
from acquit.dunning import actions, run
from acquit.dunning import cases as load
from acquit.insight import checks
from acquit.mailroom.actions import worker_name
from acquit.mailroom.channels.verdict import SENT, Verdict
from acquit.mailroom.models import Message
from acquit.parties.guards import firm_models
from acquit.receivables import actions as receivables
from acquit.receivables.models import Payment, Receivable


class Crash(BaseException):
    """The process ends here. Nothing may catch it."""


@contextmanager
def crashing_before(n: int) -> Iterator[list[str]]:
    """The n-th statement is never executed. Savepoints are the transaction itself, and not counted."""
    seen: list[str] = []

    def wrapper(execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(sql)
            if len(seen) == n:
                raise Crash
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield seen


def everything() -> dict[str, list[tuple]]:
    """All rows of all firms' tables."""
    return {m._meta.label: sorted(map(repr, m.objects.values_list())) for m in [*firm_models(), *apps.get_models()[:0]]}


@pytest.fixture
def firm(in_lumen, dupont, by):
    in_lumen.email, in_lumen.automatic, in_lumen.siren = "alice@lumen.example", True, "000000000"
    in_lumen.save()
    due = by.on - timedelta(4)
    receivables.open_claims(
        in_lumen,
        [receivables.NewClaim(dupont.pk, f"F-{n}", f"test:{n}", due - timedelta(30), due, 120_000) for n in (1, 2)],
        by,
    )
    receivables.bank_known(in_lumen, by.on, by)
    actions.put_in_service(in_lumen, by)
    return in_lumen


def paid(firm, dupont, by, key="p"):
    (first, second) = Receivable.objects.order_by("pk")
    shares = ((first.pk, 120_000), (second.pk, 30_000))
    new = receivables.NewPayment(dupont.pk, 200_000, by.on, "transfer", key, shares=shares)
    return receivables.record_payment(firm, new, by)


def message_at(stage, firm, by):
    """A message planned, claimed, or being sent."""
    run.plan_day(firm, by)
    message = Message.objects.get()
    noon = replace(by, at=by.at + timedelta(hours=2))
    if stage != "planned":
        message = actions.claim(load.ground_of(firm), message.pk, worker_name(), noon)
    if stage == "sending":
        assert actions.begin_sending(load.ground_of(firm), message, noon)
    return message, noon


def deed_pay(firm, dupont, by) -> Callable:
    return lambda: paid(firm, dupont, by)


def deed_take_back(firm, dupont, by) -> Callable:
    payment = paid(firm, dupont, by)
    return lambda: receivables.reverse_payment(firm, payment, by)


def deed_allocate(firm, dupont, by) -> Callable:
    payment = paid(firm, dupont, by)
    second = Receivable.objects.order_by("pk")[1]
    return lambda: receivables.allocate(firm, payment, [(second.pk, 50_000)], by)


def deed_hold(firm, dupont, by) -> Callable:
    return lambda: receivables.hold(firm, dupont, "dispute", by)


def deed_plan(firm, dupont, by) -> Callable:
    return lambda: actions.plan_chunk(firm, by, actions.Counts())


def deed_claim(firm, dupont, by) -> Callable:
    message, noon = message_at("planned", firm, by)
    ground = load.ground_of(firm)
    return lambda: actions.claim(ground, message.pk, worker_name(), noon)


def deed_claim_another_day(firm, dupont, by) -> Callable:
    """The letter is written again with the figures of the day."""
    message, noon = message_at("planned", firm, by)
    later = replace(noon, at=noon.at + timedelta(1), on=noon.on + timedelta(1))
    ground = load.ground_of(firm)
    return lambda: actions.claim(ground, message.pk, worker_name(), later)


def deed_begin(firm, dupont, by) -> Callable:
    message, noon = message_at("claimed", firm, by)
    ground = load.ground_of(firm)
    return lambda: actions.begin_sending(ground, message, noon)


def deed_begin_when_paid(firm, dupont, by) -> Callable:
    """The last look finds a payment and drops the letter."""
    message, noon = message_at("claimed", firm, by)
    paid(firm, dupont, by)
    ground = load.ground_of(firm)
    return lambda: actions.begin_sending(ground, message, noon)


def deed_sent(firm, dupont, by) -> Callable:
    message, noon = message_at("sending", firm, by)
    return lambda: actions.record_outcome(message, Verdict(SENT, 250, "OK"), noon)


def deed_out_of_service(firm, dupont, by) -> Callable:
    message_at("claimed", firm, by)
    return lambda: actions.take_out_of_service(firm, by)


def deed_statement(firm, dupont, by) -> Callable:
    table = "Date;Libelle;Montant\n20/11/2026;VIR F-1;1200,00\n20/11/2026;VIR F-2;1200,00"
    return lambda: import_statement(firm, [("releve.csv", table.encode())], by)


def deed_invoices(firm, dupont, by) -> Callable:
    table = "Client;Facture;Date;Échéance;Montant TTC\nNeuf SARL;N-1;01/10/2026;31/10/2026;500,00\n"
    batch = keep(firm, [("factures.csv", table.encode())], Choices(), by)
    return lambda: record(firm, batch, by)


DEEDS = [value for name, value in list(globals().items()) if name.startswith("deed_")]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__.removeprefix("deed_"))
def test_a_crash_before_any_statement_leaves_nothing_half_written(firm, dupont, by, deed):
    act = deed(firm, dupont, by)
    before, n = everything(), 0
    while True:
        n += 1
        undone = transaction.savepoint()
        try:
            with crashing_before(n) as seen:
                act()
        except Crash:
            assert everything() == before, f"something of it stays after a crash before statement {n}: {seen[-1]}"
            transaction.savepoint_commit(undone)
            continue
        break
    assert n > 1
    assert everything() != before, "the deed did nothing"
    assert [f"{r.name}: {r.detail}" for r in checks.run([firm], by.on) if not r.ok] == []
    assert Payment.objects.filter(reverses=None).count() <= 1
