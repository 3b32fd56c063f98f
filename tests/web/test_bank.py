"""«Banque»: statements dropped, lines decided one by one or all at once, and every decision taken back."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from acquit.bank.models import BankAccount, Match, StatementLine, ToMatch
from acquit.dunning import run
from acquit.dunning.actions import put_in_service
from acquit.mailroom.models import Message, State
from acquit.parties.models import Customer
from acquit.receivables.models import Freshness, Payment, Standing, Surplus
from acquit.receivables.queries import bank_known_until
from tests.conftest import author_on
from tests.web.desk import HOME, owes

PAGE = HOME + "banque/"


def drop(client, *rows: str, name: str = "releve.csv", **more):
    text = "\n".join(["Date;Libellé;Montant;Nom contrepartie", *rows])
    return client.post(PAGE, {"files": SimpleUploadedFile(name, text.encode()), **more}, follow=True)


def line(label: str) -> StatementLine:
    return StatementLine.objects.get(label__contains=label)


def owed(reference: str) -> int:
    return Standing.objects.get(reference=reference).owed


@pytest.fixture
def roux(in_lumen):
    at = author_on(date(2026, 1, 5)).at
    return Customer.objects.create(firm=in_lumen, ref="C0002", name="Cabinet Roux", name_key="roux", created_at=at)


@pytest.fixture
def told(at_alices, late, coming, roux, by, in_lumen):
    """One certain line, one by name and amount, one that nobody knows, and money that went out."""
    owes(in_lumen, roux, "R-7", 55_500, date(2026, 11, 1), by)
    drop(
        at_alices,
        "20/11/2026;VIR F-2026-031;1200,00;DUPONT",
        "19/11/2026;VIREMENT;555,00;CABINET ROUX",
        "18/11/2026;VIR 88213;150,00;",
        "18/11/2026;PRLV EDF;-40,00;EDF",
    )
    return at_alices


def test_a_statement_makes_the_bank_fresh_and_proposes_in_words(told, in_lumen):
    page = told.get(PAGE)
    assert [row.grade.code for row in page.context["rows"]] == ["certain", "probable", "to_choose"]
    text = page.content.decode()
    assert "La référence F-2026-031 est dans le virement" in text
    assert "Valider la ligne certaine" in text
    assert bank_known_until(in_lumen) == date(2026, 11, 20)
    assert not Payment.objects.exists()


def test_the_same_statement_again_adds_nothing(told):
    answer = drop(told, "20/11/2026;VIR F-2026-031;1200,00;DUPONT")
    assert "Aucun nouveau mouvement, 1 déjà connu" in answer.content.decode()
    assert StatementLine.objects.count() == 4


def test_accepting_a_proposal_settles_the_invoice_and_says_so(told):
    row = told.get(PAGE).context["rows"][0]
    answer = told.post(f"{PAGE}lignes/{row.line.pk}/valider/", {"shares": row.posted}, follow=True)
    assert "F-2026-031 soldée." in answer.content.decode()
    assert owed("F-2026-031") == 0
    assert Match.objects.get().confidence == "certain"


def test_a_double_click_is_one_payment(told):
    row = told.get(PAGE).context["rows"][0]
    for _ in range(2):
        told.post(f"{PAGE}lignes/{row.line.pk}/valider/", {"shares": row.posted})
    assert Payment.objects.count() == 1


def test_what_was_not_seen_is_not_applied(told, late):
    pk = line("F-2026-031").pk
    for shares in ("", f"{late.pk}:1", "nonsense", f"{late.pk}:120000:3"):
        answer = told.post(f"{PAGE}lignes/{pk}/valider/", {"shares": shares}, follow=True)
        assert "La proposition a changé" in answer.content.decode()
    assert not Payment.objects.exists()


def test_undo_owes_it_again_and_the_line_waits(told):
    row = told.get(PAGE).context["rows"][0]
    answer = told.post(f"{PAGE}lignes/{row.line.pk}/valider/", {"shares": row.posted}, follow=True)
    undo = f"{PAGE}annuler/?m={Match.objects.get().pk}"
    assert f'action="{undo}"' in answer.content.decode()
    told.post(undo)
    assert owed("F-2026-031") == 120000
    assert ToMatch.objects.filter(line=row.line).exists()


def test_the_reminder_that_was_ready_goes_with_the_payment_and_comes_back_with_the_undo(told, in_lumen, by):
    in_lumen.email = "alice@lumen.example"
    in_lumen.save()
    put_in_service(in_lumen, by)
    run.plan_day(in_lumen, by)
    assert Message.objects.filter(state=State.PLANNED).count() == 1
    row = told.get(PAGE).context["rows"][0]

    answer = told.post(f"{PAGE}lignes/{row.line.pk}/valider/", {"shares": row.posted}, follow=True)

    assert "1 relance annulée" in answer.content.decode()
    assert not Message.objects.filter(state=State.PLANNED).exists()
    told.post(f"{PAGE}annuler/?m={Match.objects.get().pk}")
    run.plan_day(in_lumen, by)
    assert Message.objects.filter(state=State.PLANNED).count() == 1


def test_all_certain_ones_at_once_and_back(told):
    answer = told.post(f"{PAGE}certaines/", follow=True)
    assert "F-2026-031 soldée" in answer.content.decode()
    assert (owed("F-2026-031"), owed("R-7")) == (0, 55_500)
    told.post(f"{PAGE}annuler/?m={Match.objects.get().pk}")
    assert owed("F-2026-031") == 120000


def test_another_invoice_may_be_chosen_and_part_of_it_paid(told, late):
    pk = line("88213").pk
    page = told.get(f"{PAGE}lignes/{pk}/?q=dupont")
    assert {standing.reference for standing, _ in page.context["candidates"]} == {"F-2026-031", "F-2026-044"}
    answer = told.post(f"{PAGE}lignes/{pk}/", {"only": late.pk}, follow=True)
    assert "F-2026-031 : il reste 1\u202f050,00\u00a0€" in answer.content.decode()
    assert owed("F-2026-031") == 105000


@pytest.mark.parametrize("text", ["F-2026-031", "2026031", "1 200,00", "dupont"])
def test_open_invoices_are_found_by_number_amount_and_name(told, text):
    page = told.get(f"{PAGE}lignes/{line('88213').pk}/", {"q": text})
    assert "F-2026-031" in {standing.reference for standing, _ in page.context["candidates"]}


def test_a_line_is_split_and_what_is_left_is_the_customers_credit(told, late, coming):
    sent = {f"r:{late.pk}": "100,00", f"r:{coming.pk}": "20,00"}
    answer = told.post(f"{PAGE}lignes/{line('88213').pk}/", sent, follow=True)
    assert (owed("F-2026-031"), owed("F-2026-044")) == (110000, 28000)
    assert Surplus.objects.get().left == 3000
    assert "30,00\u00a0€ en crédit client" in answer.content.decode()


@pytest.mark.parametrize("share", ["151,00", "abc", "-3"])
def test_a_share_that_cannot_be_is_refused(told, late, share):
    told.post(f"{PAGE}lignes/{line('88213').pk}/", {f"r:{late.pk}": share})
    assert not Payment.objects.exists()


def test_money_may_stay_a_customers_credit(told, roux):
    told.post(f"{PAGE}lignes/{line('88213').pk}/", {"credit": roux.pk})
    assert Surplus.objects.get().customer == roux


def test_a_line_set_aside_waits_no_more_and_can_come_back(told):
    found = line("88213")
    told.post(f"{PAGE}lignes/{found.pk}/mettre-de-cote/")
    assert not ToMatch.objects.filter(line=found).exists()
    history = told.get(f"{PAGE}historique/").content.decode()
    assert "mis de côté" in history
    told.post(f"{PAGE}annuler/?retour=historique&m={Match.objects.get().pk}")
    assert ToMatch.objects.filter(line=found).exists()


def test_a_strangers_account_is_asked_about_before_it_is_followed(at_alices, in_lumen, corpus):
    in_lumen.iban = "FR1420041010050500013M02606"
    in_lumen.save()
    content = (corpus / "made/bank-overlap/a.camt053.xml").read_bytes()
    answer = at_alices.post(PAGE, {"files": SimpleUploadedFile("a.xml", content)}, follow=True)
    assert "Oui, c’est un nouveau compte" in answer.content.decode()
    assert not BankAccount.objects.exists()

    at_alices.post(f"{PAGE}nouveau-compte/")

    assert BankAccount.objects.count() == 1
    assert StatementLine.objects.exists()
    assert "nouveau compte</button>" not in at_alices.get(PAGE).content.decode()


def test_a_persons_word_makes_the_bank_known(at_alices, in_lumen):
    at_alices.post(f"{PAGE}verifiee/", {"until": "2026-11-22"})
    assert bank_known_until(in_lumen) == date(2026, 11, 22)


@pytest.mark.parametrize("until", ["", "2026-11-24", "bientôt"])
def test_a_day_that_cannot_be_known_is_refused(at_alices, in_lumen, until):
    at_alices.post(f"{PAGE}verifiee/", {"until": until})
    assert bank_known_until(in_lumen) is None


def test_an_account_need_not_be_waited_for(told):
    account = BankAccount.objects.get()
    told.post(f"{PAGE}comptes/{account.pk}/", {"followed": "0"})
    assert not Freshness.objects.get(account=account.iban).followed
    told.post(f"{PAGE}comptes/{account.pk}/?followed=1")
    assert Freshness.objects.get(account=account.iban).followed


def test_invoices_dropped_here_go_to_their_preview(at_alices, corpus):
    invoice = (corpus / "einvoice/ubl").rglob("*.xml")
    content = next(path for path in sorted(invoice) if b"<Invoice" in path.read_bytes()).read_bytes()
    answer = at_alices.post(PAGE, {"files": SimpleUploadedFile("facture.xml", content)})
    assert "/importer/" in answer["Location"]
    assert not StatementLine.objects.exists()


def test_a_file_that_is_nothing_is_refused_by_name(at_alices):
    answer = at_alices.post(PAGE, {"files": SimpleUploadedFile("photo.pdf", b"%PDF-1.4 nothing")}, follow=True)
    assert "photo.pdf" in answer.content.decode()


def test_readers_see_and_change_nothing(told, at_bobs):
    page = at_bobs.get(PAGE).content.decode()
    assert "F-2026-031" in page
    assert "Valider la ligne" not in page
    assert "/valider/" not in page
    assert drop(at_bobs, "20/11/2026;X;1,00;Y").status_code == 403
    assert at_bobs.post(f"{PAGE}lignes/{line('88213').pk}/", {"credit": 1}).status_code == 403
    assert not Payment.objects.exists()


def test_charlie_finds_nothing(told, at_charlies):
    pk = line("88213").pk
    assert at_charlies.get(PAGE).status_code == 404
    assert at_charlies.get(f"/drukkerij-vermeer/banque/lignes/{pk}/").status_code == 404
    assert at_charlies.post(f"/drukkerij-vermeer/banque/lignes/{pk}/mettre-de-cote/").status_code == 404
