"""The example taken away whole («effacer l’exemple»), so that it can be made again."""

import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from acquit.mailroom.catcher import folder_of
from acquit.parties.firms import FirmRow
from acquit.parties.guards import fact_models, firm_models, guard_tables
from acquit.parties.models import Firm, Member, User
from acquit.parties.scope import every_firm
from acquit.rules.refusal import Reason, Refused, gettext_noop

_REAL = gettext_noop(
    "Cette installation suit déjà %(firms)s : l’exemple ne s’y mêle pas. Donnez-lui un autre dossier, par exemple "
    "ACQUIT_DATA_DIR=~/acquit-exemple."
)


def refuse_among_real_firms() -> None:
    """Raise `Refused` where a real firm lives: nothing of the example may ever stand beside it."""
    real = list(Firm.objects.filter(is_example=False).values_list("name", flat=True)[:5])
    if real:
        raise Refused(Reason(_REAL, {"firms": ", ".join(real)}))


def erase_examples() -> int:
    """Take every example firm away with its people and its files; answers how many. Real firms are never touched.

    The one place where facts are deleted: those of an invented firm prove nothing.
    """
    examples = list(Firm.objects.filter(is_example=True).values_list("pk", flat=True))
    with every_firm():
        for firm_id in examples:
            _erase(firm_id)
    for firm_id in examples:
        for folder in (Path(settings.MEDIA_ROOT) / str(firm_id), folder_of(firm_id)):
            shutil.rmtree(folder, ignore_errors=True)
    return len(examples)


@transaction.atomic
def _erase(firm_id: int) -> None:
    """Lift the triggers, delete, put them back: all in one transaction, so that no other can see them lifted."""
    with connection.cursor() as cursor:
        for fact in fact_models():
            for statement in _lifted(fact._meta.db_table):
                cursor.execute(statement)
        for model in firm_models():
            if issubclass(model, FirmRow):
                cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE firm_id = %s', [firm_id])  # noqa: S608
        users = list(Member.objects.filter(firm_id=firm_id).values_list("user_id", flat=True))
        Member.objects.filter(firm_id=firm_id).delete()
        User.objects.filter(pk__in=users, memberships__isnull=True).delete()
        Firm.objects.filter(pk=firm_id).delete()
        if connection.vendor == "postgresql":
            # Deferred checks are made now: a table with checks still to come cannot get its trigger back.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    guard_tables(None)


def _lifted(table: str) -> list[str]:
    if connection.vendor == "postgresql":
        return [f'DROP TRIGGER IF EXISTS "{table}_insert_only" ON "{table}"']
    return [f'DROP TRIGGER IF EXISTS "{table}_no_{verb}"' for verb in ("update", "delete")]
