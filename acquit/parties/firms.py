"""The firm, and the base of every row that belongs to one."""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy
from django_scopes import ScopeError, get_scope

_Row = TypeVar("_Row", bound=models.Model)


class Kind(models.TextChoices):
    """What a debtor is, because the law depends on it."""

    BUSINESS = "business", gettext_lazy("professionnel")
    CONSUMER = "consumer", gettext_lazy("particulier")
    PUBLIC = "public", gettext_lazy("organisme public")


class Language(models.TextChoices):
    FRENCH = "fr", gettext_lazy("français")
    DUTCH = "nl", gettext_lazy("néerlandais")
    ENGLISH = "en", gettext_lazy("anglais")


class Country(models.TextChoices):
    """Where a firm may be: the countries whose law is in the house."""

    FRANCE = "FR", gettext_lazy("France")
    BELGIUM = "BE", gettext_lazy("Belgique")


class Firm(models.Model):
    """A business that wants to be paid («entreprise»)."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, choices=Country.choices)
    siren = models.CharField(max_length=9, blank=True)
    bce = models.CharField(max_length=10, blank=True)
    vat = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    """Address that reminders come from and are answered to."""
    sender = models.CharField(max_length=120, blank=True)
    """The person who signs: a named human, never a department."""
    iban = models.CharField(max_length=34, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.FRENCH)
    time_zone = models.CharField(max_length=60, default="Europe/Paris")
    contract_rate = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    """Late-interest rate of the terms of sale, percent a year; none = the legal default rate."""
    in_service_at = models.DateTimeField(null=True, blank=True)
    """« Mettre en service »: nothing leaves before."""
    automatic = models.BooleanField(default=False)
    """Messages leave without approval, except the steps that always ask for one."""
    apply_certain = models.BooleanField(default=False)
    """Certain matches are applied without a click."""
    is_example = models.BooleanField(default=False)
    """The demonstration firm: its mail goes to the catcher, and it may travel in time."""
    travels_to = models.DateField(null=True, blank=True)
    """The day it is for the example firm («voyager au…»); never looked at for a real one."""
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def lock(cls, firm_id: int) -> Self:
        """Hold the firm's row until the transaction ends: one planner, one importer at a time per firm.

        Rows that point at the firm may still be added by others meanwhile: they do not wait.
        """
        return cls.objects.select_for_update(no_key=True).get(pk=firm_id)


class FirmManager(models.Manager[_Row]):
    """django-scopes' own rule as a named class, because its factory makes one that no type checker can see."""

    def get_queryset(self) -> models.QuerySet[_Row]:
        """Only the rows of the firm in scope; without one, nothing is read at all."""
        scope = get_scope()
        if not scope.get("_enabled", True):
            return super().get_queryset()
        if "firm" not in scope:
            raise ScopeError(f"{self.model.__name__} was asked for outside a firm's scope")
        return super().get_queryset().filter(firm=scope["firm"])


class FirmRow(models.Model):
    """A row of one firm. Its manager raises outside a firm's scope."""

    FIRM_SCOPED: ClassVar[bool] = True
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="+")

    objects: ClassVar[FirmManager[Any]] = FirmManager()

    class Meta:
        abstract = True
