"""Acknowledgements and errors as they go to a client.

An acknowledgement is `{ok: true, ...}` or the specification's error object; nothing else is ever
sent in its place.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from protocol.errors import StoaError

Ack = dict[str, Any]


def error_object(error: StoaError, now: int) -> Ack:
    """The specification's "Error Response Format"; `now` in milliseconds since the epoch."""
    timestamp = datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="milliseconds")
    return error.as_dict(
        request_id=f"req_{secrets.token_hex(8)}", timestamp=timestamp.replace("+00:00", "Z")
    )
