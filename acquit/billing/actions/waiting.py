"""Large imports that wait for the worker («en attente»): agreed to on the screen, recorded beside it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from acquit.billing.actions.importing import record
from acquit.billing.models import ImportBatch
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.rules.refusal import Reason, Refused, gettext_noop

LEASE = timedelta(minutes=15)
"""A worker that holds an import longer is taken for dead; recording twice is harmless."""
_NOT_WAITING = gettext_noop("Cet import n’attend plus votre accord.")


@transaction.atomic
def queue(batch: ImportBatch) -> None:
    """Agree to an import that the worker will record. Raises `Refused` when it no longer waits for that."""
    free = [ImportBatch.State.PREVIEW, ImportBatch.State.REFUSED, ImportBatch.State.WAITING]
    won = ImportBatch.objects.filter(pk=batch.pk, state__in=free).update(state=ImportBatch.State.WAITING)
    if won != 1:
        raise Refused(Reason(_NOT_WAITING))


@transaction.atomic
def _take(firm: Firm, now: datetime) -> ImportBatch | None:
    """The oldest agreed import that nobody records, taken by one."""
    dead = Q(state=ImportBatch.State.RUNNING, lease_until__lt=now)
    waiting = ImportBatch.objects.filter(Q(state=ImportBatch.State.WAITING) | dead, firm=firm)
    batch: ImportBatch | None = waiting.select_for_update().order_by("pk").first()
    if batch is not None:
        batch.state, batch.lease_until = ImportBatch.State.RUNNING, now + LEASE
        batch.save(update_fields=["state", "lease_until"])
    return batch


def record_waiting(firm: Firm, by: Author) -> int:
    """Record every agreed import of a firm, as the person who agreed; a refused one keeps its reasons. How many."""
    count = 0
    while (batch := _take(firm, by.at)) is not None:
        try:
            record(firm, batch, Author(by.at, by.on, by.via, batch.created_by_id))
            count += 1
        except Refused:
            continue  # `record` wrote the reasons on the import
    return count


@transaction.atomic
def abandon(batch: ImportBatch) -> bool:
    """Forget an import that nobody agreed to («abandonner»). Its files stay kept. False when it is too late."""
    free = [ImportBatch.State.PREVIEW, ImportBatch.State.REFUSED]
    return bool(ImportBatch.objects.filter(pk=batch.pk, state__in=free).delete()[0])
