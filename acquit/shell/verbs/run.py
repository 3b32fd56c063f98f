"""`acquit run`: decide for what is due today, and let the approved messages leave."""

from argparse import ArgumentParser, Namespace

from django.utils.translation import gettext as _

from acquit.dunning import run as dunning
from acquit.mailroom.way_out import way_out
from acquit.parties.scope import firm_scope
from acquit.rules.refusal import gettext_noop
from acquit.shell.arguments import author_of, day, firm_argument, firm_of, may_travel
from acquit.shell.tables import table
from acquit.shell.verb import Answer, Verb
from acquit.shell.words import said, why


def arguments(parser: ArgumentParser) -> None:
    firm_argument(parser)
    parser.add_argument("--on", type=day, metavar=_("JOUR"), help=_("un autre jour, pour l’entreprise d’exemple"))
    parser.add_argument("--approve-all", action="store_true", help=_("approuver tout ce qui attend"))


def run(options: Namespace) -> Answer:
    firm = firm_of(options)
    on = may_travel(firm, options.on)
    with firm_scope(firm), way_out(firm) as way:
        report = dunning.run(firm, lambda: author_of(firm, on), way.smtp, approve_all=options.approve_all)
    content = {
        "planned": report.planned,
        "sent": report.sent,
        "held": sum(report.held.values()),
        "refused": report.refused,
        "unknown": report.unknown,
        "deferred": report.deferred,
        "dropped": report.dropped,
        "waiting": report.waiting,
        "held_why": report.held,
        "sending": way.smtp is not None,
    }
    rows = [
        [_("prévus"), report.planned],
        [_("envoyés"), report.sent],
        [_("refusés"), report.refused],
        [_("à vérifier"), report.unknown],
        [_("remis à plus tard"), report.deferred],
        [_("annulés au départ"), report.dropped],
        [_("en attente"), report.waiting],
    ]
    held = [[count, why(reason)] for reason, count in sorted(report.held.items())]
    text = table([_("messages"), ""], rows, right=(1,))
    text += "\n\n" + table(["", _("factures laissées en paix")], held, right=(0,)) if held else ""
    return Answer(content, text, notes=[said(obstacle) for obstacle in way.obstacles])


VERB = Verb(("run",), gettext_noop("décider des rappels du jour et envoyer ce qui est approuvé"), arguments, run)
