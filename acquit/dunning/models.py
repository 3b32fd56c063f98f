"""Plans, and what was said about which receivable, at which step, with which amount that day."""

from typing import ClassVar

from django.db import models

from acquit.mailroom.models import Message
from acquit.parties.facts import Fact
from acquit.parties.models import Customer, FirmRow
from acquit.receivables.models import Receivable


class Plan(FirmRow):
    """An ordered policy of reminders («plan de relance»)."""

    key = models.SlugField(max_length=30)
    name = models.CharField(max_length=80)
    gap_days = models.PositiveSmallIntegerField(default=4)
    """Working days between two automatic contacts with one debtor."""
    bank_age_max = models.PositiveSmallIntegerField(default=4)
    """Working days after which the bank is too old to remind."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "key"], name="plan_once")]


class Step(FirmRow):
    """One step («étape»): when, through what, in which tone, and whether a person approves it first."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=12)
    offset = models.SmallIntegerField()
    """Days from the due date; negative = before."""
    channel = models.CharField(max_length=12, default="email")
    approval = models.BooleanField(default=False)
    """Always waits for a person, whatever the firm's mode."""

    class Meta:
        ordering: ClassVar = ["plan", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "position"], name="step_position_once")]


class Intent(FirmRow):
    """What a planned message is going to say about one receivable: machinery, gone when said or dropped.

    Its unique constraint makes a second plan for the same step impossible.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="intents")
    receivable = models.ForeignKey(Receivable, models.CASCADE, related_name="+")
    step = models.PositiveSmallIntegerField()
    """Position said by this message; 0 = only mentioned beside others."""
    level = models.CharField(max_length=12)
    owed = models.BigIntegerField()
    interest = models.BigIntegerField(default=0)
    compensation = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "receivable", "step"], condition=models.Q(step__gt=0), name="intent_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["firm", "message"], name="intent_by_message")]


class Notice(Fact):
    """A reminder that left («relance»)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="notices")
    message = models.OneToOneField(Message, models.PROTECT, related_name="notice")
    number = models.PositiveBigIntegerField()
    """In the firm's gapless series of the year."""
    said_on = models.DateField()
    level = models.CharField(max_length=12)
    channel = models.CharField(max_length=12)
    recipient = models.CharField(max_length=254)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["firm", "customer", "-said_on"], name="notice_by_customer")]


class NoticeLine(Fact):
    """What a reminder said about one receivable: owed, interest and rate of that day."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="lines")
    receivable = models.ForeignKey(Receivable, models.PROTECT, related_name="notice_lines")
    step = models.PositiveSmallIntegerField()
    owed = models.BigIntegerField()
    interest = models.BigIntegerField(default=0)
    compensation = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["firm", "receivable", "step"], condition=models.Q(step__gt=0), name="step_said_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["firm", "receivable"], name="notice_line_by_receivable")]
