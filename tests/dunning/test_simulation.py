"""Who would get what on a day: nothing is written, and the outbox does not hide what it holds."""

from datetime import timedelta

import pytest

from acquit.dunning import actions, run
from acquit.dunning.simulation import Coming, outlook, simulate
from acquit.mailroom.models import Message
from acquit.receivables import actions as receivables
from acquit.receivables.models import Standing


@pytest.fixture
def firm(in_lumen, dupont, by):
    """Three claims of Dupont's: one to remind today, one to come, one in dispute."""
    new = [
        receivables.NewClaim(dupont.pk, ref, f"t:{ref}", by.on - timedelta(40), by.on - timedelta(late), 10_000)
        for ref, late in (("F-1", 10), ("F-2", -20), ("F-3", 10))
    ]
    *_, disputed = receivables.open_claims(in_lumen, new, by)
    receivables.hold(in_lumen, dupont, "dispute", by, receivable=disputed)
    return in_lumen


def test_a_simulation_says_who_would_get_what_and_who_would_not_and_why(firm, by):
    found = simulate(firm, by.on)
    (send,) = found.sends
    assert (send.references, send.recipient.email) == (("F-1",), "denis@dupont.example")
    assert "F-1" in send.draft.rendered.subject
    assert {(w.reference, w.move.reason) for w in found.waits} == {("F-2", "step_day"), ("F-3", "dispute")}


def test_it_writes_nothing_and_sends_nothing(firm, by):
    before = list(Standing.objects.order_by("pk").values())
    simulate(firm, by.on + timedelta(30), assume_bank=True)
    assert list(Standing.objects.order_by("pk").values()) == before
    assert not Message.objects.exists()


def test_it_supposes_the_firm_in_service_and_a_bank_never_seen_up_to_date(firm, by):
    found = simulate(firm, by.on)
    assert (found.in_service, found.assumes_bank) == (False, True)


def test_an_old_bank_holds_everything_unless_it_is_supposed_up_to_date(firm, by):
    receivables.bank_known(firm, by.on - timedelta(20), by)
    assert {w.move.reason for w in simulate(firm, by.on).waits} == {"step_day", "dispute", "bank_old"}
    assert len(simulate(firm, by.on, assume_bank=True).sends) == 1


def test_what_waits_in_the_outbox_is_shown_as_it_would_be_decided_today(firm, by):
    receivables.bank_known(firm, by.on, by)
    actions.put_in_service(firm, by)
    run.plan_day(firm, by)
    assert Message.objects.count() == 1
    assert [send.references for send in simulate(firm, by.on).sends] == [("F-1",)]


def test_the_outlook_says_what_comes_next_before_and_after_the_firm_is_in_service(firm, by):
    late, coming, disputed = Standing.objects.order_by("receivable_id").values_list("receivable_id", flat=True)
    before = outlook(firm, by.on)
    assert before[late] == Coming("courteous", by.on, "not_in_service")
    receivables.bank_known(firm, by.on, by)
    actions.put_in_service(firm, by)
    after = outlook(firm, by.on)
    assert after[late] == Coming("courteous", by.on, "due")
    assert (after[coming].step, after[coming].reason) == ("upcoming", "step_day")
    assert after[disputed] == Coming("", None, "dispute")
    run.plan_day(firm, by)
    assert outlook(firm, by.on)[late] == Coming("courteous", by.on, "planned")
