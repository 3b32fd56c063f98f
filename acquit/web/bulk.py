"""Deeds on the invoices ticked in the list: suspend until a day, mark as paid, give away. Asked first, then done."""

from collections.abc import Sequence
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from acquit.parties.facts import Author
from acquit.parties.models import Firm, Role
from acquit.receivables import actions
from acquit.receivables import queries as owed
from acquit.receivables.actions import NewPayment
from acquit.receivables.models import HoldKind, Means, Standing
from acquit.rules.refusal import Refused
from acquit.web import effects, exports
from acquit.web.access import author_of, member
from acquit.web.fields import Day, no_later, no_sooner
from acquit.web.invoices import exported, sums_of

CHOSEN_MAX = 500
"""So many lines at once: ten pages, and a transaction that stays short."""


class PauseAll(forms.Form):
    """Until when, and why."""

    until = Day(label=gettext_lazy("Suspendre jusqu’au"), required=False)
    cause = forms.CharField(label=gettext_lazy("Raison"), max_length=200, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    until.help_text = gettext_lazy("Dernier jour sans relance. Sans date, jusqu’à ce que vous leviez la suspension.")


class PayAll(forms.Form):
    """One day and one means for all."""

    received_on = Day(label=gettext_lazy("Reçu le"))
    means = forms.ChoiceField(
        label=gettext_lazy("Moyen"),
        choices=[(m.value, m.label) for m in Means if m not in (Means.REPORTED, Means.CREDIT_NOTE)],
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)


_FORMS: dict[str, type[forms.Form]] = {"pause": PauseAll, "pay": PayAll}


@member(Role.MANAGER, "POST")
def invoices_bulk(request: HttpRequest, firm: Firm) -> HttpResponse:
    """The first sending asks the day; the second one, which carries `sure`, does it."""
    by = author_of(request, firm)
    ids = [int(text) for text in request.POST.getlist("invoice")[:CHOSEN_MAX] if text.isascii() and text.isdigit()]
    chosen = owed.standings(firm).filter(receivable_id__in=ids).order_by("due_on", "pk")
    deed = request.POST.get("do", "")
    back = _back(request, firm)
    if not chosen.exists():
        messages.error(request, _("Cochez au moins une facture."))
        return redirect(back)
    if form := exports.wanted({"export": deed}):
        return exported(form, _("factures"), chosen, by.on)
    if deed not in _FORMS:
        return redirect(back)
    return _asked(request, firm, deed, chosen.filter(owed__gt=0), back, by)


def _asked(request: HttpRequest, firm: Firm, deed: str, chosen: object, back: str, by: Author) -> HttpResponse:
    rows: Sequence[Standing] = list(chosen)  # type: ignore[call-overload]
    sure = "sure" in request.POST
    initial = {"key": effects.new_key(), "received_on": by.on, "until": by.on + timedelta(14)}
    form = _FORMS[deed](request.POST) if sure else _FORMS[deed](initial=initial)
    if deed == "pay":
        no_later(form.fields["received_on"], by.on)
    else:
        no_sooner(form.fields["until"], by.on)
    if sure and form.is_valid():
        try:
            text = (_pause if deed == "pause" else _pay)(firm, rows, form, by)
        except Refused as refused:
            effects.put_on_form(form, refused)
        else:
            effects.say(request, text, firm, {row.customer_id for row in rows}, by)
            return redirect(back)
    standings = Standing.objects.filter(pk__in=[row.pk for row in rows])
    page = {"nav": "invoices", "deed": deed, "rows": rows, "form": form, "back": back, "sums": sums_of(standings)}
    return render(request, "web/invoices_bulk.html", page, status=422 if sure else 200)


def _pause(firm: Firm, rows: Sequence[Standing], form: forms.Form, by: Author) -> str:
    given = form.cleaned_data
    for row in rows:
        actions.hold(
            firm, row.customer, HoldKind.PAUSE, by,
            receivable=row.receivable, until=given["until"], cause=given["cause"],
        )  # fmt: skip
    return ngettext("%(n)s facture suspendue.", "%(n)s factures suspendues.", len(rows)) % {"n": len(rows)}


def _pay(firm: Firm, rows: Sequence[Standing], form: forms.Form, by: Author) -> str:
    """One payment per invoice, of all that is owed on it; its key holds the form's, so a second click finds it."""
    given = form.cleaned_data
    payments = [
        NewPayment(
            row.customer_id,
            row.owed,
            given["received_on"],
            given["means"],
            f"web:{given['key']}:{row.pk}",
            row.currency,
            ((row.pk, row.owed),),
        )
        for row in rows
    ]
    actions.record_payments(firm, payments, by)
    return ngettext("%(n)s facture marquée payée.", "%(n)s factures marquées payées.", len(rows)) % {"n": len(rows)}


def _back(request: HttpRequest, firm: Firm) -> str:
    """The list as it was filtered; nowhere else than on this site."""
    back = request.POST.get("back", "")
    home = f"/{firm.slug}/factures/"
    local = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith(home)
    return back if local else home
