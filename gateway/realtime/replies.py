"""Acknowledgements and errors for clients.

An acknowledgement is `{ok: true, ...}` or the specification's error object; nothing else is ever
sent in its place.
"""

from __future__ import annotations

from typing import Any

from protocol.errors import StoaError

Ack = dict[str, Any]


def is_server_fault(error: StoaError) -> bool:
    """Whether the error belongs in the log for operators: all except clients' errors."""
    return error.retryable or type(error).status >= 500
