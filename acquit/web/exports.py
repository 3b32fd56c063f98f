"""Lists given away as they are shown: CSV that a French spreadsheet opens right, or an XLSX workbook."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _

from acquit.rules.money import decimals_of, spell, to_decimal

ROWS_MAX = 100_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units: a number in both formats, never neutralised as text."""

    cents: int
    currency: str


Cell = str | int | date | Money | None


def wanted(params: object) -> str:
    """Which format the address asks for (`?export=csv` or `xlsx`); empty when it asks for the page."""
    asked = str(getattr(params, "get")("export", ""))  # noqa: B009 - request.GET, or a test's dictionary
    return asked if asked in ("csv", "xlsx") else ""


def answer(form: str, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The file to download. At most `ROWS_MAX` rows; what is cut off is said in the last one."""
    kept = list(_limited(rows, len(head)))
    content, kind = (_xlsx(head, kept), _XLSX) if form == "xlsx" else (_csv(head, kept), "text/csv; charset=utf-8")
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


def _limited(rows: Iterable[Sequence[Cell]], width: int) -> Iterable[Sequence[Cell]]:
    for number, row in enumerate(rows):
        if number == ROWS_MAX:
            cut: list[Cell] = [_("Liste coupée à %(limit)s lignes : affinez le filtre.") % {"limit": ROWS_MAX}]
            yield cut + [None] * (width - 1)
            return
        yield row


def harmless(text: str) -> str:
    """Text that a spreadsheet would take for a formula, with an apostrophe before it (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _csv(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Semicolons, decimal comma, a byte-order mark: what a French Excel opens by a double click."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _as_text(cell: Cell) -> str:
    if isinstance(cell, Money):
        return spell(cell.cents, cell.currency).replace(".", ",")
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, int):
        return str(cell)
    # A null byte ends the cell in some readers and lets what follows start a line of its own.
    return "" if cell is None else harmless(cell.replace("\x00", ""))


def _xlsx(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Numbers as numbers, days as days, text as text: no formula, no link, nothing is guessed."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    money = {n: book.add_format({"num_format": f"#,##0.{'0' * n}" if n else "#,##0"}) for n in (0, 2, 3)}
    for column, title in enumerate(head):
        sheet.write_string(0, column, title, bold)
        sheet.set_column(column, column, max(12, len(title) + 2))
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, Money):
                places = decimals_of(cell.currency)
                sheet.write_number(line, column, to_decimal(cell.cents, cell.currency), money[places])
            elif isinstance(cell, date):
                sheet.write_datetime(line, column, cell, day)
            elif isinstance(cell, int):
                sheet.write_number(line, column, cell)
            elif cell:
                sheet.write_string(line, column, harmless(cell.replace("\x00", ""))[:32_000])
    book.close()
    return out.getvalue()
