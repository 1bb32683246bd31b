"""Every bound and interval of the Socket.IO server."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.engineio.settings import EngineSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(EngineSettings):
    """Settings that Socket.IO adds to Engine.IO's. Times are seconds, sizes are bytes."""

    path: str = "/socket.io/"
    connect_timeout: float = 20.0
    """From opening the session, or leaving the last namespace, to being in a namespace."""

    max_kept_header: int = 512
    """Bytes of a header that a session keeps from its handshake."""
    max_event: int = 65_536
    """Bytes of text in one packet. A larger event is refused with VALIDATION_ERROR."""
    max_depth: int = 32
    """Nesting of lists and objects in one packet."""
    max_attachments: int = 16
    """Of one packet; 0 where no event takes any."""
    attachment_timeout: float = 10.0
    """From a packet that announces attachments to the last of them."""
    max_attachment_bytes: int = 1_000_000
    """Bytes of all attachments of one packet together."""
    max_namespaces: int = 8
    """Namespaces that one session may be in at the same time."""
    max_pending_acks: int = 64
    """Events to one socket that still await an acknowledgement."""
    ack_timeout: float = 10.0

    events_per_second: float = 50.0
    events_burst: int = 200
    """How many events a client may be ahead of its rate; the next is refused with RATE_LIMITED."""
    max_refused_in_a_row: int = 400
    """Consecutive events refused for their rate; past this the session closes."""
