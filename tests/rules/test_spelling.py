"""How amounts, dates, rates and lists are written, against CLDR and against UX conventions."""

from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from acquit.rules import spelling
from acquit.rules.money import CENTS_MAX, parse_amount, to_decimal

CLDR = {"fr-FR": "fr_FR", "fr-BE": "fr_BE", "nl-BE": "nl_BE", "en": "en_GB"}
cents = st.integers(-CENTS_MAX, CENTS_MAX)
locales = st.sampled_from(spelling.LOCALES)


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (124000, "EUR", "fr-FR", "1\u202f240,00\u00a0€"),
        (124000, "EUR", "fr-BE", "1\u202f240,00\u00a0€"),
        (124000, "EUR", "nl-BE", "€\u00a01.240,00"),
        (124000, "EUR", "en", "€1,240.00"),
        (-48000, "EUR", "fr-FR", "\u2212480,00\u00a0€"),
        (-48000, "EUR", "nl-BE", "€\u00a0\u2212480,00"),
        (-48000, "EUR", "en", "\u2212€480.00"),
        (0, "EUR", "fr-FR", "0,00\u00a0€"),
        (5, "EUR", "fr-FR", "0,05\u00a0€"),
        (1234567, "JPY", "fr-FR", "1\u202f234\u202f567\u00a0JPY"),
        (1234567, "TND", "fr-FR", "1\u202f234,567\u00a0TND"),
        (123456, "CHF", "en", "CHF\u00a01,234.56"),
        (123456, "USD", "fr_FR", "1\u202f234,56\u00a0$US"),
    ],
)
def test_an_amount_is_written_as_the_country_writes_it(minor, currency, locale, text):
    assert spelling.money(minor, currency, locale) == text


@given(cents, locales, st.sampled_from(["EUR", "USD", "GBP", "CHF", "JPY", "TND", "XOF", "SEK"]))
def test_the_fast_road_writes_what_babel_writes(minor, locale, currency):
    babel = format_currency(to_decimal(minor, currency), currency, locale=CLDR[locale]).replace("-", "\u2212")
    ours = spelling.money(minor, currency, locale)
    if locale == "en":  # CLDR's own rule on codes of letters, which Babel leaves out
        babel, ours = babel.replace("\u00a0", ""), ours.replace("\u00a0", "")
    assert ours == babel


@given(cents, locales)
def test_what_we_write_we_can_read_again(minor, locale):
    decimal = "." if locale == "en" else ","
    minor = max(-CENTS_MAX // 10, min(minor, CENTS_MAX // 10))
    assert parse_amount(spelling.money(minor, "EUR", locale), decimal=decimal) == minor
    assert parse_amount(spelling.plain_money(minor, "EUR", locale), decimal=decimal) == minor
    assert parse_amount(spelling.amount(minor, "EUR", locale), decimal=decimal) == minor


@given(st.dates(date(1000, 1, 1)), locales)
def test_a_date_in_words_has_the_words_of_cldr(on, locale):
    babel = format_date(on, "EEEE d MMMM y", locale=CLDR[locale])
    if on.day == 1 and locale.startswith("fr"):
        babel = babel.replace(" 1 ", " 1ᵉʳ ")
    assert spelling.day_in_words(on, locale) == babel
    assert babel.endswith(spelling.day_in_words(on, locale, weekday=False))


@pytest.mark.parametrize(
    ("on", "locale", "words"),
    [
        (date(2026, 11, 22), "fr-FR", "dimanche 22 novembre 2026"),
        (date(2026, 1, 1), "fr-BE", "jeudi 1ᵉʳ janvier 2026"),
        (date(2026, 11, 22), "nl-BE", "zondag 22 november 2026"),
        (date(2026, 1, 1), "en", "Thursday 1 January 2026"),
    ],
)
def test_a_date_in_a_sentence(on, locale, words):
    assert spelling.day_in_words(on, locale) == words


@pytest.mark.parametrize("locale", spelling.LOCALES)
def test_a_date_in_a_table_is_short_and_the_day_comes_first(locale):
    assert spelling.day(date(2026, 2, 3), locale) == "03/02/2026"


@pytest.mark.parametrize(
    ("percent", "locale", "text"),
    [
        ("12.15", "fr-FR", "12,15\u00a0%"),
        ("10.5", "fr-BE", "10,50\u00a0%"),
        ("10", "nl-BE", "10,00%"),
        ("100", "en", "100.00%"),
        ("2.625", "en", "2.625%"),
        ("-0.5", "fr-FR", "\u22120,50\u00a0%"),
        ("1234.5", "fr-FR", "1\u202f234,50\u00a0%"),
    ],
)
def test_a_rate_keeps_all_its_decimals(percent, locale, text):
    assert spelling.rate(Decimal(percent), locale) == text


@pytest.mark.parametrize(
    ("count", "locale", "text"),
    [
        (0, "fr-FR", "0 jour"),
        (1, "fr-FR", "1 jour"),
        (2, "fr-BE", "2 jours"),
        (0, "nl-BE", "0 dagen"),
        (1, "nl-BE", "1 dag"),
        (0, "en", "0 days"),
        (1, "en", "1 day"),
        (19, "en", "19 days"),
    ],
)
def test_days_agree_with_their_number(count, locale, text):
    assert spelling.days(count, locale) == text.replace(" ", "\u00a0")


def test_long_delays_are_grouped_like_other_numbers():
    assert spelling.days(1200, "fr-FR") == "1\u202f200\u00a0jours"
    assert spelling.days(-3, "en") == "\u22123\u00a0days"


@given(st.lists(st.text(min_size=1), max_size=6), locales)
def test_a_list_in_a_sentence_is_that_of_cldr(items, locale):
    assert spelling.listed(items, locale) == format_list(items, locale=CLDR[locale])


def test_csv_and_sms_have_no_special_spaces():
    assert spelling.plain_amount(-124000) == "-1240,00"
    assert spelling.plain_amount(124000, "EUR", "en") == "1240.00"
    assert spelling.plain_money(124000) == "1240,00 EUR"
    assert spelling.plain("«\u00a01ᵉʳ\u00a0» l’œuvre\u202f! −3 …") == '" 1er " l\'oeuvre ! -3 ...'


def test_locales_are_understood_by_language_and_strangers_are_refused():
    assert spelling.language_of("fr_BE") == "fr"
    assert spelling.language_of("en-US") == "en"
    assert spelling.money(100, "EUR", "nl-NL") == "€\u00a01,00"
    for stranger in ("de-BE", "", "français"):
        with pytest.raises(ValueError, match="no spelling"):
            spelling.money(100, "EUR", stranger)
