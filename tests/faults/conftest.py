"""Places to break: a database made once, copied for each test, with processes of its own."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.world import Ledger, Place, on_server

PREPARED, COPY = f"acquit_prepared_faults_{os.getpid()}", f"acquit_faults_{os.getpid()}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Atelier Lumen, in an otherwise empty database."""
    on_server(f"CREATE DATABASE {PREPARED}")
    place = Place(tmp_path_factory.mktemp("prepared") / "place", PREPARED)
    place.start(["migrate"])
    assert place.wait() == [0]
    assert place.nursery.stdin
    place.nursery.stdin.close()
    place.nursery.wait(60)
    yield place.folder
    on_server(f"DROP DATABASE {PREPARED} WITH (FORCE)")


@pytest.fixture
def place(prepared: Path, tmp_path: Path) -> Iterator[Place]:
    """A copy of it for one test."""
    shutil.copytree(prepared, tmp_path / "place")
    on_server(f"CREATE DATABASE {COPY} TEMPLATE {PREPARED}")
    copy = Place(tmp_path / "place", COPY)
    yield copy
    copy.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The server that mail is handed to."""
    server = Ledger(tmp_path / "place")
    yield server
    server.close()
