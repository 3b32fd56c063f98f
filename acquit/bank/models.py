"""The firm's accounts, what its bank says, and which customer each line was found to come from."""

from typing import ClassVar

from django.db import models

from acquit.mailroom.models import Paper
from acquit.parties.facts import Fact
from acquit.parties.models import FirmRow
from acquit.receivables.models import Payment


class BankAccount(FirmRow):
    """An account of the firm («compte bancaire»)."""

    iban = models.CharField(max_length=40)
    name = models.CharField(max_length=120, blank=True)
    currency = models.CharField(max_length=3, default="EUR")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "iban"], name="account_once")]

    def __str__(self) -> str:
        return self.name or self.iban


class Statement(Fact):
    """One statement of one account, as a file gave it («relevé»)."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")
    layout = models.CharField(max_length=40)
    reference = models.CharField(max_length=80, blank=True)
    from_on = models.DateField()
    to_on = models.DateField()
    opening = models.BigIntegerField(null=True)
    closing = models.BigIntegerField(null=True)
    new = models.PositiveIntegerField()
    known = models.PositiveIntegerField()


class StatementLine(Fact):
    """One movement («ligne de relevé»), once, however many files repeat it."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="lines")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    booked_on = models.DateField()
    value_on = models.DateField(null=True)
    amount = models.BigIntegerField()
    """Minor units, positive for money received."""
    currency = models.CharField(max_length=3)
    name = models.CharField(max_length=200, blank=True)
    iban = models.CharField(max_length=40, blank=True)
    label = models.TextField(blank=True)
    structured = models.CharField(max_length=40, blank=True)
    end_to_end = models.CharField(max_length=80, blank=True)
    bank_reference = models.CharField(max_length=120, blank=True)
    fingerprint = models.CharField(max_length=64)
    occurrence = models.PositiveSmallIntegerField()
    """Two identical real payments on one day are both real: the second is occurrence 2."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "account", "fingerprint", "occurrence"], name="line_once")
        ]
        indexes: ClassVar = [models.Index(fields=["firm", "-booked_on", "-id"], name="line_by_day")]


class Match(Fact):
    """What a line was decided to be («rapprochement»): a payment, or nothing of a customer's."""

    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="matches")
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="match")
    """None: the line is set aside, not a customer's payment."""
    confidence = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["firm", "line"], name="match_by_line")]


class Unmatch(Fact):
    """A match taken back («annulation du rapprochement»)."""

    match = models.OneToOneField(Match, models.PROTECT, related_name="undone")


class ToMatch(FirmRow):
    """A received line that waits for a decision: machinery, a row only while it waits."""

    line = models.OneToOneField(StatementLine, models.CASCADE, primary_key=True, related_name="waiting")
    booked_on = models.DateField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["firm", "-booked_on", "-line"], name="to_match_by_day")]
