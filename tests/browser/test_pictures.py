"""The six pictures of the README, taken from the example as it is built.

`ACQUIT_UPDATE_SCREENSHOTS=1` puts them into docs/screenshots; otherwise they are taken to see that they can be, and
those of the README must be there and small.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.browser.conftest import Opens, Served, sign_in

pytestmark = pytest.mark.browser

KEPT = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
NAMES = ("today", "import", "invoices", "invoice", "bank", "outbox")
BYTES_MAX = 200_000

TABLE = """Client;N° facture;Date facture;Échéance;Montant TTC;E-mail
Studio Kilim;SK-2026-11;02/11/26;02/12/26;1 234,56;compta@studio-kilim.example
Café Amadou;CA-2026-07;03/11/26;03/12/26;840,00;bonjour@cafe-amadou.example
Maison Verlaine;MV-0042;05/11/26;05/12/26;2 616,00;achats@maison-verlaine.example
Maison Verlaine;MV-0043;12/11/26;12/12/26;318,00;achats@maison-verlaine.example
Verrerie Noël;VN-311;16/11/26;16/12/26;4 980,00;compta@verrerie-noel.example
""".encode("cp1252")


@pytest.fixture
def page(untouched: Served, opens: Opens):
    """Alice before the example as it was built."""
    opened = opens(untouched)
    sign_in(opened, untouched)
    return opened


def show(page, served: Served, name: str) -> None:
    """Bring the screen of a picture up."""
    if name == "import":
        page.goto(served.home + "/importer/")
        page.set_input_files(
            "input[type=file]", {"name": "ventes-novembre.csv", "mimeType": "text/csv", "buffer": TABLE}
        )
        page.get_by_role("button", name="Lire les fichiers").click()
        page.get_by_role("heading", name="Vérifier avant d’importer").wait_for()
    elif name == "invoice":
        page.goto(served.home + "/factures/?q=F-2026-152")
        page.get_by_role("link", name="Dupont SARL").click()
        page.locator("details.working summary", has_text="pénalités").click()
    else:
        path = {"today": "", "invoices": "factures/", "bank": "banque/", "outbox": "envois/"}[name]
        page.goto(f"{served.home}/{path}")


def test_the_pictures_of_the_readme_are_taken(page, untouched, tmp_path):
    for name in NAMES:
        show(page, untouched, name)
        page.evaluate("document.fonts.ready")
        page.mouse.move(0, 0)
        page.screenshot(path=tmp_path / f"{name}.png", animations="disabled", caret="hide")
        assert (tmp_path / f"{name}.png").stat().st_size < BYTES_MAX, name
    if os.environ.get("ACQUIT_UPDATE_SCREENSHOTS") == "1":
        KEPT.mkdir(exist_ok=True)
        for name in NAMES:
            shutil.copy(tmp_path / f"{name}.png", KEPT)

    assert {p.name for p in KEPT.glob("*.png")} == {f"{name}.png" for name in NAMES}
    assert max(p.stat().st_size for p in KEPT.glob("*.png")) < BYTES_MAX
