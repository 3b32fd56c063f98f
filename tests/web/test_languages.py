"""Each person reads their own language: whole screens of it, with no French left between."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from acquit.dunning import run
from acquit.dunning.actions import put_in_service
from acquit.mailroom.models import Message
from acquit.parties.models import Firm, User
from acquit.receivables.actions import hold
from acquit.receivables.models import HoldKind
from tests.web.desk import HOME

FRENCH = re.compile(
    r"\b(le|la|les|une|du|au|aux|est|sont|et|ou|pour|avec|sans|sur|dans|pas|aucune?|votre|vos|vous|nous|ce|cette|qui|que|"
    r"Factures?|Banque|Envois?|Réglages|Relances?|Reste dû|Aujourd’hui|Échéance|En retard|Enregistrer|échue|soldée|"
    r"relevés?|règlements?|propriétaire|jusqu’au|aujourd’hui|demain|lundi|mardi|novembre|octobre)\b|[«»]"
)
"""Words that stand on every French screen and on no Dutch or English one."""
PAGES = [
    "", "factures/", "factures/?etat=tous", "encaissements/", "clients/", "importer/", "banque/", "banque/historique/",
    "envois/", "simulation/", "reglages/", "reglages/relances/", "reglages/messagerie/", "reglages/membres/",
    "reglages/langues/", "reglages/donnees/", "etat/", "aller/?q=zzz", "courrier/",
]  # fmt: skip
ACCOUNT = ["/compte/login/", "/compte/password/change/", "/compte/sessions/", "/compte/2fa/", "/compte/logout/"]


def read(page) -> str:
    """What a person reads or hears of a page: text and labels; messages to customers have their own language."""
    text = re.sub(
        r'(?s)<article class="mail".*?</article>|<(script|style|textarea)\b.*?</\1>', " ", page.content.decode()
    )
    labels = " | ".join(re.findall(r'(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"', text))
    return unescape(re.sub(r"(?s)<[^>]+>", " | ", text) + " | " + labels)


def left_in_french(page) -> list[str]:
    text = re.sub(r"\s+", " ", read(page))
    return [text[max(0, m.start() - 40) : m.end() + 40] for m in FRENCH.finditer(text)]


@pytest.fixture
def busy(in_lumen, late, coming, fresh_bank, by, alice) -> Message:
    """A reminder waiting, a promise, a line of the bank to decide."""
    Firm.objects.filter(pk=in_lumen.pk).update(email="alice@lumen.example", is_example=True)
    in_lumen.refresh_from_db()
    put_in_service(in_lumen, by)
    run.plan_day(in_lumen, by)
    hold(in_lumen, coming.customer, HoldKind.PROMISE, by, receivable=coming.receivable, until=by.on + timedelta(3))
    return Message.objects.get()


def reader_of(language: str, alice) -> Client:
    User.objects.filter(pk=alice.pk).update(language=language)
    client = Client(headers={"accept-language": "fr"})
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_french_is_left_on_the_screens(language, busy, late, coming, alice, dupont):
    client = reader_of(language, alice)
    table = "Date;Libellé;Montant;Nom contrepartie\n20/11/2026;VIR F-2026-031;1100,00;DUPONT\n"
    client.post(HOME + "banque/", {"files": SimpleUploadedFile("r.csv", table.encode())})
    own = [f"factures/{late.receivable_id}/", f"factures/{coming.receivable_id}/", f"envois/{busy.pk}/"]
    own += [
        f"factures/{late.receivable_id}/{deed}/"
        for deed in ("paiement", "promesse", "litige", "deja-paye", "suspension")
    ]
    own += [f"clients/{dupont.pk}/{part}" for part in ("", "modifier/", "releve/", "suspension/", "contacts/")]

    found = {}
    for path in [*(HOME + page for page in [*PAGES, *own]), *ACCOUNT]:
        page = client.get(path, follow=True)
        if page.status_code == 200:
            found[path] = left_in_french(page)
            assert f'<html lang="{language}"' in page.content.decode(), path
    assert len(found) >= len(PAGES) + len(own)
    assert {path: words for path, words in found.items() if words} == {}


def test_the_same_screens_are_found_french_in_french(busy, alice):
    client = reader_of("fr", alice)

    assert all(left_in_french(client.get(HOME + page)) for page in ("", "factures/", "banque/", "reglages/"))


def test_the_persons_language_goes_before_the_browsers(alice, in_lumen):
    assert "Instellingen" in reader_of("nl", alice).get(HOME).content.decode()


@pytest.mark.parametrize(
    ("wanted", "title"), [("nl-BE,nl;q=0.9", "Aanmelden"), ("en-GB", "Sign in"), ("de", "Se connecter")]
)
def test_before_signing_in_the_browser_is_asked(wanted, title, alice):
    page = Client(headers={"accept-language": wanted}).get("/compte/login/").content.decode()

    assert title in page


def test_a_change_of_language_is_answered_in_it(at_bobs):
    page = at_bobs.post(HOME + "reglages/langues/", {"own": "en"}, follow=True).content.decode()

    assert "Saved." in page
    assert '<html lang="en"' in page


def test_the_first_owner_keeps_the_browsers_language(db):
    form = {
        "name": "Drukkerij Vermeer", "country": "BE", "sender": "Charlie Vermeer", "email": "charlie@vermeer.example",
        "password": "vijf paarden lopen ver",
    }  # fmt: skip
    browser = Client(headers={"accept-language": "nl"})
    weak = browser.post("/bienvenue/", form | {"password": "1234567"})
    assert list(weak.context["form"].errors) == ["password"]

    browser.post("/bienvenue/", form)
    assert User.objects.get().language == "nl"


def test_an_invited_person_starts_with_the_firms_language(at_alices, in_lumen):
    Firm.objects.filter(pk=in_lumen.pk).update(language="nl")

    at_alices.post(HOME + "reglages/membres/", {"email": "bea@lumen.example", "role": "reader"})
    assert User.objects.get(email="bea@lumen.example").language == "nl"
