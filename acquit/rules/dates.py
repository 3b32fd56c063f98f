"""Dates as people, banks and programs write them: which calendar day a text means, or a refusal."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from acquit.rules.refusal import Reason, Refused, gettext_noop

YEAR_MIN, YEAR_MAX = 1990, 2100

_UNREADABLE = gettext_noop("La date « %(text)s » n’est pas lisible.")
_IMPOSSIBLE = gettext_noop("La date « %(text)s » n’existe pas.")
_YEAR = gettext_noop("La date « %(text)s » est hors des années %(from)s à %(to)s.")

_CLOCK = r"(?:[T ,]+\d{1,2}[:.]\d{2}.{0,24})?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/. ])(\d{{1,2}})\2\s?(\d{{1,2}})\.?{_CLOCK}", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/. ])\s?(\d{{1,2}})\2\s?(\d{{4}}|\d{{2}})\.?{_CLOCK}", re.ASCII)
_NAMED = re.compile(rf"(\d{{1,2}})(?:er)?\.?[-/ ]?([a-z]{{3,10}})\.?[-/ ,]*(\d{{4}}|\d{{2}}){_CLOCK}", re.ASCII)
_NAMED_FIRST = re.compile(rf"([a-z]{{3,10}})\.? (\d{{1,2}}),? (\d{{4}}){_CLOCK}", re.ASCII)

_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan janv janvier january januari januar enero ene gennaio gen",
            "fev fevr fevrier feb february februari februar febrero febbraio",
            "mar mars march mrt maart marz maerz mrz marzo",
            "avr avril apr april abril abr aprile",
            "mai may mei mayo maggio mag",
            "juin jun june juni junio giugno giu",
            "juil juillet jul july juli julio luglio lug",
            "aou aout aug august augustus agosto ago",
            "sep sept septembre september septiembre settembre set",
            "oct octobre october okt oktober octubre ottobre ott",
            "nov novembre november noviembre",
            "dec decembre december dez dezember diciembre dic dicembre",
        ),
        start=1,
    )
    for name in names.split()
}


def parse_date(text: str, *, day_first: bool = True) -> date:
    """The calendar day that a text names; a time of day after it is passed over, its zone too.

    Reads `03/04/2026` (day first unless told otherwise), `03.04.26`, `2026-04-03`, `20260403`,
    `03-avr-2026` and full month names in French, Dutch, English, German, Spanish and Italian.
    Two-digit years are 2000 to 2089 and 1990 to 1999. Refuses impossible days and years out of bounds.
    """
    year, month, day = _parts(text, day_first)
    if not YEAR_MIN <= year <= YEAR_MAX:
        raise Refused(Reason(_YEAR, {"text": text[:40], "from": YEAR_MIN, "to": YEAR_MAX}))
    try:
        return date(year, month, day)
    except ValueError:
        raise Refused(Reason(_IMPOSSIBLE, {"text": text[:40]})) from None


def _parts(text: str, day_first: bool) -> tuple[int, int, int]:
    """Year, month and day as numbers, not yet checked."""
    body = text.strip()[:60]
    if m := _COMPACT.fullmatch(body):
        return int(m[1]), int(m[2]), int(m[3])
    if m := _YEAR_FIRST.fullmatch(body):
        return int(m[1]), int(m[3]), int(m[4])
    if m := _YEAR_LAST.fullmatch(body):
        first, second = int(m[1]), int(m[3])
        return (_century(m[4]), second, first) if day_first else (_century(m[4]), first, second)
    plain = _unaccented(body).replace(" de ", " ")
    if (m := _NAMED.fullmatch(plain)) and m[2] in _MONTHS:
        return _century(m[3]), _MONTHS[m[2]], int(m[1])
    if (m := _NAMED_FIRST.fullmatch(plain)) and m[1] in _MONTHS:
        return int(m[3]), _MONTHS[m[1]], int(m[2])
    raise Refused(Reason(_UNREADABLE, {"text": text[:40]}))


def _century(year: str) -> int:
    if len(year) == 4:
        return int(year)
    return (1900 if int(year) >= YEAR_MIN % 100 else 2000) + int(year)


def _unaccented(text: str) -> str:
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()


def is_date(text: str, *, day_first: bool = True) -> bool:
    """Whether `parse_date` reads the text."""
    try:
        parse_date(text, day_first=day_first)
    except Refused:
        return False
    return True


def month_comes_first(texts: Iterable[str]) -> bool:
    """Whether a column of dates can only be read month first (12/15/2018), as American programs write.

    True when at least one date has its second number above 12 and none has its first above 12.
    """
    proof = False
    for text in texts:
        m = _YEAR_LAST.fullmatch(text.strip()[:60])
        if not m:
            continue
        if int(m[1]) > 12:
            return False
        proof = proof or int(m[3]) > 12
    return proof
