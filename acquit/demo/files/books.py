"""The accounting file of a year (« FEC ») that the example's accountant hands over: sales, receipts, their letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from acquit.demo.cast import OWN_SIREN
from acquit.demo.world import Bill, Move, World
from acquit.rules.money import spell

_COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry before it has its number: its lines are (account, name, debtor's code, piece, debit, credit)."""

    on: date
    journal: tuple[str, str]
    label: str
    lines: tuple[tuple[str, str, str, str, int, int], ...]


def fec(world: World, year: int) -> tuple[str, bytes]:
    """Name and content of the file: tabs, commas, a letter on what was paid within the year."""
    paid = _paid_on(world, year)
    entries = sorted([*_sales(world, year), *_receipts(world, year)], key=lambda e: (e.on, e.journal, e.label))
    rows = ["\t".join(_COLUMNS)]
    letters = {number: f"A{place:04}" for place, number in enumerate(sorted(paid), 1)}
    for number, entry in enumerate(entries, 1):
        rows += ["\t".join(row) for row in _rows(world, entry, number, letters, paid)]
    return f"{OWN_SIREN}FEC{year}1231.txt", ("\r\n".join(rows) + "\r\n").replace("’", "'").encode("iso-8859-15")


def _paid_on(world: World, year: int) -> dict[str, date]:
    """Invoices of the year that were settled by its end, and the day of the last money for each."""
    left = world.owed(date(year, 12, 31))
    days: dict[str, date] = {}
    for move in world.moves:
        days.update({number: move.booked_on for number, _ in move.shares if move.booked_on.year <= year})
    days.update({note.credits: note.issued_on for note in world.bills if note.credits})
    return {number: days[number] for number, cents in left.items() if not cents and number in days}


def _sales(world: World, year: int) -> Iterator[_Entry]:
    for bill in (*world.old, *world.bills):
        if bill.issued_on.year == year:
            yield _credited(world, bill) if bill.credits else _sold(world, bill)


def _sold(world: World, bill: Bill) -> _Entry:
    net = bill.total * 5 // 6
    lines = (
        ("41100000", "Clients", bill.debtor, bill.number, bill.total, 0),
        ("70600000", "Prestations de services", "", bill.number, 0, net),
        ("44571000", "TVA collectée", "", bill.number, 0, bill.total - net),
    )
    return _Entry(bill.issued_on, ("VE", "Ventes"), f"Facture {bill.number}", lines)


def _credited(world: World, note: Bill) -> _Entry:
    """A credit note is put on the invoice that it corrects."""
    net = note.total * 5 // 6
    lines = (
        ("70600000", "Prestations de services", "", note.number, net, 0),
        ("44571000", "TVA collectée", "", note.number, note.total - net, 0),
        ("41100000", "Clients", note.debtor, note.credits, 0, note.total),
    )
    return _Entry(note.issued_on, ("VE", "Ventes"), f"Avoir {note.number}", lines)


def _receipts(world: World, year: int) -> Iterator[_Entry]:
    known = {bill.number for bill in world.bills if bill.issued_on.year == year}
    for move in world.moves:
        shares = [(number, cents) for number, cents in move.shares if number in known]
        if move.booked_on.year == year and shares:
            yield _received(move, shares)


def _received(move: Move, shares: list[tuple[str, int]]) -> _Entry:
    bank = ("51200000", "Banque", "", shares[0][0], sum(cents for _, cents in shares), 0)
    customers = [("41100000", "Clients", move.debtor, number, 0, cents) for number, cents in shares]
    return _Entry(move.booked_on, ("BQ", "Banque"), f"Virement {shares[0][0]}", (bank, *customers))


def _rows(
    world: World, entry: _Entry, number: int, letters: dict[str, str], paid: dict[str, date]
) -> Iterator[list[str]]:
    day = f"{entry.on:%Y%m%d}"
    for account, name, code, piece, debit, credit in entry.lines:
        lettered = bool(code) and piece in letters
        yield [
            *entry.journal,
            str(number),
            day,
            account,
            name,
            code,
            world.debtor(code).name if code else "",
            piece,
            day,
            entry.label,
            _amount(debit),
            _amount(credit),
            letters[piece] if lettered else "",
            f"{paid[piece]:%Y%m%d}" if lettered else "",
            day,
            "",
            "",
        ]


def _amount(cents: int) -> str:
    return spell(cents).replace(".", ",")
