"""Eighteen months of the example firm, put together for a day: who bought, who paid, what was said. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from acquit.demo import habits, scenes
from acquit.demo.cast import Debtor, debtors
from acquit.demo.world import (
    BOOKS_DAYS,
    MONTHS_DAYS,
    SERVICE_DAYS,
    Bill,
    Move,
    World,
    by_names,
    dice,
    working_before,
    working_from,
    works,
)
from acquit.rules.identifiers import make_ogm

_OLD = (("AL-0118", "Dupont SARL", 132000), ("AL-0131", "Menuiserie Le Goff", 247500))


def make(on: date, customers: int = 60, service_days: int = SERVICE_DAYS) -> World:
    """The world of a working day: the same each time.

    Fewer customers (22 at least) and fewer days with Acquit (35 at least) make a smaller one.
    """
    cast = tuple(debtors(customers))
    people = by_names(cast)
    started_on = working_from(on - timedelta(service_days))
    drafts = [bill for debtor in cast for bill in habits.bills(debtor, on)]
    numbered = list(_numbered([*drafts, *scenes.bills(people, on)], cast))
    played = {bill.scene: bill for bill in numbered if bill.scene}
    notes = list(_credit_notes(numbered, played, started_on, on))
    return World(
        on=on,
        started_on=started_on,
        books_on=started_on - timedelta(BOOKS_DAYS),
        debtors=cast,
        bills=tuple(sorted([*numbered, *notes], key=lambda b: (b.issued_on, b.number))),
        moves=tuple(_moves(cast, people, numbered, played, notes, on)),
        silences=tuple(sorted(scenes.silences(people, played, started_on, on), key=lambda s: s.on)),
        old=tuple(_old(people, started_on)),
    )


def _numbered(bills: Iterable[Bill], cast: Iterable[Debtor]) -> Iterator[Bill]:
    """One series a year without gaps, in the order of the days; Belgians get a structured communication."""
    belgian = {debtor.code for debtor in cast if debtor.country == "BE"}
    last: Counter[int] = Counter()
    for bill in sorted(bills, key=lambda b: (b.issued_on, b.debtor, b.due_on, b.total)):
        year = bill.issued_on.year
        last[year] += 1
        structured = make_ogm(year * 10_000 + last[year]) if bill.debtor in belgian else ""
        yield replace(bill, number=f"F-{year}-{last[year]:03}", structured=structured)


def _credit_notes(bills: list[Bill], played: dict[str, Bill], started_on: date, on: date) -> Iterator[Bill]:
    """Seven that are long settled, for whole invoices, and the scene's."""
    chance = dice(on, "credit notes")
    limit = started_on - timedelta(BOOKS_DAYS + 40)
    whole = chance.sample([b for b in bills if b.issued_on < limit and not b.scene], 7)
    notes = [_whole_note(bill) for bill in whole] + [scenes.credit_note(played["credited"], on)]
    last: Counter[int] = Counter()
    for note in sorted(notes, key=lambda n: (n.issued_on, n.credits)):
        last[note.issued_on.year] += 1
        yield replace(note, number=f"AV-{note.issued_on.year}-{last[note.issued_on.year]:03}")


def _whole_note(bill: Bill) -> Bill:
    day = working_from(bill.issued_on + timedelta(6))
    return Bill("", bill.debtor, day, day, bill.total, credits=bill.number)


def _moves(
    cast: tuple[Debtor, ...],
    people: dict[str, Debtor],
    bills: list[Bill],
    played: dict[str, Bill],
    notes: list[Bill],
    on: date,
) -> list[Move]:
    """Both accounts, day by day: customers, scenes, and what every firm pays and receives beside."""
    cancelled = {note.credits for note in notes}
    ordinary: dict[str, list[Bill]] = {debtor.code: [] for debtor in cast}
    for bill in bills:
        if not bill.scene and bill.number not in cancelled:
            ordinary[bill.debtor].append(bill)
    found = [move for debtor in cast for move in habits.moves(debtor, ordinary[debtor.code], on)]
    found += scenes.moves(people, played, on)
    found += _running_costs(on)
    return sorted(found, key=lambda m: (m.booked_on, m.account, m.waits, m.debtor, m.label, m.cents))


def _running_costs(on: date) -> Iterator[Move]:
    """Rent, wages, materials; the tax office pays back now and then. The Belgian account is used every day."""
    chance = dice(on, "costs")
    day, last = on - timedelta(MONTHS_DAYS + 30), working_before(on)
    while day <= last:
        day += timedelta(1)
        if not works(day) or day > last:
            continue
        yield Move("be", day, -chance.randint(400, 9900), "DELHAIZE NAMUR", label=f"Bancontact {day:%d/%m}")
        if day.weekday() == 1:
            yield Move("fr", day, -chance.randint(12000, 98000), "VERRERIE DU NORD", label="PRLV FOURNITURES")
        if day == working_from(day.replace(day=1)):
            yield Move("fr", day, -145000, "SCI DES HALLES", label=f"LOYER {day:%m/%Y}")
        if day == working_from(day.replace(day=27)):
            yield Move("fr", day, -518000, "SALAIRES", label=f"VIR SALAIRES {day:%m/%Y}")
        if day == working_from(day.replace(day=20)) and day.month % 2:
            yield Move("fr", day, chance.randint(40000, 180000), "DGFIP", label="REMBT CREDIT DE TVA")


def _old(people: dict[str, Debtor], started_on: date) -> Iterator[Bill]:
    """Two claims of the year before, made with software that is no longer there."""
    for place, (number, name, cents) in enumerate(_OLD):
        issued = working_from(date(started_on.year - 1, 1, 15 + 9 * place))
        yield Bill(number, people[name].code, issued, issued + timedelta(30), cents)
