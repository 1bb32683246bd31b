"""Every bound and interval of Engine.IO."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Times are seconds, sizes are bytes. Intervals are those of the JavaScript server."""

    path: str = "/engine.io/"
    ping_interval: float = 25.0
    ping_timeout: float = 20.0
    """How long after a ping the client may be silent before it counts as gone."""
    upgrade_timeout: float = 10.0
    """From a WebSocket's probe to the packet that completes the upgrade."""
    closing_timeout: float = 20.0
    """How long a closed polling session waits for the GET that fetches its last packets."""
    burst_pings: int = 4
    """WebSocket pings in a row after a client is accepted, to know its round trip; 0 for none."""

    max_sessions: int = 50_000
    """Concurrent sessions; further handshakes get 503.

    A polling session holds no connection, so the front's own bound does not count it.
    """
    max_polling_per_address: int = 1_000
    """Concurrent sessions of one address (IPv6: one /64) without a WebSocket, or about to get
    one; one more gets 429. A whole school may start polling from one address at once."""
    roaming: bool = False
    """Whether a session's requests may come from several networks.

    If not, its `sid`, which is in URLs and so in the logs of proxies, is useless to others. Clients
    whose address changes from request to request (IPv4 and IPv6, several exits) need this to poll
    and to upgrade to a WebSocket.
    """
    max_payload: int = 1_000_000
    """Bytes of one POST body, also announced to clients as the bound of one message."""
    max_buffered: int = 1_000_000
    """Bytes waiting for the next GET of a polling client; past this the session is closed."""

    allowed_origins: tuple[str, ...] = ()
    """Origins that may connect besides the server's own; `*` allows all.

    Requests without `Origin` pass.
    """
    same_host_allowed: bool = True
    """Whether an `Origin` that equals `Host` counts as the server's own.

    If the public address is known it should not: a foreign name that resolves to this server (DNS
    rebinding) sends both. Addresses and `localhost` cannot be rebound and are allowed either way.
    """
