"""For which request something is done: carried beside the work, from the socket to the commit.

`CURRENT` follows Trio's and asyncio's tasks as every context variable does. Where work passes from
one task to another that is not its child, it is carried along: in an `Envelope`, with a unit of
storage, in a row of the outbox. A task that outlives what began it says `CURRENT.set(None)`.

`traceparent` is that of the W3C Recommendation Trace Context, level 1: version, trace, parent and
flags, in lower-case hexadecimal.
"""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from typing import NamedTuple, Protocol

MAX_REQUEST_ID = 64
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:@/+=-]{1,%d}" % MAX_REQUEST_ID)
_TRACEPARENT = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
MAX_TRACEPARENT = 256
_INVALID_VERSION = b"ff"
_VERSION = b"00"


class Traced(Protocol):
    """A request, or something done for one."""

    @property
    def request_id(self) -> str:
        """What the log calls it; at most `MAX_REQUEST_ID` characters."""
        ...

    @property
    def trace_id(self) -> str | None:
        """The trace of whoever called, if there is one: 32 hexadecimal digits."""
        ...


class Trace(NamedTuple):
    """A request of which nothing else is known."""

    request_id: str
    trace_id: str | None = None


CURRENT: ContextVar[Traced | None] = ContextVar("stoa_request", default=None)
"""The request that is being worked for; None for what is done by ourselves."""


def current_request_id() -> str | None:
    """The id of the request that is being worked for."""
    request = CURRENT.get()
    return None if request is None else request.request_id[:MAX_REQUEST_ID]


def request_id_of(header: bytes | None) -> str | None:
    """The caller's own id, if it is well formed: such a one is harmless in a line or a header."""
    if not header or _REQUEST_ID.fullmatch(header) is None:
        return None
    return header.decode()


class TraceParent(NamedTuple):
    """A position in a caller's trace. `flags` are the caller's."""

    trace_id: str
    flags: str = "00"

    def header(self) -> bytes:
        """Our own place in it, for whoever looks at the answer."""
        return f"00-{self.trace_id}-{secrets.token_hex(8)}-{self.flags}".encode()


def traceparent_of(header: bytes) -> TraceParent:
    """The trace to go on with: the caller's, or a new one where the header is malformed."""
    return _read(header) or TraceParent(secrets.token_hex(16))


def known_trace(header: bytes | None) -> str | None:
    """The id of the caller's trace, if there is a well-formed one."""
    place = _read(header) if header else None
    return None if place is None else place.trace_id


def _read(header: bytes) -> TraceParent | None:
    """None for a malformed one.

    A later version may have more behind the four fields; version `ff`, and ids of zeros alone, are
    malformed.
    """
    found = _TRACEPARENT.fullmatch(header) if len(header) <= MAX_TRACEPARENT else None
    if found is None:
        return None
    version, trace, parent, flags, more = found.groups()
    known = version == _VERSION and more is None
    later = version not in (_VERSION, _INVALID_VERSION)
    if not (known or later) or not trace.strip(b"0") or not parent.strip(b"0"):
        return None
    # Of the flags only the lowest is defined: whether the caller records the trace.
    return TraceParent(trace.decode(), f"{int(flags, 16) & 1:02x}")
