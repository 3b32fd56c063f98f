"""Reads of imports and of the invoices they brought."""

from collections.abc import Iterator

from django.db.models import QuerySet

from acquit.billing import assessment
from acquit.billing.choices import Choices
from acquit.billing.models import BatchPaper, ImportBatch, Invoice
from acquit.billing.preview import Preview, summed_up
from acquit.mailroom import store
from acquit.parties.models import Firm


def batches(firm: Firm) -> QuerySet[ImportBatch]:
    """All imports of a firm, the newest first."""
    return ImportBatch.objects.filter(firm=firm).order_by("-pk")


def files_of(batch: ImportBatch) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each kept file, in the order given, one at a time. Raises `OSError` when one is gone."""
    kept = BatchPaper.objects.filter(batch=batch).select_related("paper").order_by("pk")
    for name, sha256 in kept.values_list("paper__name", "paper__sha256"):
        yield name, store.read(batch.firm_id, sha256)


def preview_of(firm: Firm, batch: ImportBatch) -> Preview:
    """What recording this import would do now, with the choices made so far."""
    return summed_up(firm, assessment.assess(firm, files_of(batch), Choices.from_json(batch.options)))


def invoices_of(batch: ImportBatch) -> QuerySet[Invoice]:
    """What an import brought, in its order."""
    return Invoice.objects.filter(batch=batch).select_related("customer").order_by("pk")


def invoice_of(source: str) -> Invoice | None:
    """The imported invoice behind a receivable, by the receivable's `source` (`invoice:12`)."""
    kind, _, key = source.partition(":")
    return Invoice.objects.filter(pk=int(key)).first() if kind == "invoice" and key.isdecimal() else None
