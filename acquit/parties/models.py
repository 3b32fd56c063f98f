"""Tables of us and them: people who sign in, firms, members, customers, contacts, number series."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy

from acquit.parties.firms import Country, Firm, FirmRow, Kind, Language
from acquit.parties.guards import guard_tables
from acquit.parties.heartbeat import Heartbeat, SendingLock
from acquit.parties.journal import FirmChange

__all__ = [
    "Contact", "Country", "Customer", "Firm", "FirmChange", "FirmRow", "Heartbeat", "Kind", "Language", "Member",
    "Role", "SendingLock", "Series", "User",
]  # fmt: skip


class UserManager(BaseUserManager["User"]):
    """Makes people by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person who signs in, by e-mail."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.FRENCH)
    shortcuts = models.BooleanField(default=True)
    """Single-letter keys, which WCAG 2.1.4 asks to be able to switch off."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email


class Role(models.TextChoices):
    """What a member may do, in rising order."""

    READER = "reader", "lecture"
    MANAGER = "manager", "gestion"
    OWNER = "owner", "propriétaire"


class Member(models.Model):
    """A person's place in a firm («membre»)."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "user"], name="member_once")]

    def may(self, role: str) -> bool:
        """Whether this member's role reaches the one asked for."""
        order = Role.values
        return order.index(self.role) >= order.index(role)


class Customer(FirmRow):
    """Someone the firm sells to («client»)."""

    ref = models.CharField(max_length=40)
    """Customer's code: from the importing software, or ours (C0001)."""
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, blank=True)
    """The name as recognition compares it: no accents, no legal form."""
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.BUSINESS)
    kind_sure = models.BooleanField(default=False)
    """False while the kind was only deduced: the screen asks."""
    country = models.CharField(max_length=2, default="FR")
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.FRENCH)
    siren = models.CharField(max_length=9, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    vat = models.CharField(max_length=20, blank=True)
    bce = models.CharField(max_length=10, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    gone_on = models.DateField(null=True, blank=True)
    """Day on which the import that made it was undone: kept because facts name it, shown nowhere, never recognised."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "ref"], name="customer_ref_once")]
        indexes: ClassVar = [
            models.Index(fields=["firm", "name", "id"], name="customer_by_name"),
            models.Index(fields=["firm", "name_key"], name="customer_by_key"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(FirmRow):
    """A person or mailbox at a customer («contact»)."""

    class Duty(models.TextChoices):
        REMINDERS = "reminders", gettext_lazy("reçoit les rappels")
        PAYS = "pays", gettext_lazy("paie")
        DECIDES = "decides", gettext_lazy("décide")

    class Channel(models.TextChoices):
        EMAIL = "email", gettext_lazy("e-mail")
        PHONE = "phone", gettext_lazy("téléphone")
        LETTER = "letter", gettext_lazy("lettre")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120, blank=True)
    civility = models.CharField(max_length=20, blank=True)
    duty = models.CharField(max_length=10, choices=Duty.choices, default=Duty.REMINDERS)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    refused_on = models.DateField(null=True, blank=True)
    """Day on which a server refused this address for good: nothing is sent there until it is mended."""
    refusal = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["firm", "customer"], name="contact_by_customer")]

    def __str__(self) -> str:
        return self.name or self.email


class Series(FirmRow):
    """A gapless series of numbers («série»), one per kind and year."""

    kind = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["firm", "kind", "year"], name="series_once")]

    @classmethod
    def take(cls, firm: Firm, kind: str, year: int, count: int = 1) -> range:
        """The next numbers, from a locked row: a rollback gives them back, so no gap can appear."""
        Series.objects.bulk_create([Series(firm=firm, kind=kind, year=year)], ignore_conflicts=True)
        series = cls.objects.select_for_update().get(firm=firm, kind=kind, year=year)
        first = series.last + 1
        series.last += count
        series.save(update_fields=["last"])
        return range(first, first + count)


# Triggers go when SQLite rebuilds a table, so they are put back after every migration.
post_migrate.connect(guard_tables, dispatch_uid="acquit.guard_tables")
