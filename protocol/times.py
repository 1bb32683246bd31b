"""Conversion of points in time between text and milliseconds since the epoch, as in messages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
"""`date-time` of RFC 3339, section 5.6, to the nanosecond and without leap seconds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def moment(milliseconds: int) -> datetime:
    """The `datetime` in UTC, exact to the millisecond."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def iso(milliseconds: int) -> str:
    """ISO 8601 in UTC with milliseconds: `2026-01-15T10:30:00.000Z`."""
    return moment(milliseconds).isoformat(timespec="milliseconds")[:-6] + "Z"


def maybe_iso(milliseconds: int | None) -> str | None:
    """Like `iso`, but None stays None."""
    return None if milliseconds is None else iso(milliseconds)


def iso_seconds(milliseconds: int) -> str:
    """ISO 8601 in UTC in whole seconds, rounded down: `2026-01-15T10:30:00Z`."""
    return moment(milliseconds // 1000 * 1000).isoformat(timespec="seconds")[:-6] + "Z"


def milliseconds(moment: datetime) -> int:
    """Milliseconds since the epoch, exactly; what is below a millisecond is cut off."""
    return (moment - _EPOCH) // _MILLISECOND


def milliseconds_of(text: str) -> int:
    """Parse a time as RFC 3339 has it, exactly; what is below a millisecond is cut off.

    Raises ValueError for anything else, OverflowError for a time out of range in UTC.
    """
    if RFC_3339.fullmatch(text) is None:
        raise ValueError("not a time of RFC 3339")
    return milliseconds(datetime.fromisoformat(text.upper()).astimezone(UTC))
