"""Amounts: read as people write them, rounded in one place, split without losing a cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.rules.money import (
    CENTS_MAX,
    decimals_of,
    parse_amount,
    round_half_up,
    spell,
    split,
    to_decimal,
    to_minor,
)
from acquit.rules.refusal import Refused

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "TND"])
minor_units = st.integers(-CENTS_MAX, CENTS_MAX)


# --- Reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0", 0),
        ("12", 1200),
        ("12,5", 1250),
        ("12.50", 1250),
        (",5", 50),
        ("1234,56", 123456),
        ("1 234,56", 123456),
        ("1\u00a0234,56", 123456),
        ("1\u202f234,56", 123456),
        ("1\u2009234,56", 123456),
        ("1'234.56", 123456),
        ("1’234.56", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1.234.567", 123456700),
        ("1,234,567.8", 123456780),
        ("1234,500", 123450),
        ("€ 12,00", 1200),
        ("12,00 €", 1200),
        ("EUR 12.00", 1200),
        ("-12,00", -1200),
        ("12,00-", -1200),
        ("\u221212,00", -1200),
        ("+12,00", 1200),
        ("(12,00)", -1200),
        ("(12,00 €)", -1200),
        ("  12,00  ", 1200),
        ("0,00", 0),
        ("9 999 999 999 999,99", CENTS_MAX),
    ],
)
def test_it_reads(text: str, cents: int) -> None:
    assert parse_amount(text) == cents


@pytest.mark.parametrize(
    ("text", "decimal", "cents"),
    [
        ("1.234", ",", 123400),
        ("1,234", ".", 123400),
        ("1.234,5", ",", 123450),
        ("12,34", ",", 1234),
        ("1234", ",", 123400),
    ],
)
def test_the_separator_of_the_file_settles_it(text: str, decimal: str, cents: int) -> None:
    assert parse_amount(text, decimal=decimal) == cents


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1234", "JPY", 1234),
        ("1.234,567", "TND", 1234567),
        ("1,234", "TND", 1234),
        ("12.50 USD", "USD", 1250),
        ("CHF 1'000.05", "CHF", 100005),
    ],
)
def test_other_currencies_have_their_decimals(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency=currency) == minor


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.345", "-1.000"])
def test_two_readings_are_one_too_many(text: str) -> None:
    with pytest.raises(Refused, match="peut se lire de deux façons"):
        parse_amount(text)


@pytest.mark.parametrize("text", ["12,345678", "0,0001", "1.234,567"])
def test_more_decimals_than_the_currency_has(text: str) -> None:
    with pytest.raises(Refused, match="plus de décimales que sa monnaie"):
        parse_amount(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        ".",
        "abc",
        "NaN",
        "inf",
        "1e3",
        "1_000",
        "١٢",
        "0x10",
        "12,34,5",
        "1.23,45",
        "1,23.45",
        "12,,5",
        "--12",
        "(-12)",
        "12 USD",
        "1.2345.678",
        "1" * 25,
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="n’est pas lisible"):
        parse_amount(text)


@pytest.mark.parametrize("text", ["10 000 000 000 000,00", "99999999999999999"])
def test_an_absurd_amount_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="trop grand"):
        parse_amount(text)


def test_a_wrong_separator_in_the_middle_is_refused() -> None:
    with pytest.raises(Refused, match="n’est pas lisible"):
        parse_amount("12.34", decimal=",")


@given(minor_units, CURRENCIES)
def test_what_we_spell_we_read(minor: int, currency: str) -> None:
    assert parse_amount(spell(minor, currency), currency=currency, decimal=".") == minor


@given(minor_units, st.sampled_from([" ", "\u00a0", "\u202f", ".", "'", "’"]))
def test_we_read_every_grouping_of_thousands(cents: int, group: str) -> None:
    text = f"{to_decimal(cents):,.2f}".replace(".", "#").replace(",", group).replace("#", ",")
    assert parse_amount(text) == cents


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        cents = parse_amount(text)
    except Refused:
        return
    assert abs(cents) <= CENTS_MAX
    assert any(c.isascii() and c.isdigit() for c in text)


# --- Rounding ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "decimals", "expected"),
    [
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("2.4999", 0, "2"),
        ("1.005", 2, "1.01"),
        ("1.004", 2, "1.00"),
    ],
)
def test_half_goes_away_from_zero(amount: str, decimals: int, expected: str) -> None:
    assert round_half_up(Decimal(amount), decimals) == Decimal(expected)


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "spelled"),
    [
        ("12.345", "EUR", 1235, "12.35"),
        ("-12.345", "EUR", -1235, "-12.35"),
        ("12.5", "JPY", 13, "13"),
        ("1.0005", "TND", 1001, "1.001"),
        ("0", "EUR", 0, "0.00"),
    ],
)
def test_minor_units_and_back(amount: str, currency: str, minor: int, spelled: str) -> None:
    assert to_minor(Decimal(amount), currency) == minor
    assert spell(minor, currency) == spelled
    assert decimals_of(currency) == len(spelled.partition(".")[2])


@given(minor_units, CURRENCIES)
def test_nothing_is_lost_between_units_and_decimals(minor: int, currency: str) -> None:
    assert to_minor(to_decimal(minor, currency), currency) == minor


# --- Splitting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (1000, [30, 70], [300, 700]),
        (1, [1, 1], [1, 0]),
        (5, [0, 1, 0], [0, 5, 0]),
        (0, [1, 2], [0, 0]),
        (10, [1, 2, 4], [1, 3, 6]),
    ],
)
def test_split(total: int, weights: list[int], parts: list[int]) -> None:
    assert split(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [3, -1]])
def test_weights_must_weigh(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must be non-negative"):
        split(100, weights)


weighted = st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any)


@given(minor_units, weighted)
def test_a_split_loses_nothing_and_is_fair(total: int, weights: list[int]) -> None:
    parts = split(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)
        assert part == 0 or (part > 0) == (total > 0)


@given(minor_units, weighted)
def test_a_split_of_the_opposite_is_the_opposite(total: int, weights: list[int]) -> None:
    assert split(-total, weights) == [-part for part in split(total, weights)]
