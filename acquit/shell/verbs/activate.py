"""`acquit activate` and `acquit deactivate`: reminders put in service («mettre en service») or taken out of it."""

from argparse import ArgumentParser, Namespace

from django.utils.translation import gettext as _

from acquit.dunning.actions import put_in_service, take_out_of_service
from acquit.mailroom.models import Message, State
from acquit.mailroom.way_out import obstacles_of
from acquit.parties.heartbeat import unlock_sending
from acquit.parties.scope import every_firm, firm_scope
from acquit.rules.refusal import gettext_noop
from acquit.shell.arguments import author_of, firm_argument, firm_of
from acquit.shell.verb import Answer, Verb
from acquit.shell.words import said

_ON = gettext_noop("Les relances de %(firm)s sont en service.")
_OFF = gettext_noop("Les relances de %(firm)s sont hors service : rien ne part plus.")
_UNLOCKED = gettext_noop("Les envois de cette installation restaurée sont de nouveau permis.")
_NOT_LOCKED = gettext_noop("Les envois n’étaient pas bloqués.")
_DOUBTS = gettext_noop(
    "%(count)s messages attendaient lors de la sauvegarde : dites s’ils sont partis (acquit resolve)."
)


def arguments(parser: ArgumentParser) -> None:
    firm_argument(parser)
    parser.add_argument(
        "--after-restore", action="store_true", help=_("permettre les envois de cette installation restaurée")
    )


def run(options: Namespace) -> Answer:
    if options.after_restore:
        return _unlock()
    firm = firm_of(options)
    with firm_scope(firm):
        put_in_service(firm, author_of(firm))
    notes = [said(obstacle) for obstacle in obstacles_of(firm)]
    return Answer({"firm": firm.slug, "in_service": True}, _(_ON) % {"firm": firm.name}, notes=notes)


def _unlock() -> Answer:
    """The owner's word for the whole installation."""
    locks = unlock_sending()
    with every_firm():
        doubts = Message.objects.filter(state=State.UNKNOWN).count()
    notes = [_(_DOUBTS) % {"count": doubts}] if doubts else []
    return Answer({"locked": False, "unknown": doubts}, _(_UNLOCKED if locks else _NOT_LOCKED), notes=notes)


def stop(options: Namespace) -> Answer:
    firm = firm_of(options)
    with firm_scope(firm):
        take_out_of_service(firm, author_of(firm))
    return Answer({"firm": firm.slug, "in_service": False}, _(_OFF) % {"firm": firm.name})


ACTIVATE = Verb(("activate",), gettext_noop("mettre les relances en service"), arguments, run)
DEACTIVATE = Verb(("deactivate",), gettext_noop("mettre les relances hors service"), firm_argument, stop)
