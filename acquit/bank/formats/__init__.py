"""Statement files: one module per format, each with NAME, recognises() and read(). This one picks among them."""

import re
from types import ModuleType

from acquit.bank.formats import camt, csv
from acquit.rules.files import check_size, is_zip, parse_xml, unzip
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any
from acquit.rules.statement import StatementSheet

FORMATS: tuple[ModuleType, ...] = (camt, csv)
"""Asked in this order: the strict ones first, tables last."""

_UNKNOWN = gettext_noop(
    "Ce format n’est pas reconnu. Relevés acceptés : camt.052, 053 et 054 (XML), tableaux CSV et XLSX, seuls ou en ZIP."
)
_OTHER = gettext_noop(
    "Ce fichier est au format %(format)s, qui n’est pas lu. Demandez à la banque un export camt.053 (XML) ou CSV."
)
_HTML = gettext_noop("Ce fichier est une page web, pas un relevé : la banque a peut-être fermé votre session.")
_NOT_STATEMENT = gettext_noop("Ce fichier est %(kind)s, pas un relevé de compte.")
_XML_UNKNOWN = gettext_noop("Ce XML n’est pas un relevé camt (élément « %(tag)s »).")
_ZIP_EMPTY = gettext_noop("L’archive ne contient aucun relevé.")
_ZIP_IN_ZIP = gettext_noop("L’archive contient une autre archive (« %(entry)s ») : décompressez-la d’abord.")

_HTML_START = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_OTHER_FORMATS = (
    ("PDF", re.compile(rb"%PDF-")),
    ("XLS (Excel 97)", re.compile(rb"\xd0\xcf\x11\xe0")),
    ("OFX", re.compile(rb"\s*(?:OFXHEADER|<\?OFX|<\?xml[^>]*\?>\s*<\?OFX|<OFX>)", re.IGNORECASE)),
    ("QIF", re.compile(rb"\s*!(?:Type|Account|Option):", re.IGNORECASE)),
    ("MT940", re.compile(rb"\s*(?:\{1:|:20:|:940:|:25:|\S{0,30}\s*940\s)")),
    ("CFONB", re.compile(rb"0[14]\d{5}[ \d]{4}\d{5}")),
    ("CODA", re.compile(rb"0000\d{9}\S{0,3}05")),
)
_OTHER_MESSAGES = (
    (b"CstmrCdtTrfInitn", gettext_noop("un ordre de virement (pain.001)")),
    (b"CstmrPmtStsRpt", gettext_noop("un compte rendu d’ordres (pain.002)")),
    (b"CstmrDrctDbtInitn", gettext_noop("un ordre de prélèvement (pain.008)")),
    (b"CrossIndustryInvoice", gettext_noop("une facture électronique (CII)")),
    (b"ubl:schema:xsd:Invoice", gettext_noop("une facture électronique (UBL)")),
    (b"ubl:schema:xsd:CreditNote", gettext_noop("un avoir électronique (UBL)")),
)


def read_file(content: bytes, name: str, *, accept_unbalanced: bool = False) -> list[StatementSheet]:
    """All the statements of a file, of a known format or a ZIP of them.

    Raises `Refused` with every reason; the bytes decide the format, the name only appears in the messages.
    A statement whose own balances contradict it is refused, unless a person accepts it: then it says its `imbalance`.
    """
    check_size(content, name)
    if is_zip(content) and not csv.recognises(content, name):
        return _read_zip(content, name, accept_unbalanced=accept_unbalanced)
    return _read_one(content, name, accept_unbalanced=accept_unbalanced)


def _read_one(content: bytes, name: str, *, accept_unbalanced: bool) -> list[StatementSheet]:
    _refuse_strangers(content, name)
    for form in FORMATS:
        if form.recognises(content, name):
            found: list[StatementSheet] = form.read(content, name)
            refuse_if_any(sheet.imbalance for sheet in found if sheet.imbalance and not accept_unbalanced)
            return found
    raise Refused(Reason(_UNKNOWN, file=name))


def _refuse_strangers(content: bytes, name: str) -> None:
    """Name what a file is when it is a well-known thing that is no statement we read."""
    head = content[:4_000].removeprefix(b"\xef\xbb\xbf")
    if _HTML_START.match(head):
        raise Refused(Reason(_HTML, file=name))
    for title, pattern in _OTHER_FORMATS:
        if pattern.match(head):
            raise Refused(Reason(_OTHER, {"format": title}, name))
    plain = content[:20_000].replace(b"\x00", b"")
    if plain.lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ").startswith(b"<") and not camt.recognises(content, name):
        for mark, kind in _OTHER_MESSAGES:
            if mark in plain:
                raise Refused(Reason(_NOT_STATEMENT, {"kind": kind}, name))
        raise Refused(Reason(_XML_UNKNOWN, {"tag": str(parse_xml(content, name).tag)[:60]}, name))


def _read_zip(content: bytes, name: str, *, accept_unbalanced: bool) -> list[StatementSheet]:
    """Every statement of an archive; one that is refused refuses them all, named by archive and entry."""
    sheets: list[StatementSheet] = []
    reasons: list[Reason] = []
    for entry, body in unzip(content, name):
        where = f"{name}/{entry}"
        try:
            if is_zip(body) and not csv.recognises(body, entry):
                raise Refused(Reason(_ZIP_IN_ZIP, {"entry": entry}, where))
            check_size(body, where)
            sheets += _read_one(body, where, accept_unbalanced=accept_unbalanced)
        except Refused as refused:
            reasons += refused.reasons
    if not sheets and not reasons:
        reasons.append(Reason(_ZIP_EMPTY, file=name))
    refuse_if_any(reasons)
    return sheets
