"""«Aujourd’hui»: what waits for a person, the four figures, what leaves next, whether the bank is fresh."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acquit import clock
from acquit.dunning.cases import plan_of
from acquit.dunning.models import Intent
from acquit.dunning.simulation import simulate
from acquit.insight import figures, queue
from acquit.insight.figures import Open
from acquit.law.working_days import next_working_day, working_days_between
from acquit.mailroom import way_out
from acquit.mailroom.models import Message, State
from acquit.parties.models import Firm, Role
from acquit.receivables import queries as owed
from acquit.receivables.models import Standing
from acquit.rules.refusal import Reason
from acquit.web import effects, tasks, words
from acquit.web.access import member
from acquit.web.ages import Ages
from acquit.web.figures_shown import Figure, figures_of

SHOWN = 7
SIMULATED_MAX = 2000
"""Above so many open receivables the home page does not simulate: the outbox page does, when asked."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """What leaves next: letters by step, and how many wait for approval."""

    title: str
    count: int
    to_approve: int
    levels: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Bank:
    """How fresh the bank is, in working days, and whether that holds reminders back."""

    until: date | None
    age: int
    stale: bool


@member(Role.READER)
def today(request: HttpRequest, firm: Firm) -> HttpResponse:
    """The page one opens in the morning."""
    on = clock.today(firm)
    sums = figures.open_sums(firm, on)
    found = queue.tasks(firm, on)
    everything = "tout" in request.GET
    shown: list[Figure] = figures_of(firm, on, sums)
    return render(
        request,
        "web/today.html",
        {
            "nav": "today",
            "on": on,
            "empty": not Standing.objects.filter(firm=firm).exists(),
            "sentence": _sentence(found, firm),
            "figures": shown,
            "tasks": [tasks.told(task, firm, on) for task in (found if everything else found[:SHOWN])],
            "count": len(found),
            "hidden": 0 if everything else max(0, len(found) - SHOWN),
            "ages": [Ages.of(line, firm) for line in sums],
            "outbox": _outbox(firm, on, sums),
            "bank": _bank(firm, on),
            "obstacles": [effects.spelled(reason) for reason in _obstacles(firm)],
        },
    )


def _sentence(found: Sequence[queue.Task], firm: Firm) -> str:
    """« 4 actions, environ 20 minutes », or the good news."""
    if not found:
        return _("Vous êtes à jour : rien n’attend de décision.")
    count = ngettext("%(n)s action", "%(n)s actions", len(found)) % {"n": len(found)}
    return _("%(actions)s, environ %(minutes)s minutes.") % {"actions": count, "minutes": queue.minutes(found)}


def _obstacles(firm: Firm) -> list[Reason]:
    """What keeps mail here, once the firm is in service: before, one thing only is to be said."""
    found = way_out.obstacles_of(firm)
    return [reason for reason in found if reason.template != way_out.NOT_IN_SERVICE] if firm.in_service_at else []


def _bank(firm: Firm, on: date) -> Bank:
    until = owed.bank_known_until(firm)
    if until is None:
        return Bank(None, 0, stale=True)
    age = max(0, working_days_between(until, on, firm.country))
    return Bank(until, age, stale=age > plan_of(firm).bank_age_max)


def _outbox(firm: Firm, on: date, sums: Sequence[Open]) -> Outbox:
    """Letters in hand; before the firm is in service, those that would leave; else those that the plan announces."""
    if firm.in_service_at is None:
        return _would_leave(firm, on, sums)
    in_hand = Message.objects.filter(firm=firm, state__in=[State.PLANNED, State.CLAIMED, State.SENDING])
    count = in_hand.count()
    if count:
        levels: Counter[str] = Counter()
        for level, number in (
            Intent.objects.filter(message__in=in_hand)
            .order_by()
            .values_list("level")
            .annotate(n=Count("message", distinct=True))
        ):
            levels[level] += number
        waiting = in_hand.filter(state=State.PLANNED, needs_approval=True, approved_at__isnull=True).count()
        return Outbox(_("Dans la file d’envoi"), count, waiting, _named(levels))
    day = next_working_day(on + timedelta(1), firm.country)
    coming = Standing.objects.filter(firm=firm, owed__gt=0, next_on__range=(on, day)).exclude(next_step="")
    rows = coming.order_by().values_list("next_step").annotate(n=Count("customer", distinct=True))
    levels = Counter(dict(rows))
    title = _("Prévus pour %(day)s") % {"day": words.day_said(day, on)}
    return Outbox(title, sum(levels.values()), 0, _named(levels))


def _would_leave(firm: Firm, on: date, sums: Sequence[Open]) -> Outbox:
    """What would leave on the next working day if the firm were put in service now."""
    day = next_working_day(on + timedelta(1), firm.country)
    title = _("Ce qui partirait %(day)s") % {"day": words.day_said(day, on)}
    if sum(line.count for line in sums) > SIMULATED_MAX:
        return Outbox(title, -1, 0, ())
    sends = simulate(firm, day, assume_bank=True).sends
    return Outbox(title, len(sends), 0, _named(Counter(send.draft.letter.step.level for send in sends)))


def _named(levels: Counter[str]) -> list[tuple[str, int]]:
    """Steps by name, in the order of a plan."""
    order = list(words.LEVELS)
    return [(words.level(code), levels[code]) for code in sorted(levels, key=order.index) if levels[code]]
