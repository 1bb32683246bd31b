"""Every bound and rhythm of Engine.IO."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Times are seconds, sizes are bytes. The rhythm is that of the JavaScript server."""

    path: str = "/engine.io/"
    ping_interval: float = 25.0
    ping_timeout: float = 20.0
    """How long after a ping the client may be silent before it is taken for gone."""
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
    max_payload: int = 1_000_000
    """Of one POST body, and announced to clients for one message."""
    max_buffered: int = 1_000_000
    """Waiting for the next GET of a polling client; past it the session is closed."""

    allowed_origins: tuple[str, ...] = ()
    """Origins that may connect besides the server's own; `*` allows all. No `Origin`, no check."""
    same_host_allowed: bool = True
    """Whether an `Origin` that equals `Host` counts as the server's own. Where the public address
    is known it should not: a foreign name that resolves to this server (DNS rebinding) sends both.
    Addresses and `localhost` cannot be rebound and are allowed either way."""
