"""How customers usually buy and pay: on time, twelve days late, by halves, for three invoices at once, never. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from random import Random

from acquit.demo.cast import Debtor, iban
from acquit.demo.world import MONTHS_DAYS, Bill, Move, dice, working_before, working_from

STOPPED_DAYS = 150
"""Before that a bankrupt customer paid like everybody."""
_RATES = {"BE": 121, "FR": 120}
_PRICES = {"consumer": (90, 1400), "public": (600, 5200), "business": (180, 3600)}
_PRICES_OF_LARGE = (1800, 7500)


def bills(debtor: Debtor, on: date) -> Iterator[Bill]:
    """What a customer bought over the eighteen months, not numbered yet."""
    chance = dice(on, f"bills {debtor.code}")
    for place in range(debtor.bills):
        gone = int((place + chance.random()) * (MONTHS_DAYS - 2) / debtor.bills)
        issued = working_before(on - timedelta(MONTHS_DAYS - gone))
        due = issued + timedelta(debtor.terms)
        yield Bill("", debtor.code, issued, due, price(debtor, chance))


def price(debtor: Debtor, chance: Random) -> int:
    """A total in cents, taxes included, of a net price in whole euros; small ones are more frequent."""
    low, high = _PRICES_OF_LARGE if debtor.habit == "grouped" else _PRICES[debtor.kind]
    net = round(math.exp(chance.uniform(math.log(low), math.log(high))) / 5) * 5
    return net * _RATES.get(debtor.country, 100)


def moves(debtor: Debtor, theirs: Sequence[Bill], on: date) -> Iterator[Move]:
    """What a customer paid for these invoices before the last day the bank is known."""
    chance = dice(on, f"moves {debtor.code}")
    if debtor.habit == "grouped":
        found = _grouped(debtor, theirs)
    else:
        found = (move for bill in theirs for move in _of_bill(debtor, bill, on, chance))
    last = working_before(on)
    return (move for move in found if move.booked_on < last)


def _of_bill(debtor: Debtor, bill: Bill, on: date, chance: Random) -> Iterator[Move]:
    habit = debtor.habit
    late = _lateness(habit, chance)
    if habit == "never" or (habit == "stopped" and bill.due_on > on - timedelta(STOPPED_DAYS)):
        return
    if habit == "halves":
        half = bill.total // 2
        yield _move(debtor, bill.due_on + timedelta(9), half, [(bill.number, half)], f"ACOMPTE {bill.number}")
        rest, label = bill.total - half, f"SOLDE {bill.number}"
        yield _move(debtor, bill.due_on + timedelta(38), rest, [(bill.number, rest)], label)
        return
    day = max(bill.issued_on + timedelta(2), bill.due_on + timedelta(late))
    label = _label(habit, bill, chance)
    structured = bill.structured if label == "" else ""
    yield _move(debtor, day, bill.total, [(bill.number, bill.total)], label, structured)


def _lateness(habit: str, chance: Random) -> int:
    """Days after the due date; the usual customer's median is twelve."""
    if habit == "prompt":
        return chance.randint(-8, 2)
    if habit == "slow":
        return chance.randint(24, 61)
    if habit == "public":
        return chance.randint(3, 27)
    return round(chance.lognormvariate(math.log(12), 0.6))


def _label(habit: str, bill: Bill, chance: Random) -> str:
    """The words of a transfer; none when the structured communication says it all."""
    if habit == "vague":
        return chance.choice(("VIREMENT", "REGLEMENT ATELIER LUMEN", "MERCI"))
    if habit == "public":
        return f"MANDAT {chance.randint(1000, 9999)} {bill.number}"
    if habit == "stranger":
        return chance.choice((f"FACT {bill.number}", "REGLEMENT TRAVAUX"))
    if bill.structured and chance.random() < 0.8:
        return ""
    plain = bill.number.replace("-", " ")
    return chance.choice((f"FACTURE {bill.number}", f"VIR {plain}", f"Fact. {bill.number} merci", bill.number))


def _grouped(debtor: Debtor, theirs: Iterable[Bill]) -> Iterator[Move]:
    """One transfer for all that falls due within two months, ten days after the last of them."""
    together: defaultdict[tuple[int, int], list[Bill]] = defaultdict(list)
    for bill in theirs:
        together[bill.due_on.year, (bill.due_on.month - 1) // 2].append(bill)
    for group in together.values():
        day = max(bill.due_on for bill in group) + timedelta(10)
        shares = [(bill.number, bill.total) for bill in group]
        yield _move(debtor, day, sum(b.total for b in group), shares, " ".join(b.number for b in group))


def _move(
    debtor: Debtor, day: date, cents: int, shares: Sequence[tuple[str, int]], label: str, structured: str = ""
) -> Move:
    return paid_by(debtor, working_from(day), cents, shares, label, structured)


def paid_by(
    debtor: Debtor,
    day: date,
    cents: int,
    shares: Sequence[tuple[str, int]],
    label: str,
    structured: str = "",
    *,
    waits: bool = False,
) -> Move:
    """Money from a customer, under the name and from the account that the bank shows."""
    other = iban("FR", f"{0:010}{88800000000 + int(debtor.code[2:]):011}00")
    return Move(
        account=debtor.account,
        booked_on=day,
        cents=cents,
        name=debtor.payer,
        iban=other if debtor.habit == "stranger" else debtor.iban,
        label=label,
        structured=structured,
        debtor=debtor.code,
        shares=tuple(shares),
        waits=waits,
    )
