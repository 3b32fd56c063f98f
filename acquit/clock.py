"""The edge where the clock is read: once per request, command or worker's turn, in the firm's time zone."""

import zoneinfo
from datetime import UTC, date, datetime, time

from acquit.parties.facts import Author
from acquit.parties.models import Firm

_NOON = time(12, 0)


def now() -> datetime:
    """The instant, in UTC."""
    return datetime.now(UTC)


def today(firm: Firm) -> date:
    """The day it is for the firm; for the example firm, the day it travels to."""
    return author(firm, "").on


def author(firm: Firm, via: str, user_id: int | None = None, on: date | None = None) -> Author:
    """Who acts now. `on` names another day, as only the example firm may: then it is noon of that day there."""
    zone = zoneinfo.ZoneInfo(firm.time_zone)
    day = on or (firm.travels_to if firm.is_example else None)
    at = now()
    local = at.astimezone(zone)
    if day is None or day == local.date():
        return Author(at, local.date(), via, user_id)
    # The whole real day passes within the hour after noon: later stays later, and it is never night.
    elapsed = local - datetime.combine(local.date(), time.min, zone)
    travelled = datetime.combine(day, _NOON, zone) + elapsed / 24
    return Author(travelled.astimezone(UTC), day, via, user_id)
