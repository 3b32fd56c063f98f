"""`acquit plan-run`: who would get what on a day, in which words, and who would not and why. Nothing is sent."""

from argparse import ArgumentParser, Namespace
from typing import Any

from django.utils.translation import gettext as _

from acquit.dunning.simulation import Simulation, WouldSend, WouldWait, simulate
from acquit.parties.scope import firm_scope
from acquit.rules import dunning as rule
from acquit.rules.money import spell
from acquit.rules.refusal import gettext_noop
from acquit.shell.arguments import day, firm_argument, firm_of
from acquit.shell.tables import table
from acquit.shell.verb import Answer, Verb
from acquit.shell.words import why

_NOT_IN_SERVICE = gettext_noop("Les relances ne sont pas en service : ce qui suit ne partirait qu’après.")
_ASSUMED = gettext_noop("La banque est supposée à jour ce jour-là.")


def arguments(parser: ArgumentParser) -> None:
    firm_argument(parser)
    parser.add_argument("--on", type=day, required=True, metavar=_("JOUR"), help=_("jour simulé"))
    parser.add_argument("--assume-bank", action="store_true", help=_("supposer la banque à jour ce jour-là"))
    parser.add_argument("--text", action="store_true", help=_("montrer aussi le texte de chaque message"))


def run(options: Namespace) -> Answer:
    firm = firm_of(options)
    with firm_scope(firm):
        found = simulate(firm, options.on, assume_bank=options.assume_bank)
    known = found.bank_known_until
    content = {
        "on": found.on.isoformat(),
        "in_service": found.in_service,
        "bank_known_until": known.isoformat() if known else None,
        "assumes_bank": found.assumes_bank,
        "send": [_send(w, with_text=options.text) for w in found.sends],
        "wait": [_wait(w) for w in found.waits],
        "stop": [_wait(w) for w in found.stops],
    }
    return Answer(content, _text(content), notes=_notes(found))


def _send(would: WouldSend, *, with_text: bool) -> dict[str, Any]:
    letter = would.draft.letter
    row = {
        "customer": would.customer.name,
        "customer_ref": would.customer.ref,
        "step": letter.step.level,
        "channel": letter.step.channel,
        "to": would.recipient.email,
        "subject": would.draft.rendered.subject,
        "receivables": list(would.references),
        "owed": spell(sum(case.owed for case, _step in letter.lines), letter.currency),
        "currency": letter.currency,
        "reason": why(rule.DUE),
    }
    return row | ({"text": would.draft.rendered.text} if with_text else {})


def _wait(would: WouldWait) -> dict[str, Any]:
    until = would.move.until if isinstance(would.move, rule.Wait) else None
    return {
        "receivable": would.reference,
        "customer": would.customer.name,
        "reason": why(would.move.reason),
        "until": until.isoformat() if until else None,
    }


def _notes(found: Simulation) -> list[str]:
    return [_(_NOT_IN_SERVICE)] * (not found.in_service) + [_(_ASSUMED)] * found.assumes_bank


def _text(content: dict[str, Any]) -> str:
    sends = [[s["customer"], s["step"], s["to"], ", ".join(s["receivables"]), s["owed"]] for s in content["send"]]
    silent = [[w["receivable"], w["customer"], w["until"], w["reason"]] for w in content["wait"] + content["stop"]]
    letters = "".join(f"\n\n— {s['to']} — {s['subject']}\n\n{s['text']}" for s in content["send"] if "text" in s)
    return (
        "\n\n".join(
            [
                _("Partiraient le %(on)s : %(count)s") % {"on": content["on"], "count": len(sends)},
                *([table([_("client"), _("étape"), _("à"), _("factures"), _("dû")], sends, right=(4,))] * bool(sends)),
                _("Ne partiraient pas : %(count)s") % {"count": len(silent)},
                *([table([_("facture"), _("client"), _("jusqu’au"), _("raison")], silent)] * bool(silent)),
            ]
        )
        + letters
    )


VERB = Verb(("plan-run",), gettext_noop("simuler les rappels d’un jour ; rien ne part"), arguments, run)
