"""Any list of invoices as CSV or XLSX: columns by name, one claim a row.

What is required: a customer, an amount with tax or what is left of it, and a date. The rest is taken where it is.

- A row in error is left out and given back in `rejected`; the others are read.
- Without an invoice number a row gets one that stays the same at the next import: day, customer and total.
- Paid means nothing is owed; drafts and cancelled documents are left out and counted.
- A day of payment, where no amount says what is left, means paid too.
- In accounting entries (debit and credit) the lines of one document are set off against each other.
- A negative total, or a type that says so, is a credit note («avoir»), with positive amounts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from acquit.billing.formats.rows import Columns, RowReader
from acquit.billing.formats.shape import ERRORS_MAX, Options, bounded, owed, unreadable
from acquit.rules.claims import ClaimSheet, FileSheet
from acquit.rules.dates import month_comes_first
from acquit.rules.files import is_zip
from acquit.rules.mapping import LABELS, Proposal, propose, score
from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.rules.tables import Table, find_header, fold, read_table

NAME = "table"
EXAMPLES = 20
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_NOT_TABLES = (b"<", b"{", b"[", b"%PDF")
_FOOTERS = ("total", "totaux", "totaal", "sum", "somme", "sous total", "grand total", "total general", "summe")

_NO_HEADER = gettext_noop("Aucune ligne d’en-tête n’est reconnue : indiquez à quoi correspond chaque colonne.")
_NO_COLUMN = gettext_noop("Il manque une colonne pour : %(fields)s.")
_UNKNOWN_COLUMN = gettext_noop("La colonne « %(column)s » choisie pour %(meaning)s n’est pas dans le fichier.")
_NO_ROWS = gettext_noop("Le tableau n’a aucune ligne de facture.")
_SKIPPED = gettext_noop("Lignes en brouillon ou annulées, laissées de côté : %(count)s.")
_ZERO = gettext_noop("Lignes à zéro, laissées de côté : %(count)s.")
_OTHER_ACCOUNTS = gettext_noop("Lignes d’autres comptes que ceux des clients, laissées de côté : %(count)s.")
_NUMBERED = gettext_noop(
    "Lignes sans numéro de facture : %(count)s. Le leur est composé du jour, du client et du total."
)
_TWICE = gettext_noop("Le numéro « %(number)s » est déjà à la ligne %(first)s.")
_MONTH_FIRST = gettext_noop("Les dates de « %(column)s » sont lues mois d’abord, à l’américaine.")
_SEVERAL_CURRENCIES = gettext_noop("Le fichier mélange plusieurs monnaies (%(currencies)s) : il n’a pas de total.")


def recognises(content: bytes, name: str) -> bool:
    """Whether the file is an XLSX workbook, or a text that is neither XML, JSON nor PDF."""
    if is_zip(content):
        return _is_workbook(content)
    head = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(_NOT_TABLES) and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return content.startswith(_TEXT_MARKS) or b"\0" not in head


def _is_workbook(content: bytes) -> bool:
    """The archive's own listing names a workbook; a workbook stored inside an archive does not count."""
    end = content.rfind(b"PK\x05\x06")
    if end < 0:
        return False
    size, start = (int.from_bytes(content[end + i : end + i + 4], "little") for i in (12, 16))
    listing = content[start : start + size]
    return any(
        listing[m.start() - 46 : m.start() - 42] == b"PK\x01\x02" for m in re.finditer(rb"xl/workbook\.xml", listing)
    )


def read(content: bytes, name: str, options: Options) -> FileSheet:
    """What a table says is owed, row by row, with what its columns were taken for."""
    try:
        table = read_table(content, name)
    except Refused as refused:
        return unreadable(name, "xlsx" if is_zip(content) else "csv", *refused.reasons)
    return _Reading(table, name, options).sheet()


@dataclass
class _Tally:
    """What the rows came to."""

    claims: list[ClaimSheet] = field(default_factory=list)
    errors: list[Reason] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)
    rejected: list[tuple[str, ...]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class _Reading:
    """One table on its way to a sheet: header, columns, rows."""

    def __init__(self, table: Table, name: str, options: Options) -> None:
        self.table, self.name, self.options = table, name, options
        place = find_header(table.rows, self._header_score)
        self.known = place is not None
        self.header = _unique(table.rows[place or 0])
        self.rows = table.rows[(place or 0) + 1 :]
        self.lines = table.lines[(place or 0) + 1 :]

    def _header_score(self, row: Sequence[str]) -> int:
        """The columns that the user named count most."""
        chosen = {column for column in self.options.mapping.values() if column}
        return score(row) + 100 * len(chosen.intersection(_unique(row)))

    def sheet(self) -> FileSheet:
        """The whole answer."""
        unknown = [(f, c) for f, c in self.options.mapping.items() if c and c not in self.header]
        given = {f: self.header.index(c) if c else -1 for f, c in self.options.mapping.items() if (f, c) not in unknown}
        proposal = propose(self.header, self.rows, given)
        tally = _Tally(warnings=list(self.table.warnings))
        tally.errors += [Reason(_UNKNOWN_COLUMN, {"column": c, "meaning": LABELS.get(f, f)}) for f, c in unknown]
        tally.errors += self._column_faults(proposal)
        if not tally.errors:
            self._read_rows(proposal, tally)
        return self._answer(proposal, tally)

    def _column_faults(self, proposal: Proposal) -> list[Reason]:
        have = proposal.columns
        needed = (("client",), ("total", "open", "debit"), ("issued", "due"))
        missing = [" / ".join(LABELS[f] for f in group) for group in needed if not any(f in have for f in group)]
        if not self.known and missing:
            return [Reason(_NO_HEADER)]
        if missing:
            return [Reason(_NO_COLUMN, {"fields": ", ".join(missing)}, line=self.lines[0] - 1 if self.lines else None)]
        return [] if self.rows else [Reason(_NO_ROWS)]

    def _read_rows(self, proposal: Proposal, tally: _Tally) -> None:
        columns = Columns(proposal.columns, len(self.header))
        reader = RowReader(
            columns, self._month_first(columns, tally), self.rows, self.table.kind, self.options, self.name
        )
        seen: dict[str, int] = {}
        for row, line in zip(self.rows, self.lines, strict=True):
            if _is_footer(row, columns):
                continue
            try:
                claim, skipped = reader.read(row, line)
            except Refused as refused:
                self._reject(row, line, refused.reasons, tally)
                continue
            if claim is None:
                tally.counts[skipped] += 1
                continue
            place = seen.setdefault(claim.number.casefold(), len(tally.claims))
            if place == len(tally.claims):
                tally.counts[skipped] += 1
                tally.claims.append(claim)
            elif columns.is_ledger:
                tally.claims[place] = _netted(tally.claims[place], claim)
            else:
                values = {"number": claim.number, "first": tally.claims[place].line}
                self._reject(row, line, [Reason(_TWICE, values)], tally)
        tally.warnings += reader.faults

    def _reject(self, row: tuple[str, ...], line: int, reasons: Iterable[Reason], tally: _Tally) -> None:
        tally.errors += [reason.at(self.name, line) for reason in reasons]
        tally.rejected.append(row)

    def _month_first(self, columns: Columns, tally: _Tally) -> dict[str, bool]:
        """Date fields → whether their month comes first: the user's word, unless the rows prove the contrary."""
        found: dict[str, bool] = {}
        for name in ("issued", "due"):
            column = columns.place.get(name)
            proven = column is not None and month_comes_first(columns.cells(name, self.rows))
            if column is not None and proven and self.options.day_first:
                tally.warnings.append(Reason(_MONTH_FIRST, {"column": self.header[column]}))
            found[name] = proven or not self.options.day_first
        if any(found.values()):
            return dict.fromkeys(found, True)  # one program writes all its dates alike
        return found

    def _answer(self, proposal: Proposal, tally: _Tally) -> FileSheet:
        counted = (("void", _SKIPPED), ("zero", _ZERO), ("account", _OTHER_ACCOUNTS), ("numbered", _NUMBERED))
        warnings = [Reason(text, {"count": tally.counts[key]}) for key, text in counted if tally.counts[key]]
        currencies = sorted({claim.currency for claim in tally.claims})
        if len(currencies) > 1:
            warnings.append(Reason(_SEVERAL_CURRENCIES, {"currencies": ", ".join(currencies)}))
        return FileSheet(
            file=self.name,
            source=self.table.kind,
            claims=tuple(tally.claims),
            errors=bounded([r.at(self.name, r.line) for r in tally.errors], ERRORS_MAX),
            warnings=bounded([r.at(self.name, r.line) for r in (*tally.warnings, *warnings)], ERRORS_MAX),
            total=owed(tally.claims) if tally.claims else None,
            columns=self.header,
            mapping={f: self.header[c] for f, c in proposal.columns.items()},
            examples=self.rows[:EXAMPLES],
            rejected=(self.header, *tally.rejected) if tally.rejected else (),
        )


def _netted(one: ClaimSheet, other: ClaimSheet) -> ClaimSheet:
    """Two ledger lines of one document, an invoice and its payment: what is left when they are set off."""
    net = owed((one, other)) or 0
    kind = "credit_note" if net < 0 else "invoice"
    total = max(abs(net), *(claim.total for claim in (one, other) if claim.kind == kind), 0)
    return replace(one, kind=kind, total=total, open=abs(net))


def _unique(header: Sequence[str]) -> tuple[str, ...]:
    """Names by which columns can be told apart: a second « Date » is « Date (2) », an empty one « Colonne 3 »."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    for place, cell in enumerate(header, start=1):
        name = cell.strip() or f"Colonne {place}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _is_footer(row: Sequence[str], columns: Columns) -> bool:
    """A row of totals under the list: the word, and no date."""
    dates = any(columns.cell(name, row) for name in ("issued", "due"))
    return not dates and any(fold(cell) in _FOOTERS for cell in row if cell and len(cell) < 20)
