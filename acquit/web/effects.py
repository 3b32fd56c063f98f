"""What a deed changes elsewhere, and how it is said: letters that leave the outbox, messages, keys of forms."""

import secrets
from collections.abc import Iterable

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import ngettext

from acquit.dunning.actions.reviewing import review
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.rules.refusal import Reason, Refused
from acquit.web.templatetags.acquit import reason as reason_of


def new_key() -> str:
    """A key made when a form is shown: sent twice, it is one deed."""
    return secrets.token_urlsafe(12)


def say(request: HttpRequest, text: str, firm: Firm, customers: Iterable[int], by: Author) -> None:
    """Tell what was done and what it cancelled («1 rappel annulé»)."""
    dropped = review(firm, customers, by)
    if dropped:
        text += " " + ngettext("%(n)s rappel annulé.", "%(n)s rappels annulés.", dropped) % {"n": dropped}
    messages.success(request, text)


def spelled(reason: Reason) -> str:
    """A rule's reason in the reader's language."""
    return reason_of(reason)


def put_on_form(form: BaseForm, refused: Refused, field: str | None = None) -> None:
    """A rule's no, where the form can show it."""
    for reason in refused.reasons:
        form.add_error(field, spelled(reason))


def tell_refusal(request: HttpRequest, refused: Refused) -> None:
    """A rule's no, where there is no form."""
    for reason in refused.reasons:
        messages.error(request, spelled(reason))
