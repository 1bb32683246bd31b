"""Every bound of the front, and the WebSocket close codes it uses.

The defaults suit a classroom's traffic: many idle connections, small messages, a burst at each
question. Times are seconds, sizes are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

CLOSE_NORMAL = 1000
CLOSE_GOING_AWAY = 1001
CLOSE_PROTOCOL_ERROR = 1002
CLOSE_NO_STATUS = 1005
CLOSE_ABNORMAL = 1006
CLOSE_INVALID_DATA = 1007
CLOSE_TOO_BIG = 1009
CLOSE_INTERNAL_ERROR = 1011
CLOSE_SERVICE_RESTART = 1012
CLOSE_TRY_LATER = 1013
CLOSE_SLOW_CONSUMER = 4008
"""The client read too slowly and its outbox was full; it may connect again and resume."""
CLOSE_TOO_MANY = 4429
"""The client went on sending what was refused for its rate."""

SLOW_CONSUMER_REASON = "slow consumer"
OVERLOADED_REASON = "too many unfinished messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what clients may do to the front."""

    connections: int = 50_000
    """Open at once; one more is answered 503 and closed."""
    connections_per_address: int = 5_000
    """A whole school may share one address, and yet leaves room for others; one more is answered
    429. For IPv6 it is the /64.

    It is generous, because a whole school may share one address. Behind a trusted proxy it bounds
    the WebSockets of each client, not the proxy's connections.
    """
    accepts_per_turn: int = 64
    accept_pause_seconds: float = 0.1
    """How long accepting pauses when the process has no file descriptors left."""
    backlog: int = 4_096

    request_line_bytes: int = 8_192
    head_bytes: int = 16_384
    """Request line and headers together, the empty line included."""
    headers: int = 100
    body_bytes: int = 1_048_576
    """Body bytes for a route with no other bound; such bodies are held in memory."""
    unfinished_bytes: int = 256 * 1_048_576
    """Bytes of incomplete request bodies and WebSocket messages of all connections together;
    past this the connection that sends more is refused, with 503 or close code 1013."""
    owed_bytes: int = 256 * 1_048_576
    """Of answers that wait for those to earlier requests of their connection, of all connections
    together; past it the connection whose answer grows is cut."""
    waiting_bytes: int = 256 * 1_048_576
    """Of answers and frames that peers have not read yet, of all connections together; past it the
    connection that grows is cut, unless it holds `waiting_share_bytes` at most."""
    waiting_share_bytes: int = 16_384
    """What a connection may always have waiting: small answers reach everybody."""
    stream_body_bytes: int = 64 * 1_048_576
    """Body bytes for routes that read a stream, mainly the ASGI application; also the bound on
    one connection's complete answers that wait for earlier ones."""
    stream_buffer_bytes: int = 262_144
    """Bytes of a streamed body held while the application does not read; then the socket pauses."""
    pipeline_depth: int = 16
    """Concurrent requests of one connection; the next is read when one is answered."""

    first_byte_seconds: float = 10.0
    """From connecting to the first byte; then the connection is closed without an answer."""
    head_seconds: float = 10.0
    """From the first byte of a request to the end of its headers; then 408."""
    body_seconds: float = 60.0
    """From the end of the headers to the end of the body, plus the time its size takes at
    `body_bytes_per_second`; then 408."""
    body_bytes_per_second: int = 16_384
    """The slowest acceptable upload."""
    keep_alive_seconds: float = 75.0
    half_closed_seconds: float = 10.0
    """For the answers to a peer that has ended its sending half, which may as well have gone;
    requests may say less."""
    send_stall_seconds: float = 30.0
    """How long the peer may take no byte of a waiting response or frame."""

    message_bytes: int = 1_048_576
    """Bytes of one WebSocket message, however many frames it has; more is close code 1009."""
    outbox_bytes: int = 1_048_576
    """Bytes waiting for one peer; more is close code 4008, or the end of a streamed answer."""
    ping_seconds: float = 25.0
    """Silence after which a WebSocket peer is pinged."""
    pong_seconds: float = 20.0
    """Silence after that ping until the peer counts as gone."""
    close_seconds: float = 5.0
    """Time for the peer's half of the closing handshake and for reading the rest of the outbox."""

    events_per_turn: int = 256
    """Ready sockets served before other Trio tasks run."""
    messages_per_turn: int = 64
    """Requests or frames of one connection served before other connections."""
    turn_seconds: float = 0.005
    """Of them no more are begun after so long; one GraphQL operation may take as much to plan."""
    timer_tick_seconds: float = 0.05
