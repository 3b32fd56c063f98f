"""`acquit interest` computes from the tables alone."""


def test_interest_with_its_working_even_where_the_database_is_broken(nowhere):
    nowhere.folder.mkdir()
    (nowhere.folder / "acquit.sqlite3").write_bytes(b"this is no database" * 100)
    nowhere.database = ""

    answer = nowhere.json(
        "interest", "--amount", "10000.00", "--due", "2026-01-31", "--until", "2026-11-22", "--regime", "fr-business",
        "--payment", "2026-05-01:500.00",
    )  # fmt: skip

    assert answer["owed"] == "10518.04"
    assert [(s["from"], s["days"], s["rate"]) for s in answer["slices"]] == [
        ("2026-02-01", 90, "12.15"),
        ("2026-05-02", 60, "12.15"),
        ("2026-07-01", 145, "12.40"),
    ]
    assert all("L441-10" in s["source"] for s in answer["slices"])
    assert sum(float(s["interest"]) for s in answer["slices"]) == float(answer["interest_accrued"])


def test_a_broken_database_is_said_without_a_traceback(nowhere):
    nowhere.folder.mkdir()
    (nowhere.folder / "acquit.sqlite3").write_bytes(b"this is no database" * 100)
    nowhere.database = ""

    said = nowhere("owed", "--json")

    assert said.code == 1
    assert said.json["errors"]
    assert "Traceback" not in said.err


def test_a_rate_or_day_that_cannot_be_read_is_usage(nowhere):
    for words in (["--due", "31/01/2026"], ["--amount", "NaN"], ["--contract-rate", "1_0"], ["--payment", "500"]):
        said = nowhere(
            "interest", "--amount", "1", "--due", "2026-01-31", "--until", "2026-02-01", "--regime", "fr-public", *words
        )
        assert (said.code, said.out) == (2, "")
