"""«État»: is the installation well? Version, worker, outbox, mail, disk, backup, tables, and checks on demand."""

import shutil
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from acquit import clock
from acquit.insight import checks
from acquit.law import reference_rates
from acquit.mailroom.models import Attempt, Message, State
from acquit.mailroom.way_out import obstacles_of
from acquit.parties.heartbeat import TICK, last_beat, lock_of_sending
from acquit.parties.models import Firm, Heartbeat, Role
from acquit.receivables import queries as owed
from acquit.rules.spelling import day as day_of
from acquit.web.access import member
from acquit.web.effects import spelled
from acquit.web.office import TICK_AGE_MAX

DISK_LOW = 500 * 1024 * 1024
WEEK = timedelta(7)
BACKUP_AGE_MAX = timedelta(2)

CHECKS = {
    "facts_unchanged": gettext_noop("Les faits enregistrés n’ont pas été changés"),
    "allocations_within_bounds": gettext_noop("Aucun règlement n’est imputé au-delà de son montant"),
    "standings_agree": gettext_noop("Ce qui est affiché comme dû est ce que disent les faits"),
    "surplus_agrees": gettext_noop("Les crédits clients sont ce que les règlements laissent"),
    "numbers_gapless": gettext_noop("Les numéros se suivent sans trou"),
    "wake_days_in_time": gettext_noop("Aucune facture n’est oubliée par le plan"),
    "outbox_sound": gettext_noop("La file d’envoi est cohérente"),
    "papers_readable": gettext_noop("Toutes les pièces sont lisibles et intactes"),
    "bank_days_agree": gettext_noop("La banque est à jour au jour annoncé"),
    "firms_apart": gettext_noop("Les entreprises sont bien séparées"),
    "facts_guarded": gettext_noop("La base refuse de changer un fait"),
    "law_rates_present": gettext_noop("Les taux légaux du semestre sont connus"),
}


@member(Role.READER, "GET", "POST")
def state(request: HttpRequest, firm: Firm) -> HttpResponse:
    """How things are; posting runs the checks of this firm, which only read."""
    page: dict[str, object] = {"nav": "state", "lines": _lines(firm), "version": _version()}
    if request.method == "POST":
        found = checks.run([firm], clock.today(firm))
        page["results"] = [(_(CHECKS.get(r.name, r.name)), r) for r in found]
        page["all_well"] = all(r.ok for r in found)
    return render(request, "web/state.html", page)


def _version() -> str:
    try:
        return version("acquit")
    except PackageNotFoundError:
        return _("développement")


def _lines(firm: Firm) -> list[tuple[str, bool | None, str]]:
    """Name, whether it is well (None: neither), and what was found."""
    now = clock.now()
    return [
        _tick(now),
        _workers(now),
        _outbox(firm),
        _mail(firm, now),
        _sending(firm),
        _bank(firm),
        _disk(),
        _backup(now),
        _migrations(),
        (_("Base de données"), None, "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"),
        _rates(firm),
    ]


def _tick(now: datetime) -> tuple[str, bool | None, str]:
    beat = last_beat(TICK)
    if beat is None:
        return _("Dernier passage"), False, _("jamais : lancez acquit serve, ou acquit worker")
    return _("Dernier passage"), now - beat <= TICK_AGE_MAX, _("il y a %(age)s") % {"age": _age(now - beat)}


def _age(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 172_800 else _("%(n)s jours") % {"n": seconds // 86_400}


def _workers(now: datetime) -> tuple[str, bool | None, str]:
    busy = Heartbeat.objects.filter(lease_until__gt=now).exclude(worker="").count()
    return _("Travaux en cours"), None, str(busy)


def _outbox(firm: Firm) -> tuple[str, bool | None, str]:
    rows = Message.objects.filter(firm=firm)
    waiting = rows.filter(state=State.PLANNED).count()
    stuck = rows.filter(state__in=[State.UNKNOWN, State.REFUSED]).count()
    told = _("%(waiting)s en attente, %(stuck)s à vérifier ou refusés") % {"waiting": waiting, "stuck": stuck}
    return _("File d’envoi"), stuck == 0, told


def _mail(firm: Firm, now: datetime) -> tuple[str, bool | None, str]:
    tries = Attempt.objects.filter(firm=firm, recorded_at__gte=now - WEEK)
    sent, total = tries.filter(outcome="sent").count(), tries.exclude(outcome__startswith="resolved").count()
    if not total:
        return _("Messagerie, 7 jours"), None, _("aucun envoi")
    return _("Messagerie, 7 jours"), sent == total, _("%(sent)s remis sur %(total)s") % {"sent": sent, "total": total}


def _sending(firm: Firm) -> tuple[str, bool | None, str]:
    obstacles = [spelled(why) for why in obstacles_of(firm)]
    locked = lock_of_sending() is not None
    return _("Envois"), not (obstacles or locked), " ".join(obstacles) or _("permis")


def _bank(firm: Firm) -> tuple[str, bool | None, str]:
    until = owed.bank_known_until(firm)
    return _("Banque à jour au"), until is not None, day_of(until) if until else _("aucun relevé")


def _disk() -> tuple[str, bool | None, str]:
    free = shutil.disk_usage(settings.ENVIRONMENT.data_dir).free
    return _("Disque"), free > DISK_LOW, _("%(n)s Go libres") % {"n": f"{free / 1024**3:.1f}".replace(".", ",")}


def _backup(now: datetime) -> tuple[str, bool | None, str]:
    """The newest file in the folder of backups, or the sign of life that `acquit backup` leaves."""
    beat = last_beat("backup")
    folder = Path(settings.ENVIRONMENT.data_dir) / "backups"
    files = [path.stat().st_mtime for path in folder.iterdir()] if folder.is_dir() else []
    last = max([*([beat] if beat else []), *(datetime.fromtimestamp(at, UTC) for at in files)], default=None)
    if last is None:
        return _("Dernière sauvegarde"), False, _("aucune connue : acquit backup FICHIER")
    return _("Dernière sauvegarde"), now - last <= BACKUP_AGE_MAX, _("il y a %(age)s") % {"age": _age(now - last)}


def _migrations() -> tuple[str, bool | None, str]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    told = _("%(n)s à appliquer (acquit migrate)") % {"n": len(missing)} if missing else _("à jour")
    return _("Tables"), not missing, told


def _rates(firm: Firm) -> tuple[str, bool | None, str]:
    missing = reference_rates.missing_on(clock.today(firm))
    return _("Taux légaux"), not missing, ", ".join(missing) or _("présents pour ce semestre")
