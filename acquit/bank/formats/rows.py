"""What one row of a bank's table says: a movement, a pending line, a line of balance, or a fault."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from acquit.bank.formats.columns import Columns, flag_sign
from acquit.bank.formats.words import BALANCE_WORDS, NOT_BOOKED
from acquit.rules.dates import parse_date
from acquit.rules.identifiers import as_written, bare, check_structured, passes
from acquit.rules.money import parse_amount
from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.rules.statement import Movement
from acquit.rules.tables import fold

_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD"}

_ROW_AMOUNT = gettext_noop("La ligne n’a pas de montant.")
_ROW_WIDTH = gettext_noop("La ligne a %(found)s cellules pour %(expected)s titres : un séparateur de trop ?")
_ROW_DATE = gettext_noop("La ligne n’a pas de date lisible : « %(text)s ».")
_PENDING = gettext_noop("Lignes non comptabilisées (en attente ou refusées), laissées de côté : %(count)s.")
_ZERO = gettext_noop("Lignes d’un montant nul, laissées de côté : %(count)s.")
_NO_CURRENCY = gettext_noop("Lignes sans monnaie, lues en euros : %(count)s.")
_ODD_MARK = gettext_noop(
    "Lignes dont la marque n’est ni débit ni crédit, lues avec le signe de leur montant : %(count)s."
)
_ASIDE = gettext_noop("Lignes sans date ni montant, laissées de côté : %(count)s.")


@dataclass(slots=True)
class Section:
    """One header and the rows under it, with what stands above. A file with several accounts has several."""

    columns: Columns
    width: int
    above: list[tuple[str, ...]]
    rows: list[tuple[int, tuple[str, ...]]]
    decimal: str | None = None


@dataclass(slots=True)
class Reading:
    """What was found on the way down a section."""

    movements: list[tuple[str, Movement]] = field(default_factory=list)
    """Each with the account that its row names, empty when there is no such column."""
    balances: list[int | None] = field(default_factory=list)
    aside: list[tuple[str, ...]] = field(default_factory=list)
    """Lines of balance, titles, footers."""
    unread: int = 0
    """Rows aside since the last movement: between two movements they are worth a warning."""
    faults: list[Reason] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def read_section(section: Section, name: str) -> Reading:
    """All rows of a section; faults carry the file's name and the row's line."""
    section.decimal = _decimal_of(section)
    reading = Reading()
    days: dict[str, date] = {}
    blank_sign = _blank_sign(section)
    for line, row in section.rows:
        try:
            _read_row(section, row, reading, days, blank_sign)
        except Refused as refused:
            reading.faults += [reason.at(name, line) for reason in refused.reasons]
    return reading


def _read_row(section: Section, row: tuple[str, ...], reading: Reading, days: dict[str, date], blank_sign: int) -> None:
    """Put one row where it belongs: movements, counts, aside; or raise what is wrong with it."""
    columns = section.columns
    when = columns.cell(row, "booked")
    if fold(columns.cell(row, "state")) in NOT_BOOKED or fold(when) in NOT_BOOKED:
        reading.counts[_PENDING] += 1
        return
    if _is_aside(columns, row, when):
        reading.aside.append(row)
        reading.unread += not _speaks_of_balance(row)
        return
    if any(row[section.width :]):
        raise Refused(Reason(_ROW_WIDTH, {"found": len(row), "expected": section.width}))
    if when not in days:
        days[when] = parse_date(when, day_first=not columns.month_first)
    cents, currency = _amount(section, row, blank_sign, reading.counts)
    if cents == 0:
        reading.counts[_ZERO] += 1
        return
    if reading.unread and reading.movements:
        reading.counts[_ASIDE] += reading.unread
    reading.unread = 0
    reading.balances.append(_balance(section, row, currency))
    reading.movements.append(
        (own_number(columns.cell(row, "account")), _movement(columns, row, days[when], cents, currency))
    )


def _is_aside(columns: Columns, row: tuple[str, ...], when: str) -> bool:
    """A line of balance, a title, a footer: no date, and no amount or a word for balances."""
    if re.match(r"\D{0,3}\d", when):
        return False
    if _speaks_of_balance(row):
        return True
    money = any(columns.cell(row, name) for name in ("amount", "debit", "credit"))
    if money and sum(bool(cell) for cell in row) > 2:
        raise Refused(Reason(_ROW_DATE, {"text": when[:40]}))
    return True


def _speaks_of_balance(row: tuple[str, ...]) -> bool:
    first = next(cell for cell in row if cell)
    return bool(BALANCE_WORDS & set(fold(first).split()))


def _amount(section: Section, row: tuple[str, ...], blank_sign: int, counts: Counter[str]) -> tuple[int, str]:
    """Signed minor units of a row, and their currency."""
    columns = section.columns
    texts = {name: columns.cell(row, name) for name in ("amount", "debit", "credit")}
    if not any(texts.values()):
        raise Refused(Reason(_ROW_AMOUNT))
    currency = _currency(columns, row, texts.values(), counts)
    cents = {name: money(text, currency, section.decimal) if text else 0 for name, text in texts.items()}
    if "flag" in columns.at:
        mark = columns.cell(row, "flag")
        sign = flag_sign(mark) or (0 if mark else blank_sign)
        counts[_ODD_MARK] += bool(mark) and not sign
        return (sign * abs(cents["amount"]) if sign else cents["amount"]), currency
    if texts["amount"]:
        return cents["amount"], currency
    debit = cents["debit"] if cents["debit"] < 0 else -cents["debit"]
    return cents["credit"] + debit, currency


def _currency(columns: Columns, row: tuple[str, ...], texts: Iterable[str], counts: Counter[str]) -> str:
    """The row's own currency: its column, a code or a sign beside the amount, else the euro."""
    named = columns.cell(row, "currency").upper()
    if re.fullmatch("[A-Z]{3}", named):
        return named
    amount = " ".join(texts)
    if m := re.search(r"(?<![A-Z])([A-Z]{3})(?![A-Z])", amount):
        return m[1]
    sign = next((sign for sign in _SIGNS if sign in amount or sign == named), "")
    if not sign and "currency" in columns.at:
        counts[_NO_CURRENCY] += 1
    return _SIGNS.get(sign, "EUR")


def money(text: str, currency: str, decimal: str | None) -> int:
    """An amount as banks write it: `="12,00"`, `+ £1,100.00`, `-1.234,56`."""
    body = text.strip('="').replace(currency, "")
    for sign in _SIGNS:
        body = body.replace(sign, "")
    return parse_amount(body.strip(), currency=currency, decimal=decimal)


def _decimal_of(section: Section) -> str | None:
    """The decimal separator of all amounts of a section, when they agree on one."""
    votes: Counter[str] = Counter()
    for _, row in section.rows[:2_000]:
        for name in ("amount", "debit", "credit", "balance"):
            text = section.columns.cell(row, name)
            marks = [c for c in text if c in ".,"]
            if len(set(marks)) == 2 or re.search(r"[.,]\d{1,2}\D{0,5}$", text):
                votes[marks[-1]] += 1
    return next(iter(votes)) if len(votes) == 1 else None


def _blank_sign(section: Section) -> int:
    """What an empty mark means: the contrary of the only mark in use (cards mark nothing but refunds, by CR)."""
    if "flag" not in section.columns.at:
        return 0
    signs = {flag_sign(section.columns.cell(row, "flag")) for _, row in section.rows} - {0}
    return -signs.pop() if len(signs) == 1 else 0


def _balance(section: Section, row: tuple[str, ...], currency: str) -> int | None:
    text = section.columns.cell(row, "balance")
    try:
        return money(text, currency, section.decimal) if text else None
    except Refused:
        return None


def _movement(columns: Columns, row: tuple[str, ...], booked_on: date, cents: int, currency: str) -> Movement:
    texts = [row[position] for position in columns.at.get("label", ()) if position < len(row)]
    label = " ".join(dict.fromkeys(" ".join(text.split()) for text in texts if text))
    structured = columns.cell(row, "structured")
    is_structured = bool(structured) and passes(check_structured, structured)
    if structured and not is_structured:
        label = f"{as_written(structured)} {label}".strip()
    return Movement(
        booked_on=booked_on,
        cents=cents,
        currency=currency,
        label=label,
        value_on=_value_day(columns, row),
        name=" ".join(columns.cell(row, "name").split()),
        iban=bare(columns.cell(row, "iban")),
        structured=check_structured(structured) if is_structured else "",
        end_to_end=columns.cell(row, "end_to_end"),
        bank_reference=columns.cell(row, "reference") or _reference_in(columns, label),
    )


def _value_day(columns: Columns, row: tuple[str, ...]) -> date | None:
    """The value date; banks leave it out or fill it with nines, so an unreadable one is no fault."""
    text = columns.cell(row, "value")
    try:
        return parse_date(text, day_first=not columns.month_first) if text else None
    except Refused:
        return None


def _reference_in(columns: Columns, label: str) -> str:
    pattern = columns.layout.bank_reference if columns.layout else ""
    found = re.search(pattern, label, re.IGNORECASE) if pattern else None
    return found[1] if found else ""


def own_number(text: str) -> str:
    return bare(text.strip('="'))
