"""The run: look at what is due, plan letters, and let the approved ones leave. Loops only; actions write."""

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field
from email.errors import MessageError
from email.utils import format_datetime

from django.db.models import Q, QuerySet

from acquit.dunning import actions
from acquit.dunning import cases as load
from acquit.environment import Smtp
from acquit.mailroom import store
from acquit.mailroom.actions import worker_name
from acquit.mailroom.channels.email import ANSWER_MAX, Mail, Submission
from acquit.mailroom.channels.verdict import REFUSED, SENT, UNKNOWN, Verdict
from acquit.mailroom.models import Enclosure, Message, State
from acquit.parties.bulk import chunks
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.rules import dunning as rule

MESSAGES_A_DAY_MAX = 5000
"""Per firm: whatever goes wrong, no more than this leaves in a day."""

LOOKED_AT_AGAIN_AFTER = 20
"""Messages after which a run reads the firm, its plan and the day's cap anew. Who takes a firm out of service
meanwhile cancels what is in the outbox in the same deed, so that nothing of it can be claimed."""
UNANSWERED_MAX = 3
"""A server silent this often in a row is left alone until the next run: each silence costs its whole time limit."""

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
    while actions.plan_chunk(firm, by, counts):
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
    worker, unanswered = worker_name(), 0
    waiting = list(ready(firm, clock()).values_list("pk", "customer__country"))
    with Submission(smtp) as submission:
        for some in chunks(waiting, LOOKED_AT_AGAIN_AFTER):
            ground = load.ground_of(Firm.objects.get(pk=firm.pk))
            for message_id, country in some[: _left_today(firm, clock())]:
                if stopped() or unanswered == UNANSWERED_MAX:
                    return
                by = clock()
                message = _may_leave(firm, country, by) and actions.claim(ground, message_id, worker, by)
                if not message:
                    continue
                verdict = _leave(ground, message, by, clock, submission)
                unanswered = unanswered + 1 if verdict and verdict.silent else 0
                _count(report, message, verdict)


def _may_leave(firm: Firm, country: str, by: Author) -> bool:
    """The debtor's hours and calendar."""
    return rule.may_leave_at(by.at.astimezone(zoneinfo.ZoneInfo(firm.time_zone)), country)


def _left_today(firm: Firm, by: Author) -> int:
    """How many messages may still leave before the day's cap."""
    local = by.at.astimezone(zoneinfo.ZoneInfo(firm.time_zone))
    start = local.replace(hour=0, minute=0, second=0, microsecond=0)
    sent = Message.objects.filter(firm=firm, state=State.SENT, sent_at__gte=start).count()
    return max(MESSAGES_A_DAY_MAX - sent, 0)


def _leave(ground: load.Ground, message: Message, by: Author, clock: Clock, submission: Submission) -> Verdict | None:
    """Write, offer, look a last time, hand over, record. No transaction is open while the server is spoken to.

    None when the message did not leave after all, or another worker took it over.
    """
    try:
        mail = _mail(ground.firm, message)
        content = mail.compose(format_datetime(by.at))
    except (OSError, ValueError, LookupError, MessageError) as error:  # a paper gone, a name no header can carry
        verdict = Verdict(REFUSED, None, str(error)[:ANSWER_MAX])
    else:
        no = submission.offer(mail)
        if no is None and not actions.begin_sending(ground, message, clock()):
            submission.abandon()
            return None
        verdict = no or submission.hand_over(content)
    return verdict if actions.record_outcome(message, verdict, clock()) else None


def _count(report: Report, message: Message, verdict: Verdict | None) -> None:
    report.dropped += verdict is None
    if verdict is not None:
        report.sent += verdict.outcome == SENT
        report.refused += message.state == State.REFUSED
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
