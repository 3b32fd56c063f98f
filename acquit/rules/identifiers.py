"""Numbers that carry their own check: firms, accounts, references. Each function gives the bare form or refuses.

`check_…(text)` takes any spelling (spaces, dots, dashes) and returns the bare number, or raises `Refused`.
"""

import re
from collections.abc import Callable
from types import ModuleType

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum import iso11649
from stdnum.be import ogm_vcs
from stdnum.be import vat as be_vat
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret, tva

from acquit.rules.refusal import Reason, Refused, gettext_noop

_SIREN = gettext_noop("« %(text)s » n’est pas un numéro SIREN : neuf chiffres avec une clé.")
_SIRET = gettext_noop("« %(text)s » n’est pas un numéro SIRET : quatorze chiffres avec une clé.")
_VAT = gettext_noop("« %(text)s » n’est pas un numéro de TVA de l’Union européenne.")
_VAT_FR = gettext_noop("« %(text)s » n’est pas un numéro de TVA français.")
_BCE = gettext_noop("« %(text)s » n’est pas un numéro d’entreprise belge (BCE).")
_IBAN = gettext_noop("« %(text)s » n’est pas un IBAN.")
_OGM = gettext_noop("« %(text)s » n’est pas une communication structurée belge.")
_RF = gettext_noop("« %(text)s » n’est pas une référence RF (ISO 11649).")

_FILLER = re.compile(r"[\s.\-/+*\u2010-\u2015]")
_OGM_SHAPE = re.compile(r"[+*]{0,3}[\s]*\d{3}[\s/.-]*\d{4}[\s/.-]*\d{5}[\s]*[+*]{0,3}", re.ASCII)


def bare(text: str) -> str:
    """The text in capitals without spaces and punctuation: how identifiers are kept and compared."""
    return _FILLER.sub("", text).upper()


def check_siren(text: str) -> str:
    """« SIREN » of a French firm: nine digits, Luhn."""
    return _checked(siren, text, _SIREN)


def check_siret(text: str) -> str:
    """« SIRET » of a French establishment: fourteen digits, Luhn, with La Poste's own sum."""
    return _checked(siret, text, _SIRET)


def check_vat_fr(text: str) -> str:
    """French VAT number, with its `FR`."""
    return "FR" + _checked(tva, text, _VAT_FR).removeprefix("FR")


def check_bce(text: str) -> str:
    """« Numéro d’entreprise » of a Belgian firm (BCE/KBO), ten digits; a leading `BE` is taken off."""
    return _checked(be_vat, text, _BCE)


def check_vat(text: str) -> str:
    """VAT number of a member state, with its country prefix. The prefix must be there."""
    return _checked(eu_vat, text, _VAT)


def check_iban(text: str) -> str:
    """IBAN without spaces. The bank behind it need not be a known one."""
    number = bare(text).removeprefix("IBAN")
    try:
        if number.isascii():
            return str(IBAN(number).compact)
    except (SchwiftyException, ValueError):
        pass
    raise Refused(Reason(_IBAN, {"text": text[:40]}))


def check_ogm(text: str) -> str:
    """« Communication structurée » (OGM/VCS): twelve digits, the last two are the first ten modulo 97."""
    if not _OGM_SHAPE.fullmatch(text.strip()):
        raise Refused(Reason(_OGM, {"text": text[:40]}))
    return _checked(ogm_vcs, text, _OGM)


def check_rf(text: str) -> str:
    """Creditor reference (ISO 11649): `RF`, two check digits, up to 21 characters."""
    return _checked(iso11649, text, _RF)


def check_structured(text: str) -> str:
    """A structured reference of either kind: twelve digits, or `RF…`."""
    return check_rf(text) if bare(text).startswith("RF") else check_ogm(text)


def _checked(module: ModuleType, text: str, template: str) -> str:
    """python-stdnum says it; other digits than 0-9 are refused before it is asked."""
    number = bare(text)
    try:
        if number.isascii():
            return str(module.validate(number))
    except ValidationError:
        pass
    raise Refused(Reason(template, {"text": text[:40]}))


def passes(check: Callable[[str], str], text: str) -> bool:
    """Whether a check accepts the text: `passes(check_iban, "FR76 …")`."""
    try:
        check(text)
    except Refused:
        return False
    return True


def make_ogm(number: int) -> str:
    """The structured communication whose first ten digits are `number`: twelve digits, check included."""
    if not 0 <= number < 10**10:
        raise ValueError("a structured communication holds ten digits")
    return f"{number:010d}{number % 97 or 97:02d}"


def as_written(reference: str) -> str:
    """A structured reference that its check refuses, spelt so that a reader still sees what it was meant to be."""
    digits = bare(reference)
    return spell_ogm(digits) if len(digits) == 12 and digits.isdigit() else reference


def spell_ogm(ogm: str) -> str:
    """`090933755493` as it is printed: `+++090/9337/55493+++`."""
    return f"+++{ogm[:3]}/{ogm[3:7]}/{ogm[7:]}+++"


def spell_iban(iban: str) -> str:
    """An IBAN in groups of four, as it is printed."""
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))
