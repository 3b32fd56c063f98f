"""Money: whole minor units (cents) and an ISO currency. One parser, one rounding, one split, one spelling.

Amounts are plain `int` everywhere (cents for EUR, units for JPY, thousandths for TND); rates and
quantities are `Decimal`. There is no float in this house.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from acquit.rules.refusal import Reason, Refused, gettext_noop

CENTS_MAX = 10**15 - 1
"""Ten thousand billion euros: above it an amount is a mistake, and every engine still holds it exactly."""

_WHOLE = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "UYI",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_DECIMALS = {
    **dict.fromkeys(_WHOLE, 0),
    **dict.fromkeys(_THOUSANDTHS, 3),
}
_SPACES = re.compile(r"[\u0020\u00a0\u202f\u2009\u2007']|\u2019")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+", re.ASCII)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<sep>[.,])[0-9]{3}(?:(?P=sep)[0-9]{3})*", re.ASCII)

_UNREADABLE = gettext_noop("Le montant « %(text)s » n’est pas lisible.")
_AMBIGUOUS = gettext_noop("Le montant « %(text)s » peut se lire de deux façons : écrivez-le avec deux décimales.")
_TOO_PRECISE = gettext_noop("Le montant « %(text)s » a plus de décimales que sa monnaie (%(currency)s).")
_TOO_LARGE = gettext_noop("Le montant « %(text)s » est trop grand.")


def decimals_of(currency: str) -> int:
    """Number of decimals of a currency (ISO 4217): 2 unless it is one of the few with 0 or 3."""
    return _DECIMALS.get(currency, 2)


def round_half_up(amount: Decimal, decimals: int = 0) -> Decimal:
    """The one rounding of the house: half away from zero, as French and Belgian practice does."""
    return amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def to_minor(amount: Decimal, currency: str = "EUR") -> int:
    """An exact decimal amount as minor units, rounded half up."""
    return int(round_half_up(amount.scaleb(decimals_of(currency))))


def to_decimal(minor: int, currency: str = "EUR") -> Decimal:
    """Minor units as an exact decimal amount."""
    return Decimal(minor).scaleb(-decimals_of(currency))


def spell(minor: int, currency: str = "EUR") -> str:
    """Minor units as plain text with a point: `1234.50`. For the shell, JSON and files, not for people."""
    return f"{to_decimal(minor, currency):.{decimals_of(currency)}f}"


def parse_amount(text: str, *, currency: str = "EUR", decimal: str | None = None) -> int:
    """Read an amount as people and programs write it, into minor units; never guess.

    Accepts spaces of every kind and apostrophes as thousands separators, `1.234,56` and `1,234.56`,
    a currency sign or code around it, a sign before or after, parentheses for a negative amount.
    `decimal` names the file's decimal separator (`,` or `.`) where it is known: then `1.234` can be read.
    Without it `1.234` raises, because it may be 1234 or 1.234. Raises `Refused` for anything else:
    exponents, NaN, digits other than 0-9, more decimals than the currency has, 10^15 cents and above.
    """
    body, negative = _bare(text, currency)
    whole, fraction = _parts(body, text, currency, decimal)
    places = decimals_of(currency)
    if len(fraction) > places and fraction[places:].strip("0"):
        raise Refused(Reason(_TOO_PRECISE, {"text": text, "currency": currency}))
    minor = int((whole or "0") + fraction[:places].ljust(places, "0"))
    if minor > CENTS_MAX:
        raise Refused(Reason(_TOO_LARGE, {"text": text[:40]}))
    return -minor if negative else minor


def _bare(text: str, currency: str) -> tuple[str, bool]:
    """The digits and separators alone, and whether the amount is negative."""
    body = text.strip().replace("\u2212", "-").replace("€", "").replace("EUR", "")
    if currency != "EUR":
        body = body.replace(currency, "")
    body = _SPACES.sub("", body)
    negative = False
    if body.startswith("(") and body.endswith(")"):
        body, negative = body[1:-1], True
    for sign in ("-", "+"):
        if body.startswith(sign) or body.endswith(sign):
            if negative:
                raise Refused(Reason(_UNREADABLE, {"text": text[:40]}))
            negative = sign == "-"
            body = body[1:] if body.startswith(sign) else body[:-1]
            break
    if len(body) > 24 or not _NUMBER.fullmatch(body):
        raise Refused(Reason(_UNREADABLE, {"text": text[:40]}))
    return body, negative


def _parts(body: str, text: str, currency: str, decimal: str | None) -> tuple[str, str]:
    """Split the digits into whole and fraction, or refuse when two readings are possible."""
    separators = [c for c in body if c in ".,"]
    if not separators:
        return body, ""
    last = separators[-1]
    if decimal is None:
        decimal = _guess_decimal(body, separators, text, currency)
    group = "." if decimal == "," else ","
    whole, _, fraction = body.partition(decimal)
    if decimal in fraction or group in fraction or (whole and not _well_grouped(whole, group)):
        raise Refused(Reason(_UNREADABLE, {"text": text[:40]}))
    if decimal not in body and last == group and not _GROUPED.fullmatch(body):
        raise Refused(Reason(_UNREADABLE, {"text": text[:40]}))
    return whole.replace(group, ""), fraction


def _guess_decimal(body: str, separators: list[str], text: str, currency: str) -> str:
    """Which of `.` and `,` is the decimal separator of this one amount; refuses where both could be."""
    last = separators[-1]
    if len(set(separators)) == 2:
        return last
    if len(separators) > 1:
        return "." if last == "," else ","
    if len(body) - body.index(last) - 1 == 3 and _GROUPED.fullmatch(body) and decimals_of(currency) != 3:
        raise Refused(Reason(_AMBIGUOUS, {"text": text[:40]}))
    return last


def _well_grouped(whole: str, group: str) -> bool:
    """`1.234.567` and `1234` are whole numbers, `12.34` is not."""
    return group not in whole or bool(_GROUPED.fullmatch(whole))


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share an amount by weights without losing a cent: largest remainders first, ties to the first.

    `weights` are non-negative and not all zero. The parts add up to `total` exactly.
    """
    weight = sum(weights)
    if weight <= 0 or min(weights) < 0:
        raise ValueError("weights must be non-negative and not all zero")
    sign = -1 if total < 0 else 1
    shares = [divmod(abs(total) * w, weight) for w in weights]
    parts = [share for share, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: (-shares[i][1], i))
    for i in by_remainder[: abs(total) - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]
