"""Deeds on one invoice, each with its own small page: a payment, a promise, a dispute, «déjà payé», a suspension."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from acquit.bank.actions import undo_match
from acquit.bank.models import Match
from acquit.law.working_days import add_working_days
from acquit.parties.facts import Author
from acquit.parties.models import Firm, Role
from acquit.receivables import actions
from acquit.receivables.actions import NewPayment
from acquit.receivables.models import Hold, HoldKind, Means, Payment, Standing
from acquit.rules.refusal import Refused
from acquit.web import effects, words
from acquit.web.access import author_of, member
from acquit.web.fields import Amount, Day, no_later, no_sooner
from acquit.web.invoice import standing_of
from acquit.web.templatetags.acquit import money

SAID_PAID_DAYS = 5
"""Working days of silence after «j’ai déjà payé»: what a transfer and a statement take."""
PROMISE_DAYS = 7
PAUSE_DAYS = 14

MEANS = [(m.value, m.label) for m in Means if m not in (Means.REPORTED, Means.CREDIT_NOTE)]
REASONS = [
    ("", "—"),
    ("Montant contesté", gettext_lazy("Montant contesté")),
    ("Prestation contestée", gettext_lazy("Prestation contestée")),
    ("Bon de commande manquant", gettext_lazy("Bon de commande manquant")),
    ("Facture non reçue", gettext_lazy("Facture non reçue")),
    ("Autre", gettext_lazy("Autre")),
]


class DeedForm(forms.Form):
    """What every deed carries: the key made when its form was shown."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, row: Standing, by: Author, **options: Any) -> None:
        super().__init__(*args, **options)
        self.prepare(row, by)

    def prepare(self, row: Standing, by: Author) -> None:
        """Bounds and first values for this invoice."""

    def cause(self) -> str:
        """What was said about it, in one line."""
        given = self.cleaned_data
        return " — ".join(text for text in (given.get("reason", ""), given.get("note", "")) if text)


class PaymentForm(DeedForm):
    amount = Amount(label=gettext_lazy("Montant reçu"))
    received_on = Day(label=gettext_lazy("Reçu le"))
    means = forms.ChoiceField(label=gettext_lazy("Moyen"), choices=MEANS)
    note = forms.CharField(label=gettext_lazy("Remarque"), max_length=200, required=False)

    def prepare(self, row: Standing, by: Author) -> None:
        self.fields["amount"].currency = row.currency  # type: ignore[attr-defined]
        self.fields["amount"].help_text = _("Ce qui dépasse le reste dû reste au crédit du client.")
        self.initial.update({"amount": row.owed, "received_on": by.on})
        no_later(self.fields["received_on"], by.on)


class PromiseForm(DeedForm):
    until = Day(label=gettext_lazy("Promis pour le"))
    amount = Amount(label=gettext_lazy("Montant promis"), required=False)
    note = forms.CharField(label=gettext_lazy("Qui, comment"), max_length=200, required=False)

    def prepare(self, row: Standing, by: Author) -> None:
        self.fields["amount"].currency = row.currency  # type: ignore[attr-defined]
        self.fields["until"].help_text = _("Aucune relance jusqu’à ce jour. Le lendemain, vous décidez.")
        self.initial.update({"amount": row.owed, "until": by.on + timedelta(PROMISE_DAYS)})
        no_sooner(self.fields["until"], by.on)


class DisputeForm(DeedForm):
    reason = forms.ChoiceField(label=gettext_lazy("Motif"), choices=REASONS)
    note = forms.CharField(
        label=gettext_lazy("Ce que dit le client"), max_length=200, required=False, widget=forms.Textarea({"rows": 3})
    )


class SaidPaidForm(DeedForm):
    until = Day(label=gettext_lazy("Vérifier à la banque jusqu’au"))
    note = forms.CharField(label=gettext_lazy("Ce que dit le client"), max_length=200, required=False)

    def prepare(self, row: Standing, by: Author) -> None:
        self.initial.update({"until": add_working_days(by.on, SAID_PAID_DAYS, row.customer.country)})
        no_sooner(self.fields["until"], by.on)


class PauseForm(DeedForm):
    until = Day(label=gettext_lazy("Suspendre jusqu’au"), required=False)
    note = forms.CharField(label=gettext_lazy("Raison"), max_length=200, required=False)

    def prepare(self, row: Standing, by: Author) -> None:
        self.fields["until"].help_text = _("Dernier jour sans relance. Sans date, jusqu’à ce que vous la leviez.")
        self.initial.update({"until": by.on + timedelta(PAUSE_DAYS)})
        no_sooner(self.fields["until"], by.on)


def _pay(firm: Firm, row: Standing, form: DeedForm, by: Author) -> str:
    given = form.cleaned_data
    share = min(given["amount"], row.owed)
    payment = NewPayment(
        row.customer_id,
        given["amount"],
        given["received_on"],
        given["means"],
        f"web:{given['key']}",
        row.currency,
        ((row.pk, share),) if share else (),
        given["note"],
    )
    actions.record_payment(firm, payment, by)
    left = given["amount"] - share
    if left:
        return _("Paiement enregistré ; %(left)s restent au crédit du client.") % {"left": money(left, row.currency)}
    return _("Paiement de %(amount)s enregistré.") % {"amount": money(given["amount"], row.currency)}


def _hold(kind: str, done: str) -> "Callable[[Firm, Standing, DeedForm, Author], str]":
    def act(firm: Firm, row: Standing, form: DeedForm, by: Author) -> str:
        given = form.cleaned_data
        actions.hold(
            firm,
            row.receivable.customer,
            kind,
            by,
            receivable=row.receivable,
            until=given.get("until"),
            amount=given.get("amount"),
            cause=form.cause(),
        )
        return _(done)

    return act


@dataclass(frozen=True, slots=True)
class Deed:
    """What a page asks, and what is then done."""

    title: str
    text: str
    button: str
    form: type[DeedForm]
    act: Callable[[Firm, Standing, DeedForm, Author], str]


DEEDS = {
    "paiement": Deed(
        gettext_noop("Enregistrer un paiement"),
        gettext_noop("Pour un paiement que vos relevés bancaires n’apporteront pas : espèces, chèque, carte."),
        gettext_noop("Enregistrer le paiement"),
        PaymentForm,
        _pay,
    ),
    "promesse": Deed(
        gettext_noop("Noter une promesse"),
        gettext_noop("Le client s’engage à payer un jour précis : rien ne part d’ici là."),
        gettext_noop("Noter la promesse"),
        PromiseForm,
        _hold(HoldKind.PROMISE, gettext_noop("Promesse notée : rien ne part avant son jour.")),
    ),
    "litige": Deed(
        gettext_noop("Ouvrir un litige"),
        gettext_noop("Le client conteste. Plus aucune relance ne part tant que le litige n’est pas clos."),
        gettext_noop("Ouvrir le litige"),
        DisputeForm,
        _hold(HoldKind.DISPUTE, gettext_noop("Litige ouvert : plus aucune relance ne part.")),
    ),
    "deja-paye": Deed(
        gettext_noop("Le client dit avoir payé"),
        gettext_noop("Les relances attendent que vous ayez vu le paiement à la banque, ou constaté son absence."),
        gettext_noop("Suspendre et vérifier"),
        SaidPaidForm,
        _hold(HoldKind.SAID_PAID, gettext_noop("Relances suspendues ; le paiement est à vérifier à la banque.")),
    ),
    "suspension": Deed(
        gettext_noop("Suspendre les relances"),
        gettext_noop("Pour cette facture seulement. Pour toutes celles d’un client, suspendez depuis sa fiche."),
        gettext_noop("Suspendre"),
        PauseForm,
        _hold(HoldKind.PAUSE, gettext_noop("Relances suspendues pour cette facture.")),
    ),
}


@member(Role.MANAGER, "GET", "POST")
def invoice_deed(request: HttpRequest, firm: Firm, receivable: int, deed: str) -> HttpResponse:
    """The page of a deed, and the deed."""
    chosen = DEEDS.get(deed)
    if chosen is None:
        raise Http404
    row = standing_of(firm, receivable)
    by = author_of(request, firm)
    if request.method == "POST":
        form = chosen.form(request.POST, row=row, by=by)
        if form.is_valid() and (text := _done(firm, row, chosen, form, by)):
            effects.say(request, text, firm, [row.customer_id], by)
            return redirect("web:invoice", firm.slug, row.pk)
    else:
        form = chosen.form(initial={"key": effects.new_key()}, row=row, by=by)
    page = {
        "nav": "invoices",
        "row": row,
        "chip": words.chip(row, by.on),
        "form": form,
        "title": _(chosen.title),
        "text": _(chosen.text),
        "button": _(chosen.button),
    }
    return render(request, "web/invoice_deed.html", page, status=422 if form.errors else 200)


def _done(firm: Firm, row: Standing, deed: Deed, form: DeedForm, by: Author) -> str:
    """What was done, in words; nothing when a rule said no, which the form then shows."""
    try:
        return deed.act(firm, row, form, by)
    except Refused as refused:
        effects.put_on_form(form, refused)
        return ""


@member(Role.MANAGER, "POST")
def hold_release(request: HttpRequest, firm: Firm, hold: int) -> HttpResponse:
    """Lift a hold. Lifted already, it is lifted: the second click says the same."""
    by = author_of(request, firm)
    held = get_object_or_404(Hold.objects.select_related("customer"), firm=firm, pk=hold)
    if not hasattr(held, "release"):
        try:
            actions.release(firm, held, by, cause=request.POST.get("cause", "")[:200])
        except Refused as refused:
            effects.tell_refusal(request, refused)
    effects.say(request, _("C’est levé : les relances reprennent leur cours."), firm, [held.customer_id], by)
    if request.POST.get("back") == "today":
        return redirect("web:today", firm.slug)
    if held.receivable_id and Standing.objects.filter(pk=held.receivable_id).exists():
        return redirect("web:invoice", firm.slug, held.receivable_id)
    return redirect("web:customer", firm.slug, held.customer.merged_into_id or held.customer_id)


@member(Role.MANAGER, "POST")
def payment_reverse(request: HttpRequest, firm: Firm, payment: int) -> HttpResponse:
    """Take a payment back whole; what it settled is owed again."""
    by = author_of(request, firm)
    found = get_object_or_404(Payment.objects.select_related("customer"), firm=firm, pk=payment)
    try:
        _take_back(firm, found, by)
    except Refused as refused:
        effects.tell_refusal(request, refused)
        return redirect("web:customer", firm.slug, found.customer.merged_into_id or found.customer_id)
    messages.success(request, _("Règlement annulé : ce qu’il soldait est de nouveau dû."))
    first = found.allocations.filter(reverses__isnull=True).values_list("receivable_id", flat=True).first()
    if first and Standing.objects.filter(pk=first).exists():
        return redirect("web:invoice", firm.slug, first)
    return redirect("web:customer", firm.slug, found.customer.merged_into_id or found.customer_id)


def _take_back(firm: Firm, payment: Payment, by: Author) -> None:
    """Reverse a payment; one that a bank line brought is undone there, so that the line waits again."""
    if Payment.objects.filter(reverses=payment).exists():
        return
    match = Match.objects.filter(payment=payment, undone__isnull=True).first()
    if match is None:
        actions.reverse_payment(firm, payment, by)
    else:
        undo_match(firm, match, by)
