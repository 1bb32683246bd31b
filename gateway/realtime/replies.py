"""Acknowledgements and errors as they go to a client.

An acknowledgement is `{ok: true, ...}` or the specification's error object; nothing else is ever
sent in its place.
"""

from __future__ import annotations

from typing import Any

from protocol.errors import StoaError

Ack = dict[str, Any]


def is_server_fault(error: StoaError) -> bool:
    """Whether operators should find it in the log: all but what clients did wrong."""
    return error.retryable or type(error).status >= 500
