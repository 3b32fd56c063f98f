"""Letters looked at again after a deed: those it made wrong leave the outbox at once, not when they would be sent."""

from collections.abc import Iterable

from django.db import transaction

from acquit.dunning import cases as load
from acquit.dunning.actions.leaving import drop
from acquit.dunning.models import Intent
from acquit.mailroom.models import Message, State
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.receivables.models import Standing
from acquit.rules import dunning as rule
from acquit.rules.refusal import Reason, gettext_noop

_OVERTAKEN = gettext_noop("La situation a changé : ce message ne partira pas.")
_SILENCED = frozenset(
    {rule.DISPUTE, rule.SAID_PAID, rule.PROMISE, rule.PAUSE, rule.CREDIT, rule.NO_ADDRESS, rule.ADDRESS_REFUSED}
)
"""Reasons that a person's deed can bring about. A weekend or an old bank only delays: the last look sees to those."""


@transaction.atomic
def review(firm: Firm, customer_ids: Iterable[int], by: Author) -> int:
    """Drop these customers' waiting letters that facts made wrong. Answers how many («rappels annulés»)."""
    ids = sorted(set(customer_ids))
    waiting = Message.objects.filter(firm=firm, customer_id__in=ids, state__in=[State.PLANNED, State.CLAIMED])
    letters = list(waiting.order_by("pk"))
    if not letters:
        return 0
    ground = load.ground_of(firm)
    wrong = [letter.pk for letter in letters if _is_wrong(ground, letter, by)]
    return drop(wrong, str(Reason(_OVERTAKEN)), by.on) if wrong else 0


def _is_wrong(ground: load.Ground, letter: Message, by: Author) -> bool:
    """Whether a sum in it is no longer owed, somebody asked for silence, or it goes to an address no longer theirs."""
    sums = dict(Intent.objects.filter(message=letter).values_list("receivable_id", "owed"))
    rows = list(load.columns_of(Standing.objects.filter(receivable_id__in=sums)))
    loaded = load.load(rows, ground, ignoring=letter.pk)
    recipient = loaded.recipients.get(letter.customer_id)
    if recipient is None or recipient.email != letter.recipient or {c.receivable: c.owed for c in loaded.cases} != sums:
        return True
    moves = (rule.next_move(case, ground.plan, by.on) for case in loaded.cases)
    return any(isinstance(move, rule.Wait) and move.reason in _SILENCED for move in moves)
