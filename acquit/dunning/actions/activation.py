"""Reminders put in service or taken out of it, and the plan a firm starts with."""

from django.db import transaction

from acquit.dunning.actions.leaving import drop
from acquit.dunning.models import Plan, Step
from acquit.mailroom.models import Message, State
from acquit.parties.facts import Author
from acquit.parties.models import Firm
from acquit.receivables.models import Standing
from acquit.rules import dunning as rule


@transaction.atomic
def put_in_service(firm: Firm, by: Author) -> None:
    """« Mettre en service »: from now on messages may leave. Everything owed is looked at."""
    Firm.objects.filter(pk=firm.pk, in_service_at__isnull=True).update(in_service_at=by.at)
    firm.in_service_at = firm.in_service_at or by.at
    Standing.objects.filter(firm=firm, owed__gt=0).update(wake_on=by.on)


@transaction.atomic
def take_out_of_service(firm: Firm, by: Author) -> None:
    """Nothing leaves any more; what was planned is dropped and will be planned again if it comes back."""
    Firm.objects.filter(pk=firm.pk).update(in_service_at=None)
    firm.in_service_at = None
    in_hand = Message.objects.filter(firm=firm, state__in=[State.PLANNED, State.CLAIMED])
    drop(in_hand.values_list("pk", flat=True), rule.NOT_IN_SERVICE, by.on)
    Standing.objects.filter(firm=firm, owed__gt=0, wake_on__isnull=False).update(wake_on=by.on)


@transaction.atomic
def adopt_standard_plan(firm: Firm) -> Plan:
    """Give a new firm the shipped plan « Standard » as its own rows."""
    plan: Plan
    plan, created = Plan.objects.get_or_create(firm=firm, key="standard", defaults={"name": "Standard"})
    if created:
        Step.objects.bulk_create(
            Step(firm=firm, plan=plan, position=s.position, level=s.level, offset=s.offset, approval=s.approval)
            for s in rule.STANDARD.steps
        )
    return plan
