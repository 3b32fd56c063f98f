"""The outbox («file d’envoi»): papers kept, messages planned, approved, claimed once, and what became of them."""

import os
import socket
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F, Q

from acquit.mailroom import store
from acquit.mailroom.channels.verdict import DEFERRED, SENT, UNKNOWN, Verdict
from acquit.mailroom.models import Attempt, Enclosure, Message, Paper, State
from acquit.parties.bulk import chunks, insert_rows
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.rules.refusal import Reason, Refused, gettext_noop

LEASE = timedelta(seconds=60)
"""A worker that holds a message longer than this is taken for dead."""
RETRY_AFTER = timedelta(minutes=30)
RETRIES_MAX = 8
"""30 minutes, doubled each time up to 16 hours: two days in all; then a person decides (RFC 5321 §4.5.4.1)."""

_GONE = gettext_noop("Ce message n’attend plus : il est déjà parti ou a été annulé.")
_NOT_UNKNOWN = gettext_noop("Ce message n’est pas à vérifier.")


def worker_name() -> str:
    """Who holds a message: host, process, and when that process started, since numbers are used again."""
    stat = Path(f"/proc/{os.getpid()}/stat")
    started = stat.read_text().rsplit(") ", 1)[1].split()[19] if stat.exists() else "0"
    return f"{socket.gethostname()}:{os.getpid()}:{started}"


def _is_dead(worker: str) -> bool:
    """Whether a worker of this very machine has surely gone. Of another machine only its lease can tell."""
    host, pid, started = worker.rsplit(":", 2)
    if host != socket.gethostname() or started == "0":
        return False
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    seen = stat.rsplit(") ", 1)[1].split()
    return seen[0] in "ZX" or seen[19] != started  # a zombie only waits for its parent


@transaction.atomic
def keep_paper(firm: Firm, name: str, content: bytes, media_type: str, by: Author) -> Paper:
    """Keep a file as it came («pièce»). The same bytes under the same name are kept once."""
    sha256 = store.keep(firm.pk, content)
    known = Paper.objects.filter(sha256=sha256, name=name[:255]).first()
    return known or Paper.record(
        by, firm=firm, name=name[:255], media_type=media_type, size=len(content), sha256=sha256
    )


@transaction.atomic
def plan(messages: Sequence[Message], enclosures: Iterable[tuple[Message, Paper]] = ()) -> list[Message]:
    """Put messages in the outbox. The database refuses a second one with the same key."""
    planned = insert_rows(Message, messages)
    Enclosure.objects.bulk_create(Enclosure(firm_id=m.firm_id, message=m, paper=p) for m, p in enclosures)
    return planned


@transaction.atomic
def approve(message_ids: Sequence[int], by: Author, undo: timedelta = timedelta(0)) -> int:
    """Let planned messages leave («approuver») as soon as `undo` is over. Answers how many still waited."""
    count = 0
    for chunk in chunks(message_ids):
        waiting = Message.objects.filter(pk__in=chunk, state=State.PLANNED, approved_at__isnull=True)
        count += waiting.update(approved_at=by.at, approved_by_id=by.user_id, not_before=by.at + undo)
    return count


@transaction.atomic
def retain(message_ids: Sequence[int]) -> int:
    """Take an approval back («retenir»): what has not been claimed waits for a person again."""
    return Message.objects.filter(pk__in=message_ids, state=State.PLANNED).update(
        approved_at=None, approved_by_id=None, needs_approval=True
    )


@transaction.atomic
def cancel(message_ids: Sequence[int], reason: str) -> int:
    """Take planned or claimed messages out of the outbox. One being sent cannot be called back."""
    revocable = Message.objects.filter(pk__in=message_ids, state__in=[State.PLANNED, State.CLAIMED])
    return revocable.update(state=State.CANCELLED, reason=reason[:300], claim=F("claim") + 1)


@transaction.atomic
def claim(message_id: int, worker: str, now: datetime) -> Message | None:
    """Take one message for this worker, if nobody else has. The row count tells who won."""
    won = Message.objects.filter(
        Q(approved_at__isnull=False) | Q(needs_approval=False),
        pk=message_id,
        state=State.PLANNED,
        not_before__lte=now,
    ).update(state=State.CLAIMED, worker=worker, claim=F("claim") + 1, lease_until=now + LEASE)
    return Message.objects.select_related("customer", "firm").get(pk=message_id) if won == 1 else None


@transaction.atomic
def keep(message: Message) -> bool:
    """Lock a claimed message until the transaction ends. False: the claim was lost, it is another's or nobody's."""
    ours = Message.objects.select_for_update().filter(pk=message.pk, state=State.CLAIMED, claim=message.claim)
    return len(ours.values_list("pk")) == 1


@transaction.atomic
def begin_sending(message: Message, now: datetime) -> bool:
    """Write down that the content is about to be given. False: the claim was lost, the message must not leave."""
    won = Message.objects.filter(pk=message.pk, state=State.CLAIMED, claim=message.claim).update(
        state=State.SENDING, lease_until=now + LEASE
    )
    return won == 1


@transaction.atomic
def record_outcome(message: Message, verdict: Verdict, by: Author) -> bool:
    """Record what the server answered, as a fact. False when the claim was lost meanwhile: then nothing is written."""
    values: dict[str, object] = {"reason": verdict.answer, "lease_until": None, "worker": ""}
    if verdict.outcome == SENT:
        values |= {"state": State.SENT, "sent_at": by.at, "reason": ""}
    elif verdict.outcome == DEFERRED and message.attempts + 1 < RETRIES_MAX:
        values |= {"state": State.PLANNED, "not_before": by.at + RETRY_AFTER * 2 ** min(message.attempts, 5)}
    elif verdict.outcome == UNKNOWN:
        values |= {"state": State.UNKNOWN}
    else:
        values |= {"state": State.REFUSED}
    held = Message.objects.filter(pk=message.pk, claim=message.claim, state__in=[State.CLAIMED, State.SENDING])
    if held.update(attempts=F("attempts") + 1, **values) != 1:
        return False
    message.state = str(values["state"])
    content = store.digest_of(f"{message.subject}\n{message.text}".encode()) if verdict.outcome == SENT else ""
    Attempt.record(
        by,
        firm_id=message.firm_id,
        message=message,
        outcome=verdict.outcome,
        code=verdict.code,
        answer=verdict.answer,
        message_sha256=content,
    )
    return True


@transaction.atomic
def reap(now: datetime, by: Author) -> list[Message]:
    """Take over from workers that died. What was only claimed is free again; what was being sent becomes unknown.

    Answers the messages that became unknown.
    """
    held = Message.objects.select_for_update().filter(state__in=[State.CLAIMED, State.SENDING])
    doubtful = []
    for message in held:
        if (message.lease_until and message.lease_until < now) or _is_dead(message.worker):
            if message.state == State.CLAIMED:
                Message.objects.filter(pk=message.pk).update(
                    state=State.PLANNED, claim=F("claim") + 1, worker="", lease_until=None
                )
            elif record_outcome(message, Verdict(UNKNOWN, None, "worker lost while sending"), by):
                doubtful.append(message)
    return doubtful


@transaction.atomic
def resolve(message: Message, *, left: bool, by: Author) -> Message:
    """A person settles an unknown («à vérifier»): it did leave, or it did not. Raises `Refused` otherwise."""
    state = State.SENT if left else State.CANCELLED
    won = Message.objects.filter(pk=message.pk, state=State.UNKNOWN).update(
        state=state, sent_at=by.at if left else None
    )
    if won != 1:
        raise Refused(Reason(_NOT_UNKNOWN))
    outcome = "resolved-sent" if left else "resolved-lost"
    Attempt.record(by, firm_id=message.firm_id, message=message, outcome=outcome)
    message.state = state
    return message


@transaction.atomic
def edit(message: Message, subject: str, text: str, by: Author) -> None:
    """Change the words of a message that waits. Raises `Refused` when it no longer does."""
    won = Message.objects.filter(pk=message.pk, state=State.PLANNED).update(subject=subject[:300], text=text)
    if won != 1:
        raise Refused(Reason(_GONE))
