"""The files of an import, read one after the other: archives unpacked, remembered columns applied, papers kept."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from acquit.billing.choices import Choices
from acquit.billing.formats import Options, read_file, table
from acquit.billing.formats.shape import unreadable
from acquit.billing.models import Mapping as KeptMapping
from acquit.rules.claims import FileSheet
from acquit.rules.files import is_zip, unzip
from acquit.rules.refusal import Refused

DOCUMENTS = frozenset({"facturx", "cii", "ubl"})
"""Sources that are the invoice itself, as it was on its day: they do not follow payments."""
_SAYS_WHAT_IS_LEFT = frozenset({"open", "paid", "settled", "state", "payment_state"})
_SAYS_THE_TOTAL = frozenset({"total", "debit"})

Keep = Callable[[str, bytes, str], int]
"""Keeps a document (name, bytes, media type) and answers the id of its paper."""


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """What one file says, and what was needed to read it."""

    sheet: FileSheet
    signature: str = ""
    """Of a table's header: under it the choice of columns is remembered."""
    paper_id: int | None = None

    @property
    def follows_payments(self) -> bool:
        """Whether the file says what is left of each claim, today."""
        return self.sheet.source == "fec" or bool(_SAYS_WHAT_IS_LEFT.intersection(self.sheet.mapping))

    @property
    def is_net(self) -> bool:
        """Whether its totals are what is left: a ledger's balance, a list of open items without totals."""
        return self.sheet.source == "fec" or (
            bool(self.sheet.mapping) and not _SAYS_THE_TOTAL & set(self.sheet.mapping)
        )


def read_sheets(files: Iterable[tuple[str, bytes]], choices: Choices, keep: Keep | None = None) -> list[ReadSheet]:
    """Every sheet of the files, documents before tables: the same invoice in both then keeps its document.

    `keep`, when given, is asked to keep each electronic invoice that was read.
    """
    remembered = {m.signature: m.columns for m in KeptMapping.objects.all()}
    mappings = {**remembered, **choices.mappings}
    read = [_read(name, content, choices, mappings, keep) for f in files for name, content in _entries(*f)]
    found = [sheet for sheets in read for sheet in sheets]
    return sorted(found, key=lambda r: r.sheet.source not in DOCUMENTS)


def _entries(name: str, content: bytes) -> Iterator[tuple[str, bytes | Refused]]:
    """The file itself, or the files of an archive."""
    if not is_zip(content) or table.recognises(content, name):
        yield name, content
        return
    try:
        yield from unzip(content, name)
    except Refused as refused:
        yield name, refused


def _read(
    name: str, content: bytes | Refused, choices: Choices, mappings: Mapping[str, Mapping[str, str]], keep: Keep | None
) -> list[ReadSheet]:
    if isinstance(content, Refused):
        return [ReadSheet(unreadable(name, "zip", *content.reasons))]
    return [
        _completed(sheet, content, choices, mappings, keep) for sheet in read_file(content, name, _options(choices))
    ]


def _completed(
    sheet: FileSheet, content: bytes, choices: Choices, mappings: Mapping[str, Mapping[str, str]], keep: Keep | None
) -> ReadSheet:
    """The sheet with the columns that the user chose once for this header, and its document kept."""
    if sheet.source in DOCUMENTS:
        wanted = keep is not None and bool(sheet.claims)
        paper = keep(sheet.file, content, media_type(content)) if wanted and keep else None
        return ReadSheet(sheet, paper_id=paper)
    if sheet.source == "fec" or not sheet.columns:
        return ReadSheet(sheet)
    signature = signature_of(sheet.columns)
    chosen = {field: column for field, column in mappings.get(signature, {}).items() if column in {"", *sheet.columns}}
    if any(sheet.mapping.get(field, "") != column for field, column in chosen.items()):
        sheet = read_file(content, sheet.file, _options(choices, chosen))[0]
    return ReadSheet(sheet, signature)


def _options(choices: Choices, mapping: Mapping[str, str] | None = None) -> Options:
    return Options(
        mapping=mapping or {},
        currency=choices.currency,
        day_first=choices.day_first,
        decimal=choices.decimal,
        terms_days=choices.terms_days,
    )


def signature_of(columns: Sequence[str]) -> str:
    """What a table's header is remembered by."""
    return hashlib.sha256("\x1f".join(columns).encode()).hexdigest()


def media_type(content: bytes) -> str:
    """What a kept file is, by its bytes: no name given by a stranger decides it."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"<"):
        return "application/xml"
    if is_zip(content):
        workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return workbook if table.recognises(content, "") else "application/zip"
    return "text/csv"
