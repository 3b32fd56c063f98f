"""Which column of a bank's table holds what: by the bank's layout, by names in nine languages, or by content."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from acquit.bank.formats.layouts import Layout, layout_of
from acquit.bank.formats.words import (
    CREDIT_MARKS,
    DATE_WORDS,
    DEBIT_MARKS,
    MONEY_WORDS,
    NOT_MONEY_WORDS,
    SYNONYMS,
)
from acquit.rules.dates import is_date, month_comes_first
from acquit.rules.tables import fold

SAMPLE = 40

_BY_NAME = {name: frozenset(words) for name, words in SYNONYMS.items()}
_MONEY = re.compile(r"[=\"]*[+\-(]? ?[^\w\s]?\s?[A-Z]{0,3} ?\d[\d .,'\u00a0\u202f\u2019]*\)?[-+]? ?[A-Z€$£]{0,3}\"?")
_CURRENCY = re.compile(r"(?: (?:eur|euros?|chf|gbp|usd|pln|czk|sek|dkk|nok|huf))+$")
_ACCOUNT_LIKE = re.compile(r"[A-Z]{2}\d{2}|[\d -]{6,}")
_DECIMALS = re.compile(r"[.,]\d{2}(?!\d)")


@dataclass(slots=True)
class Columns:
    """Field → positions in a row. Every field but `label` has one."""

    at: dict[str, list[int]] = field(default_factory=dict)
    layout: Layout | None = None
    month_first: bool = False
    guessed: bool = False
    """There was no header: the content alone said which column is which."""

    def cell(self, row: Sequence[str], name: str) -> str:
        """The text of a field in a row; empty when there is no such column or cell."""
        for position in self.at.get(name, ())[:1]:
            return row[position] if position < len(row) else ""
        return ""

    def has_money(self) -> bool:
        """Whether an amount can be read."""
        return bool(self.at.keys() & {"amount", "debit", "credit"})


def header_score(row: Sequence[str]) -> int:
    """How many columns of a row bear a known name; 0 unless it names a date and an amount."""
    if len(row) < 2:
        return 0
    names = [fold(cell) for cell in row]
    if layout_of(frozenset(names)):
        return 100
    fields = {name for name, words in _BY_NAME.items() for cell in row if _name_in(cell, words)}
    dated = "booked" in fields or any(_has_word(cell, DATE_WORDS) for cell in names)
    money = fields & {"amount", "debit", "credit"} or any(_has_word(cell, MONEY_WORDS) for cell in names)
    return len(fields) + 2 if dated and money else 0


def partial_score(row: Sequence[str]) -> int:
    """How many known names a row bears, for telling the user which columns were found."""
    return sum(any(_name_in(cell, words) for words in _BY_NAME.values()) for cell in row)


def columns_of(header: Sequence[str], body: Sequence[Sequence[str]]) -> Columns:
    """The columns of a table with a header; `body` are rows that follow, and settle doubts by their content."""
    layout = layout_of(frozenset(fold(cell) for cell in header))
    if layout is not None:
        return Columns(_by_layout(header, layout), layout)
    found = Columns(_by_synonyms(header, body))
    _fall_back_on_words(header, body, found.at)
    _settle_iban(header, body, found.at)
    if "flag" not in found.at and (position := _flag_column(body, found)) is not None:
        found.at["flag"] = [position]
    if "label" not in found.at:
        found.at["label"] = _leftovers(header, body, found.at)
    found.month_first = month_comes_first(found.cell(row, "booked") for row in body)
    return found


def _spellings(cell: str) -> tuple[str, ...]:
    """The ways to read one header: as it is, with its capitals as spaces, without its currency."""
    spaced = fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cell))
    bare = _CURRENCY.sub("", fold(cell))
    return fold(cell), spaced, bare, bare.removesuffix(" in").removesuffix(" en")


def _name_in(cell: str, words: frozenset[str]) -> bool:
    return bool(cell) and any(name in words for name in _spellings(cell))


def _has_word(name: str, words: frozenset[str]) -> bool:
    found = set(name.split())
    return bool(found & words) and not found & NOT_MONEY_WORDS


def _by_layout(header: Sequence[str], layout: Layout) -> dict[str, list[int]]:
    """Positions of a known layout; the first spelling that is there wins, label keeps the layout's order."""
    positions: dict[str, int] = {}
    for position, cell in enumerate(header):
        positions.setdefault(fold(cell), position)
    found: dict[str, list[int]] = {}
    for name, columns in layout.columns.items():
        hits = [next((positions[s] for s in spellings if s in positions), None) for spellings in columns]
        if present := [hit for hit in hits if hit is not None]:
            found[name] = present
    return found


def _by_synonyms(header: Sequence[str], body: Sequence[Sequence[str]]) -> dict[str, list[int]]:
    """Positions by name. A column serves one field, label and reference apart; contents must be of the kind."""
    found: dict[str, list[int]] = {}
    taken: set[int] = set()
    for name, words in SYNONYMS.items():
        hits: list[int] = []
        for word in words:
            for position, cell in enumerate(header):
                free = position not in taken or name == "reference"
                if cell and free and position not in hits and word in _spellings(cell):
                    hits.append(position)
        suited = [hit for hit in hits if _content_suits(name, _column(body, hit))]
        hits = suited or [hit for hit in hits if _means_one_thing(header[hit])]
        if hits:
            found[name] = sorted(hits) if name == "label" else hits[:1]
            taken.update(found[name])
    return found


def _means_one_thing(cell: str) -> bool:
    """Whether a header can only be one field: then odd contents are a fault to be told, not another column."""
    return sum(_name_in(cell, words) for words in _BY_NAME.values()) == 1


def _column(body: Sequence[Sequence[str]], position: int) -> list[str]:
    """The filled cells of a column in the first rows."""
    return [row[position] for row in body[:SAMPLE] if position < len(row) and row[position]]


def _content_suits(name: str, cells: Sequence[str]) -> bool:
    """Whether a column may be what its name says: half of its cells at least are of the kind."""
    if not cells:
        return True
    if name in ("booked", "value"):
        fitting = sum(_is_day(cell) for cell in cells)
    elif name in ("amount", "debit", "credit", "balance"):
        fitting = sum(is_money(cell) for cell in cells)
    elif name == "currency":
        fitting = sum(bool(re.fullmatch("[A-Za-z]{3}|€", cell)) for cell in cells)
    elif name == "flag":
        fitting = sum(flag_sign(cell) != 0 for cell in cells)
    elif name in ("iban", "account"):
        fitting = sum(len(cell) >= 4 and any(c.isdigit() for c in cell) for cell in cells)
    elif name == "name":
        fitting = sum(not _ACCOUNT_LIKE.match(cell) for cell in cells)
    else:
        return True
    return 2 * fitting >= len(cells)


def _is_day(cell: str) -> bool:
    return is_date(cell) or is_date(cell, day_first=False)


def is_money(cell: str) -> bool:
    """Whether a cell may be an amount, in any bank's spelling."""
    return bool(_MONEY.fullmatch(cell)) and not _is_day(cell)


def flag_sign(cell: str) -> int:
    """1 for a credit mark, -1 for a debit mark, 0 for anything else."""
    mark = fold(cell) or cell.strip()
    return (mark in CREDIT_MARKS) - (mark in DEBIT_MARKS)


def _fall_back_on_words(header: Sequence[str], body: Sequence[Sequence[str]], at: dict[str, list[int]]) -> None:
    """A date or amount whose name is new to us but holds the word, when its content is of the kind."""
    taken = {position for positions in at.values() for position in positions}
    for name, words in (("booked", DATE_WORDS), ("amount", MONEY_WORDS)):
        if name in at or (name == "amount" and at.keys() & {"debit", "credit"}):
            continue
        for position, cell in enumerate(header):
            cells = _column(body, position)
            named = any(_has_word(spelling, words) for spelling in _spellings(cell))
            if named and position not in taken and cells and _content_suits(name, cells):
                at[name] = [position]
                break


def _settle_iban(header: Sequence[str], body: Sequence[Sequence[str]], at: dict[str, list[int]]) -> None:
    """A column just called IBAN is our own account when it never changes, the other party's when it does.

    And our own account is on every row: a column of accounts with gaps is the other party's.
    """
    own = at.get("account", [-1])[0]
    if own >= 0 and len(_column(body, own)) < len([row for row in body[:SAMPLE] if sum(map(bool, row)) > 2]):
        del at["account"]
        at.setdefault("iban", [own])
    position = at.get("iban", [-1])[0]
    if position < 0 or fold(header[position]) not in ("iban", "kontonummer") or "account" in at:
        return
    cells = _column(body, position)
    if len(cells) > 1 and len(set(cells)) == 1:
        at["account"] = at.pop("iban")


def _flag_column(body: Sequence[Sequence[str]], found: Columns) -> int | None:
    """A column without a name that holds nothing but C and D, or CR here and there, where no amount is negative."""
    amounts = _column(body, found.at["amount"][0]) if "amount" in found.at else []
    if not amounts or any(cell.lstrip().startswith(("-", "(")) or cell.endswith("-") for cell in amounts):
        return None
    taken = {position for positions in found.at.values() for position in positions}
    for position in range(max(map(len, body), default=0)):
        cells = _column(body, position)
        if position not in taken and cells and all(flag_sign(cell) for cell in cells):
            return position
    return None


def _leftovers(header: Sequence[str], body: Sequence[Sequence[str]], at: dict[str, list[int]]) -> list[int]:
    """Text columns that nothing else claims, to serve as label."""
    taken = {position for positions in at.values() for position in positions}
    width = max([len(header), *(len(row) for row in body[:SAMPLE])])
    return [p for p in range(width) if p not in taken and any(re.search("[A-Za-z]{3}", c) for c in _column(body, p))]


def guess_columns(body: Sequence[Sequence[str]]) -> Columns | None:
    """The columns of a table without a header, from content alone; None when it does not look like movements."""
    width = max(map(len, body), default=0)
    if width < 3:
        return None
    dates, money = [], []
    for position in range(width):
        cells = _column(body, position)
        if len(cells) == len(body[:SAMPLE]) and all(_is_day(cell) for cell in cells):
            dates.append(position)
        elif cells and all(is_money(cell) for cell in cells) and any(_DECIMALS.search(cell) for cell in cells):
            money.append(position)
    found = Columns(guessed=True)
    if not dates or not money or len(money) > 3:
        return None
    found.at["booked"] = dates[:1]
    if dates[1:]:
        found.at["value"] = dates[1:2]
    _place_money(body, money, found.at)
    if not found.has_money():
        return None
    if (flag := _flag_column(body, found)) is not None:
        found.at["flag"] = [flag]
    found.at["label"] = _leftovers((), body, found.at)
    found.month_first = month_comes_first(found.cell(row, "booked") for row in body)
    return found


def _place_money(body: Sequence[Sequence[str]], money: list[int], at: dict[str, list[int]]) -> None:
    """One column is the amount; two never filled together are debit and credit; else the one with minus signs is.

    Where nothing tells amounts from balances, nothing is placed, and the file is not read.
    """
    sample = body[:SAMPLE]
    signed = [p for p in money if any(re.match(r"[-(]|.*-$", cell) for cell in _column(body, p))]
    if len(money) > 1 and all(bool(row[money[0]]) != bool(row[money[1]]) for row in sample if len(row) > money[1]):
        at["debit"], at["credit"], rest = money[:1], money[1:2], money[2:]
    elif len(signed) == 1:
        at["amount"], rest = signed, [p for p in money if p > signed[0]]
    elif len(money) < 3:
        at["amount"], rest = money[:1], money[1:]
    else:
        return
    if len(rest) == 1:
        at["balance"] = rest
