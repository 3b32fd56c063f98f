"""Two customers that are one («fusionner»): what can move goes to the one kept; the facts stay where they were.

Receivables, payments, holds and reminders are facts and go on naming the customer merged away. What works for a
customer today (standings, credit left, messages) names the one kept, and reads look at both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from acquit.mailroom.models import Message, State
from acquit.parties import actions as parties
from acquit.parties.facts import Author
from acquit.parties.models import Contact, Customer, Firm
from acquit.receivables import standings
from acquit.receivables.models import Payment, Standing, Surplus
from acquit.receivables.queries import owed_by_currency
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any

_SAME = gettext_noop("Choisissez deux clients différents.")
_MERGED = gettext_noop("%(name)s a déjà été fusionné ou retiré.")
_NOT_MERGED = gettext_noop("%(name)s n’est pas fusionné.")
_BOTH_HAVE = gettext_noop("Les deux clients ont une facture « %(reference)s » : annulez l’un des deux imports d’abord.")
_LEAVING = gettext_noop("Un message à %(name)s est en train de partir : réessayez dans une minute.")
_UNLIKE = gettext_noop("%(label)s : %(ours)s et %(theirs)s. Ce sont peut-être deux clients.")
_IDENTIFIERS = {"siren": "SIREN", "siret": "SIRET", "vat": "TVA", "bce": "BCE", "country": gettext_noop("Pays")}
_IN_HAND = (State.CLAIMED, State.SENDING)


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What merging would do. `refusals` stand in the way; `warnings` are to be read before saying yes."""

    keep: Customer
    gone: Customer
    receivables: int
    owed: dict[str, int]
    """What is owed by the one that goes, by currency, in minor units."""
    contacts: int
    """Contacts that the kept one does not have yet."""
    filled: tuple[str, ...]
    """Fields of the kept one that are empty and that the other knows."""
    refusals: tuple[Reason, ...]
    warnings: tuple[Reason, ...]


def merge_preview(firm: Firm, keep: Customer, gone: Customer) -> MergePreview:
    """What `merge` would do with these two. Nothing is written."""
    rows = Standing.objects.filter(firm=firm, customer=gone)
    return MergePreview(
        keep=keep,
        gone=gone,
        receivables=rows.count(),
        owed=owed_by_currency(rows.filter(owed__gt=0)),
        contacts=len(_new_contacts(keep, gone)),
        filled=tuple(sorted(_filled(keep, gone))),
        refusals=tuple(_refusals(keep, gone)),
        warnings=tuple(_warnings(keep, gone)),
    )


@transaction.atomic
def merge(firm: Firm, keep: Customer, gone: Customer, by: Author) -> Customer:
    """Make one customer of two. Raises `Refused` with every reason; answers the one kept.

    Contacts are copied, empty fields filled; everything owed is looked at again, because a hold on one of them now
    keeps both in peace.
    """
    Firm.lock(firm.pk)
    keep, gone = (Customer.objects.select_for_update().get(pk=pk) for pk in (keep.pk, gone.pk))
    refuse_if_any(_refusals(keep, gone))
    parties.fill(keep, _filled(keep, gone))
    Contact.objects.bulk_create(_new_contacts(keep, gone))
    Customer.objects.filter(merged_into=gone).update(merged_into=keep)
    Customer.objects.filter(pk=gone.pk).update(merged_into=keep)
    Standing.objects.filter(customer=gone).update(customer=keep)
    Surplus.objects.filter(customer=gone).update(customer=keep)
    Message.objects.filter(customer=gone).update(customer=keep)
    _look_again(keep, by)
    return keep


@transaction.atomic
def unmerge(firm: Firm, gone: Customer, by: Author) -> Customer:
    """Take a merge back: what the facts name goes back to its customer. Contacts copied and fields filled stay.

    Messages about this customer stay with the other; those still waiting are checked again before they leave.
    Raises `Refused` when it is not merged or a message to them is leaving.
    """
    Firm.lock(firm.pk)
    gone = Customer.objects.select_for_update().get(pk=gone.pk)
    keep = gone.merged_into
    if keep is None:
        raise Refused(Reason(_NOT_MERGED, {"name": gone.name}))
    refuse_if_any(_leaving(keep))
    Customer.objects.filter(pk=gone.pk).update(merged_into=None)
    gone.refresh_from_db()
    Standing.objects.filter(receivable__customer=gone).update(customer=gone)
    theirs = Payment.objects.filter(customer=gone)
    Surplus.objects.filter(payment__in=theirs).update(customer=gone)
    for customer in (keep, gone):
        _look_again(customer, by)
    return gone


def _look_again(customer: Customer, by: Author) -> None:
    ids = set(Standing.objects.filter(customer=customer, owed__gt=0).values_list("receivable_id", flat=True))
    standings.lock(ids)
    standings.refresh(ids, by.on)


def _refusals(keep: Customer, gone: Customer) -> list[Reason]:
    """Every reason why these two cannot be merged."""
    if keep.pk == gone.pk:
        return [Reason(_SAME)]
    reasons = [Reason(_MERGED, {"name": c.name}) for c in (keep, gone) if c.merged_into_id or c.gone_on]
    theirs = Standing.objects.filter(customer=gone).values("reference_key")
    both = Standing.objects.filter(customer=keep, reference_key__in=theirs).order_by("reference")
    reasons += [Reason(_BOTH_HAVE, {"reference": r}) for r in both.values_list("reference", flat=True)[:50]]
    return reasons + _leaving(keep) + _leaving(gone)


def _leaving(customer: Customer) -> list[Reason]:
    leaving = Message.objects.filter(customer=customer, state__in=_IN_HAND).exists()
    return [Reason(_LEAVING, {"name": customer.name})] if leaving else []


def _warnings(keep: Customer, gone: Customer) -> list[Reason]:
    """Identifiers, kinds and countries that speak against it."""
    found = []
    for name, label in _IDENTIFIERS.items():
        ours, theirs = getattr(keep, name), getattr(gone, name)
        if ours and theirs and ours != theirs:
            found.append(Reason(_UNLIKE, {"label": label, "ours": ours, "theirs": theirs}))
    return found


def _filled(keep: Customer, gone: Customer) -> dict[str, str]:
    """What the one that goes knows and the one kept does not."""
    found = {n: getattr(gone, n) for n in _IDENTIFIERS if getattr(gone, n) and not getattr(keep, n)}
    if not (keep.street or keep.postcode or keep.city):
        found |= {n: getattr(gone, n) for n in ("street", "postcode", "city") if getattr(gone, n)}
    if gone.kind_sure and not keep.kind_sure:
        found["kind"] = gone.kind
    return found


def _new_contacts(keep: Customer, gone: Customer) -> Sequence[Contact]:
    """Copies of the contacts whose address or number the kept one lacks; a refused address stays refused."""
    known = {_reach(contact) for contact in Contact.objects.filter(customer=keep)}
    copies = []
    for contact in Contact.objects.filter(customer=gone).order_by("pk"):
        if _reach(contact) not in known:
            known.add(_reach(contact))
            contact.pk, contact.customer = None, keep
            copies.append(contact)
    return copies


def _reach(contact: Contact) -> tuple[str, ...]:
    return ("email", contact.email.lower()) if contact.email else ("other", contact.name, contact.phone)
