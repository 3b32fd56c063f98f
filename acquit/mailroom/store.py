"""Where papers are kept: bytes under their SHA-256 in the data folder, written whole or not at all."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def digest_of(content: bytes) -> str:
    """SHA-256 of the bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def path_of(firm_id: int, sha256: str) -> Path:
    """The one place of these bytes. Built from a number and a digest: no name given by a stranger is in it."""
    assert len(sha256) == 64
    assert sha256.isalnum()
    return Path(settings.MEDIA_ROOT) / str(firm_id) / sha256[:2] / sha256


def keep(firm_id: int, content: bytes) -> str:
    """Write the bytes (once) and answer their digest. They are on the disk when this returns."""
    sha256 = digest_of(content)
    path = path_of(firm_id, sha256)
    if path.exists():
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
    return sha256


def read(firm_id: int, sha256: str) -> bytes:
    """The bytes of a paper. Raises `OSError` when they are gone, `ValueError` when they are not what was kept."""
    content = path_of(firm_id, sha256).read_bytes()
    if digest_of(content) != sha256:
        raise ValueError(f"paper {sha256} does not hold what was kept")
    return content
