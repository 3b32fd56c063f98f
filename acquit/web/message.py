"""One message of the outbox: its exact words, who gets it and why; changed, put off, settled or tried again."""

import zoneinfo
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acquit import clock
from acquit.dunning import actions
from acquit.dunning.models import Intent, Notice
from acquit.law.working_days import next_working_day
from acquit.mailroom.actions import edit
from acquit.mailroom.models import Attempt, Enclosure, Message, State
from acquit.parties.models import Contact, Firm, Role
from acquit.receivables.actions import hold
from acquit.receivables.models import HoldKind
from acquit.rules.refusal import gettext_noop
from acquit.rules.spelling import day as day_of
from acquit.web.access import author_of, member
from acquit.web.fields import Day
from acquit.web.office import cancelled, done, refusals_told, silent_worker
from acquit.web.outbox import letters_of

PUT_OFF = gettext_noop("Mis de côté par vous.")
_OUTCOMES = {
    "sent": gettext_noop("remis au serveur"),
    "refused": gettext_noop("refusé"),
    "deferred": gettext_noop("remis à plus tard par le serveur"),
    "unknown": gettext_noop("coupure pendant l’envoi"),
    "resolved-sent": gettext_noop("vérifié : il est parti"),
    "resolved-lost": gettext_noop("vérifié : il n’est pas parti"),
}


class Words(forms.Form):
    """Subject and text, before the message leaves."""

    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=300)
    text = forms.CharField(label=gettext_lazy("Texte"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 16}))


class Pause(forms.Form):
    """Until when the customer is left in peace."""

    until = Day(label=gettext_lazy("Ne rien envoyer à ce client jusqu’au"), required=True)


@member(Role.READER, "GET", "POST")
def message(request: HttpRequest, firm: Firm, message: int) -> HttpResponse:
    """The message as it will be read; posting changes its words."""
    found = _found(firm, message)
    on = clock.today(firm)
    may_edit = found.state == State.PLANNED and found.planned_on == on
    form = Words(initial={"subject": found.subject, "text": found.text})
    if request.method == "POST":
        form = Words(request.POST)
        if answer := _edited(request, firm, found, form, may_edit):
            return answer
    zone = zoneinfo.ZoneInfo(firm.time_zone)
    attempts = Attempt.objects.filter(message=found).select_related("by").order_by("-pk")
    lines = _lines(found)
    page = {
        "nav": "outbox",
        "letter": letters_of(firm, [found])[0],
        "message": found,
        "form": form,
        "may_edit": may_edit,
        "pause": Pause(initial={"until": on + timedelta(14)}),
        "files": [e.paper for e in Enclosure.objects.filter(message=found).select_related("paper")],
        "lines": lines,
        "total": sum(line.owed + line.interest + line.compensation for line in lines),
        "attempts": [(a, a.recorded_at.astimezone(zone), _(_OUTCOMES.get(a.outcome, a.outcome))) for a in attempts],
        "contact": Contact.objects.filter(customer=found.customer, email__iexact=found.recipient).first(),
        "silent": silent_worker(),
        "states": State,
        "sender": f"{firm.sender}, {firm.name} <{firm.email}>" if firm.sender else f"{firm.name} <{firm.email}>",
    }
    return render(request, "web/message.html", page, status=422 if form.is_bound else 200)


def _found(firm: Firm, pk: int) -> Message:
    found: Message = get_object_or_404(Message.objects.filter(firm=firm).select_related("customer"), pk=pk)
    return found


def _lines(found: Message) -> list[Intent]:
    """What it says about each receivable: as planned, or as it was said."""
    intents = list(Intent.objects.filter(message=found).select_related("receivable").order_by("pk"))
    notice = Notice.objects.filter(message=found).first() if not intents else None
    return list(notice.lines.select_related("receivable").order_by("pk")) if notice else intents


def _edited(request: HttpRequest, firm: Firm, found: Message, form: Words, may_edit: bool) -> HttpResponse | None:
    """Write the new words; None when the form has something to mend."""
    if not request.member.may(Role.MANAGER):  # type: ignore[attr-defined]
        return HttpResponse(status=403)
    here = redirect("web:message", firm.slug, found.pk)
    if not may_edit:
        messages.error(request, _("Ce message ne peut plus être modifié : il sera récrit le jour où il part."))
        return here
    if not form.is_valid():
        return None
    with refusals_told(request):
        edit(found, form.cleaned_data["subject"], form.cleaned_data["text"], author_of(request, firm))
        done(request, _("Le message est modifié. Il partira ainsi aujourd’hui."))
    return here


@member(Role.MANAGER, "POST")
def message_put_off(request: HttpRequest, firm: Firm, message: int) -> HttpResponse:
    """Not today: the message leaves the outbox, and the rule looks again on the next working day."""
    found = _found(firm, message)
    on = next_working_day(clock.today(firm) + timedelta(1), found.customer.country)
    if actions.drop([found.pk], _(PUT_OFF), on):
        done(request, _("Rien ne part aujourd’hui à ce client. Acquit y reviendra le %(day)s.") % {"day": day_of(on)})
    else:
        messages.warning(request, _("Trop tard : ce message n’attend plus."))
    return redirect("web:outbox", firm.slug)


@member(Role.MANAGER, "POST")
def message_pause(request: HttpRequest, firm: Firm, message: int) -> HttpResponse:
    """Leave the customer in peace until a day; what was ready for it goes."""
    found, form, by = _found(firm, message), Pause(request.POST), author_of(request, firm)
    if not form.is_valid():
        messages.error(request, _("Indiquez jusqu’à quel jour suspendre."))
        return redirect("web:message", firm.slug, found.pk)
    with refusals_told(request):
        until = form.cleaned_data["until"]
        hold(firm, found.customer, HoldKind.PAUSE, by, until=until)
        text = _("Relances de %(name)s suspendues jusqu’au %(day)s.")
        done(
            request,
            text % {"name": found.customer.name, "day": day_of(until)} + cancelled(firm, {found.customer_id}, by),
        )
    return redirect("web:outbox", firm.slug)


@member(Role.MANAGER, "POST")
def message_resolve(request: HttpRequest, firm: Firm, message: int) -> HttpResponse:
    """A person settles a doubt: it left, or it did not."""
    found, left = _found(firm, message), request.POST.get("left") == "1"
    with refusals_told(request):
        actions.resolve(found, left=left, by=author_of(request, firm))
        done(request, _("Noté : il est parti.") if left else _("Noté : il n’est pas parti ; il sera prévu de nouveau."))
    return redirect("web:outbox", firm.slug)


@member(Role.MANAGER, "POST")
def message_retry(request: HttpRequest, firm: Firm, message: int) -> HttpResponse:
    """The cause of a refusal is mended: the rule decides anew."""
    found = _found(firm, message)
    actions.retry_refused(found, author_of(request, firm))
    done(request, _("Acquit va décider de nouveau pour ce client, dans la minute."))
    return redirect("web:outbox", firm.slug)
