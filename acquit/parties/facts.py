"""The ground of every fact: inserted once, dated, attributed, with a digest of its content; never changed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Self

from django.conf import settings
from django.db import models

from acquit.parties.bulk import insert_rows
from acquit.parties.firms import FirmRow

BATCH = 2000


@dataclass(frozen=True)
class Author:
    """Who acts, through what, when: brought by the screen, the shell or the worker, never read below them.

    `at` is the instant; `on` is the day it is for the firm.
    """

    at: datetime
    on: date
    via: str
    user_id: int | None = None


class Fact(FirmRow):
    """An insert-only row. A trigger refuses UPDATE and DELETE; a correction is another fact."""

    recorded_at = models.DateTimeField(editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    via = models.CharField(max_length=12, editable=False)
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def record(cls, by: Author, **values: Any) -> Self:
        """Insert one fact."""
        return cls.record_many([cls(**values)], by)[0]

    @classmethod
    def record_many(cls, facts: Iterable[Self], by: Author) -> list[Self]:
        """Insert many facts of one kind in few statements; they come back with their ids."""
        rows = list(facts)
        for row in rows:
            row.recorded_at, row.by_id, row.via = by.at, by.user_id, by.via
            row.digest = row.content_digest()
        return insert_rows(cls, rows)

    def content(self) -> str:
        """Canonical content: every column but the id and the digest, in one spelling on every database."""
        columns: dict[str, object] = {}
        for name in _columns_of(type(self)):
            value = getattr(self, name)
            columns[name] = value if value is None or type(value) in _PLAIN else _canonical(value)
        columns["fact"] = self._meta.label_lower
        return _ENCODER.encode(columns)

    def content_digest(self) -> str:
        """SHA-256 of the canonical content. A later seal chains these digests."""
        return hashlib.sha256(self.content().encode()).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError(f"{type(self).__name__} is a fact: use record(), and correct it by another fact")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{type(self).__name__} is a fact: it is never deleted")


_PLAIN = frozenset({str, int, bool})
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False)


@cache
def _columns_of(fact: type[Fact]) -> tuple[str, ...]:
    """Columns that the digest covers."""
    return tuple(f.attname for f in fact._meta.concrete_fields if f.attname not in ("id", "digest"))


def _canonical(value: object) -> object:
    """Dates and instants as ISO text (instants in UTC), the rest as JSON spells it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | dict | list) else str(value)
