"""«Simulation»: who would get what on a day, in which words, and who would not and why. Nothing is sent."""

from collections import defaultdict
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from acquit import clock
from acquit.dunning.actions import first_moment
from acquit.dunning.simulation import Simulation, WouldSend, WouldWait, simulate
from acquit.law.working_days import next_working_day
from acquit.parties.models import Firm, Role
from acquit.web import words
from acquit.web.access import member
from acquit.web.fields import Day
from acquit.web.outbox import spelled_reason

SHOWN_MAX = 100
WAITS_SHOWN = 30
YEARS_AHEAD = 2


@member(Role.READER)
def simulation(request: HttpRequest, firm: Firm) -> HttpResponse:
    """The whole answer for a day; the bank is supposed up to date on days to come, unless one says otherwise."""
    today = clock.today(firm)
    on = _day(request.GET.get("au", ""), today)
    assume = _assumed(request, on, today)
    found = simulate(firm, on, assume_bank=assume)
    page = {
        "nav": "outbox",
        "on": on,
        "today": today,
        "last": _last(today),
        "assume": assume,
        "found": found,
        "sends": [_shown(firm, send, on) for send in found.sends[:SHOWN_MAX]],
        "more": max(0, len(found.sends) - SHOWN_MAX),
        "by_step": _by_step(found),
        "silent": _silent(found),
        "days": _shortcuts(firm, today),
    }
    return render(request, "web/simulation.html", page)


def _assumed(request: HttpRequest, on: date, today: date) -> bool:
    """Whether the bank is supposed up to date. An empty box says no to the day it was shown with, not to a new one."""
    if "banque" in request.GET:
        return True
    return on > today and request.GET.get("vu") != on.isoformat()


def _last(today: date) -> date:
    return today + timedelta(365 * YEARS_AHEAD)


def _day(text: str, today: date) -> date:
    """The day asked for, from today on; today when there is none."""
    try:
        day = Day(required=False).clean(text)
    except ValidationError:
        return today
    return min(max(day, today), _last(today)) if day else today


def _shortcuts(firm: Firm, today: date) -> list[tuple[str, date]]:
    tomorrow = next_working_day(today + timedelta(1), firm.country)
    month_end = (today.replace(day=1) + timedelta(32)).replace(day=1) - timedelta(1)
    return [
        (_("Aujourd’hui"), today),
        (_("Prochain jour ouvré"), tomorrow),
        (_("Dans 7 jours"), today + timedelta(7)),
        (_("Fin du mois"), month_end),
        (_("Dans 30 jours"), today + timedelta(30)),
    ]


def _shown(firm: Firm, send: WouldSend, on: date) -> dict[str, object]:
    letter = send.draft.letter
    return {
        "send": send,
        "level": words.level(letter.step.level),
        "owed": sum(case.owed for case, _step in letter.lines),
        "currency": letter.currency,
        "hour": first_moment(firm, on, letter.customer),
        "offset": letter.step.offset,
        "approval": letter.step.approval or not firm.automatic,
        "days": max(((on - case.due_on).days for case, _step in letter.lines), default=0),
    }


def _by_step(found: Simulation) -> list[tuple[str, int]]:
    count: defaultdict[str, int] = defaultdict(int)
    for send in found.sends:
        count[words.level(send.draft.letter.step.level)] += 1
    return sorted(count.items(), key=lambda pair: -pair[1])


def _silent(found: Simulation) -> list[tuple[str, int, list[WouldWait], int]]:
    """Who would not be written to, by reason, the largest group first."""
    groups: defaultdict[str, list[WouldWait]] = defaultdict(list)
    for one in (*found.waits, *found.stops):
        groups[one.move.reason].append(one)
    ordered = sorted(groups.items(), key=lambda pair: -len(pair[1]))
    return [
        (spelled_reason(code), len(rows), rows[:WAITS_SHOWN], max(0, len(rows) - WAITS_SHOWN)) for code, rows in ordered
    ]
