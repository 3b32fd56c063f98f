"""The way in: from `/` to one's firm, from one firm to another, and the very first visit, which founds both."""

import re
import unicodedata

from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from acquit import clock
from acquit.dunning.actions import adopt_standard_plan
from acquit.parties.identity.actions import change_person
from acquit.parties.models import Country, Firm, Member, Role, User
from acquit.parties.people.actions import PASSWORD_REFUSED, found_firm
from acquit.parties.scope import firm_scope
from acquit.rules.identifiers import check_bce, check_iban, check_siren
from acquit.rules.refusal import Refused
from acquit.web import effects
from acquit.web.access import everybody, member
from acquit.web.fields import Checked

LAST_FIRM = "firm"
"""Session key: the firm one worked for last."""
_TAKEN = frozenset({"compte", "bienvenue", "healthz", "readyz", "static", "favicon"})
"""First parts of addresses that are no firm's."""


class WelcomeForm(forms.Form):
    """The first owner and the first firm."""

    name = forms.CharField(label=gettext_lazy("Nom de l’entreprise"), max_length=200)
    country = forms.ChoiceField(label=gettext_lazy("Pays"), choices=Country.choices, widget=forms.RadioSelect)
    siren = Checked(check_siren, label="SIREN")
    bce = Checked(check_bce, label=gettext_lazy("N° d’entreprise (BCE)"))
    iban = Checked(check_iban, label="IBAN")
    sender = forms.CharField(label=gettext_lazy("Votre nom"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("Votre e-mail"))
    password = forms.CharField(label=gettext_lazy("Mot de passe"), widget=forms.PasswordInput)

    siren.help_text = gettext_lazy("Neuf chiffres, si l’entreprise est française.")
    bce.help_text = gettext_lazy("Dix chiffres, si l’entreprise est belge.")
    iban.help_text = gettext_lazy("Le compte sur lequel vos clients paient ; vos rappels le citent.")
    sender.help_text = gettext_lazy("Une personne signe les rappels, jamais un service.")
    email.widget.attrs["autocomplete"] = "username"
    password.widget.attrs["autocomplete"] = "new-password"


@everybody("GET")
def home(request: HttpRequest) -> HttpResponse:
    """`/`: the firm one worked for last, else one's first; the sign-in page, or the first visit's."""
    if not request.user.is_authenticated:
        return redirect("account_login" if User.objects.exists() else "web:welcome")
    mine = Member.objects.filter(user_id=request.user.pk).select_related("firm").order_by("firm__name", "firm_id")
    last = mine.filter(firm__slug=request.session.get(LAST_FIRM, "")).first() or mine.first()
    if last is None:
        return render(request, "web/no_firm.html", status=403)
    return redirect("web:today", last.firm.slug)


@member(Role.READER)
def firm_switch(request: HttpRequest, firm: Firm) -> HttpResponse:
    """Work for this firm from now on. It writes nothing but where one was."""
    request.session[LAST_FIRM] = firm.slug
    return redirect("web:today", firm.slug)


@everybody("GET", "POST")
def welcome(request: HttpRequest) -> HttpResponse:
    """The first visit. Once anybody has an account, this page does not exist."""
    if User.objects.exists():
        raise Http404
    form = WelcomeForm(request.POST or None, initial={"country": Country.FRANCE})
    if request.method == "POST" and form.is_valid() and (founded := _founded(form)):
        firm, owner = founded
        login(request, owner, backend="django.contrib.auth.backends.ModelBackend")
        return redirect("web:today", firm.slug)
    page = {"form": form, "password_help": password_validators_help_texts()}
    return render(request, "web/welcome.html", page, status=422 if form.errors else 200)


def _founded(form: WelcomeForm) -> tuple[Firm, User] | None:
    """The firm with its plan, and its owner; None when a rule said no, which the form then shows."""
    given = form.cleaned_data
    columns = {name: given[name] for name in ("siren", "bce", "iban", "sender")}
    try:
        firm, owner = found_firm(
            slug_of(given["name"]),
            given["name"],
            given["country"],
            given["email"],
            given["password"],
            clock.now(),
            email=given["email"],
            **columns,
        )
    except Refused as refused:
        weak = all(reason.template == PASSWORD_REFUSED for reason in refused.reasons)
        effects.put_on_form(form, refused, "password" if weak else None)
        return None
    change_person(owner, get_language() or owner.language, owner.shortcuts)  # what the browser asked for
    with firm_scope(firm):
        adopt_standard_plan(firm)
    return firm, owner


def slug_of(name: str) -> str:
    """`Atelier Lumen` as `atelier-lumen`, and never the first part of another address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or _("entreprise")
    return f"{slug}-1" if slug in _TAKEN else slug
