"""The cast at their screens, on the twenty-third of November 2026, a Monday."""

from datetime import date

import pytest
import time_machine

from acquit.receivables.actions import bank_known
from tests.web.desk import owes, signed_in


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel("2026-11-23T09:00:00+00:00", tick=False):
        yield


@pytest.fixture
def at_alices(alice, in_lumen):
    """Alice's browser: she owns the firm."""
    return signed_in(alice)


@pytest.fixture
def at_bobs(bob, in_lumen):
    """Bob's browser: he may only read."""
    return signed_in(bob)


@pytest.fixture
def at_charlies(charlie):
    """Charlie's browser: he is of another firm."""
    return signed_in(charlie)


@pytest.fixture
def late(in_lumen, dupont, by):
    """1,200.00 that Dupont has owed since 18 October."""
    return owes(in_lumen, dupont, "F-2026-031", 120000, date(2026, 10, 18), by)


@pytest.fixture
def coming(in_lumen, dupont, by):
    """300.00 that Dupont owes on 8 December."""
    return owes(in_lumen, dupont, "F-2026-044", 30000, date(2026, 12, 8), by)


@pytest.fixture
def fresh_bank(in_lumen, by):
    bank_known(in_lumen, date(2026, 11, 20), by)
