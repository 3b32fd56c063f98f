"""`acquit owed`: who owes what, at the end of a day, and what comes next."""

from argparse import ArgumentParser, Namespace
from collections import Counter
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from acquit import clock
from acquit.dunning.simulation import Coming, outlook
from acquit.parties.models import Customer, Firm
from acquit.parties.scope import firm_scope
from acquit.receivables.queries import PastPosition, position_as_of
from acquit.rules.figures import WORDS, State, state_of
from acquit.rules.money import spell
from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.shell.arguments import day, firm_argument, firm_of
from acquit.shell.tables import table
from acquit.shell.verb import Answer, Verb
from acquit.shell.words import why

_NO_CUSTOMER = gettext_noop("Aucun client n’a la référence ou le nom « %(ref)s ».")


def arguments(parser: ArgumentParser) -> None:
    firm_argument(parser)
    parser.add_argument("--as-of", type=day, metavar=_("JOUR"), help=_("à la fin de ce jour ; aujourd’hui sinon"))
    parser.add_argument("--customer", metavar="REF", help=_("référence ou nom d’un client"))
    parser.add_argument("--all", action="store_true", help=_("aussi ce qui est payé"))


def run(options: Namespace) -> Answer:
    firm = firm_of(options)
    today = clock.today(firm)
    on = options.as_of or today
    with firm_scope(firm):
        customers = _customers(firm, options.customer)
        positions = [p for p in position_as_of(firm, on) if p.customer_id in customers]
        # What came next on a past day would have to be guessed; of a day to come it is what the rule says of it now.
        coming = outlook(firm, on) if on >= today else {}
    rows = []
    owed, overdue = Counter[str](), Counter[str]()
    for position in positions:
        state = _state(position, on)
        owed[position.currency] += position.owed
        overdue[position.currency] += position.owed if state.days_late else 0
        if position.owed or options.all:
            customer = customers[position.customer_id]
            rows.append(_row(position, state, customer, coming.get(position.receivable_id)))
    content = {
        "as_of": on.isoformat(),
        "receivables": rows,
        "owed": spell(owed["EUR"]),
        "overdue": spell(overdue["EUR"]),
    }
    others = {c: {"owed": spell(owed[c], c), "overdue": spell(overdue[c], c)} for c in owed if c != "EUR" and owed[c]}
    if others:  # currencies are never added together
        content["other_currencies"] = others
    return Answer(content, _text(content))


def _customers(firm: Firm, ref: str | None) -> dict[int, Customer]:
    """All customers, or the one asked for; those merged into another one appear under it."""
    found = {c.pk: c for c in Customer.objects.filter(firm=firm)}
    kept = {pk: found[c.merged_into_id] if c.merged_into_id else c for pk, c in found.items()}
    if ref is None:
        return kept
    wanted = ref.casefold()
    chosen = {pk: c for pk, c in kept.items() if wanted in (c.ref.casefold(), c.name.casefold())}
    if not chosen:
        raise Refused(Reason(_NO_CUSTOMER, {"ref": ref}))
    return chosen


def _state(p: PastPosition, on: date) -> State:
    return state_of(p.owed, p.amount, p.due_on, p.hold, p.hold_until, on)


def _row(position: PastPosition, state: State, customer: Customer, coming: Coming | None) -> dict[str, Any]:
    following = coming.on if coming else None
    return {
        "reference": position.reference,
        "customer": customer.name,
        "customer_ref": customer.ref,
        "due_on": position.due_on.isoformat(),
        "total": spell(position.amount, position.currency),
        "owed": spell(position.owed, position.currency),
        "currency": position.currency,
        "days_late": state.days_late,
        "state": state.code,
        "next_step": coming.step or None if coming else None,
        "next_on": following.isoformat() if following else None,
        "reason": why(coming.reason) if coming else "",
    }


def _text(content: dict[str, Any]) -> str:
    heads = [_("facture"), _("client"), _("échéance"), _("total"), _("dû"), _("état"), _("retard"), _("suite")]
    rows = [
        [r["reference"], r["customer"], r["due_on"], r["total"], r["owed"], _(WORDS[r["state"]]),
         r["days_late"] or "", r["reason"]]
        for r in content["receivables"]
    ]  # fmt: skip
    sums = _("Dû : %(owed)s EUR, dont en retard : %(overdue)s EUR") % content
    return (table(heads, rows, right=(3, 4, 6)) + "\n\n" if rows else "") + sums


VERB = Verb(("owed",), gettext_noop("qui doit quoi, et depuis quand"), arguments, run)
