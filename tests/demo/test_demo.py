"""The example firm lives as its world says: sums owed, letters caught, and nothing sent that should not have been."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest

from acquit import demo
from acquit.bank.queries import accounts, proposals
from acquit.demo.life import make
from acquit.demo.world import World
from acquit.dunning.models import Intent, NoticeLine
from acquit.mailroom import catcher
from acquit.mailroom.models import Message, State
from acquit.parties.models import Customer, Firm, User
from acquit.parties.people.actions import found_firm
from acquit.parties.scope import firm_scope
from acquit.receivables.models import BankKnownUntil, Hold, Standing, Surplus
from acquit.rules.dunning import RESUME
from acquit.rules.money import spell
from acquit.rules.refusal import Refused

MONDAY, SUNDAY, NEW_YEAR = date(2026, 11, 23), date(2026, 11, 22), date(2027, 1, 1)
PARIS = ZoneInfo("Europe/Paris")
_NUMBER = re.compile(r"\b(?:F-\d{4}-\d{3}|AL-\d{4})\b")


@pytest.fixture(autouse=True)
def own_data_dir(tmp_path, settings):
    """What is caught goes with the test."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data_dir=tmp_path, sending=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "customers", "service_days"), [(MONDAY, 60, 70), (SUNDAY, 22, 35), (NEW_YEAR, 22, 35)], ids=str
)
def test_the_example_lives_as_its_world_says(day, customers, service_days):
    report = demo.build(day, customers, service_days)

    firm = Firm.objects.get(slug=demo.SLUG)
    world = make(date.fromisoformat(report.on), customers, service_days)
    assert report.checks_failed == ()
    assert report.asked_on == day.isoformat()
    assert report.customers == customers
    assert len(demo.told(report).splitlines()) in (10, 11)
    assert firm.travels_to == world.on <= day
    with firm_scope(firm):
        sums_are_recounted(report, world)
        letters_are_recounted(firm, world)
        nobody_in_peace_was_written_to(world)
        the_screens_have_something_of_everything(firm, world)


def sums_are_recounted(report, world: World) -> None:
    """What each invoice is owed is what the world says, and so is the total."""
    truth = world.owed()

    assert dict(Standing.objects.values_list("reference", "owed")) == truth
    assert report.owed == spell(sum(truth.values()))
    due = {b.number: b.due_on for b in (*world.old, *world.bills)}
    late = sum(cents for number, cents in truth.items() if due[number] < world.on)
    assert report.overdue == spell(late)
    assert list(Surplus.objects.values_list("customer__name", "left")) == [("Northlight Studio Ltd", 5000)]


def letters_are_recounted(firm: Firm, world: World) -> None:
    """Each letter that left was caught once, and asked for what was owed as far as the bank told that day."""
    said = Counter(Message.objects.filter(state=State.SENT).values_list("message_id", flat=True))
    caught = [catcher.read_caught(firm.pk, line.name) for line in catcher.caught(firm.pk, count=10_000)]
    assert Counter(str(mail["Message-ID"]) for mail in caught) == said
    for mail in caught:
        day = parsedate_to_datetime(mail["Date"]).astimezone(PARIS).date()
        numbers = set(_NUMBER.findall(mail.get_body(("plain",)).get_content()))
        owed = world.owed(bank_known_on(day))
        assert numbers
        assert all(owed.get(number, 1) > 0 for number in numbers), (mail["Subject"], day)
    for reference, owed, day in NoticeLine.objects.values_list("receivable__reference", "owed", "notice__said_on"):
        known = world.owed(bank_known_on(day)).get(reference, owed)
        assert owed == known or reference == scene(world, "credited"), (reference, day)


def bank_known_on(day: date) -> date:
    """How far Alice's statements reached at noon of a day."""
    noon = datetime(day.year, day.month, day.day, 13, tzinfo=PARIS)
    return BankKnownUntil.objects.filter(recorded_at__lte=noon).latest("until").until


def scene(world: World, name: str) -> str:
    return next(bill.number for bill in world.bills if bill.scene == name)


def nobody_in_peace_was_written_to(world: World) -> None:
    """From the day of a promise, a dispute or a pause to its end, no letter speaks of what it is about."""
    assert Hold.objects.count() == len(world.silences)
    for silence in world.silences:
        letters = NoticeLine.objects.filter(receivable__customer__ref=silence.debtor, notice__said_on__gte=silence.on)
        if silence.until:
            letters = letters.filter(notice__said_on__lte=silence.until)
        if silence.scene:
            letters = letters.filter(receivable__reference=scene(world, silence.scene))
        assert not letters.exists(), silence


def the_screens_have_something_of_everything(firm: Firm, world: World) -> None:
    """The day shows every step, every kind of bank line, letters to approve, and what needs a person."""
    late = Standing.objects.filter(owed__gt=0, due_on__lt=world.on)
    assert {0, 1, 2, 3, 4} >= set(late.values_list("said_step", flat=True)) >= {0, 2, 3, 4}
    waiting = Intent.objects.filter(message__state=State.PLANNED, message__approved_at__isnull=True)
    assert {RESUME} <= set(waiting.values_list("level", flat=True))
    assert {p.proposal.confidence for p in proposals(firm)} == {"certain", "probable", "to_choose"}
    assert {a.until for a in accounts(firm)} == {world.bank_on}
    states = Counter(Message.objects.values_list("state", flat=True))
    assert (states[State.REFUSED], states[State.UNKNOWN]) == (1, 1)
    assert states[State.SENT] > 20
    assert Customer.objects.filter(contacts__isnull=True).exists()
    assert set(late.values_list("hold", flat=True)) >= {"dispute", "promise", "said_paid"}


@pytest.mark.django_db
def test_an_example_is_made_again_the_same():
    first = demo.build(SUNDAY, 22, 35)

    second = demo.build(SUNDAY, 22, 35)

    assert second == first
    assert Firm.objects.count() == 1
    assert set(User.objects.values_list("email", flat=True)) == {demo.EMAIL, demo.BOB}


@pytest.mark.django_db
def test_the_example_never_stands_beside_a_real_firm(lumen):
    found_firm("vrai", "Vraie SARL", "FR", "vrai@vrai.example", "correct horse battery", lumen.created_at)

    with pytest.raises(Refused, match="Vraie SARL"):
        demo.build(MONDAY, 20)

    assert set(Firm.objects.values_list("name", flat=True)) == {"Atelier Lumen", "Vraie SARL"}
