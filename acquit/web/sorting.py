"""Files dropped on one screen that belong to another: is this a bank statement, or a list of invoices?"""

from collections.abc import Sequence

from acquit.bank.formats import camt
from acquit.bank.formats import read_file as read_statement
from acquit.bank.formats.layouts import LAYOUTS
from acquit.billing.formats import cii, facturx, fec, table, ubl
from acquit.billing.formats import read_file as read_invoices
from acquit.rules.files import is_zip
from acquit.rules.refusal import Refused

SAMPLE = 100_000
"""Bytes of a text that are enough to tell what it is."""
_GENERIC = ":generic"

File = tuple[str, bytes]


def sorted_out(files: Sequence[File], *, at_bank: bool) -> tuple[list[File], list[File]]:
    """Statements and invoice files. What could be both belongs to the screen it was dropped on."""
    statements = [file for file in files if is_statement(*file, at_bank=at_bank)]
    return statements, [file for file in files if file not in statements]


def is_statement(name: str, content: bytes, *, at_bank: bool) -> bool:
    """Whether a file is for the bank. The bank's own formats and named layouts are; a nameless table may be either."""
    if any(form.recognises(content, name) for form in (facturx, cii, ubl, fec)):
        return False
    sample = _sample(content)
    try:
        sheets = read_statement(sample, name)
    except Refused:
        # What neither side reads is refused by the screen it was dropped on, in its own words.
        return at_bank and not _has_claims(sample, name)
    named = any(not sheet.source.endswith(_GENERIC) for sheet in sheets)
    return named or at_bank or not _has_claims(sample, name)


def _has_claims(content: bytes, name: str) -> bool:
    return any(sheet.claims for sheet in read_invoices(content, name))


def _sample(content: bytes) -> bytes:
    """The first lines of a text; all of anything else."""
    if len(content) <= SAMPLE or is_zip(content) or camt.recognises(content, "") or not table.recognises(content, ""):
        return content
    return content[: content.rfind(b"\n", 0, SAMPLE) + 1] or content


def bank_of(layout: str) -> str:
    """The name of a bank's layout for people (`csv:kbc`); the format itself when it has no name."""
    kind, _, key = layout.partition(":")
    title = next((known.title for known in LAYOUTS if known.name == key), "")
    return title or (kind.upper() if key else layout)
