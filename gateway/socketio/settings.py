"""Every bound and rhythm of the Socket.IO server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Times are seconds, sizes are bytes. The rhythm is that of the JavaScript server."""

    path: str = "/socket.io/"
    ping_interval: float = 25.0
    ping_timeout: float = 20.0
    """How long after a ping the client may be silent before it is taken for gone."""
    connect_timeout: float = 20.0
    """From opening the session, or leaving the last namespace, to being in a namespace."""
    upgrade_timeout: float = 10.0
    """From a WebSocket's probe to the packet that completes the upgrade."""
    closing_timeout: float = 20.0
    """How long a closed polling session waits for the GET that takes its last packets away."""
    burst_pings: int = 4
    """Pings in a row after a client is accepted, to know its latency soon; 0 for none."""

    max_sessions: int = 50_000
    """Open at once; a handshake past it is answered 503. A polling session holds no connection, so
    the front's own bound does not count it."""
    max_polling_per_address: int = 1_000
    """Open at once without a WebSocket, those about to get one included; one more is answered 429.
    A school behind one address may start polling all at once; for IPv6 it is the /64."""
    roaming: bool = False
    """Whether a session's requests may come from several networks. Otherwise its `sid`, which
    stands in URLs and so in the logs of proxies, is worth nothing to others. Clients whose address
    changes from request to request (two protocols, several ways out) need it to poll and to go
    over to a WebSocket."""
    max_kept_header: int = 512
    """Bytes of a header that a session keeps from its handshake."""
    max_payload: int = 1_000_000
    """Of one POST body, and announced to clients for one message."""
    max_event: int = 65_536
    """Text of one packet. A larger event is refused with VALIDATION_ERROR."""
    max_depth: int = 32
    """Nesting of lists and objects in one packet."""
    max_attachments: int = 16
    max_attachment_bytes: int = 1_000_000
    """All attachments of one packet together."""
    max_namespaces: int = 8
    """That one session may be in at the same time."""
    max_pending_acks: int = 64
    """Events to one socket whose acknowledgement is still awaited."""
    ack_timeout: float = 10.0
    max_buffered: int = 1_000_000
    """Waiting for the next GET of a polling client; past it the session is closed."""

    events_per_second: float = 50.0
    events_burst: int = 200
    """A client may be that many events ahead of its rate; the next is refused with RATE_LIMITED."""
    max_refused_in_a_row: int = 400
    """Events refused for their rate, without one accepted between; past it the session closes."""

    allowed_origins: tuple[str, ...] = ()
    """Origins that may connect besides the server's own; `*` allows all. No `Origin`, no check."""
    same_host_allowed: bool = True
    """Whether an `Origin` that equals `Host` counts as the server's own. Where the public address
    is known it should not: a foreign name that resolves to this server (DNS rebinding) sends both.
    Addresses and `localhost` cannot be rebound and are allowed either way."""
