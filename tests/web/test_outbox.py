"""«File d’envoi»: read, approved with half a minute to think again, held back, changed, settled, exported."""

from datetime import date, timedelta

import pytest

from acquit import clock
from acquit.dunning import run
from acquit.dunning.actions import put_in_service
from acquit.dunning.models import Notice
from acquit.mailroom.models import Message, State
from acquit.parties import heartbeat
from acquit.parties.models import Firm
from acquit.receivables.models import Hold, Standing
from tests.web.desk import HOME, owes

PAGE = HOME + "envois/"


@pytest.fixture
def planned(in_lumen, late, fresh_bank, by) -> Message:
    """Dupont's reminder, ready and waiting for a word."""
    Firm.objects.filter(pk=in_lumen.pk).update(email="alice@lumen.example", is_example=True)
    in_lumen.refresh_from_db()
    put_in_service(in_lumen, by)
    run.plan_day(in_lumen, by)
    return Message.objects.get()


def now(message) -> Message:
    message.refresh_from_db()
    return message


def settled(message, state, **values) -> None:
    Message.objects.filter(pk=message.pk).update(state=state, **values)


def test_it_lists_who_gets_what_at_which_step(at_alices, planned):
    page = at_alices.get(PAGE)
    (letter,) = page.context["asks"]
    assert (letter.references, letter.owed) == (("F-2026-031",), 120000)
    assert "Approuver l’envoi" in page.content.decode()


def test_one_opens_to_the_exact_message(at_alices, planned):
    page = at_alices.get(f"{PAGE}{planned.pk}/").content.decode()
    assert planned.subject in page
    assert "denis@dupont.example" in page
    assert "F-2026-031" in page


def test_approval_leaves_half_a_minute_and_can_be_taken_back(at_alices, planned):
    answer = at_alices.post(f"{PAGE}approuver/", {"all": "1"}, follow=True)
    undo = f"{PAGE}retenir/?m={planned.pk}"
    assert f'action="{undo}"' in answer.content.decode()
    assert now(planned).approved_at == clock.now()
    assert planned.not_before == clock.now() + timedelta(seconds=30)

    at_alices.post(undo)

    assert now(planned).approved_at is None
    assert planned.needs_approval


def test_a_lines_own_button_means_that_line_whatever_is_ticked(at_alices, planned, in_lumen, by):
    other = Message.objects.create(
        firm=in_lumen, customer=planned.customer, channel="email", key="other", recipient="a@b.example", language="fr",
        subject="x", text="y", message_id="<x@y>", planned_on=by.on, not_before=by.at,
    )  # fmt: skip
    at_alices.post(f"{PAGE}approuver/", {"only": planned.pk, "message": [other.pk, planned.pk]})
    assert now(planned).approved_at
    assert now(other).approved_at is None


def test_hold_everything_back(at_alices, planned):
    at_alices.post(f"{PAGE}approuver/", {"all": "1"})
    at_alices.post(f"{PAGE}retenir/", {"all": "1"})
    assert now(planned).approved_at is None


def test_approving_twice_says_that_nothing_waits(at_alices, planned):
    at_alices.post(f"{PAGE}approuver/", {"all": "1"})
    answer = at_alices.post(f"{PAGE}approuver/", {"message": planned.pk}, follow=True)
    assert "Aucun de ces messages n’attend plus" in answer.content.decode()


def test_its_words_can_be_changed_the_day_it_leaves(at_alices, planned):
    at_alices.post(f"{PAGE}{planned.pk}/", {"subject": "Autre objet", "text": "Autre texte"})
    assert (now(planned).subject, planned.text) == ("Autre objet", "Autre texte")


def test_a_message_of_another_day_is_rewritten_so_it_cannot_be_changed(at_alices, planned, by):
    Message.objects.filter(pk=planned.pk).update(planned_on=by.on - timedelta(3))
    assert "le récrit avec les sommes" in at_alices.get(f"{PAGE}{planned.pk}/").content.decode()
    at_alices.post(f"{PAGE}{planned.pk}/", {"subject": "Autre", "text": "Autre"})
    assert now(planned).subject != "Autre"


def test_not_today_takes_it_out_until_the_next_working_day(at_alices, planned, late):
    at_alices.post(f"{PAGE}{planned.pk}/pas-aujourdhui/")
    assert now(planned).state == State.CANCELLED
    assert Standing.objects.get(pk=late.pk).wake_on == date(2026, 11, 24)


def test_a_customer_is_left_in_peace_until_a_day(at_alices, planned):
    answer = at_alices.post(f"{PAGE}{planned.pk}/suspendre/", {"until": "2026-12-07"}, follow=True)
    assert Hold.objects.get().until == date(2026, 12, 7)
    assert now(planned).state == State.CANCELLED
    assert "1 relance annulée" in answer.content.decode()


def test_what_is_held_says_why(at_alices, in_lumen, late, dupont, by):
    dupont.contacts.all().delete()
    put_in_service(in_lumen, by)
    run.plan_day(in_lumen, by)
    page = at_alices.get(f"{PAGE}?etat=retenus")
    assert [(code, group["n"]) for code, _why, group in page.context["groups"]] == [("no_address", 1)]
    assert "F-2026-031" in page.content.decode()


@pytest.mark.parametrize(("left", "state", "notices"), [("1", State.SENT, 1), ("0", State.CANCELLED, 0)])
def test_a_doubt_is_settled_by_a_person(at_alices, planned, left, state, notices):
    settled(planned, State.UNKNOWN)
    assert "Il est parti" in at_alices.get(f"{PAGE}?etat=a-verifier").content.decode()
    at_alices.post(f"{PAGE}{planned.pk}/verifier/", {"left": left})
    assert now(planned).state == state
    assert Notice.objects.count() == notices


def test_a_refusal_leads_to_the_address_and_can_be_tried_again(at_alices, planned, dupont):
    settled(planned, State.REFUSED, reason="550 no such user")
    page = at_alices.get(f"{PAGE}?etat=refuses").content.decode()
    assert "550 no such user" in page
    assert f"/clients/{dupont.pk}/" in page
    at_alices.post(f"{PAGE}{planned.pk}/reessayer/")
    assert now(planned).state == State.CANCELLED


def test_the_log_is_filtered_and_given_away(at_alices, planned):
    settled(planned, State.SENT, sent_at=clock.now())
    assert "denis@dupont.example" in at_alices.get(f"{PAGE}?etat=partis&q=dupont").content.decode()
    assert not at_alices.get(f"{PAGE}?etat=partis&q=zzz").context["letters"]
    exported = at_alices.get(f"{PAGE}?etat=partis&export=csv").content.decode("utf-8-sig")
    assert "23/11/2026;Dupont SARL;denis@dupont.example" in exported


def test_a_silent_worker_is_told_and_a_living_one_is_not(at_alices, planned):
    assert "ne tourne pas" in at_alices.get(PAGE).content.decode()
    heartbeat.beat(heartbeat.TICK, clock.now())
    assert "ne tourne pas" not in at_alices.get(PAGE).content.decode()


def test_the_days_that_follow_are_announced(at_alices, in_lumen, dupont, fresh_bank, by):
    owes(in_lumen, dupont, "F-50", 5000, date(2026, 11, 30), by)
    put_in_service(in_lumen, by)
    run.plan_day(in_lumen, by)
    ((day, steps, count),) = at_alices.get(PAGE).context["coming"]
    assert (day, steps, count) == (date(2026, 11, 27), "Échéance proche", 1)


def test_caught_mail_is_for_the_example_alone(at_alices, planned, in_lumen):
    assert "Courrier de démonstration" in at_alices.get(HOME + "courrier/").content.decode()
    assert at_alices.get(HOME + "courrier/99999999.eml/").status_code == 404
    Firm.objects.filter(pk=in_lumen.pk).update(is_example=False)
    assert at_alices.get(HOME + "courrier/").status_code == 404


def test_readers_read_and_charlie_does_not(planned, at_bobs, at_charlies):
    page = at_bobs.get(PAGE).content.decode()
    assert "Dupont SARL" in page
    assert "Approuver" not in page
    assert at_bobs.post(f"{PAGE}{planned.pk}/", {"subject": "x", "text": "y"}).status_code == 403
    assert at_charlies.get(f"{PAGE}{planned.pk}/").status_code == 404
    assert at_charlies.get(f"/drukkerij-vermeer/envois/{planned.pk}/").status_code == 404
    at_charlies.post("/drukkerij-vermeer/envois/approuver/", {"message": planned.pk})
    assert now(planned).approved_at is None
