"""Points in time as text and as milliseconds since the epoch, which is how messages have them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def moment(milliseconds: int) -> datetime:
    """In UTC, exactly."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def iso(milliseconds: int) -> str:
    """ISO 8601 in UTC with milliseconds: `2026-01-15T10:30:00.000Z`."""
    return moment(milliseconds).isoformat(timespec="milliseconds")[:-6] + "Z"


def maybe_iso(milliseconds: int | None) -> str | None:
    """As `iso`; None stays None."""
    return None if milliseconds is None else iso(milliseconds)


def iso_seconds(milliseconds: int) -> str:
    """ISO 8601 in UTC in whole seconds, rounded down: `2026-01-15T10:30:00Z`."""
    return moment(milliseconds // 1000 * 1000).isoformat(timespec="seconds")[:-6] + "Z"


def milliseconds_of(text: str) -> int:
    """Of an ISO 8601 text with an offset, rounded down.

    Raises ValueError for anything else, OverflowError for what no calendar in UTC has.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"no offset from UTC: {text!r}")
    return (found.astimezone(UTC) - _EPOCH) // _MILLISECOND
