"""Acknowledgements and errors as they go to a client.

An acknowledgement is `{ok: true, ...}` or the specification's error object; nothing else is ever
sent in its place.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from protocol.errors import StoaError

Ack = dict[str, Any]


def error_object(error: StoaError, now: int, request_id: str) -> Ack:
    """The specification's "Error Response Format"; `now` in milliseconds since the epoch.

    `request_id` must be the one in the log, where the log says anything of this error.
    """
    timestamp = datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="milliseconds")
    return error.as_dict(request_id=request_id, timestamp=timestamp.replace("+00:00", "Z"))


def is_server_fault(error: StoaError) -> bool:
    """Whether operators should find it in the log: all but what clients did wrong."""
    return error.retryable or type(error).status >= 500
