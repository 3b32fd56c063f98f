"""Fields as people here type them: amounts with a comma, days, identifiers that check themselves."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy

from acquit.rules import money
from acquit.rules.refusal import Refused
from acquit.rules.spelling import plain_amount
from acquit.web.effects import spelled


class Day(forms.DateField):
    """A day: the browser's own calendar; typed 31/10/2026 it is understood too."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        formats = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y"]
        super().__init__(widget=widget, input_formats=formats, **options)


class Amount(forms.CharField):
    """A sum above zero in a currency, however it is typed; cleaned to minor units."""

    def __init__(self, *, currency: str = "EUR", **options: Any) -> None:
        self.currency = currency
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=40, **options)

    def prepare_value(self, value: Any) -> Any:
        """Minor units as people write them; what was typed stays as it was."""
        return plain_amount(value, self.currency) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            minor = money.parse_amount(text, currency=self.currency)
        except Refused as refused:
            raise forms.ValidationError([spelled(reason) for reason in refused.reasons]) from refused
        if minor <= 0:
            raise forms.ValidationError(gettext_lazy("Le montant doit être plus grand que zéro."))
        return minor


class Checked(forms.CharField):
    """An identifier that carries its own check; cleaned to its bare form."""

    def __init__(self, check: Callable[[str], str], **options: Any) -> None:
        self.check = check
        super().__init__(max_length=60, required=False, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return self.check(text)
        except Refused as refused:
            raise forms.ValidationError([spelled(reason) for reason in refused.reasons]) from refused


def no_later(field: forms.Field, on: date) -> None:
    """A day that cannot be to come, such as that of a payment received."""
    field.widget.attrs["max"] = on.isoformat()
    field.validators.append(MaxValueValidator(on, gettext_lazy("Ce jour n’est pas encore venu.")))


def no_sooner(field: forms.Field, on: date) -> None:
    """A day that cannot be past, such as the end of a suspension."""
    field.widget.attrs["min"] = on.isoformat()
    field.validators.append(MinValueValidator(on, gettext_lazy("Ce jour est passé.")))
