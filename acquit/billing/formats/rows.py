"""One row of a table as one claim: what its cells say, and every reason why they cannot be read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from acquit.billing.formats import words
from acquit.billing.formats.party import one_line, party
from acquit.billing.formats.shape import Options
from acquit.rules.claims import ClaimSheet, PartySheet
from acquit.rules.dates import parse_date
from acquit.rules.identifiers import check_structured, passes
from acquit.rules.money import parse_amount
from acquit.rules.refusal import Reason, Refused, gettext_noop
from acquit.rules.tables import fold

PARTY_FIELDS = (
    "code", "siren", "siret", "vat", "bce", "email", "phone", "contact", "street", "postcode", "city", "country",
    "kind", "language",
)  # fmt: skip
NUMBER_MAX = 60
_AMOUNTS = ("total", "open", "paid", "debit", "credit")
_CUSTOMER_ACCOUNTS = ("411", "416", "400", "407")  # French and Belgian charts; 416 and 407 are the doubtful ones
_TRUE = frozenset({"oui", "yes", "true", "vrai", "ja", "1", "x", "o", "y"})
_CURRENCIES = {"EURO": "EUR", "EUROS": "EUR", "€": "EUR", "£": "GBP", "CHF": "CHF", "$": "USD", "US$": "USD"}
_AT_ONCE = frozenset(
    {"a reception", "a reception de facture", "reception", "comptant", "au comptant", "immediat", "immediate"}
    | {"on receipt", "due on receipt", "upon receipt", "contant", "bij ontvangst", "sofort", "a la commande"}
)
_DAYS = re.compile(r"(?:net )?([0-9]{1,3}) ?(?:j|jrs|jours?|days?|dagen|tage)(?: net| nets| date de facture)?")
_MARK = re.compile(r"[.,]")

_NO_CLIENT = gettext_noop("Le nom du client manque.")
_NO_AMOUNT = gettext_noop("Le montant manque.")
_NO_DATE = gettext_noop("La date manque.")
_NO_TOTAL = gettext_noop("Sans numéro de facture, il faut le montant TTC pour reconnaître la ligne la prochaine fois.")
_LONG_NUMBER = gettext_noop("Le numéro de facture dépasse %(limit)s caractères.")
_CURRENCY = gettext_noop("La monnaie « %(text)s » n’est pas un code ISO 4217.")
_OPEN_ABOVE = gettext_noop("Le reste dû dépasse le montant TTC.")
_OVERPAID = gettext_noop("Le reste dû est négatif : la facture est réglée, le trop-perçu n’est pas repris.")
_NOT_STRUCTURED = gettext_noop("« %(text)s » n’est pas une communication structurée : elle n’est pas reprise.")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each of our fields is in a row."""

    place: Mapping[str, int]
    width: int

    @property
    def is_ledger(self) -> bool:
        """Accounting entries: one document may have several rows."""
        return "debit" in self.place and "total" not in self.place

    def cell(self, name: str, row: Sequence[str]) -> str:
        """The text of a field in a row; empty when there is no such column, or the row is short."""
        column = self.place.get(name, -1)
        return row[column] if 0 <= column < len(row) else ""

    def cells(self, name: str, rows: Iterable[Sequence[str]]) -> Iterable[str]:
        """The texts of a field that are not empty, down the table."""
        return (text for row in rows if (text := self.cell(name, row)))


class RowReader:
    """Reads rows one by one, knowing what only the whole table tells: its decimal separator and date order."""

    def __init__(
        self,
        columns: Columns,
        month_first: Mapping[str, bool],
        rows: Sequence[Sequence[str]],
        source: str,
        options: Options,
        file: str,
    ) -> None:
        self.columns, self.month_first, self.options, self.file = columns, month_first, options, file
        self.decimal = options.decimal or _decimal_of(columns, rows, source)
        self.faults: list[Reason] = []
        self._party_fields = [f for f in PARTY_FIELDS if f in columns.place]
        self._amount_fields = [f for f in _AMOUNTS if f in columns.place]
        self._days: dict[tuple[str, str], date | Refused] = {}
        self._parties: dict[tuple[str, ...], PartySheet] = {}
        self._states: dict[str, str] = {}
        self._credits: dict[str, bool] = {}

    def read(self, row: Sequence[str], line: int) -> tuple[ClaimSheet | None, str]:
        """The claim of a row and how it was counted (`numbered`, or empty); or None and why it is left out
        (`void`, `zero`, `account`). Raises `Refused` with all the reasons why the row cannot be read.
        """
        account = self.columns.cell("account", row)
        if account and self.columns.is_ledger and not account.startswith(_CUSTOMER_ACCOUNTS):
            return None, "account"
        states = {self._state(self.columns.cell(name, row)) for name in ("state", "payment_state")}
        if "void" in states:
            return None, "void"
        reasons: list[Reason] = []
        currency = self._currency(row, reasons)
        issued = self._day("issued", row, reasons)
        due = self._spoken_due(row, issued) or self._day("due", row, reasons)
        if issued is None and due is None and not reasons:
            reasons.append(Reason(_NO_DATE))
        customer = self._party(row, line, reasons)
        amounts = self._amounts(row, currency, reasons)
        flag = self.columns.cell("settled", row)
        settled = "paid" in states or (bool(flag) and fold(flag) in _TRUE) or self._paid_on(row, amounts)
        kind, total, open_ = self._owed(row, amounts, settled, reasons)
        if reasons:
            raise Refused(*reasons)
        if total == 0 and open_ == 0:
            return None, "zero"
        first_day = issued or due
        assert first_day is not None
        number, counted = self._number(row, first_day, customer.name, total)
        return self._claim(row, line, number, kind, first_day, due, total, open_, currency, customer), counted

    def _claim(
        self, row: Sequence[str], line: int, number: str, kind: str, issued: date, due: date | None,
        total: int, open_: int, currency: str, customer: PartySheet,
    ) -> ClaimSheet:  # fmt: skip
        terms = self.options.terms_days
        if due is None and terms is not None and kind == "invoice":
            due = issued + timedelta(terms)
        return ClaimSheet(
            number=number,
            issued_on=issued,
            total=total,
            party=customer,
            kind=kind,
            due_on=due,
            open=open_,
            currency=currency,
            order_reference=one_line(self.columns.cell("order_reference", row)),
            structured=self._structured(row, line),
            credits=one_line(self.columns.cell("credits", row)) if kind == "credit_note" else "",
            file=self.file,
            line=line,
        )

    def _state(self, text: str) -> str:
        if text and text not in self._states:
            self._states[text] = words.state(text)
        return self._states[text] if text else ""

    def _is_credit(self, text: str) -> bool:
        if text and text not in self._credits:
            self._credits[text] = words.is_credit(text)
        return bool(text) and self._credits[text]

    def _currency(self, row: Sequence[str], reasons: list[Reason]) -> str:
        text = self.columns.cell("currency", row).upper()
        if not text:
            return self.options.currency
        code = _CURRENCIES.get(text, text)
        if len(code) != 3 or not code.isascii() or not code.isalpha():
            reasons.append(Reason(_CURRENCY, {"text": text[:20]}))
            return self.options.currency
        return code

    def _day(self, name: str, row: Sequence[str], reasons: list[Reason]) -> date | None:
        text = self.columns.cell(name, row)
        if not text:
            return None
        found = self._days.get((name, text))
        if found is None:
            try:
                found = parse_date(text, day_first=not any(self.month_first.values()))
            except Refused as refused:
                found = refused
            self._days[name, text] = found
        if isinstance(found, Refused):
            reasons.extend(found.reasons)
            return None
        return found

    def _spoken_due(self, row: Sequence[str], issued: date | None) -> date | None:
        """« À réception », « 30 jours »: a due date in words, where the invoice has a date; None for all else."""
        text = self.columns.cell("due", row)
        if not text or issued is None or (text[0].isdigit() and not text[-1].isalpha() and len(text) >= 6):
            return None
        said = fold(text)
        days = _DAYS.fullmatch(said)
        if said in _AT_ONCE or days:
            return issued + timedelta(int(days[1]) if days else 0)
        return None

    def _paid_on(self, row: Sequence[str], amounts: Mapping[str, int]) -> bool:
        """Whether a day of payment stands where no amount says what is left."""
        return not {"open", "paid"} & amounts.keys() and self._day("paid_on", row, []) is not None

    def _party(self, row: Sequence[str], line: int, reasons: list[Reason]) -> PartySheet:
        name = self.columns.cell("client", row)
        if not name:
            reasons.append(Reason(_NO_CLIENT))
        key = (name, *(self.columns.cell(f, row) for f in self._party_fields))
        if key not in self._parties:
            faults: list[Reason] = []
            raw = dict(zip(("name", *self._party_fields), key, strict=True))
            self._parties[key] = party(raw, faults)
            self.faults += [fault.at(self.file, line) for fault in faults]
        return self._parties[key]

    def _amounts(self, row: Sequence[str], currency: str, reasons: list[Reason]) -> dict[str, int]:
        found: dict[str, int] = {}
        for name in self._amount_fields:
            text = self.columns.cell(name, row)
            if text:
                try:
                    found[name] = parse_amount(text, currency=currency, decimal=self.decimal)
                except Refused as refused:
                    reasons.extend(refused.reasons)
        if not reasons and not {"total", "open", "debit", "credit"} & found.keys():
            reasons.append(Reason(_NO_AMOUNT))
        return found

    def _owed(
        self, row: Sequence[str], amounts: Mapping[str, int], settled: bool, reasons: list[Reason]
    ) -> tuple[str, int, int]:
        """Kind of document, its total and what is left of it, both without sign."""
        total, rest = _signed(amounts)
        credit = total < 0 or self._is_credit(self.columns.cell("type", row))
        if credit:  # programs disagree on the sign of an avoir's total and on that of its balance
            total, rest = abs(total), abs(rest)
        if settled:
            rest = 0
        if rest < 0:
            self.faults.append(Reason(_OVERPAID, file=self.file))
            rest = 0
        if rest > total:
            reasons.append(Reason(_OPEN_ABOVE))
        return "credit_note" if credit else "invoice", total, rest

    def _number(self, row: Sequence[str], day: date, name: str, total: int) -> tuple[str, str]:
        """The invoice number, or one made of what will not change: the day, the customer, the total."""
        text = one_line(self.columns.cell("number", row))
        if len(text) > NUMBER_MAX:
            raise Refused(Reason(_LONG_NUMBER, {"limit": NUMBER_MAX}))
        if text:
            return text, ""
        if not {"total", "debit", "credit"} & self.columns.place.keys():
            raise Refused(_NO_TOTAL)
        return f"{day:%Y%m%d}-{fold(name).replace(' ', '-')[:24]}-{total}", "numbered"

    def _structured(self, row: Sequence[str], line: int) -> str:
        text = self.columns.cell("structured", row)
        if text and not passes(check_structured, text):
            self.faults.append(Reason(_NOT_STRUCTURED, {"text": text[:40]}, self.file, line))
            return ""
        return check_structured(text) if text else ""


def _signed(amounts: Mapping[str, int]) -> tuple[int, int]:
    """Total and rest as written, with their signs; each may be deduced from the other and from what was paid."""
    ledger = amounts.get("debit", 0) - amounts.get("credit", 0)
    total = amounts.get("total", ledger if "debit" in amounts or "credit" in amounts else None)
    rest = amounts.get("open")
    if total is None:
        total = rest or 0
    if rest is None:
        rest = total - amounts.get("paid", 0)
    return total, rest


def _decimal_of(columns: Columns, rows: Sequence[Sequence[str]], source: str) -> str | None:
    """The decimal separator of a whole table: what some amounts prove holds for all; None when they contradict."""
    proven: set[str] = set()
    for name in _AMOUNTS:
        if name in columns.place:
            for text in columns.cells(name, rows):
                proven.add(_proof(text))
                if len(proven) == 3:
                    return None
    proven.discard("")
    if len(proven) == 1:
        return proven.pop()
    return "." if source == "xlsx" and not proven else None


def _proof(text: str) -> str:
    """`,` or `.` when this amount can only have that decimal separator, else empty."""
    found = _MARK.findall(text)
    if not found:
        return ""
    last: str = found[-1]
    if len(set(found)) == 2:
        return last
    if len(found) > 1:
        return "," if last == "." else "."
    after = sum(c.isdigit() for c in text[text.rindex(last) + 1 :])
    before = sum(c.isdigit() for c in text[: text.index(last)])
    return last if after != 3 or before > 3 or before == 0 else ""
