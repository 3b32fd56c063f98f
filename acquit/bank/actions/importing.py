"""Statements coming in: all files or nothing, the union of what overlaps, and up to which day the bank is known."""

import mimetypes
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Sum

from acquit.bank.accounts import Accounts
from acquit.bank.formats import read_file
from acquit.bank.models import BankAccount, Statement, StatementLine, ToMatch
from acquit.mailroom.actions import keep_paper
from acquit.mailroom.models import Paper
from acquit.parties.facts import BATCH, Author
from acquit.parties.models import Firm
from acquit.receivables.actions import bank_known
from acquit.rules.fingerprint import Key, Sighting, keys_of, sighting, told_twice
from acquit.rules.money import spell
from acquit.rules.refusal import Reason, Refused, gettext_noop, refuse_if_any
from acquit.rules.statement import Movement, StatementSheet

WHOLE_DAYS = "camt.053"
"""The one format that speaks for all the days it names. Others prove no more than their last booked movement."""
NOTICES = "camt.054"
"""Announces single movements: proves nothing about the rest of the day."""

_OTHER_FORMAT = gettext_noop(
    "Le %(day)s est déjà connu par un relevé d’un autre format (%(layout)s), et rien ne dit si le mouvement de "
    "%(amount)s %(currency)s est le même. Gardez le format d’avant pour ces jours, ou un relevé qui commence après."
)
_KNOWN_OTHERWISE = gettext_noop(
    "Mouvements reconnus d’un relevé d’un autre format, qui ne sont pas comptés deux fois : %(count)s."
)
_GAP = gettext_noop(
    "Il manque des mouvements sur le compte %(account)s avant le %(day)s : les relevés connus mènent à %(expected)s "
    "%(currency)s, celui-ci finit à %(found)s %(currency)s."
)


@dataclass(frozen=True, slots=True)
class AccountRead:
    """An account as the files tell it; balances in minor units, None where they carry none."""

    iban: str
    opening: int | None
    closing: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Total:
    """Sums of all movements of the files in one currency, both without sign."""

    currency: str
    credits: int
    debits: int


@dataclass(frozen=True, slots=True)
class StatementReport:
    """What an import did, or would do: movements `new` and `known` already, and sums to hold beside the file's."""

    accounts: tuple[AccountRead, ...]
    new: int
    known: int
    totals: tuple[Total, ...]
    warnings: tuple[Reason, ...] = ()

    @property
    def currency(self) -> str:
        """The currency of `credits` and `debits`: that of the first account."""
        return self.totals[0].currency if self.totals else "EUR"

    @property
    def credits(self) -> int:
        """Money received, in minor units of `currency`; other currencies stand in `totals`."""
        return self.totals[0].credits if self.totals else 0

    @property
    def debits(self) -> int:
        """Money that went out, without sign, in minor units of `currency`."""
        return self.totals[0].debits if self.totals else 0


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    content: bytes
    sheets: tuple[StatementSheet, ...]


@dataclass(slots=True)
class _Draft:
    """One statement of one file with its account, before anything is written."""

    file: _File
    sheet: StatementSheet
    account: BankAccount
    fresh: list[tuple[Movement, Key]] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)


def import_statement(
    firm: Firm,
    files: Sequence[tuple[str, bytes]],
    by: Author,
    *,
    dry_run: bool = False,
    account: str = "",
    accept_new_account: bool = False,
    accept_unbalanced: bool = False,
) -> StatementReport:
    """Take bank statements in («relevés»), given as (name, bytes): all of them or none.

    Movements known already are counted and not repeated. `account` names the account of files that do not say it;
    `accept_new_account` is a person's word that an account not seen before is the firm's, `accept_unbalanced` that a
    statement whose own balances contradict it is to be read all the same. `dry_run` writes nothing.
    Raises `Refused` with the reasons of all the files.
    """
    read = _read(files, accept_unbalanced=accept_unbalanced)
    return _take_in(firm, read, by, dry_run=dry_run, account=account, accept_new=accept_new_account)


def _read(files: Sequence[tuple[str, bytes]], *, accept_unbalanced: bool) -> list[_File]:
    """Parse outside of any transaction: it may take seconds, and others want to write."""
    read: list[_File] = []
    reasons: list[Reason] = []
    for name, content in files:
        try:
            sheets = read_file(content, name, accept_unbalanced=accept_unbalanced)
            read.append(_File(name, content, tuple(sheets)))
        except Refused as refused:
            reasons += [reason if reason.file else reason.at(name, reason.line) for reason in refused.reasons]
    refuse_if_any(reasons)
    return read


@transaction.atomic
def _take_in(
    firm: Firm, files: Sequence[_File], by: Author, *, dry_run: bool, account: str, accept_new: bool
) -> StatementReport:
    firm = Firm.lock(firm.pk)  # two files at once: the second one sees what the first one brought
    accounts = Accounts(firm, list(BankAccount.objects.filter(firm=firm)), account, accept_new)
    drafts = _drafts(files, accounts)
    _find_fresh(drafts)
    warnings = [warning for draft in drafts for warning in (*draft.sheet.warnings, *draft.warnings)]
    warnings += [draft.sheet.imbalance for draft in drafts if draft.sheet.imbalance]
    warnings += _gaps(drafts)
    report = _report(drafts, warnings)
    if not dry_run:
        _save(accounts)
        for draft in drafts:
            _record(firm, draft, by)
    return report


def _drafts(files: Iterable[_File], accounts: Accounts) -> list[_Draft]:
    drafts: list[_Draft] = []
    reasons: list[Reason] = []
    for file in files:
        for sheet in file.sheets:
            try:
                drafts.append(_Draft(file, sheet, accounts.of(sheet, file.name)))
            except Refused as refused:
                reasons += refused.reasons
    refuse_if_any({str(reason): reason for reason in reasons}.values())  # several statements of one stranger
    return drafts


def _save(accounts: Accounts) -> None:
    for opened in accounts.opened:
        opened.save(force_insert=True)
    for named in accounts.named:
        named.save(update_fields=["iban"])


# --- what is new


@dataclass(frozen=True, slots=True)
class _Known:
    """A line that is known already, and the layout of the file that told it."""

    layout: str
    told: Sighting


def _find_fresh(drafts: Sequence[_Draft]) -> None:
    """Leave in each draft what neither the ledger nor a draft before it knows."""
    by_account: defaultdict[int, list[_Draft]] = defaultdict(list)
    for draft in drafts:
        by_account[id(draft.account)].append(draft)
    reasons: list[Reason] = []
    for group in by_account.values():
        known = _known_lines(group)
        for draft in group:
            reasons += _fresh_of(draft, known)
    refuse_if_any(reasons)


def _known_lines(drafts: Sequence[_Draft]) -> dict[Key, _Known]:
    """The ledger's lines of one account over the days of the drafts."""
    account = drafts[0].account
    days = [movement.booked_on for draft in drafts for movement in draft.sheet.movements]
    if account.pk is None or not days:
        return {}
    rows = StatementLine.objects.filter(account=account, booked_on__range=(min(days), max(days))).values_list(
        "fingerprint", "occurrence", "statement__layout", "booked_on", "amount", "currency", "name", "label",
        "structured", "end_to_end",
    )  # fmt: skip
    return {
        (print_of_it, occurrence): _Known(layout, Sighting(day, cents, currency, " ".join(filter(None, words))))
        for print_of_it, occurrence, layout, day, cents, currency, *words in rows
    }


def _fresh_of(draft: _Draft, known: dict[Key, _Known]) -> list[Reason]:
    """Note what is new, in `known` too, so that the next draft sees it. Answers why the draft may not be taken."""
    keys = keys_of(draft.sheet.movements)
    fresh = [pair for pair in zip(draft.sheet.movements, keys, strict=True) if pair[1] not in known]
    days = {movement.booked_on for movement, _ in fresh}
    own = set(keys)
    others = [
        line
        for key, line in known.items()
        if line.layout != draft.sheet.source and line.told.booked_on in days and key not in own
    ]
    told = [sighting(movement) for movement, _ in fresh]
    same, doubtful = told_twice(told, (line.told for line in others)) if others else (set(), set())
    if doubtful:
        return [_doubt(told[position], others, draft.file.name) for position in sorted(doubtful)[:10]]
    draft.fresh = [pair for position, pair in enumerate(fresh) if position not in same]
    if same:
        draft.warnings.append(Reason(_KNOWN_OTHERWISE, {"count": len(same)}, draft.file.name))
    known.update((key, _Known(draft.sheet.source, sighting(movement))) for movement, key in draft.fresh)
    return []


def _doubt(told: Sighting, others: Sequence[_Known], file: str) -> Reason:
    layout = next(line.layout for line in others if line.told.booked_on == told.booked_on)
    amount = spell(told.cents, told.currency)
    values = {"day": f"{told.booked_on:%d/%m/%Y}", "layout": layout, "amount": amount, "currency": told.currency}
    return Reason(_OTHER_FORMAT, values, file)


# --- what is missing


def _gaps(drafts: Sequence[_Draft]) -> list[Reason]:
    """Statements whose closing balance is not where the earliest known opening and all known lines lead."""
    found: list[Reason] = []
    for account in {id(draft.account): draft.account for draft in drafts}.values():
        group = [draft for draft in drafts if draft.account is account and draft.sheet.currency == account.currency]
        anchor = _anchor(account, group)
        for draft in group:
            if anchor is not None and draft.sheet.closing is not None and not draft.sheet.imbalance:
                found += _gap(draft, group, *anchor)
    return found


def _anchor(account: BankAccount, drafts: Sequence[_Draft]) -> tuple[date, int] | None:
    """Day and balance that the earliest statement with an opening balance starts from."""
    starts = [
        (draft.sheet.from_on, draft.sheet.opening)
        for draft in drafts
        if draft.sheet.from_on is not None and draft.sheet.opening is not None
    ]
    if account.pk is not None:
        told = Statement.objects.filter(account=account, opening__isnull=False)
        starts += told.order_by("from_on", "pk").values_list("from_on", "opening")[:1]
    return min(starts, key=lambda start: start[0], default=None)


def _gap(draft: _Draft, drafts: Sequence[_Draft], since: date, opening: int) -> list[Reason]:
    account, sheet = draft.account, draft.sheet
    last = sheet.to_on or since
    moved = sum(
        movement.cents
        for other in drafts
        for movement, _ in other.fresh
        if since <= movement.booked_on <= last and movement.currency == account.currency
    )
    if account.pk is not None:
        rows = StatementLine.objects.filter(account=account, currency=account.currency, booked_on__range=(since, last))
        moved += rows.aggregate(total=Sum("amount"))["total"] or 0
    if sheet.closing is None or opening + moved == sheet.closing:
        return []
    values = {
        "account": str(account),
        "day": f"{last:%d/%m/%Y}",
        "expected": spell(opening + moved, account.currency),
        "found": spell(sheet.closing, account.currency),
        "currency": account.currency,
    }
    return [Reason(_GAP, values, draft.file.name)]


# --- what is written and told


def _record(firm: Firm, draft: _Draft, by: Author) -> None:
    sheet, account = draft.sheet, draft.account
    first, last = _days(sheet)
    if first is None or last is None:
        return  # neither a day nor a movement: nothing that could be known
    media_type = mimetypes.guess_type(draft.file.name)[0] or "application/octet-stream"
    paper = keep_paper(firm, draft.file.name, draft.file.content, media_type, by)
    if draft.fresh or not _told_before(draft, paper):
        statement = Statement.record(
            by,
            firm=firm,
            account=account,
            paper=paper,
            layout=sheet.source[:40],
            reference=sheet.reference[:80],
            from_on=first,
            to_on=last,
            opening=sheet.opening,
            closing=sheet.closing,
            new=len(draft.fresh),
            known=len(sheet.movements) - len(draft.fresh),
        )
        _record_lines(firm, statement, draft, by)
    until = _known_until(sheet, by.on)
    if until is not None:
        bank_known(firm, until, by, account.iban)


def _told_before(draft: _Draft, paper: Paper) -> bool:
    """The very same statement of the very same file."""
    same = Statement.objects.filter(account=draft.account, paper=paper, reference=draft.sheet.reference[:80])
    return same.filter(from_on=_days(draft.sheet)[0]).exists()


def _days(sheet: StatementSheet) -> tuple[date | None, date | None]:
    """First and last day that a statement is about."""
    booked = [movement.booked_on for movement in sheet.movements]
    first = sheet.from_on or min(booked, default=sheet.to_on)
    return first, sheet.to_on or max(booked, default=first)


def _known_until(sheet: StatementSheet, on: date) -> date | None:
    """The last day of which no movement can be missing, as far as this format proves it; never a day to come."""
    booked = max((movement.booked_on for movement in sheet.movements), default=None)
    if sheet.source == NOTICES or sheet.imbalance:
        return None
    last = (sheet.to_on or booked) if sheet.source == WHOLE_DAYS else booked
    return min(last, on) if last is not None else None


def _record_lines(firm: Firm, statement: Statement, draft: _Draft, by: Author) -> None:
    """The new lines; money received waits for a decision, money that went out does not."""
    rows = StatementLine.record_many(
        [_line(firm, statement, draft.account, movement, key) for movement, key in draft.fresh], by
    )
    ToMatch.objects.bulk_create(
        (ToMatch(firm=firm, line=row, booked_on=row.booked_on) for row in rows if row.amount > 0), batch_size=BATCH
    )


def _line(firm: Firm, statement: Statement, account: BankAccount, movement: Movement, key: Key) -> StatementLine:
    return StatementLine(
        firm=firm,
        account=account,
        statement=statement,
        booked_on=movement.booked_on,
        value_on=movement.value_on,
        amount=movement.cents,
        currency=movement.currency,
        name=movement.name[:200],
        iban=movement.iban[:40],
        label=movement.label,
        structured=movement.structured[:40],
        end_to_end=movement.end_to_end[:80],
        bank_reference=movement.bank_reference[:120],
        fingerprint=key[0],
        occurrence=key[1],
    )


def _report(drafts: Sequence[_Draft], warnings: Iterable[Reason]) -> StatementReport:
    movements = [movement for draft in drafts for movement in draft.sheet.movements]
    new = sum(len(draft.fresh) for draft in drafts)
    totals = [
        Total(
            currency,
            credits=sum(m.cents for m in movements if m.currency == currency and m.cents > 0),
            debits=-sum(m.cents for m in movements if m.currency == currency and m.cents < 0),
        )
        for currency in dict.fromkeys(movement.currency for movement in movements)
    ]
    once = {(str(warning), warning.file): warning for warning in warnings}
    return StatementReport(_accounts_read(drafts), new, len(movements) - new, tuple(totals), tuple(once.values()))


def _accounts_read(drafts: Sequence[_Draft]) -> tuple[AccountRead, ...]:
    """Each account and currency once: opening of its first statement, closing of its last."""
    groups: defaultdict[tuple[str, str], list[StatementSheet]] = defaultdict(list)
    for draft in drafts:
        groups[draft.account.iban, draft.sheet.currency].append(draft.sheet)
    read: list[AccountRead] = []
    for (iban, currency), sheets in groups.items():
        in_order = sorted(sheets, key=lambda sheet: _days(sheet)[0] or date.min)
        last = max(in_order, key=lambda sheet: _days(sheet)[1] or date.min)
        read.append(AccountRead(iban, in_order[0].opening, last.closing, currency))
    return tuple(read)
