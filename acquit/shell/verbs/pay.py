"""`acquit pay`: money received on an invoice, entered by hand."""

import uuid
from argparse import ArgumentParser, Namespace
from datetime import date

from django.utils.translation import gettext as _

from acquit.parties.models import Firm
from acquit.parties.scope import firm_scope
from acquit.receivables.actions import NewPayment, record_payment
from acquit.receivables.models import Means, Payment, Standing
from acquit.rules.dates import YEAR_MIN
from acquit.rules.money import parse_amount, spell
from acquit.rules.references import reference_key
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any
from acquit.shell.arguments import amount_text, author_of, day, firm_argument, firm_of
from acquit.shell.verb import Answer, Verb

EARLIEST = date(YEAR_MIN, 1, 1)
_NOT_FOUND = gettext_noop("Aucune facture ne porte la référence « %(reference)s ».")
_SEVERAL = gettext_noop("Plusieurs clients ont une facture « %(reference)s » : %(customers)s. Précisez --customer REF.")
_TOO_MUCH = gettext_noop(
    "Il reste %(owed)s dû sur %(reference)s : %(amount)s, c’est plus. Avec --keep-surplus le reste devient un crédit "
    "du client."
)
_FUTURE = gettext_noop("Le règlement ne peut pas être reçu après aujourd’hui (%(today)s).")
_LONG_AGO = gettext_noop("Le règlement ne peut pas être reçu avant le %(earliest)s.")
_DONE = gettext_noop("%(amount)s reçus de %(customer)s sur %(reference)s ; il reste %(owed)s dû.")


def arguments(parser: ArgumentParser) -> None:
    firm_argument(parser)
    parser.add_argument("--invoice", required=True, metavar="REF", help=_("numéro de la facture"))
    parser.add_argument("--amount", type=amount_text, required=True, help=_("montant reçu"))
    parser.add_argument("--on", type=day, required=True, metavar=_("JOUR"), help=_("jour de réception"))
    parser.add_argument("--customer", metavar="REF", help=_("référence du client, si deux portent ce numéro"))
    parser.add_argument("--means", choices=Means.values, default=Means.TRANSFER, help=_("moyen de paiement"))
    parser.add_argument("--note", default="", help=_("remarque"))
    parser.add_argument("--key", help=_("clé de cette saisie : répétée, elle ne compte qu’une fois"))
    parser.add_argument("--keep-surplus", action="store_true", help=_("garder le trop-perçu comme crédit du client"))


def run(options: Namespace) -> Answer:
    firm = firm_of(options)
    by = author_of(firm)
    with firm_scope(firm):
        standing = _standing(firm, options.invoice, options.customer)
        options.amount = parse_amount(options.amount, currency=standing.currency)
        key = f"shell:{options.key or uuid.uuid4().hex}"
        before = Payment.objects.filter(key=key).exists()
        if not before:
            refuse_if_any(_faults(standing, options, by.on))
        share = min(options.amount, standing.owed)
        payment = record_payment(
            firm,
            NewPayment(
                customer_id=standing.customer_id,
                amount=options.amount,
                received_on=options.on,
                means=options.means,
                key=key,
                currency=standing.currency,
                shares=((standing.receivable_id, share),) if share > 0 and not before else (),
                note=options.note[:300],
            ),
            by,
        )
        # Only this column: the customer, read already, must not be asked for outside of the firm's scope.
        standing.refresh_from_db(fields=["owed"])
    content = {
        "payment": payment.number,
        "reference": standing.reference,
        "customer": standing.customer.name,
        "amount": spell(payment.amount, payment.currency),
        "allocated": spell(0 if before else share, payment.currency),
        "owed": spell(standing.owed, standing.currency),
        "repeated": before,
    }
    return Answer(content, _(_DONE) % content)


def _standing(firm: Firm, reference: str, customer: str | None) -> Standing:
    rows = Standing.objects.filter(firm=firm, reference_key=reference_key(reference)).select_related("customer")
    found: list[Standing] = [s for s in rows if customer is None or s.customer.ref.casefold() == customer.casefold()]
    if not found:
        raise Refused(Reason(_NOT_FOUND, {"reference": reference}))
    if len(found) > 1:
        names = ", ".join(f"{s.customer.name} ({s.customer.ref})" for s in found)
        raise Refused(Reason(_SEVERAL, {"reference": reference, "customers": names}))
    return found[0]


def _faults(standing: Standing, options: Namespace, today: date) -> list[Reason]:
    reasons = [Reason(_FUTURE, {"today": today.isoformat()})] if options.on > today else []
    if options.on < EARLIEST:
        reasons.append(Reason(_LONG_AGO, {"earliest": EARLIEST.isoformat()}))
    if options.amount > standing.owed and not options.keep_surplus:
        sums = {"owed": spell(standing.owed, standing.currency), "amount": spell(options.amount, standing.currency)}
        reasons.append(Reason(_TOO_MUCH, {"reference": standing.reference, **sums}))
    return reasons


VERB = Verb(("pay",), gettext_noop("enregistrer un règlement sur une facture"), arguments, run)
