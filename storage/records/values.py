"""What stands in a row and what stands in a message: ids, times and JSON, to and fro."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from protocol.errors import NotFoundError
from storage.jsonb import json_text as json_text  # for the record files


def as_uuid(text: str | UUID, resource: str) -> UUID:
    """An id that is no UUID names nothing: raises `NotFoundError`."""
    if isinstance(text, UUID):
        return text
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError(resource, text[:64]) from None


def maybe_uuid(text: str | None) -> UUID | None:
    """None for what is no UUID: for looking things up that may not exist."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def milliseconds(moment: datetime) -> int:
    """A timestamptz in milliseconds since the epoch, as messages have times."""
    return round(moment.timestamp() * 1000)


def instant(milliseconds: int) -> datetime:
    """A timestamptz of milliseconds since the epoch."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def maybe_instant(milliseconds: int | None) -> datetime | None:
    """`instant`; None stays None."""
    return None if milliseconds is None else instant(milliseconds)
