"""How a certificate writes dates."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.certificates.languages import LANGUAGES
from protocol.times import moment


def long_date(milliseconds: int, time_zone: str = "UTC") -> str:
    """The day in the zone, such as 5 March 2026."""
    return LANGUAGES["en"].day(*day_of(milliseconds, time_zone))


def day_of(milliseconds: int, time_zone: str) -> tuple[int, int, int]:
    """The day, month and year in the zone; in UTC for a zone that is no longer known."""
    day = moment(milliseconds).astimezone(_zone(time_zone))
    return day.day, day.month, day.year


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        return UTC
