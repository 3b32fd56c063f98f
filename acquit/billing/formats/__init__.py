"""Which format a file is in: files of other software, read into what they say is owed.

Each format is one file of the same shape (`NAME`, `recognises`, `read`); to add one, copy its neighbour and list it.
"""

from typing import Protocol

from acquit.billing.formats import cii, facturx, fec, table, ubl
from acquit.billing.formats.shape import Options, unreadable
from acquit.rules.claims import FileSheet
from acquit.rules.files import check_size, is_zip, unzip
from acquit.rules.refusal import Reason, Refused, gettext_noop

__all__ = ["FORMATS", "Format", "Options", "read_file"]

_UNKNOWN = gettext_noop(
    "Ce fichier n’est pas reconnu : Acquit lit les tableaux CSV et XLSX, le FEC, les factures Factur-X, CII et UBL, "
    "et les archives ZIP qui en contiennent."
)


class Format(Protocol):
    """The one shape of a format's file."""

    NAME: str

    def recognises(self, content: bytes, name: str) -> bool:
        """Whether a file is of this format, judged by its bytes rather than its name."""

    def read(self, content: bytes, name: str, options: Options) -> FileSheet:
        """What the file says is owed; faults are in the sheet, nothing is raised for them."""


# The table comes last: any text can be taken for one.
FORMATS: tuple[Format, ...] = (facturx, cii, ubl, fec, table)


def read_file(content: bytes, name: str, options: Options | None = None) -> list[FileSheet]:
    """What one file says is owed; an archive gives one sheet per file in it.

    Never raises for what is in the file: a file that cannot be read comes back as a sheet with `errors` and no claim.
    Amounts are in minor units. An archive whose listing is suspect is refused as a whole, before anything is read.
    """
    options = options or Options()
    if not is_zip(content) or table.recognises(content, name):
        return [_read_one(content, name, options)]
    try:
        return [_read_one(body, entry, options) for entry, body in unzip(content, name)]
    except Refused as refused:
        return [unreadable(name, "zip", *refused.reasons)]


def _read_one(content: bytes, name: str, options: Options) -> FileSheet:
    """One file that is not an archive of invoices, by the first format that recognises it."""
    try:
        check_size(content, name)
    except Refused as refused:
        return unreadable(name, "", *refused.reasons)
    chosen = next((f for f in FORMATS if f.recognises(content, name)), None)
    if chosen is None:
        return unreadable(name, "", Reason(_UNKNOWN))
    return chosen.read(content, name, options)
