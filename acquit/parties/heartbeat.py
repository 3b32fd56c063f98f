"""Signs of life of the worker, who holds which work, and whether sending is locked: the installation's own rows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

TICK = "tick"
LEASE = timedelta(minutes=2)
"""Work held longer than this without a sign of life may be taken over."""


class Heartbeat(models.Model):
    """The last sign of life of a task, and who holds it: machinery, a row per task («pouls»)."""

    task = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
    worker = models.CharField(max_length=120, blank=True)
    """Who holds the task; empty when nobody does."""
    lease_until = models.DateTimeField(null=True)

    class Meta:
        app_label: ClassVar[str] = "parties"


class SendingLock(models.Model):
    """Nothing leaves this installation while this row is there («envois bloqués»): it was restored from a backup."""

    set_at = models.DateTimeField()
    backup_at = models.DateTimeField()
    """Instant of the backup: what left after it is not known here."""

    class Meta:
        app_label: ClassVar[str] = "parties"


def beat(task: str, at: datetime) -> None:
    """Give a sign of life."""
    if not Heartbeat.objects.filter(task=task).update(beat_at=at):
        Heartbeat.objects.bulk_create([Heartbeat(task=task, beat_at=at)], ignore_conflicts=True)


def last_beat(task: str) -> datetime | None:
    """When a task last gave a sign of life."""
    return Heartbeat.objects.filter(task=task).values_list("beat_at", flat=True).first()


def take(task: str, worker: str, at: datetime) -> bool:
    """Hold a task for this worker, or hold it longer. False while another one does."""
    Heartbeat.objects.bulk_create([Heartbeat(task=task, beat_at=at)], ignore_conflicts=True)
    free = Q(worker="") | Q(worker=worker) | Q(lease_until__lt=at)
    won = Heartbeat.objects.filter(free, task=task).update(worker=worker, beat_at=at, lease_until=at + LEASE)
    return won == 1


def let_go(task: str, worker: str) -> None:
    """Leave a task to others."""
    Heartbeat.objects.filter(task=task, worker=worker).update(worker="", lease_until=None)


def lock_of_sending() -> SendingLock | None:
    """What keeps everything from leaving, if anything does."""
    return SendingLock.objects.order_by("pk").first()


def lock_sending(backup_at: datetime, at: datetime) -> None:
    """Let nothing leave until the owner says so."""
    SendingLock.objects.create(set_at=at, backup_at=backup_at)


def unlock_sending() -> int:
    """The owner says so. Answers how many locks there were."""
    return SendingLock.objects.all().delete()[0]


def keep_beating(task: str, worker: str, every: timedelta, now: Callable[[], datetime]) -> Callable[[], datetime]:
    """A clock that, read at work, also keeps the tick alive and the task held, at most once per `every`."""
    last = now()

    def clock() -> datetime:
        nonlocal last
        at = now()
        if at - last >= every:
            last = at
            beat(TICK, at)
            take(task, worker, at)
        return at

    return clock
