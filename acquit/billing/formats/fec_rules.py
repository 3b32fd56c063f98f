"""Whether a French accounting file («FEC») keeps the rules of article A. 47 A-1 LPF: every fault, by line.

The checks are those of the tax office's own test tool, and three on top: each entry balances, the file balances,
no entry is validated before its own date. A file with a fault is refused as a whole: its balances prove nothing.
Two readings of the article are the looser one, because the rows are not ours: a file sorted by journal
is in order when each journal is, and entry numbers may run through the file or through each journal.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from acquit.rules.money import spell
from acquit.rules.refusal import Reason, Refused, gettext_noop

COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate",
    "Montantdevise", "Idevise",
)  # fmt: skip
CASH_COLUMNS = ("DateRglt", "ModeRglt", "NatOp", "IdClient")
"""Four more columns that cash-basis books (BNC, BA) may carry."""
YEAR_MONTHS_MAX = 24
FAULTS_MAX = 50
_MANDATORY = (0, 1, 2, 3, 4, 5, 8, 9, 10, 15)

_COLUMN_MISSING = gettext_noop("La colonne %(column)s manque ou n’est pas à sa place (colonne %(place)s).")
_COLUMN_EXTRA = gettext_noop("L’en-tête a %(found)s colonnes au lieu de %(expected)s.")
_WIDTH = gettext_noop(
    "La ligne %(line)s a %(found)s champs au lieu de %(expected)s : séparateur ou retour à la ligne dans un libellé."
)
_EMPTY_LINE = gettext_noop("La ligne %(line)s est vide.")
_EMPTY_FIELD = gettext_noop("La ligne %(line)s n’a pas de %(column)s, qui est obligatoire.")
_DATE = gettext_noop("La ligne %(line)s a une date %(column)s « %(text)s » qui n’est pas un jour écrit AAAAMMJJ.")
_OUTSIDE = gettext_noop("La ligne %(line)s est datée du %(day)s, hors de l’exercice (%(from)s au %(to)s).")
_AMOUNT = gettext_noop(
    "La ligne %(line)s a un montant %(column)s « %(text)s » illisible : virgule décimale, sans séparateur de milliers."
)
_BOTH = gettext_noop("La ligne %(line)s porte un débit et un crédit.")
_NEITHER = gettext_noop("La ligne %(line)s n’a ni débit ni crédit.")
_ACCOUNT = gettext_noop("La ligne %(line)s a un compte « %(text)s » qui ne commence pas par trois chiffres.")
_ENTRY_UNBALANCED = gettext_noop("L’écriture %(number)s (ligne %(line)s) n’est pas équilibrée : écart de %(gap)s.")
_FILE_UNBALANCED = gettext_noop("Le fichier n’est pas équilibré : écart de %(gap)s entre débits et crédits.")
_ORDER = gettext_noop("La ligne %(line)s est validée le %(day)s, avant la ligne précédente : l’ordre n’est pas celui "
                      "de la validation.")  # fmt: skip
_EARLY = gettext_noop("La ligne %(line)s est validée le %(day)s, avant la date de son écriture.")
_GAP = gettext_noop("La numérotation des écritures n’est pas continue : %(number)s (ligne %(line)s) suit %(before)s.")

_AMOUNT_SHAPE = re.compile(r"[+-]?[0-9]{1,13}(?:,[0-9]{1,2}(?:0*))?", re.ASCII)
_DAY_SHAPE = re.compile(r"[0-9]{8}", re.ASCII)
_NUMBER_SHAPE = re.compile(r"(.*?)([0-9]{1,18})", re.ASCII)
_SIGNS = {"D": 1, "+1": 1, "1": 1, "C": -1, "-1": -1}


class Line(NamedTuple):
    """One line of an entry, read. Amounts in cents, both non-negative unless the file says otherwise."""

    number: int
    """Line of the file."""
    journal: str
    journal_name: str
    entry: str
    day: date
    account: str
    account_name: str
    customer: str
    customer_name: str
    piece: str
    piece_on: date
    label: str
    debit: int
    credit: int
    letter: str
    valid_on: date
    currency: str


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file: how many, and whether amounts are Debit and Credit or Montant and Sens."""

    width: int
    signed: bool


def read_header(cells: Sequence[str]) -> Header:
    """Check the eighteen columns, in order; `Montant` and `Sens` may stand for `Debit` and `Credit`."""
    names = [cell.strip().lower() for cell in cells]
    signed = names[11:13] == ["montant", "sens"]
    expected = [c.lower() for c in COLUMNS]
    if signed:
        expected[11:13] = ["montant", "sens"]
    if names != expected and not (names[:18] == expected and set(names[18:]) <= {c.lower() for c in CASH_COLUMNS}):
        raise Refused(*_header_faults(names, expected))
    return Header(len(names), signed)


def _header_faults(names: list[str], expected: list[str]) -> Iterable[Reason]:
    for place, column in enumerate(expected):
        if column not in names:
            yield Reason(_COLUMN_MISSING, {"column": COLUMNS[place], "place": place + 1}, line=1)
    misplaced = next((i for i, column in enumerate(expected) if names[i : i + 1] != [column]), None)
    if all(column in names for column in expected) and misplaced is not None:
        yield Reason(_COLUMN_MISSING, {"column": COLUMNS[misplaced], "place": misplaced + 1}, line=1)
    if len(names) != len(expected):
        yield Reason(_COLUMN_EXTRA, {"found": len(names), "expected": len(expected)}, line=1)


def read_lines(rows: Iterable[Sequence[str]], header: Header, faults: list[Reason]) -> list[Line]:
    """The lines that can be read, numbered from 2; what is wrong with each goes to `faults`."""
    days: dict[str, date | None] = {}
    found: list[Line] = []
    for number, cells in enumerate(rows, start=2):
        if not any(cells):
            faults.append(Reason(_EMPTY_LINE, {"line": number}, line=number))
        elif len(cells) != header.width:
            values = {"line": number, "found": len(cells), "expected": header.width}
            faults.append(Reason(_WIDTH, values, line=number))
        else:
            before = len(faults)
            line = _read_line(number, cells, header, days, faults)
            if line and len(faults) == before:
                found.append(line)
    return found


def _read_line(
    number: int, cells: Sequence[str], header: Header, days: dict[str, date | None], faults: list[Reason]
) -> Line | None:
    for place in _MANDATORY:
        if not cells[place].strip():
            faults.append(Reason(_EMPTY_FIELD, {"line": number, "column": COLUMNS[place]}, line=number))
    day, piece_on = _day(number, 3, cells, days, faults), _day(number, 9, cells, days, faults)
    valid_on = _day(number, 15, cells, days, faults)
    account = cells[4].strip()
    if account and not (account[:3].isascii() and account[:3].isdigit() and len(account) >= 3):
        faults.append(Reason(_ACCOUNT, {"line": number, "text": account[:40]}, line=number))
    debit, credit = _amounts(number, cells, header, faults)
    if day is None or piece_on is None or valid_on is None or debit is None or credit is None:
        return None
    if valid_on < day:
        faults.append(Reason(_EARLY, {"line": number, "day": valid_on.isoformat()}, line=number))
    c = [cell.strip() for cell in cells]
    return Line(
        number, c[0], c[1], c[2], day, account, c[5], c[6], c[7], c[8], piece_on, c[10], debit, credit, c[13], valid_on,
        c[17],
    )  # fmt: skip


def _day(
    number: int, place: int, cells: Sequence[str], days: dict[str, date | None], faults: list[Reason]
) -> date | None:
    text = cells[place].strip()
    if text not in days:
        days[text] = parse_day(text)
    day = days[text]
    if day is None and text:
        values = {"line": number, "column": COLUMNS[place], "text": text[:40]}
        faults.append(Reason(_DATE, values, line=number))
    return day


def parse_day(text: str) -> date | None:
    """The day that eight digits AAAAMMJJ name, or None."""
    if not _DAY_SHAPE.fullmatch(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _amounts(number: int, cells: Sequence[str], header: Header, faults: list[Reason]) -> tuple[int | None, int | None]:
    """Debit and credit in cents; None for one that cannot be read."""
    first = _cents(number, 11, cells[11], faults)
    if header.signed:
        sign = _SIGNS.get(cells[12].strip().upper())
        if first is None or sign is None:
            faults.append(Reason(_AMOUNT, {"line": number, "column": "Sens", "text": cells[12][:40]}, line=number))
            return None, None
        debit, credit = (first, 0) if sign == 1 else (0, first)
    else:
        second = _cents(number, 12, cells[12], faults)
        if first is None or second is None:
            return None, None
        debit, credit = first, second
    if debit and credit:
        faults.append(Reason(_BOTH, {"line": number}, line=number))
    if not debit and not credit:
        faults.append(Reason(_NEITHER, {"line": number}, line=number))
    return debit, credit


def _cents(number: int, place: int, text: str, faults: list[Reason]) -> int | None:
    body = text.strip()
    if body == "":
        return 0
    if not _AMOUNT_SHAPE.fullmatch(body):
        values = {"line": number, "column": COLUMNS[place], "text": body[:40]}
        faults.append(Reason(_AMOUNT, values, line=number))
        return None
    whole, _, fraction = body.partition(",")
    cents = int(whole.lstrip("+-") or "0") * 100 + int(fraction[:2].ljust(2, "0"))
    return -cents if body.startswith("-") else cents


def check_whole(lines: Sequence[Line], closing: date | None, faults: list[Reason], *, complete: bool) -> None:
    """What no single line shows: year and order; when all lines were read, also balances and numbering."""
    _check_year(lines, closing, faults)
    _check_order(lines, faults)
    if complete:
        _check_balances(lines, faults)
        _check_numbers(lines, faults)


def _check_balances(lines: Sequence[Line], faults: list[Reason]) -> None:
    gaps: dict[tuple[str, str], int] = defaultdict(int)
    first: dict[tuple[str, str], int] = {}
    for line in lines:
        key = (line.journal, line.entry)
        gaps[key] += line.debit - line.credit
        first.setdefault(key, line.number)
    for key, gap in gaps.items():
        if gap:
            values = {"number": key[1], "line": first[key], "gap": _spell(gap)}
            faults.append(Reason(_ENTRY_UNBALANCED, values, line=first[key]))
    total = sum(gaps.values())
    if total:
        faults.append(Reason(_FILE_UNBALANCED, {"gap": _spell(total)}))


def _check_year(lines: Sequence[Line], closing: date | None, faults: list[Reason]) -> None:
    """The year ends on the file's closing day, else with the month of the last entry; it has twelve months.

    A first year may be longer: it reaches back as long as every month before has entries, 24 months at most.
    """
    if not lines:
        return
    months = {(line.day.year, line.day.month) for line in lines}
    last = closing or _month_end(max(line.day for line in lines))
    start = _months_before(last, 12)
    for count in range(13, YEAR_MONTHS_MAX + 1):
        earlier = _months_before(last, count)
        if (earlier.year, earlier.month) not in months:
            break
        start = earlier
    for line in lines:
        if not start <= line.day <= last:
            values = {
                "line": line.number,
                "day": line.day.isoformat(),
                "from": start.isoformat(),
                "to": last.isoformat(),
            }
            faults.append(Reason(_OUTSIDE, values, line=line.number))


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _months_before(last: date, count: int) -> date:
    """First day of the period of `count` months that ends on `last`."""
    after = last + timedelta(days=1)
    month = after.year * 12 + after.month - 1 - count
    return date(month // 12, month % 12 + 1, min(after.day, 28))


def _check_order(lines: Sequence[Line], faults: list[Reason]) -> None:
    for group in _by_journal_if_sorted(lines):
        for before, line in pairwise(group):
            if line.valid_on < before.valid_on:
                values = {"line": line.number, "day": line.valid_on.isoformat()}
                faults.append(Reason(_ORDER, values, line=line.number))


def _by_journal_if_sorted(lines: Sequence[Line]) -> list[list[Line]]:
    """One group per journal where the file is sorted by journal; else the whole file as one group."""
    groups: list[list[Line]] = []
    for line in lines:
        if not groups or groups[-1][0].journal != line.journal:
            groups.append([])
        groups[-1].append(line)
    codes = [group[0].journal for group in groups]
    return groups if len(set(codes)) == len(codes) else [list(lines)]


def _check_numbers(lines: Sequence[Line], faults: list[Reason]) -> None:
    """Numbers 1, 2, 3 … without a gap, through the file or through each journal (then under each prefix)."""
    whole = _gaps(lines, lambda line: "")
    by_journal = _gaps(lines, lambda line: line.journal)
    worst = min((whole, by_journal), key=len)
    for line, before in worst:
        values = {"number": line.entry, "line": line.number, "before": before}
        faults.append(Reason(_GAP, values, line=line.number))


def _gaps(lines: Sequence[Line], series: Callable[[Line], str]) -> list[tuple[Line, str]]:
    """Entries that do not follow the one before them in their series, once sorted by number."""
    entries: dict[tuple[str, str], dict[int, Line]] = defaultdict(dict)
    for line in lines:
        found = _NUMBER_SHAPE.fullmatch(line.entry)
        if found:
            entries[series(line), found[1]].setdefault(int(found[2]), line)
    gaps: list[tuple[Line, str]] = []
    for numbers in entries.values():
        ordered = sorted(numbers)
        gaps += [(numbers[b], numbers[a].entry) for a, b in pairwise(ordered) if b != a + 1]
    return gaps


def _spell(cents: int) -> str:
    return spell(cents).replace(".", ",")
