"""Letters decided and put in the outbox: the receivables whose day has come, and no others."""

import hashlib
import uuid
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from acquit.dunning import cases as load
from acquit.dunning.letters import Charges, Memory, charges_of, memory_of, write
from acquit.dunning.models import Intent
from acquit.law.working_days import add_working_days
from acquit.mailroom import actions as mailroom
from acquit.mailroom.models import Message, Paper
from acquit.parties.bulk import chunks, insert_rows, update_rows
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.receivables import standings
from acquit.receivables.models import Standing
from acquit.rules import dunning as rule
from acquit.rules.refusal import Refused
from acquit.rules.wording import Rendered

CHUNK = 2000
DAY_STARTS = time(9, 0)
SPREAD_MINUTES = 150
"""Messages leave between 9:00 and 11:30, not all at the same second."""
ENCLOSED_BYTES_MAX = 5 * 1024 * 1024


@dataclass
class Counts:
    """What a run did. `held` counts receivables that would have been reminded, and why they were not."""

    planned: int = 0
    held: dict[str, int] = field(default_factory=dict)
    looked_at: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter with its words, not yet in the outbox."""

    letter: rule.Letter
    charges: tuple[Charges, ...]
    rendered: Rendered


HELD = frozenset(
    {rule.BANK_OLD, rule.BANK_UNKNOWN, rule.NO_ADDRESS, rule.ADDRESS_REFUSED, rule.INCOMPLETE, rule.CREDIT}
)


@transaction.atomic
def plan_chunk(firm: Firm, by: Author, counts: Counts) -> bool:
    """Decide for the next receivables whose day has come, and put their letters in the outbox.

    Rows of one customer are decided together. False when nothing was left to look at.
    """
    firm = Firm.lock(firm.pk)  # one planner at a time: the second one finds the days already moved
    ground = load.ground_of(firm)  # after the lock: who changes it waits, and wakes what is decided here
    rows = _due_rows(firm, by.on)
    if rows is None:
        return False
    loaded = load.load(rows, ground)
    moves = {case.receivable: rule.next_move(case, ground.plan, by.on) for case in loaded.cases}
    drafts, left_over = drafts_of(loaded, moves, ground, by.on)
    _put_in_outbox(firm, drafts, loaded, by)
    moves |= left_over
    _note_moves(moves, drafts, by.on)
    counts.looked_at += len(rows)
    counts.planned += len(drafts)
    for move in moves.values():
        if isinstance(move, rule.Wait) and move.reason in HELD:
            counts.held[move.reason] = counts.held.get(move.reason, 0) + 1
    return True


def _due_rows(firm: Firm, on: date) -> list[dict[str, Any]] | None:
    """Rows whose day has come, whole customers only. None when there were none to find."""
    due = Standing.objects.filter(firm=firm, wake_on__lte=on, owed__gt=0).order_by("customer_id", "receivable_id")
    found = list(due.values_list("customer_id", "receivable_id")[:CHUNK])
    if len(found) == CHUNK:
        last = found[-1][0]
        found = [row for row in found if row[0] != last] or list(
            due.filter(customer_id=last).values_list("customer_id", "receivable_id")
        )
    if not found:
        return None
    return _locked(due, [receivable for _, receivable in found])


def _locked(due: QuerySet[Standing], ids: Sequence[int]) -> list[dict[str, Any]]:
    """These rows as they are once nobody else can change them: a payment, a hold or its end waits, and wakes them."""
    standings.lock(ids)
    return [row for chunk in chunks(ids) for row in load.columns_of(due.filter(receivable_id__in=chunk))]


def drafts_of(
    loaded: load.Loaded, moves: dict[int, rule.Move], ground: load.Ground, on: date, *, provisional: bool = False
) -> tuple[list[Draft], dict[int, rule.Move]]:
    """Group today's sends into letters and write them. Answers the drafts, and the moves that became waits.

    A send that does not fit in its customer's letter waits for the contact gap; one whose letter cannot be written
    waits for a person. `provisional` lets a simulation use the last known rate for days to come.
    """
    sends = [(case, move.step) for case in loaded.cases if isinstance(move := moves[case.receivable], rule.Send)]
    letters = rule.group(sends)
    memory = memory_of(letters)
    drafts, waits = [], dict[int, rule.Move]()
    for letter in letters:
        try:
            drafts.append(_draft(letter, loaded, ground, memory, on, provisional))
        except Refused:
            waits |= {case.receivable: _later(rule.INCOMPLETE, case, step, ground, on) for case, step in letter.lines}
    in_letters = {case.receivable for letter in letters for case, _ in letter.lines}
    for case, step in sends:
        if case.receivable not in in_letters:
            waits[case.receivable] = _later(rule.CONTACT_GAP, case, step, ground, on)
    return drafts, waits


def _later(reason: str, case: rule.Case, step: rule.Step, ground: load.Ground, on: date) -> rule.Wait:
    days = ground.plan.gap_days if reason == rule.CONTACT_GAP else 1
    return rule.Wait(reason, add_working_days(on, days, case.country), step)


def _draft(
    letter: rule.Letter, loaded: load.Loaded, ground: load.Ground, memory: Memory, on: date, provisional: bool
) -> Draft:
    level = letter.step.level
    charges = tuple(
        charges_of(case, level, loaded.rows[case.receivable], ground, memory, on, provisional=provisional)
        for case, _ in letter.lines
    )
    return Draft(letter, charges, write(letter, charges, loaded, ground, memory, on))


def _put_in_outbox(firm: Firm, drafts: Sequence[Draft], loaded: load.Loaded, by: Author) -> None:
    messages = [_message(firm, draft, loaded, by) for draft in drafts]
    together = list(zip(mailroom.plan(messages, _enclosures(drafts, messages, loaded)), drafts, strict=True))
    insert_rows(Intent, [intent for message, draft in together for intent in intents_of(message, draft)])


def _message(firm: Firm, draft: Draft, loaded: load.Loaded, by: Author) -> Message:
    letter = draft.letter
    recipient = loaded.recipients[letter.customer]
    language = recipient.language or loaded.customers[letter.customer].language
    domain = firm.email.partition("@")[2] or "acquit.invalid"
    return Message(
        firm=firm,
        customer_id=letter.customer,
        channel=letter.step.channel,
        key=_key(letter, recipient.email),
        recipient=recipient.email,
        recipient_name=recipient.name,
        language=language,
        subject=draft.rendered.subject,
        text=draft.rendered.text,
        message_id=f"<{uuid.uuid4().hex}@{domain}>",
        planned_on=by.on,
        not_before=first_moment(firm, by.on, letter.customer),
        needs_approval=letter.step.approval or not firm.automatic,
    )


def _key(letter: rule.Letter, recipient: str) -> str:
    """(group of receivables with their steps, channel, recipient): the same letter has the same key, always."""
    said = ",".join(f"{case.receivable}:{step.position}" for case, step in letter.lines)
    return f"reminder:{hashlib.sha256(said.encode()).hexdigest()[:32]}:{letter.step.channel}:{recipient}"[:200]


def first_moment(firm: Firm, on: date, customer_id: int) -> datetime:
    """The instant from which a customer's message may leave on a day, in the firm's time zone."""
    start = datetime.combine(on, DAY_STARTS, zoneinfo.ZoneInfo(firm.time_zone))
    return start + timedelta(minutes=customer_id * 37 % SPREAD_MINUTES)


def intents_of(message: Message, draft: Draft) -> Iterable[Intent]:
    """What a message is going to say about each receivable, with the sums of its words."""
    for (case, step), charges in zip(draft.letter.lines, draft.charges, strict=True):
        yield Intent(
            firm_id=message.firm_id,
            message=message,
            receivable_id=case.receivable,
            step=step.position,
            level=draft.letter.step.level,
            owed=case.owed,
            interest=charges.interest,
            compensation=charges.compensation,
        )


def _enclosures(
    drafts: Sequence[Draft], messages: Sequence[Message], loaded: load.Loaded
) -> list[tuple[Message, Paper]]:
    """The invoices themselves, where we hold them as PDF, up to a size that mail servers take."""
    wanted = [
        (message, paper_id)
        for message, draft in zip(messages, drafts, strict=True)
        for case, _ in draft.letter.lines
        if (paper_id := loaded.rows[case.receivable]["receivable__paper_id"])
    ]
    papers = Paper.objects.filter(media_type="application/pdf").in_bulk({paper for _, paper in wanted})
    size: dict[int, int] = {}
    enclosed = []
    for message, paper_id in wanted:
        paper = papers.get(paper_id)
        if paper and size.get(id(message), 0) + paper.size <= ENCLOSED_BYTES_MAX:
            size[id(message)] = size.get(id(message), 0) + paper.size
            enclosed.append((message, paper))
    return enclosed


def _note_moves(moves: dict[int, rule.Move], drafts: Sequence[Draft], on: date) -> None:
    """Write each answer on its standing: the day to look again, what comes next and why."""
    planned = {case.receivable: draft.letter.step.level for draft in drafts for case, _ in draft.letter.lines}
    rows: list[tuple[Any, ...]] = []
    for receivable, move in moves.items():
        if receivable in planned:
            rows.append((receivable, None, planned[receivable], on, rule.PLANNED))
        elif isinstance(move, rule.Wait):
            rows.append((receivable, move.until, move.step.level if move.step else "", move.until, move.reason))
        else:
            rows.append((receivable, None, "", None, move.reason))
    update_rows(Standing, ["wake_on", "next_step", "next_on", "reason"], rows)
