"""Is the installation alive, and can it work? For watchers and load balancers: no secret, no firm, no person."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from acquit import clock
from acquit.mailroom.age import oldest_wait
from acquit.parties.heartbeat import TICK, last_beat, lock_of_sending
from acquit.parties.scope import every_firm
from acquit.web.access import everybody

TICK_AGE_MAX = timedelta(minutes=3)
OUTBOX_AGE_MAX = timedelta(minutes=30)


@everybody("GET")
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


@everybody("GET")
def readyz(request: HttpRequest) -> JsonResponse:
    """It can do its work: 200, or 503 with what is missing."""
    try:
        checks = checks_at(clock.now())
    except DatabaseError as error:
        checks = [_check("database", False, type(error).__name__)]
    ready = all(check["ok"] for check in checks)
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def checks_at(now: datetime) -> list[dict[str, object]]:
    """Each check with its name, whether it passes, and what was found."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    checks = [_check("database", True, connection.vendor), _check("migrations", not missing, f"{len(missing)} missing")]
    if missing:
        return checks
    with every_firm():
        wait = oldest_wait(now)
    beat = last_beat(TICK)
    age = f"{int((now - beat).total_seconds())} s" if beat else "never"
    return [
        *checks,
        _check("tick", beat is not None and now - beat <= TICK_AGE_MAX, age),
        _check("outbox", wait <= OUTBOX_AGE_MAX, f"{int(wait.total_seconds())} s"),
        _check("sending", True, _sending()),
    ]


def _sending() -> str:
    """Whether mail may leave at all. Not a fault: somebody wanted it so."""
    if lock_of_sending() is not None:
        return "locked after restore"
    return "on" if settings.ENVIRONMENT.sending else "off"


def _check(name: str, ok: bool, detail: str) -> dict[str, object]:
    return {"name": name, "ok": ok, "detail": detail}
