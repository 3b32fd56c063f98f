"""How amounts, dates, rates and lists are written for people, in France, Belgium and English.

Words and signs come from CLDR through Babel, once; the writing itself is string work, because Babel takes
some 90 µs an amount and a run writes hundreds of thousands. A test holds the two together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import get_day_names, get_month_names
from babel.numbers import get_currency_symbol

from acquit.rules.money import decimals_of, to_minor

NBSP, NNBSP, MINUS = "\u00a0", "\u202f", "\u2212"
LOCALES = ("fr-FR", "fr-BE", "nl-BE", "en")
"""What a customer can be written to in. `fr`, `nl`, `en-GB` and underscores are understood too."""

_PLAIN = str.maketrans(
    {NBSP: " ", NNBSP: " ", "\u2009": " ", MINUS: "-", "–": "-", "—": "-", "’": "'", "‘": "'"}
    | {"“": '"', "”": '"', "«": '"', "»": '"', "…": "...", "ᵉ": "e", "ʳ": "r", "œ": "oe", "Œ": "OE"}
)


@dataclass(frozen=True)
class _Style:
    """The habits of one locale."""

    language: str
    group: str
    decimal: str
    percent: str
    currency_first: bool
    and_: str
    one_day: str
    many_days: str
    singular_max: int
    """The largest number that takes the singular: 1 in French (« 0 jour »)."""
    singular_min: int
    first: str
    """How the first of a month is written."""
    symbols: Locale
    months: tuple[str, ...]
    weekdays: tuple[str, ...]


def _style_of(cldr: str, **habits: object) -> _Style:
    """A style with its month and day names from CLDR."""
    locale = Locale.parse(cldr)
    months = get_month_names("wide", locale=locale)
    weekdays = get_day_names("wide", locale=locale)
    return _Style(
        symbols=locale,
        months=tuple(months[i] for i in range(1, 13)),
        weekdays=tuple(weekdays[i] for i in range(7)),
        **habits,  # type: ignore[arg-type]
    )


_FRENCH: dict[str, object] = {
    "language": "fr",
    "group": NNBSP,
    "decimal": ",",
    "percent": NBSP + "%",
    "currency_first": False,
    "and_": " et ",
    "one_day": "jour",
    "many_days": "jours",
    "singular_min": 0,
    "singular_max": 1,
    "first": "1ᵉʳ",
}
_DUTCH = _FRENCH | {
    "language": "nl",
    "group": ".",
    "percent": "%",
    "currency_first": True,
    "and_": " en ",
    "one_day": "dag",
    "many_days": "dagen",
    "singular_min": 1,
    "first": "1",
}
_ENGLISH = _DUTCH | {
    "language": "en",
    "group": ",",
    "decimal": ".",
    "and_": " and ",
    "one_day": "day",
    "many_days": "days",
}
_STYLES = {
    "fr-FR": _style_of("fr_FR", **_FRENCH),
    "fr-BE": _style_of("fr_BE", **_FRENCH),
    "nl-BE": _style_of("nl_BE", **_DUTCH),
    "en": _style_of("en_GB", **_ENGLISH),
}
_STYLES |= {"fr": _STYLES["fr-FR"], "nl": _STYLES["nl-BE"]}


@lru_cache(maxsize=64)
def _style(locale: str) -> _Style:
    """The style of a locale, or of its language. Raises ValueError for a language we do not write."""
    name = locale.replace("_", "-")
    style = _STYLES.get(name) or _STYLES.get(name.split("-")[0].lower())
    if style is None:
        raise ValueError(f"no spelling for locale {locale!r}")
    return style


def language_of(locale: str) -> str:
    """The language of a locale: `fr`, `nl` or `en`. Raises ValueError for any other."""
    return _style(locale).language


@lru_cache(maxsize=256)
def _symbol(currency: str, locale: str) -> str:
    """The sign of a currency as CLDR writes it in this locale."""
    return str(get_currency_symbol(currency, locale=_style(locale).symbols))


def _digits(minor: int, currency: str, group: str, decimal: str) -> str:
    """An absolute amount with its separators."""
    places = decimals_of(currency)
    whole, fraction = divmod(abs(minor), 10**places)
    grouped = f"{whole:,}".replace(",", group)
    return f"{grouped}{decimal}{fraction:0{places}d}" if places else grouped


def amount(minor: int, currency: str = "EUR", locale: str = "fr-FR") -> str:
    """Minor units without the currency, for table cells whose heading names it: « 1 240,00 »."""
    style = _style(locale)
    return ("", MINUS)[minor < 0] + _digits(minor, currency, style.group, style.decimal)


def money(minor: int, currency: str = "EUR", locale: str = "fr-FR") -> str:
    """Minor units as people read them: « 1 240,00 € », `€ 1.240,00` (nl-BE), `€1,240.00` (en).

    Spaces never break, the minus is U+2212, and decimals are those of the currency.
    """
    style = _style(locale)
    sign = MINUS if minor < 0 else ""
    digits = _digits(minor, currency, style.group, style.decimal)
    symbol = "€" if currency == "EUR" else _symbol(currency, locale)
    if not style.currency_first:
        return f"{sign}{digits}{NBSP}{symbol}"
    if style.language == "nl":
        return f"{symbol}{NBSP}{sign}{digits}"
    # CLDR sets a code of letters apart from the digits; Babel forgets to.
    return f"{sign}{symbol}{NBSP if symbol[-1].isalpha() else ''}{digits}"


def plain_amount(minor: int, currency: str = "EUR", locale: str = "fr-FR") -> str:
    """Minor units for a CSV cell that a spreadsheet of this locale reads as a number: `-1240,00`."""
    return ("", "-")[minor < 0] + _digits(minor, currency, "", _style(locale).decimal)


def plain_money(minor: int, currency: str = "EUR", locale: str = "fr-FR") -> str:
    """Minor units for an SMS: `1240,00 EUR`, whose signs all stand in the GSM alphabet."""
    return f"{plain_amount(minor, currency, locale)} {currency}"


def plain(text: str) -> str:
    """The same words with ordinary spaces, hyphens, quotes and no ligature, for CSV and SMS. Accents stay."""
    return text.translate(_PLAIN)


@lru_cache(maxsize=4096)
def day(on: date, locale: str = "fr-FR") -> str:
    """A date in a table: `22/11/2026` in every locale we write, English included (our readers are European)."""
    _style(locale)
    return f"{on.day:02d}/{on.month:02d}/{on.year:04d}"


@lru_cache(maxsize=8192)
def day_in_words(on: date, locale: str = "fr-FR", *, weekday: bool = True) -> str:
    """A date in a sentence: « dimanche 22 novembre 2026 », « 1ᵉʳ janvier 2026 », « Sunday 22 November 2026 »."""
    style = _style(locale)
    number = style.first if on.day == 1 else str(on.day)
    words = f"{number} {style.months[on.month - 1]} {on.year}"
    return f"{style.weekdays[on.weekday()]} {words}" if weekday else words


def rate(percent: Decimal, locale: str = "fr-FR") -> str:
    """A rate given in per cent, with two decimals or as many as it has: « 12,15 % »."""
    style = _style(locale)
    text = f"{abs(percent).normalize():f}"
    whole, _, fraction = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", style.group)
    return f"{MINUS if percent < 0 else ''}{grouped}{style.decimal}{fraction.ljust(2, '0')}{style.percent}"


def days(count: int, locale: str = "fr-FR") -> str:
    """A number of days: « 1 jour », « 19 jours », `1 dag`, `0 days`; the space does not break."""
    style = _style(locale)
    noun = style.one_day if style.singular_min <= abs(count) <= style.singular_max else style.many_days
    grouped = f"{abs(count):,}".replace(",", style.group)
    return f"{MINUS if count < 0 else ''}{grouped}{NBSP}{noun}"


def listed(items: Sequence[str], locale: str = "fr-FR") -> str:
    """Several things in a sentence: « a, b et c », `a, b en c`, `a, b and c`. Empty for none."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + _style(locale).and_ + items[-1]


_PLAIN_SUM = re.compile(r"(?<![\w.,])(-?\d{1,16}\.\d{2,3}) ([A-Z]{3})\b")


def sentence(text: str, locale: str = "fr-FR") -> str:
    """A rule's sentence as people read it: `1002.00 EUR` in it becomes « 1 002,00 € ». Rules know no language."""
    return _PLAIN_SUM.sub(lambda m: money(to_minor(Decimal(m[1]), m[2]), m[2], locale), text)
