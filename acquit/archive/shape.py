"""What is in a backup: its names, its tables, and how a value is spelt in it."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

FORMAT = 1
MANIFEST = "manifest.json"
SEAL_LENGTH = 64
"""The file ends with the SHA-256 of all that is before, as the comment of the ZIP: any changed byte is found."""
CHUNK = 1 << 20
_LEFT_OUT = {"sessions", "contenttypes", "usersessions"}
_MACHINERY = {"parties.heartbeat", "parties.sendinglock", "auth.permission", "auth.group_permissions"}


def tables() -> list[type[models.Model]]:
    """Every table that a backup holds."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if is_kept(model._meta.app_label, model._meta.label_lower) and model._meta.managed and not model._meta.proxy
    ]


def is_kept(app: str, label: str) -> bool:
    """Whether a table belongs in a backup."""
    return app not in _LEFT_OUT and label not in _MACHINERY


def columns_of(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The columns of a table, in order."""
    return list(model._meta.concrete_fields)


def spelled(value: object) -> object:
    """A value as JSON holds it, exactly: instants to the microsecond, decimals as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    assert value is None or isinstance(value, str | int | float | bool | dict | list)
    return value


def migrations_of(loader: MigrationLoader) -> list[tuple[str, str]]:
    """The state of the tables: every migration applied to our apps and those we use."""
    return sorted(loader.applied_migrations)


def digest_of(chunks: Iterable[bytes]) -> str:
    """SHA-256, in hexadecimal."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def chunks_of(file: Any, length: int) -> Iterator[bytes]:
    """The next `length` bytes of a file."""
    while length > 0 and (chunk := file.read(min(CHUNK, length))):
        length -= len(chunk)
        yield chunk
