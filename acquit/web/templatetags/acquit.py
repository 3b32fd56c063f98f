"""Amounts, days and reasons as people of this language write them."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import get_language, gettext

from acquit.rules import spelling
from acquit.rules.refusal import Reason, spelled
from acquit.web import example

register = template.Library()


@register.simple_tag
def example_login() -> tuple[str, str] | None:
    """E-mail and password of the example, where it stands."""
    return (example.EMAIL, example.PASSWORD) if example.stands() else None


_LOCALES = {"fr": "fr-FR", "nl": "nl-BE", "en": "en"}


def _locale() -> str:
    return _LOCALES.get((get_language() or "fr")[:2], "fr-FR")


@register.filter
def money(minor: int | str | None, currency: str = "EUR") -> str:
    """`124000` as « 1 240,00 € »; nothing for None and for what a template does not find (an empty text)."""
    return "" if minor is None or isinstance(minor, str) else spelling.money(minor, currency, _locale())


@register.filter
def day(on: date | str | None) -> str:
    """A day in figures: 22/11/2026; nothing for None and for what a template does not find."""
    return "" if on is None or isinstance(on, str) else spelling.day(on, _locale())


@register.filter
def day_in_words(on: date | None) -> str:
    """A day in words: dimanche 22 novembre 2026."""
    return "" if not on else spelling.day_in_words(on, _locale())


@register.filter
def signed(number: object) -> str:
    """`-3` as « −3 », with the sign of printers."""
    return str(number).replace("-", spelling.MINUS)


@register.filter
def rate(percent: Decimal | None) -> str:
    """A rate: 12,15 %."""
    return "" if percent is None else spelling.rate(percent, _locale())


@register.filter
def reason(why: Reason | str) -> str:
    """A rule's reason in the reader's language, its sums as the reader writes them."""
    if not isinstance(why, Reason):
        return gettext(why) if why else ""
    return spelling.sentence(spelled(why, gettext), _locale())


@register.filter
def cause(text: str) -> str:
    """Why a debtor is left in peace: a reason of our list in the reader's language, then somebody's words."""
    chosen, dash, own = text.partition(" — ")
    return (gettext(chosen) if chosen else "") + dash + own


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The page's own query string with some parameters changed (None takes one away): filters stay in the address."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            params.pop(name, None)
        else:
            params[name] = value
    text = params.urlencode()
    return f"?{text}" if text else "?"
