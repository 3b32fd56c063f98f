"""`acquit match`: what each bank line may pay, and the certain ones applied («rapprochement»)."""

from argparse import ArgumentParser, Namespace
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from acquit.bank.actions import apply_certain
from acquit.bank.queries import LineProposal, proposals
from acquit.parties.bulk import chunks
from acquit.parties.models import Firm
from acquit.parties.scope import firm_scope
from acquit.receivables.models import Standing
from acquit.rules.matching import CERTAIN, PROBABLE, TO_CHOOSE
from acquit.rules.money import spell
from acquit.rules.refusal import gettext_noop
from acquit.shell.arguments import author_of, firm_argument, firm_of
from acquit.shell.tables import table
from acquit.shell.verb import Answer, Verb
from acquit.shell.words import said

_WORDS = {CERTAIN: gettext_noop("certain"), PROBABLE: gettext_noop("probable"), TO_CHOOSE: gettext_noop("à choisir")}
_APPLIED = gettext_noop("Certains : %(certain)s ; probables : %(probable)s ; à choisir : %(to_choose)s ; "
                        "appliqués : %(applied)s.")  # fmt: skip


def arguments(parser: ArgumentParser) -> None:
    firm_argument(parser)
    parser.add_argument("--apply-certain", action="store_true", help=_("appliquer ceux qui sont certains"))


def run(options: Namespace) -> Answer:
    firm = firm_of(options)
    with firm_scope(firm):
        found = proposals(firm)
        references = _references(firm, found)
        applied = apply_certain(firm, author_of(firm)) if options.apply_certain else 0
    count = Counter(p.proposal.confidence for p in found)
    content = {
        "certain": count[CERTAIN],
        "probable": count[PROBABLE],
        "to_choose": count[TO_CHOOSE],
        "applied": applied,
        "proposals": [_proposal(p, references) for p in found],
    }
    return Answer(content, _text(content))


def _references(firm: Firm, found: list[LineProposal]) -> dict[int, str]:
    """Invoice numbers of the receivables proposed."""
    wanted = {pk for p in found for pk, _cents in p.proposal.shares} | {
        pk for p in found for pk in p.proposal.suggestions
    }
    references: dict[int, str] = {}
    for chunk in chunks(sorted(wanted)):
        references |= dict(Standing.objects.filter(firm=firm, pk__in=chunk).values_list("pk", "reference"))
    return references


def _proposal(p: LineProposal, references: dict[int, str]) -> dict[str, Any]:
    line = p.line
    return {
        "line": line.pk,
        "booked_on": line.booked_on.isoformat(),
        "payer": line.name,
        "amount": spell(line.amount, line.currency),
        "currency": line.currency,
        "receivables": [references.get(pk, str(pk)) for pk, _cents in p.proposal.shares],
        "shares": [
            {"receivable": references.get(pk, str(pk)), "amount": spell(cents, line.currency)}
            for pk, cents in p.proposal.shares
        ],
        "unallocated": spell(p.proposal.unallocated, line.currency),
        "suggestions": [references.get(pk, str(pk)) for pk in p.proposal.suggestions],
        "confidence": p.proposal.confidence,
        "reasons": [said(reason) for reason in p.proposal.reasons],
    }


def _text(content: dict[str, Any]) -> str:
    heads = [_("jour"), _("payeur"), _("montant"), _("factures"), _("degré"), _("pourquoi")]
    rows = [
        [p["booked_on"], p["payer"], p["amount"], ", ".join(p["receivables"]), _(_WORDS[p["confidence"]]),
         " ".join(p["reasons"])]
        for p in content["proposals"]
    ]  # fmt: skip
    return (table(heads, rows, right=(2,)) + "\n\n" if rows else "") + _(_APPLIED) % content


VERB = Verb(("match",), gettext_noop("rapprocher les lignes de banque des factures"), arguments, run)
