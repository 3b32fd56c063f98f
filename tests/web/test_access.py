"""Nobody is let in who should not be: every route of the product, every method, stranger, neighbour and reader."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from acquit.bank import actions as bank
from acquit.billing import actions as billing
from acquit.billing.choices import Choices
from acquit.dunning import actions as dunning
from acquit.dunning import run
from acquit.parties.firms import Firm
from acquit.parties.models import Member, Role
from acquit.parties.scope import every_firm, firm_scope
from acquit.receivables import actions as receivables
from acquit.web.access import EVERYBODY, SIGNED_IN

LIBRARY = "compte/"
"""allauth's own pages: sign-in, password, two-factor. They keep their own doors."""
CANARY = "Dupont"


def routes(resolver=None, prefix=""):
    """Every pattern of the product with its whole path."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


OURS = [(path, view) for path, view in routes() if not path.startswith(LIBRARY)]
OF_A_FIRM = [(path, view) for path, view in OURS if getattr(view, "access", "") in Role.values]
METHODS = ("GET", "POST")


def address(path, slug, number):
    """The path with its parameters filled in: the firm's slug, and a number for whatever object it names."""
    filled = re.sub(r"<slug:slug>", slug, path)
    filled = re.sub(r"<int:\w+>", str(number), filled)
    return "/" + re.sub(r"<(?:str|slug):\w+>", "x", filled)


def ids(values):
    return [path for path, _ in values]


@pytest.mark.parametrize(("path", "view"), OURS, ids=ids(OURS))
def test_every_route_declares_who_may_open_it(path, view):
    assert getattr(view, "access", None) in {EVERYBODY, SIGNED_IN, *Role.values}, path
    assert view.access in Role.values or "<slug:slug>" not in path, f"{path} names a firm but asks for no role"


@pytest.fixture
def busy(lumen, dupont, by, alice):
    """Atelier Lumen with something of everything, so that each number below names a row of its own."""
    lumen.email, lumen.siren, lumen.iban = "alice@lumen.example", "000000000", ""
    lumen.save()
    with firm_scope(lumen):
        late = [
            receivables.NewClaim(dupont.pk, f"F-{n}", f"t:{n}", by.on - timedelta(40), by.on - timedelta(10), 10_000)
            for n in range(5)
        ]
        claim, *_ = receivables.open_claims(lumen, late, by)
        paid = receivables.NewPayment(dupont.pk, 500, by.on, "transfer", "k", shares=((claim.pk, 100),))
        receivables.record_payment(lumen, paid, by)
        receivables.hold(lumen, dupont, "pause", by, receivable=claim)
        csv = "Date;Libellé;Montant\n20/11/2026;VIR DUPONT F-2;100,00\n".encode()
        bank.import_statement(lumen, [("releve.csv", csv)], by, account="FR7630004008280001234567647")
        table = b"numero;client;date;echeance;montant_ttc\nF-9;Dupont SARL;01/10/2026;31/10/2026;120,00\n"
        billing.keep(lumen, [("factures.csv", table)], Choices(), by)
        dunning.put_in_service(lumen, by)
        run.plan_day(lumen, by)
    return lumen


def ask(client, method, url):
    return client.generic(method, url) if method == "GET" else client.post(url, {})


def facts():
    """How many rows there are of everything, to see that nothing was written."""
    from acquit.parties.guards import firm_models

    with every_firm():
        return {model._meta.label: model._base_manager.count() for model in firm_models()}


@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_is_asked_to_sign_in_everywhere(busy, method):
    before = facts()
    for path, _ in OF_A_FIRM:
        for number in (1, 2):
            response = ask(Client(), method, address(path, busy.slug, number))
            assert response.status_code in (302, 405), path
            assert response.status_code == 405 or "/compte/login/" in response["Location"], path
            assert CANARY.encode() not in response.content
    assert facts() == before


@pytest.mark.parametrize("method", METHODS)
def test_a_member_of_another_firm_finds_nothing_there(busy, charlie, method, client):
    client.force_login(charlie)
    before = facts()
    for path, _ in OF_A_FIRM:
        for number in (1, 2):
            response = ask(client, method, address(path, busy.slug, number))
            assert response.status_code in (404, 405), path
            assert CANARY.encode() not in response.content
    assert facts() == before


@pytest.mark.parametrize("method", METHODS)
def test_another_firms_objects_are_not_reached_through_ones_own(busy, charlie, vermeer, method, client):
    """Charlie asks his own firm's pages for the numbers of Lumen's rows."""
    client.force_login(charlie)
    before = Firm.objects.filter(pk=busy.pk).values().get()
    with_numbers = [(path, view) for path, view in OF_A_FIRM if "<int:" in path]
    assert with_numbers
    counted = lumens_rows(busy)
    for path, _ in with_numbers:
        for number in range(1, 7):
            if "membres" in path and number == Member.objects.get(firm=vermeer).pk:
                continue  # his own place
            response = ask(client, method, address(path, vermeer.slug, number))
            assert response.status_code in (404, 405), (path, number, response.status_code)
            assert CANARY.encode() not in response.content
    assert lumens_rows(busy) == counted
    assert Firm.objects.filter(pk=busy.pk).values().get() == before


def lumens_rows(firm):
    from acquit.parties.guards import firm_models

    with every_firm():
        return {m._meta.label: list(m._base_manager.filter(firm=firm).order_by("pk").values()) for m in firm_models()}


@pytest.mark.parametrize(("path", "view"), OF_A_FIRM, ids=ids(OF_A_FIRM))
def test_a_role_below_the_one_declared_is_refused(busy, bob, path, view, client):
    """Bob may read. What asks for more answers 403, to every method that it takes."""
    if view.access == Role.READER:
        pytest.skip("readers may")
    client.force_login(bob)
    for method in set(view.allowed) & set(METHODS):
        assert ask(client, method, address(path, busy.slug, 1)).status_code == 403


def test_no_get_changes_anything(busy, alice, client):
    """A scanner that follows every link does nothing."""
    client.force_login(alice)
    before = lumens_rows(busy)
    for path, view in OF_A_FIRM:
        if "GET" in view.allowed:
            for number in (1, 2, 3):
                response = client.get(address(path, busy.slug, number))
                assert response.status_code in (200, 302, 404), (path, response.status_code)
    after = lumens_rows(busy)
    assert {label for label in after if after[label] != before[label]} == set()


def test_no_page_runs_script_or_style_of_its_own(busy, alice, client):
    client.force_login(alice)
    for path, view in OF_A_FIRM:
        if "GET" not in view.allowed:
            continue
        response = client.get(address(path, busy.slug, 1))
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            page = response.content.decode()
            assert "script-src 'self'" in response["Content-Security-Policy"], path
            assert not re.search(r"<style|<script(?![^>]*\bsrc=)[^>]*>\s*\S|\son\w+=\"|\sstyle=\"|javascript:", page), (
                path
            )
            assert 'name="viewport"' in page, path
            assert '<html lang="fr"' in page, path
