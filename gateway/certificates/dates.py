"""How a certificate writes dates."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from protocol.times import moment


def long_date(milliseconds: int, time_zone: str = "UTC") -> str:
    """The day in the zone, such as 5 March 2026; in UTC for a zone that is no longer known."""
    day = moment(milliseconds).astimezone(_zone(time_zone))
    return f"{day.day} {day:%B %Y}"


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        return UTC
