"""«Mon entreprise»: what customers read of us, with numbers that check themselves; the account, with its guard."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acquit import clock
from acquit.law.applicable import regime_of
from acquit.parties.firms import Country
from acquit.parties.identity.actions import change_firm
from acquit.parties.models import Firm, FirmChange, Role
from acquit.rules.identifiers import check_bce, check_iban, check_siren, check_vat
from acquit.rules.interest import contract_rate_reasons
from acquit.rules.refusal import gettext_noop
from acquit.web.access import author_of, member
from acquit.web.effects import spelled
from acquit.web.fields import Checked
from acquit.web.office import done, refusals_told

JOURNAL_SHOWN = 20
SUBJECTS = {
    "name": gettext_noop("Nom"),
    "country": gettext_noop("Pays"),
    "siren": gettext_noop("SIREN"),
    "bce": gettext_noop("Numéro BCE"),
    "vat": gettext_noop("Numéro de TVA"),
    "street": gettext_noop("Adresse"),
    "postcode": gettext_noop("Code postal"),
    "city": gettext_noop("Ville"),
    "phone": gettext_noop("Téléphone"),
    "email": gettext_noop("Adresse d’expéditeur"),
    "sender": gettext_noop("Signataire"),
    "iban": gettext_noop("IBAN"),
    "language": gettext_noop("Langue"),
    "time_zone": gettext_noop("Fuseau horaire"),
    "contract_rate": gettext_noop("Taux de retard"),
    "automatic": gettext_noop("Envoi automatique"),
    "apply_certain": gettext_noop("Rapprochements certains appliqués seuls"),
    "member": gettext_noop("Membre"),
}


class Identity(forms.Form):
    """The firm as its customers know it."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200)
    country = forms.ChoiceField(label=gettext_lazy("Pays"), choices=Country.choices)
    siren = Checked(check_siren, label=gettext_lazy("SIREN"), help_text=gettext_lazy("9 chiffres, pour la France."))
    bce = Checked(check_bce, label=gettext_lazy("Numéro BCE"), help_text=gettext_lazy("10 chiffres, pour la Belgique."))
    vat = Checked(check_vat, label=gettext_lazy("Numéro de TVA"))
    phone = forms.CharField(label=gettext_lazy("Téléphone"), max_length=30, required=False)
    street = forms.CharField(label=gettext_lazy("Adresse"), max_length=200, required=False)
    postcode = forms.CharField(label=gettext_lazy("Code postal"), max_length=12, required=False)
    city = forms.CharField(label=gettext_lazy("Ville"), max_length=100, required=False)
    contract_rate = forms.DecimalField(
        label=gettext_lazy("Taux de pénalités de vos conditions de vente"),
        help_text=gettext_lazy("En % par an. Laissez vide pour le taux légal."),
        max_digits=6,
        decimal_places=3,
        min_value=0,
        max_value=100,
        required=False,
        localize=True,
    )


class Account(forms.Form):
    """The account that customers are asked to pay on."""

    iban = Checked(
        check_iban, label=gettext_lazy("IBAN"), help_text=gettext_lazy("Il figure au bas de chaque message.")
    )


@member(Role.OWNER, "GET", "POST")
def settings(request: HttpRequest, firm: Firm) -> HttpResponse:
    """The firm's identity and the journal of its changes."""
    form = Identity(request.POST or None, initial={name: getattr(firm, name) for name in Identity.base_fields})
    if request.method == "POST" and form.is_valid():
        with refusals_told(request):
            change_firm(firm, form.cleaned_data, author_of(request, firm))
            done(request, _("Enregistré."))
            _warn_of_rate(request, firm)
        return redirect("web:settings", firm.slug)
    page = {"nav": "settings", "part": "firm", "form": form, "journal": journal(firm)}
    return render(request, "web/settings_firm.html", page, status=422 if form.errors else 200)


def _warn_of_rate(request: HttpRequest, firm: Firm) -> None:
    """The law sets a floor or a ceiling to the rate of a contract made today."""
    if firm.contract_rate is None:
        return
    regime = regime_of("business", firm.country, firm.country)
    for reason in contract_rate_reasons(firm.contract_rate, regime, clock.today(firm)):
        messages.warning(request, spelled(reason))


def journal(firm: Firm) -> list[dict[str, Any]]:
    """The latest changes with their words."""
    rows = FirmChange.objects.filter(firm=firm).select_related("by").order_by("-pk")[:JOURNAL_SHOWN]
    return [{"row": row, "subject": _(SUBJECTS.get(row.subject, row.subject))} for row in rows]


@member(Role.OWNER, "GET", "POST")
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def settings_iban(request: HttpRequest, firm: Firm) -> HttpResponse:
    """The firm's account changed, by an owner who has just given the password again; the journal keeps it."""
    form = Account(request.POST or None, initial={"iban": firm.iban})
    if request.method == "POST" and form.is_valid():
        if change_firm(firm, form.cleaned_data, author_of(request, firm)):
            done(request, _("L’IBAN est changé. Les prochains messages le portent ; le journal garde l’ancien."))
        return redirect("web:settings", firm.slug)
    page = {"nav": "settings", "part": "firm", "form": form}
    return render(request, "web/settings_iban.html", page, status=422 if form.errors else 200)
