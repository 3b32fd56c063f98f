"""Whether each line of a structured invoice is its price times its quantity: a debtor who sees that it is not disputes.

Peppol's rule R120, with its tolerance of two cents. Lines are optional in the small profiles, and so is this check.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from acquit.rules.refusal import Reason, gettext_noop

TOLERANCE = Decimal("0.02")
NAMED_MAX = 5
_DIGITS_MAX = 30

_LINES = gettext_noop(
    "Lignes dont le montant n’est pas prix × quantité : %(lines)s. "
    "Le total écrit est repris ; le client peut le contester."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One invoice line (BG-25) as the file spells it; empty where it does not say."""

    number: str
    net: str
    """BT-131"""
    price: str
    """BT-146"""
    quantity: str
    """BT-129"""
    basis: str = ""
    """BT-149: the price is for that many; 1 when empty."""
    charges: tuple[str, ...] = ()
    allowances: tuple[str, ...] = ()


def faults(lines: Iterable[Line]) -> list[Reason]:
    """One reason that names the lines whose net amount is not price ÷ basis × quantity + charges − allowances."""
    false = [line.number[:20] for line in lines if _is_false(line)]
    if not false:
        return []
    return [Reason(_LINES, {"lines": ", ".join(false[:NAMED_MAX]) + (", …" if len(false) > NAMED_MAX else "")})]


def _is_false(line: Line) -> bool:
    computed, written = _computed(line), _number(line.net)
    return computed is not None and written is not None and abs(computed - written) > TOLERANCE


def _computed(line: Line) -> Decimal | None:
    price, quantity, basis = _number(line.price), _number(line.quantity), _number(line.basis or "1")
    extras = [_number(text) for text in (*line.charges, *line.allowances)]
    if price is None or quantity is None or not basis or None in extras:
        return None
    charges = sum((_number(text) or Decimal(0) for text in line.charges), Decimal(0))
    allowances = sum((_number(text) or Decimal(0) for text in line.allowances), Decimal(0))
    return price * quantity / basis + charges - allowances


def _number(text: str) -> Decimal | None:
    """A plain decimal of a reasonable size, or None: what is unreadable here is no reason to refuse the total."""
    body = text.strip()
    if not body or len(body) > _DIGITS_MAX or not set(body) <= set("0123456789.+-"):
        return None
    try:
        return Decimal(body)
    except InvalidOperation:
        return None
