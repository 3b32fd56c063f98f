"""Many rows inserted or changed by one statement, on SQLite and PostgreSQL.

Django's `bulk_create` asks every field of every row how it is to be saved, and `bulk_update` writes a CASE per row:
a run over a hundred thousand claims would spend its time there. Names come from our models, values are bound.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

_Item = TypeVar("_Item")
_Row = TypeVar("_Row", bound=models.Model)
ROWS = 1000
PARAMETERS_MAX = 32_000
"""SQLite binds at most 32,766 values in one statement."""
_AS_THEY_ARE = (models.IntegerField, models.CharField, models.TextField, models.ForeignKey, models.BooleanField)


def chunks(items: Iterable[_Item], size: int = ROWS) -> Iterator[list[_Item]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def insert_rows(model: type[_Row], rows: Sequence[_Row]) -> list[_Row]:
    """Insert new rows and give them their ids. Defaults are the model's; no signal is sent, no `save` is called."""
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key and _counts_itself(field))]
    names = [(field.attname, _writer(field)) for field in fields]
    key = model._meta.pk
    assert key is not None
    columns = ", ".join(f'"{field.column}"' for field in fields)
    one = "(" + ", ".join(["%s"] * len(fields)) + ")"
    head = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES '  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        for chunk in chunks(rows, min(ROWS, PARAMETERS_MAX // len(fields))):
            values = [write(getattr(row, name)) for row in chunk for name, write in names]
            cursor.execute(f'{head}{", ".join([one] * len(chunk))} RETURNING "{key.column}"', values)
            for row, (pk,) in zip(chunk, cursor.fetchall(), strict=True):
                setattr(row, key.attname, pk)
                row._state.adding, row._state.db = False, connection.alias
    return list(rows)


def _counts_itself(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.AutoField | models.BigAutoField)


def _writer(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    """How a field's value reaches the driver: most as they are; dates, instants, JSON as Django writes them."""
    if isinstance(field, _AS_THEY_ARE) and type(field).get_db_prep_save is models.Field.get_db_prep_save:
        return _unchanged
    if isinstance(field, models.ForeignKey):
        return _unchanged
    prepare = field.get_db_prep_save
    if isinstance(field, models.DateField):  # instants too: a run writes the same few days and moments over and over
        return lru_cache(maxsize=4096)(lambda value: prepare(value, connection))
    return lambda value: prepare(value, connection)


def _unchanged(value: Any) -> Any:
    return value


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
