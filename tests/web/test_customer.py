"""«Fiche client»: identity, contacts, behaviour, credit, silence."""

from datetime import date

import pytest

from acquit.parties.models import Contact, Customer
from acquit.receivables.actions import NewPayment, hold, record_payment
from acquit.receivables.models import Hold, Standing, Surplus
from tests.conftest import author_on
from tests.web.desk import HOME, owes


@pytest.fixture
def place(dupont) -> str:
    return f"{HOME}clients/{dupont.pk}/"


def test_it_shows_what_is_owed_and_how_they_pay(at_alices, place, late, coming, lumen, dupont, by):
    paid = owes(lumen, dupont, "OLD", 1000, date(2026, 9, 1), by)
    record_payment(lumen, NewPayment(dupont.pk, 1000, date(2026, 9, 21), "cash", "o", shares=((paid.pk, 1000),)), by)
    page = at_alices.get(place)
    text = page.content.decode()

    assert "Doit 1\u202f500,00\u00a0€" in text
    assert page.context["behaviour"].median == 50
    assert (page.context["behaviour"].late, page.context["behaviour"].judged) == (2, 2)
    assert "2 sur 2, impayées comprises" in text


def test_promises_are_counted_once_their_day_has_come(at_alices, place, late, lumen, dupont):
    hold(lumen, dupont, "promise", author_on(date(2026, 11, 1)), receivable=late.receivable, until=date(2026, 11, 9))

    found = at_alices.get(place).context["behaviour"]
    assert (found.promises_kept, found.promises) == (0, 1)


IDENTITY = {"name": "Dupont & Cie", "kind": "consumer", "country": "be", "language": "nl", "ref": "C0001"}


def test_who_they_are_is_changed_and_the_kind_is_sure(at_alices, place, dupont):
    assert at_alices.post(place + "modifier/", IDENTITY)["Location"] == place
    dupont.refresh_from_db()

    assert (dupont.name, dupont.kind, dupont.kind_sure, dupont.country) == ("Dupont & Cie", "consumer", True, "BE")


def test_wrong_numbers_are_said_beside_their_field(at_alices, place, dupont):
    response = at_alices.post(place + "modifier/", IDENTITY | {"siren": "123456789", "vat": "FR00"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"siren", "vat"}
    dupont.refresh_from_db()
    assert dupont.name == "Dupont SARL"


def test_the_question_of_the_kind_is_answered_in_one_click(at_alices, place, dupont):
    Customer.objects.filter(pk=dupont.pk).update(kind_sure=False)
    assert "Professionnel ou particulier" in at_alices.get(place).content.decode()

    at_alices.post(place + "nature/", {"kind": "consumer"})

    dupont.refresh_from_db()
    assert (dupont.kind, dupont.kind_sure) == ("consumer", True)
    assert "Professionnel ou particulier" not in at_alices.get(place).content.decode()


PERSON = {
    "name": "Comptabilité",
    "email": "compta@dupont.example",
    "duty": "pays",
    "channel": "email",
    "language": "nl",
}


def test_a_contact_is_added_once_changed_and_taken_away(at_alices, place, dupont):
    for _ in range(2):
        assert at_alices.post(place + "contacts/", PERSON).status_code == 302
    contact = Contact.objects.get(email="compta@dupont.example")
    assert contact.language == "nl"

    at_alices.post(f"{place}contacts/{contact.pk}/", PERSON | {"email": "neuf@dupont.example"})
    contact.refresh_from_db()
    assert contact.email == "neuf@dupont.example"

    for _ in range(2):
        at_alices.post(f"{place}contacts/{contact.pk}/retirer/")
    assert not Contact.objects.filter(pk=contact.pk).exists()


@pytest.mark.parametrize("given", [{"email": "not an address"}, {"email": "", "name": ""}, {"duty": "king"}])
def test_a_wrong_contact_is_refused_and_kept_on_the_page(at_alices, place, dupont, given):
    response = at_alices.post(place + "contacts/", PERSON | given)

    assert response.status_code == 422
    assert Contact.objects.filter(customer=dupont).count() == 1


def test_a_mended_address_gets_another_chance(at_alices, place, dupont):
    contact = Contact.objects.get(customer=dupont)
    Contact.objects.update(refused_on=date(2026, 11, 2), refusal="550")
    assert "refusée le 02/11/2026" in at_alices.get(place).content.decode()

    at_alices.post(f"{place}contacts/{contact.pk}/", PERSON)

    contact.refresh_from_db()
    assert contact.refused_on is None


def test_the_whole_customer_is_suspended_once(at_alices, place, late, coming):
    for _ in range(2):
        at_alices.post(place + "suspension/", {"until": "2026-12-01", "note": "vacances", "key": "k"})

    assert Hold.objects.get().receivable is None
    assert {s.hold for s in Standing.objects.all()} == {"pause"}


def test_credit_is_put_on_the_oldest_invoices_once(at_alices, place, late, coming, lumen, dupont, by):
    record_payment(lumen, NewPayment(dupont.pk, 130000, date(2026, 11, 2), "transfer", "k"), by)
    assert "ne sont mis sur aucune facture" in at_alices.get(place).content.decode()

    for _ in range(2):
        at_alices.post(place + "imputer/")

    assert dict(Standing.objects.values_list("reference", "owed")) == {"F-2026-031": 0, "F-2026-044": 20000}
    assert not Surplus.objects.exists()


def test_the_statement_of_account_is_a_page_to_print(at_alices, place, late, coming):
    page = at_alices.get(place + "releve/").content.decode()

    assert "Situation au lundi 23 novembre 2026" in page
    assert "1\u202f500,00\u00a0€" in page
    assert "data-prints" in page


def test_one_merged_away_leads_to_the_one_that_is_kept(at_alices, place, lumen, dupont, by):
    gone = Customer.objects.create(firm=lumen, ref="C9", name="Dupont", created_at=by.at, merged_into=dupont)

    assert at_alices.get(f"{HOME}clients/{gone.pk}/")["Location"] == place


def test_a_double_is_merged_after_a_preview_and_once(at_alices, place, late, lumen, dupont, by):
    double = Customer.objects.create(firm=lumen, ref="C9", name="Dupont", name_key="dupont", created_at=by.at)
    owes(lumen, double, "D1", 700, date(2026, 12, 1), by)
    address = f"{place}fusion/{double.pk}/"
    assert address in at_alices.get(place).content.decode()
    assert "7,00\u00a0€" in at_alices.get(address).content.decode()
    assert Standing.objects.get(reference="D1").customer == double

    for _ in range(2):
        assert at_alices.post(address)["Location"] == place

    assert Standing.objects.get(reference="D1").customer == dupont


def test_a_reader_merges_nobody(at_bobs, place, lumen, dupont, by):
    double = Customer.objects.create(firm=lumen, ref="C9", name="Dupont", created_at=by.at)

    assert at_bobs.post(f"{place}fusion/{double.pk}/").status_code == 403
