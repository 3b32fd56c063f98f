"""The French accounting file («FEC»): what customers owe is the net of the lines of account 411 that no letter settles.

- A line with a letter (`EcritureLet`) is settled and left out. Letters whose lines do not balance are left out too,
  with a warning: what settles them may stand in another year's file, and a wrong reminder costs more than a late one.
- One claim per customer and document (`CompAuxNum` + `PieceRef`); without an auxiliary account the account itself,
  411DUPONT, names the customer.
- A document with a net credit is money the customer is owed or has paid in advance. It is a `credit_note` here,
  with a note, so that it lowers what the customer is said to owe, and it is counted in a warning.
- Carried-forward balances («à-nouveaux») are flagged « détail absent ».
- The file has no due dates: they follow from `Options.terms_days`, or stay empty.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from acquit.billing.formats import fec_rules
from acquit.billing.formats.fec_rules import Line
from acquit.billing.formats.party import one_line
from acquit.billing.formats.shape import Options, bounded, owed
from acquit.rules.claims import ClaimSheet, FileSheet, PartySheet
from acquit.rules.files import decode
from acquit.rules.identifiers import check_siren, passes
from acquit.rules.money import spell
from acquit.rules.refusal import Reason, Refused, gettext_noop

NAME = "fec"
LINES_MAX = 2_000_000
_FILE_NAME = re.compile(r"(?:^|[^0-9])([0-9]{9})FEC([0-9]{8})", re.IGNORECASE)
_CARRIED_JOURNALS = ("AN", "RAN", "ANO", "ANOUV", "A-N", "A NOUVEAU")
_CARRIED_LABEL = re.compile(
    r"\b(?:[àa][ -]?nouveaux?|report (?:à|a) nouveau|solde (?:d['’])?ouverture)\b", re.IGNORECASE
)

_SEPARATOR = gettext_noop("Le FEC doit être séparé par des tabulations ou des barres verticales |.")
_EMPTY = gettext_noop("Le FEC n’a aucune écriture.")
_TOO_LONG = gettext_noop("Le FEC a plus de %(limit)s lignes.")
_CREDITS = gettext_noop(
    "Pièces créditrices non lettrées : %(count)s, %(amount)s EUR en tout. Règlements à imputer, acomptes ou avoirs, "
    "elles réduisent ce que ces clients doivent."
)
_HALF_LETTERED = gettext_noop(
    "Lettrages de clients non soldés : %(count)s (%(amount)s EUR). Ils sont laissés de côté, vérifiez-les."
)
_NO_CUSTOMER = gettext_noop(
    "Les lignes du compte %(account)s n’ont pas de compte auxiliaire : le client est inconnu, elles sont réunies "
    "sous « %(name)s »."
)
_CARRIED_WARNING = gettext_noop("%(count)s soldes viennent des à-nouveaux : leur détail n’est pas dans ce fichier.")
_FOREIGN = gettext_noop(
    "Des lignes sont en devise (%(currencies)s) : elles sont reprises en euros, comme en comptabilité."
)
_NOTHING = gettext_noop("Aucune ligne de client (compte 411) n’est ouverte dans ce FEC.")
NOTE_CARRIED = gettext_noop("détail absent")
NOTE_CREDIT = gettext_noop("crédit non lettré")


class _Document(NamedTuple):
    """The open lines of one document of one customer."""

    customer: str
    piece: str
    lines: list[Line]

    @property
    def net(self) -> int:
        return sum(line.debit - line.credit for line in self.lines)

    @property
    def carried(self) -> bool:
        return any(_is_carried(line) for line in self.lines)


def recognises(content: bytes, name: str) -> bool:
    """Whether the first line holds the names of a FEC's columns."""
    head = content[:3000].replace(b"\0", b"").lower().splitlines()[:1]
    return bool(head) and b"journalcode" in head[0] and b"comptenum" in head[0]


def read(content: bytes, name: str, options: Options) -> FileSheet:
    """Who owes what according to the books. Any breach of A. 47 A-1 refuses the file, with all causes by line."""
    try:
        lines = _lines(content, name)
    except Refused as refused:
        return FileSheet(
            name, NAME, errors=bounded([r.at(name, r.line) for r in refused.reasons], fec_rules.FAULTS_MAX)
        )
    customers = [line for line in lines if line.account.startswith("411")]
    open_lines, half_lettered = _open_lines(customers)
    documents = [d for d in _documents(open_lines) if d.net]
    shared = _shared_pieces(customers)
    seller = _seller(name)
    claims = tuple(_claim(d, shared, seller, name, options) for d in documents)
    warnings = [r.at(name) for r in _warnings(documents, half_lettered)]
    if not claims:
        warnings.append(Reason(_NOTHING, file=name))
    return FileSheet(name, NAME, claims, warnings=tuple(warnings), total=owed(claims), columns=fec_rules.COLUMNS)


def _lines(content: bytes, name: str) -> list[Line]:
    """All lines of a file that keeps the rules, or `Refused`."""
    text = _text(content, name).replace("\r\n", "\n").replace("\r", "\n")
    rows = text.removesuffix("\n").split("\n")
    if len(rows) > LINES_MAX:
        raise Refused(Reason(_TOO_LONG, {"limit": LINES_MAX}))
    separator = next((s for s in "\t|" if s in rows[0]), "")
    if not separator:
        raise Refused(Reason(_SEPARATOR, line=1))
    header = fec_rules.read_header(rows[0].split(separator))
    faults: list[Reason] = []
    lines = fec_rules.read_lines((row.split(separator) if row else [] for row in rows[1:]), header, faults)
    fec_rules.check_whole(lines, _closing(name), faults, complete=not faults)
    if not lines and not faults:
        raise Refused(_EMPTY)
    if faults:
        raise Refused(*sorted(faults, key=lambda r: r.line or 0))
    return lines


def _text(content: bytes, name: str) -> str:
    """The text, in the article's ISO 8859-15 where it is not Unicode; Windows programs add their own quotes to it."""
    found = decode(content, name)
    if found.encoding.startswith("utf"):
        return found.text
    windows = any(0x80 <= byte < 0xA0 for byte in set(content))
    return content.decode("cp1252" if windows else "iso8859-15", "replace")


def _closing(name: str) -> date | None:
    """The day the year closes, from the name that the law prescribes: SirenFECAAAAMMJJ."""
    found = _FILE_NAME.search(name)
    return fec_rules.parse_day(found[2]) if found else None


def _seller(name: str) -> PartySheet | None:
    found = _FILE_NAME.search(name)
    return PartySheet("", siren=found[1]) if found and passes(check_siren, found[1]) else None


def _open_lines(customers: Sequence[Line]) -> tuple[list[Line], list[int]]:
    """The lines without a letter, and the balance of each letter that does not balance."""
    letters: dict[tuple[str, str], int] = defaultdict(int)
    found: list[Line] = []
    for line in customers:
        if line.letter:
            letters[_customer(line), line.letter] += line.debit - line.credit
        else:
            found.append(line)
    return found, [gap for gap in letters.values() if gap]


def _documents(lines: Iterable[Line]) -> list[_Document]:
    found: dict[tuple[str, str], _Document] = {}
    for line in lines:
        key = (_customer(line), line.piece)
        found.setdefault(key, _Document(*key, [])).lines.append(line)
    return list(found.values())


def _shared_pieces(customers: Sequence[Line]) -> set[str]:
    """Document references that several customers have (a bank slip, a carried-forward entry): no invoice numbers."""
    owners: dict[str, set[str]] = defaultdict(set)
    for line in customers:
        owners[line.piece].add(_customer(line))
    return {piece for piece, found in owners.items() if len(found) > 1}


def _customer(line: Line) -> str:
    return line.customer or line.account


def _claim(document: _Document, shared: set[str], seller: PartySheet | None, file: str, options: Options) -> ClaimSheet:
    """One document's open balance. A debit shows its full amount beside what is left of it."""
    net = document.net
    first = min((x for x in document.lines if (x.debit - x.credit) * net > 0), key=lambda x: (x.piece_on, x.number))
    is_credit = net < 0
    debits = sum(line.debit for line in document.lines if line.debit > 0)
    piece = one_line(document.piece)
    return ClaimSheet(
        number=f"{piece}-{document.customer}" if document.piece in shared else piece,
        issued_on=first.piece_on,
        total=-net if is_credit else max(debits, net),
        party=_party(first),
        kind="credit_note" if is_credit else "invoice",
        due_on=None if is_credit or options.terms_days is None else first.piece_on + timedelta(options.terms_days),
        open=abs(net),
        seller=seller,
        file=file,
        line=first.number,
        note=NOTE_CARRIED if document.carried else NOTE_CREDIT if is_credit else "",
    )


def _party(line: Line) -> PartySheet:
    name = line.customer_name if line.customer else line.account_name
    return PartySheet(one_line(name) or _customer(line), code=_customer(line))


def _is_carried(line: Line) -> bool:
    return line.journal.upper() in _CARRIED_JOURNALS or bool(_CARRIED_LABEL.search(f"{line.journal_name} {line.label}"))


def _warnings(documents: Sequence[_Document], half_lettered: Sequence[int]) -> Iterable[Reason]:
    credits = [d.net for d in documents if d.net < 0]
    if credits:
        yield Reason(_CREDITS, {"count": len(credits), "amount": spell(-sum(credits))})
    if half_lettered:
        values = {"count": len(half_lettered), "amount": spell(sum(half_lettered))}
        yield Reason(_HALF_LETTERED, values)
    carried = sum(d.carried for d in documents)
    if carried:
        yield Reason(_CARRIED_WARNING, {"count": carried})
    nameless = {(x.account, x.account_name) for d in documents for x in d.lines if _is_collective(x)}
    for account, title in sorted(nameless):
        yield Reason(_NO_CUSTOMER, {"account": account, "name": title})
    currencies = {line.currency for d in documents for line in d.lines} - {"", "EUR"}
    if currencies:
        yield Reason(_FOREIGN, {"currencies": ", ".join(sorted(currencies))})


def _is_collective(line: Line) -> bool:
    """`411000` with no auxiliary account: nobody in particular."""
    return not line.customer and not line.account[3:].strip("0")
