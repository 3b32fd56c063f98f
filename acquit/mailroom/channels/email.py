"""E-mail by SMTP: submission with TLS and login, or a relay.

The conversation is cut in two on purpose. `offer` opens it as far as the recipient, where nothing has
left yet; `hand_over` gives the content. Between them the worker writes down that it is sending, so that
a crash afterwards is known to be a doubt and a crash before is known not to be one.
"""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from types import TracebackType
from typing import Self

from acquit.environment import Smtp
from acquit.mailroom.channels.verdict import DEFERRED, REFUSED, SENT, UNKNOWN, Verdict
from acquit.rules.wording import html_of

ANSWER_MAX = 300
_UNREACHABLE = (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPHeloError, smtplib.SMTPNotSupportedError)


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
        try:
            connection = self.connection or self._connect()
            self.connection = connection
            connection.ehlo_or_helo_if_needed()
            for code, answer in (connection.mail(mail.sender), connection.rcpt(mail.recipient)):
                if code not in (250, 251):
                    self._reset()
                    return _no(code, answer, bad_address=code // 10 == 55)
        except smtplib.SMTPAuthenticationError as error:
            self.close()
            return Verdict(DEFERRED, error.smtp_code, _told(error.smtp_error))
        except smtplib.SMTPResponseException as error:
            self.close()
            return Verdict(DEFERRED, error.smtp_code, _told(error.smtp_error))
        except _UNREACHABLE as error:
            self.close()
            return Verdict(DEFERRED, None, _told(error))
        return None

    def hand_over(self, content: bytes) -> Verdict:
        """Give the content of the message just offered. Silence after it is a doubt, never a second try."""
        assert self.connection is not None
        try:
            code, answer = self.connection.data(content)
        except smtplib.SMTPDataError as error:  # the server said no to DATA itself: nothing was given
            self._reset()
            return _no(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Verdict(UNKNOWN, None, _told(error))
        if code == 250:
            return Verdict(SENT, code, _told(answer))
        return _no(code, answer)

    def abandon(self) -> None:
        """Leave the offered message: it became wrong in the meantime."""
        self._reset()

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _reset(self) -> None:
        if self.connection is not None:
            try:
                self.connection.rset()
            except (OSError, smtplib.SMTPException):
                self.close()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.smtp.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.smtp.host, self.smtp.port, timeout=self.smtp.timeout, context=context
            )
        else:
            connection = smtplib.SMTP(self.smtp.host, self.smtp.port, timeout=self.smtp.timeout)
        if self.smtp.security == "starttls":
            connection.starttls(context=context)
        if self.smtp.user:
            connection.login(self.smtp.user, self.smtp.password)
        if connection.sock is not None:
            # The command and its answer are small packets: waiting to fill one costs 40 ms a message.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def _no(code: int, answer: bytes | str, *, bad_address: bool = False) -> Verdict:
    """4xx may be tried again later, anything else is final (RFC 5321 §4.2.1)."""
    final = code // 100 != 4
    return Verdict(REFUSED if final else DEFERRED, code, _told(answer), bad_address=bad_address and final)


def _told(answer: object) -> str:
    """The server's words, short and printable, for a person to read."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return _one_line(text)[:ANSWER_MAX]
