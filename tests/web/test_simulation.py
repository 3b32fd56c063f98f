"""«Simulation»: any day, the exact words, the reasons of silence; nothing is written."""

from datetime import date

import pytest

from acquit.mailroom.models import Message
from tests.web.desk import HOME

PAGE = HOME + "simulation/"


@pytest.mark.parametrize(
    ("day", "references"),
    [("2026-11-23", ["F-2026-031"]), ("2026-12-07", ["F-2026-031"]), ("2026-12-15", ["F-2026-031", "F-2026-044"])],
)
def test_a_day_tells_who_would_get_what_in_which_words(at_alices, late, coming, fresh_bank, day, references):
    page = at_alices.get(f"{PAGE}?au={day}")
    (one,) = page.context["sends"]
    assert set(one["send"].references) == set(references)
    text = page.content.decode()
    assert "denis@dupont.example" in text
    assert one["send"].draft.rendered.subject in text
    assert not Message.objects.exists()


def test_who_would_get_nothing_is_told_why(at_alices, late, dupont, fresh_bank):
    dupont.contacts.all().delete()
    page = at_alices.get(PAGE)
    assert not page.context["sends"]
    assert "Aucune adresse e-mail pour ce client." in page.content.decode()


def test_the_bank_is_supposed_fresh_on_days_to_come_unless_one_says_no(at_alices, late, fresh_bank):
    assert at_alices.get(f"{PAGE}?au=2026-12-15").context["sends"]
    stale = at_alices.get(f"{PAGE}?au=2026-12-15&vu=2026-12-15")
    assert not stale.context["sends"]
    assert "Les relevés bancaires sont trop anciens" in stale.content.decode()


def test_no_message_on_a_sunday(at_alices, late, fresh_bank):
    assert not at_alices.get(f"{PAGE}?au=2026-12-13").context["sends"]


@pytest.mark.parametrize("asked", ["", "nonsense", "2020-01-01", "9999-12-31"])
def test_a_day_out_of_reach_is_brought_within_it(at_alices, late, asked):
    page = at_alices.get(PAGE, {"au": asked})
    assert date(2026, 11, 23) <= page.context["on"] <= page.context["last"]


def test_readers_may_simulate(at_bobs, late):
    assert at_bobs.get(PAGE).status_code == 200
