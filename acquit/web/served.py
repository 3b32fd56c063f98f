"""The web application in the process that `acquit serve` starts for it, which ends when the command does."""

import os
import signal
import threading

from acquit.web.wsgi import application

__all__ = ["application"]

WATCH_SECONDS = 0.5


def _end_with(parent: int) -> None:
    """A command that was killed leaves no orphan on its port."""
    never = threading.Event()
    while not never.wait(WATCH_SECONDS):
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


_parent = int(os.environ.get("ACQUIT_SERVED_BY", "0"))
if _parent == os.getppid():
    threading.Thread(target=_end_with, args=[_parent], daemon=True).start()
