"""Atelier Lumen as a shell makes it: two invoices of Dupont SARL, one of them late."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.shell.installation import Installation, drop_database, empty

TODAY = datetime.now(ZoneInfo("Europe/Paris")).date()
DUE_ON = TODAY - timedelta(days=40)
LATER = TODAY + timedelta(days=60)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Made once: tests work on copies."""
    folder = tmp_path_factory.mktemp("founded")
    acquit = empty(folder / "acquit")
    password = folder / "password"
    password.write_text("correct horse battery staple\n")
    acquit.json(
        "init", "--firm", "Atelier Lumen", "--country", "FR", "--email", "alice@lumen.example",
        "--sender", "Alice Martin", "--password-file", str(password),
    )  # fmt: skip
    invoices = folder / "factures.csv"
    invoices.write_text(
        "Numéro;Client;E-mail;Date;Échéance;Total TTC;Reste dû\n"
        f"F-1;Dupont SARL;denis@dupont.example;{_fr(DUE_ON - timedelta(days=30))};{_fr(DUE_ON)};1200,00;1200,00\n"
        f"F-2;Dupont SARL;denis@dupont.example;{_fr(TODAY)};{_fr(LATER)};300,50;300,50\n",
        "utf-8",
    )
    acquit.json("import", "invoices", str(invoices))
    yield acquit
    if acquit.database:
        drop_database(acquit.database)


def _fr(day: date) -> str:
    return f"{day:%d/%m/%Y}"


@pytest.fixture
def acquit(founded: Installation, tmp_path: Path) -> Iterator[Installation]:
    """The command, on an installation that this test may change."""
    own = founded.copy(tmp_path / "own")
    yield own
    if own.database:
        drop_database(own.database)


@pytest.fixture
def nowhere(tmp_path: Path) -> Iterator[Installation]:
    """The command, on a machine where it never ran."""
    own = empty(tmp_path / "nowhere")
    yield own
    if own.database:
        drop_database(own.database)
