"""Conversion of points in time between text and milliseconds since the epoch, as in messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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


def milliseconds_of(text: str) -> int:
    """Parse an ISO 8601 text with an offset, rounding down.

    Raises ValueError for anything else, OverflowError for a time out of range in UTC.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"no offset from UTC: {text!r}")
    return (found.astimezone(UTC) - _EPOCH) // _MILLISECOND
