"""Yesterday's backup put back: everything is there, and nothing is sent a second time."""

import random
import socket
import zipfile

import pytest
from aiosmtpd.controller import Controller

from tests.shell.conftest import TODAY
from tests.shell.installation import Installation, drop_database, empty
from tests.shell.test_main_job import working_day_after


class Sink:
    """A mail server that remembers."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope.content)
        return "250 kept"


@pytest.fixture
def sink():
    box = Sink()
    server = Controller(box, hostname="127.0.0.1", port=0)
    free = socket.socket()
    free.bind(("127.0.0.1", 0))
    server.port = free.getsockname()[1]
    free.close()
    server.start()
    box.url = f"smtp://127.0.0.1:{server.port}"
    yield box
    server.stop()


@pytest.fixture
def elsewhere(tmp_path):
    own = empty(tmp_path / "elsewhere")
    yield own
    if own.database:
        drop_database(own.database)


def test_a_restored_installation_owes_the_same_and_stands_every_check(acquit, elsewhere, tmp_path):
    saved = acquit.json("backup", str(tmp_path / "b.zip"))

    restored = elsewhere.json("restore", str(tmp_path / "b.zip"))

    assert restored["rows"] == saved["rows"]
    assert restored["papers"] == saved["papers"] == 1
    assert elsewhere.json("owed") == acquit.json("owed")
    assert elsewhere("check").code == 0
    # Facts are guarded there too, and numbers go on from where they were.
    elsewhere.json("pay", "--invoice", "F-1", "--amount", "1.00", "--on", TODAY.isoformat())
    assert elsewhere("check").code == 0


def test_what_was_about_to_leave_when_it_was_saved_does_not_leave_twice(acquit, elsewhere, sink, tmp_path):
    day = working_day_after(TODAY).isoformat()
    demo = {"ACQUIT_DEMO": "on"}
    acquit.json("activate")
    acquit.json("bank-checked", "--until", TODAY.isoformat())
    assert acquit("run", "--on", day, "--approve-all", "--json", **demo).json["planned"] == 1
    acquit.json("backup", str(tmp_path / "b.zip"))
    assert acquit("run", "--on", day, "--json", **demo, ACQUIT_SMTP_URL=sink.url).json["sent"] == 1

    elsewhere.json("restore", str(tmp_path / "b.zip"))
    locked = elsewhere("run", "--on", day, "--json", **demo, ACQUIT_SMTP_URL=sink.url)
    unlocked = elsewhere("activate", "--after-restore", "--json")
    again = elsewhere("run", "--on", day, "--json", **demo, ACQUIT_SMTP_URL=sink.url)

    assert (locked.json["sent"], locked.json["unknown"], locked.json["sending"]) == (0, 1, False)
    assert unlocked.json["unknown"] == 1
    assert again.json["sent"] == 0
    assert len(sink.mails) == 1
    assert elsewhere.json("resolve", "--all", "--left") == {"resolved": 1}
    assert elsewhere("check").code == 0


def test_a_backup_is_never_put_over_something(acquit, tmp_path):
    acquit.json("backup", str(tmp_path / "b.zip"))

    assert acquit("restore", str(tmp_path / "b.zip")).code == 1
    assert acquit("backup", str(tmp_path / "b.zip")).code == 1  # nor over another backup


def test_one_changed_byte_anywhere_is_found(acquit: Installation, tmp_path):
    file = tmp_path / "b.zip"
    acquit.json("backup", str(file))
    whole = file.read_bytes()
    assert acquit("restore", "--verify", str(file)).code == 0
    chance = random.Random(1)

    for place in [0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(4))]:
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        said = acquit("restore", "--verify", str(file), "--json")
        assert said.code == 1, place
        assert "b.zip" in said.json["errors"][0]["reason"]


def test_a_backup_holds_no_secret_key_and_no_session(acquit, tmp_path):
    acquit.json("backup", str(tmp_path / "b.zip"))

    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert not [name for name in archive.namelist() if "session" in name or "key" in name]
        assert b"k" * 60 not in b"".join(archive.read(name) for name in archive.namelist())
