"""Tables of movements, CSV or XLSX, of any bank: known layouts by name, others by their words and contents.

A row is a movement, or pending and passed over with a warning, or a line of balance, or a fault. Nothing is
dropped in silence, and one fault refuses the file.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from acquit.bank.formats.columns import Columns, columns_of, flag_sign, guess_columns, header_score, partial_score
from acquit.bank.formats.words import BALANCE_WORDS, CLOSING_WORDS, NOT_BOOKED, OPENING_WORDS
from acquit.rules.dates import parse_date
from acquit.rules.files import is_zip
from acquit.rules.identifiers import bare, check_structured, passes
from acquit.rules.money import parse_amount
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any
from acquit.rules.statement import Movement, StatementSheet
from acquit.rules.tables import Table, find_header, fold, read_csv, read_table

NAME = "csv"
REASONS_MAX = 50

_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD"}
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_ACCOUNT = re.compile(r"(?:compte|account|rekening|konto|cuenta)[^0-9*]{0,40}?([0-9][0-9 -]{4,30}[0-9])", re.IGNORECASE)

_NO_HEADER = gettext_noop(
    "Aucune ligne de titres n’a été reconnue : il faut au moins une colonne de date et une de montant (ou débit et "
    "crédit). Première ligne lue : « %(columns)s »."
)
_NO_DATE = gettext_noop("Aucune colonne de date n’a été trouvée. Colonnes du fichier : « %(columns)s ».")
_NO_MONEY = gettext_noop(
    "Aucune colonne de montant (ni débit, ni crédit) n’a été trouvée. Colonnes du fichier : « %(columns)s »."
)
_NO_MOVEMENT = gettext_noop("Le relevé ne contient aucun mouvement.")
_ROW_AMOUNT = gettext_noop("La ligne n’a pas de montant.")
_ROW_WIDTH = gettext_noop("La ligne a %(found)s cellules pour %(expected)s titres : un séparateur de trop ?")
_ROW_DATE = gettext_noop("La ligne n’a pas de date lisible : « %(text)s ».")
_PENDING = gettext_noop("Lignes non comptabilisées (en attente ou refusées), laissées de côté : %(count)s.")
_ZERO = gettext_noop("Lignes d’un montant nul, laissées de côté : %(count)s.")
_GUESSED = gettext_noop("Le fichier n’a pas de titres : les colonnes ont été devinées. Vérifiez le sens des montants.")
_MONTH_FIRST = gettext_noop("Les dates ont été lues à l’américaine, le mois d’abord.")
_NO_CURRENCY = gettext_noop("Lignes sans monnaie, lues en euros : %(count)s.")
_BALANCES = gettext_noop("Les soldes écrits dans le fichier ne correspondent pas aux mouvements : lignes manquantes ?")


@dataclass(slots=True)
class _Section:
    """One header and the rows under it, with what stands above. A file with several accounts has several."""

    columns: Columns
    width: int
    above: list[tuple[str, ...]]
    rows: list[tuple[int, tuple[str, ...]]]
    decimal: str | None = None


@dataclass(slots=True)
class _Reading:
    """What was found on the way down a section."""

    movements: list[tuple[str, Movement]] = field(default_factory=list)
    """Each with the account that its row names, empty when there is no such column."""
    balances: list[int | None] = field(default_factory=list)
    aside: list[tuple[str, ...]] = field(default_factory=list)
    faults: list[Reason] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def recognises(content: bytes, name: str) -> bool:
    """Whether the bytes may be a table; the last of the formats to be asked, for it asks little."""
    if is_zip(content):
        return b"xl/workbook.xml" in content
    return any(mark in content[:200_000] for mark in b";,\t|")


def read(content: bytes, name: str) -> list[StatementSheet]:
    """The accounts of a table of movements, one sheet for each account and currency.

    Raises `Refused` with the fault of every row, or with the columns found when no header is understood.
    """
    table = read_table(content, name)
    sections = _sections(table) or _sections_in_cp1250(content, table) or _guessed_sections(table)
    if not sections:
        raise Refused(_why_no_header(table, name))
    warnings = list(table.warnings)
    sheets: list[StatementSheet] = []
    faults: list[Reason] = []
    for section in sections:
        reading = _read_section(section, name)
        faults += reading.faults
        section_warnings = [*warnings, *_warnings_of(section, reading, name)]
        sheets += _sheets(section, reading, table.kind, name, section_warnings)
    refuse_if_any(faults[:REASONS_MAX])
    if not any(sheet.movements for sheet in sheets):
        raise Refused(Reason(_NO_MOVEMENT, file=name))
    return sheets


def _sections(table: Table) -> list[_Section]:
    """Cut the table at its header, and at every repetition of it: one section for each account."""
    header_at = find_header(table.rows, header_score)
    if header_at is None:
        return []
    header = table.rows[header_at]
    starts = [i for i, row in enumerate(table.rows) if row == header]
    ends = [*starts[1:], len(table.rows)]
    bodies = [table.rows[start + 1 : end] for start, end in zip(starts, ends, strict=True)]
    columns = columns_of(header, [row for body in bodies for row in body[:60]])
    if "booked" not in columns.at or not columns.has_money():
        return []
    return [
        _Section(
            columns=columns,
            width=len(header),
            above=_above(table.rows, columns, starts[number - 1] + 1 if number else 0, start),
            rows=list(zip(table.lines[start + 1 : end], body, strict=True)),
        )
        for number, (start, end, body) in enumerate(zip(starts, ends, bodies, strict=True))
    ]


def _above(rows: Sequence[tuple[str, ...]], columns: Columns, begin: int, end: int) -> list[tuple[str, ...]]:
    """The lines between the last movement of the account before and the header of this one."""
    top = end
    while top > begin and not _looks_booked(rows[top - 1], columns):
        top -= 1
    return list(rows[top:end])


def _looks_booked(row: Sequence[str], columns: Columns) -> bool:
    return bool(re.match(r"\d", columns.cell(row, "booked"))) and sum(bool(cell) for cell in row) > 2


def _sections_in_cp1250(content: bytes, table: Table) -> list[_Section]:
    """Headers of Central Europe come out garbled in the western code pages: read them in their own."""
    if not table.encoding or table.encoding.startswith("utf"):
        return []
    try:
        again = read_csv(content.decode("cp1250"))
    except (UnicodeDecodeError, Refused):
        return []
    return _sections(again)


def _guessed_sections(table: Table) -> list[_Section]:
    """A table without a header, when every row looks like a movement."""
    columns = guess_columns(table.rows)
    if columns is None:
        return []
    width = max(len(row) for row in table.rows)
    return [_Section(columns, width, [], list(zip(table.lines, table.rows, strict=True)))]


def _why_no_header(table: Table, name: str) -> Reason:
    """Say which columns were found and which one is missing."""
    best = find_header(table.rows, partial_score)
    row = table.rows[best or 0]
    values: dict[str, object] = {"columns": ", ".join(cell[:40] for cell in row[:25] if cell)}
    if best is None:
        return Reason(_NO_HEADER, values, name, table.lines[0])
    columns = columns_of(row, table.rows[best + 1 : best + 60])
    template = _NO_HEADER
    if "booked" not in columns.at and columns.has_money():
        template = _NO_DATE
    elif "booked" in columns.at:
        template = _NO_MONEY
    return Reason(template, values, name, table.lines[best])


def _read_section(section: _Section, name: str) -> _Reading:
    section.decimal = _decimal_of(section)
    reading = _Reading()
    days: dict[str, date] = {}
    blank_sign = _blank_sign(section)
    for line, row in section.rows:
        try:
            _read_row(section, row, reading, days, blank_sign)
        except Refused as refused:
            reading.faults += [reason.at(name, line) for reason in refused.reasons]
    return reading


def _read_row(
    section: _Section, row: tuple[str, ...], reading: _Reading, days: dict[str, date], blank_sign: int
) -> None:
    """Put one row where it belongs: movements, counts, aside; or raise what is wrong with it."""
    columns = section.columns
    when = columns.cell(row, "booked")
    if fold(columns.cell(row, "state")) in NOT_BOOKED or fold(when) in NOT_BOOKED:
        reading.counts[_PENDING] += 1
        return
    if _is_aside(columns, row, when):
        reading.aside.append(row)
        return
    if any(row[section.width :]):
        raise Refused(Reason(_ROW_WIDTH, {"found": len(row), "expected": section.width}))
    if when not in days:
        days[when] = parse_date(when, day_first=not columns.month_first)
    cents, currency = _amount(section, row, blank_sign, reading.counts)
    if cents == 0:
        reading.counts[_ZERO] += 1
        return
    reading.balances.append(_balance(section, row, currency))
    reading.movements.append(
        (_own_number(columns.cell(row, "account")), _movement(columns, row, days[when], cents, currency))
    )


def _is_aside(columns: Columns, row: tuple[str, ...], when: str) -> bool:
    """A line of balance, a title, a footer: no date, and no amount or a word for balances."""
    if re.match(r"\D{0,3}\d", when):
        return False
    filled = [cell for cell in row if cell]
    if BALANCE_WORDS & set(fold(filled[0]).split()):
        return True
    money = any(columns.cell(row, name) for name in ("amount", "debit", "credit"))
    if money and len(filled) > 2:
        raise Refused(Reason(_ROW_DATE, {"text": when[:40]}))
    return True


def _amount(section: _Section, row: tuple[str, ...], blank_sign: int, counts: Counter[str]) -> tuple[int, str]:
    """Signed minor units of a row, and their currency."""
    columns = section.columns
    texts = {name: columns.cell(row, name) for name in ("amount", "debit", "credit")}
    if not any(texts.values()):
        raise Refused(Reason(_ROW_AMOUNT))
    currency = _currency(columns, row, texts.values(), counts)
    cents = {name: _money(text, currency, section.decimal) if text else 0 for name, text in texts.items()}
    if "flag" in columns.at:
        sign = flag_sign(columns.cell(row, "flag")) or blank_sign
        return (sign * abs(cents["amount"]) if sign else cents["amount"]), currency
    if texts["amount"]:
        return cents["amount"], currency
    debit = cents["debit"] if cents["debit"] < 0 else -cents["debit"]
    return cents["credit"] + debit, currency


def _currency(columns: Columns, row: tuple[str, ...], texts: Iterable[str], counts: Counter[str]) -> str:
    """The row's own currency: its column, a code or a sign beside the amount, else the euro."""
    named = columns.cell(row, "currency").upper()
    if re.fullmatch("[A-Z]{3}", named):
        return named
    amount = " ".join(texts)
    if m := re.search(r"(?<![A-Z])([A-Z]{3})(?![A-Z])", amount):
        return m[1]
    sign = next((sign for sign in _SIGNS if sign in amount or sign == named), "")
    if not sign and "currency" in columns.at:
        counts[_NO_CURRENCY] += 1
    return _SIGNS.get(sign, "EUR")


def _money(text: str, currency: str, decimal: str | None) -> int:
    """An amount as banks write it: `="12,00"`, `+ £1,100.00`, `-1.234,56`."""
    body = text.strip('="').replace(currency, "")
    for sign in _SIGNS:
        body = body.replace(sign, "")
    return parse_amount(body.strip(), currency=currency, decimal=decimal)


def _decimal_of(section: _Section) -> str | None:
    """The decimal separator of all amounts of a section, when they agree on one."""
    votes: Counter[str] = Counter()
    for _, row in section.rows[:2_000]:
        for name in ("amount", "debit", "credit", "balance"):
            text = section.columns.cell(row, name)
            marks = [c for c in text if c in ".,"]
            if len(set(marks)) == 2 or re.search(r"[.,]\d{1,2}\D{0,5}$", text):
                votes[marks[-1]] += 1
    return next(iter(votes)) if len(votes) == 1 else None


def _blank_sign(section: _Section) -> int:
    """What an empty mark means: the contrary of the only mark in use (cards mark nothing but refunds, by CR)."""
    if "flag" not in section.columns.at:
        return 0
    signs = {flag_sign(section.columns.cell(row, "flag")) for _, row in section.rows} - {0}
    return -signs.pop() if len(signs) == 1 else 0


def _balance(section: _Section, row: tuple[str, ...], currency: str) -> int | None:
    text = section.columns.cell(row, "balance")
    try:
        return _money(text, currency, section.decimal) if text else None
    except Refused:
        return None


def _movement(columns: Columns, row: tuple[str, ...], booked_on: date, cents: int, currency: str) -> Movement:
    texts = [row[position] for position in columns.at.get("label", ()) if position < len(row)]
    label = " ".join(dict.fromkeys(" ".join(text.split()) for text in texts if text))
    structured = columns.cell(row, "structured")
    is_structured = bool(structured) and passes(check_structured, structured)
    if structured and not is_structured:
        label = f"{structured} {label}".strip()
    return Movement(
        booked_on=booked_on,
        cents=cents,
        currency=currency,
        label=label,
        value_on=_value_day(columns, row),
        name=" ".join(columns.cell(row, "name").split()),
        iban=bare(columns.cell(row, "iban")),
        structured=check_structured(structured) if is_structured else "",
        end_to_end=columns.cell(row, "end_to_end"),
        bank_reference=columns.cell(row, "reference") or _reference_in(columns, label),
    )


def _value_day(columns: Columns, row: tuple[str, ...]) -> date | None:
    """The value date; banks leave it out or fill it with nines, so an unreadable one is no fault."""
    text = columns.cell(row, "value")
    try:
        return parse_date(text, day_first=not columns.month_first) if text else None
    except Refused:
        return None


def _reference_in(columns: Columns, label: str) -> str:
    pattern = columns.layout.bank_reference if columns.layout else ""
    found = re.search(pattern, label, re.IGNORECASE) if pattern else None
    return found[1] if found else ""


def _own_number(text: str) -> str:
    return bare(text.strip('="'))


def _warnings_of(section: _Section, reading: _Reading, name: str) -> list[Reason]:
    found = [Reason(template, {"count": count}, name) for template, count in reading.counts.items()]
    if section.columns.guessed:
        found.append(Reason(_GUESSED, file=name))
    if section.columns.month_first:
        found.append(Reason(_MONTH_FIRST, file=name))
    return found


def _sheets(section: _Section, reading: _Reading, kind: str, name: str, warnings: list[Reason]) -> list[StatementSheet]:
    """One sheet for each account and currency of a section, with balances where the file proves them."""
    layout = section.columns.layout
    above = _account_above(section.above) or _iban_in(name)
    groups: dict[tuple[str, str], list[Movement]] = {}
    for account, movement in reading.movements:
        groups.setdefault((account or above, movement.currency), []).append(movement)
    opening, closing, doubt = _balances(section, reading) if len(groups) == 1 else (None, None, False)
    if doubt:
        warnings = [*warnings, Reason(_BALANCES, file=name)]
    return [
        StatementSheet(
            account=account,
            currency=currency,
            movements=tuple(movements),
            source=f"{kind}:{layout.name if layout else 'generic'}",
            opening=opening,
            closing=closing,
            from_on=min(movement.booked_on for movement in movements),
            to_on=max(movement.booked_on for movement in movements),
            warnings=tuple(warnings),
        )
        for (account, currency), movements in groups.items()
    ]


def _account_above(lines: Sequence[tuple[str, ...]]) -> str:
    """The account named in the lines above the header: an IBAN, or a number after the word « compte »."""
    for line in reversed(lines):
        text = " ".join(cell.strip('="') for cell in line if cell)
        if (m := _IBAN.search(text)) and not m[0].isalpha():
            return bare(m[0])
        if m := _ACCOUNT.search(text):
            return bare(m[1])
    return ""


def _iban_in(name: str) -> str:
    """KBC and others put the account in the name of the file."""
    m = re.search(r"(?<![A-Z0-9])[A-Z]{2}\d{2}[A-Z0-9]{10,30}(?![A-Z0-9])", name.upper())
    return m[0] if m else ""


def _balances(section: _Section, reading: _Reading) -> tuple[int | None, int | None, bool]:
    """Opening and closing where running balances or two lines of balance prove them; whether they contradict."""
    cents = [movement.cents for _, movement in reading.movements]
    chain = [balance for balance in reading.balances if balance is not None]
    if len(chain) == len(cents) and (len(chain) > 1 or section.columns.layout):
        if all(before + moved == after for before, moved, after in zip(chain, cents[1:], chain[1:], strict=False)):
            return chain[0] - cents[0], chain[-1], False
        if all(after + moved == before for after, moved, before in zip(chain[1:], cents, chain, strict=False)):
            return chain[-1] - cents[-1], chain[0], False
    opening = _written_balance(section, reading, OPENING_WORDS)
    closing = _written_balance(section, reading, CLOSING_WORDS)
    if opening is None or closing is None:
        return None, None, False
    agree = opening + sum(cents) == closing
    return (opening, closing, False) if agree else (None, None, True)


def _written_balance(section: _Section, reading: _Reading, words: frozenset[str]) -> int | None:
    """The amount on a line such as « Solde au début de la période »."""
    for line in (*section.above, *reading.aside):
        filled = [cell for cell in line if cell]
        said = set(fold(filled[0]).split())
        if said & BALANCE_WORDS and said & words and len(filled) > 1:
            try:
                return _money(filled[-1], "EUR", section.decimal)
            except Refused:
                continue
    return None
