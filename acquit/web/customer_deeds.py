"""Deeds on a customer: identity, contacts, a suspension of everything, merging with a double."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acquit.parties import actions
from acquit.parties.actions import ContactForm, CustomerForm
from acquit.parties.facts import Author
from acquit.parties.models import Contact, Customer, Firm, Kind, Language, Role
from acquit.receivables.actions import hold
from acquit.receivables.models import HoldKind
from acquit.receivables.standings import wake_customers
from acquit.rules.identifiers import check_bce, check_siren, check_siret, check_vat
from acquit.rules.refusal import Refused
from acquit.web import effects
from acquit.web.access import author_of, member
from acquit.web.customer import customer_of
from acquit.web.fields import Checked, Day, no_sooner

_PAUSE_DAYS = 14
_LANGUAGES = [("", gettext_lazy("celle du client")), *Language.choices]


class IdentityForm(forms.Form):
    """What we know of a customer; numbers are checked where they are typed."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Nature"), choices=Kind.choices)
    country = forms.CharField(label=gettext_lazy("Pays"), min_length=2, max_length=2)
    language = forms.ChoiceField(label=gettext_lazy("Langue des messages"), choices=Language.choices)
    ref = forms.CharField(label=gettext_lazy("Code client"), max_length=40)
    siren = Checked(check_siren, label="SIREN")
    siret = Checked(check_siret, label="SIRET")
    vat = Checked(check_vat, label=gettext_lazy("N° de TVA"))
    bce = Checked(check_bce, label=gettext_lazy("N° d’entreprise (BCE)"))
    street = forms.CharField(label=gettext_lazy("Rue"), max_length=200, required=False)
    postcode = forms.CharField(label=gettext_lazy("Code postal"), max_length=12, required=False)
    city = forms.CharField(label=gettext_lazy("Ville"), max_length=100, required=False)

    kind.help_text = gettext_lazy("La loi en dépend : pénalités, indemnité, délais, ton des messages.")
    country.help_text = gettext_lazy("Deux lettres : FR, BE…")

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


class PersonForm(forms.Form):
    """A person or mailbox at a customer's."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=120, required=False)
    civility = forms.ChoiceField(
        label=gettext_lazy("Civilité"), choices=[("", "—"), ("Mme", "Mme"), ("M.", "M.")], required=False
    )
    duty = forms.ChoiceField(label=gettext_lazy("Rôle"), choices=Contact.Duty.choices)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.CharField(label=gettext_lazy("Téléphone"), max_length=30, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Langue"), choices=_LANGUAGES, required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Canal préféré"), choices=Contact.Channel.choices)

    email.widget.attrs["autocomplete"] = "off"


class PauseForm(forms.Form):
    """Silence for a whole customer."""

    until = Day(label=gettext_lazy("Suspendre jusqu’au"), required=False)
    note = forms.CharField(label=gettext_lazy("Raison"), max_length=200, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    until.help_text = gettext_lazy("Dernier jour sans relance. Sans date, jusqu’à ce que vous la leviez.")


@member(Role.MANAGER, "GET", "POST")
def customer_edit(request: HttpRequest, firm: Firm, customer: int) -> HttpResponse:
    """Change who they are. Saving says that the kind is sure."""
    found = customer_of(firm, customer)
    form = IdentityForm(request.POST or None, initial=_identity(found))
    if request.method == "POST" and form.is_valid():
        by = author_of(request, firm)
        try:
            actions.edit_customer(firm, found, CustomerForm(**form.cleaned_data), by)
        except Refused as refused:
            effects.put_on_form(form, refused)
        else:
            effects.say(request, _("Client enregistré."), firm, [found.pk], by)
            return redirect("web:customer", firm.slug, found.pk)
    return _form_page(request, found, form, _("Modifier le client"), _("Enregistrer"))


def _identity(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in IdentityForm.base_fields}


def _form_page(
    request: HttpRequest, customer: Customer, form: forms.Form, title: str, button: str, **more: Any
) -> HttpResponse:
    page = {"nav": "customers", "customer": customer, "form": form, "title": title, "button": button, **more}
    return render(request, "web/customer_form.html", page, status=422 if form.errors else 200)


@member(Role.MANAGER, "POST")
def customer_kind(request: HttpRequest, firm: Firm, customer: int) -> HttpResponse:
    """Answer the question « professionnel ou particulier ? » in one click."""
    found = customer_of(firm, customer)
    by = author_of(request, firm)
    given = _identity(found) | {"kind": request.POST.get("kind", "")}
    try:
        actions.edit_customer(firm, found, CustomerForm(**given), by)
    except Refused as refused:
        effects.tell_refusal(request, refused)
    else:
        messages.success(request, _("C’est noté : %(name)s.") % {"name": found.name})
    return redirect("web:customer", firm.slug, found.pk)


@member(Role.MANAGER, "GET", "POST")
def contact_add(request: HttpRequest, firm: Firm, customer: int) -> HttpResponse:
    """Add a contact; the same one sent twice is one."""
    found = customer_of(firm, customer)
    first = {"duty": Contact.Duty.REMINDERS, "channel": Contact.Channel.EMAIL}
    form = PersonForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        by = author_of(request, firm)
        if Contact.objects.filter(customer=found, **form.cleaned_data).exists() or _added(firm, found, form, by):
            effects.say(request, _("Contact ajouté."), firm, [found.pk], by)
            return redirect("web:customer", firm.slug, found.pk)
    return _form_page(request, found, form, _("Ajouter un contact"), _("Ajouter"))


def _added(firm: Firm, customer: Customer, form: PersonForm, by: Author) -> bool:
    try:
        actions.add_contact(firm, customer, ContactForm(**form.cleaned_data), by)
    except Refused as refused:
        effects.put_on_form(form, refused)
        return False
    wake_customers({customer.pk}, by.on)
    return True


@member(Role.MANAGER, "GET", "POST")
def contact_edit(request: HttpRequest, firm: Firm, customer: int, contact: int) -> HttpResponse:
    """Change a contact."""
    found = customer_of(firm, customer)
    person = get_object_or_404(Contact, customer=found, pk=contact)
    form = PersonForm(request.POST or None, initial=_person(person))
    if request.method == "POST" and form.is_valid():
        by = author_of(request, firm)
        try:
            actions.edit_contact(firm, person, ContactForm(**form.cleaned_data), by)
        except Refused as refused:
            effects.put_on_form(form, refused)
        else:
            wake_customers({found.pk}, by.on)
            effects.say(request, _("Contact enregistré."), firm, [found.pk], by)
            return redirect("web:customer", firm.slug, found.pk)
    return _form_page(request, found, form, _("Modifier le contact"), _("Enregistrer"), contact=person)


def _person(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in asdict(ContactForm())}


@member(Role.MANAGER, "POST")
def contact_remove(request: HttpRequest, firm: Firm, customer: int, contact: int) -> HttpResponse:
    """Take a contact away; gone already, it is gone."""
    found = customer_of(firm, customer)
    by = author_of(request, firm)
    person = Contact.objects.filter(customer=found, pk=contact).first()
    if person is not None:
        actions.remove_contact(firm, person, by)
        wake_customers({found.pk}, by.on)
    effects.say(request, _("Contact retiré."), firm, [found.pk], by)
    return redirect("web:customer", firm.slug, found.pk)


@member(Role.MANAGER, "GET", "POST")
def customer_pause(request: HttpRequest, firm: Firm, customer: int) -> HttpResponse:
    """Silence about all that a customer owes and will owe."""
    found = customer_of(firm, customer)
    by = author_of(request, firm)
    initial = {"key": effects.new_key(), "until": by.on + timedelta(_PAUSE_DAYS)}
    form = PauseForm(request.POST or None, initial=initial)
    no_sooner(form.fields["until"], by.on)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            hold(firm, found, HoldKind.PAUSE, by, until=given["until"], cause=given["note"])
        except Refused as refused:
            effects.put_on_form(form, refused)
        else:
            effects.say(request, _("Relances suspendues pour ce client."), firm, [found.pk], by)
            return redirect("web:customer", firm.slug, found.pk)
    text = _("Pour toutes ses factures, celles d’aujourd’hui et celles à venir.")
    return _form_page(request, found, form, _("Suspendre ce client"), _("Suspendre"), text=text)
