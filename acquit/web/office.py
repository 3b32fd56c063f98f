"""What the office screens share: a deed tried and told with its way back, files received, what the worker is doing."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acquit import clock
from acquit.dunning.actions.reviewing import review
from acquit.parties.facts import Author
from acquit.parties.heartbeat import TICK, last_beat
from acquit.parties.models import Firm
from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.web.effects import spelled

REASONS_SHOWN = 8
TICK_AGE_MAX = timedelta(minutes=3)
PASTED_NAME = "tableau-colle.csv"
UPLOAD_MAX = 200 * 1024 * 1024

_NO_FILE = gettext_noop("Choisissez au moins un fichier, ou collez un tableau.")
_TOO_MUCH = gettext_noop("Ces fichiers dépassent ensemble %(limit)s Mo : déposez-les en plusieurs fois.")


def done(request: HttpRequest, text: str, undo: str = "") -> None:
    """Tell what was done; `undo` is the address that takes it back, shown as « Annuler »."""
    messages.success(request, text, extra_tags=undo)


def cancelled(firm: Firm, customers: Iterable[int], by: Author) -> str:
    """What the deed took out of the outbox, as the end of a sentence; empty when it changed nothing there."""
    count = review(firm, customers, by)
    return " " + ngettext("%(n)s relance annulée.", "%(n)s relances annulées.", count) % {"n": count} if count else ""


def located(reason: Reason) -> str:
    """A reason with the file and line it was found at."""
    where = reason.file
    if reason.line:
        where = (
            _("%(file)s, ligne %(line)s") % {"file": reason.file, "line": reason.line} if where else str(reason.line)
        )
    return _("%(where)s : %(what)s") % {"where": where, "what": spelled(reason)} if where else spelled(reason)


@contextmanager
def refusals_told(request: HttpRequest) -> Iterator[None]:
    """A rule's no inside the `with` becomes messages; the view goes on and redirects."""
    try:
        yield
    except Refused as refused:
        for reason in refused.reasons[:REASONS_SHOWN]:
            messages.error(request, located(reason))
        if (more := len(refused.reasons) - REASONS_SHOWN) > 0:
            messages.error(request, _("Et %(n)s autres raisons.") % {"n": more})


def received(request: HttpRequest) -> list[tuple[str, bytes]]:
    """The files of a form, and the table pasted into it. Raises `Refused` when there is none, or too much."""
    uploads = [upload for upload in request.FILES.getlist("files") if upload.size]
    if sum(upload.size or 0 for upload in uploads) > UPLOAD_MAX:
        raise Refused(Reason(_TOO_MUCH, {"limit": UPLOAD_MAX // 1024 // 1024}))
    files = [((upload.name or "fichier")[:255], upload.read()) for upload in uploads]
    if pasted := request.POST.get("pasted", "").strip():
        files.append((PASTED_NAME, pasted.encode()))
    if not files:
        raise Refused(Reason(_NO_FILE))
    return files


def silent_worker() -> str:
    """A sentence when the worker has not given a sign of life lately; empty when all is well."""
    beat = last_beat(TICK)
    if beat is not None and clock.now() - beat <= TICK_AGE_MAX:
        return ""
    return _(
        "Le service d’envoi ne tourne pas en ce moment : ce que vous approuvez attendra son retour (acquit serve, "
        "ou acquit worker)."
    )


def numbers(texts: list[str]) -> list[int]:
    """The ids among texts that a form sent; anything else is passed over."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
