"""«Courrier de démonstration»: the mails of the example firm, caught instead of sent."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from acquit.mailroom.catcher import caught, count_caught, read_caught
from acquit.parties.models import Firm, Role
from acquit.web.access import member

PAGE = 50
TEXT_MAX = 100_000


@member(Role.READER)
def catcher(request: HttpRequest, firm: Firm) -> HttpResponse:
    """What was caught, the latest first."""
    if not firm.is_example:
        raise Http404
    asked = request.GET.get("page", "0")
    first = int(asked) * PAGE if asked.isdecimal() and len(asked) < 6 else 0
    total = count_caught(firm.pk)
    number = first // PAGE
    page = {
        "nav": "outbox",
        "mails": [(line, _sent(line.sent)) for line in caught(firm.pk, first, PAGE)],
        "total": total,
        "pager": {
            "previous": f"?page={number - 1}" if number else "",
            "next": f"?page={number + 1}" if first + PAGE < total else "",
        },
    }
    return render(request, "web/catcher.html", page)


@member(Role.READER)
def caught_mail(request: HttpRequest, firm: Firm, name: str) -> HttpResponse:
    """One mail as the customer would have read it."""
    if not firm.is_example:
        raise Http404
    try:
        mail = read_caught(firm.pk, name)
    except FileNotFoundError as missing:
        raise Http404 from missing
    files = [part.get_filename() or "" for part in mail.iter_attachments()]
    page = {"nav": "outbox", "mail": mail, "head": _head(mail), "text": _text(mail), "files": files}
    return render(request, "web/caught_mail.html", page)


def _head(mail: EmailMessage) -> dict[str, object]:
    head: dict[str, object] = {name: str(mail[name] or "") for name in ("from", "to", "subject")}
    return head | {"sent": _sent(str(mail["date"] or ""))}


def _sent(header: str) -> datetime | None:
    """When a Date header says it left; None for what is no date."""
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None


def _text(mail: EmailMessage) -> str:
    """The plain text; every mail of ours has one."""
    body = mail.get_body(preferencelist=("plain",))
    return str(body.get_content())[:TEXT_MAX] if body is not None else ""
