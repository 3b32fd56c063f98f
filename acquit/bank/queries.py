"""Reads of the bank: accounts and how fresh they are, lines that wait, what was decided, and what is proposed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from acquit.bank.evidence import index_of, movement_of
from acquit.bank.models import BankAccount, Match, Statement, StatementLine, ToMatch
from acquit.parties.bulk import chunks
from acquit.parties.models import Firm
from acquit.receivables.models import Allocation, Freshness, Payment, Standing, Surplus
from acquit.rules.matching import Proposal, propose
from acquit.rules.refusal import Reason

PAGE = 50

Place = tuple[date, int]
"""Day and line id of the last row of a page: the next page starts after it."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with what is known of it."""

    account: BankAccount
    until: date | None
    """Last day whose movements are all known; None before the first statement."""
    followed: bool
    waiting: int
    last: Statement | None
    """The statement that reaches furthest."""


@dataclass(frozen=True, slots=True)
class LineProposal:
    """A line that waits, what is proposed for it, and the customer who seems to have paid."""

    line: StatementLine
    proposal: Proposal
    customer: int | None


@dataclass(frozen=True, slots=True)
class Effects:
    """What payments did: receivables they were put on, those that are settled by now, and money left over."""

    touched: tuple[int, ...]
    settled: tuple[int, ...]
    left: dict[str, int]
    """Minor units not allocated («crédit client»), by currency."""


def accounts(firm: Firm) -> list[AccountRow]:
    """The firm's accounts with their freshness («à jour au»), the oldest account first."""
    fresh = {row.account: row for row in Freshness.objects.filter(firm=firm, until__gt=date.min)}
    count = ToMatch.objects.filter(firm=firm).order_by().values("line__account").annotate(count=Count("pk"))
    waiting = {row["line__account"]: row["count"] for row in count}
    last: dict[int, Statement] = {}
    for statement in Statement.objects.filter(firm=firm).order_by("to_on", "pk"):
        last[statement.account_id] = statement
    return [
        AccountRow(
            account=account,
            until=fresh[account.iban].until if account.iban in fresh else None,
            followed=fresh[account.iban].followed if account.iban in fresh else True,
            waiting=waiting.get(account.pk, 0),
            last=last.get(account.pk),
        )
        for account in BankAccount.objects.filter(firm=firm).order_by("pk")
    ]


def statements(firm: Firm) -> QuerySet[Statement]:
    """Statements as they were imported, the latest first, with account and paper."""
    return Statement.objects.filter(firm=firm).select_related("account", "paper").order_by("-pk")


def waiting_count(firm: Firm) -> int:
    """How many received lines wait for a decision."""
    return ToMatch.objects.filter(firm=firm).count()


def waiting(firm: Firm, after: Place | None = None, limit: int = PAGE) -> list[StatementLine]:
    """Received lines that wait for a decision, the newest first; `after` is the `place` of the last row seen."""
    rows = ToMatch.objects.filter(firm=firm).select_related("line__account").order_by("-booked_on", "-line")
    if after is not None:
        rows = rows.filter(Q(booked_on__lt=after[0]) | Q(booked_on=after[0], line__lt=after[1]))
    return [row.line for row in rows[:limit]]


def place(line: StatementLine) -> Place:
    """Where a line stands in a list, to ask for what comes after it."""
    return line.booked_on, line.pk


def lines(
    firm: Firm, *, account: BankAccount | None = None, after: Place | None = None, limit: int = PAGE
) -> list[StatementLine]:
    """All lines, the newest first. Each has `decided`: a list of its live `Match`, with payment and customer, or []."""
    live = Match.objects.filter(undone__isnull=True).select_related("payment__customer", "by")
    rows = StatementLine.objects.filter(firm=firm).select_related("account")
    rows = rows.prefetch_related(Prefetch("matches", queryset=live, to_attr="decided"))
    if account is not None:
        rows = rows.filter(account=account)
    if after is not None:
        rows = rows.filter(Q(booked_on__lt=after[0]) | Q(booked_on=after[0], pk__lt=after[1]))
    return list(rows.order_by("-booked_on", "-pk")[:limit])


def live_match(line: StatementLine) -> Match | None:
    """What a line was decided to be, unless it was taken back."""
    return Match.objects.filter(line=line, undone__isnull=True).select_related("payment__customer").first()


def reasons_of(match: Match) -> list[Reason]:
    """Why a line was matched as it was, in words that can be translated."""
    return [Reason(reason["template"], reason["values"]) for reason in match.reasons]


def proposals(firm: Firm, lines: Iterable[StatementLine] | None = None) -> list[LineProposal]:
    """What each line («ligne») may pay; without `lines`, all that wait, the oldest first. Applies nothing."""
    if lines is None:
        lines = StatementLine.objects.filter(firm=firm, waiting__isnull=False).order_by("waiting__booked_on", "pk")
    found: list[LineProposal] = []
    lines = list(lines)
    if not lines:
        return []
    index = index_of(firm)
    owners = {c.receivable: customer for customer, theirs in index.by_customer.items() for c in theirs}
    for line in lines:
        movement = movement_of(line)
        proposal = propose(movement, index)
        if proposal is not None:
            customers = {owners[receivable] for receivable, _ in proposal.shares}
            alone = customers.pop() if len(customers) == 1 else None
            found.append(LineProposal(line, proposal, alone or index.payers.get(line.iban)))
    return found


def effects(payments: Sequence[Payment]) -> Effects:
    """What these payments did, to be said at once: « F-2026-036 soldée »."""
    touched: set[int] = set()
    settled: set[int] = set()
    left: dict[str, int] = {}
    for chunk in chunks(payment.pk for payment in payments):
        live = Allocation.objects.filter(payment__in=chunk, reverses__isnull=True, reversal__isnull=True)
        touched |= set(live.values_list("receivable_id", flat=True))
        for currency, cents in Surplus.objects.filter(payment__in=chunk).values_list("currency", "left"):
            left[currency] = left.get(currency, 0) + cents
    for ids in chunks(sorted(touched)):
        paid = Standing.objects.filter(receivable_id__in=ids, owed=0)
        settled |= set(paid.values_list("receivable_id", flat=True))
    return Effects(tuple(sorted(touched)), tuple(sorted(settled)), left)
