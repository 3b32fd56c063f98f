"""Letters leaving: approved, claimed once, checked again to the last moment, and what they became."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from acquit.dunning import cases as load
from acquit.dunning.actions.planning import drafts_of, intents_of
from acquit.dunning.models import Intent, Notice, NoticeLine
from acquit.mailroom import actions as mailroom
from acquit.mailroom.channels.verdict import Verdict
from acquit.mailroom.models import Message, State
from acquit.parties.bulk import update_rows
from acquit.parties.facts import Author
from acquit.parties.models import Contact, Customer, Series
from acquit.receivables import standings
from acquit.receivables.models import Standing
from acquit.rules import dunning as rule
from acquit.rules.refusal import Reason, Refused, gettext_noop

_NOT_READY = gettext_noop("Un message de cette liste n’est plus à approuver.")
_CHANGED = gettext_noop("La situation a changé : ce message ne partira pas.")


@transaction.atomic
def approve(message_ids: Sequence[int], by: Author, undo: timedelta = timedelta(0)) -> int:
    """Let planned letters leave once the time to undo is over; they are decided and written again as they do.

    Answers how many; raises `Refused` when none of them waits any more.
    """
    count = mailroom.approve(message_ids, by, undo)
    if message_ids and not count:
        raise Refused(Reason(_NOT_READY))
    return count


@transaction.atomic
def drop(message_ids: Iterable[int], reason: str, on: date) -> int:
    """Take letters out of the outbox; what they were about is looked at again on `on`."""
    ids = list(message_ids)
    count = mailroom.cancel(ids, reason)
    gone = Message.objects.filter(pk__in=ids, state=State.CANCELLED)
    _forget(Intent.objects.filter(message__in=gone), on)
    return count


def _forget(intents: QuerySet[Intent], on: date) -> None:
    receivables = list(intents.values_list("receivable_id", flat=True))
    intents.delete()
    Standing.objects.filter(receivable_id__in=receivables, owed__gt=0).update(wake_on=on)


@transaction.atomic
def claim(ground: load.Ground, message_id: int, worker: str, by: Author) -> Message | None:
    """Take a letter to send it, and check in the same transaction that every word of it is still right."""
    message = mailroom.claim(message_id, worker, by.at)
    return message if message and _still_right(ground, message, by) else None


@transaction.atomic
def begin_sending(ground: load.Ground, message: Message, by: Author) -> bool:
    """The last look, in the transaction that writes « sending »: a payment booked before it stops the letter.

    Its words are those of the day it was claimed on: when that day is over it waits until it is claimed again.
    """
    if not mailroom.keep(message) or message.planned_on != by.on:
        return False
    return _still_right(ground, message, by) and mailroom.begin_sending(message, by.at)


def _still_right(ground: load.Ground, message: Message, by: Author) -> bool:
    """Decide again, today, as if this letter had not been planned; drop it when the answer differs."""
    intents = {i.receivable_id: i for i in Intent.objects.filter(message=message)}
    standings.lock(intents.keys())
    rows = list(load.columns_of(Standing.objects.filter(receivable_id__in=intents.keys())))
    loaded = load.load(rows, ground, ignoring=message.pk)
    moves = {case.receivable: rule.next_move(case, ground.plan, by.on) for case in loaded.cases}
    recipient = loaded.recipients.get(message.customer_id)
    same = (
        len(intents) == len(rows) > 0
        and recipient is not None
        and recipient.email == message.recipient
        and all(_agrees(intents[case.receivable], case, moves[case.receivable]) for case in loaded.cases)
    )
    if not same:
        drop([message.pk], str(Reason(_CHANGED)), by.on)
        return False
    return message.planned_on == by.on or _renew(ground, message, loaded, moves, by)


def _agrees(intent: Intent, case: rule.Case, move: rule.Move) -> bool:
    return isinstance(move, rule.Send) and move.step.position == intent.step and case.owed == intent.owed


def _renew(ground: load.Ground, message: Message, loaded: load.Loaded, moves: dict[int, rule.Move], by: Author) -> bool:
    """A letter planned on another day is written again with the figures of this one; same steps, same sums owed."""
    drafts, _ = drafts_of(loaded, moves, ground, by.on)
    if len(drafts) != 1 or len(drafts[0].letter.lines) != len(loaded.cases):
        drop([message.pk], str(Reason(_CHANGED)), by.on)
        return False
    message.subject, message.text = drafts[0].rendered.subject, drafts[0].rendered.text
    message.planned_on = by.on
    message.save(update_fields=["subject", "text", "planned_on"])
    Intent.objects.filter(message=message).delete()
    Intent.objects.bulk_create(intents_of(message, drafts[0]))
    return True


@transaction.atomic
def record_outcome(message: Message, verdict: Verdict, by: Author) -> bool:
    """Record what became of a letter; once it left, what it said is a fact and its step is behind us."""
    if not mailroom.record_outcome(message, verdict, by):
        return False
    if message.state == State.SENT:
        _record_said(message, by)
    elif message.state == State.REFUSED:
        if verdict.bad_address:
            mark_refused(message.customer, message.recipient, verdict.answer, by)
        _wake_of(message, by.on)
    elif message.state == State.UNKNOWN:
        _wake_of(message, by.on)
    return True


def _wake_of(message: Message, on: date) -> None:
    about = Intent.objects.filter(message=message).values("receivable_id")
    Standing.objects.filter(receivable_id__in=about, owed__gt=0).update(wake_on=on)


def _record_said(message: Message, by: Author) -> None:
    firm = message.firm
    intents = list(Intent.objects.filter(message=message))
    notice = Notice.record(
        by,
        firm=firm,
        customer_id=message.customer_id,
        message=message,
        number=by.on.year * 10**8 + Series.take(firm, "notice", by.on.year)[0],
        said_on=by.on,
        level=intents[0].level,
        channel=message.channel,
        recipient=message.recipient,
    )
    NoticeLine.record_many(
        [
            NoticeLine(
                firm=firm,
                notice=notice,
                receivable_id=i.receivable_id,
                step=i.step,
                owed=i.owed,
                interest=i.interest,
                compensation=i.compensation,
            )
            for i in intents
        ],
        by,
    )
    update_rows(
        Standing, ["said_step", "said_on", "wake_on"], [(i.receivable_id, i.step, by.on, by.on) for i in intents]
    )
    Intent.objects.filter(message=message).delete()


@transaction.atomic
def resolve(message: Message, *, left: bool, by: Author) -> None:
    """A person settles an unknown: it left (then it was said), or it did not (then it is planned anew)."""
    resolved = mailroom.resolve(message, left=left, by=by)
    if left:
        _record_said(resolved, by)
    else:
        _forget(Intent.objects.filter(message=message), by.on)


@transaction.atomic
def reap(now: Author) -> int:
    """Take over from workers that died; answers how many messages became unknown."""
    doubtful = mailroom.reap(now.at, now)
    for message in doubtful:
        _wake_of(message, now.on)
    return len(doubtful)


@transaction.atomic
def mark_refused(customer: Customer, email: str, answer: str, by: Author) -> None:
    """A server refuses this address for good: nothing is sent there until a person mends it."""
    contacts = Contact.objects.filter(customer=customer, email__iexact=email)
    contacts.update(refused_on=by.on, refusal=answer[:300])
    standings.wake_customers({customer.pk}, by.on)


@transaction.atomic
def retry_refused(message: Message, by: Author) -> None:
    """After the cause is mended, forget a refused letter so that the rule decides anew."""
    freed = Message.objects.filter(pk=message.pk, state=State.REFUSED).update(state=State.CANCELLED)
    if freed:
        _forget(Intent.objects.filter(message=message), by.on)
