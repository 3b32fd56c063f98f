"""A wrong line in a file of figures is named, with its file and its number."""

import pytest

from acquit.law.tables import RATE_COLUMNS, BadTable, Row, figure, figure_keys, parse, rates, series, whole_figure

HEAD = ",".join(RATE_COLUMNS) + "\n"
GOOD = "2026-01-01,2026-06-30,12.15,art. 1,a source,2026-11-22,text,\n"
NEXT = "2026-07-01,2026-12-31,12.40,art. 1,a source,2026-11-22,text,\n"


def read(text: str) -> object:
    rows = list(parse("x.csv", text, RATE_COLUMNS))
    return series("x", "percent", rows, lambda row: row.number("rate"))


def test_a_good_table_is_read() -> None:
    assert repr(read(HEAD + GOOD + NEXT)) == "<Series x: 2 values>"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "x.csv, line 1: the columns must be"),
        ("valid_from,rate\n", "x.csv, line 1: the columns must be"),
        (HEAD + GOOD.replace(",text,", ",text"), "x.csv, line 2: 7 cells for 8 columns"),
        (HEAD + GOOD.replace("12.15", " 12.15"), "x.csv, line 2: a cell begins or ends with a space"),
        (HEAD + GOOD.replace("12.15", "12,15"), "x.csv, line 2: 9 cells"),
        (HEAD + GOOD.replace("12.15", "NaN"), "x.csv, line 2: rate is not a number: 'NaN'"),
        (HEAD + GOOD.replace("12.15", "-1"), "x.csv, line 2: rate is not a number"),
        (HEAD + GOOD.replace("12.15", "١٢"), "x.csv, line 2: rate is not a number"),
        (HEAD + GOOD.replace("2026-01-01", "20260101"), "x.csv, line 2: valid_from is not a day"),
        (HEAD + GOOD.replace("2026-01-01", "2026-02-30"), "x.csv, line 2: valid_from is not a day"),
        (HEAD + GOOD.replace("2026-06-30", "2025-06-30"), "x.csv, line 2: valid_to is before valid_from"),
        (HEAD + GOOD.replace("art. 1", ""), "x.csv, line 2: article is empty"),
        (HEAD + GOOD.replace("a source", ""), "x.csv, line 2: source is empty"),
        (HEAD + GOOD.replace(",text,", ",sure,"), "x.csv, line 2: confidence is not one of"),
        (HEAD + NEXT + GOOD, "x.csv, line 2: the next line does not begin later"),
        (HEAD + GOOD + GOOD, "x.csv, line 2: the next line does not begin later"),
        (HEAD + GOOD.replace("06-30", "06-29") + NEXT, "x.csv, line 2: gap or overlap: valid_to should be 2026-06-30"),
        (HEAD + GOOD + 'x,"y', "x.csv, line 3"),
        (HEAD, "x has no line"),
    ],
)
def test_a_bad_table_is_named(text: str, words: str) -> None:
    with pytest.raises(BadTable, match=words):
        read(text)


def test_an_empty_end_runs_to_the_next_line() -> None:
    rows = list(parse("x.csv", HEAD + GOOD.replace("2026-06-30", "") + NEXT, RATE_COLUMNS))
    first = series("x", "percent", rows, lambda row: row.number("rate")).entries[0]
    assert str(first.until) == "2026-06-30"


def test_every_figure_is_read_with_its_source() -> None:
    for key in figure_keys():
        assert figure(key).unit
        assert all(entry.citation.article and entry.citation.source for entry in figure(key).entries)


def test_euros_become_cents_and_a_fraction_of_a_point_is_not_whole() -> None:
    assert whole_figure("fr.recovery_compensation").latest.value == 4000
    assert whole_figure("fr.term_longest").latest.value == 60
    with pytest.raises(BadTable, match=r"figures\.csv, line \d+: value is not whole"):
        whole_figure("be.commercial_step")


def test_an_unknown_figure_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        figure("fr.no_such_figure")


def test_a_table_is_read_once() -> None:
    assert rates("fr_late_payment") is rates("fr_late_payment")


def test_a_row_names_its_place() -> None:
    assert str(Row("x.csv", 7, {}).fail("bad")) == "law/data/x.csv, line 7: bad"
