"""The disk is full while reminders are planned and sent: refused aloud, nothing lost, and well again with room."""

import os
import shutil
import subprocess
from contextlib import suppress

import pytest

from tests.faults.world import SERVER, Place


@pytest.fixture
def small_disk(prepared, tmp_path):
    """A copy of the database on a disk of its own, of twelve megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if SERVER.startswith("postgres") or os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("needs SQLite and the right to mount a small disk")
    try:
        shutil.copytree(prepared, folder, dirs_exist_ok=True)
        place = Place(folder, "")
        yield place
        place.close()
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_refuses_and_loses_nothing(small_disk, tmp_path):
    place = small_disk
    place.do("owed", 30)
    place.do("pay", "kept", 120_000, "F-C0000", 120_000)
    before = place.do("tell")
    ballast = place.folder / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            continue

    pids = place.start(["plan"], ["pay", "not kept", 120_000, "F-C0001", 120_000])
    assert place.wait() == [1, 1], pids

    ballast.unlink()
    after = place.do("tell")
    assert after == before
    assert after["red"] == []
    assert place.do("plan") == 29
    place.do("pay", "kept after all", 120_000, "F-C0001", 120_000)
    assert place.do("tell")["red"] == []
