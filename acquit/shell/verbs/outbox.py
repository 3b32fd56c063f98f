"""`acquit outbox`, `approve` and `resolve`: what waits to leave, and a person's word about it."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from acquit.dunning import actions
from acquit.mailroom.models import Message, State
from acquit.parties.models import Firm
from acquit.parties.scope import firm_scope
from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.shell.arguments import author_of, firm_argument, firm_of
from acquit.shell.tables import table
from acquit.shell.verb import Answer, Usage, Verb

LINES_MAX = 1000
_NO_MESSAGE = gettext_noop("Aucun message ne porte le numéro %(number)s.")
_WHICH = gettext_noop("Donnez des numéros de messages, ou --all.")
_APPROVED = gettext_noop("Messages approuvés : %(approved)s.")
_RESOLVED = gettext_noop("Messages vérifiés : %(resolved)s.")


def list_arguments(parser: ArgumentParser) -> None:
    firm_argument(parser)
    parser.add_argument("--state", choices=State.values, help=_("seulement les messages dans cet état"))


def show(options: Namespace) -> Answer:
    firm = firm_of(options)
    waiting = [State.PLANNED, State.CLAIMED, State.SENDING, State.REFUSED, State.UNKNOWN]
    with firm_scope(firm):
        wanted = [options.state] if options.state else waiting
        rows = _messages(firm).filter(state__in=wanted)
        messages = [_row(message) for message in rows[:LINES_MAX]]
        content = {"messages": messages, "count": rows.count()}
    heads = ["n°", _("client"), _("à"), _("objet"), _("état"), _("approuvé")]
    lines = [
        [m["id"], m["customer"], m["to"], m["subject"], _(str(State(m["state"]).label)), "✓" * bool(m["approved"])]
        for m in messages
    ]
    return Answer(content, table(heads, lines, right=(0,)) if lines else _("La file d’envoi est vide."))


def _messages(firm: Firm) -> QuerySet[Message]:
    return Message.objects.filter(firm=firm).select_related("customer").order_by("pk")


def _row(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "customer": message.customer.name,
        "to": message.recipient,
        "subject": message.subject,
        "state": message.state,
        "approved": message.approved_at is not None or not message.needs_approval,
        "planned_on": message.planned_on.isoformat(),
        "not_before": message.not_before.isoformat(),
        "reason": message.reason,
        "attempts": message.attempts,
    }


def choose_arguments(parser: ArgumentParser) -> None:
    firm_argument(parser)
    parser.add_argument("messages", nargs="*", type=int, metavar=_("MESSAGE"), help=_("numéros donnés par outbox"))
    parser.add_argument("--all", action="store_true", help=_("tous ceux qui attendent"))


def _chosen(firm: Firm, options: Namespace, state: str) -> list[int]:
    """The messages named, which must be this firm's, or all in this state."""
    if bool(options.messages) == options.all:
        raise Usage(_(_WHICH))
    rows = _messages(firm)
    if options.all:
        rows = rows.filter(state=state)
        return list(
            (rows.filter(approved_at__isnull=True) if state == State.PLANNED else rows).values_list("pk", flat=True)
        )
    known = set(rows.filter(pk__in=options.messages).values_list("pk", flat=True))
    _refuse_unknown([number for number in options.messages if number not in known])
    return list(options.messages)


def _refuse_unknown(numbers: Sequence[int]) -> None:
    if numbers:
        raise Refused(*(Reason(_NO_MESSAGE, {"number": number}) for number in numbers))


def approve(options: Namespace) -> Answer:
    firm = firm_of(options)
    with firm_scope(firm):
        ids = _chosen(firm, options, State.PLANNED)
        content = {"approved": actions.approve(ids, author_of(firm)) if ids else 0}
    return Answer(content, _(_APPROVED) % content)


def resolve_arguments(parser: ArgumentParser) -> None:
    choose_arguments(parser)
    word = parser.add_mutually_exclusive_group(required=True)
    word.add_argument("--left", action="store_true", help=_("il est parti"))
    word.add_argument("--not-left", action="store_true", help=_("il n’est pas parti : il sera prévu de nouveau"))


def resolve(options: Namespace) -> Answer:
    firm = firm_of(options)
    with firm_scope(firm):
        ids = _chosen(firm, options, State.UNKNOWN)
        for message in Message.objects.filter(pk__in=ids).order_by("pk"):
            actions.resolve(message, left=options.left, by=author_of(firm))
    return Answer({"resolved": len(ids)}, _(_RESOLVED) % {"resolved": len(ids)})


OUTBOX = Verb(("outbox",), gettext_noop("montrer la file d’envoi"), list_arguments, show)
APPROVE = Verb(("approve",), gettext_noop("approuver des messages"), choose_arguments, approve)
RESOLVE = Verb(("resolve",), gettext_noop("dire si un message à vérifier est parti"), resolve_arguments, resolve)
