"""Who may open the daily screens: members; readers change nothing; strangers and other firms see nothing."""

import pytest
from django.test import Client

from acquit.receivables.models import Hold, Payment
from tests.web.desk import HOME

PAGES = [
    "", "aller/", "factures/", "factures/{r}/", "encaissements/", "clients/", "clients/{c}/", "clients/{c}/releve/",
    "ouvrir/",
]  # fmt: skip
DEEDS = [
    "factures/{r}/paiement/", "factures/{r}/promesse/", "factures/{r}/litige/", "factures/{r}/deja-paye/",
    "factures/{r}/suspension/", "factures/lot/", "clients/{c}/modifier/", "clients/{c}/nature/",
    "clients/{c}/suspension/", "clients/{c}/imputer/", "clients/{c}/contacts/", "suspensions/1/lever/",
    "encaissements/1/annuler/",
]  # fmt: skip


@pytest.fixture
def address(late):
    return lambda path: HOME + path.format(r=late.pk, c=late.customer_id)


@pytest.mark.parametrize("path", PAGES + DEEDS)
def test_a_stranger_is_asked_to_sign_in(path, address):
    response = Client().post(address(path)) if path in DEEDS else Client().get(address(path))

    assert response.status_code == 302
    assert response["Location"].startswith("/compte/login/")


@pytest.mark.parametrize("path", PAGES + DEEDS)
def test_for_another_firm_there_is_nothing_here(path, address, at_charlies):
    response = at_charlies.post(address(path)) if path in DEEDS else at_charlies.get(address(path))

    assert response.status_code == 404


@pytest.mark.parametrize("path", DEEDS)
def test_a_reader_changes_nothing(path, address, at_bobs):
    assert at_bobs.post(address(path), {"amount": "1", "kind": "consumer"}).status_code == 403
    assert not Payment.objects.exists()
    assert not Hold.objects.exists()


@pytest.mark.parametrize("path", ["", "factures/", "factures/{r}/", "clients/{c}/"])
def test_a_reader_sees_no_button_that_acts(path, address, at_bobs):
    page = at_bobs.get(address(path)).content.decode()

    assert "Enregistrer un paiement" not in page
    assert 'name="do"' not in page
    assert page.count('method="post"') == page.count("/compte/logout/")


@pytest.mark.parametrize("path", ["factures/lot/", "suspensions/1/lever/", "clients/{c}/imputer/"])
def test_nothing_acts_on_a_get(path, address, at_alices):
    assert at_alices.get(address(path)).status_code == 405


def test_a_row_of_another_firm_is_not_found(late, charlie, at_charlies):
    assert at_charlies.get(f"/drukkerij-vermeer/factures/{late.pk}/").status_code == 404
    assert at_charlies.get(f"/drukkerij-vermeer/clients/{late.customer_id}/").status_code == 404
