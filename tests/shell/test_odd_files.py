"""Files that are no text, no file or nowhere: refused in words, with the keys of the answer in their place."""

import pytest


@pytest.mark.parametrize("verb", ["invoices", "statement"])
def test_a_folder_and_a_device_are_no_file_to_import(acquit, tmp_path, verb):
    said = acquit("import", verb, str(tmp_path), "/dev/zero", "--json")

    assert (said.code, said.json["errors"][0]["file"], said.json["errors"][1]["file"]) == (
        1,
        str(tmp_path),
        "/dev/zero",
    )
    assert "new" in said.json or "created" in said.json


def test_a_password_in_another_encoding_is_said(nowhere, tmp_path):
    (tmp_path / "password").write_bytes("été à la mer".encode("latin-1"))

    said = nowhere(
        "init", "--firm", "Lumen", "--country", "FR", "--email", "a@lumen.example",
        "--password-file", str(tmp_path / "password"), "--json",
    )  # fmt: skip

    assert (said.code, "UTF-8" in said.err, "Traceback" in said.err) == (1, True, False)


def test_a_secret_file_in_another_encoding_is_said(nowhere, tmp_path):
    (tmp_path / "key").write_bytes(b"\xff" * 60)

    said = nowhere("owed", ACQUIT_SECRET_KEY_FILE=str(tmp_path / "key"))

    assert (said.code, "ACQUIT_SECRET_KEY_FILE" in said.err, "Traceback" in said.err) == (1, True, False)
