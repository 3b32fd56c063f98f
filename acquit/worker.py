"""The worker: every few seconds it looks at each firm in turn, plans what is due and lets approved messages leave.

Any number of workers may run: a lease keeps two of them from doing the same firm's work at once, and if they did all
the same, the outbox would still let each message leave once.
"""

import logging
import threading
from datetime import timedelta

from django.db import close_old_connections

from acquit import clock
from acquit.billing.actions.waiting import record_waiting
from acquit.dunning import run as dunning
from acquit.mailroom.actions import worker_name
from acquit.mailroom.way_out import way_out
from acquit.parties import heartbeat
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.parties.scope import firm_scope

EVERY_SECONDS = 20
_BEAT = timedelta(seconds=EVERY_SECONDS)
log = logging.getLogger("acquit.worker")


def loop(stop: threading.Event) -> None:
    """Turn after turn, until told to stop. A turn that fails is written down, and the next one comes all the same."""
    while not stop.is_set():
        try:
            turn(stop)
        except Exception:  # the database may be away for a while: the worker must outlive it
            log.exception("this turn of the worker failed")
        finally:
            close_old_connections()
        stop.wait(EVERY_SECONDS)


def turn(stop: threading.Event | None = None) -> None:
    """Look at every firm once. What goes wrong for one firm does not keep the others waiting."""
    stop = stop or threading.Event()
    heartbeat.beat(heartbeat.TICK, clock.now())
    for firm in Firm.objects.order_by("pk"):
        if stop.is_set():
            return
        try:
            _work_for(firm, stop)
        except Exception:  # whatever it is, the other firms have a right to their turn
            log.exception("the turn of firm %s failed", firm.slug)


def _work_for(firm: Firm, stop: threading.Event) -> None:
    """Plan and deliver for one firm, unless another worker is at it."""
    task, me = f"firm:{firm.pk}", f"{worker_name()}:{threading.get_ident()}"
    if not heartbeat.take(task, me, clock.now()):
        return
    alive = heartbeat.keep_beating(task, me, _BEAT, clock.now)

    def author() -> Author:
        alive()
        return clock.author(firm, "worker")

    try:
        with firm_scope(firm), way_out(firm) as way:
            record_waiting(firm, author())
            report = dunning.run(firm, author, way.smtp, stopped=stop.is_set)
    finally:
        heartbeat.let_go(task, me)
    if report.planned or report.sent or report.refused:
        log.info("firm %s: %s planned, %s sent, %s refused", firm.slug, report.planned, report.sent, report.refused)
