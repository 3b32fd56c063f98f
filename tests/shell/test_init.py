"""A firm is founded from a shell, once."""


def test_a_first_firm_with_a_password_made_and_shown_once(nowhere):
    said = nowhere(
        "init", "--firm", "Drukkerij Vermeer", "--country", "BE", "--email", "charlie@vermeer.example", "--json"
    )

    assert said.code == 0, said.err
    assert said.json == {"firm": "drukkerij-vermeer", "name": "Drukkerij Vermeer", "owner": "charlie@vermeer.example"}
    assert "charlie@vermeer.example" in said.err


def test_the_same_firm_again_is_refused_and_nothing_changes(acquit):
    said = acquit("init", "--firm", "Atelier Lumen", "--country", "FR", "--email", "bob@comptable.example", "--json")

    assert said.code == 1
    assert "atelier-lumen" in said.json["errors"][0]["reason"]
    assert acquit("user", "password", "--email", "bob@comptable.example").code == 1  # Bob got no account on the way


def test_everything_wrong_is_said_at_once(nowhere):
    said = nowhere(
        "init", "--firm", "X", "--country", "FR", "--email", "alice", "--siren", "123", "--iban", "FR76",
        "--slug", "A B", "--json",
    )  # fmt: skip

    assert said.code == 1
    assert len(said.json["errors"]) == 4


def test_usage_is_code_two_and_says_nothing_on_standard_output(nowhere):
    said = nowhere("init", "--firm", "X", "--json")

    assert (said.code, said.out) == (2, "")


def test_a_weak_password_is_refused(acquit, tmp_path):
    (tmp_path / "weak").write_text("azerty")

    said = acquit(
        "user", "add", "--email", "bob@comptable.example", "--password-file", str(tmp_path / "weak"), "--json"
    )

    assert said.code == 1
    assert said.json["errors"]


def test_the_only_owner_cannot_become_a_reader(acquit):
    said = acquit("user", "add", "--email", "alice@lumen.example", "--role", "reader")

    assert said.code == 1
    assert "alice@lumen.example" in said.err
