"""Named invariants over the whole database: each looks at the facts by another road than the code that wrote them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, Max, Min, OuterRef, Q, Sum

from acquit.bank.models import Match, StatementLine
from acquit.dunning import cases as load
from acquit.dunning.models import Intent, Notice
from acquit.law import reference_rates
from acquit.mailroom import store
from acquit.mailroom.models import Message, Paper, State
from acquit.parties.bulk import chunks
from acquit.parties.guards import fact_models, firm_models, unguarded
from acquit.parties.models import Firm, FirmRow, Series
from acquit.parties.scope import every_firm
from acquit.receivables import standings
from acquit.receivables.models import Allocation, BankKnownUntil, Freshness, Payment, Receivable, Standing, Surplus
from acquit.rules.dunning import Send, Wait, next_move

FAULTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Result:
    """One check's answer; `detail` locates what is wrong, or says how much was looked at."""

    name: str
    ok: bool
    detail: str


Check = Callable[[Firm, date], Iterable[str]]


def run(firms: Iterable[Firm], on: date) -> list[Result]:
    """Run every check over these firms as of a day. Reads only; answers one result per check, in a fixed order."""
    faults: dict[str, list[str]] = {check.__name__: [] for check in CHECKS}
    count = 0
    # Outside every scope, so that a row astray in another firm is seen; each check names its firm in each query.
    with every_firm():
        for firm in firms:
            count += 1
            for check in CHECKS:
                found = faults[check.__name__]
                found += (f"{firm.slug}: {fault}" for fault in check(firm, on) if len(found) <= FAULTS_SHOWN)
    house = {"facts_guarded": unguarded(), "law_rates_present": list(reference_rates.missing_on(on))}
    return [_result(name, found, count) for name, found in (faults | house).items()]


def _result(name: str, faults: list[str], firms: int) -> Result:
    more = " …" if len(faults) > FAULTS_SHOWN else ""
    return Result(name, not faults, "; ".join(faults[:FAULTS_SHOWN]) + more if faults else f"firms: {firms}")


def facts_unchanged(firm: Firm, on: date) -> Iterator[str]:
    """Every fact still has the digest it was recorded with: a change made round the trigger is found and located."""
    for model in fact_models():
        for fact in model.objects.filter(firm=firm).order_by("pk").iterator(chunk_size=2000):
            if fact.content_digest() != fact.digest:
                yield f"{model._meta.label} {fact.pk} was changed"


def allocations_within_bounds(firm: Firm, on: date) -> Iterator[str]:
    """What is put from a payment never exceeds it, what is put on a receivable never exceeds it, in one currency."""
    sums = Payment.objects.filter(firm=firm).annotate(put=Sum("allocations__amount"))
    for payment in sums.filter(Q(put__gt=F("amount")) | Q(put__lt=0)):
        yield f"payment {payment.number}: {payment.put} allocated of {payment.amount}"
    put_on = Receivable.objects.filter(firm=firm).annotate(put=Sum("allocations__amount"))
    for receivable in put_on.filter(Q(put__gt=F("amount")) | Q(put__lt=0)):
        yield f"receivable {receivable.reference}: {receivable.put} allocated of {receivable.amount}"
    crossed = Allocation.objects.filter(firm=firm).exclude(payment__currency=F("receivable__currency"))
    for allocation in crossed:
        yield f"allocation {allocation.pk} crosses currencies"


def standings_agree(firm: Firm, on: date) -> Iterator[str]:
    """Each standing says what the facts say: owed, day of settlement, hold; none missing, none too many."""
    live = Receivable.objects.filter(firm=firm, withdrawal__isnull=True).order_by("pk").values_list("pk", flat=True)
    for chunk in chunks(live.iterator(chunk_size=2000), 2000):
        rows = Standing.objects.in_bulk(chunk)
        for pk, facts in standings.positions(chunk, on).items():
            if pk not in rows:
                yield f"receivable {pk} has no standing"
            elif wrong := _disagreement(rows[pk], facts, on):
                yield f"standing of {rows[pk].reference}: {wrong}"
    for standing in Standing.objects.filter(firm=firm, receivable__withdrawal__isnull=False):
        yield f"standing of {standing.reference}: its receivable was withdrawn"


def _disagreement(standing: Standing, facts: standings.Position, on: date) -> str:
    if standing.owed != facts.owed:
        return f"says {standing.owed} owed, the facts {facts.owed}"
    if standing.settled_on != facts.settled_on:
        return f"says settled on {standing.settled_on}, the facts {facts.settled_on}"
    if not facts.owed:
        return ""  # nothing is said about it any more: a hold asked for since then is not written on it
    over = standing.hold_until is not None and standing.hold_until < on
    if (standing.hold if not over else "") != facts.hold:
        return f"says hold {standing.hold or 'none'}, the facts {facts.hold or 'none'}"
    return ""


def surplus_agrees(firm: Firm, on: date) -> Iterator[str]:
    """Unallocated money is what payments have left, to the cent; payments taken back leave nothing."""
    said = dict(Surplus.objects.filter(firm=firm).values_list("payment_id", "left"))
    live = Payment.objects.filter(firm=firm, reverses__isnull=True, reversal__isnull=True)
    left = {
        pk: amount - (put or 0)
        for pk, amount, put in live.annotate(put=Sum("allocations__amount")).values_list("pk", "amount", "put")
    }
    for pk in {pk for pk, cents in left.items() if cents} | set(said):
        if said.get(pk, 0) != left.get(pk, 0):
            yield f"payment {pk}: says {said.get(pk, 0)} left, the facts {left.get(pk, 0)}"


def numbers_gapless(firm: Firm, on: date) -> Iterator[str]:
    """Payments and reminders are numbered 1, 2, 3… in each year, without a gap, up to the last number given."""
    for kind, model in (("payment", Payment), ("notice", Notice)):
        for series in Series.objects.filter(firm=firm, kind=kind):
            first = series.year * 10**8 + 1
            rows = model.objects.filter(firm=firm, number__range=(first, first + 10**8 - 2))
            numbers = rows.order_by("number").values_list("number", flat=True)
            yield from _gaps(kind, numbers.iterator(chunk_size=5000), first, first + series.last)


def _gaps(kind: str, numbers: Iterator[int], first: int, end: int) -> Iterator[str]:
    expected = first
    for number in numbers:
        if number > expected:
            yield f"{kind} numbers {expected} to {number - 1} are missing"
        elif number < expected:
            yield f"{kind} number {number} is given twice"
        expected = number + 1
    if expected < end:
        yield f"{kind} numbers {expected} to {end - 1} are missing"
    elif expected > end:
        yield f"{kind} numbers reach {expected - 1}, the series says {end - 1}"


def wake_days_in_time(firm: Firm, on: date) -> Iterator[str]:
    """No receivable sleeps longer than a full run would let it: asked today, the rule gives no earlier day."""
    ground = load.ground_of(firm)
    open_ones = Standing.objects.filter(firm=firm, owed__gt=0).order_by("customer_id", "receivable_id")
    rows = load.columns_of(open_ones)
    wakes = dict(open_ones.values_list("receivable_id", "wake_on"))
    for chunk in chunks(rows.iterator(chunk_size=2000), 2000):
        for case in load.load(chunk, ground).cases:
            move = next_move(case, ground.plan, on)
            day = on if isinstance(move, Send) else move.until if isinstance(move, Wait) else None
            wake = wakes[case.receivable]
            if day is not None and (wake is None or wake > day):
                yield f"receivable {case.receivable} sleeps until {wake or 'a new fact'}, a full run looks on {day}"


def outbox_sound(firm: Firm, on: date) -> Iterator[str]:
    """What is planned speaks of something, what was sent left its notice, nothing is planned twice for one step."""
    in_hand = [State.PLANNED, State.CLAIMED, State.SENDING, State.UNKNOWN, State.REFUSED]
    for message in Message.objects.filter(firm=firm, state__in=in_hand, intents__isnull=True):
        yield f"message {message.pk} ({message.state}) speaks of nothing"
    for message in Message.objects.filter(firm=firm, state=State.SENT, notice__isnull=True):
        yield f"message {message.pk} left without its notice"
    for intent in Intent.objects.filter(firm=firm, message__state__in=[State.SENT, State.CANCELLED]):
        yield f"intent {intent.pk} outlived its message"


def papers_readable(firm: Firm, on: date) -> Iterator[str]:
    """Every paper kept is on the disk and holds the bytes it was kept with."""
    for name, sha256 in Paper.objects.filter(firm=firm).values_list("name", "sha256").iterator():
        try:
            store.read(firm.pk, sha256)
        except (OSError, ValueError) as error:
            yield f"{name}: {error}"


def bank_days_agree(firm: Firm, on: date) -> Iterator[str]:
    """The freshness of each account is its latest fact, and every received line is decided or waits for it."""
    facts = dict(BankKnownUntil.objects.filter(firm=firm).values_list("account").annotate(day=Max("until")))
    for fresh in Freshness.objects.filter(firm=firm):
        if fresh.until != facts.get(fresh.account, date.min):
            yield f"account {fresh.account or 'all'}: says {fresh.until}, the facts {facts.get(fresh.account)}"
    decided = Exists(Match.objects.filter(line=OuterRef("pk"), undone__isnull=True))
    lost = StatementLine.objects.filter(~decided, firm=firm, amount__gt=0, waiting__isnull=True)
    for line in lost[:FAULTS_SHOWN]:
        yield f"bank line {line.pk} neither waits nor is decided"
    for line in StatementLine.objects.filter(decided, firm=firm, waiting__isnull=False)[:FAULTS_SHOWN]:
        yield f"bank line {line.pk} waits though it is decided"


def firms_apart(firm: Firm, on: date) -> Iterator[str]:
    """No row points at another firm's row."""
    for model in firm_models():
        for field in model._meta.concrete_fields:
            target = field.related_model if field.is_relation else None
            if isinstance(target, type) and issubclass(target, FirmRow):
                astray = model._base_manager.filter(firm=firm, **{f"{field.name}__isnull": False})
                first = astray.exclude(**{f"{field.name}__firm": firm}).aggregate(first=Min("pk"))["first"]
                if first is not None:
                    yield f"{model._meta.label} {first}: {field.name} is another firm's"


CHECKS: tuple[Check, ...] = (
    facts_unchanged,
    allocations_within_bounds,
    standings_agree,
    surplus_agrees,
    numbers_gapless,
    wake_days_in_time,
    outbox_sound,
    papers_readable,
    bank_days_agree,
    firms_apart,
)
"""The checks of a firm, in the order they are shown."""
