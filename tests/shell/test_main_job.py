"""Who owes what, what would be said, money entered: the main job from a shell."""

from datetime import timedelta
from itertools import count

import pytest

from tests.shell.conftest import DUE_ON, LATER, TODAY


def owed(acquit, *words):
    answer = acquit.json("owed", *words)
    return {r["reference"]: r["owed"] for r in answer["receivables"]}, answer


def test_owed_tells_each_receivable_its_state_and_the_sums(acquit):
    rows, answer = owed(acquit)

    assert rows == {"F-1": "1200.00", "F-2": "300.50"}
    assert (answer["owed"], answer["overdue"]) == ("1500.50", "1200.00")
    late = answer["receivables"][0]
    assert (late["customer"], late["due_on"], late["days_late"], late["state"]) == (
        "Dupont SARL", DUE_ON.isoformat(), 40, "late",
    )  # fmt: skip


def test_owed_on_a_past_day_knows_neither_later_money_nor_later_invoices(acquit):
    acquit.json("pay", "--invoice", "F-1", "--amount", "200.00", "--on", (TODAY - timedelta(days=3)).isoformat())

    assert owed(acquit)[0] == {"F-1": "1000.00", "F-2": "300.50"}
    assert owed(acquit, "--as-of", (TODAY - timedelta(days=3)).isoformat())[0] == {"F-1": "1000.00"}
    assert owed(acquit, "--as-of", (TODAY - timedelta(days=4)).isoformat())[0] == {"F-1": "1200.00"}
    assert owed(acquit, "--as-of", LATER.isoformat())[0] == {"F-1": "1000.00", "F-2": "300.50"}


def test_the_same_payment_twice_counts_once(acquit):
    words = ("pay", "--invoice", "f 1", "--amount", "1200,00", "--on", TODAY.isoformat(), "--key", "cheque-7")

    first, second = acquit.json(*words), acquit.json(*words)

    assert (first["owed"], first["repeated"]) == ("0.00", False)
    assert (second["payment"], second["owed"], second["repeated"]) == (first["payment"], "0.00", True)


def test_more_than_is_owed_is_refused_unless_the_rest_is_kept(acquit):
    words = ("pay", "--invoice", "F-1", "--amount", "1300.00", "--on", TODAY.isoformat(), "--json")

    refused = acquit(*words)
    kept = acquit(*words, "--keep-surplus")

    assert refused.code == 1
    assert "1200.00" in refused.json["errors"][0]["reason"]
    assert (kept.json["allocated"], kept.json["owed"]) == ("1200.00", "0.00")
    assert acquit("check").code == 0


def working_day_after(day):
    return next(d for n in count(1) if (d := day + timedelta(days=n)).weekday() < 5)


def test_plan_run_says_who_would_get_what_and_sends_nothing(acquit):
    answers = (acquit.json("plan-run", "--on", (TODAY + timedelta(days=n)).isoformat()) for n in range(7))
    answer = next(a for a in answers if a["send"])  # the first working day

    assert [(s["to"], s["step"], s["receivables"], s["owed"]) for s in answer["send"]] == [
        ("denis@dupont.example", "resume", ["F-1"], "1200.00")
    ]
    assert [w["receivable"] for w in answer["wait"]] == ["F-2"]
    assert acquit.json("outbox") == {"messages": [], "count": 0}


def test_run_on_another_day_is_for_demonstrations_only(acquit):
    tomorrow = (TODAY + timedelta(days=1)).isoformat()

    assert acquit("run", "--on", tomorrow).code == 1
    assert acquit("run", "--on", tomorrow, "--json", ACQUIT_DEMO="on").code == 0


def test_run_without_a_server_plans_sends_nothing_and_says_so(acquit):
    acquit.json("bank-checked", "--until", TODAY.isoformat())
    acquit.json("activate")
    days = (working_day_after(TODAY + timedelta(days=n)).isoformat() for n in range(4))

    reports = [acquit("run", "--on", day, "--approve-all", "--json", ACQUIT_DEMO="on") for day in days]

    assert {r.json["sent"] for r in reports} == {0}
    assert sum(r.json["planned"] for r in reports) == 1
    assert "ACQUIT_SMTP_URL" in reports[0].err
    assert [m["approved"] for m in acquit.json("outbox")["messages"]] == [True]


def test_a_file_with_errors_writes_nothing_unless_they_are_to_be_skipped(acquit, tmp_path):
    file = tmp_path / "deux.csv"
    day = f"{TODAY:%d/%m/%Y}"
    file.write_text(
        f"Numéro;Client;Date;Échéance;Total TTC\nF-8;Dupont SARL;{day};{day};10,00\nF-9;Dupont SARL;{day};{day};dix\n"
    )

    refused = acquit("import", "invoices", str(file), "--json")
    before = owed(acquit)[0]
    taken = acquit("import", "invoices", str(file), "--skip-errors", "--json")

    assert refused.code == 1
    assert [(e["file"], e["line"]) for e in refused.json["errors"]] == [("deux.csv", 3)]
    assert "F-8" not in before
    assert (taken.code, taken.json["created"], len(taken.json["errors"])) == (0, 1, 1)


@pytest.mark.parametrize(
    "words",
    [
        ("owed", "--firm", "unknown"),
        ("import", "invoices", "/nowhere.csv"),
        ("pay", "--invoice", "X", "--amount", "1", "--on", "2026-01-01"),
    ],
)
def test_what_does_not_exist_is_refused_with_its_name(acquit, words):
    said = acquit(*words, "--json")

    assert said.code == 1
    assert said.json["errors"][0]["reason"]
    assert "Traceback" not in said.err
