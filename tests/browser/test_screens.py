"""Every screen: on a phone without sideways scroll, for everybody, without JavaScript, on paper, and given away."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESK, PHONE, screens

pytestmark = pytest.mark.browser

BAD = ("serious", "critical")
LISTS = {
    "factures/?etat=toutes": 300,
    "clients/?etat=tous": 50,
    "encaissements/?du=2026-01-01": 50,
    "envois/?etat=partis": 100,
}
"""Addresses of lists, and how many lines each has at least."""
WRITING = [
    "factures/{invoice}/paiement/", "factures/{invoice}/promesse/", "factures/{invoice}/litige/",
    "factures/{invoice}/suspension/", "factures/{invoice}/deja-paye/", "clients/{customer}/modifier/",
    "clients/{customer}/contacts/", "clients/{customer}/suspension/", "importer/", "banque/", "reglages/",
    "reglages/relances/", "reglages/messagerie/", "reglages/membres/", "reglages/langues/", "reglages/donnees/",
]  # fmt: skip


@pytest.fixture(scope="module")
def every_screen(example, browser) -> list[str]:
    """Walked once."""
    context = browser.new_context(locale="fr-FR", storage_state=example.state)
    found = screens(context.new_page(), example)
    context.close()
    return found


def first(page, example, path: str, kind: str) -> str:
    """Number of the first line of a list."""
    page.goto(f"{example.home}/{path}")
    address = page.locator(f"table[data-list] a[href*='/{kind}/']").first.get_attribute("href")
    return address.rstrip("/").rsplit("/", 1)[1]


def too_wide(page) -> str:
    """What sticks out of the window, if anything does."""
    return page.evaluate("""() => {
        const wide = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= wide) return "";
        const out = [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > wide + 1);
        return `${document.documentElement.scrollWidth} px: ${out.slice(0, 3).map(e => e.outerHTML.slice(0, 90))}`;
    }""")


def test_everybody_can_use_every_screen_on_a_desk_and_on_a_phone(page, every_screen):
    wrong = []
    for address in every_screen:
        page.goto(address)
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            if sideways := too_wide(page):
                wrong.append(f"{address} at {size['width']} px: {sideways}")
            found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
            wrong += [
                f"{address} at {size['width']} px: {rule['id']}: {rule['nodes'][0]['html'][:160]}"
                for rule in found
                if rule["impact"] in BAD
            ]
    assert wrong == []


def test_the_walk_above_sees_every_kind_of_screen(every_screen):
    seen = " ".join(every_screen)

    for part in ("factures/", "paiement/", "clients/", "contacts/", "releve/", "banque/", "historique/", "lignes/",
                 "importer/", "envois/", "etat=refuses", "simulation/", "courrier/", "reglages/messagerie/",
                 "reglages/membres/", "reglages/donnees/", "etat/", "encaissements/", "compte/2fa/"):  # fmt: skip
        assert part in seen, part


def test_without_javascript_every_screen_is_there_and_every_form_can_be_sent(page, example, opens):
    numbers = {
        "invoice": first(page, example, "factures/?etat=retard", "factures"),
        "customer": first(page, example, "clients/", "clients"),
    }
    plain = opens(example, java_script_enabled=False)

    for path in ("", "factures/", "clients/", "banque/", "envois/", "simulation/", "encaissements/", "etat/",
                 "aller/?q=petit", f"factures/{numbers['invoice']}/", f"clients/{numbers['customer']}/"):  # fmt: skip
        assert plain.goto(f"{example.home}/{path}").status == 200
        assert plain.locator("h1").is_visible(), path
    for path in WRITING:
        plain.goto(f"{example.home}/{path.format(**numbers)}")
        form = plain.locator("main form[method=post]").first
        assert form.get_by_role("button").last.is_visible(), path
        assert form.locator("input[name=csrfmiddlewaretoken]").count() == 1, path
    plain.goto(example.home + "/importer/")
    assert plain.locator("input[type=file]").is_visible()
    plain.goto(example.home + "/aller/?q=petit")
    plain.get_by_role("link", name="Garage Petit et Fils").click()
    assert plain.get_by_role("heading", name="Garage Petit et Fils").is_visible()


def test_without_javascript_a_promise_is_noted(example, opens):
    plain = opens(example, java_script_enabled=False)
    plain.goto(example.home + "/factures/?q=F-2026-183")
    plain.get_by_role("link", name="Opticien Clairvue").click()
    plain.get_by_role("link", name="Promesse", exact=False).first.click()
    plain.get_by_label("Promis pour le").fill("2026-12-04")
    plain.locator("main form[method=post]").get_by_role("button").first.click()

    assert plain.get_by_text("04/12").first.is_visible()
    assert plain.locator(".state--promise").first.is_visible()


def test_paper_shows_the_list_alone(page, example):
    page.goto(example.home + "/factures/")
    page.emulate_media(media="print")

    assert page.locator("table[data-list]").is_visible()
    for left_out in (".nav", ".doors", "[data-palette]", ".head .btns", ".skip"):
        assert page.locator(left_out).first.is_hidden(), left_out


@pytest.mark.parametrize(("path", "lines"), LISTS.items())
def test_each_list_is_given_away_as_it_is_filtered(page, example, path, lines):
    page.goto(f"{example.home}/{path}")
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        link = page.locator(f"main a[href*='export={kind}']")
        address = link.first.get_attribute("href")
        with page.expect_download() as told:
            page.evaluate("href => { const a = document.createElement('a'); a.href = href; a.click(); }", address)
        content = told.value.path().read_bytes()
        assert told.value.suggested_filename.endswith(kind)
        assert content.startswith(start)
        if kind == "csv":
            assert content.decode("utf-8-sig").count("\r\n") > lines
