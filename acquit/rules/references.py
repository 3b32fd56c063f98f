"""Which references a bank text contains: invoice numbers and structured communications, however they are typed.

A text is cut into tokens (runs of letters and digits), and up to six neighbours are joined: so `F-2026-036`,
`FACT F2026 036` and `facturef2026/036` all say F2026036, and none of them says F202603.
"""

import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass

from acquit.rules.identifiers import bare, check_ogm, check_rf, passes

JOINED_MAX = 6
KEY_MAX = 35
TEXT_MAX = 2_000
"""Banks give 140 to 1,000 characters; what comes after is passed over."""

CUES = frozenset(
    {
        *("F", "FA", "FAC", "FACT", "FCT", "FACTURE", "FACTURES", "FACTS", "INVOICE", "INVOICES", "INV", "RECHNUNG"),
        *("FACTUUR", "FACTUREN", "FACT", "N", "NO", "NR", "NUM", "NUMERO", "REF", "REFERENCE", "KENMERK"),
    }
)
_GLUED = re.compile(r"(?:FACTURES?|FACTUUR|FACT|INVOICE|INV|REF|NO|NR|N)(?=[A-Z]{0,4}[0-9])")
_TOKEN = re.compile(r"[A-Z0-9]+")
_NOT_A_NUMBER = re.compile(
    r"(?<![\w-])\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})(?![\w-])"  # a day
    r"|(?<![\w-])\d{4}[/.-]\d{2}[/.-]\d{2}(?![\w-])"
    r"|(?<!\d)\d{1,12}(?:[ .]\d{3}){0,4}[.,]\d{2}(?!\d)"  # an amount
    r"|(?<!\d)\d{1,12}(?: \d{3}){0,4}\s?(?:EUR|EUROS?)\b"
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b"  # an IBAN
)
_OGM = re.compile(r"(?<!\d)(\d{3})\s?/\s?(\d{4})\s?/\s?(\d{5})(?!\d)|[+*]{3}\s?(\d{12})\s?[+*]{3}")
_TWELVE = re.compile(r"(?<!\d)\d{12}(?!\d)")
_RF = re.compile(r"\bRF\d{2}(?: ?[A-Z0-9]{1,21}){1,6}")
_ANNOUNCED = re.compile(
    r"\b([A-Z]{1,10})[ .:]{0,3}(\d{1,6}(?!\d)(?:[ ,;/+&-]{1,3}(?:ET |EN |AND )?\d{1,6}(?!\d)){0,11})(?![.,]\d)"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True, slots=True)
class Hit:
    """A known reference found in a text, from token `start` up to `end`; weak when it may be chance."""

    key: str
    start: int
    end: int
    strong: bool
    spaced: bool
    """There is a space between two of its tokens."""


def flat(text: str) -> str:
    """A text in capitals without accents, cut at `TEXT_MAX`: what digging works on."""
    text = text[:TEXT_MAX].replace("€", " EUR")
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return text.upper()


def reference_key(reference: str) -> str:
    """How a reference is compared: its letters and digits alone, in capitals."""
    return "".join(_TOKEN.findall(flat(reference)))


def last_number(reference: str) -> int | None:
    """The running number at the end of a reference (41 for `F-2026-041`); None when there is none."""
    m = re.search(r"(\d{1,9})\D{0,2}$", reference, re.ASCII)
    return int(m[1]) if m else None


def dig_references(text: str, known: Container[str]) -> list[Hit]:
    """The known reference keys that a flat text contains, doubtful overlaps marked weak, in the order of the text."""
    tokens = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
    return _without_overlaps(list(_hits(_Text(text, tokens, _spans(text)), known)))


@dataclass(frozen=True, slots=True)
class _Text:
    """A flat text, its tokens (with where each begins and ends), and the stretches that are no numbers."""

    text: str
    tokens: list[tuple[str, int, int]]
    dates_and_amounts: list[tuple[int, int]]


def _spans(text: str) -> list[tuple[int, int]]:
    return [m.span() for m in _NOT_A_NUMBER.finditer(text)]


def _hits(text: _Text, known: Container[str]) -> Iterator[Hit]:
    """Every window of tokens whose letters and digits are a known key."""
    tokens = text.tokens
    for start, (first, _, _) in enumerate(tokens):
        glued = _GLUED.match(first)
        for head in (first, first[glued.end() :]) if glued else (first,):
            joined = head
            for end in range(start + 1, min(start + JOINED_MAX, len(tokens)) + 1):
                if joined in known and (hit := _judged(text, start, end, joined, cued=head != first)):
                    yield hit
                if end == len(tokens) or len(joined) > KEY_MAX:
                    break
                joined += tokens[end][0]


def _judged(text: _Text, start: int, end: int, key: str, *, cued: bool) -> Hit | None:
    """How much a window proves. Bare numbers need a word before them, or length, and are no dates or amounts."""
    begins, ends = text.tokens[start][1], text.tokens[end - 1][2]
    spaced = " " in text.text[begins:ends]
    cued = cued or (start > 0 and text.tokens[start - 1][0] in CUES)
    digits = sum(c.isdigit() for c in key)
    if digits < len(key):
        return Hit(key, start, end, digits >= 2 and (len(key) >= 4 or cued), spaced)
    if any(first < ends and begins < last for first, last in text.dates_and_amounts):
        return None
    if not cued and (len(key) < 4 or spaced or _YEAR.fullmatch(key)):
        return None
    return Hit(key, start, end, (cued and len(key) >= 3) or len(key) >= 6, spaced)


def _without_overlaps(hits: list[Hit]) -> list[Hit]:
    """Of two hits one in the other the longer stands; where words alone part them, or they cross, neither is sure."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start - h.end, h.start)):
        over = [other for other in kept if other.start < hit.end and hit.start < other.end]
        if any(other.key == hit.key for other in over):
            continue
        doubtful = [o for o in over if (o.spaced and not hit.spaced) or hit.start < o.start or hit.end > o.end]
        if over and not doubtful:
            continue
        if doubtful:
            kept = [_weak(other) if other in doubtful else other for other in kept]
            hit = _weak(hit)
        kept.append(hit)
    return sorted(kept, key=lambda h: h.start)


def _weak(hit: Hit) -> Hit:
    return Hit(hit.key, hit.start, hit.end, False, hit.spaced)


def dig_structured(text: str) -> tuple[list[str], list[str]]:
    """Structured references in a flat text: the valid ones, bare; then those whose check digits fail, as written."""
    valid: list[str] = []
    wrong: list[str] = []
    for m in _OGM.finditer(text):
        digits = m[4] or m[1] + m[2] + m[3]
        (valid if passes(check_ogm, digits) else wrong).append(digits if passes(check_ogm, digits) else m[0])
    valid += [m[0] for m in _TWELVE.finditer(text) if passes(check_ogm, m[0])]
    for m in _RF.finditer(text):
        words = m[0].split(" ")
        joined = (bare("".join(words[:count])) for count in range(len(words), 0, -1))
        valid += [next((rf for rf in joined if len(rf) > 4 and passes(check_rf, rf)), "")]
    return list(dict.fromkeys(filter(None, valid))), wrong


def without_structured(text: str) -> str:
    """A flat text with Belgian communications blotted out: their groups of digits are no invoice numbers."""
    return _OGM.sub(" ", text) if "/" in text or "+" in text or "*" in text else text


def dig_numbers(text: str) -> list[int]:
    """Running numbers that a word announces: 41 and 43 in « fact 41 et 43 ». Dates and amounts are none."""
    found: list[int] = []
    spans = _spans(text)
    for m in _ANNOUNCED.finditer(text):
        if m[1] in CUES and not any(first < m.end() and m.start(2) < last for first, last in spans):
            found += [int(n) for n in re.findall(r"\d+", m[2])]
    return list(dict.fromkeys(found))[:12]
