"""Which firm the work is for. A query outside a firm raises; on PostgreSQL the database refuses too."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection
from django_scopes import scope, scopes_disabled

from acquit.parties.models import Firm

EVERY_FIRM = "*"
_wall: ContextVar[str] = ContextVar("acquit_wall", default="")


@contextmanager
def firm_scope(firm: Firm) -> Iterator[Firm]:
    """All queries inside see this firm's rows and no others."""
    with scope(firm=firm), _wall_of(str(firm.pk)):
        yield firm


@contextmanager
def every_firm() -> Iterator[None]:
    """For the installation's own work: migrations of rows, checks over the whole database, the worker's search."""
    with scopes_disabled(), _wall_of(EVERY_FIRM):
        yield


@contextmanager
def _wall_of(value: str) -> Iterator[None]:
    """Tell PostgreSQL's row-level security which firm this is, and restore what it was."""
    before = _wall.get()
    token = _wall.set(value)
    _tell(value)
    try:
        yield
    finally:
        _wall.reset(token)
        # In a broken transaction nothing can be said; its rollback restores the setting by itself.
        if not connection.needs_rollback:
            _tell(before)


def _tell(value: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('acquit.firm', %s, false)", [value])
