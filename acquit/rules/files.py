"""Reading files that strangers made: which encoding, which XML, which archive, and what is refused.

Nothing here touches a disk or a network: bytes come in, values go out. Every limit is a constant below,
chosen so that any file is read or refused within ten seconds and 256 MB.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import charset_normalizer
from lxml import etree

from acquit.rules.refusal import Reason, Refused, gettext_noop

SIZE_MAX = 50 * 1024 * 1024
XML_DEPTH_MAX = 100
XML_MARKS_MAX = 700_000
"""Elements and attributes together: what bounds the memory of the tree, whatever the size in bytes."""
ZIP_ENTRIES_MAX = 2_500
ZIP_TOTAL_MAX = 200 * 1024 * 1024
ZIP_RATIO_MAX = 200
"""Statements and invoices shrink by 10 to 50; a bomb by 1,000."""

_ENCODINGS = ["cp1252", "iso8859_15", "cp850", "mac_roman"]
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SAMPLE = 65_536
_CENTRAL_ENTRY = b"PK\x01\x02"
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

_EMPTY = gettext_noop("Le fichier est vide.")
_TOO_BIG = gettext_noop("Le fichier dépasse %(limit)s Mo : coupez-le en plusieurs.")
_NUL = gettext_noop("Le fichier contient un caractère nul (ligne %(line)s) : ce n’est pas un texte, ou il est abîmé.")
_ENCODING = gettext_noop("L’encodage du fichier n’est pas reconnu : enregistrez-le en UTF-8.")
_DOCTYPE = gettext_noop("Le XML contient une déclaration DOCTYPE, ce qui est refusé par prudence.")
_XML_BROKEN = gettext_noop("Le XML n’est pas lisible : %(cause)s")
_XML_ENCODING = gettext_noop("Le XML annonce un encodage qui n’est pas le sien : %(cause)s")
_XML_HUGE = gettext_noop("Le XML contient trop d’éléments : coupez le fichier en plusieurs.")
_XML_DEEP = gettext_noop("Le XML imbrique plus de %(limit)s niveaux : ce n’est pas un document ordinaire.")
_ZIP_BROKEN = gettext_noop("L’archive ZIP est coupée ou abîmée.")
_ZIP_MANY = gettext_noop("L’archive contient plus de %(limit)s fichiers.")
_ZIP_PATH = gettext_noop("L’archive contient un nom de fichier dangereux : « %(entry)s ».")
_ZIP_LINK = gettext_noop("L’archive contient un lien symbolique : « %(entry)s ».")
_ZIP_TWICE = gettext_noop("L’archive contient deux fois le fichier « %(entry)s ».")
_ZIP_SECRET = gettext_noop("Le fichier « %(entry)s » de l’archive est protégé par un mot de passe.")
_ZIP_METHOD = gettext_noop("Le fichier « %(entry)s » de l’archive est comprimé d’une façon qui n’est pas lue.")
_ZIP_NESTED = gettext_noop("L’archive contient une autre archive (« %(entry)s ») : décompressez-la d’abord.")
_ZIP_BOMB = gettext_noop("Le fichier « %(entry)s » de l’archive est démesuré une fois décompressé.")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding it was found to be in (Python's name for it)."""

    text: str
    encoding: str


def check_size(content: bytes, name: str = "") -> None:
    """Refuse an empty file (a lone byte order mark is empty too) and one above `SIZE_MAX`."""
    if len(content) > SIZE_MAX:
        raise Refused(Reason(_TOO_BIG, {"limit": SIZE_MAX // 1024 // 1024}, name))
    if len(content) < 64 and not content.lstrip(b"\xef\xbb\xbf\xff\xfe").strip(b" \t\r\n\x00"):
        raise Refused(Reason(_EMPTY, file=name))


def decode(content: bytes, name: str = "") -> Decoded:
    """The text of a file without its byte order mark; line ends are left as they are.

    UTF-8 strictly, UTF-16 by its mark, then the four code pages that French and Belgian programs write.
    Refuses empty files, NUL characters, and bytes that no encoding explains.
    """
    check_size(content, name)
    encoding = _encoding_of(content)
    try:
        text = content.decode(encoding) if encoding else ""
    except UnicodeDecodeError:
        encoding, text = "", ""
    if not encoding:
        raise Refused(Reason(_ENCODING, file=name))
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Refused(Reason(_NUL, {"line": line}, name, line))
    return Decoded(text, encoding)


def _encoding_of(content: bytes) -> str:
    """Python's name of the encoding, or empty when none fits."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _code_page_of(content)
    return "utf-8"


def _code_page_of(content: bytes) -> str:
    """Judge by the lines that are not ASCII alone: they hold all that tells code pages apart."""
    lines = (line for line in content.splitlines() if not line.isascii())
    sample = b"\n".join(lines)[:_SAMPLE]
    found = charset_normalizer.from_bytes(sample, cp_isolation=_ENCODINGS, enable_fallback=False).best()
    return found.encoding if found else ""


def parse_xml(content: bytes, name: str = "") -> etree._Element:
    """The root element of an XML document, with no entity resolved and nothing fetched.

    Refuses any DOCTYPE (in UTF-16 too), malformed XML, a wrong encoding, excessive depth and size.
    """
    check_size(content, name)
    if _has_doctype(content):
        raise Refused(Reason(_DOCTYPE, file=name))
    if content.count(b"<") - content.count(b"</") + content.count(b"=") > XML_MARKS_MAX:
        raise Refused(Reason(_XML_HUGE, file=name))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(_xml_fault(error, name)) from None
    except ValueError as error:
        raise Refused(Reason(_XML_BROKEN, {"cause": str(error)}, name)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(Reason(_DOCTYPE, file=name))
    if root.xpath(f"boolean({'/*' * (XML_DEPTH_MAX + 1)})"):
        raise Refused(Reason(_XML_DEEP, {"limit": XML_DEPTH_MAX}, name))
    return root


def _has_doctype(content: bytes) -> bool:
    """Look before parsing, so that the refusal names the true fault and nothing is expanded."""
    return any("<!DOCTYPE".encode(encoding) in content for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def _xml_fault(error: etree.XMLSyntaxError, name: str) -> Reason:
    cause = (error.msg or "").strip()
    template = _XML_ENCODING if "encoding" in cause.lower() or "UTF-8" in cause else _XML_BROKEN
    return Reason(template, {"cause": cause}, name, error.lineno)


def is_zip(content: bytes) -> bool:
    """Whether the bytes begin as a ZIP archive does (XLSX and ODS files do too)."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x01\x02"))


def unzip(content: bytes, name: str = "") -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file of an archive, one at a time, after the whole listing was judged.

    Refuses, with every reason at once, names that leave the folder, links, passwords, names given twice,
    archives in the archive, and sizes that no honest file has. System litter is passed over.
    """
    with _open_zip(content, name) as archive:
        files = judged_entries(archive, name)
        for info in files:
            yield info.filename, _read_entry(archive, info, name)


def _open_zip(content: bytes, name: str) -> zipfile.ZipFile:
    """Count the entries before the library makes an object of each."""
    check_size(content, name)
    if content.count(_CENTRAL_ENTRY) > ZIP_ENTRIES_MAX:
        raise Refused(Reason(_ZIP_MANY, {"limit": ZIP_ENTRIES_MAX}, name))
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError, OSError):
        raise Refused(Reason(_ZIP_BROKEN, file=name)) from None


def judged_entries(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """The files of an archive that may be read, or `Refused` with all that is wrong with the listing."""
    files: list[zipfile.ZipInfo] = []
    reasons: list[Reason] = []
    seen: set[str] = set()
    total = 0
    for info in archive.infolist():
        fault = _entry_fault(info, seen)
        seen.add(info.filename)
        total += info.file_size
        if fault or total > ZIP_TOTAL_MAX:
            reasons.append(Reason(fault or _ZIP_BOMB, {"entry": info.filename[:80]}, name))
        elif not info.is_dir() and not _is_litter(info.filename):
            files.append(info)
    if reasons:
        raise Refused(*reasons[:20])
    return files


def _entry_fault(info: zipfile.ZipInfo, seen: set[str]) -> str:
    """The sentence that says what is wrong with one entry, or empty."""
    path = info.orig_filename.replace("\\", "/")
    if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/") or "\0" in path:
        return _ZIP_PATH
    if stat.S_ISLNK(info.external_attr >> 16):
        return _ZIP_LINK
    if info.filename in seen:
        return _ZIP_TWICE
    if info.flag_bits & 0x1:
        return _ZIP_SECRET
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return _ZIP_METHOD
    if path.lower().endswith(".zip"):
        return _ZIP_NESTED
    if info.file_size > SIZE_MAX or info.file_size > 1_000_000 + ZIP_RATIO_MAX * info.compress_size:
        return _ZIP_BOMB
    return ""


def _is_litter(path: str) -> bool:
    """What macOS and Windows leave in archives beside the user's files."""
    return path.startswith("__MACOSX/") or path.rsplit("/", 1)[-1] in _JUNK


def _read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    """The bytes of one entry; a size that the listing did not announce is a lie and is refused."""
    try:
        with archive.open(info) as stream:
            body = stream.read(info.file_size + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        ValueError,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
    ):
        raise Refused(Reason(_ZIP_BROKEN, file=name)) from None
    if len(body) != info.file_size:
        raise Refused(Reason(_ZIP_BOMB, {"entry": info.filename[:80]}, name))
    return body
