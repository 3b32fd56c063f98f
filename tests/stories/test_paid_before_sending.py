"""Dupont pays while a reminder is in the outbox: the bank says so, and the reminder never leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from acquit.bank import queries
from acquit.bank.actions import after_import, apply_certain, import_statement, undo_match
from acquit.bank.models import StatementLine
from acquit.dunning import actions, run
from acquit.mailroom.models import Message, State
from acquit.receivables import actions as receivables
from tests.sink import smtp_sink


@pytest.fixture
def firm(in_lumen, by):
    """Atelier Lumen, in service: its bank is known until today, and steps leave by themselves."""
    in_lumen.email, in_lumen.automatic, in_lumen.siren = "alice@lumen.example", True, "000000000"
    in_lumen.save()
    receivables.bank_known(in_lumen, by.on, by)
    actions.put_in_service(in_lumen, by)
    return in_lumen


@pytest.fixture
def sink():
    with smtp_sink() as (server, smtp):
        server.smtp = smtp
        yield server


@pytest.fixture
def late(firm, dupont, by):
    """F-2026-041, 1 200,00 €, ten days late."""
    due_on = by.on - timedelta(10)
    claim = receivables.NewClaim(dupont.pk, "F-2026-041", "test:041", due_on - timedelta(30), due_on, 120_000)
    return receivables.open_claims(firm, [claim], by)[0]


def deliver(firm, by, sink) -> run.Report:
    noon = replace(by, at=by.at + timedelta(hours=2))
    report = run.Report()
    run.deliver(firm, lambda: noon, sink.smtp, report)
    return report


def bank_brings(firm, by, text: str, amount: str) -> None:
    table = f"Date;Libellé;Montant\n{by.on:%d/%m/%Y};{text};{amount}"
    import_statement(firm, [("releve.csv", table.encode())], by)


def test_a_certain_match_stops_the_reminder_that_was_planned(firm, late, by, sink):
    run.plan_day(firm, by)
    assert Message.objects.get().state == State.PLANNED

    bank_brings(firm, by, "VIR DUPONT F-2026-041", "1200,00")
    assert apply_certain(firm, by) == 1
    report = deliver(firm, by, sink)

    assert (report.sent, report.dropped, sink.mails) == (0, 0, [])
    assert Message.objects.get().state == State.CANCELLED


def test_a_firm_that_trusts_certain_matches_needs_no_click_for_it(firm, late, by, sink):
    firm.apply_certain = True
    firm.save()
    run.plan_day(firm, by)

    bank_brings(firm, by, "VIR DUPONT F-2026-041", "1200,00")
    (payment,) = after_import(firm, by).applied
    deliver(firm, by, sink)

    assert queries.effects([payment]).settled == (late.pk,)
    assert not sink.mails


def test_a_match_taken_back_lets_the_reminder_be_planned_again(firm, late, by, sink):
    bank_brings(firm, by, "VIR DUPONT F-2026-041", "1200,00")
    apply_certain(firm, by)
    assert run.plan_day(firm, by).planned == 0

    undo_match(firm, queries.live_match(StatementLine.objects.get()), by)

    assert run.plan_day(firm, by).planned == 1
    assert deliver(firm, by, sink).sent == 1
    assert "F-2026-041" in sink.mails[0].get_body(("plain",)).get_content()


def test_money_that_waits_for_a_decision_does_not_stop_a_reminder(firm, late, by, sink):
    """Until a person says what a line is, nobody has paid."""
    run.plan_day(firm, by)
    bank_brings(firm, by, "VIR SANS TEXTE", "33,00")
    assert apply_certain(firm, by) == 0
    assert deliver(firm, by, sink).sent == 1
