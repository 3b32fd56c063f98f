"""How long has the oldest message that may leave been waiting to?"""

import zoneinfo
from datetime import datetime, timedelta

from django.db.models import Q

from acquit.mailroom.models import Message, State
from acquit.mailroom.way_out import obstacles_of
from acquit.parties.models import Firm
from acquit.rules.dunning import HOURS, may_leave_at

LOOKED_AT = 200


def oldest_wait(now: datetime) -> timedelta:
    """The longest wait of a message that nothing holds back, within hours in which messages leave.

    To be asked with every firm in scope. Firms whose mail may not leave (not in service, sending off) do not count.
    """
    firms = [firm for firm in Firm.objects.filter(in_service_at__isnull=False) if not obstacles_of(firm)]
    return max((_oldest_of(firm, now) for firm in firms), default=timedelta())


def _oldest_of(firm: Firm, now: datetime) -> timedelta:
    local = now.astimezone(zoneinfo.ZoneInfo(firm.time_zone))
    opened = local.replace(hour=HOURS[0].hour, minute=HOURS[0].minute, second=0, microsecond=0)
    rows = Message.objects.filter(
        Q(approved_at__isnull=False) | Q(needs_approval=False), firm=firm, state=State.PLANNED, not_before__lte=now
    ).order_by("not_before")
    waits = [
        local - max(opened, not_before, approved_at or not_before)
        for not_before, approved_at, country in rows.values_list("not_before", "approved_at", "customer__country")[
            :LOOKED_AT
        ]
        if may_leave_at(local, country)
    ]
    return max(waits, default=timedelta())
