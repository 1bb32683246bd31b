"""Conversion of ids, times and JSON between rows and messages."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from protocol import times
from protocol.errors import NotFoundError
from storage.jsonb import json_text as json_text  # for the record files

MAX_LOOKED_UP = 1_000
"""Characters; no address, number or name by which a row is found is as long."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def as_uuid(text: str | UUID, resource: str) -> UUID:
    """Parse an id; a malformed one raises `NotFoundError`."""
    if isinstance(text, UUID):
        return text
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError(resource, text[:64]) from None


def maybe_uuid(text: str | None) -> UUID | None:
    """Parse an id; None if it is malformed, for lookups of things that may not exist."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def maybe_text(text: str | None) -> str | None:
    """A text to look up; None for one that no row can have, as it is too long or is not storable.

    PostgreSQL has neither NUL nor lone surrogates.
    """
    if text is None or len(text) > MAX_LOOKED_UP or _UNSTORABLE.search(text):
        return None
    return text


def milliseconds(moment: datetime) -> int:
    """Milliseconds since the epoch, as in messages, from a timestamptz.

    Cut off below, as the read model shows it.
    """
    return times.milliseconds(moment)


def instant_sql(milliseconds: str) -> str:
    """SQL for a timestamptz from an expression for milliseconds since the epoch.

    `to_timestamp` computes in floats. A product of whole seconds and an interval is exact.
    """
    return (
        f"(timestamptz 'epoch' + ({milliseconds}) / 1000 * interval '1 second'"
        f" + ({milliseconds}) % 1000 * interval '1 millisecond')"
    )


def instant(milliseconds: int) -> datetime:
    """A timestamptz from milliseconds since the epoch."""
    return times.moment(milliseconds)


def maybe_json(value: Any) -> str | None:
    """Like `json_text`, but None stays None, so that the column has no value."""
    return None if value is None else json_text(value)


def maybe_instant(milliseconds: int | None) -> datetime | None:
    """Like `instant`, but None stays None."""
    return None if milliseconds is None else instant(milliseconds)
