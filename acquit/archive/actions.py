"""A backup put back into an empty installation, which then sends nothing until its owner says so."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F

from acquit.archive.reading import Backup
from acquit.archive.shape import is_kept, tables
from acquit.mailroom.models import State
from acquit.parties.bulk import chunks
from acquit.parties.facts import BATCH
from acquit.parties.heartbeat import lock_sending
from acquit.parties.scope import every_firm
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any

_NOT_EMPTY = gettext_noop(
    "Cette installation contient déjà quelque chose (%(what)s) : restaurez dans une installation vide."
)
_OTHER_SHAPE = gettext_noop(
    "Les tables de cette base existent déjà sous une autre forme que celle de la sauvegarde : restaurez dans une base "
    "sans tables."
)
_UNKNOWN_SHAPE = gettext_noop("La sauvegarde connaît une migration que cette version n’a pas (%(migration)s).")
_IN_DOUBT = gettext_noop("En attente lors de la sauvegarde : peut-être parti depuis.")


def restore(backup: Backup, at: datetime) -> int:
    """Fill an empty installation from a backup, and lock its sending. Answers how many rows there are.

    Tables are first made as they were when the backup was written, then brought to this version. Raises `Refused`:
    the installation is not empty, the backup is damaged or too new. Then nothing was written but empty tables.
    """
    _refuse_filled()
    targets = [(app, name) for app, name in backup.manifest["migrations"]]
    _make_tables(targets)
    with every_firm():
        count = _fill(backup, targets, at)
        call_command("migrate", interactive=False, verbosity=0)
    return count


def _refuse_filled() -> None:
    """An empty installation has no papers, and no rows in the tables that a person fills."""
    papers = Path(settings.MEDIA_ROOT)
    reasons = [Reason(_NOT_EMPTY, {"what": str(papers)})] if papers.is_dir() and any(papers.iterdir()) else []
    present = set(connection.introspection.table_names())
    with every_firm():
        filled = [m for m in tables() if m._meta.db_table in present and m._base_manager.exists()]
    refuse_if_any(reasons + [Reason(_NOT_EMPTY, {"what": m._meta.label}) for m in filled])


def _make_tables(targets: list[tuple[str, str]]) -> None:
    """Bring an empty database to the shape that the backup has."""
    executor = MigrationExecutor(connection)
    for app, name in targets:
        if (app, name) not in executor.loader.graph.nodes:
            raise Refused(Reason(_UNKNOWN_SHAPE, {"migration": f"{app}.{name}"}))
    if set(executor.loader.applied_migrations) - set(targets):
        raise Refused(Reason(_OTHER_SHAPE))
    with every_firm():
        executor.migrate(_last_of_each_app(executor, targets))


def _last_of_each_app(executor: MigrationExecutor, targets: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The targets that no other target of the same app follows."""
    nodes, wanted = executor.loader.graph.node_map, set(targets)
    followed = {t for t in wanted for child in nodes[t].children if child.key[0] == t[0] and child.key in wanted}
    return sorted(wanted - followed)


@transaction.atomic
def _fill(backup: Backup, targets: list[tuple[str, str]], at: datetime) -> int:
    """All rows or none. Keys between tables are checked at the end, so their order does not matter."""
    executor = MigrationExecutor(connection)
    historical = executor.loader.project_state(_last_of_each_app(executor, targets)).apps
    models_by_name = {m._meta.label_lower: m for m in historical.get_models(include_auto_created=True)}
    count = 0
    for table in backup.manifest["tables"]:
        model = models_by_name[table["name"]]
        assert is_kept(model._meta.app_label, table["name"])
        count += _insert(model, table["columns"], backup.rows(table))
    _restart_sequences(list(models_by_name.values()))
    for name, content in backup.papers():
        _put_paper(Path(settings.MEDIA_ROOT) / name, content)
    _doubt_outbox(historical)
    lock_sending(backup.made_at, at)
    return count


def _insert(model: type[models.Model], columns: list[str], rows: Any) -> int:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    readers = [(name, _value_field(fields[name])) for name in columns]
    count = 0
    for chunk in chunks(rows, BATCH):
        model._base_manager.bulk_create(
            [model(**{name: f.to_python(v) for (name, f), v in zip(readers, row, strict=True)}) for row in chunk],
            batch_size=BATCH,
        )
        count += len(chunk)
    return count


def _value_field(field: "models.Field[Any, Any]") -> "models.Field[Any, Any]":
    """The field that reads a column's values: for a foreign key, the key it points at."""
    return field.target_field if isinstance(field, models.ForeignKey) else field


def _restart_sequences(filled: list[type[models.Model]]) -> None:
    """PostgreSQL counts on from the highest id that came in."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), filled):
            cursor.execute(statement)


def _put_paper(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _doubt_outbox(historical: Any) -> None:
    """What was waiting may have left after the backup was made: a person says, message by message."""
    waiting = historical.get_model("mailroom", "Message")._base_manager.filter(
        state__in=[State.PLANNED, State.CLAIMED, State.SENDING]
    )
    waiting.update(
        state=State.UNKNOWN, reason=str(Reason(_IN_DOUBT)), worker="", lease_until=None, claim=F("claim") + 1
    )
