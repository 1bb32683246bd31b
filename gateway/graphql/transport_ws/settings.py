"""Every bound and interval of GraphQL over WebSocket."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Times are seconds. How long one message may be is the front's `message_bytes`."""

    init_seconds: float = 10.0
    """From the opening of the socket to `connection_init`."""
    ping_seconds: float = 20.0
    """Silence after which the client is pinged; shorter than the front's own ping interval."""
    pong_seconds: float = 20.0
    """Silence after that ping until the client is considered gone."""

    expired_seconds: float = 60.0
    """After its token has expired a socket carries nothing; it may still be given a newer one."""

    max_operations: int = 100
    """Concurrent subscriptions, queries and mutations of one socket."""
    max_sockets_per_user: int = 20
    """Signed-in sockets of one user; a browser tab needs one."""

    messages_per_second: float = 50.0
    messages_burst: int = 200
    """How many messages a client may be ahead of its rate; further operations are refused."""
    max_refused_in_a_row: int = 400
    """Consecutive messages over the rate, past which the socket is closed."""

    allowed_origins: tuple[str, ...] = ()
    same_host_allowed: bool = True
    """Both as in `gateway.origins.Origins`."""
