"""How every verb is called and answered: arguments read, tables brought up to date, the answer printed."""

import contextlib
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import translation
from django.utils.translation import gettext as _

from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.shell import schema
from acquit.shell.verb import Answer, Usage, Verb
from acquit.shell.verbs import VERBS
from acquit.shell.words import error_of, sentence

_DATABASE = gettext_noop("La base de données ne répond pas : %(why)s")
_FILE = gettext_noop("« %(path)s » ne peut pas être lu ou écrit : %(why)s.")
_HELP = gettext_noop("Acquit fait payer à temps une entreprise française ou belge.")
_JSON_HELP = gettext_noop("un seul objet JSON sur la sortie standard")


def run(argv: list[str]) -> int:
    """Run the verb that the words name, in the language of the installation."""
    with translation.override(settings.LANGUAGE_CODE):
        parser = parser_of(VERBS)
        options = parser.parse_args(argv)
        if not hasattr(options, "verb"):
            (options.group if hasattr(options, "group") else parser).print_help(sys.stderr)
            return 2
        try:
            return _answer(options)
        except Usage as usage:
            sys.stderr.write(f"acquit : {usage}\n")
            return 2
        except BrokenPipeError:
            sys.stdout = None  # nobody reads any more: say nothing at exit either
            return 1
        except KeyboardInterrupt:
            return 130
        finally:
            connections.close_all()


def parser_of(verbs: Iterable[Verb]) -> ArgumentParser:
    """Every verb, those of two words under their first."""
    parser = ArgumentParser(prog="acquit", description=_(_HELP))
    top = parser.add_subparsers(metavar=_("VERBE"), title=_("Verbes"))
    groups = {}
    for verb in verbs:
        level = top
        if len(verb.words) == 2:
            if verb.words[0] not in groups:
                group = top.add_parser(verb.words[0], help=_("un groupe de verbes"))
                group.set_defaults(group=group)
                groups[verb.words[0]] = group.add_subparsers(metavar=_("VERBE"), title=_("Verbes"))
            level = groups[verb.words[0]]
        one = level.add_parser(verb.words[-1], help=_(verb.help), description=_(verb.help))
        one.add_argument("--json", action="store_true", help=_(_JSON_HELP))
        verb.arguments(one)
        one.set_defaults(verb=verb)
    return parser


def _answer(options: Namespace) -> int:
    """Do it. What libraries print by themselves goes to standard error: standard output holds the answer alone."""
    verb: Verb = options.verb
    try:
        with contextlib.redirect_stdout(sys.stderr):
            if verb.database:
                schema.bring_up_to_date()
            answer = verb.run(options)
    except Refused as refused:
        answer = Answer({}, reasons=refused.reasons)
    except DatabaseError as error:
        answer = Answer({}, reasons=[Reason(_DATABASE, {"why": str(error).strip()})])
    except OSError as error:
        if error.filename is None:
            raise
        answer = Answer({}, reasons=[Reason(_FILE, {"path": error.filename, "why": error.strerror})])
    _tell(answer, as_json=options.json)
    return 1 if answer.reasons else 0


def _tell(answer: Answer, *, as_json: bool) -> None:
    for note in answer.notes:
        sys.stderr.write(f"{note}\n")
    for reason in answer.reasons:
        sys.stderr.write(f"acquit : {sentence(reason)}\n")
    if as_json and answer.content is not None:
        content = dict(answer.content)
        if answer.reasons and "errors" not in content:
            content["errors"] = [error_of(reason) for reason in answer.reasons]
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    elif answer.text:
        sys.stdout.write(answer.text.rstrip("\n") + "\n")
    sys.stdout.flush()
