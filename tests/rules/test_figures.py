"""The state of a receivable of 100.00 due on 23 November, as one word."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.rules.figures import WORDS, State, state_of

DUE = date(2026, 11, 23)


def day(number: int) -> date:
    return date(2026, 11, number)


@pytest.mark.parametrize(
    ("owed", "hold", "hold_until", "on", "expected"),
    [
        pytest.param(100_00, "", None, day(1), State("open", 0), id="far from due"),
        pytest.param(100_00, "", None, day(15), State("open", 0), id="eight days before"),
        pytest.param(100_00, "", None, day(16), State("upcoming", 0), id="seven days before"),
        pytest.param(100_00, "", None, day(23), State("upcoming", 0), id="on the due day itself it is not late"),
        pytest.param(100_00, "", None, day(24), State("late", 1), id="the day after it is"),
        pytest.param(40_00, "", None, day(1), State("partial", 0), id="partly paid in time"),
        pytest.param(40_00, "", None, day(30), State("late", 7), id="partly paid and late: late"),
        pytest.param(0, "", None, day(30), State("paid", 0), id="paid, whenever"),
        pytest.param(0, "dispute", None, day(30), State("paid", 0), id="paid, whatever was disputed"),
        pytest.param(100_00, "dispute", None, day(30), State("dispute", 7), id="disputed without end"),
        pytest.param(100_00, "said_paid", None, day(24), State("said_paid", 1), id="the customer says it is paid"),
        pytest.param(100_00, "promise", day(27), day(27), State("promise", 4), id="promised for today"),
        pytest.param(100_00, "promise", day(27), day(28), State("late", 5), id="a promise not kept"),
        pytest.param(40_00, "pause", day(22), day(22), State("pause", 0), id="suspended before it is due"),
    ],
)
def test_one_word_says_where_a_receivable_stands(owed, hold, hold_until, on, expected):
    assert state_of(owed, 100_00, DUE, hold, hold_until, on) == expected


@given(st.integers(0, 100_00), st.sampled_from(["", *WORDS]), st.integers(-900, 900), st.integers(-900, 900))
def test_every_state_has_its_word_and_lateness_never_runs_backwards(owed, hold, until, on):
    def at(number: int) -> date:
        return date.fromordinal(DUE.toordinal() + number)

    today, tomorrow = (state_of(owed, 100_00, DUE, hold, at(until), at(n)) for n in (on, on + 1))

    assert today.code in WORDS
    assert today.days_late <= tomorrow.days_late <= today.days_late + 1
    assert (today.code == "paid") == (owed == 0)
