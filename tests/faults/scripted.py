"""An SMTP server that misbehaves on purpose, once, at one stage of the conversation."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

DROP, HANG, DRIP = "drop", "hang", "drip"
"""Hang up, say nothing, or answer a byte every tenth of a second for ever. Anything else is the answer itself."""
ANSWERS = {"greeting": "220 ready", "rcpt": "250 OK", "data": "354 go on", "content": "250 taken", "tls": "220 go on"}


@dataclass
class Script:
    """What happens at a stage, how often (None: always), and what the server took."""

    stage: str = ""
    behaviour: str = ""
    times: int | None = 1
    skipping: int = 0
    """How often it behaves at that stage before it does not."""
    offers: str = ""
    """What EHLO offers."""
    taken: list[str] = field(default_factory=list)
    port: int = 0

    def at(self, stage: str) -> str:
        """The answer to give at a stage, and one misbehaviour less to come."""
        self.skipping -= stage == self.stage
        if stage != self.stage or self.times == 0 or self.skipping >= 0:
            usual = f"250-here\r\n250 {self.offers}" if stage == "ehlo" and self.offers else "250 OK"
            return ANSWERS.get(stage, usual)
        self.times = self.times and self.times - 1
        return self.behaviour


class _Conversation(socketserver.StreamRequestHandler):
    script: Script

    def handle(self) -> None:
        try:
            self._talk()
        except OSError:
            return  # the other side hung up, as it should

    def _talk(self) -> None:
        going = self._say("greeting")
        while going and (line := self.rfile.readline()):
            verb = line[:4].upper().decode("ascii", "replace")
            stage = {"EHLO": "ehlo", "HELO": "ehlo", "MAIL": "mail", "RCPT": "rcpt", "DATA": "data", "STAR": "tls"}
            if verb == "RCPT":
                recipient = line.decode().split("<")[1].split(">")[0]
            going = self._say(stage.get(verb, "other"))
            if verb == "DATA" and going is True:
                self._content(recipient)
                going = self._say("content")

    def _content(self, recipient: str) -> None:
        while (line := self.rfile.readline()) and line != b".\r\n":
            continue
        if line:
            self.script.taken.append(recipient)

    def _say(self, stage: str) -> bool | None:
        """True to go on as usual, None to go on after an answer that is not the usual one, False when it is over."""
        answer = self.script.at(stage)
        if answer == DROP:
            return False
        if answer == HANG:
            self.rfile.readline()
            return False
        if answer == DRIP:
            while True:
                self.wfile.write(b"2")
                time.sleep(0.1)
        self.wfile.write(answer.encode() + b"\r\n")
        return True if answer[:3] in ("220", "250", "354") else None


@contextmanager
def misbehaving(script: Script) -> Iterator[Script]:
    """The server at work; `script.port` is where."""
    handler = type("Conversation", (_Conversation,), {"script": script})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads, server.block_on_close = True, False
    script.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
