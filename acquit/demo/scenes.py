"""What the example must show on its day, whatever chance brought: promises, disputes, doubts, lines to match. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from acquit.demo.cast import REFUSED_AT, Debtor
from acquit.demo.habits import paid_by
from acquit.demo.world import Bill, Move, Silence, working_before, working_from

UNKNOWN = "unknown"
"""The message about this bill was lost with the machine that was sending it."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """A bill due so many days from the example's day."""

    name: str
    debtor: str
    due: int
    cents: int


_BILLS = (
    _Scene("dupont-long", "Dupont SARL", -55, 148800),
    _Scene("dupont-late", "Dupont SARL", -21, 96000),
    _Scene("resume", "Cabinet Orion", -85, 264000),
    _Scene("kept", "Galerie Aubépine", -50, 178200),
    _Scene("credited", "Galerie Aubépine", -22, 90000),
    _Scene("broken", "Association Les Lucioles", -48, 62400),
    _Scene("running", "Hôtel du Canal", -16, 312000),
    _Scene("disputed", "Garage Petit et Fils", -33, 210000),
    _Scene("said-paid", "M. Lefèvre Alain", -14, 48000),
    _Scene("refused", REFUSED_AT, -12, 156000),
    _Scene(UNKNOWN, "M. Lambert Olivier", -9, 36300),
    _Scene("no-address", "Mme Caron Odile", -20, 54000),
    _Scene("over", "Northlight Studio Ltd", -9, 124000),
    _Scene("twice", "Drukkerij De Zwaan BV", -12, 72600),
    _Scene("certain", "Galerie Aubépine", 14, 81600),
    _Scene("structured", "Drukkerij De Zwaan BV", 16, 133100),
    _Scene("unnamed", "Cabinet Orion", 15, 117600),
    _Scene("partial", "Garage Petit et Fils", 12, 200400),
    _Scene("coming", "Librairie du Passage", 3, 102000),
    _Scene("coming-too", "Fleuriste Camélia", 3, 45600),
    _Scene("just-late", "Opticien Clairvue", -3, 88800),
    _Scene("just-late-too", "Imprimerie Gutenval", -3, 150000),
)
_NOTE = "credit-note"


def bills(people: Mapping[str, Debtor], on: date) -> Iterator[Bill]:
    """The scenes' invoices, not numbered yet, of the customers who are there."""
    for scene in _BILLS:
        debtor = people.get(scene.debtor)
        if debtor is not None:
            due = on + timedelta(scene.due)
            issued = working_before(due - timedelta(debtor.terms - 1))
            yield Bill("", debtor.code, issued, due, scene.cents, scene=scene.name)


def credit_note(corrected: Bill, on: date) -> Bill:
    """A third of the bill « credited » is taken back."""
    day = working_before(on - timedelta(11))
    return Bill("", corrected.debtor, day, day, corrected.total // 3, credits=corrected.number, scene=_NOTE)


def moves(people: Mapping[str, Debtor], found: Mapping[str, Bill], on: date) -> Iterator[Move]:
    """What was paid for the scenes' invoices; the lines of the last bank day wait for a decision."""
    last = working_before(on)

    def pay(scene: str, ago: int, cents: int | None = None, label: str | None = None) -> Move:
        bill = found[scene]
        debtor = next(d for d in people.values() if d.code == bill.debtor)
        put = bill.total if cents is None else cents
        day = min(working_from(on - timedelta(ago)), working_before(last))
        words = f"FACTURE {bill.number}" if label is None else label
        return paid_by(debtor, day, put, [(bill.number, min(put, bill.total))], words)

    yield pay("kept", 21)
    yield pay("credited", 6, found["credited"].total - found["credited"].total // 3)
    yield pay("over", 6, 129000)
    yield pay("twice", 10)
    again = pay("twice", 8)
    yield _again(again, again.cents, "")
    yield _again(pay("twice", 4), -again.cents, "REMBOURSEMENT D UN DOUBLE PAIEMENT")
    yield from _waiting(people, found, last)


def _again(move: Move, cents: int, label: str) -> Move:
    """The same payment a second time pays nothing; it is given back."""
    return Move(move.account, move.booked_on, cents, move.name, move.iban, label or move.label)


def _waiting(people: Mapping[str, Debtor], found: Mapping[str, Bill], last: date) -> Iterator[Move]:
    """Lines of yesterday: certain, probable, and to choose."""
    lines = (
        ("certain", f"FACTURE {found['certain'].number}", "", 1),
        ("structured", "", found["structured"].structured, 1),
        ("unnamed", "REGLEMENT", "", 1),
        ("partial", f"ACOMPTE {found['partial'].number}", "", 2),
    )
    for scene, label, structured, parts in lines:
        bill = found[scene]
        debtor = next(d for d in people.values() if d.code == bill.debtor)
        cents = bill.total // parts
        yield paid_by(debtor, last, cents, [(bill.number, cents)], label, structured, waits=True)
    yield Move("fr", last, 84500, "REMISE CHEQUES", label="REMISE DE 3 CHEQUES BORDEREAU 0041207", waits=True)
    yield Move("fr", last, 12000, "ROUSSEAU PATRICE", label="VIREMENT INSTANTANE", waits=True)


def silences(people: Mapping[str, Debtor], found: Mapping[str, Bill], started_on: date, on: date) -> Iterator[Silence]:
    """What the firm noted about these customers, and when."""

    def day(offset: int) -> date:
        return working_from(on + timedelta(offset))

    def hold(scene: str, kind: str, offset: int, until: date | None, cause: str) -> Silence:
        return Silence(day(offset), kind, found[scene].debtor, scene, until, cause)

    stopped = "Chantier arrêté : on en reparle à la reprise."
    yield Silence(started_on, "pause", found["resume"].debtor, "resume", on - timedelta(1), stopped)
    yield hold("kept", "promise", -30, day(-19), "Au téléphone : paie à la fin de la semaine prochaine.")
    yield hold("broken", "promise", -30, day(-15), "La subvention arrive, promis.")
    yield hold("running", "promise", -4, day(6), "Virement annoncé par e-mail.")
    yield hold("disputed", "dispute", -20, None, "Deux appliques reçues cassées.")
    yield hold("said-paid", "said_paid", -2, on + timedelta(5), "Dit avoir payé lundi.")
    if (marel := people.get("Boulangerie Marel")) is not None:
        cause = "Travaux en cours : entendus avec Sonia."
        yield Silence(day(-10), "pause", marel.code, until=day(20), cause=cause)
