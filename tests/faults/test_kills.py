"""Workers killed in the middle of a run, or many on one: each message once at the server, none lost in silence."""

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from acquit.mailroom.models import State
from tests.faults.world import Ledger


def settled(place, ledger, count: int, kills: int) -> Counter:
    """What must be true after any run that was broken off and taken up again; answers the messages by state."""
    now = place.do("tell")
    accepted, states = ledger.accepted, now["messages"]
    sent = {message_id for message_id, state in states.items() if state == State.SENT}
    unknown = {message_id for message_id, state in states.items() if state == State.UNKNOWN}
    assert max(Counter(accepted).values()) == 1, "a message was sent twice"
    assert set(accepted) <= sent | unknown
    assert sent <= set(accepted), "a message that never arrived is said to be sent"
    assert len(states) == count == len(sent) + len(unknown), "a message was lost in silence"
    assert len(unknown) <= kills
    assert sorted(now["said"]) == sorted(sent), "what was said is not what was sent"
    assert now["red"] == []
    return Counter(states.values())


def test_fifty_kills_at_random_moments_of_a_run_of_a_thousand(place, ledger):
    """`kill -9`, from the planning of the letters to the last of them."""
    place.do("owed", 1000)
    chance, kills = random.Random(20261123), 0
    while True:
        (pid,) = place.start(["work", ledger.port])
        if kills < 50:
            time.sleep(chance.uniform(0, 0.9))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        (code,) = place.wait()
        assert code in (0, -signal.SIGKILL), [p.read_text() for p in place.folder.glob("said.*")]
        kills += code != 0
        if code == 0:
            break
    print(f"kills: {kills}, {settled(place, ledger, 1000, kills)}")
    assert kills == 50


def test_a_kill_between_the_content_taken_and_the_answer_is_one_doubt_and_never_a_second_message(place, tmp_path):
    place.do("owed", 40)
    server = Ledger(tmp_path / "place", each=8)
    try:
        codes = []
        while not codes or codes[-1]:
            place.start(["work", server.port])
            codes += place.wait()
        assert codes == [-signal.SIGKILL] * 5 + [0]
        assert settled(place, server, 40, kills=5) == {State.SENT: 35, State.UNKNOWN: 5}
    finally:
        server.close()


@pytest.mark.parametrize("workers", [8])
def test_eight_workers_on_one_run_end_as_one_would(place, ledger, workers):
    place.do("owed", 100)
    place.at_once(*[["work", ledger.port]] * workers)
    assert settled(place, ledger, 100, kills=0) == {State.SENT: 100}


def test_a_worker_asleep_for_longer_than_its_hold_writes_nothing_when_it_wakes(place, tmp_path):
    """Stopped in the middle of a message: another takes over, and that message stays a doubt for a person."""
    place.do("owed", 20)
    server = Ledger(tmp_path / "place", each=12, blow=signal.SIGSTOP)
    go = place.folder / "go"
    try:
        asleep, _ = place.start(["work", server.port], ["work_an_hour_later", server.port, str(go)])
        while (Path(f"/proc/{asleep}/stat")).read_text().rsplit(") ", 1)[1][0] != "T":
            time.sleep(0.01)
        go.touch()
        while len(server.accepted) < 20:
            time.sleep(0.01)
        os.kill(asleep, signal.SIGCONT)
        assert place.wait() == [0, 0]
        assert settled(place, server, 20, kills=1) == {State.SENT: 19, State.UNKNOWN: 1}
    finally:
        server.close()
