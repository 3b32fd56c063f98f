"""«Facture»: what it has become, how that is reckoned, and the deeds on it."""

from datetime import date

import pytest
from django.urls import reverse

from acquit.dunning.actions import put_in_service
from acquit.dunning.run import plan_day
from acquit.mailroom.actions import keep_paper
from acquit.mailroom.models import Message
from acquit.parties.models import Customer
from acquit.receivables.actions import NewClaim, NewPayment, open_claims, record_payment
from acquit.receivables.models import Hold, Payment, Standing
from tests.conftest import author_on
from tests.web.desk import HOME


def sheet(client, row, query: str = "") -> str:
    return client.get(f"{HOME}factures/{row.pk}/{query}").content.decode()


def send(client, row, deed: str, **given):
    return client.post(f"{HOME}factures/{row.pk}/{deed}/", {"key": "k", **given})


def test_it_shows_what_is_owed_with_its_working(at_alices, late):
    page = sheet(at_alices, late)

    # 36 days at 12.40 % on 1,200.00 = 14.68; 40.00 flat sum.
    assert "1\u202f254,68\u00a0€" in page
    assert "14,68\u00a0€ de pénalités et 40,00\u00a0€ d’indemnité" in page
    assert "19/10/2026" in page
    assert "12,40\u00a0%" in page
    assert "L441-10" in page


def test_a_payment_can_be_imputed_both_ways_and_both_are_named(at_alices, late, dupont, lumen, by):
    paid = NewPayment(dupont.pk, 50000, date(2026, 11, 1), "cash", "p", shares=((late.pk, 50000),))
    record_payment(lumen, paid, by)

    assert "imputés d’abord sur le principal" in sheet(at_alices, late)
    assert "1343-1" in sheet(at_alices, late)
    assert "Intérêts de retard, paiements imputés d’abord sur les intérêts" in sheet(
        at_alices, late, "?imputation=interets"
    )


def test_a_consumer_owes_no_penalty_before_a_formal_notice(at_alices, late, dupont):
    Customer.objects.filter(pk=dupont.pk).update(kind="consumer")
    page = sheet(at_alices, late)

    assert "mise en demeure reçue" in page
    assert "de pénalités" not in page


def test_before_its_day_it_is_its_own_amount(at_alices, coming):
    page = sheet(at_alices, coming)

    assert "300,00\u00a0€" in page
    assert "de pénalités" not in page


def test_a_payment_settles_it_once_however_often_it_is_sent(at_alices, late):
    for _ in range(2):
        response = send(at_alices, late, "paiement", amount="1 200,00", received_on="2026-11-20", means="cheque")
        assert response["Location"] == f"{HOME}factures/{late.pk}/"

    assert Payment.objects.count() == 1
    assert Standing.objects.get(pk=late.pk).owed == 0
    assert "soldée le 20/11/2026" in sheet(at_alices, late)


def test_what_is_too_much_stays_with_the_customer(at_alices, late, dupont):
    send(at_alices, late, "paiement", amount="1250", received_on="20/11/2026", means="transfer")

    assert "50,00\u00a0€" in at_alices.get(f"{HOME}clients/{dupont.pk}/").content.decode()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": "1.234", "received_on": "2026-11-20", "means": "cash"}, "amount"),
        ({"amount": "-5", "received_on": "2026-11-20", "means": "cash"}, "amount"),
        ({"amount": "12", "received_on": "2026-11-24", "means": "cash"}, "received_on"),
        ({"amount": "12", "received_on": "2026-11-20", "means": "reported"}, "means"),
    ],
)
def test_a_wrong_payment_is_refused_beside_its_field_and_keeps_what_was_typed(at_alices, late, given, field):
    response = send(at_alices, late, "paiement", **given)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert f'value="{given["amount"]}"' in response.content.decode()
    assert not Payment.objects.exists()


def test_a_payment_taken_back_is_owed_again(at_alices, late):
    send(at_alices, late, "paiement", amount="1200", received_on="2026-11-20", means="cash")
    undo = f"{HOME}encaissements/{Payment.objects.get().pk}/annuler/"
    for _ in range(2):
        at_alices.post(undo)

    assert Standing.objects.get(pk=late.pk).owed == 120000
    assert Payment.objects.filter(reverses__isnull=False).count() == 1
    assert "annulé" in sheet(at_alices, late)


@pytest.mark.parametrize(
    ("deed", "given", "kind", "word"),
    [
        ("promesse", {"until": "2026-11-30", "amount": "1200"}, "promise", "Promesse de paiement."),
        ("litige", {"reason": "Montant contesté", "note": "la moitié manque"}, "dispute", "Litige ouvert."),
        ("deja-paye", {"until": "2026-11-30"}, "said_paid", "Le client dit avoir payé."),
        ("suspension", {"until": ""}, "pause", "Relances suspendues."),
    ],
)
def test_each_silence_is_asked_once_and_lifted(at_alices, late, deed, given, kind, word):
    assert at_alices.get(f"{HOME}factures/{late.pk}/{deed}/").status_code == 200
    for _ in range(2):
        assert send(at_alices, late, deed, **given).status_code == 302
    held = Hold.objects.get()
    assert held.kind == kind
    assert word in sheet(at_alices, late)

    for _ in range(2):
        at_alices.post(f"{HOME}suspensions/{held.pk}/lever/")

    assert Standing.objects.get(pk=late.pk).hold == ""
    assert word not in sheet(at_alices, late)


def test_no_other_deed_exists(at_alices, late):
    assert at_alices.get(f"{HOME}factures/{late.pk}/effacer/").status_code == 404


def test_a_deed_takes_the_letter_it_made_wrong_out_of_the_outbox(at_alices, late, lumen, by, fresh_bank):
    put_in_service(lumen, by)
    plan_day(lumen, by)
    assert "Prochain message" in sheet(at_alices, late)

    response = send(at_alices, late, "paiement", amount="1200", received_on="2026-11-20", means="cash")

    assert Message.objects.get().state == "cancelled"
    assert "1 rappel annulé." in at_alices.get(response["Location"]).content.decode()
    assert "Prochain message" not in sheet(at_alices, late)


def test_another_customers_letter_stays(at_alices, late, coming, lumen, by, fresh_bank):
    put_in_service(lumen, by)
    plan_day(lumen, by)
    other = Customer.objects.create(firm=lumen, ref="C0002", name="Autre", created_at=by.at)
    claim = NewClaim(other.pk, "X1", "t:x", date(2026, 11, 1), date(2026, 12, 1), 500)
    open_claims(lumen, [claim], author_on(date(2026, 11, 1)))
    send(at_alices, Standing.objects.get(reference="X1"), "litige", reason="Autre")

    assert Message.objects.get().state == "planned"


def test_the_document_is_a_download_that_can_run_nothing(at_alices, lumen, dupont, by):
    paper = keep_paper(lumen, "Façade « 1 ».pdf", b"%PDF-1.7 x", "text/html", by)
    claim = NewClaim(dupont.pk, "P1", "t:p", date(2026, 11, 1), date(2026, 12, 1), 500, paper_id=paper.pk)
    (receivable,) = open_claims(lumen, [claim], by)

    response = at_alices.get(reverse("web:invoice_paper", args=["atelier-lumen", receivable.pk]))

    assert response.content == b"%PDF-1.7 x"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")


def test_without_a_document_there_is_none(at_alices, late):
    assert at_alices.get(f"{HOME}factures/{late.pk}/piece/").status_code == 404
