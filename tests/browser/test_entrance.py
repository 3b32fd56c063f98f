"""The first ten minutes: a fresh installation in French, what was typed wrong stays, and the way in."""

import pytest

from tests.browser.conftest import EMAIL, PASSWORD, sign_in

pytestmark = pytest.mark.browser


def test_the_first_owner_founds_the_firm_and_mistakes_keep_what_was_typed(empty, opens):
    page = opens(empty)
    page.goto(empty.url + "/")
    assert page.url == empty.url + "/bienvenue/"
    assert page.locator("html").get_attribute("lang") == "fr"

    page.get_by_label("Nom de l’entreprise").fill("Atelier Lumen")
    page.get_by_label("SIREN").fill("123 456 789")
    page.get_by_label("IBAN").fill("FR76 3000 4000 0100 0000 0000 000")
    page.get_by_label("Votre nom").fill("Alice Martin")
    page.get_by_label("Votre e-mail").fill("alice@lumen.example")
    page.get_by_label("Mot de passe").fill("trois ampoules allumées")
    page.get_by_role("button", name="Créer mon entreprise").click()

    for label, typed in (("SIREN", "123 456 789"), ("IBAN", "FR76 3000 4000 0100 0000 0000 000")):
        field = page.get_by_label(label)
        assert field.get_attribute("aria-invalid") == "true"
        assert field.input_value() == typed
        assert page.locator(".field", has=field).locator(".errorlist li").count() == 1
    assert page.get_by_label("Nom de l’entreprise").input_value() == "Atelier Lumen"
    assert page.locator(".errorlist li").count() == 2

    page.get_by_label("SIREN").fill("")
    page.get_by_label("IBAN").fill("")
    page.get_by_label("Mot de passe").fill("trois ampoules allumées")
    page.get_by_role("button", name="Créer mon entreprise").click()

    page.wait_for_url("**/atelier-lumen/")
    assert page.get_by_role("link", name="Importer").first.is_visible()
    assert page.goto(empty.url + "/bienvenue/").status == 404
    assert page.get_by_role("heading", name="Cette page n’existe pas").is_visible()
    opens.forgive("status of 404")


def test_the_example_says_how_to_enter_and_lets_alice_in(example, opens):
    page = opens(example, storage_state=None)
    page.goto(example.home + "/factures/")
    assert page.get_by_text(EMAIL).is_visible()
    assert page.get_by_text(PASSWORD).is_visible()

    page.get_by_label("Courriel").fill(EMAIL)
    page.get_by_label("Mot de passe", exact=True).fill("autre chose")
    page.get_by_role("button", name="Se connecter", exact=True).click()
    assert page.locator(".errorlist, .wrong").first.is_visible()
    assert page.get_by_label("Courriel").input_value() == EMAIL

    sign_in(page, example)
    assert page.get_by_text("Exemple —").is_visible()


def test_each_screen_of_the_example_says_that_it_is_one(page, example):
    for path in ("", "factures/", "clients/", "banque/", "envois/", "importer/", "reglages/", "etat/"):
        page.goto(f"{example.home}/{path}")
        assert page.get_by_text("Ces clients et ces factures sont inventés").is_visible()
