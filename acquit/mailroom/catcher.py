"""A mail server for the example firm: it keeps what it is given and sends nothing («boîte de démonstration»).

Each mail becomes a file, so nothing is lost with the process that caught it and the screens can show it.
"""

import asyncio
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from django.conf import settings

from acquit.environment import Smtp

MAILS_MAX = 100_000
"""Per firm: an example does not fill the disk."""
REFUSED_DOMAIN = "adresse-morte.example"
"""Addresses there do not exist, says the server: the example shows what becomes of a letter to one."""
_NAME = re.compile(r"[0-9]{8}\.eml", re.ASCII)


@dataclass(frozen=True, slots=True)
class Caught:
    """One line of the list of what was caught."""

    name: str
    recipient: str
    subject: str
    sent: str
    """The Date header, as it is written."""


class Catcher:
    """Opens the server on a free port of this machine for the time of a `with`; `smtp` says where it listens."""

    def __init__(self, firm_id: int) -> None:
        self._server = _Server(_Box(folder_of(firm_id)), hostname="127.0.0.1", port=0)
        self.smtp = Smtp("127.0.0.1", 0)

    def __enter__(self) -> Self:
        self._server.start()
        self.smtp = Smtp("127.0.0.1", self._server.port, timeout=10)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()


class _Server(Controller):
    """The library's own server, on whichever port is free."""

    def _create_server(self) -> Any:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind((self.hostname, self.port))
        self.port = listener.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listener)


class _Box:
    """Where the server puts a mail before it answers that it has it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self.last = int(next(_names(folder), "00000000.eml")[:8])

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.rpartition("@")[2].lower() == REFUSED_DOMAIN:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        kept = await asyncio.to_thread(self._keep, bytes(envelope.content))
        return "250 2.0.0 kept" if kept else "452 4.3.1 the box is full"

    def _keep(self, content: bytes) -> bool:
        """Write the mail under the next number. Two servers at once never take the same one."""
        while self.last < MAILS_MAX:
            self.last += 1
            try:
                with (self.folder / f"{self.last:08d}.eml").open("xb") as file:
                    file.write(content)
                    return True
            except FileExistsError:
                continue
        return False


def folder_of(firm_id: int) -> Path:
    """Where the mails of a firm are kept."""
    return Path(settings.ENVIRONMENT.data_dir) / "caught" / str(firm_id)


def _names(folder: Path) -> Iterator[str]:
    """Names of the mails kept, latest first."""
    names = (path.name for path in folder.iterdir()) if folder.is_dir() else iter(())
    return iter(sorted((name for name in names if _NAME.fullmatch(name)), reverse=True))


def caught(firm_id: int, first: int = 0, count: int = 50) -> list[Caught]:
    """What was caught, latest first: `count` lines from the one numbered `first`."""
    folder = folder_of(firm_id)
    names = list(_names(folder))[first : first + count]
    return [_line(name, (folder / name).read_bytes()) for name in names]


def count_caught(firm_id: int) -> int:
    """How many mails are kept."""
    return sum(1 for _ in _names(folder_of(firm_id)))


def read_caught(firm_id: int, name: str) -> EmailMessage:
    """One mail. Raises `FileNotFoundError`, also for a name that is not one of ours."""
    if not _NAME.fullmatch(name):
        raise FileNotFoundError(name)
    content = (folder_of(firm_id) / name).read_bytes()
    return message_from_bytes(content, policy=policy.default)


def _line(name: str, content: bytes) -> Caught:
    head = BytesHeaderParser(policy=policy.default).parsebytes(content)
    return Caught(name, str(head["to"] or ""), str(head["subject"] or ""), str(head["date"] or ""))
