"""An SMTP server: `python -m tests.faults.server LOG PIDFILE N SIGNAL`. The outside truth of what was sent.

It writes the Message-ID of each message to LOG, on the disk before the answer 250. When N is not 0, at each N-th
message the process named in PIDFILE is sent SIGNAL between the two.
"""

import os
import signal
import sys
import time
from email import message_from_bytes
from pathlib import Path
from typing import Any

from tests.sink import Controller


class Server:
    def __init__(self, log: Path, victim: Path, each: int, blow: int) -> None:
        self.log, self.victim, self.each, self.blow, self.taken = log.open("a"), victim, each, blow, 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.log.write(f"{message_from_bytes(envelope.content)['Message-ID']}\n")
        self.log.flush()
        os.fsync(self.log.fileno())
        self.taken += 1
        if self.each and self.taken % self.each == 0:
            strike(int(self.victim.read_text()), self.blow)
        return "250 OK"


def strike(pid: int, blow: int) -> None:
    """Kill or stop a process, and wait until it is."""
    os.kill(pid, blow)
    while (stat := Path(f"/proc/{pid}/stat")).exists() and stat.read_text().rsplit(") ", 1)[1][0] not in "ZT":
        time.sleep(0.005)


if __name__ == "__main__":
    log, victim, each, blow = sys.argv[1:]
    controller = Controller(Server(Path(log), Path(victim), int(each), int(blow)), hostname="127.0.0.1", port=0)
    controller.start()
    print(controller.port, flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()
