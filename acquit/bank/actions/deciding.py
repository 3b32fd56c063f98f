"""What a line is decided to be: a customer's payment, or nothing of a customer's; and taking that back."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count

from acquit.bank.models import Match, StatementLine, ToMatch, Unmatch
from acquit.bank.queries import LineProposal, proposals
from acquit.parties.bulk import chunks
from acquit.parties.facts import Author
from acquit.parties.models import Customer, Firm
from acquit.receivables import standings
from acquit.receivables.actions import NewPayment, record_payments, reverse_payment
from acquit.receivables.models import Allocation, Means, Payment, Receivable, Standing
from acquit.rules.matching import CERTAIN, TO_CHOOSE
from acquit.rules.refusal import Reason, Refused, gettext_noop

BY_HAND, ASIDE, REMEMBERED = "by_hand", "aside", "remembered"
"""Grades of a match beside those of the rule: chosen by a person; set aside; set aside with all that payer sends."""

_DECIDED = gettext_noop("Cette ligne est déjà rapprochée.")
_OUTGOING = gettext_noop("Cette ligne n’est pas une rentrée d’argent.")
_WHO = gettext_noop("Choisissez le client qui a payé.")
_UNDONE = gettext_noop("Ce rapprochement a déjà été annulé.")
_AS_BEFORE = gettext_noop("Ce payeur a été mis de côté auparavant : ce n’est pas un client.")


@dataclass(frozen=True, slots=True)
class AfterImport:
    """What was done without a click: certain matches applied, lines of payers known to be no customers set aside."""

    applied: tuple[Payment, ...] = ()
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class _Decision:
    """A line, who paid, and what for."""

    line: StatementLine
    customer_id: int
    shares: tuple[tuple[int, int], ...]
    confidence: str
    reasons: tuple[Reason, ...] = field(default=())


@transaction.atomic
def apply(
    firm: Firm,
    line: StatementLine,
    shares: Sequence[tuple[int, int]],
    by: Author,
    *,
    customer: Customer | None = None,
    confidence: str = BY_HAND,
    reasons: Sequence[Reason] = (),
) -> Payment:
    """Decide that a received line is a customer's payment («rapprocher»), put as `shares` (receivable id, cents).

    What the shares leave stays unallocated («crédit client»). `customer` is needed where no share tells it, and where
    the shares are several customers': the one who paid for all. The same decision twice is one payment.
    Raises `Refused` with every reason.
    """
    firm = Firm.lock(firm.pk)  # a double click, and two people: the second one finds the first one's match
    payer = customer.pk if customer is not None else _owner_of(shares)
    decision = _Decision(line, payer, tuple(shares), confidence, tuple(reasons))
    match = Match.objects.filter(line=line, undone__isnull=True).select_related("payment").first()
    if match is not None:
        return _same_again(match, decision)
    if line.amount <= 0:
        raise Refused(Reason(_OUTGOING))
    return _record(firm, [decision], by)[0]


def _owner_of(shares: Sequence[tuple[int, int]]) -> int:
    """The one customer whose receivables these are."""
    owners = Receivable.objects.filter(pk__in=[receivable for receivable, _ in shares]).values_list("customer_id")
    customers = {customer for (customer,) in owners}
    if len(customers) != 1:
        raise Refused(Reason(_WHO))
    return int(customers.pop())


def _same_again(match: Match, decision: _Decision) -> Payment:
    """The first payment when it was decided so already; otherwise the line is taken."""
    payment = match.payment
    if payment is not None and payment.customer_id == decision.customer_id:
        live = Allocation.objects.filter(payment=payment, reverses__isnull=True, reversal__isnull=True)
        if sorted(live.values_list("receivable_id", "amount")) == sorted(decision.shares):
            return payment
    raise Refused(Reason(_DECIDED))


def _record(firm: Firm, decisions: Sequence[_Decision], by: Author) -> list[Payment]:
    """Payments, allocations and matches of lines that wait, all or none."""
    before = _matched_before([decision.line.pk for decision in decisions])
    payments = record_payments(firm, [_payment_of(d, before.get(d.line.pk, 0)) for d in decisions], by)
    Match.record_many(
        [
            Match(firm=firm, line=d.line, payment=payment, confidence=d.confidence, reasons=_kept(d.reasons))
            for d, payment in zip(decisions, payments, strict=True)
        ],
        by,
    )
    _stop_waiting([decision.line.pk for decision in decisions])
    return payments


def _matched_before(line_ids: Sequence[int]) -> dict[int, int]:
    """How often each line was matched and taken back: its next payment needs a key of its own."""
    counts: dict[int, int] = {}
    for chunk in chunks(line_ids):
        rows = Match.objects.filter(line__in=chunk).order_by().values("line").annotate(count=Count("pk"))
        counts |= {row["line"]: row["count"] for row in rows}
    return counts


def _payment_of(decision: _Decision, before: int) -> NewPayment:
    line = decision.line
    return NewPayment(
        customer_id=decision.customer_id,
        amount=line.amount,
        received_on=line.booked_on,
        means=Means.TRANSFER,
        key=f"bank:line:{line.pk}" + (f":{before}" if before else ""),
        currency=line.currency,
        shares=decision.shares,
        note=" ".join(filter(None, (line.name, line.label)))[:300],
    )


def _kept(reasons: Sequence[Reason]) -> list[dict[str, object]]:
    """Reasons as JSON keeps them: the words to translate, and what fills them."""
    return [
        {"template": r.template, "values": {k: v if isinstance(v, int) else str(v) for k, v in r.values.items()}}
        for r in reasons
    ]


def _stop_waiting(line_ids: Sequence[int]) -> None:
    for chunk in chunks(line_ids):
        ToMatch.objects.filter(line__in=chunk).delete()


def apply_certain(firm: Firm, by: Author) -> int:
    """Apply every certain proposal («valider les certains»). Answers how many; see `match_certain` for the payments."""
    return len(match_certain(firm, by))


@transaction.atomic
def match_certain(firm: Firm, by: Author) -> list[Payment]:
    """Apply every certain proposal of the lines that wait, the oldest first. Answers the payments.

    A second line that claims the same receivable keeps waiting: somebody may have paid twice.
    """
    firm = Firm.lock(firm.pk)
    return _apply_certain(firm, proposals(firm), by)


def _apply_certain(firm: Firm, found: Sequence[LineProposal], by: Author) -> list[Payment]:
    certain = [p for p in found if p.proposal.confidence == CERTAIN and p.customer is not None]
    wanted = {receivable for p in certain for receivable, _ in p.proposal.shares}
    standings.lock(wanted)
    left = _owed(wanted)
    decisions: list[_Decision] = []
    for p in certain:
        # Certain means the whole of what is owed: money that came since the proposal was made, or a line before this.
        if p.customer is not None and all(left.get(r) == cents for r, cents in p.proposal.shares):
            decisions.append(_Decision(p.line, p.customer, p.proposal.shares, CERTAIN, p.proposal.reasons))
            left |= {receivable: 0 for receivable, _ in p.proposal.shares}
    return _record(firm, decisions, by) if decisions else []


def _owed(receivable_ids: set[int]) -> dict[int, int]:
    left: dict[int, int] = {}
    for chunk in chunks(sorted(receivable_ids)):
        left |= dict(Standing.objects.filter(receivable_id__in=chunk).values_list("receivable_id", "owed"))
    return left


@transaction.atomic
def after_import(firm: Firm, by: Author) -> AfterImport:
    """What follows a statement without a click: certain matches if the firm says so, payers set aside before."""
    firm = Firm.lock(firm.pk)
    found = proposals(firm)
    applied = _apply_certain(firm, found, by) if firm.apply_certain else []
    return AfterImport(tuple(applied), _set_aside_again(firm, found, by))


def _set_aside_again(firm: Firm, found: Sequence[LineProposal], by: Author) -> int:
    """Lines of payers that a person set aside for good, where nothing points to an invoice."""
    remembered = Match.objects.filter(firm=firm, confidence=REMEMBERED, undone__isnull=True)
    payers = {_of(*told) for told in remembered.values_list("line__iban", "line__name")} - {""}
    to_choose = (p.line for p in found if p.proposal.confidence == TO_CHOOSE)
    lines = [line for line in to_choose if _of(line.iban, line.name) in payers]
    _put_aside(firm, lines, by, ASIDE, [Reason(_AS_BEFORE)])
    return len(lines)


def _of(iban: str, name: str) -> str:
    """What a payer is known by: the account, or the name where the bank gives none."""
    return iban or " ".join(name.upper().split())


def _put_aside(
    firm: Firm, lines: Sequence[StatementLine], by: Author, confidence: str, reasons: Sequence[Reason]
) -> list[Match]:
    kept = _kept(reasons)
    matches = [Match(firm=firm, line=line, confidence=confidence, reasons=kept) for line in lines]
    recorded = Match.record_many(matches, by) if matches else []
    _stop_waiting([line.pk for line in lines])
    return recorded


@transaction.atomic
def set_aside(firm: Firm, line: StatementLine, by: Author, *, remember: bool = False) -> Match:
    """Decide that a line is no customer's payment («mettre de côté»).

    `remember`: what this payer sends later is set aside too, unless it names an invoice. Undone like any match.
    Raises `Refused` when the line is matched already.
    """
    firm = Firm.lock(firm.pk)
    match: Match | None = Match.objects.filter(line=line, undone__isnull=True).first()
    if match is not None and match.payment_id is None:
        return match
    if match is not None:
        raise Refused(Reason(_DECIDED))
    if line.amount <= 0:
        raise Refused(Reason(_OUTGOING))
    return _put_aside(firm, [line], by, REMEMBERED if remember else ASIDE, [])[0]


@transaction.atomic
def undo_match(firm: Firm, match: Match, by: Author, cause: str = "") -> Unmatch:
    """Take a match back («annuler le rapprochement»): its payment is reversed and the line waits again.

    Raises `Refused` when it was taken back already.
    """
    firm = Firm.lock(firm.pk)
    if Unmatch.objects.filter(match=match).exists():
        raise Refused(Reason(_UNDONE))
    undone = Unmatch.record(by, firm=firm, match=match)
    payment = match.payment
    if payment is not None and not Payment.objects.filter(reverses=payment).exists():
        reverse_payment(firm, payment, by, cause)
    ToMatch.objects.create(firm=firm, line_id=match.line_id, booked_on=match.line.booked_on)
    return undone
