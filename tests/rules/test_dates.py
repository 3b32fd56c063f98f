"""Dates are read day first in every spelling people use, and impossible ones are refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.rules.dates import is_date, month_comes_first, parse_date
from acquit.rules.refusal import Refused

THIRD_OF_APRIL = [
    "03/04/2026",
    "3/4/2026",
    "03/04/26",
    "03.04.26",
    "03-04-2026",
    "2026-04-03",
    "2026/04/03",
    "2026.04.03.",
    "20260403",
    "2026-04-03T23:30:00-05:00",
    "03-avr-2026",
    "03-avr.-26",
    "3avril2026",
    "2026-04-03T10:00:00Z",
]


@pytest.mark.parametrize(
    "text",
    [
        *THIRD_OF_APRIL,
        "3 avril 2026",
        "3 Apr 2026",
        "3. April 2026",
        "3 april 26",
        "April 3, 2026",
        "3 de abril de 2026",
        "03/04/2026 14:05",
        "2026-04-03 00:00:00",
        " 03/04/2026 ",
    ],
)
def test_the_third_of_april(text):
    assert parse_date(text) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er mars 2026", date(2026, 3, 1)),
        ("15 août 2026", date(2026, 8, 15)),
        ("31-déc-2026", date(2026, 12, 31)),
        ("5 mei 2026", date(2026, 5, 5)),
        ("12-Dec-2019", date(2019, 12, 12)),
        ("7 März 2026", date(2026, 3, 7)),
        ("29/02/2028", date(2028, 2, 29)),
        ("31/12/99", date(1999, 12, 31)),
        ("31/12/89", date(2089, 12, 31)),
    ],
)
def test_months_by_name_and_years_of_two_digits(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["31/02/2026", "04/13/2026", "29/02/2027", "2026-13-01", "20261301", "32/01/2026"])
def test_a_day_that_is_not_in_the_calendar_is_refused(text):
    with pytest.raises(Refused, match="n’existe pas"):
        parse_date(text)


@pytest.mark.parametrize("text", ["00/00/0000", "01/01/1889", "0001-01-01", "01/01/2101", "99991231"])
def test_a_year_out_of_bounds_is_refused(text):
    with pytest.raises(Refused, match="hors des années"):
        parse_date(text)


@pytest.mark.parametrize(
    "text", ["", "hier", "12", "03/04", "03/04-2026", "٠٣/٠٤/٢٠٢٦", "1234,56", "3 brumaire 2026", "x" * 500]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(Refused, match="n’est pas lisible"):
        parse_date(text)
    assert not is_date(text)


def test_the_month_comes_first_only_on_request():
    assert parse_date("03/04/2026", day_first=False) == date(2026, 3, 4)
    assert parse_date("2026-04-03", day_first=False) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("column", "answer"),
    [
        (["12/15/2018", "03/04/2018"], True),
        (["12/15/2018", "15/12/2018"], False),
        (["03/04/2018", "05/06/2018"], False),
        (["2018-12-15"], False),
        ([], False),
    ],
)
def test_a_column_is_american_when_it_can_be_nothing_else(column, answer):
    assert month_comes_first(column) is answer


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%Y%m%d", "%d.%m.%Y"]))
def test_every_day_survives_being_written_and_read(day, spelling):
    assert parse_date(day.strftime(spelling)) == day
