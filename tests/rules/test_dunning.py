"""What to do about a receivable today, and why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.law.working_days import add_working_days, is_working_day
from acquit.rules import dunning
from acquit.rules.dunning import STANDARD, Case, Send, Step, Stop, Wait, group, may_leave_at, next_move

DUE = date(2026, 9, 14)  # a Monday; no holiday near
FRESH = date(2030, 1, 1)

CASE = Case(
    receivable=1,
    customer=1,
    owed=120_000,
    currency="EUR",
    issued_on=DUE - timedelta(30),
    due_on=DUE,
    kind="business",
    country="FR",
    in_service=True,
    bank_known_until=FRESH,
)


def days(count):
    return DUE + timedelta(count)


@pytest.mark.parametrize(
    ("day", "said", "level"),
    [
        (-3, (0, None), "upcoming"),
        (3, (0, None), "courteous"),
        (3, (1, -3), "courteous"),
        (14, (2, 3), "firm"),
        (25, (3, 12), "final"),
        (28, (0, None), "resume"),
        (91, (0, None), "resume"),
    ],
)
def test_each_step_of_the_standard_plan_on_its_day(day, said, level):
    step, on = said
    case = replace(CASE, said_step=step, said_on=None if on is None else days(on))
    move = next_move(case, STANDARD, days(day))
    assert isinstance(move, Send)
    assert move.step.level == level


@pytest.mark.parametrize(
    ("changes", "day", "reason", "until"),
    [
        ({}, -10, "step_day", -3),
        ({}, 0, "step_day", 3),
        ({}, 1, "step_day", 3),
        ({"said_step": 2, "said_on": days(3)}, 4, "step_day", 14),  # J+12 is a Saturday
        ({"said_step": 2, "said_on": days(9)}, 12, "step_day", 18),  # nine days apart, as in the plan
        ({"contacted_on": days(2)}, 3, "contact_gap", 8),
        ({"hold": "dispute"}, 5, "dispute", None),
        ({"hold": "promise", "hold_until": days(10)}, 5, "promise", 11),
        ({"hold": "pause", "hold_until": days(5)}, 5, "pause", 6),
        ({"in_service": False}, 5, "not_in_service", None),
        ({"has_address": False}, 5, "no_address", None),
        ({"address_refused": True}, 5, "address_refused", None),
        ({"credit": 120_000}, 5, "credit", None),
        ({"unresolved": True}, 5, "unresolved", None),
        ({"planned": True}, 5, "planned", None),
        ({"bank_known_until": None}, 4, "bank_unknown", 7),
        ({"bank_known_until": days(-3)}, 4, "bank_old", 7),  # Friday before to Friday: five working days
        ({}, 5, "not_working_day", 7),  # a Saturday
    ],
)
def test_each_reason_to_wait_and_the_day_to_look_again(changes, day, reason, until):
    move = next_move(replace(CASE, **changes), STANDARD, days(day))
    assert isinstance(move, Wait)
    assert move.reason == reason
    assert move.until == (None if until is None else days(until))


def test_a_hold_that_is_over_holds_nothing():
    case = replace(CASE, hold="promise", hold_until=days(3))
    assert isinstance(next_move(case, STANDARD, days(4)), Send)


def test_nothing_is_said_about_what_is_paid():
    assert next_move(replace(CASE, owed=0), STANDARD, days(30)) == Stop("settled")


def test_after_the_last_step_a_person_decides():
    case = replace(CASE, said_step=4, said_on=days(25))
    assert next_move(case, STANDARD, days(40)) == Stop("plan_ended")


def test_credit_that_covers_only_a_part_does_not_hold_the_reminder():
    assert isinstance(next_move(replace(CASE, credit=119_999), STANDARD, days(4)), Send)


def test_the_bank_may_be_four_working_days_old_and_two_for_the_last_notice():
    monday = days(14)
    four_days_old = replace(CASE, bank_known_until=days(8), said_step=2, said_on=days(3))
    assert isinstance(next_move(four_days_old, STANDARD, monday), Send)
    last = replace(CASE, bank_known_until=days(22), said_step=3, said_on=days(12))
    assert next_move(last, STANDARD, days(25)) == Wait("bank_old", days(28), STANDARD.steps[3])


def test_no_reminder_of_lateness_within_a_week_of_the_invoice():
    paid_on_receipt = replace(CASE, issued_on=DUE, due_on=DUE)
    assert next_move(paid_on_receipt, STANDARD, days(3)) == Wait("step_day", days(7), STANDARD.steps[1])


def test_a_missed_run_catches_up_once_and_with_the_step_that_follows():
    """The server was off from J+4 to J+40: the firm reminder goes, the last notice waits its thirteen days."""
    case = replace(CASE, said_step=2, said_on=days(3))
    move = next_move(case, STANDARD, days(42))
    assert isinstance(move, Send)
    assert move.step.level == "firm"
    after = replace(case, said_step=3, said_on=days(42), contacted_on=days(42))
    assert next_move(after, STANDARD, days(42)) == Wait("step_day", days(56), STANDARD.steps[3])


@pytest.mark.parametrize(
    ("country", "holiday"), [("FR", date(2026, 7, 14)), ("BE", date(2026, 7, 21)), ("FR", date(2026, 5, 1))]
)
def test_nobody_is_written_to_on_a_holiday_of_their_country(country, holiday):
    case = replace(CASE, country=country, due_on=holiday - timedelta(3), issued_on=holiday - timedelta(40))
    move = next_move(case, STANDARD, holiday)
    assert isinstance(move, Wait)
    assert move.reason == "not_working_day"


def test_a_belgian_consumer_has_fourteen_days_after_the_first_reminder():
    case = replace(CASE, kind="consumer", country="BE", said_step=2, said_on=days(3))
    assert next_move(case, STANDARD, days(16)) == Wait("step_day", days(18), STANDARD.steps[2])


def test_a_belgian_consumer_is_first_told_what_the_law_says_however_old_the_debt():
    move = next_move(replace(CASE, kind="consumer", country="BE"), STANDARD, days(91))
    assert isinstance(move, Send)
    assert move.step.level == "courteous"


def late(receivable, level="courteous", customer=1, currency="EUR"):
    positions = {"upcoming": 1, "courteous": 2, "resume": 2, "firm": 3, "final": 4}
    case = replace(CASE, receivable=receivable, customer=customer, currency=currency)
    return case, Step(positions[level], level, 3)


def test_one_message_per_customer_in_the_tone_of_the_gravest():
    letters = group([late(1), late(2, "firm"), late(3, customer=2)])
    assert [(x.customer, x.step.level, [c.receivable for c, _ in x.lines]) for x in letters] == [
        (1, "firm", [1, 2]),
        (2, "courteous", [3]),
    ]


def test_currencies_do_not_share_a_message():
    assert len(group([late(1), late(2, currency="USD")])) == 2


def test_what_is_late_goes_before_what_is_coming():
    (letter,) = group([late(1, "upcoming"), late(2)])
    assert [case.receivable for case, _ in letter.lines] == [2]


def test_an_old_claim_never_appears_first_in_a_last_notice():
    (letter,) = group([late(1, "resume"), late(2, "final")])
    assert [case.receivable for case, _ in letter.lines] == [2]
    (gentle,) = group([late(1, "resume"), late(2, "courteous")])
    assert gentle.step.level == "resume"
    assert len(gentle.lines) == 2


@pytest.mark.parametrize(
    ("moment", "may"),
    [
        (datetime(2026, 11, 23, 8, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 17, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 18, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), False),
        (datetime(2026, 11, 11, 12, 0, tzinfo=UTC), False),
    ],
)
def test_messages_leave_on_working_days_between_nine_and_six(moment, may):
    assert may_leave_at(moment, "FR") is may


somedays = st.dates(date(2025, 1, 1), date(2027, 6, 30))
maybe = st.one_of(st.none(), somedays)
cases = st.builds(
    Case,
    receivable=st.just(1),
    customer=st.just(1),
    owed=st.integers(0, 10**7),
    currency=st.just("EUR"),
    issued_on=somedays,
    due_on=somedays,
    kind=st.sampled_from(["business", "consumer", "public"]),
    country=st.sampled_from(["FR", "BE"]),
    in_service=st.booleans(),
    bank_known_until=maybe,
    hold=st.sampled_from(["", "", "dispute", "promise", "pause", "said_paid"]),
    hold_until=maybe,
    has_address=st.sampled_from([True, True, True, False]),
    said_step=st.integers(0, 4),
    said_on=maybe,
    contacted_on=maybe,
    credit=st.sampled_from([0, 0, 10**7]),
)


def consistent(case):
    """A step was said on a day, or none was on none; a hold's end belongs to a hold."""
    if case.said_step == 0 or case.said_on is None:
        case = replace(case, said_step=0, said_on=None)
    return case if case.hold else replace(case, hold_until=None)


@given(cases, somedays)
def test_before_the_day_to_look_again_nothing_can_leave(case, today):
    """The law of wake days: a run that reads only what is due misses nothing that a full run would send."""
    case = consistent(case)
    move = next_move(case, STANDARD, today)
    if isinstance(move, Wait) and move.until is not None:
        assert move.until > today
        for ahead in range((move.until - today).days):
            assert not isinstance(next_move(case, STANDARD, today + timedelta(ahead)), Send)
    elif not isinstance(move, Send):
        for ahead in range(1, 60):
            assert not isinstance(next_move(case, STANDARD, today + timedelta(ahead)), Send)


@given(cases, somedays)
def test_whatever_leaves_leaves_lawfully(case, today):
    case = consistent(case)
    move = next_move(case, STANDARD, today)
    if not isinstance(move, Send):
        return
    assert case.owed > 0
    assert case.in_service
    assert case.has_address
    assert is_working_day(today, case.country)
    assert case.credit < case.owed
    assert not case.hold or (case.hold_until is not None and case.hold_until < today)
    assert move.step.position > case.said_step
    assert case.bank_known_until is not None
    if case.contacted_on is not None:
        assert today >= add_working_days(case.contacted_on, STANDARD.gap_days, case.country)
    if move.step.offset > 0:
        assert today > case.due_on


@given(cases, somedays)
def test_what_was_said_today_is_not_said_again_today(case, today):
    case = consistent(case)
    move = next_move(case, STANDARD, today)
    if isinstance(move, Send):
        said = replace(case, said_step=move.step.position, said_on=today, contacted_on=today)
        assert not isinstance(next_move(said, STANDARD, today), Send)


@given(cases, somedays)
def test_the_same_question_has_the_same_answer(case, today):
    assert next_move(case, STANDARD, today) == next_move(case, STANDARD, today)


def test_every_answer_has_a_sentence():
    codes = {value for name, value in vars(dunning).items() if name.isupper() and isinstance(value, str)}
    levels = set(dunning.SEVERITY)
    assert codes - levels == set(dunning.REASONS)
