"""Papers kept and messages sent: the outbox is the truth of what was said."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from acquit.parties.facts import Fact
from acquit.parties.models import Customer, FirmRow, Language


class Paper(Fact):
    """A file kept as it came or as it left («pièce»): bytes under their SHA-256 in the data folder."""

    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["firm", "sha256"], name="paper_by_content")]


class State(models.TextChoices):
    """Where a message stands. `planned → claimed → sending → sent / refused / unknown`, or cancelled before."""

    PLANNED = "planned", gettext_lazy("prévu")
    CLAIMED = "claimed", gettext_lazy("en préparation")
    SENDING = "sending", gettext_lazy("en cours d’envoi")
    SENT = "sent", gettext_lazy("envoyé")
    REFUSED = "refused", gettext_lazy("refusé")
    UNKNOWN = "unknown", gettext_lazy("à vérifier")
    CANCELLED = "cancelled", gettext_lazy("annulé")


class Message(FirmRow):
    """One row per message to one recipient («envoi»). Machinery until sent, then its Attempt says so for good."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=12)
    key = models.CharField(max_length=200)
    """(what it is about, step, channel, recipient): the database refuses a second one."""
    recipient = models.EmailField()
    recipient_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    message_id = models.CharField(max_length=200)
    """Our own Message-ID, so that a look-up or a bounce finds the message again."""
    planned_on = models.DateField()
    not_before = models.DateTimeField()
    needs_approval = models.BooleanField(default=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=300, blank=True)
    """Why it was cancelled, refused or is unknown, in the words of the server or the rule."""
    worker = models.CharField(max_length=120, blank=True)
    claim = models.PositiveIntegerField(default=0)
    """Grows at each claim: a worker that wakes up late finds another number and must not write."""
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "key"], condition=~Q(state="cancelled"), name="message_said_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["firm", "not_before"],
                condition=Q(state__in=["planned", "claimed", "sending"]),
                name="message_in_hand",
            ),
            models.Index(fields=["firm", "customer", "-id"], name="message_by_customer"),
            models.Index(fields=["firm", "state", "-id"], name="message_by_state"),
            models.Index(fields=["firm", "sent_at"], condition=Q(state="sent"), name="message_by_day_sent"),
        ]


class Enclosure(FirmRow):
    """A paper attached to a message («pièce jointe»)."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="enclosures")
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="+")


class Attempt(Fact):
    """One try at handing a message over, and what the server answered («tentative»)."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="tries")
    outcome = models.CharField(max_length=16)
    """sent, refused, deferred, unknown; or resolved-sent, resolved-lost when a person settled an unknown."""
    code = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    message_sha256 = models.CharField(max_length=64, blank=True)
    """Digest of the subject and text that left."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["firm", "message"], name="attempt_by_message")]
