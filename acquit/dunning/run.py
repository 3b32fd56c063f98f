"""The run: look at what is due, plan letters, and let the approved ones leave. Loops only; actions write."""

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import format_datetime

from django.db.models import Q, QuerySet

from acquit.dunning import actions
from acquit.dunning import cases as load
from acquit.environment import Smtp
from acquit.mailroom import store
from acquit.mailroom.actions import worker_name
from acquit.mailroom.channels.email import Mail, Submission
from acquit.mailroom.channels.verdict import REFUSED, SENT, UNKNOWN
from acquit.mailroom.models import Enclosure, Message, State
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.rules import dunning as rule

MESSAGES_A_DAY_MAX = 5000
"""Per firm: whatever goes wrong, no more than this leaves in a day."""

Clock = Callable[[], Author]
"""Who acts, and when: asked again for every message."""


@dataclass
class Report:
    """What a run did, in messages; `held` says why receivables that were due were left in peace."""

    planned: int = 0
    sent: int = 0
    refused: int = 0
    unknown: int = 0
    deferred: int = 0
    dropped: int = 0
    waiting: int = 0
    """Messages still in the outbox: not approved, or not their hour."""
    held: dict[str, int] = field(default_factory=dict)


def plan_day(firm: Firm, by: Author) -> actions.Counts:
    """Look at every receivable whose day has come, and plan today's letters. Repeatable: the second time finds none."""
    counts = actions.Counts()
    ground = load.ground_of(firm)
    while actions.plan_chunk(ground, by, counts):
        pass
    return counts


def ready(firm: Firm, by: Author) -> QuerySet[Message]:
    """Messages that may leave now as far as approval and hour go."""
    return Message.objects.filter(
        Q(approved_at__isnull=False) | Q(needs_approval=False),
        firm=firm,
        state=State.PLANNED,
        not_before__lte=by.at,
    ).order_by("not_before", "pk")


def never() -> bool:
    """Nobody asks to stop."""
    return False


def deliver(firm: Firm, clock: Clock, smtp: Smtp, report: Report, stopped: Callable[[], bool] = never) -> None:
    """Hand every ready message over, once. Safe to run beside any number of others like it.

    `stopped` is asked between two messages, so that a worker told to end leaves none in doubt.
    """
    worker = worker_name()
    ids = list(ready(firm, clock()).values_list("pk", flat=True))
    with Submission(smtp) as submission:
        for message_id in ids:
            if stopped():
                return
            by = clock()
            if not _may_leave(firm, message_id, by):
                continue
            ground = load.ground_of(Firm.objects.get(pk=firm.pk))
            message = actions.claim(ground, message_id, worker, by)
            if message is None:
                continue
            _leave(ground, message, clock, submission, report)


def _may_leave(firm: Firm, message_id: int, by: Author) -> bool:
    """The debtor's hours and calendar, and the day's cap."""
    country = Message.objects.values_list("customer__country", flat=True).filter(pk=message_id).first() or ""
    local = by.at.astimezone(zoneinfo.ZoneInfo(firm.time_zone))
    if not rule.may_leave_at(local, country):
        return False
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return Message.objects.filter(firm=firm, state=State.SENT, sent_at__gte=start).count() < MESSAGES_A_DAY_MAX


def _leave(ground: load.Ground, message: Message, clock: Clock, submission: Submission, report: Report) -> None:
    """Offer, look a last time, hand over, record. No transaction is open while the server is spoken to."""
    mail = _mail(ground.firm, message)
    verdict = submission.offer(mail)
    if verdict is None:
        by = clock()
        if not actions.begin_sending(ground, message, by):
            submission.abandon()
            report.dropped += 1
            return
        verdict = submission.hand_over(mail.compose(format_datetime(by.at)))
    if actions.record_outcome(message, verdict, clock()):
        report.sent += verdict.outcome == SENT
        report.refused += verdict.outcome == REFUSED
        report.unknown += verdict.outcome == UNKNOWN
        report.deferred += message.state == State.PLANNED


def _mail(firm: Firm, message: Message) -> Mail:
    papers = [e.paper for e in Enclosure.objects.filter(message=message).select_related("paper")]
    return Mail(
        message_id=message.message_id,
        sender=firm.email,
        sender_name=f"{firm.sender}, {firm.name}" if firm.sender else firm.name,
        recipient=message.recipient,
        recipient_name=message.recipient_name,
        subject=message.subject,
        text=message.text,
        language=message.language,
        enclosures=[(p.name, p.media_type, store.read(firm.pk, p.sha256)) for p in papers],
    )


def run(
    firm: Firm, clock: Clock, smtp: Smtp | None, *, approve_all: bool = False, stopped: Callable[[], bool] = never
) -> Report:
    """One whole run of a firm: take over from the dead, plan, approve if asked, deliver if mail is configured."""
    report = Report()
    actions.reap(clock())
    counts = plan_day(firm, clock())
    report.planned, report.held = counts.planned, counts.held
    if approve_all:
        waiting = Message.objects.filter(firm=firm, state=State.PLANNED, approved_at__isnull=True)
        ids = list(waiting.values_list("pk", flat=True))
        if ids:
            actions.approve(ids, clock())
    if smtp is not None and firm.in_service_at is not None and firm.email:
        deliver(firm, clock, smtp, report, stopped)
        # What was said has a next step, what was dropped or refused is decided anew.
        report.planned += plan_day(firm, clock()).planned
    report.waiting = Message.objects.filter(firm=firm, state=State.PLANNED).count()
    report.unknown = Message.objects.filter(firm=firm, state=State.UNKNOWN).count()
    return report
