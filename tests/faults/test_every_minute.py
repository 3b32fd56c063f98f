"""The scheduler fires every minute of a day, and every day for two months: each step is said once, and no more."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from acquit.dunning import actions, run
from acquit.dunning.models import NoticeLine
from acquit.mailroom.models import Message, State
from acquit.parties.models import Contact, Customer
from acquit.receivables import actions as receivables
from tests.conftest import author_on
from tests.sink import smtp_sink

INVOICES = 30


@pytest.fixture
def firm(in_lumen, by):
    """Atelier Lumen in service, and customers who each owe an invoice due on Thursday 3 September 2026."""
    in_lumen.email, in_lumen.automatic, in_lumen.siren = "alice@lumen.example", True, "000000000"
    in_lumen.save()
    start, due = author_on(date(2026, 8, 24)), date(2026, 9, 3)
    for n in range(INVOICES):
        customer = Customer.objects.create(firm=in_lumen, ref=f"D{n}", name=f"Dupont {n}", created_at=by.at)
        Contact.objects.create(firm=in_lumen, customer=customer, email=f"denis@dupont{n}.example")
        new = receivables.NewClaim(customer.pk, f"F-{n}", f"test:{n}", due - timedelta(30), due, 120_000)
        receivables.open_claims(in_lumen, [new], start)
    actions.put_in_service(in_lumen, start)
    return in_lumen


def at(day, moment):
    return replace(author_on(day), at=datetime.combine(day, moment, ZoneInfo("Europe/Paris")))


def test_a_run_a_minute_on_the_busy_day_and_a_run_a_day_for_sixty(firm):
    """Four steps of the plan, said once each about each invoice: 1,440 + 59 runs."""
    busy = date(2026, 9, 7)  # the first working day from three days after the due day
    with smtp_sink() as (sink, smtp):
        for ahead in range(60):
            day = date(2026, 8, 24) + timedelta(ahead)
            receivables.bank_known(firm, day, author_on(day))
            minutes = range(24 * 60) if day == busy else [12 * 60]
            for minute in minutes:
                now = at(day, time(minute // 60, minute % 60))
                run.run(firm, lambda now=now: now, smtp, approve_all=True)
            if day == busy:
                assert len(sink.mails) == 2 * INVOICES
    said = Counter(NoticeLine.objects.values_list("receivable__reference", "step"))
    assert said == {(f"F-{n}", step): 1 for n in range(INVOICES) for step in (1, 2, 3, 4)}
    identifiers = Counter(mail["Message-ID"] for mail in sink.mails)
    assert max(identifiers.values()) == 1
    assert len(identifiers) == 4 * INVOICES == Message.objects.filter(state=State.SENT).count()
