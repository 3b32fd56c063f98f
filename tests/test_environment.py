"""Every setting that makes no sense is refused at start, with what to do, and no secret is ever printed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from acquit.environment import read
from acquit.rules.refusal import Refused

NONSENSE = {
    "ACQUIT_DATABASE_URL": "mysql://acquit:hush@localhost/acquit",
    "ACQUIT_PUBLIC_URL": "acquit.example.org",
    "ACQUIT_SMTP_URL": "smtp://bob:hush@mail.example:99999",
    "ACQUIT_LANGUAGE": "de",
    "ACQUIT_TIME_ZONE": "Europe/Lutece",
    "ACQUIT_SENDING": "perhaps",
    "ACQUIT_DEMO": "2",
    "ACQUIT_DEBUG": "si",
    "ACQUIT_SECRET_KEY": "hush",
}


@pytest.fixture
def world(tmp_path):
    return {"ACQUIT_DATA_DIR": str(tmp_path / "acquit")}


@pytest.mark.parametrize("url", ["postgres://acquit:hush@localhost:port/acquit", "postgres://[bad", "sqlite"])
def test_a_database_that_cannot_be_meant_is_refused(world, url):
    with pytest.raises(Refused) as refused:
        read({**world, "ACQUIT_DATABASE_URL": url})

    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused_by_name_without_its_secret(world, name):
    with pytest.raises(Refused) as refused:
        read({**world, name: NONSENSE[name]})

    (reason,) = refused.value.reasons
    assert name in str(reason)
    assert "hush" not in str(reason)


def test_all_faults_are_said_at_once(world):
    with pytest.raises(Refused) as refused:
        read({**world, **NONSENSE})

    assert len(refused.value.reasons) == len(NONSENSE)


@pytest.mark.parametrize(
    ("url", "host", "port", "security", "timeout"),
    [
        ("smtp://mail.example", "mail.example", 25, "plain", 30),
        ("smtp://bob:hu%40sh@mail.example?tls=starttls", "mail.example", 587, "starttls", 30),
        ("smtps://bob:hush@mail.example", "mail.example", 465, "tls", 30),
        ("smtp://[::1]:2525?timeout=5", "::1", 2525, "plain", 5),
    ],
)
def test_a_mail_server_is_told_in_one_line(world, url, host, port, security, timeout):
    smtp = read({**world, "ACQUIT_SMTP_URL": url}).smtp

    assert (smtp.host, smtp.port, smtp.security, smtp.timeout) == (host, port, security, timeout)


@pytest.mark.parametrize("url", ["smtp://", "smtp://mail.example?tls=ssl", "smtp://mail.example?timeout=0", "smtp://["])
def test_a_mail_server_that_cannot_be_meant_is_refused(world, url):
    with pytest.raises(Refused):
        read({**world, "ACQUIT_SMTP_URL": url})


def test_a_secret_may_stand_in_a_file(world, tmp_path):
    (tmp_path / "smtp").write_text("smtp://bob:hush@mail.example\n")

    assert read({**world, "ACQUIT_SMTP_URL_FILE": str(tmp_path / "smtp")}).smtp.password == "hush"
    with pytest.raises(Refused) as refused:
        read({**world, "ACQUIT_SMTP_URL_FILE": str(tmp_path / "nowhere")})
    assert "ACQUIT_SMTP_URL_FILE" in str(refused.value)


def test_the_key_is_made_once_and_only_its_owner_reads_it(world, tmp_path):
    first, second = read(world).secret_key, read(world).secret_key

    assert first == second
    assert (tmp_path / "acquit/secret.key").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(Refused) as refused:
        read({"ACQUIT_DATA_DIR": str(tmp_path / "file/acquit")})
    assert "ACQUIT_DATA_DIR" in str(refused.value)


def test_the_command_says_so_in_its_own_words_and_ends_with_one(world):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ACQUIT_")}

    said = subprocess.run(
        [sys.executable, "-m", "acquit", "owed", "--json"],
        env={**plain, **world, **NONSENSE},
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (said.returncode, said.stdout) == (1, "")
    assert len(said.stderr.splitlines()) == len(NONSENSE)
    assert "Traceback" not in said.stderr
    assert "hush" not in said.stderr
