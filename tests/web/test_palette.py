"""«Rechercher ou agir»: the best answer first, as JSON and as a page."""

import pytest

from acquit.parties.models import Customer
from tests.web.desk import HOME


@pytest.fixture
def petit(lumen, by) -> Customer:
    return Customer.objects.create(firm=lumen, ref="C7", name="Garage Petit", name_key="garage petit", created_at=by.at)


def labels(client, text: str) -> list[str]:
    answer = client.get(f"{HOME}aller/", {"q": text}, headers={"Accept": "application/json"})
    return [item["label"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("petit rel", "Relancer Garage Petit"),
        ("garage", "Garage Petit"),
        ("dupont", "Dupont SARL"),
        ("2026-031", "F-2026-031, Dupont SARL"),
        ("1200,00", "F-2026-031, Dupont SARL"),
        ("fact", "Factures"),
        ("état", "État de l’installation"),
    ],
)
def test_what_is_typed_comes_first(at_alices, late, petit, text, first):
    assert labels(at_alices, text)[0] == first


def test_a_reader_is_not_sent_where_he_may_not_go(at_bobs, at_alices):
    assert labels(at_alices, "importer") == ["Importer des factures"]
    assert labels(at_bobs, "importer") == []


def test_followed_as_a_link_it_is_a_page(at_alices, late):
    page = at_alices.get(f"{HOME}aller/?q=dupont").content.decode()

    assert "<h1>Rechercher ou agir</h1>" in page
    assert "Dupont SARL" in page


@pytest.mark.parametrize("text", ["", "   ", "%", "'", "zzzz", "\x00"])
def test_what_matches_nothing_answers_nothing(at_alices, late, text):
    assert labels(at_alices, text) == []


def test_names_of_another_firm_are_never_answered(at_charlies, late):
    answer = at_charlies.get("/drukkerij-vermeer/aller/", {"q": "dupont"}, headers={"Accept": "application/json"})

    assert answer.json() == {"items": []}
