"""«Clients»: who owes what, found by name, sorted by what is late."""

from datetime import date

import pytest

from acquit.parties.models import Customer
from acquit.receivables.actions import hold
from acquit.receivables.models import Standing
from tests.web.desk import HOME, owes

LIST = HOME + "clients/"


@pytest.fixture
def elan(lumen, by) -> Customer:
    """Élan, who owes nothing yet."""
    return Customer.objects.create(
        firm=lumen, ref="C0002", name="Élan SARL", name_key="elan", kind_sure=False, created_at=by.at
    )


def names(client, query: str = "") -> list[str]:
    return [line.customer.name for line in client.get(LIST + query).context["lines"]]


def test_it_shows_what_each_owes_and_how_much_of_it_is_late(at_alices, late, coming):
    page = at_alices.get(LIST).content.decode()

    assert "1\u202f500,00\u00a0€" in page
    assert "1\u202f200,00\u00a0€" in page
    assert "36 j" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", ["Dupont SARL"]), ("?etat=tous", ["Dupont SARL", "Élan SARL"]), ("?etat=retard", ["Dupont SARL"]),
     ("?etat=suspendus", []), ("?etat=tous&q=elan", ["Élan SARL"]), ("?etat=tous&q=denis@dupont", ["Dupont SARL"]),
     ("?etat=tous&tri=-nom", ["Élan SARL", "Dupont SARL"])],
)  # fmt: skip
def test_segments_search_and_order(at_alices, late, elan, query, expected):
    assert names(at_alices, query) == expected


def test_who_is_held_is_among_the_suspended(at_alices, late, dupont, lumen, by):
    hold(lumen, dupont, "pause", by)

    assert names(at_alices, "?etat=suspendus") == ["Dupont SARL"]


def test_a_kind_only_guessed_is_marked(at_alices, elan, lumen, by):
    owes(lumen, elan, "E1", 100, date(2026, 12, 1), by)

    assert names(at_alices, "?etat=a-preciser") == ["Élan SARL"]


def test_currencies_are_never_added_together(at_alices, late, lumen, dupont, by):
    owes(lumen, dupont, "USD1", 700, date(2026, 12, 1), by)
    Standing.objects.filter(reference="USD1").update(currency="USD")
    (line,) = at_alices.get(LIST).context["lines"]

    assert [(s.currency, s.owed, s.late) for s in line.sums] == [("EUR", 120000, 120000), ("USD", 700, 0)]
