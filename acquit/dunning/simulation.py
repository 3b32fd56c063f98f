"""Who would get what on a day, in which words, and who would not and why. Nothing is written, nothing is sent."""

from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import QuerySet

from acquit.dunning import cases as load
from acquit.dunning.actions.planning import Draft, drafts_of
from acquit.parties.bulk import chunks
from acquit.parties.models import Customer, Firm
from acquit.receivables.models import Standing
from acquit.rules import dunning as rule


@dataclass(frozen=True, slots=True)
class WouldSend:
    """One message that would leave."""

    customer: Customer
    recipient: load.Recipient
    draft: Draft
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WouldWait:
    """One receivable about which nothing would be said that day."""

    receivable: int
    reference: str
    customer: Customer
    move: rule.Wait | rule.Stop


@dataclass
class Simulation:
    """The whole answer for a firm and a day."""

    on: date
    in_service: bool
    bank_known_until: date | None
    assumes_bank: bool
    sends: list[WouldSend] = field(default_factory=list)
    waits: list[WouldWait] = field(default_factory=list)
    stops: list[WouldWait] = field(default_factory=list)


def simulate(
    firm: Firm, on: date, *, assume_bank: bool = False, standings: QuerySet[Standing] | None = None
) -> Simulation:
    """Decide for everything owed as the run of that day would, with the facts known now.

    It supposes the firm in service, since it is read before that is decided. It supposes the bank up to date on
    the day when `assume_bank` is true, or when no statement was ever imported. A message already waiting in the
    outbox is decided again as if it were not there.
    """
    real = load.ground_of(firm)
    assumes = assume_bank or real.bank_known_until is None
    ground = replace(real, in_service=True, bank_known_until=on if assumes else real.bank_known_until)
    found = Simulation(on, real.in_service, real.bank_known_until, assumes)
    rows = standings if standings is not None else Standing.objects.filter(firm=firm)
    customer_ids = rows.filter(owed__gt=0).order_by("customer_id").values_list("customer_id", flat=True).distinct()
    for chunk in chunks(customer_ids.iterator()):
        _simulate_customers(found, rows.filter(customer_id__in=chunk, owed__gt=0), ground)
    return found


def _simulate_customers(found: Simulation, standings: QuerySet[Standing], ground: load.Ground) -> None:
    loaded = load.load(list(load.columns_of(standings)), ground, outbox_empty=True)
    moves = {case.receivable: rule.next_move(case, ground.plan, found.on) for case in loaded.cases}
    drafts, left_over = drafts_of(loaded, moves, ground, found.on, provisional=True)
    for draft in drafts:
        customer = draft.letter.customer
        references = tuple(loaded.rows[case.receivable]["reference"] for case, _ in draft.letter.lines)
        found.sends.append(WouldSend(loaded.customers[customer], loaded.recipients[customer], draft, references))
    for case in loaded.cases:
        move = left_over.get(case.receivable, moves[case.receivable])
        if isinstance(move, rule.Wait | rule.Stop):
            row = loaded.rows[case.receivable]
            silent = WouldWait(case.receivable, row["reference"], loaded.customers[case.customer], move)
            (found.waits if isinstance(move, rule.Wait) else found.stops).append(silent)


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes next about one receivable: the step and its day where known, and the reason's code."""

    step: str
    on: date | None
    reason: str


def outlook(firm: Firm, on: date) -> dict[int, Coming]:
    """What comes next about everything owed, decided on `on` with the facts known now. Nothing is written.

    For a firm not in service it is what would come if it were, and the reason says that it is not.
    """
    real = load.ground_of(firm)
    known = real.bank_known_until or (None if real.in_service else on)
    ground = replace(real, in_service=True, bank_known_until=known)
    found: dict[int, Coming] = {}
    rows = load.columns_of(Standing.objects.filter(firm=firm, owed__gt=0).order_by("customer_id", "receivable_id"))
    planned = dict(Standing.objects.filter(firm=firm, reason=rule.PLANNED).values_list("receivable_id", "next_step"))
    for chunk in chunks(rows.iterator(chunk_size=2000), 2000):
        for case in load.load(chunk, ground).cases:
            coming = _coming(rule.next_move(case, ground.plan, on), on, planned.get(case.receivable, ""))
            found[case.receivable] = coming if real.in_service else replace(coming, reason=rule.NOT_IN_SERVICE)
    return found


def _coming(move: rule.Move, on: date, planned: str) -> Coming:
    if isinstance(move, rule.Send):
        return Coming(move.step.level, on, move.reason)
    if isinstance(move, rule.Stop):
        return Coming("", None, move.reason)
    if move.reason == rule.PLANNED:
        return Coming(planned, on, move.reason)
    return Coming(move.step.level if move.step else "", move.until, move.reason)
