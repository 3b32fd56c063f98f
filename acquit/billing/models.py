"""Invoices that come from elsewhere, the files they came in, and how those files were read."""

from typing import ClassVar

from django.db import models

from acquit.mailroom.models import Paper
from acquit.parties.facts import Fact
from acquit.parties.models import Customer, FirmRow


class ImportBatch(FirmRow):
    """Files dropped together («import»): previewed, then recorded all or nothing; kept for the record."""

    class State(models.TextChoices):
        PREVIEW = "preview", "aperçu"
        WAITING = "waiting", "en attente"
        RUNNING = "running", "en cours"
        RECORDED = "recorded", "importé"
        REFUSED = "refused", "refusé"
        UNDONE = "undone", "annulé"

    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEW)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(null=True)
    options = models.JSONField(default=dict)
    """Terms in days, mapping by header, chosen currency, choices about probable duplicates."""
    outcome = models.JSONField(default=dict)
    """Counts, totals and reasons, as the preview or the import found them."""
    lease_until = models.DateTimeField(null=True)
    papers = models.ManyToManyField(Paper, through="BatchPaper")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["firm", "-id"], name="batch_newest_first")]


class BatchPaper(FirmRow):
    """A file of an import, in the order it was given."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE)
    paper = models.ForeignKey(Paper, models.PROTECT)


class Mapping(FirmRow):
    """How a table with this header was read last time («correspondance des colonnes»)."""

    signature = models.CharField(max_length=64)
    columns = models.JSONField()
    used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "signature"], name="mapping_once")]


class Invoice(Fact):
    """An invoice or credit note as it was issued elsewhere («facture», «avoir»)."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", "facture"
        CREDIT_NOTE = "credit_note", "avoir"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="invoices")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="invoices")
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")
    """The document itself where we hold it (PDF or XML); the reminder attaches a PDF."""
    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60)
    """The number without case, spaces and signs: what re-import compares."""
    issued_on = models.DateField()
    due_on = models.DateField()
    total = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    order_reference = models.CharField(max_length=80, blank=True)
    credits = models.CharField(max_length=60, blank=True)
    origin = models.CharField(max_length=300)
    """File and line it was read from."""
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["firm", "number_key"], name="invoice_by_number"),
            models.Index(fields=["firm", "batch"], name="invoice_by_batch"),
            models.Index(fields=["firm", "customer", "total"], name="invoice_by_total"),
        ]


class ImportUndone(Fact):
    """An import taken back whole («import annulé»)."""

    batch = models.OneToOneField(ImportBatch, models.PROTECT, related_name="undone")
