"""Reads of customers: who they are for lists, for recognition, and who became whom by merging."""

import re
from collections.abc import Collection, Iterator

from django.db.models import QuerySet

from acquit.parties.bulk import chunks
from acquit.parties.models import Contact, Customer, Firm
from acquit.rules.claims import PartySheet

_OUR_REF = re.compile(r"C([0-9]{1,9})")


def customers(firm: Firm) -> QuerySet[Customer]:
    """Customers («clients») as a list shows them: none merged away, none gone with an undone import."""
    return Customer.objects.filter(firm=firm, merged_into__isnull=True, gone_on__isnull=True)


def contacts_of(customer: Customer) -> QuerySet[Contact]:
    """A customer's people and mailboxes («contacts»), oldest first."""
    return Contact.objects.filter(customer=customer).order_by("pk")


def kept_of(customer_ids: Collection[int]) -> dict[int, int]:
    """Customer id → the one it was merged into, or itself: whom new facts and machinery are for."""
    found = {pk: pk for pk in customer_ids}
    for chunk in chunks(sorted(found)):
        merged = Customer.objects.filter(pk__in=chunk, merged_into__isnull=False)
        found.update(merged.values_list("pk", "merged_into_id"))
    return found


def family_of(customer_ids: Collection[int]) -> dict[int, int]:
    """The customers given and all that were merged into them, each with the one that is kept."""
    found = kept_of(customer_ids)
    for chunk in chunks(sorted(set(found.values()))):
        found.update((pk, pk) for pk in chunk)
        found.update(Customer.objects.filter(merged_into_id__in=chunk).values_list("pk", "merged_into_id"))
    return found


def known_parties(firm: Firm) -> Iterator[tuple[int, PartySheet]]:
    """Every customer as recognition sees it, those merged away too: their code may come again in a file."""
    emails: dict[int, tuple[str, str]] = {}
    for customer, email, phone in Contact.objects.order_by("-pk").values_list("customer_id", "email", "phone"):
        before = emails.get(customer, ("", ""))
        emails[customer] = (email or before[0], phone or before[1])
    for c in Customer.objects.filter(firm=firm, gone_on__isnull=True).order_by("pk").iterator(2000):
        email, phone = emails.get(c.pk, ("", ""))
        yield c.pk, sheet_of(c, email, phone)


def sheet_of(c: Customer, email: str = "", phone: str = "") -> PartySheet:
    """A customer as a file would describe it."""
    return PartySheet(
        name=c.name,
        code=c.ref,
        siren=c.siren,
        siret=c.siret,
        vat=c.vat,
        bce=c.bce,
        email=email,
        phone=phone,
        street=c.street,
        postcode=c.postcode,
        city=c.city,
        country=c.country,
        kind=c.kind if c.kind_sure else "",
        language=c.language,
    )


def last_own_ref(firm: Firm) -> int:
    """The highest number among the references that we gave ourselves (C0001…); 0 when there is none."""
    refs = Customer.objects.filter(firm=firm, ref__startswith="C").values_list("ref", flat=True)
    return max((int(m[1]) for m in map(_OUR_REF.fullmatch, refs) if m), default=0)
