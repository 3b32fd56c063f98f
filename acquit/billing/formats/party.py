"""Who a file speaks of: raw fields made into a `PartySheet`, with false identifiers left out and named."""

import re
from collections.abc import Callable, Iterable, Mapping

from acquit.billing.formats import words
from acquit.rules.claims import PartySheet
from acquit.rules.identifiers import bare, check_bce, check_siren, check_siret, check_vat, passes
from acquit.rules.refusal import Reason, Refused, gettext_noop

TEXT_MAX = 200
_EMAIL = re.compile(r"[^\s@,;<>\"'()\[\]]{1,64}@[^\s@,;<>\"'()\[\]]{1,253}\.[^\s@,;<>\"'().\[\]]{2,63}")
_EU = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU", "LV"),
    *("MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI"),
)
_NOT_EMAIL = gettext_noop("« %(text)s » n’est pas une adresse e-mail : elle n’est pas reprise.")

# ISO 6523 schemes of the European e-invoice: 0002 SIREN, 0009 SIRET, 0225 the French directory, 0208 and 9956 BCE.
_SCHEMES = {"0002": "siren", "0009": "siret", "0225": "siren", "0208": "bce", "9956": "bce", "KBO": "bce"}
_CHECKS: dict[str, Callable[[str], str]] = {
    "siren": check_siren,
    "siret": check_siret,
    "vat": check_vat,
    "bce": check_bce,
}


def party(raw: Mapping[str, str], faults: list[Reason]) -> PartySheet:
    """A party from fields named as in `PartySheet`; what is false is left out and said in `faults`.

    A SIRET gives its SIREN, a French VAT number its SIREN, a Belgian one its BCE number, and the other way round
    nothing: an identifier that the file does not hold is not invented.
    """
    found = {key: one_line(text) for key, text in raw.items() if text}
    ids = {key: _checked(key, found.get(key, ""), faults) for key in _CHECKS}
    if not ids["siren"]:
        ids["siren"] = _siren_within(ids["siret"] or bare(found.get("siret", "")), ids["vat"])
    if not ids["bce"] and ids["vat"].startswith("BE"):
        ids["bce"] = ids["vat"][2:]
    return PartySheet(
        name=found.get("name", ""),
        code=found.get("code", ""),
        **ids,
        email=email(found.get("email", ""), faults),
        phone=found.get("phone", ""),
        contact=found.get("contact", ""),
        street=found.get("street", ""),
        postcode=found.get("postcode", ""),
        city=found.get("city", ""),
        country=words.country(found["country"]) if "country" in found else "",
        kind=words.kind(found["kind"]) if "kind" in found else "",
        language=words.language(found["language"]) if "language" in found else "",
    )


def one_line(text: str) -> str:
    """A field on one line, without control characters, no longer than a field may be."""
    if text.isprintable() and "  " not in text:
        return text.strip()[:TEXT_MAX]
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:TEXT_MAX]


def email(text: str, faults: list[Reason]) -> str:
    """The first address of a field that may hold several; empty, and a fault, when none is one."""
    found = _EMAIL.search(text)
    if text and not found:
        faults.append(Reason(_NOT_EMAIL, {"text": text[:60]}))
    return found[0] if found else ""


def identifiers_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Which identifier each (ISO 6523 scheme, text) is; the first of a kind wins, unknown schemes are passed over."""
    found: dict[str, str] = {}
    for scheme, text in pairs:
        key = _SCHEMES.get(scheme.strip().upper(), "")
        number = bare(text.partition("_")[0])
        if key == "siren" and len(number) == 14:
            key = "siret"
        if key and number:
            found.setdefault(key, number)
    return found


def _checked(key: str, text: str, faults: list[Reason]) -> str:
    """The bare identifier, or empty when there is none or it is false."""
    if not text:
        return ""
    try:
        return _CHECKS[key](text)
    except Refused as refused:
        number = bare(text)
        if key == "vat" and passes(check_bce, text):
            return "BE" + check_bce(text)
        if key == "vat" and number[:2].isalpha() and number[:2] not in _EU:
            return number[:20] if number.isascii() else ""
        faults.extend(refused.reasons)
        return ""


def _siren_within(siret: str, vat: str) -> str:
    """The SIREN at the head of a SIRET (even when its own last digits are false) or inside a French VAT number."""
    for number in (siret[:9], vat[4:] if vat.startswith("FR") else ""):
        if number and passes(check_siren, number):
            return number
    return ""
