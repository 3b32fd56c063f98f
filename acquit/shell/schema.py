"""Are the tables as this version wants them? If not they are brought there, by one start at a time."""

import fcntl
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from acquit.parties.scope import every_firm
from acquit.rules.refusal import Reason, Refused, gettext_noop

_NEWER = gettext_noop(
    "La base vient d’une version plus récente d’Acquit (%(migration)s) : installez cette version, ou restaurez une "
    "sauvegarde d’avant."
)
_COPIED = gettext_noop("Copie de la base avant sa mise à niveau : %(path)s")
_LOCK_KEY = 0x0AC0_0171
"""PostgreSQL's advisory lock, for starts on several machines."""


def pending() -> list[str]:
    """Migrations not yet applied, as `app.name`. Raises `Refused` when the database is newer than this version."""
    executor = MigrationExecutor(connection)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("acquit.")}
    known = executor.loader.disk_migrations or {}
    for app, name in executor.loader.applied_migrations:
        if app in ours and (app, name) not in known:
            raise Refused(Reason(_NEWER, {"migration": f"{app}.{name}"}))
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def bring_up_to_date() -> list[str]:
    """Apply what is missing, quietly. Answers what was applied; of two starts at once, the second finds it done."""
    if not pending():
        return []
    with _alone():
        missing = pending()
        if missing:
            if copy := _copy_before():
                sys.stderr.write(_(_COPIED) % {"path": copy} + "\n")
            with every_firm():
                call_command("migrate", interactive=False, verbosity=0)
    return missing


@contextmanager
def _alone() -> Iterator[None]:
    """One start at a time: a lock file on this machine, and PostgreSQL's own lock between machines."""
    with (Path(settings.ENVIRONMENT.data_dir) / "migration.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK_KEY])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK_KEY])


def _copy_before() -> Path | None:
    """Copy an SQLite database that already holds something, whole and while others read it."""
    name = settings.DATABASES["default"]["NAME"]
    if connection.vendor != "sqlite" or not connection.introspection.table_names():
        return None
    folder = Path(settings.ENVIRONMENT.data_dir) / "before-migration"
    folder.mkdir(exist_ok=True, mode=0o700)
    path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.sqlite3"
    with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    return path
