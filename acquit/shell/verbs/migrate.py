"""`acquit migrate`: bring the tables to this version. Every verb does it by itself; this one says what it did."""

from argparse import ArgumentParser, Namespace

from django.utils.translation import gettext as _

from acquit.rules.refusal import gettext_noop
from acquit.shell import schema
from acquit.shell.verb import Answer, Verb


def arguments(parser: ArgumentParser) -> None:
    """None of its own."""


def run(options: Namespace) -> Answer:
    applied = schema.bring_up_to_date()
    text = "\n".join(applied) if applied else _("La base est à jour.")
    return Answer({"applied": applied}, text)


VERB = Verb(("migrate",), gettext_noop("mettre la base à niveau"), arguments, run, database=False)
