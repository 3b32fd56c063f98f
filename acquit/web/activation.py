"""«Relances»: the plan as it stands, approved one by one or by itself, put in service after seeing what would leave."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from acquit import clock
from acquit.dunning.actions import put_in_service, take_out_of_service
from acquit.dunning.cases import plan_of
from acquit.dunning.simulation import simulate
from acquit.mailroom.way_out import NOT_IN_SERVICE, obstacles_of
from acquit.parties.identity.actions import change_firm, clear_example, travel
from acquit.parties.models import Firm, Role
from acquit.receivables.models import Standing
from acquit.rules.spelling import day as day_of
from acquit.web import words
from acquit.web.access import author_of, member
from acquit.web.effects import spelled
from acquit.web.fields import Day
from acquit.web.office import done, refusals_told
from acquit.web.outbox import spelled_reason

TRAVEL_DAYS_MAX = 366
REASONS_SHOWN = 6


@member(Role.MANAGER, "GET", "POST")
def activation(request: HttpRequest, firm: Firm) -> HttpResponse:
    """The plan, the mode, and what would leave now; owners change them."""
    if request.method == "POST":
        return _modes(request, firm)
    on = clock.today(firm)
    page: dict[str, object] = {
        "nav": "settings",
        "part": "reminders",
        "plan": plan_of(firm),
        "steps": [(step, words.level(step.level)) for step in plan_of(firm).steps],
        "obstacles": [spelled(why) for why in obstacles_of(firm) if why.template != NOT_IN_SERVICE],
        "unsure": Standing.objects.filter(firm=firm, owed__gt=0, customer__kind_sure=False).aggregate(
            n=Count("customer", distinct=True)
        )["n"],
    }
    if firm.in_service_at is None:
        page |= _forecast(firm)
    return render(request, "web/activation.html", page | {"on": on})


def _forecast(firm: Firm) -> dict[str, object]:
    """« Si vous mettez en service maintenant »: how many messages, to whom, and why others would wait."""
    found = simulate(firm, clock.today(firm))
    steps: dict[str, int] = {}
    for send in found.sends:
        label = words.level(send.draft.letter.step.level)
        steps[label] = steps.get(label, 0) + 1
    why: dict[str, int] = {}
    for one in (*found.waits, *found.stops):
        why[one.move.reason] = why.get(one.move.reason, 0) + 1
    ordered = sorted(why.items(), key=lambda pair: -pair[1])[:REASONS_SHOWN]
    return {
        "sends": len(found.sends),
        "by_step": sorted(steps.items()),
        "waits": [(spelled_reason(code), count) for code, count in ordered],
        "assumed": found.assumes_bank,
    }


def _modes(request: HttpRequest, firm: Firm) -> HttpResponse:
    """Automatic or not; only an owner says so."""
    if not request.member.may(Role.OWNER):  # type: ignore[attr-defined]
        return HttpResponse(status=403)
    values = {"automatic": request.POST.get("automatic") == "1", "apply_certain": "apply_certain" in request.POST}
    change_firm(firm, values, author_of(request, firm))
    done(request, _("Enregistré. Les messages déjà prêts gardent leur règle ; les prochains suivent celle-ci."))
    return redirect("web:activation", firm.slug)


@member(Role.OWNER, "POST")
def activation_switch(request: HttpRequest, firm: Firm) -> HttpResponse:
    """In service, or out of it."""
    by = author_of(request, firm)
    if request.POST.get("on") == "1":
        put_in_service(firm, by)
        done(request, _("Les relances sont en service. Les premiers messages se préparent, dans la minute."))
        return redirect("web:outbox", firm.slug)
    take_out_of_service(firm, by)
    done(request, _("Les relances sont hors service : plus rien ne part."))
    return redirect("web:activation", firm.slug)


@member(Role.OWNER, "POST")
def travel_to(request: HttpRequest, firm: Firm) -> HttpResponse:
    """« Voyager au … »: the example firm lives another day; without a day it comes back."""
    try:
        day = Day(required=False).clean(request.POST.get("to", "")) if "back" not in request.POST else None
    except ValidationError:
        messages.error(request, _("Cette date n’est pas lisible."))
        return redirect("web:settings_records", firm.slug)
    real = clock.now().date()
    if day and not real <= day <= real + timedelta(TRAVEL_DAYS_MAX):
        messages.error(request, _("L’exemple voyage d’aujourd’hui à un an d’ici."))
        return redirect("web:settings_records", firm.slug)
    with refusals_told(request):
        travel(firm, day)
        there, back = _("L’exemple vit maintenant le %(day)s."), _("L’exemple est revenu à aujourd’hui.")
        done(request, there % {"day": day_of(day)} if day else back)
    return redirect("web:settings_records", firm.slug)


@member(Role.OWNER, "POST")
def example_clear(request: HttpRequest, firm: Firm) -> HttpResponse:
    """Take the example away from everybody, in one deed."""
    with refusals_told(request):
        clear_example(firm)
        done(request, _("L’exemple est effacé : plus personne ne le voit, et rien n’en partira."))
        return redirect("web:home")
    return redirect("web:settings_records", firm.slug)


@member(Role.OWNER)
def settings_records(request: HttpRequest, firm: Firm) -> HttpResponse:
    """«Données»: where they are, how they leave, and the example's own switches."""
    page = {"nav": "settings", "part": "records", "today": clock.today(firm), "real": clock.now().date()}
    page["last"] = page["real"] + timedelta(TRAVEL_DAYS_MAX)  # type: ignore[operator]
    return render(request, "web/settings_records.html", page)
