"""«Factures»: segments, search, order, pages, deeds on many."""

from datetime import date, timedelta

import pytest

from acquit.parties.models import Customer
from acquit.receivables.actions import NewClaim, NewPayment, hold, open_claims, record_payment
from acquit.receivables.models import Hold, Payment, Standing
from tests.conftest import author_on
from tests.web.desk import HOME, owes

LIST = HOME + "factures/"


def references(client, query: str = "") -> list[str]:
    return [line.row.reference for line in client.get(LIST + query).context["lines"]]


@pytest.fixture
def book(late, coming, lumen, dupont, by):
    """One late, one coming, one paid, one promised, one disputed, one suspended."""
    days = {"PAID": 10, "PROMISED": 5, "DISPUTED": 6, "PAUSED": 7}
    rows = {ref: owes(lumen, dupont, ref, 1000, by.on - timedelta(n), by) for ref, n in days.items()}
    paid = NewPayment(dupont.pk, 1000, by.on, "transfer", "k", shares=((rows["PAID"].pk, 1000),))
    record_payment(lumen, paid, by)
    for ref, kind in (("PROMISED", "promise"), ("DISPUTED", "dispute"), ("PAUSED", "pause")):
        hold(lumen, dupont, kind, by, receivable=rows[ref].receivable, until=by.on + timedelta(3))
    return rows


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("toutes", {"F-2026-031", "F-2026-044", "PAID", "PROMISED", "DISPUTED", "PAUSED"}),
        ("encaisser", {"F-2026-031", "F-2026-044", "PROMISED", "DISPUTED", "PAUSED"}),
        ("retard", {"F-2026-031", "PROMISED", "DISPUTED", "PAUSED"}),
        ("promesse", {"PROMISED"}),
        ("litige", {"DISPUTED"}),
        ("suspendues", {"PAUSED"}),
        ("payees", {"PAID"}),
        ("nonsense", {"F-2026-031", "F-2026-044", "PROMISED", "DISPUTED", "PAUSED"}),
    ],
)
def test_each_segment_holds_what_it_counts(at_alices, book, state, expected):
    page = at_alices.get(f"{LIST}?etat={state}")
    counts = {code: count for code, _label, count in page.context["segments"]}

    assert {line.row.reference for line in page.context["lines"]} == expected
    assert counts.get(state, len(expected)) == len(expected)


@pytest.mark.parametrize("text", ["dupont", "DUPONT sarl", "f 2026 031", "2026-031", "1200", "1 200,00", "C0001"])
def test_customer_number_and_amount_find_it(at_alices, late, text):
    assert "F-2026-031" in references(at_alices, f"?q={text}")


def test_what_matches_nothing_offers_to_clear_the_filters(at_alices, late):
    assert "Effacer les filtres" in at_alices.get(f"{LIST}?q=zzz").content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [("?age=3", ["F-2026-031"]), ("?age=0", ["F-2026-044"]), ("?echue_du=2026-12-01", ["F-2026-044"]),
     ("?devise=USD", []), ("?age=9&echue_du=jamais", ["F-2026-031", "F-2026-044"])],
)  # fmt: skip
def test_filters_stand_in_the_address(at_alices, late, coming, query, expected):
    assert references(at_alices, query) == expected


@pytest.mark.parametrize(
    ("order", "column", "sort", "first"),
    [("echeance", "Échéance", "ascending", "F-2026-031"), ("-echeance", "Échéance", "descending", "F-2026-044"),
     ("reste", "Reste dû", "ascending", "F-2026-044"), ("-reste", "Reste dû", "descending", "F-2026-031")],
)  # fmt: skip
def test_the_sorted_column_says_so(at_alices, late, coming, order, column, sort, first):
    page = at_alices.get(f"{LIST}?tri={order}").content.decode()

    assert page.count("aria-sort") == 1
    assert f'aria-sort="{sort}"' in page
    assert references(at_alices, f"?tri={order}")[0] == first


@pytest.mark.parametrize("order", ["echeance", "-echeance", "client", "-client", "reste", "-reste"])
def test_pages_show_every_invoice_once_forwards_and_back(at_alices, lumen, dupont, by, order):
    other = Customer.objects.create(firm=lumen, ref="C0002", name="Élan ~ & fils", created_at=by.at)
    claims = [
        NewClaim(
            (dupont, other)[n % 2].pk, f"R{n:03}", f"t:{n}", date(2026, 9, 1), date(2026, 10, 1 + n // 40), 500 + n % 7
        )
        for n in range(120)
    ]
    open_claims(lumen, claims, author_on(date(2026, 9, 1)))
    forwards, query = [], f"?tri={order}"
    for _ in range(3):
        page = at_alices.get(LIST + query).context["page"]
        forwards += [row.reference for row in page.rows]
        query = page.next
    assert query == ""
    assert page.words == "101 à 120 sur 120"
    assert len(forwards) == len(set(forwards)) == 120
    before = at_alices.get(LIST + page.previous).context["page"]
    assert [row.reference for row in before.rows] == forwards[50:100]
    assert before.words == "51 à 100 sur 120"


@pytest.mark.parametrize("mark", ["apres=", "apres=x", "avant=1%1Fnot-a-day%1F3", "apres=1%1F2026-01-01%1Fx%1Fy"])
def test_a_mark_that_is_none_starts_at_the_beginning(at_alices, late, mark):
    assert references(at_alices, f"?{mark}") == ["F-2026-031"]


def bulk(client, rows, **given):
    return client.post(LIST + "lot/", {"invoice": [row.pk for row in rows], "back": LIST + "?etat=retard", **given})


def test_many_are_suspended_after_the_day_was_asked(at_alices, late, coming):
    assert "Suspendre 2 factures" in bulk(at_alices, [late, coming], do="pause").content.decode()
    assert not Hold.objects.exists()

    response = bulk(at_alices, [late, coming], do="pause", sure="1", until="2026-12-24", key="k")

    assert response["Location"] == LIST + "?etat=retard"
    assert {s.hold_until for s in Standing.objects.all()} == {date(2026, 12, 24)}


def test_a_suspension_cannot_end_in_the_past(at_alices, late):
    response = bulk(at_alices, [late], do="pause", sure="1", until="2026-11-01", key="k")

    assert response.status_code == 422
    assert "Ce jour est passé." in response.content.decode()


def test_many_are_marked_paid_once_however_often_it_is_sent(at_alices, late, coming):
    given = {"do": "pay", "sure": "1", "received_on": "2026-11-20", "means": "cheque", "key": "k"}
    bulk(at_alices, [late, coming], **given)
    bulk(at_alices, [late, coming], **given)

    assert Payment.objects.count() == 2
    assert not Standing.objects.filter(owed__gt=0).exists()


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/atelier-lumen/factures/", "/autre/factures/"]
)
def test_it_never_leads_elsewhere(at_alices, late, back):
    assert at_alices.post(LIST + "lot/", {"back": back})["Location"] == LIST
