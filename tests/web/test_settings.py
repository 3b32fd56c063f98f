"""«Réglages»: numbers that check themselves, the guarded account, the mode, going into service, mail, the example."""

from datetime import date

import pytest
from django.conf import settings

from acquit.mailroom.catcher import count_caught
from acquit.mailroom.models import Message
from acquit.parties.models import Firm, FirmChange, Member
from acquit.receivables.models import Standing
from tests.web.desk import HOME

PAGE = HOME + "reglages/"
IDENTITY = {"name": "Atelier Lumen", "country": "FR", "phone": "", "street": "", "postcode": "", "city": ""}
IBAN = "FR14 2004 1010 0505 0001 3M02 606"


def firm() -> Firm:
    return Firm.objects.get(slug="atelier-lumen")


@pytest.fixture
def example(lumen):
    Firm.objects.filter(pk=lumen.pk).update(is_example=True, email="alice@lumen.example")
    return lumen


def gives_password(client):
    """The page that asks for it again."""
    return client.post("/compte/reauthenticate/", {"password": "correct horse battery staple"})


def test_what_is_typed_is_kept_and_written_in_the_journal(at_alices):
    at_alices.post(PAGE, IDENTITY | {"city": "Lille", "contract_rate": "15"})
    assert (firm().city, firm().contract_rate) == ("Lille", 15)
    assert set(FirmChange.objects.values_list("subject", "before", "after")) >= {("city", "", "Lille")}
    assert "Lille" in at_alices.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [("siren", "123 456 789", "SIREN"), ("bce", "0123.456.780", "BCE"), ("vat", "FR00000", "TVA"), ("name", "", "Nom")],
)
def test_a_wrong_number_is_told_beside_its_field_and_what_was_typed_is_kept(at_alices, field, typed, said):
    answer = at_alices.post(PAGE, IDENTITY | {"city": "Lille", field: typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert said in page
    assert 'value="Lille"' in page
    assert firm().city == ""


def test_a_rate_below_the_floor_of_the_law_is_warned_about(at_alices):
    answer = at_alices.post(PAGE, IDENTITY | {"contract_rate": "1"}, follow=True)
    assert "data-stays" in answer.content.decode()
    assert "%" in answer.content.decode()


def test_the_account_is_changed_only_after_the_password_was_given_again(at_alices, alice):
    answer = at_alices.post(f"{PAGE}iban/", {"iban": IBAN})
    assert "reauthenticate" in answer["Location"]
    assert firm().iban == ""

    gives_password(at_alices)
    at_alices.post(f"{PAGE}iban/", {"iban": IBAN})

    assert firm().iban == IBAN.replace(" ", "")
    line = FirmChange.objects.get(subject="iban")
    assert (line.after, line.by) == (firm().iban, alice)


def test_a_false_account_is_refused(at_alices):
    gives_password(at_alices)
    answer = at_alices.post(f"{PAGE}iban/", {"iban": "FR14 2004 1010 0505 0001 3M02 607"})
    assert "n’est pas un IBAN" in answer.content.decode()
    assert firm().iban == ""


def test_before_going_into_service_one_sees_what_would_leave(at_alices, late, fresh_bank):
    page = at_alices.get(f"{PAGE}relances/")
    assert page.context["sends"] == 1
    assert "Si vous mettez en service maintenant" in page.content.decode()
    assert not Message.objects.exists()

    at_alices.post(f"{PAGE}relances/service/", {"on": "1"})

    assert firm().in_service_at
    assert Standing.objects.get(pk=late.pk).wake_on == date(2026, 11, 23)
    at_alices.post(f"{PAGE}relances/service/", {"on": "0"})
    assert firm().in_service_at is None


def test_who_decides_is_the_owners_choice(at_alices):
    at_alices.post(f"{PAGE}relances/", {"automatic": "1", "apply_certain": "on"})
    assert firm().automatic
    assert firm().apply_certain
    at_alices.post(f"{PAGE}relances/", {"automatic": "0"})
    assert not firm().automatic
    assert not firm().apply_certain


def test_the_sender_is_a_person_with_an_address(at_alices):
    at_alices.post(f"{PAGE}messagerie/", {"sender": "Alice Martin", "email": "alice@gmail.com"})
    assert firm().email == "alice@gmail.com"
    assert "grand public" in at_alices.get(f"{PAGE}messagerie/").content.decode()
    assert at_alices.post(f"{PAGE}messagerie/", {"email": "nonsense"}).status_code == 422


def test_a_test_message_of_the_example_is_caught(at_alices, example):
    before = count_caught(example.pk)
    answer = at_alices.post(f"{PAGE}messagerie/test/", follow=True)
    assert "alice@lumen.example" in answer.content.decode()
    assert count_caught(example.pk) == before + 1


def test_without_a_server_the_test_says_what_to_do(at_alices, lumen):
    Firm.objects.filter(pk=lumen.pk).update(email="alice@lumen.example")
    answer = at_alices.post(f"{PAGE}messagerie/test/", follow=True)
    assert settings.ENVIRONMENT.smtp is not None or "ACQUIT_SMTP_URL" in answer.content.decode()


def test_everybody_chooses_a_language(at_bobs, bob):
    at_bobs.post(f"{PAGE}langues/", {"own": "nl"})
    bob.refresh_from_db()
    assert (bob.language, bob.shortcuts) == ("nl", False)
    assert at_bobs.cookies["django_language"].value == "nl"
    at_bobs.post(f"{PAGE}langues/", {"language": "nl"})
    assert firm().language == "fr"


def test_the_firms_language_is_the_owners(at_alices):
    at_alices.post(f"{PAGE}langues/", {"language": "nl"})
    assert firm().language == "nl"


def test_the_example_travels_and_comes_back(at_alices, example):
    at_alices.post(f"{PAGE}donnees/voyager/", {"to": "2026-12-15"})
    assert firm().travels_to == date(2026, 12, 15)
    at_alices.post(f"{PAGE}donnees/voyager/", {"to": "2020-01-01"})
    assert firm().travels_to == date(2026, 12, 15)
    at_alices.post(f"{PAGE}donnees/voyager/", {"back": "1"})
    assert firm().travels_to is None


def test_the_example_is_cleared_in_one_deed_and_frees_its_name(at_alices, example):
    at_alices.post(f"{PAGE}donnees/effacer-exemple/")
    assert not Member.objects.filter(firm=example).exists()
    assert not Firm.objects.filter(slug="atelier-lumen").exists()
    assert at_alices.get(HOME).status_code == 404


def test_a_real_firm_neither_travels_nor_goes(at_alices, lumen):
    at_alices.post(f"{PAGE}donnees/voyager/", {"to": "2026-12-15"})
    at_alices.post(f"{PAGE}donnees/effacer-exemple/")
    assert firm().travels_to is None
    assert Member.objects.filter(firm=lumen).exists()


@pytest.mark.parametrize(
    "part",
    ["", "iban/", "relances/", "relances/service/", "messagerie/", "messagerie/test/", "membres/", "donnees/",
     "donnees/voyager/", "donnees/effacer-exemple/"],
)  # fmt: skip
def test_readers_have_no_hand_in_settings(at_bobs, part):
    assert at_bobs.post(PAGE + part, {"on": "1", "automatic": "1"}).status_code in (403, 405)
    assert at_bobs.get(PAGE + part).status_code in (403, 405)
    assert firm().in_service_at is None
