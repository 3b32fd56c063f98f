"""Tables of movements, CSV or XLSX, of any bank: known layouts by name, others by their words and contents.

A row is a movement, or pending and passed over with a warning, or a line of balance, or a fault. Nothing is
dropped in silence, and one fault refuses the file.
"""

import re
from collections.abc import Sequence

from acquit.bank.formats.columns import Columns, columns_of, guess_columns, header_score, partial_score
from acquit.bank.formats.rows import Reading, Section, money, read_section
from acquit.bank.formats.words import BALANCE_WORDS, CLOSING_WORDS, OPENING_WORDS
from acquit.rules.files import is_zip
from acquit.rules.identifiers import bare
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any
from acquit.rules.statement import Movement, StatementSheet
from acquit.rules.tables import Table, find_header, fold, read_csv, read_table

NAME = "csv"
REASONS_MAX = 50

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
_GUESSED = gettext_noop("Le fichier n’a pas de titres : les colonnes ont été devinées. Vérifiez le sens des montants.")
_MONTH_FIRST = gettext_noop("Les dates ont été lues à l’américaine, le mois d’abord.")
_BALANCES = gettext_noop("Les soldes écrits dans le fichier ne correspondent pas aux mouvements : lignes manquantes ?")


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
        reading = read_section(section, name)
        faults += reading.faults
        section_warnings = [*warnings, *_warnings_of(section, reading, name)]
        sheets += _sheets(section, reading, table.kind, name, section_warnings)
    refuse_if_any(faults[:REASONS_MAX])
    if not any(sheet.movements for sheet in sheets):
        raise Refused(Reason(_NO_MOVEMENT, file=name))
    return sheets


def _sections(table: Table) -> list[Section]:
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
        Section(
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


def _sections_in_cp1250(content: bytes, table: Table) -> list[Section]:
    """Headers of Central Europe come out garbled in the western code pages: read them in their own."""
    if not table.encoding or table.encoding.startswith("utf"):
        return []
    try:
        again = read_csv(content.decode("cp1250"))
    except (UnicodeDecodeError, Refused):
        return []
    return _sections(again)


def _guessed_sections(table: Table) -> list[Section]:
    """A table without a header, when every row looks like a movement."""
    columns = guess_columns(table.rows)
    if columns is None:
        return []
    width = max(len(row) for row in table.rows)
    return [Section(columns, width, [], list(zip(table.lines, table.rows, strict=True)))]


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


def _warnings_of(section: Section, reading: Reading, name: str) -> list[Reason]:
    found = [Reason(template, {"count": count}, name) for template, count in reading.counts.items() if count]
    if section.columns.guessed:
        found.append(Reason(_GUESSED, file=name))
    if section.columns.month_first:
        found.append(Reason(_MONTH_FIRST, file=name))
    return found


def _sheets(section: Section, reading: Reading, kind: str, name: str, warnings: list[Reason]) -> list[StatementSheet]:
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


def _balances(section: Section, reading: Reading) -> tuple[int | None, int | None, bool]:
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


def _written_balance(section: Section, reading: Reading, words: frozenset[str]) -> int | None:
    """The amount on a line such as « Solde au début de la période »."""
    for line in (*section.above, *reading.aside):
        filled = [cell for cell in line if cell]
        said = set(fold(filled[0]).split())
        if said & BALANCE_WORDS and said & words and len(filled) > 1:
            try:
                return money(filled[-1], "EUR", section.decimal)
            except Refused:
                continue
    return None
