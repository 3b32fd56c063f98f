"""Write a backup while others work: every table is read as it stood at one instant."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from acquit.archive.shape import (
    FORMAT,
    MANIFEST,
    SEAL_LENGTH,
    chunks_of,
    columns_of,
    digest_of,
    migrations_of,
    spelled,
    tables,
)
from acquit.mailroom.models import Paper
from acquit.parties.scope import every_firm


def write(path: Path, at: datetime) -> dict[str, Any]:
    """Write a backup of everything to `path`, whole or not at all, and answer its manifest.

    Raises `OSError` when it cannot be written or a paper cannot be read.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            archive.comment = b"0" * SEAL_LENGTH
            manifest = _fill(archive, at)
            archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        _seal(draft)
        draft.chmod(0o600)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _fill(archive: zipfile.ZipFile, at: datetime) -> dict[str, Any]:
    with every_firm(), _one_instant():
        migrations = migrations_of(MigrationLoader(connection))
        held = [_table(archive, model) for model in tables()]
        papers = sorted({(firm, sha) for firm, sha in Paper.objects.values_list("firm_id", "sha256")})
    # Papers are never changed or deleted, so they may be read after that instant.
    return {
        "format": FORMAT,
        "version": version("acquit"),
        "made_at": at.isoformat(),
        "migrations": migrations,
        "tables": held,
        "papers": [_paper(archive, firm, sha) for firm, sha in papers],
    }


@contextmanager
def _one_instant() -> Iterator[None]:
    """One snapshot for all reads, which keeps nobody from writing. Nothing is written in it."""
    start = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "BEGIN DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(start)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def _table(archive: zipfile.ZipFile, model: type[models.Model]) -> dict[str, Any]:
    """One line per row: its values in the order of the columns."""
    columns = [field.attname for field in columns_of(model)]
    name, count, digest = f"tables/{model._meta.label_lower}.jsonl", 0, hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as file:
        for row in model._base_manager.order_by("pk").values_list(*columns).iterator(2000):
            line = json.dumps([spelled(value) for value in row], ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
    return {"name": model._meta.label_lower, "columns": columns, "rows": count, "sha256": digest.hexdigest()}


def _paper(archive: zipfile.ZipFile, firm_id: int, sha256: str) -> dict[str, Any]:
    name = f"{firm_id}/{sha256[:2]}/{sha256}"
    archive.write(Path(settings.MEDIA_ROOT) / name, f"papers/{name}", zipfile.ZIP_STORED)
    return {"name": name, "sha256": sha256}


def _seal(draft: Path) -> None:
    """Put the digest of all that is before it in the last bytes of the file, and bring it to the disk."""
    with draft.open("r+b") as file:
        length = file.seek(0, os.SEEK_END) - SEAL_LENGTH
        file.seek(0)
        seal = digest_of(chunks_of(file, length))
        file.seek(length)
        file.write(seal.encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
