"""An import taken back whole («annuler l’import»), as long as nothing was built on it."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from acquit.billing.models import ImportBatch, ImportUndone, Invoice
from acquit.mailroom.models import Message
from acquit.parties import actions as parties
from acquit.parties.bulk import chunks
from acquit.parties.facts import Author
from acquit.parties.models import Customer, Firm
from acquit.receivables import actions as receivables
from acquit.receivables.models import Allocation, Hold, Payment, Receivable, Standing, Surplus
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any

_NOT_RECORDED = gettext_noop("Cet import n’a rien enregistré : il n’y a rien à annuler.")
_CREDIT_USED = gettext_noop("L’avoir %(number)s a été imputé depuis : annulez d’abord cette imputation.")
_CAUSE = gettext_noop("import annulé")


@transaction.atomic
def undo(firm: Firm, batch: ImportBatch, by: Author) -> ImportBatch:
    """Take an import back: its receivables are withdrawn, its settlements and credit notes reversed.

    Customers that it made and that nothing else uses go out of sight. Raises `Refused` naming everything that was
    built on it. The same files can then be imported again.
    """
    Firm.lock(firm.pk)
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != ImportBatch.State.RECORDED:
        raise Refused(Reason(_NOT_RECORDED))
    credits = _credit_payments(batch)
    refuse_if_any(_used(credits))
    for payment in (*credits, *_reported_elsewhere(batch)):
        receivables.reverse_payment(firm, payment, by, _CAUSE)
    receivables.withdraw(firm, _receivables(batch), by, _CAUSE)
    ImportUndone.record(by, firm=firm, batch=batch)
    batch.state = ImportBatch.State.UNDONE
    batch.save(update_fields=["state"])
    parties.retire(_unused(batch.outcome.get("customers", [])), by.on)
    return batch


def _receivables(batch: ImportBatch) -> list[Receivable]:
    """The receivables that the import opened and that are still there."""
    ids = Invoice.objects.filter(batch=batch, kind=Invoice.Kind.INVOICE).values_list("pk", flat=True)
    found: list[Receivable] = []
    for chunk in chunks(ids.iterator(2000)):
        sources = [f"invoice:{pk}" for pk in chunk]
        found += Receivable.objects.filter(source__in=sources, withdrawal__isnull=True)
    return found


def _credit_payments(batch: ImportBatch) -> list[Payment]:
    """What the import recorded for its credit notes, not yet taken back."""
    ids = Invoice.objects.filter(batch=batch, kind=Invoice.Kind.CREDIT_NOTE).values_list("pk", flat=True)
    found: list[Payment] = []
    for chunk in chunks(ids.iterator(2000)):
        keys = [f"credit_note:{pk}" for pk in chunk]
        found += Payment.objects.filter(key__in=keys, reversal__isnull=True)
    return found


def _used(credits: Sequence[Payment]) -> list[Reason]:
    """Credit notes that a person put on a receivable after the import."""
    used: list[Reason] = []
    for chunk in chunks(credits):
        later = Allocation.objects.filter(payment__in=chunk, reverses__isnull=True, reversal__isnull=True)
        numbers = later.exclude(recorded_at=F("payment__recorded_at")).values_list("payment__note", flat=True)
        used += [Reason(_CREDIT_USED, {"number": number}) for number in sorted(set(numbers))]
    return used


def _reported_elsewhere(batch: ImportBatch) -> list[Payment]:
    """Settlements that the import reported on receivables of earlier imports."""
    ours = Payment.objects.filter(key__startswith=f"reported:{batch.pk}:", reversal__isnull=True)
    own = {r.pk for r in _receivables(batch)}
    return [p for p in ours if int(p.key.split(":")[2]) not in own]


def _unused(customer_ids: Sequence[int]) -> list[int]:
    """Of these customers, those of whom nothing is left but the facts of an undone import."""
    unused: list[int] = []
    for chunk in chunks(customer_ids):
        used = set(Standing.objects.filter(customer_id__in=chunk).values_list("customer_id", flat=True))
        used |= set(Surplus.objects.filter(customer_id__in=chunk).values_list("customer_id", flat=True))
        used |= set(Message.objects.filter(customer_id__in=chunk).values_list("customer_id", flat=True))
        used |= set(Hold.objects.filter(customer_id__in=chunk).values_list("customer_id", flat=True))
        others = Invoice.objects.filter(customer_id__in=chunk, batch__undone__isnull=True)
        used |= set(others.values_list("customer_id", flat=True))
        live = Payment.objects.filter(customer_id__in=chunk, reverses__isnull=True, reversal__isnull=True)
        used |= set(live.values_list("customer_id", flat=True))
        used |= set(Customer.objects.filter(merged_into_id__in=chunk).values_list("merged_into_id", flat=True))
        used |= set(Customer.objects.filter(pk__in=chunk, merged_into__isnull=False).values_list("pk", flat=True))
        unused += [pk for pk in chunk if pk not in used]
    return unused
