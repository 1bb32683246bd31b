"""The specification's "Error Response Format", the same over HTTP, Socket.IO and WebSocket."""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.errors import StoaError
from protocol.times import iso


def error_object(error: StoaError, *, request_id: str, now: int) -> dict[str, Any]:
    """The error object for every client; `now` in milliseconds since the epoch.

    `request_id` must be the one in the log, if the error is logged.
    """
    return error.as_dict(request_id=request_id, timestamp=iso(now))


def error_body(error: StoaError, *, request_id: str, now: int) -> bytes:
    """The error object as JSON."""
    return msgspec.json.encode(error_object(error, request_id=request_id, now=now))
