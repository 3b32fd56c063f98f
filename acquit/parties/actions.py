"""Customers and their contacts: made by hand or in bulk, edited, completed. Drawers, not facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.db import transaction

from acquit.parties import queries
from acquit.parties.facts import BATCH, Author
from acquit.parties.models import Contact, Customer, Firm, Kind, Language
from acquit.rules.claims import PartySheet
from acquit.rules.identifiers import check_bce, check_siren, check_siret, check_vat
from acquit.rules.recognition import bare_name, country_of, kind_of, language_of
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any

_NO_NAME = gettext_noop("Donnez un nom au client.")
_REF_TAKEN = gettext_noop("La référence « %(ref)s » est déjà celle de %(name)s.")
_NOT_ONE_OF = gettext_noop("« %(text)s » n’est pas un choix possible.")
_NOT_COUNTRY = gettext_noop("« %(text)s » n’est pas un code de pays en deux lettres.")
_NOT_EMAIL = gettext_noop("« %(text)s » n’est pas une adresse e-mail.")
_SIREN_OF_SIRET = gettext_noop("Le SIRET %(siret)s n’est pas un établissement du SIREN %(siren)s.")
_NOTHING = gettext_noop("Donnez au moins une adresse e-mail, un téléphone ou un nom.")
_TOO_LONG = gettext_noop("« %(text)s… » dépasse %(limit)s caractères.")

_CHECKS = {"siren": check_siren, "siret": check_siret, "vat": check_vat, "bce": check_bce}
_WIDTHS = {f.name: f.max_length for f in Customer._meta.concrete_fields if f.max_length}


@dataclass(frozen=True, slots=True)
class CustomerForm:
    """What a person types about a customer. An empty `ref` gets the next one; an empty kind or country is deduced."""

    name: str
    ref: str = ""
    kind: str = ""
    country: str = ""
    language: str = ""
    siren: str = ""
    siret: str = ""
    vat: str = ""
    bce: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class ContactForm:
    """What a person types about a contact."""

    email: str = ""
    name: str = ""
    civility: str = ""
    duty: str = Contact.Duty.REMINDERS
    phone: str = ""
    language: str = ""
    channel: str = Contact.Channel.EMAIL


@transaction.atomic
def create_customer(firm: Firm, form: CustomerForm, by: Author, contact: ContactForm | None = None) -> Customer:
    """Make a customer («client»), with a first contact if given. Raises `Refused` with every reason at once."""
    Firm.lock(firm.pk)
    form = replace(form, ref=form.ref.strip() or f"C{queries.last_own_ref(firm) + 1:04}")
    values, faults = _judged(form, firm, None)
    faults += _contact_faults(contact) if contact else []
    refuse_if_any(faults)
    customer: Customer = Customer.objects.create(firm=firm, created_at=by.at, **values)
    if contact:
        Contact.objects.create(firm=firm, customer=customer, **_contact_values(contact))
    return customer


@transaction.atomic
def edit_customer(firm: Firm, customer: Customer, form: CustomerForm, by: Author) -> Customer:
    """Change what we know of a customer; only what differs is written. Raises `Refused` with every reason."""
    Firm.lock(firm.pk)
    customer = Customer.objects.get(pk=customer.pk)
    values, faults = _judged(replace(form, ref=form.ref.strip() or customer.ref), firm, customer)
    refuse_if_any(faults)
    changed = [name for name, value in values.items() if getattr(customer, name) != value]
    for name in changed:
        setattr(customer, name, values[name])
    customer.save(update_fields=changed)
    return customer


def _judged(form: CustomerForm, firm: Firm, old: Customer | None) -> tuple[dict[str, Any], list[Reason]]:
    """Columns of a customer, and every reason why they cannot be written."""
    given = {f.name: str(getattr(form, f.name)).strip() for f in fields(form)}
    faults = [Reason(_NO_NAME)] if not given["name"] else []
    for name, check in _CHECKS.items():
        try:
            given[name] = check(given[name]) if given[name] else ""
        except Refused as refused:
            faults += refused.reasons
    if given["siren"] and given["siret"] and given["siret"][:9] != given["siren"] and not faults:
        faults.append(Reason(_SIREN_OF_SIRET, given))
    for text, choices in ((given["kind"], Kind.values), (given["language"], Language.values)):
        if text and text not in choices:
            faults.append(Reason(_NOT_ONE_OF, {"text": text[:40]}))
    if given["country"] and not (len(given["country"]) == 2 and given["country"].isascii()):
        faults.append(Reason(_NOT_COUNTRY, {"text": given["country"][:40]}))
    faults += [
        Reason(_TOO_LONG, {"text": given[name][:40], "limit": width})
        for name, width in _WIDTHS.items()
        if name in given and name not in _CHECKS and len(given[name]) > max(width, 2)
    ]
    taken = Customer.objects.filter(firm=firm, ref=given["ref"]).exclude(pk=old.pk if old else None).first()
    if taken:
        faults.append(Reason(_REF_TAKEN, {"ref": given["ref"], "name": taken.name}))
    if faults:
        return {}, faults
    return _values(PartySheet(**{n: v for n, v in given.items() if n != "ref"}), firm) | {"ref": given["ref"]}, []


def _values(party: PartySheet, firm: Firm) -> dict[str, Any]:
    """Columns of a customer, with kind, country and language deduced where nobody says them."""
    country = country_of(party, firm.country).value[:2].upper()
    kind, language = kind_of(party), language_of(party, country, firm.language).value
    text = {n: getattr(party, n) for n in ("name", "siren", "siret", "vat", "bce", "street", "postcode", "city")}
    return {
        **{name: value[: _WIDTHS[name]] for name, value in text.items()},
        "siren": party.siren or party.siret[:9],
        "name_key": bare_name(party.name)[:200],
        "kind": kind.value,
        "kind_sure": kind.sure,
        "country": country,
        "language": language if language in Language.values else Language.ENGLISH,
    }


@transaction.atomic
def create_customers(firm: Firm, parties: Sequence[PartySheet], by: Author) -> list[Customer]:
    """Customers from what a file says of them, in bulk and in its order; the code of the file is their reference.

    A code that another customer has already, or none, gives the next of ours (C0001…). Call it under `Firm.lock`.
    """
    taken = set(Customer.objects.filter(firm=firm).values_list("ref", flat=True))
    last = queries.last_own_ref(firm)
    rows = []
    for party in parties:
        ref = party.code.strip()[:40]
        while not ref or ref in taken:
            last += 1
            ref = f"C{last:04}"
        taken.add(ref)
        rows.append(Customer(firm=firm, ref=ref, created_at=by.at, **_values(party, firm)))
    made = Customer.objects.bulk_create(rows, batch_size=BATCH)
    reachable = [(c, p) for c, p in zip(made, parties, strict=True) if p.email or p.phone or p.contact]
    Contact.objects.bulk_create((_contact_of(firm, c.pk, p) for c, p in reachable), batch_size=BATCH)
    return made


def _contact_of(firm: Firm, customer_id: int, party: PartySheet) -> Contact:
    channel = Contact.Channel.EMAIL if party.email or not party.phone else Contact.Channel.PHONE
    return Contact(
        firm=firm,
        customer_id=customer_id,
        name=party.contact[:120],
        email=party.email[:254],
        phone=party.phone[:30],
        channel=channel,
    )


def blanks_filled(customer: Customer, party: PartySheet, reachable: bool) -> dict[str, str]:
    """What a file knows of a customer and we do not; `reachable` = we have an e-mail address of theirs.

    Pure: nothing is written. What we know is never replaced.
    """
    ours = ("siren", "siret", "vat", "bce", "street", "postcode", "city")
    found = {n: getattr(party, n)[: _WIDTHS[n]] for n in ours if getattr(party, n) and not getattr(customer, n)}
    if {"street", "postcode", "city"} & found.keys() and (customer.postcode or customer.city):
        found = {n: v for n, v in found.items() if n not in ("street", "postcode", "city")}  # half of two addresses
    if party.kind and not customer.kind_sure:
        found["kind"] = party.kind
    if party.email and not reachable:
        found["email"] = party.email
    return found


@transaction.atomic
def fill_blanks(firm: Firm, found: Iterable[tuple[Customer, PartySheet, Mapping[str, str]]], by: Author) -> int:
    """Write what `blanks_filled` found. Answers how many customers were completed."""
    count = 0
    for customer, party, values in found:
        fill(customer, {name: value for name, value in values.items() if name != "email"})
        if "email" in values:
            _contact_of(firm, customer.pk, party).save()
        count += 1
    return count


@transaction.atomic
def fill(customer: Customer, values: Mapping[str, str]) -> None:
    """Write these fields of a customer; a kind that is written is sure."""
    for name, value in values.items():
        setattr(customer, name, value)
    customer.kind_sure = customer.kind_sure or "kind" in values
    customer.save(update_fields=[*values, *(["kind_sure"] if "kind" in values else [])])


@transaction.atomic
def retire(customer_ids: Sequence[int], on: date) -> int:
    """Take customers out of sight that an undone import had made. Their references are free again."""
    rows = Customer.objects.filter(pk__in=customer_ids, gone_on__isnull=True)
    for customer in rows:
        customer.ref, customer.gone_on = f"~{customer.pk}", on
        customer.save(update_fields=["ref", "gone_on"])
    return len(rows)


@transaction.atomic
def add_contact(firm: Firm, customer: Customer, form: ContactForm, by: Author) -> Contact:
    """Add a person or mailbox («contact»). Raises `Refused` with every reason."""
    refuse_if_any(_contact_faults(form))
    contact: Contact = Contact.objects.create(firm=firm, customer=customer, **_contact_values(form))
    return contact


@transaction.atomic
def edit_contact(firm: Firm, contact: Contact, form: ContactForm, by: Author) -> Contact:
    """Change a contact. A new address is given another chance after a refusal. Raises `Refused`."""
    refuse_if_any(_contact_faults(form))
    values = _contact_values(form)
    if values["email"] != contact.email:
        values |= {"refused_on": None, "refusal": ""}
    changed = [name for name, value in values.items() if getattr(contact, name) != value]
    for name in changed:
        setattr(contact, name, values[name])
    contact.save(update_fields=changed)
    return contact


@transaction.atomic
def remove_contact(firm: Firm, contact: Contact, by: Author) -> None:
    """Take a contact away. What was sent there stays in the outbox as it left."""
    contact.delete()


def _contact_values(form: ContactForm) -> dict[str, Any]:
    return {f.name: str(getattr(form, f.name)).strip() for f in fields(form)}


def _contact_faults(form: ContactForm) -> list[Reason]:
    given = _contact_values(form)
    faults = [] if given["email"] or given["phone"] or given["name"] else [Reason(_NOTHING)]
    at, _, host = given["email"].partition("@")
    if given["email"] and not (at and "." in host.strip(".") and not set(given["email"]) & set(' ,;<>"()\r\n\t')):
        faults.append(Reason(_NOT_EMAIL, {"text": given["email"][:80]}))
    choices = {"duty": Contact.Duty.values, "channel": Contact.Channel.values, "language": ["", *Language.values]}
    faults += [
        Reason(_NOT_ONE_OF, {"text": given[n][:40]}) for n, allowed in choices.items() if given[n] not in allowed
    ]
    widths = {f.name: f.max_length for f in Contact._meta.concrete_fields if f.max_length and f.name in given}
    long = [(given[n], width) for n, width in widths.items() if n not in choices and len(given[n]) > width]
    return faults + [Reason(_TOO_LONG, {"text": text[:40], "limit": width}) for text, width in long]
