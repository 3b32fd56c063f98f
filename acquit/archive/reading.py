"""Open a backup and find out whether every byte of it is what was written."""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from acquit.archive.shape import FORMAT, MANIFEST, SEAL_LENGTH, chunks_of, digest_of
from acquit.rules.refusal import Reason, Refused, gettext_noop

_NOT_ONE = gettext_noop("« %(path)s » n’est pas une sauvegarde d’Acquit, ou elle est incomplète.")
_DAMAGED = gettext_noop("« %(path)s » est abîmée : son contenu n’est plus celui qui a été écrit.")
_FORMAT = gettext_noop("« %(path)s » vient d’une version plus récente d’Acquit (%(version)s).")
_PART = gettext_noop("« %(path)s » : la partie %(part)s n’est pas celle que le sommaire annonce.")
_PAPER = re.compile(r"[0-9]{1,18}/[0-9a-f]{2}/[0-9a-f]{64}", re.ASCII)
MANIFEST_BYTES_MAX = 256 * 1024 * 1024


class Backup:
    """A backup that was found whole. Raises `Refused` when it is not, `OSError` when it cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._refuse_damaged()
        try:
            self.archive = zipfile.ZipFile(path)
            if self.archive.getinfo(MANIFEST).file_size > MANIFEST_BYTES_MAX:
                raise Refused(self._no(_NOT_ONE))
            self.manifest: dict[str, Any] = json.loads(self.archive.read(MANIFEST))
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise Refused(self._no(_NOT_ONE)) from error
        if self.manifest.get("format") != FORMAT:
            raise Refused(Reason(_FORMAT, {"path": str(path), "version": self.manifest.get("version", "?")}))

    @property
    def made_at(self) -> datetime:
        """The instant it shows."""
        return datetime.fromisoformat(self.manifest["made_at"])

    def rows(self, table: dict[str, Any]) -> Iterator[list[Any]]:
        """The rows of a table; at the end, whether they were all there. Raises `Refused`."""
        name, count, digest = f"tables/{table['name']}.jsonl", 0, hashlib.sha256()
        with self.archive.open(name) as file:
            for line in file:
                digest.update(line)
                count += 1
                yield json.loads(line)
        if (count, digest.hexdigest()) != (table["rows"], table["sha256"]):
            raise Refused(self._no(_PART, part=name))

    def papers(self) -> Iterator[tuple[str, bytes]]:
        """Place and content of each paper, checked. Raises `Refused`."""
        for paper in self.manifest["papers"]:
            name = paper["name"]
            content = self.archive.read(f"papers/{name}") if _PAPER.fullmatch(name) else b""
            if digest_of([content]) != paper["sha256"] or not name.endswith(paper["sha256"]):
                raise Refused(self._no(_PART, part=name))
            yield name, content

    def _refuse_damaged(self) -> None:
        with self.path.open("rb") as file:
            length = file.seek(0, os.SEEK_END) - SEAL_LENGTH
            if length <= 0:
                raise Refused(self._no(_NOT_ONE))
            file.seek(0)
            found = digest_of(chunks_of(file, length))
            if found.encode("ascii") != file.read(SEAL_LENGTH):
                raise Refused(self._no(_DAMAGED))

    def _no(self, template: str, **values: object) -> Reason:
        return Reason(template, {"path": str(self.path), **values})
