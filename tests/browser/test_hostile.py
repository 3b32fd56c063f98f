"""Customers and invoices named by an attacker: every page shows them as text, and nothing of them runs."""

import csv
import io
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import sign_in

pytestmark = pytest.mark.browser

PASSWORD = "trois ampoules allumées"
PAGES_MAX = 60


def hostile_table(corpus) -> tuple[bytes, int]:
    """A table of invoices whose customers and numbers are the strings of the corpus, and how many it has."""
    lines = (corpus / "hostile" / "strings" / "xss.txt").read_text(errors="replace").splitlines()
    strings = sorted({line.strip() for line in lines if 8 < len(line.strip()) < 60})[::2][:45]
    text = io.StringIO()
    table = csv.writer(text, delimiter=";")
    table.writerow(["Client", "N° facture", "Date facture", "Échéance", "Montant TTC", "E-mail"])
    for number, string in enumerate(strings):
        table.writerow([string, f"{number}{string}"[:40], "01/10/2026", "15/10/2026", f"{100 + number},00", ""])
    return text.getvalue().encode(), len(strings)


def test_hostile_names_come_in_by_a_file_and_no_page_runs_them(empty, opens, corpus, tmp_path):
    secret = tmp_path / "password"
    secret.write_text(PASSWORD)
    made = empty.acquit(
        "init", "--firm", "Atelier Lumen", "--country", "FR", "--email", "alice@lumen.example",
        "--password-file", str(secret),
    )  # fmt: skip
    assert made.code == 0, made.err
    page = opens(empty)
    sign_in(page, empty, password=PASSWORD)
    content, count = hostile_table(corpus)
    page.goto(empty.home + "/importer/")
    file = {"name": "<img src=x onerror=alert(1)>.csv", "mimeType": "text/csv", "buffer": content}
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Lire les fichiers").click()
    page.get_by_role("heading", name="Vérifier avant d’importer").wait_for()
    page.get_by_role("button", name=f"Importer {count} factures").click()
    page.get_by_role("heading", name="Import terminé").wait_for()

    seen = walk(page, empty)

    assert len(seen) > 30
    page.goto(empty.home + "/factures/?etat=toutes")
    assert page.locator("table[data-list] tbody tr").count() == count
    assert page.locator("main").locator("script, svg[onload], img, video, object, iframe, [onclick]").count() == 0
    assert "alert(" in page.locator("main").inner_text()


def walk(page, served) -> set[str]:
    """Open what links lead to, three pages of each kind."""
    waiting, seen, kinds = [served.home + "/"], set(), {}
    while waiting and len(seen) < PAGES_MAX:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        page.goto(address)
        for link in page.eval_on_selector_all("a[href]:not([download])", "all => all.map(a => a.href)"):
            parts = urlsplit(link)
            kind = "/".join("n" if part.isdigit() else part for part in parts.path.split("/"))
            leaves = "export=" in link or kind.endswith((".csv", "/piece/")) or "/logout" in kind
            assert link.startswith((served.url, "mailto:", "tel:")), link
            if link.startswith(served.url) and not leaves and kinds.get(kind, 0) < 3:
                kinds[kind] = kinds.get(kind, 0) + 1
                waiting.append(link.split("#")[0])
    return seen
