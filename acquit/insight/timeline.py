"""What happened to a receivable, or between us and a customer («historique»): told from the facts, latest first."""

import zoneinfo
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from acquit.bank.models import Match
from acquit.dunning.models import Intent, NoticeLine
from acquit.mailroom.models import Attempt, Message, State
from acquit.parties.facts import Fact
from acquit.parties.models import Firm
from acquit.parties.queries import family_of
from acquit.receivables.models import Allocation, Hold, HoldKind, Receivable, Release, Standing

EVENTS_MAX = 200

ISSUED, RECORDED, DUE, SETTLED = "issued", "recorded", "due", "settled"
PLANNED, SAID, TRIED = "planned", "said", "tried"
PAID, TAKEN_BACK = "paid", "taken_back"
HELD, RELEASED, BROKEN = "held", "released", "broken"
MESSAGES = (PLANNED, SAID, TRIED)
MONEY = (PAID, TAKEN_BACK, SETTLED)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened on a day. `code` refines `kind`: a level, a hold's kind, an outcome, a means."""

    kind: str
    on: date
    at: datetime | None = None
    code: str = ""
    references: tuple[str, ...] = ()
    amount: int | None = None
    currency: str = "EUR"
    until: date | None = None
    note: str = ""
    who: str = ""
    message: Message | None = None
    hold: int = 0
    payment: int = 0
    extra: dict[str, Any] = field(default_factory=dict)


def of_receivable(firm: Firm, receivable: int, on: date) -> list[Event]:
    """Everything that concerns one receivable, up to a day and what is planned."""
    return _told(firm, {receivable}, None, on)


def of_customer(firm: Firm, customer: int, on: date) -> list[Event]:
    """Everything between the firm and a customer, with what was merged into it; the latest two hundred."""
    family = set(family_of([customer]))
    rows = Standing.objects.filter(firm=firm, customer_id__in={customer, *family}).order_by("-issued_on")
    return _told(firm, set(rows.values_list("receivable_id", flat=True)[:EVENTS_MAX]), family, on)


def _told(firm: Firm, receivables: set[int], customers: set[int] | None, on: date) -> list[Event]:
    zone = zoneinfo.ZoneInfo(firm.time_zone)
    events = [
        *_claims(receivables, on, zone, briefly=customers is not None),
        *_letters(receivables, zone),
        *_planned(receivables),
        *_money(receivables, zone),
        *_silences(receivables, customers or set(), on, zone),
    ]
    return sorted(events, key=_when, reverse=True)[:EVENTS_MAX]


def _when(event: Event) -> tuple[date, float]:
    """By day; within a day what has no hour first, then by the clock."""
    return event.on, event.at.timestamp() if event.at else 0


def _who(fact: Fact) -> str:
    return str(fact.by) if fact.by_id else ""


def _claims(ids: Collection[int], on: date, zone: zoneinfo.ZoneInfo, *, briefly: bool) -> Iterable[Event]:
    rows = Receivable.objects.filter(pk__in=ids, withdrawal__isnull=True).select_related("by", "standing")
    for r in rows:
        about: dict[str, Any] = {"references": (r.reference,), "currency": r.currency}
        yield Event(ISSUED, r.issued_on, amount=r.amount, **about)
        settled = r.standing.settled_on
        if not briefly:
            yield Event(
                RECORDED, r.recorded_at.astimezone(zone).date(), r.recorded_at, code=r.via, who=_who(r), **about
            )
            if settled is not None:
                yield Event(SETTLED, settled, **about)
        if r.due_on < on and (settled is None or settled > r.due_on):
            yield Event(DUE, r.due_on, **about)


def _letters(ids: Collection[int], zone: zoneinfo.ZoneInfo) -> Iterable[Event]:
    """Reminders said, one event per letter, and the tries that did not go through."""
    said: dict[int, list[NoticeLine]] = {}
    rows = NoticeLine.objects.filter(receivable_id__in=ids).select_related("notice__message", "receivable")
    for line in rows.order_by("pk"):
        said.setdefault(line.notice_id, []).append(line)
    for lines in said.values():
        notice = lines[0].notice
        yield Event(
            SAID,
            notice.said_on,
            notice.message.sent_at,
            code=notice.level,
            references=tuple(line.receivable.reference for line in lines),
            amount=sum(line.owed for line in lines),
            currency=lines[0].receivable.currency,
            note=notice.recipient,
            message=notice.message,
        )
    intents = Intent.objects.filter(receivable_id__in=ids).values_list("message_id", flat=True)
    yield from _tries({*intents, *(lines[0].notice.message_id for lines in said.values())}, zone)


def _tries(message_ids: Collection[int], zone: zoneinfo.ZoneInfo) -> Iterable[Event]:
    rows = Attempt.objects.filter(message_id__in=message_ids).exclude(outcome="sent").select_related("message", "by")
    for attempt in rows:
        at = attempt.recorded_at
        about: dict[str, Any] = {"code": attempt.outcome, "note": attempt.answer, "message": attempt.message}
        yield Event(TRIED, at.astimezone(zone).date(), at, who=_who(attempt), **about)


def _planned(ids: Collection[int]) -> Iterable[Event]:
    in_hand = [State.PLANNED, State.CLAIMED, State.SENDING]
    rows = Intent.objects.filter(receivable_id__in=ids, message__state__in=in_hand).select_related(
        "message", "receivable"
    )
    by_message: dict[int, list[Intent]] = {}
    for intent in rows.order_by("pk"):
        by_message.setdefault(intent.message_id, []).append(intent)
    for intents in by_message.values():
        message = intents[0].message
        yield Event(
            PLANNED,
            message.planned_on,
            message.not_before,
            code=intents[0].level,
            references=tuple(i.receivable.reference for i in intents),
            amount=sum(i.owed for i in intents),
            currency=intents[0].receivable.currency,
            note=message.recipient,
            message=message,
        )


def _money(ids: Collection[int], zone: zoneinfo.ZoneInfo) -> Iterable[Event]:
    """Payments put on these receivables, one event each, and those taken back."""
    rows = Allocation.objects.filter(receivable_id__in=ids, reverses__isnull=True)
    parts: dict[int, list[Allocation]] = {}
    for part in rows.select_related("payment__by", "receivable", "reversal__by").order_by("pk"):
        parts.setdefault(part.payment_id, []).append(part)
    matches = {m.payment_id: m for m in Match.objects.filter(payment_id__in=parts).select_related("line")}
    for payment_id, shares in parts.items():
        payment = shares[0].payment
        match = matches.get(payment_id)
        yield Event(
            PAID,
            payment.received_on,
            payment.recorded_at,
            code=payment.means,
            references=tuple(dict.fromkeys(s.receivable.reference for s in shares)),
            amount=sum(s.amount for s in shares),
            currency=payment.currency,
            note=match.line.label or match.line.name if match else payment.note,
            who=_who(payment),
            payment=payment_id,
            extra={"matched": match.confidence if match else ""},
        )
        back = [s.reversal for s in shares if hasattr(s, "reversal")]
        if back:
            yield Event(
                TAKEN_BACK,
                back[0].recorded_at.astimezone(zone).date(),
                back[0].recorded_at,
                code=payment.means,
                references=tuple(dict.fromkeys(s.receivable.reference for s in shares)),
                amount=-sum(s.amount for s in back),
                currency=payment.currency,
                who=_who(back[0]),
            )


def _silences(ids: Collection[int], customers: set[int], on: date, zone: zoneinfo.ZoneInfo) -> Iterable[Event]:
    """Holds asked and lifted; for one receivable, also those that silence all of its customer's."""
    of_whole = customers or set(Receivable.objects.filter(pk__in=ids).values_list("customer_id", flat=True))
    whole = Hold.objects.filter(receivable__isnull=True, customer_id__in=of_whole)
    found = Hold.objects.filter(receivable_id__in=ids) | whole
    for hold in found.select_related("by", "receivable", "release__by"):
        about: dict[str, Any] = {
            "code": hold.kind,
            "references": (hold.receivable.reference,) if hold.receivable else (),
            "amount": hold.amount,
            "currency": hold.receivable.currency if hold.receivable else "EUR",
            "until": hold.until,
        }
        at = hold.recorded_at
        yield Event(HELD, at.astimezone(zone).date(), at, note=hold.cause, who=_who(hold), hold=hold.pk, **about)
        release: Release | None = getattr(hold, "release", None)
        if release is not None:
            at = release.recorded_at
            yield Event(RELEASED, at.astimezone(zone).date(), at, note=release.cause, who=_who(release), **about)
        elif _is_broken(hold, on):
            yield Event(BROKEN, hold.until or on, **about)


def _is_broken(hold: Hold, on: date) -> bool:
    """A promise whose day went by while something was still owed on what it was about."""
    if hold.kind != HoldKind.PROMISE or hold.until is None or hold.until >= on or hold.receivable_id is None:
        return False
    settled = Standing.objects.filter(pk=hold.receivable_id).values_list("settled_on", flat=True).first()
    return settled is None or settled > hold.until
