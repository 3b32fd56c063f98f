"""Factur-X and ZUGFeRD: the invoice in XML that a PDF carries as an attachment. The pages are never looked at.

Only the catalogue, the tree of embedded files and one stream are read; nothing in the PDF is run or followed.
What inflates beyond `INFLATED_MAX` is refused while it inflates.
"""

import io
import logging
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pypdf
import pypdf.filters
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from acquit.billing.formats import cii, ubl
from acquit.billing.formats.shape import Options, unreadable
from acquit.rules.claims import FileSheet
from acquit.rules.files import check_size
from acquit.rules.refusal import Reason, Refused, gettext_noop

NAME = "facturx"
INFLATED_MAX = 10 * 1024 * 1024
NODES_MAX = 64
_PREFERRED = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "cii.xml", "ubl.xml", "order-x.xml")
_FAULTS = (
    PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError,
    RecursionError, AssertionError, NotImplementedError, zlib.error, OSError,
)  # fmt: skip

# The library's own limit is 75 MB per stream: no invoice and no table of contents is that large.
pypdf.filters.ZLIB_MAX_OUTPUT_LENGTH = INFLATED_MAX
pypdf.filters.LZW_MAX_OUTPUT_LENGTH = INFLATED_MAX
pypdf.filters.RUN_LENGTH_MAX_OUTPUT_LENGTH = INFLATED_MAX
# It reports every oddity of a PDF that it gets over; the user can do nothing about them.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

_BROKEN = gettext_noop("Le PDF n’est pas lisible : il est abîmé ou incomplet.")
_SECRET = gettext_noop("Le PDF est protégé par un mot de passe : enregistrez-le sans protection.")
_NO_XML = gettext_noop(
    "Ce PDF ne contient pas de facture électronique (Factur-X) : saisissez-la, ou importez un tableau."
)
_BOMB = gettext_noop("Le fichier « %(entry)s » joint au PDF est démesuré une fois décompressé.")
_SEVERAL = gettext_noop("Le PDF contient plusieurs factures en XML (%(names)s) : « %(entry)s » est lue.")
_UNKNOWN = gettext_noop("Le fichier « %(entry)s » joint au PDF n’est pas une facture CII ou UBL.")


def recognises(content: bytes, name: str) -> bool:
    """Whether the file is a PDF; its attachment is looked for when it is read."""
    return content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-")


def read(content: bytes, name: str, options: Options) -> FileSheet:
    """The one claim of the invoice inside a PDF, or why there is none."""
    try:
        check_size(content, name)
        entries = _attachments(content)
        return _read_preferred(entries, name, options)
    except Refused as refused:
        return unreadable(name, NAME, *refused.reasons)


def _read_preferred(entries: dict[str, StreamObject], name: str, options: Options) -> FileSheet:
    known = [wanted for wanted in _PREFERRED if wanted in entries]
    if not known:
        raise Refused(_NO_XML)
    xml = _inflate(entries[known[0]], known[0])
    if cii.recognises(xml, name):
        sheet = replace(cii.read(xml, name, options), source=NAME)
    elif ubl.recognises(xml, name):
        sheet = replace(ubl.read(xml, name, options), source=NAME)
    else:
        raise Refused(Reason(_UNKNOWN, {"entry": known[0]}))
    if len(known) > 1:
        values = {"names": ", ".join(known), "entry": known[0]}
        sheet = replace(sheet, warnings=(*sheet.warnings, Reason(_SEVERAL, values, name)))
    return sheet


def _attachments(content: bytes) -> dict[str, StreamObject]:
    """Embedded files by lower-case name, not yet inflated."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Refused(_SECRET)
        catalogue = reader.root_object
        found: dict[str, StreamObject] = {}
        for filespec in _filespecs(catalogue):
            title = str(filespec.get("/UF") or filespec.get("/F") or "").strip().lower()
            files = cast(DictionaryObject, filespec["/EF"].get_object())
            stream = (files.get("/F") or files["/UF"]).get_object()
            if isinstance(stream, StreamObject):
                found.setdefault(title.rsplit("/", 1)[-1], stream)
    except _FAULTS:
        raise Refused(_BROKEN) from None
    return found


def _filespecs(catalogue: DictionaryObject) -> Iterator[DictionaryObject]:
    """File specifications under /Names/EmbeddedFiles, then those of /AF, at most `NODES_MAX`."""
    names = catalogue.get("/Names")
    tree = cast(DictionaryObject, names.get_object()).get("/EmbeddedFiles") if names is not None else None
    waiting = [tree.get_object()] if tree is not None else []
    visited = 0
    while waiting and visited < NODES_MAX:
        visited += 1
        node = waiting.pop()
        yield from (x for x in _objects(node.get("/Names")) if isinstance(x, DictionaryObject) and "/EF" in x)
        waiting += [kid for kid in _objects(node.get("/Kids")) if isinstance(kid, DictionaryObject)]
    yield from (x for x in _objects(catalogue.get("/AF")) if isinstance(x, DictionaryObject) and "/EF" in x)


def _objects(array: object) -> list[object]:
    """The members of an array, resolved, at most `NODES_MAX`."""
    found = getattr(array, "get_object", lambda: None)()
    members = found if isinstance(found, ArrayObject) else []
    return [member.get_object() for member in members[: 2 * NODES_MAX]]


def _inflate(stream: StreamObject, entry: str) -> bytes:
    """The attachment's bytes; a bomb is cut off by the limits set above."""
    try:
        content = stream.get_data()
    except _FAULTS:
        raise Refused(Reason(_BOMB, {"entry": entry})) from None
    if len(content) > INFLATED_MAX:
        raise Refused(Reason(_BOMB, {"entry": entry}))
    return bytes(content)
