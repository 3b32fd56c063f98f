"""Mail servers that refuse, hang up, say nothing, drip or talk nonsense: what becomes of a message, and of the next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from acquit.dunning import actions, run
from acquit.environment import Smtp
from acquit.mailroom.models import Message, State
from acquit.parties.models import Contact, Customer
from acquit.receivables import actions as receivables
from tests.conftest import author_on
from tests.faults.scripted import DRIP, DROP, HANG, Script, misbehaving

WAITS, NO, DOUBT = State.PLANNED, State.REFUSED, State.UNKNOWN


@pytest.fixture
def firm(in_lumen, by):
    """Atelier Lumen, in service, its bank known until today."""
    in_lumen.email, in_lumen.automatic, in_lumen.siren = "alice@lumen.example", True, "000000000"
    in_lumen.save()
    receivables.bank_known(in_lumen, by.on, by)
    actions.put_in_service(in_lumen, by)
    return in_lumen


def owe(firm, by, count):
    """Customers who each owe an invoice since four days."""
    due = by.on - timedelta(4)
    for n in range(count):
        customer = Customer.objects.create(firm=firm, ref=f"D{n}", name=f"Dupont {n}", created_at=by.at)
        Contact.objects.create(firm=firm, customer=customer, email=f"denis@dupont{n}.example")
        new = receivables.NewClaim(customer.pk, f"F-{n}", f"test:{n}", due - timedelta(30), due, 120_000)
        receivables.open_claims(firm, [new], by)


def go(firm, by, script, **smtp):
    """A run at noon, with a second's patience."""
    noon = replace(by, at=by.at + timedelta(hours=2))
    return run.run(firm, lambda: noon, Smtp("127.0.0.1", script.port, timeout=1, **smtp))


CASES = [
    ("greeting", "421 too busy", WAITS, False),
    ("greeting", "554 no service here", WAITS, False),
    ("greeting", "HTTP/1.1 400 Bad Request", WAITS, False),
    ("greeting", DROP, WAITS, False),
    ("greeting", HANG, WAITS, False),
    ("greeting", DRIP, WAITS, False),
    ("ehlo", DROP, WAITS, False),
    ("ehlo", HANG, WAITS, False),
    ("mail", "451 later", WAITS, False),
    ("mail", "550 5.7.1 sender not allowed", WAITS, False),
    ("mail", "what?", WAITS, False),
    ("mail", DROP, WAITS, False),
    ("mail", DRIP, WAITS, False),
    ("rcpt", "450 try later", WAITS, False),
    ("rcpt", "421 closing", WAITS, False),
    ("rcpt", "550 5.1.1 no such user", NO, True),
    ("rcpt", "553 no such name", NO, True),
    ("rcpt", "552 mailbox full", NO, False),
    ("rcpt", "550 5.7.1 refused by policy", NO, False),
    ("rcpt", "554 relay access denied", NO, False),
    ("rcpt", "what?", WAITS, False),
    ("rcpt", DROP, WAITS, False),
    ("rcpt", HANG, WAITS, False),
    ("rcpt", DRIP, WAITS, False),
    ("data", "452 no room", WAITS, False),
    ("data", "554 no", NO, False),
    ("data", "what?", WAITS, False),
    ("data", DROP, WAITS, False),
    ("data", HANG, WAITS, False),
    ("content", "451 later", WAITS, False),
    ("content", "421 closing", WAITS, False),
    ("content", "554 looks like spam", NO, False),
    ("content", "what?", DOUBT, False),
    ("content", DROP, DOUBT, False),
    ("content", HANG, DOUBT, False),
    ("content", DRIP, DOUBT, False),
]


@pytest.mark.parametrize(("stage", "behaviour", "becomes", "bad"), CASES, ids=lambda v: str(v))
def test_a_misbehaving_server_costs_one_message_its_turn_and_the_next_one_nothing(
    firm, by, stage, behaviour, becomes, bad
):
    """Nothing is said twice, nothing is given up that was never refused, and an address is blamed only for itself."""
    owe(firm, by, 2)
    with misbehaving(Script(stage, behaviour)) as script:
        go(firm, by, script)
        assert sorted(Message.objects.values_list("state", flat=True)) == sorted([becomes, State.SENT])
        assert Contact.objects.filter(refused_on__isnull=False).count() == bad
        hit = Message.objects.exclude(state=State.SENT).get()
        assert hit.reason
        half_an_hour_later = replace(by, at=by.at + timedelta(minutes=31))
        go(firm, half_an_hour_later, script)

    hit.refresh_from_db()
    assert hit.state == (State.SENT if becomes == WAITS else becomes)
    given = script.taken.count(hit.recipient)
    refused_with_content = stage == "content" and becomes == WAITS
    assert given == (1 if becomes != NO else stage == "content") + refused_with_content


@pytest.mark.parametrize(
    ("offers", "smtp"),
    [
        ("", {"security": "starttls"}),
        ("STARTTLS", {"security": "starttls"}),
        ("", {"security": "tls"}),
        ("", {"user": "alice", "password": "secret"}),
        ("AUTH CRYSTAL-BALL", {"user": "alice", "password": "secret"}),
        ("AUTH PLAIN", {"user": "alice", "password": "secret"}),
    ],
    ids=["no TLS", "TLS breaks", "plain where TLS is", "no login", "no known login", "login refused"],
)
def test_nothing_leaves_without_the_protection_that_is_asked_for(firm, by, offers, smtp):
    owe(firm, by, 1)
    with misbehaving(Script("other", "535 no", times=None, offers=offers)) as script:
        assert go(firm, by, script, **smtp).deferred == 1
    assert (Message.objects.get().state, script.taken) == (State.PLANNED, [])
    assert Message.objects.get().reason


def test_a_server_that_hangs_up_between_messages_is_called_again_at_once(firm, by):
    """Many servers allow so many messages a conversation."""
    owe(firm, by, 3)
    with misbehaving(Script("mail", DROP, skipping=1)) as script:
        assert go(firm, by, script).sent == 3
    assert len(set(script.taken)) == len(script.taken) == 3


def test_a_silent_server_is_left_alone_after_three_silences(firm, by):
    """A thousand messages must not each wait for the time limit: other firms wait behind them."""
    owe(firm, by, 5)
    with misbehaving(Script("rcpt", HANG, times=None)) as script:
        report = go(firm, by, script)
    assert (report.deferred, report.waiting, report.sent) == (3, 5, 0)
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 0, 1, 1, 1]


def test_each_delay_is_longer_and_the_last_one_ends_in_a_refusal_for_a_person(firm, by):
    owe(firm, by, 1)
    waits = []
    with misbehaving(Script("rcpt", "450 later", times=None)) as script:
        at = by.at + timedelta(hours=2)
        for _ in range(20):
            now = replace(author_on(at.date()), at=at)
            receivables.bank_known(firm, now.on, now)
            before = Message.objects.first()
            run.run(firm, lambda now=now: now, Smtp("127.0.0.1", script.port, timeout=1))
            message = Message.objects.get()
            if before is None or message.attempts > before.attempts:
                waits.append((message.not_before - at) / timedelta(hours=1))
            if message.state != State.PLANNED:
                break
            at = max(message.not_before, at).astimezone(by.at.tzinfo)
            if at.hour >= 17:
                at += timedelta(days=1)
            if not 9 <= at.hour < 17:  # outside the debtor's hours nothing is tried
                at = at.replace(hour=9, minute=30)
    assert waits[:-1] == [0.5, 1, 2, 4, 8, 16, 16]
    assert (message.state, message.attempts) == (State.REFUSED, 8)


def test_a_message_that_cannot_be_written_keeps_nobody_waiting(firm, by):
    """An address that no SMTP server can be told: refused with its reason, and the others leave."""
    owe(firm, by, 2)
    Contact.objects.filter(customer__ref="D0").update(email="dénis@dupont0.example")
    with misbehaving(Script()) as script:
        report = go(firm, by, script)
    assert (report.sent, report.refused) == (1, 1)
    assert script.taken == ["denis@dupont1.example"]
    assert Message.objects.get(state=State.REFUSED).reason
