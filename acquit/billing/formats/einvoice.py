"""What a structured invoice (EN 16931) says is owed: its business terms, checked and turned into a claim.

CII and UBL write the same terms in two ways; `cii.py` and `ubl.py` find them, this file judges them.
A missing number (BT-1), date (BT-2), buyer (BT-44) or total is an error. What the seller got wrong without
making the debt unclear (totals that do not add up, more decimals than the currency has, a false IBAN) is a warning:
amounts are then rounded half up. The amount due (BT-115) is what is open, the total with VAT (BT-112) and its
rounding (BT-114) is the total.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from acquit.billing.formats.shape import Options, owed, unreadable
from acquit.rules.claims import ClaimSheet, FileSheet, PartySheet
from acquit.rules.identifiers import check_iban, check_structured, passes
from acquit.rules.money import CENTS_MAX, decimals_of, round_half_up, spell, to_minor
from acquit.rules.refusal import Reason, gettext_noop

# UNTDID 1001: what takes money back. 261, 262, 396, 502, 503: self-billed, global, factored, prepaid credit notes.
CREDIT_CODES = frozenset(["81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"])
CORRECTED = "384"
NOT_OWED_CODES = frozenset(["220", "230", "231", "310", "325", "351"])  # orders, offers, pro forma invoices
DIGITS_MAX = 40

_ISO_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*|Z|[+-][0-9]{2}:[0-9]{2})?")
_XS_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_CURRENCY = re.compile(r"[A-Z]{3}")
_IBAN_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}")
_ZERO = Decimal(0)

_MISSING = gettext_noop("Il manque %(term)s (%(meaning)s).")
_BAD_DATE = gettext_noop("%(term)s : la date « %(text)s » n’est pas lisible.")
_BAD_AMOUNT = gettext_noop("%(term)s : le montant « %(text)s » n’est pas lisible.")
_BAD_CURRENCY = gettext_noop("BT-5 : la monnaie « %(text)s » n’est pas un code ISO 4217.")
_NOT_OWED = gettext_noop("Ce document (type %(code)s) n’est pas une facture : commande, offre ou facture pro forma.")
_ROUNDED = gettext_noop("%(term)s : %(text)s a plus de décimales que %(currency)s, arrondi à %(rounded)s.")
_MISMATCH = gettext_noop("%(rule)s : les totaux ne s’additionnent pas, %(left)s est écrit et %(right)s calculé.")
_NOT_TOTAL = gettext_noop("Le reste dû (BT-115, %(payable)s) dépasse le total (BT-112, %(total)s).")
_BOTH_SIGNS = gettext_noop("Avoir écrit avec un total négatif : il est lu comme un avoir de %(total)s.")
_BAD_IBAN = gettext_noop("BT-84 : l’IBAN « %(text)s » est faux, il n’est pas repris.")
_DUE_FIRST = gettext_noop("L’échéance (%(due)s) précède la date de la facture (%(issued)s).")
_SEVERAL_DUE = gettext_noop("Plusieurs échéances : la dernière (%(due)s) est retenue.")
_TYPE_UNKNOWN = gettext_noop("BT-3 : le type de document manque, il est lu comme une facture.")
_CORRECTS = gettext_noop("facture rectificative de %(number)s")

NAMES = {
    "BT-1": gettext_noop("le numéro de la facture"),
    "BT-2": gettext_noop("la date de la facture"),
    "BT-44": gettext_noop("le nom du client"),
    "BT-112": gettext_noop("le total TTC"),
    "BT-115": gettext_noop("le montant à payer"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """The business terms that matter to a debt, as the file spells them; empty where it does not say."""

    number: str
    issued: str
    """ISO date, like every date here."""
    currency: str
    buyer: PartySheet
    seller: PartySheet | None = None
    type_code: str = ""
    credit_note: bool = False
    """The document's own name says so, whatever its type code."""
    due: tuple[str, ...] = ()
    order_reference: str = ""
    preceding: str = ""
    iban: str = ""
    remittance: str = ""
    amounts: dict[str, str] = field(default_factory=dict)
    """By term: BT-106 lines, BT-107 allowances, BT-108 charges, BT-109 without VAT, BT-110 VAT, BT-112…BT-115;
    BT-DEX-002 what is collected for a third party (XRechnung extension)."""


class _Reading:
    """The faults found so far, while one document is read."""

    def __init__(self, terms: Terms, currency: str) -> None:
        self.terms = terms
        self.currency = currency
        self.errors: list[Reason] = []
        self.warnings: list[Reason] = []

    def amount(self, term: str) -> Decimal | None:
        """One amount of the document, exact; None when it is absent or unreadable (then an error is noted)."""
        text = self.terms.amounts.get(term, "").strip()
        if not text:
            return None
        if len(text) > DIGITS_MAX or not _XS_DECIMAL.fullmatch(text) or abs(Decimal(text)) >= CENTS_MAX // 1000:
            self.errors.append(Reason(_BAD_AMOUNT, {"term": term, "text": text[:40]}))
            return None
        return Decimal(text)

    def rounded(self, term: str) -> Decimal | None:
        """One amount at its currency's precision; says so when something was rounded away."""
        exact = self.amount(term)
        if exact is None:
            return None
        near = round_half_up(exact, decimals_of(self.currency))
        if near != exact:
            values = {"term": term, "text": str(exact), "currency": self.currency, "rounded": str(near)}
            self.warnings.append(Reason(_ROUNDED, values))
        return near

    def day(self, term: str, text: str) -> date | None:
        """One date; None when absent or unreadable (then an error is noted)."""
        if not text.strip():
            return None
        found = _ISO_DATE.fullmatch(text.strip())
        try:
            return date.fromisoformat(found[1] if found else "")
        except ValueError:
            self.errors.append(Reason(_BAD_DATE, {"term": term, "text": text.strip()[:40]}))
            return None


def sheet(terms: Terms, file: str, source: str, options: Options, faults: Sequence[Reason] = ()) -> FileSheet:
    """The one claim of a structured invoice, or every reason why it cannot be read.

    `faults` are what was left out while the terms were found (false identifiers): they come back as warnings.
    """
    currency = terms.currency.strip() or options.currency
    reading = _Reading(terms, currency)
    reading.warnings.extend(faults)
    if not _CURRENCY.fullmatch(currency):
        reading.errors.append(Reason(_BAD_CURRENCY, {"text": currency[:10]}))
        reading.currency = options.currency
    if terms.type_code in NOT_OWED_CODES:
        reading.errors.append(Reason(_NOT_OWED, {"code": terms.type_code}))
    claim = _claim(reading, file)
    if reading.errors or claim is None:
        return unreadable(file, source, *reading.errors)
    warnings = tuple(r.at(file) for r in reading.warnings)
    return FileSheet(file=file, source=source, claims=(claim,), warnings=warnings, total=owed((claim,)))


def added(amounts: Sequence[str]) -> str:
    """The sum of amounts given one by one; text again, so that a false one is refused where the others are."""
    false = next((text for text in amounts if not _XS_DECIMAL.fullmatch(text) or len(text) > DIGITS_MAX), None)
    if not amounts or false is not None:
        return false or ""
    return str(sum((Decimal(text) for text in amounts), _ZERO))


def _claim(reading: _Reading, file: str) -> ClaimSheet | None:
    terms = reading.terms
    issued = reading.day("BT-2", terms.issued)
    total, payable = _totals(reading)
    due = _due(reading, issued)
    found = {"BT-1": terms.number, "BT-2": terms.issued, "BT-44": terms.buyer.name}
    reading.errors += [
        Reason(_MISSING, {"term": t, "meaning": NAMES[t]}) for t, text in found.items() if not text.strip()
    ]
    if issued is None or total is None or payable is None:
        return None
    kind, total, payable = _kind(reading, total, payable)
    corrected = terms.type_code == CORRECTED and terms.preceding
    return ClaimSheet(
        number=terms.number.strip(),
        issued_on=issued,
        total=to_minor(total, reading.currency),
        party=terms.buyer,
        kind=kind,
        due_on=due,
        open=to_minor(payable, reading.currency),
        currency=reading.currency,
        order_reference=terms.order_reference,
        structured=_structured(terms.remittance),
        credits=terms.preceding if kind == "credit_note" else "",
        seller=terms.seller,
        iban=_iban(reading),
        file=file,
        note=str(Reason(_CORRECTS, {"number": terms.preceding})) if corrected else "",
    )


def _totals(reading: _Reading) -> tuple[Decimal | None, Decimal | None]:
    """What the document asks for and what is still to pay; one may be deduced from the other."""
    with_vat, payable = reading.rounded("BT-112"), reading.rounded("BT-115")
    prepaid, rounding = reading.rounded("BT-113"), reading.rounded("BT-114") or _ZERO
    rounding += reading.rounded("BT-DEX-002") or _ZERO
    if with_vat is None and payable is None:
        if not reading.errors:
            reading.errors.append(Reason(_MISSING, {"term": "BT-112", "meaning": NAMES["BT-112"]}))
        return None, None
    if with_vat is None and payable is not None:
        return payable + (prepaid or _ZERO), payable
    total = (with_vat or _ZERO) + rounding
    if payable is None:
        return total, total - (prepaid or _ZERO)
    _check_sums(reading, prepaid, rounding)
    if abs(payable) > abs(total):
        values = {"payable": str(payable), "total": str(total)}
        reading.warnings.append(Reason(_NOT_TOTAL, values))
        return payable, payable
    return total, payable


def _check_sums(reading: _Reading, prepaid: Decimal | None, rounding: Decimal) -> None:
    """BR-CO-13, 15 and 16 of EN 16931, where the profile carries the terms they need."""
    lines, net, vat = reading.amount("BT-106"), reading.amount("BT-109"), reading.amount("BT-110")
    total, payable = reading.amount("BT-112"), reading.amount("BT-115")
    if lines is not None and net is not None:
        allowances, charges = reading.amount("BT-107") or _ZERO, reading.amount("BT-108") or _ZERO
        _compare(reading, "BR-CO-13", net, lines - allowances + charges)
    if net is not None and vat is not None and total is not None:
        _compare(reading, "BR-CO-15", total, net + vat)
    # The MINIMUM profile has no prepaid amount: there the amount due says it alone.
    minimum = lines is None and prepaid is None
    if total is not None and payable is not None and not minimum:
        _compare(reading, "BR-CO-16", payable, total - (prepaid or _ZERO) + rounding)


def _compare(reading: _Reading, rule: str, written: Decimal, computed: Decimal) -> None:
    if written != computed:
        values = {"rule": rule, "left": str(written), "right": str(computed)}
        reading.warnings.append(Reason(_MISMATCH, values))


def _kind(reading: _Reading, total: Decimal, payable: Decimal) -> tuple[str, Decimal, Decimal]:
    """Invoice or credit note, with positive amounts: a negative invoice takes money back, so it is a credit note."""
    terms = reading.terms
    credit = terms.credit_note or terms.type_code in CREDIT_CODES
    if not terms.type_code and not terms.credit_note:
        reading.warnings.append(Reason(_TYPE_UNKNOWN))
    if credit and total < 0:
        reading.warnings.append(Reason(_BOTH_SIGNS, {"total": spell(to_minor(-total, reading.currency))}))
    if total < 0:
        return "credit_note", -total, max(-payable, _ZERO)
    return ("credit_note" if credit else "invoice"), total, max(payable, _ZERO)


def _due(reading: _Reading, issued: date | None) -> date | None:
    """The due date; the last one where there are several, so that nobody is reminded too soon."""
    days = [d for d in (reading.day("BT-9", text) for text in reading.terms.due) if d]
    if not days:
        return None
    due = max(days)
    if min(days) != due:
        reading.warnings.append(Reason(_SEVERAL_DUE, {"due": due.isoformat()}))
    if issued and due < issued:
        values = {"due": due.isoformat(), "issued": issued.isoformat()}
        reading.warnings.append(Reason(_DUE_FIRST, values))
    return due


def _structured(text: str) -> str:
    """The payment reference (BT-83) where it carries its own check: twelve digits or `RF…`."""
    return check_structured(text) if passes(check_structured, text) else ""


def _iban(reading: _Reading) -> str:
    text = reading.terms.iban.strip()
    if not _IBAN_SHAPE.match(text):  # a national account number, or nothing
        return ""
    if not passes(check_iban, text):
        reading.warnings.append(Reason(_BAD_IBAN, {"text": text[:40]}))
        return ""
    return check_iban(text)
