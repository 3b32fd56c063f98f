"""«Aujourd’hui»: the figures, the tasks, and what keeps messages here."""

from datetime import date

from acquit.dunning.actions import put_in_service
from acquit.parties.models import Contact, Customer, Firm, User
from acquit.receivables.actions import NewPayment, hold, record_payment
from tests.conftest import author_on
from tests.web.desk import HOME, owes


def shown(client) -> str:
    return client.get(HOME).content.decode()


def test_a_new_firm_is_offered_two_ways_to_begin(at_alices):
    page = shown(at_alices)

    assert "Importer mes factures" in page


def test_four_figures_each_lead_to_their_list(at_alices, late, coming, dupont, lumen, by):
    record_payment(lumen, NewPayment(dupont.pk, 5000, date(2026, 11, 3), "transfer", "a"), by)
    page = shown(at_alices)

    assert "1\u202f200,00\u00a0€" in page
    assert "1 facture, 1 client" in page
    assert "300,00\u00a0€" in page
    assert "Encaissé en novembre" in page
    assert "50,00\u00a0€" in page
    assert "etat=retard&amp;devise=EUR" in page
    assert "echue_du=2026-11-23&amp;echue_au=2026-12-23" in page


def test_ages_add_up_to_what_is_owed(at_alices, late, coming, lumen, dupont, by):
    owes(lumen, dupont, "F-2026-001", 10000, date(2026, 9, 1), by)
    page = at_alices.get(HOME)
    (ages,) = page.context["ages"]

    assert [s.amount for s in ages.slices] == [30000, 0, 0, 120000, 10000]
    assert sum(s.amount for s in ages.slices) == ages.owed
    assert [s.label for s in ages.slices][3] == "31 à 60 jours"


def test_before_service_it_says_that_nothing_leaves_and_what_would(at_alices, late):
    page = at_alices.get(HOME)

    assert "Rien ne part encore." in page.content.decode()
    assert page.context["outbox"].count == 1


def test_an_old_bank_holds_reminders_and_says_so(at_alices, late, lumen, by):
    put_in_service(lumen, by)

    assert "Aucun relevé bancaire." in shown(at_alices)


def test_a_fresh_bank_allows_them(at_alices, late, lumen, by, fresh_bank):
    put_in_service(lumen, by)

    assert "relances autorisées" in shown(at_alices)


def test_no_mail_server_is_said_in_service_only(at_alices, late, lumen, by, fresh_bank):
    assert "ACQUIT_SMTP_URL" not in shown(at_alices)
    put_in_service(lumen, by)
    assert "ACQUIT_SMTP_URL" in shown(at_alices)


def test_a_broken_promise_is_a_task_until_it_is_done(at_alices, late, dupont, lumen, by):
    before = author_on(date(2026, 11, 10))
    promise = hold(
        lumen, dupont, "promise", before, receivable=late.receivable, until=date(2026, 11, 18), amount=120000
    )
    assert "Promesse non tenue" in shown(at_alices)

    at_alices.post(f"{HOME}suspensions/{promise.pk}/lever/", {"back": "today"})

    assert "Promesse non tenue" not in shown(at_alices)


def test_a_promise_kept_is_no_task(at_alices, late, dupont, lumen, by):
    before = author_on(date(2026, 11, 10))
    hold(lumen, dupont, "promise", before, receivable=late.receivable, until=date(2026, 11, 18), amount=20000)
    record_payment(lumen, NewPayment(dupont.pk, 20000, date(2026, 11, 17), "cash", "k", shares=((late.pk, 20000),)), by)

    assert "Promesse non tenue" not in shown(at_alices)


def test_who_cannot_be_written_to_is_a_task(at_alices, late, dupont):
    Contact.objects.filter(customer=dupont).delete()

    assert "Trouver une adresse pour" in shown(at_alices)


def test_a_kind_only_guessed_is_asked(at_alices, late, dupont):
    Customer.objects.filter(pk=dupont.pk).update(kind_sure=False)

    assert "Préciser 1 client" in shown(at_alices)


def test_with_nothing_to_decide_it_says_so(at_alices, coming):
    assert "Plus rien aujourd’hui" in shown(at_alices)


def test_the_way_in_leads_to_the_firm_one_worked_for_last(at_alices, alice, lumen, vermeer):
    vermeer.members.create(user=alice, role="manager")
    assert at_alices.get("/")["Location"] == HOME

    at_alices.get("/drukkerij-vermeer/ouvrir/")

    assert at_alices.get("/")["Location"] == "/drukkerij-vermeer/"


WELCOME = {
    "name": "Atelier Martin", "country": "FR", "siren": "", "bce": "", "iban": "", "sender": "Alice Martin",
    "email": "alice@martin.example", "password": "un tampon, une encre",
}  # fmt: skip


def test_the_first_visit_founds_the_owner_and_the_firm(client, db):
    assert client.get("/")["Location"] == "/bienvenue/"

    response = client.post("/bienvenue/", WELCOME)

    assert response["Location"] == "/atelier-martin/"
    assert Firm.objects.get().members.get().role == "owner"
    assert client.get("/bienvenue/").status_code == 404


def test_wrong_numbers_are_said_beside_their_field_and_nothing_is_founded(client, db):
    response = client.post("/bienvenue/", WELCOME | {"siren": "123456789", "iban": "FR00 1234"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"siren", "iban"}
    assert 'value="123456789"' in response.content.decode()
    assert not User.objects.exists()


def test_a_weak_password_is_said_beside_its_field(client, db):
    response = client.post("/bienvenue/", WELCOME | {"password": "court"})

    assert "password" in response.context["form"].errors
    assert not Firm.objects.exists()
