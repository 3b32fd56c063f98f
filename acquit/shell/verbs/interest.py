"""`acquit interest`: what a late claim has become, with its working. No database."""

from argparse import ArgumentParser, Namespace

from django.utils.translation import gettext as _

from acquit.law.regime import Regime
from acquit.rules.interest import Slice, Statement, interest
from acquit.rules.money import spell
from acquit.rules.refusal import gettext_noop
from acquit.shell.arguments import amount, day, payment, rate
from acquit.shell.tables import table
from acquit.shell.verb import Answer, Verb
from acquit.shell.words import said


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--amount", type=amount, required=True, help=_("principal, toutes taxes comprises"))
    parser.add_argument("--due", type=day, required=True, help=_("échéance : l’intérêt court dès le lendemain"))
    parser.add_argument("--until", type=day, required=True, help=_("dernier jour compté"))
    parser.add_argument("--regime", choices=[*Regime], required=True, help=_("le droit et le genre de débiteur"))
    parser.add_argument("--contract-rate", type=rate, help=_("taux du contrat, en pour cent par an"))
    parser.add_argument("--notice-on", type=day, help=_("jour où la mise en demeure a été reçue"))
    parser.add_argument(
        "--payment", type=payment, action="append", default=[], metavar=_("JOUR:MONTANT"), help=_("un paiement reçu")
    )
    parser.add_argument("--principal-first", action="store_true", help=_("imputer d’abord sur le principal"))


def run(options: Namespace) -> Answer:
    found = interest(
        options.amount,
        options.due,
        options.until,
        options.regime,
        contract_rate=options.contract_rate,
        notice_on=options.notice_on,
        payments=options.payment,
        principal_first=options.principal_first,
    )
    content = {
        "interest_accrued": spell(found.interest_accrued),
        "interest_unpaid": spell(found.interest_unpaid),
        "principal_unpaid": spell(found.principal_unpaid),
        "compensation": spell(found.compensation),
        "compensation_unpaid": spell(found.compensation_unpaid),
        "overpaid": spell(found.overpaid),
        "owed": spell(found.owed),
        "slices": [_slice(part) for part in found.slices],
    }
    return Answer(content, _text(found), notes=[said(warning) for warning in found.warnings])


def _slice(part: Slice) -> dict[str, object]:
    return {
        "from": part.from_on.isoformat(),
        "to": part.to_on.isoformat(),
        "days": part.days,
        "base": spell(part.base),
        "rate": f"{part.rate:f}",
        "interest": spell(part.interest),
        "source": f"{part.citation.article} — {part.citation.source}",
    }


def _text(found: Statement) -> str:
    rows = [[p.from_on, p.to_on, p.days, spell(p.base), f"{p.rate:f} %", spell(p.interest)] for p in found.slices]
    heads = [_("du"), _("au"), _("jours"), _("base"), _("taux"), _("intérêts")]
    sums = [
        [_("Principal restant dû"), spell(found.principal_unpaid)],
        [_("Intérêts courus"), spell(found.interest_accrued)],
        [_("Intérêts restant dus"), spell(found.interest_unpaid)],
        [_("Indemnité forfaitaire"), spell(found.compensation_unpaid)],
        [_("Total dû"), spell(found.owed)],
    ]
    working = table(heads, rows, right=(2, 3, 4, 5)) + "\n\n" if rows else ""
    sources = "".join(f"{text}\n" for text in dict.fromkeys(str(_slice(p)["source"]) for p in found.slices))
    return working + table(["", "EUR"], sums, right=(1,)) + ("\n\n" + sources if sources else "")


VERB = Verb(
    ("interest",), gettext_noop("calculer les pénalités de retard, avec le détail"), arguments, run, database=False
)
