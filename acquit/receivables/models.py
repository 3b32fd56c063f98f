"""What is owed, what was received, what holds a reminder back; and one machinery row per receivable."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from acquit.mailroom.models import Paper
from acquit.parties.facts import Fact
from acquit.parties.models import Customer, FirmRow


class Receivable(Fact):
    """A sum a customer owes on a day («créance»)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="receivables")
    reference = models.CharField(max_length=60)
    """What the customer knows it by: the invoice number."""
    source = models.CharField(max_length=60)
    """The trade's own row that made it, such as `invoice:12`."""
    issued_on = models.DateField()
    due_on = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    structured = models.CharField(max_length=40, blank=True)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, related_name="+")
    """The document that asks for it, where we hold it: attached to reminders."""

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gt=0), name="receivable_positive")]
        indexes: ClassVar = [
            models.Index(fields=["firm", "customer"], name="receivable_by_customer"),
            models.Index(fields=["firm", "source"], name="receivable_by_source"),
        ]

    def __str__(self) -> str:
        return self.reference


class Means(models.TextChoices):
    """How money or credit came («moyen»)."""

    TRANSFER = "transfer", gettext_lazy("virement")
    CARD = "card", gettext_lazy("carte")
    CASH = "cash", gettext_lazy("espèces")
    CHEQUE = "cheque", gettext_lazy("chèque")
    DEBIT = "debit", gettext_lazy("prélèvement")
    CREDIT_NOTE = "credit_note", gettext_lazy("avoir")
    REPORTED = "reported", gettext_lazy("réglé selon le fichier importé")
    OTHER = "other", gettext_lazy("autre")


class Payment(Fact):
    """Money received, or a credit note («règlement»). `reverses` takes one back, with the same amount."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payments")
    number = models.PositiveBigIntegerField()
    """In the firm's gapless series of the year."""
    received_on = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    means = models.CharField(max_length=12, choices=Means.choices)
    key = models.CharField(max_length=120)
    """Brought by the caller: the same key twice is the same payment."""
    note = models.CharField(max_length=300, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "key"], name="payment_key_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "customer"], name="payment_by_customer"),
            models.Index(fields=["firm", "received_on"], name="payment_by_day"),
        ]


class Allocation(Fact):
    """A part of a payment put on a receivable («imputation»). A negative amount takes one back."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="allocations")
    receivable = models.ForeignKey(Receivable, models.PROTECT, related_name="allocations")
    amount = models.BigIntegerField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="allocation_signed",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "receivable"], name="allocation_by_receivable"),
            models.Index(fields=["firm", "payment"], name="allocation_by_payment"),
        ]


class HoldKind(models.TextChoices):
    """Why the debtor is left in peace, strongest first."""

    DISPUTE = "dispute", "litige"
    SAID_PAID = "said_paid", "dit payé"
    PROMISE = "promise", "promesse"
    PAUSE = "pause", "suspension"


class Hold(Fact):
    """A reason to stay silent about a receivable, or about a whole customer («suspension»)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="holds")
    receivable = models.ForeignKey(Receivable, models.PROTECT, null=True, related_name="holds")
    kind = models.CharField(max_length=10, choices=HoldKind.choices)
    until = models.DateField(null=True)
    """Last day of silence; none = until somebody releases it."""
    amount = models.BigIntegerField(null=True)
    cause = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["firm", "customer"], name="hold_by_customer"),
            models.Index(fields=["firm", "receivable"], name="hold_by_receivable"),
        ]


class Release(Fact):
    """The end of a hold, by a person or by what settled it («levée»)."""

    hold = models.OneToOneField(Hold, models.PROTECT, related_name="release")
    cause = models.CharField(max_length=300, blank=True)


class Withdrawal(Fact):
    """A receivable that should never have been there: an import undone («retrait»)."""

    receivable = models.OneToOneField(Receivable, models.PROTECT, related_name="withdrawal")
    cause = models.CharField(max_length=300, blank=True)


class BankKnownUntil(Fact):
    """Up to which day, included, the movements of an account are known («banque à jour au»)."""

    account = models.CharField(max_length=40)
    """IBAN of a followed account, or empty when a person says so for the whole firm."""
    until = models.DateField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["firm", "account", "-until"], name="bank_known_by_account")]


class Freshness(FirmRow):
    """How fresh each account is («fraîcheur»): machinery, the latest `BankKnownUntil` of the account."""

    account = models.CharField(max_length=40)
    until = models.DateField()
    followed = models.BooleanField(default=True)
    """Reminders wait for this account to be up to date; a person may say that it does not matter."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "account"], name="freshness_once")]


class Standing(FirmRow):
    """Where a receivable stands: machinery, rewritten with each fact that changes it, rebuilt by a check.

    It never says «overdue»: that is a function of `due_on` and a day.
    """

    receivable = models.OneToOneField(Receivable, models.CASCADE, primary_key=True, related_name="standing")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    reference = models.CharField(max_length=60)
    reference_key = models.CharField(max_length=60)
    issued_on = models.DateField()
    due_on = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    owed = models.BigIntegerField()
    settled_on = models.DateField(null=True)
    """Day of the payment that brought `owed` to nothing."""
    hold = models.CharField(max_length=10, blank=True)
    hold_until = models.DateField(null=True)
    said_step = models.PositiveSmallIntegerField(default=0)
    """Position of the last step said about it; 0 = nothing yet."""
    said_on = models.DateField(null=True)
    wake_on = models.DateField(null=True)
    """Day to look at it again; none = only a new fact can change anything."""
    next_step = models.CharField(max_length=20, blank=True)
    next_on = models.DateField(null=True)
    reason = models.CharField(max_length=30, blank=True)
    """Code of what the dunning rule answered last: the screen spells it out."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["firm", "customer", "reference_key"], name="standing_reference_once"),
            models.CheckConstraint(condition=Q(owed__gte=0) & Q(owed__lte=F("amount")), name="standing_owed_in_bounds"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["firm", "wake_on"], condition=Q(wake_on__isnull=False), name="standing_to_wake"),
            models.Index(fields=["firm", "-due_on", "-receivable"], name="standing_by_due"),
            models.Index(
                fields=["firm", "-due_on", "-receivable"], condition=Q(owed__gt=0), name="standing_open_by_due"
            ),
            models.Index(fields=["firm", "customer", "due_on"], name="standing_by_customer"),
            models.Index(fields=["firm", "reference_key"], name="standing_by_reference"),
        ]


class Surplus(FirmRow):
    """Money of a payment not yet allocated («crédit client»): machinery, a row only while something is left."""

    payment = models.OneToOneField(Payment, models.CASCADE, primary_key=True, related_name="surplus")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    left = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(left__gt=0), name="surplus_positive")]
        indexes: ClassVar = [models.Index(fields=["firm", "customer"], name="surplus_by_customer")]
