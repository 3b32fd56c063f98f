"""Two processes at once, on one database: two files that overlap, and one line decided twice."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from acquit.rules.money import parse_amount

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120


@dataclass
class Place:
    """A database of its own, that processes are sent to."""

    folder: Path
    environment: dict[str, str]

    def send(self, verb: object, *arguments: object) -> subprocess.Popen[str]:
        command = [
            sys.executable,
            "-m",
            "tests.bank.elsewhere",
            str(verb),
            str(self.folder / "go"),
            *map(str, arguments),
        ]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True)

    def at_once(self, *each: tuple[object, ...]) -> list[str]:
        """Send a process for each deed, let them all go together, and answer what each one said."""
        sent = [self.send(*deed) for deed in each]
        give_up = time.monotonic() + PATIENCE
        while len(list(self.folder.glob("go.*"))) < len(each) and time.monotonic() < give_up:
            time.sleep(0.02)
        (self.folder / "go").touch()
        return [process.communicate(timeout=PATIENCE)[0].strip() for process in sent]

    def now(self) -> dict:
        (said,) = self.at_once(("tell",))
        return json.loads(said)


SERVER = os.environ.get("ACQUIT_DATABASE_URL", "")
PREPARED, COPY = f"acquit_prepared_{os.getpid()}", f"acquit_at_once_{os.getpid()}"


def on_server(*statements: str) -> None:
    if SERVER:
        with psycopg.connect(SERVER, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def place_at(folder: Path, database: str) -> Place:
    environment = {**os.environ, "ACQUIT_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "acquit.settings"}
    if SERVER:
        environment["ACQUIT_DATABASE_URL"] = f"{SERVER.rpartition('/')[0]}/{database}"
    return Place(folder, environment)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Iterator[Path]:
    """A database made once: Dupont owes 960,00 on F-2026-041, and a line of the bank brings it."""
    folder = tmp_path_factory.mktemp("prepared")
    on_server(f"CREATE DATABASE {PREPARED}")
    try:
        assert place_at(folder, PREPARED).send("prepare").wait(PATIENCE) == 0
        yield folder
    finally:
        on_server(f"DROP DATABASE {PREPARED} WITH (FORCE)")


@pytest.fixture
def place(prepared, tmp_path) -> Iterator[Place]:
    """A copy of it for one test."""
    shutil.copytree(prepared, tmp_path / "place")
    on_server(f"CREATE DATABASE {COPY} TEMPLATE {PREPARED}")
    try:
        yield place_at(tmp_path / "place", COPY)
    finally:
        on_server(f"DROP DATABASE {COPY} WITH (FORCE)")


def test_two_files_at_once_give_their_union(place, corpus):
    overlap = corpus / "made" / "bank-overlap"
    new = place.at_once(*[("bring", overlap / name) for name in ("a.csv", "b.csv")])

    movements = json.loads((overlap / "expected.json").read_text())["movements"]
    expected = Counter((m["date"], parse_amount(m["amount"])) for m in movements)
    lines = Counter((day, cents) for day, cents in place.now()["lines"])
    assert lines - Counter({("2026-11-02", 96_000): 1}) == expected
    assert sum(map(int, new)) == len(movements)


def test_a_line_decided_by_several_at_once_is_one_payment(place):
    """The same click twice, and « valider les certaines » beside it."""
    said = place.at_once(("apply", 96_000), ("apply", 96_000), ("certain",))

    now = place.now()
    assert (now["payments"], now["matches"], now["waiting"], now["owed"]) == ([96_000], 1, 0, [0])
    assert said[0] == said[1]
    assert said[2] in {"0", "1"}
