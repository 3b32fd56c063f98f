"""`acquit bank-checked`: a person says up to which day the bank is known («banque à jour au»)."""

from argparse import ArgumentParser, Namespace

from django.utils.translation import gettext as _

from acquit.parties.scope import firm_scope
from acquit.receivables.actions import bank_known
from acquit.receivables.queries import bank_known_until
from acquit.rules.refusal import gettext_noop
from acquit.shell.arguments import author_of, day, firm_argument, firm_of
from acquit.shell.verb import Answer, Verb

_DONE = gettext_noop("La banque de %(firm)s est connue jusqu’au %(until)s.")


def arguments(parser: ArgumentParser) -> None:
    firm_argument(parser)
    parser.add_argument("--until", type=day, required=True, metavar=_("JOUR"), help=_("dernier jour connu, inclus"))


def run(options: Namespace) -> Answer:
    firm = firm_of(options)
    with firm_scope(firm):
        bank_known(firm, options.until, author_of(firm))
        until = bank_known_until(firm)
    content = {"firm": firm.slug, "bank_known_until": until.isoformat() if until else None}
    return Answer(content, _(_DONE) % {"firm": firm.name, "until": content["bank_known_until"]})


VERB = Verb(("bank-checked",), gettext_noop("dire jusqu’à quel jour la banque est connue"), arguments, run)
