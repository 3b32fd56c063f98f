"""An installation of its own for the real command: a data folder, and on PostgreSQL a database."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

SERVER = os.environ.get("ACQUIT_DATABASE_URL", "")
ON_POSTGRESQL = SERVER.startswith("postgres")


@dataclass
class Said:
    """What the command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on standard output, and nothing else."""
        return json.loads(self.out)


@dataclass
class Installation:
    """`acquit` with its own settings."""

    folder: Path
    database: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the person's own settings, and a key so that no two starts make one."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ACQUIT_")}
        own = {"ACQUIT_DATA_DIR": str(self.folder), "ACQUIT_SECRET_KEY": "k" * 60}
        if self.database:
            own["ACQUIT_DATABASE_URL"] = urlsplit(SERVER)._replace(path=f"/{self.database}").geturl()
        return {**plain, "PYTHONWARNINGS": "error::ResourceWarning", **own, **self.settings}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "acquit", *words]

    def __call__(self, *words: str, **settings: str) -> Said:
        done = subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            timeout=120,
            env=self.environment | settings,
            cwd=Path(__file__).resolve().parents[2],
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def json(self, *words: str) -> Any:
        """The answer of a verb that must succeed."""
        said = self(*words, "--json")
        assert said.code == 0, said.err
        return said.json

    def copy(self, folder: Path) -> "Installation":
        """The same installation elsewhere."""
        shutil.copytree(self.folder, folder)
        database = new_database(self.database) if self.database else ""
        return Installation(folder, database, dict(self.settings))


def new_database(like: str = "template1") -> str:
    """A database on the server of the tests, empty or as another one is."""
    name = f"acquit_shell_{uuid.uuid4().hex[:12]}"
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    return name


def drop_database(name: str) -> None:
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)


def empty(folder: Path) -> Installation:
    """An installation that was never started."""
    return Installation(folder, new_database() if ON_POSTGRESQL else "")
