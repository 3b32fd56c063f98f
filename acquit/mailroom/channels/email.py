"""E-mail by SMTP: submission with TLS and login, or a relay.

The conversation is cut in two on purpose. `offer` opens it as far as the recipient, where nothing has
left yet; `hand_over` gives the content. Between them the worker writes down that it is sending, so that
a crash afterwards is known to be a doubt and a crash before is known not to be one.

Each of the two halves is over within the server's `timeout`, however slowly it answers: an alarm hangs up.
"""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from types import TracebackType
from typing import Self

from acquit.environment import Smtp
from acquit.mailroom.channels.verdict import DEFERRED, REFUSED, SENT, UNKNOWN, Verdict
from acquit.rules.wording import html_of

ANSWER_MAX = 300
_NOBODY_THERE = frozenset({550, 551, 553})
"""Answers to RCPT that speak of the mailbox itself (RFC 5321 §4.2.3), unless their 5.7.x says policy (RFC 3463)."""
_UNREACHABLE = (OSError, smtplib.SMTPException)


@dataclass(frozen=True, slots=True)
class Mail:
    """A message ready to leave. Every header value is one line without control characters."""

    message_id: str
    sender: str
    sender_name: str
    recipient: str
    recipient_name: str
    subject: str
    text: str
    language: str
    enclosures: Sequence[tuple[str, str, bytes]] = ()
    """File name, media type, bytes."""

    def compose(self, sent_at: str) -> bytes:
        """The message as it goes on the wire. `sent_at` is an RFC 5322 date."""
        message = EmailMessage(policy=SMTP_POLICY.clone(max_line_length=998))
        message["Date"] = sent_at
        message["Message-ID"] = self.message_id
        message["From"] = _mailbox(self.sender_name, self.sender)
        message["Reply-To"] = _mailbox(self.sender_name, self.sender)
        message["To"] = _mailbox(self.recipient_name, self.recipient)
        message["Subject"] = _one_line(self.subject)
        message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        message.set_content(self.text, charset="utf-8", cte="quoted-printable")
        message.add_alternative(
            html_of(self.text, self.language), subtype="html", charset="utf-8", cte="quoted-printable"
        )
        for name, media_type, content in self.enclosures:
            maintype, _, subtype = media_type.partition("/")
            message.add_attachment(content, maintype=maintype, subtype=subtype, filename=_one_line(name))
        message["Content-Language"] = self.language
        return message.as_bytes()


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _mailbox(name: str, address: str) -> str:
    """A display name can never add a recipient: quotes and commas in it are quoted by the policy."""
    name = _one_line(name).replace("\\", "").replace('"', "")
    return f'"{name}" <{address}>' if name else address


class Submission:
    """One connection to the server, opened when first needed, kept for the messages that follow."""

    def __init__(self, smtp: Smtp) -> None:
        self.smtp = smtp
        self.connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def offer(self, mail: Mail) -> Verdict | None:
        """Go as far as the recipient. None when the server would take the message; nothing has left yet."""
        kept = self.connection is not None
        with self._alarm() as alarm:
            verdict = self._offer(mail)
            if verdict is not None and kept and self.connection is None and alarm.is_alive():
                verdict = self._offer(mail)  # servers hang up on long conversations: that says nothing of this message
        return verdict

    def _offer(self, mail: Mail) -> Verdict | None:
        try:
            connection = self.connection or self._connect()
            connection.ehlo_or_helo_if_needed()
            code, answer = connection.mail(mail.sender)
            if code != 250:  # about us, not about the recipient: it can be mended, so it is tried again
                self._reset(code)
                return Verdict(DEFERRED, _known(code), _told(answer))
            code, answer = connection.rcpt(mail.recipient)
        except smtplib.SMTPResponseException as error:
            self.close()
            return Verdict(DEFERRED, _known(error.smtp_code), _told(error.smtp_error))
        except _UNREACHABLE as error:
            self.close()
            return Verdict(DEFERRED, None, _told(error))
        except ValueError as error:  # an address that cannot be written on this wire
            self._reset()
            return Verdict(REFUSED, None, _told(error), bad_address=True)
        if code in (250, 251):
            return None
        self._reset(code)
        return _no(code, answer, bad_address=code in _NOBODY_THERE and b"5.7." not in answer[:6])

    def hand_over(self, content: bytes) -> Verdict:
        """Give the content of the message just offered. Silence after it is a doubt, never a second try."""
        connection = self.connection
        assert connection is not None
        with self._alarm():
            try:
                code, answer = connection.docmd("DATA")
            except _UNREACHABLE as error:  # hung up before a word of the content was given
                self.close()
                return Verdict(DEFERRED, None, _told(error))
            if code != 354:
                self._reset(code)
                return _no(code, answer)
            try:
                connection.send(_stuffed(content))
                code, answer = connection.getreply()
            except _UNREACHABLE as error:
                self.close()
                return Verdict(UNKNOWN, None, _told(error))
        if code == 250:
            return Verdict(SENT, code, _told(answer))
        if code // 100 not in (4, 5):  # not an answer: it may have taken the message
            self.close()
            return Verdict(UNKNOWN, _known(code), _told(answer))
        if code == 421:
            self.close()
        return _no(code, answer)

    def abandon(self) -> None:
        """Leave the offered message: it became wrong in the meantime."""
        self._reset()

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _reset(self, code: int = 0) -> None:
        """Clear the conversation for the next message; one that the server ends or garbles is closed."""
        if code == 421 or code < 0:
            self.close()
        elif self.connection is not None:
            try:
                self.connection.rset()
            except (OSError, smtplib.SMTPException):
                self.close()

    @contextmanager
    def _alarm(self) -> Iterator[threading.Timer]:
        """Hang up when the time is over. The socket's own limit starts again with every byte that drips in."""
        alarm = threading.Timer(self.smtp.timeout, self._hang_up)
        alarm.daemon = True
        alarm.start()
        try:
            yield alarm
        finally:
            alarm.cancel()

    def _hang_up(self) -> None:
        line = self.connection.sock if self.connection is not None else None
        if line is not None:
            with suppress(OSError):  # the plain socket's shutdown: TLS would first want to say goodbye
                socket.socket.shutdown(line, socket.SHUT_RDWR)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.smtp.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(timeout=self.smtp.timeout, context=context)
        else:
            connection = smtplib.SMTP(timeout=self.smtp.timeout)
        self.connection = connection  # before it connects, so that the alarm reaches a greeting that never comes
        connection._host = self.smtp.host  # type: ignore[attr-defined]  # the name that TLS checks; smtplib notes it only if it connects at once
        code, answer = connection.connect(self.smtp.host, self.smtp.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, answer)
        if self.smtp.security == "starttls":
            connection.starttls(context=context)
        if self.smtp.user:
            connection.login(self.smtp.user, self.smtp.password)
        if connection.sock is not None:
            # The command and its answer are small packets: waiting to fill one costs 40 ms a message.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def _stuffed(content: bytes) -> bytes:
    """The content as DATA wants it: lines that begin with a point get a second one, and a lone point ends it."""
    lines = re.sub(rb"(?m)^\.", b"..", content)
    return lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _no(code: int, answer: bytes | str, *, bad_address: bool = False) -> Verdict:
    """5xx is final, anything else may be tried again later (RFC 5321 §4.2.1): what is no answer decides nothing."""
    final = code // 100 == 5
    return Verdict(REFUSED if final else DEFERRED, _known(code), _told(answer), bad_address=bad_address and final)


def _known(code: int) -> int | None:
    """The code of an answer; smtplib says -1 for words that are none."""
    return code if code > 0 else None


def _told(answer: object) -> str:
    """The server's words, short and printable, for a person to read."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return _one_line(text)[:ANSWER_MAX]
