"""What the database itself refuses: a fact changed or deleted, and on PostgreSQL a row of another firm."""

from typing import Any

from django.apps import apps
from django.db import connection, models

from acquit.parties.facts import Fact

_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION acquit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'acquit: % is a fact; facts are inserted, never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
# In a SELECT of their own, so that they are asked once a query and not once a row.
_ALLOWED = "(SELECT current_setting('acquit.firm', true))"
_ALLOWED_ID = "(SELECT NULLIF(NULLIF(current_setting('acquit.firm', true), ''), '*')::bigint)"


def fact_models() -> list[type[Fact]]:
    """Every model whose rows are facts."""
    return [model for model in apps.get_models() if issubclass(model, Fact)]


def firm_models() -> list[type[models.Model]]:
    """Every model whose rows belong to one firm, seen through its scope."""
    return [model for model in apps.get_models() if getattr(model, "FIRM_SCOPED", False)]


def guard_tables(app_config: Any, **kwargs: Any) -> None:
    """Put the triggers and policies on every table that exists. Runs after each app's migrations; repeatable."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute(_PG_FUNCTION)
        for fact in fact_models():
            if fact._meta.db_table in present:
                for statement in _insert_only(fact._meta.db_table):
                    cursor.execute(statement)
        if connection.vendor == "postgresql":
            for model in firm_models():
                if model._meta.db_table in present:
                    _wall(cursor, model._meta.db_table)


def _insert_only(table: str) -> list[str]:
    """Statements that make a table insert-only."""
    if connection.vendor == "postgresql":
        return [
            f'DROP TRIGGER IF EXISTS "{table}_insert_only" ON "{table}"',
            f'CREATE TRIGGER "{table}_insert_only" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION acquit_refuse_change()",
            f'DROP TRIGGER IF EXISTS "{table}_no_truncate" ON "{table}"',
            f'CREATE TRIGGER "{table}_no_truncate" BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION acquit_refuse_change()",
        ]
    return [
        f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, 'acquit: {table} is a fact; facts are inserted, never changed or deleted'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _wall(cursor: Any, table: str) -> None:
    """Row-level security: without a firm told, nothing is seen and nothing can be written."""
    condition = f"firm_id = {_ALLOWED_ID} OR {_ALLOWED} = '*'"
    cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    cursor.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    cursor.execute(f'DROP POLICY IF EXISTS firm_wall ON "{table}"')
    cursor.execute(f'CREATE POLICY firm_wall ON "{table}" USING ({condition}) WITH CHECK ({condition})')


def unguarded() -> list[str]:
    """Fact tables without their trigger (a restored dump, a table rebuilt by hand). Empty when all is well."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%%_insert_only'")
        else:
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%%_no_update'")
        guarded = {str(row[0]).strip('"') for row in cursor.fetchall()}
    return sorted(fact._meta.db_table for fact in fact_models() if fact._meta.db_table not in guarded)
