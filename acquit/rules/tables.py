"""CSV and XLSX as rows of strings: which separator, which line ends, where the header is, what is refused."""

import csv
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook

from acquit.rules.files import decode, is_zip, unzip
from acquit.rules.refusal import Reason, Refused, gettext_noop

ROWS_MAX = 200_000
COLUMNS_MAX = 256
CELLS_MAX = 2_500_000
"""A hundred thousand rows of 25 columns: more fills the memory, whatever the size in bytes."""
CELL_MAX = 32_767
"""What one Excel cell holds; the label of a bank is never longer."""
PREAMBLE_MAX = 20

_SEPARATORS = (";", "\t", "|", ",")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ß": "ss", "°": " "})
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})?(\d{1,9})["']""")

_COLUMNS = gettext_noop("Le tableau a %(found)s colonnes : plus de %(limit)s, ce n’est pas une liste ordinaire.")
_ROWS = gettext_noop("Le tableau a plus de %(limit)s lignes : coupez-le en plusieurs.")
_CELLS = gettext_noop("Le tableau a plus de %(limit)s cellules : coupez-le en plusieurs.")
_CELL = gettext_noop("Une cellule dépasse %(limit)s caractères.")
_QUOTE = gettext_noop("Un guillemet ouvert ligne %(line)s n’est pas refermé comme il faut.")
_MIXED = gettext_noop("Les fins de ligne sont mélangées : le fichier a peut-être été recollé. Vérifiez le total.")
_NO_ROWS = gettext_noop("Le tableau est vide.")
_SPREADSHEET = gettext_noop("Le classeur n’est pas lisible : enregistrez-le en XLSX ou en CSV.")
_SHEET_AREA = gettext_noop("La feuille s’étend sur trop de cellules : supprimez les lignes et colonnes vides.")


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of a table, preamble and header included, and the line of the file where each begins."""

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    kind: str
    """csv or xlsx"""
    separator: str = ""
    encoding: str = ""
    warnings: tuple[Reason, ...] = ()


def read_table(content: bytes, name: str = "") -> Table:
    """Read a CSV or XLSX file, judged by its bytes, into stripped strings.

    In XLSX the first sheet that holds something is read; dates become ISO, numbers plain decimals.
    Raises `Refused` for what cannot be trusted: NUL, unclosed quotes, absurd sizes, other formats.
    """
    if is_zip(content):
        return _read_xlsx(content, name)
    found = decode(content, name)
    return read_csv(found.text, name, encoding=found.encoding)


def read_csv(text: str, name: str = "", *, encoding: str = "") -> Table:
    """Read CSV text whose separator (; tab | ,) and line ends (LF, CRLF, CR, mixed) are to be found out."""
    warnings = (Reason(_MIXED, file=name),) if _ends_are_mixed(text) else ()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    skipped = 0
    separator = _declared_separator(text)
    if separator:
        text, skipped = text.partition("\n")[2], 1
    separator = separator or _separator_of(text)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    for line, row in _csv_rows(text, separator, name, skipped):
        rows.append(row)
        lines.append(line)
    if not rows:
        raise Refused(Reason(_NO_ROWS, file=name))
    return Table(tuple(rows), tuple(lines), "csv", separator, encoding, warnings)


def _ends_are_mixed(text: str) -> bool:
    pairs = text.count("\r\n")
    return sum(count > 0 for count in (pairs, text.count("\n") - pairs, text.count("\r") - pairs)) > 1


def _declared_separator(text: str) -> str:
    """Excel's own first line: `sep=;`."""
    m = re.match(r"sep=([;,|\t])\n", text, re.IGNORECASE)
    return m[1] if m else ""


def _separator_of(text: str) -> str:
    """The separator that cuts the most rows into the same number of columns, and into the most columns.

    Judged with quotes over several lines and line by line: the first serves labels that hold line ends,
    the second a file with a quote that never closes.
    """
    sample = [line[:20_000] for line in text[:100_000].split("\n")[:200]]
    return max(
        _SEPARATORS, key=lambda mark: max(_evenness([sample], mark), _evenness([[line] for line in sample], mark))
    )


def _evenness(blocks: Sequence[Sequence[str]], separator: str) -> int:
    """Rows of the most usual width, times the separators in each."""
    rows = (row for block in blocks for row in csv.reader((f"{line}\n" for line in block), delimiter=separator))
    widths = Counter(len(row) for row in rows if any(row))
    return max((count * (width - 1) for width, count in widths.items()), default=0)


def _csv_rows(text: str, separator: str, name: str, skipped: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line number and cells of each row that is not blank; limits are kept on the way."""
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=separator, strict=True)
    begins, count, total = 1 + skipped, 0, 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(_csv_fault(error, name, begins)) from None
        cells = tuple(cell.strip() for cell in row)
        if any(cells):
            count, total = count + 1, total + len(cells)
            _check_row(cells, count, name, begins)
            if total > CELLS_MAX:
                raise Refused(Reason(_CELLS, {"limit": CELLS_MAX}, name, begins))
            yield begins, cells
        begins = reader.line_num + 1 + skipped


def _csv_fault(error: csv.Error, name: str, line: int) -> Reason:
    if "field limit" in str(error):
        return Reason(_CELL, {"limit": CELL_MAX}, name, line)
    return Reason(_QUOTE, {"line": line}, name, line)


def _check_row(cells: Sequence[str], count: int, name: str, line: int) -> None:
    if count > ROWS_MAX:
        raise Refused(Reason(_ROWS, {"limit": ROWS_MAX}, name))
    if len(cells) > COLUMNS_MAX:
        raise Refused(Reason(_COLUMNS, {"found": len(cells), "limit": COLUMNS_MAX}, name, line))
    if any(len(cell) > CELL_MAX for cell in cells):
        raise Refused(Reason(_CELL, {"limit": CELL_MAX}, name, line))


def _read_xlsx(content: bytes, name: str) -> Table:
    _check_area(content, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = (book.get_sheet_by_name(title).to_python(skip_empty_area=False) for title in book.sheet_names)
        sheet = next((rows for rows in sheets if any(any(c != "" for c in row) for row in rows)), [])
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError):
        raise Refused(Reason(_SPREADSHEET, file=name)) from None
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    for line, row in enumerate(sheet, start=1):
        cells = tuple(_cell_text(cell) for cell in row)
        if any(cells):
            _check_row(cells, len(rows) + 1, name, line)
            rows.append(cells)
            lines.append(line)
    if not rows:
        raise Refused(Reason(_NO_ROWS, file=name))
    return Table(tuple(rows), tuple(lines), "xlsx")


def _check_area(content: bytes, name: str) -> None:
    """Refuse what is no XLSX, and sheets with one cell far away: the reader lays out the whole rectangle."""
    is_book = False
    for path, body in unzip(content, name):
        is_book = is_book or path == "xl/workbook.xml"
        if path.startswith("xl/worksheets/") and path.endswith(".xml"):
            found = _REFERENCE.findall(body)
            width = max((_column_number(column) for column in {column for column, _ in found}), default=0)
            height = max((int(row) for _, row in found), default=0)
            if width * height > CELLS_MAX:
                raise Refused(Reason(_SHEET_AREA, file=name))
    if not is_book:
        raise Refused(Reason(_SPREADSHEET, file=name))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cell_text(cell: object) -> str:
    """A cell as a person would write it in a CSV file. Excel keeps fifteen digits of a number, so do we."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return format(Decimal(f"{cell:.15g}").normalize() + 0, "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def fold(text: str) -> str:
    """A header as it is compared: lower case, no accents, one space for any punctuation."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", letters).strip()


def find_header(rows: Sequence[Sequence[str]], score: Callable[[Sequence[str]], int]) -> int | None:
    """Index of the row that `score` likes best among the first twenty, the first one on a tie.

    `score` counts the columns that the caller recognises in a row; None when no row has any.
    """
    scores = [score(row) for row in rows[: PREAMBLE_MAX + 1]]
    best = max(scores, default=0)
    return scores.index(best) if best else None
