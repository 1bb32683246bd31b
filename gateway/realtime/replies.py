"""The members of an acknowledgement, and which errors are the server's own fault.

`gateway.realtime.exchange` sends `{ok: true, ...}` or the specification's error object, and nothing
else in its place.
"""

from __future__ import annotations

from typing import Any

from protocol.errors import StoaError

Ack = dict[str, Any]


def is_server_fault(error: StoaError) -> bool:
    """Whether operators should find it in the log: all but what clients did wrong."""
    return error.retryable or type(error).status >= 500
