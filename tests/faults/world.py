"""A database of its own with processes on it, and an SMTP server that remembers on disk what it took."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from tests.conftest import TODAY, author_on

ROOT = Path(__file__).resolve().parents[2]
NOON = replace(author_on(TODAY), at=author_on(TODAY).at + timedelta(hours=2))
SERVER = os.environ.get("ACQUIT_DATABASE_URL", "")


def on_server(*statements: str) -> None:
    """Make or drop databases; nothing to do where the database is a file."""
    if SERVER.startswith("postgres"):
        with psycopg.connect(SERVER, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@dataclass
class Place:
    """A database, and the nursery of the processes that work on it."""

    folder: Path
    database: str
    nursery: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        environment = {**os.environ, "ACQUIT_DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "acquit.settings"}
        if SERVER.startswith("postgres"):
            environment["ACQUIT_DATABASE_URL"] = f"{SERVER.rpartition('/')[0]}/{self.database}"
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.worker", str(self.folder)],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def start(self, *deeds: list[Any]) -> list[int]:
        """Let a process go for each deed, together; answers their ids."""
        assert self.nursery.stdin
        self.nursery.stdin.write(json.dumps(deeds) + "\n")
        self.nursery.stdin.flush()
        return self._line()

    def wait(self) -> list[int]:
        """Exit codes of the processes started last, once all are gone; a negative one is the signal that ended it."""
        return self._line()

    def at_once(self, *deeds: list[Any]) -> list[Any]:
        """What each deed answered."""
        pids = self.start(*deeds)
        codes = self.wait()
        said = [self.said(pid) for pid in pids]
        assert not any(codes), said
        return said

    def said(self, pid: int) -> Any:
        """What a process answered."""
        return json.loads((self.folder / f"said.{pid}").read_text())

    def do(self, *deed: Any) -> Any:
        return self.at_once(list(deed))[0]

    def _line(self) -> list[int]:
        assert self.nursery.stdout
        line = self.nursery.stdout.readline()
        assert line, "the nursery is gone"
        return json.loads(line)

    def close(self) -> None:
        assert self.nursery.stdin
        with suppress(BrokenPipeError):
            self.nursery.stdin.close()
        self.nursery.wait(60)
        on_server(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")


class Ledger:
    """An SMTP server in a process of its own, and the Message-IDs that it wrote down before it answered 250."""

    def __init__(self, folder: Path, *, each: int = 0, blow: int = signal.SIGKILL) -> None:
        self.log = folder / "accepted"
        self.log.touch()
        arguments = [str(self.log), str(folder / "worker.pid"), str(each), str(int(blow))]
        self.server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.server", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.server.stdout
        self.port = int(self.server.stdout.readline())

    @property
    def accepted(self) -> list[str]:
        return self.log.read_text().split()

    def close(self) -> None:
        self.server.terminate()
        self.server.wait(30)
