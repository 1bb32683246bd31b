"""Every bound of the front, and the WebSocket close codes it uses.

The defaults suit a classroom's traffic: many idle connections, small messages, a burst at each
question. Times are seconds, sizes are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

CLOSE_NORMAL = 1000
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
    """What a client may do to the front before it is refused."""

    connections: int = 50_000
    """Open at once; one more is answered 503 and closed."""
    connections_per_address: int = 5_000
    """A whole school may share one address, and yet leaves room for others; one more is answered
    429. For IPv6 it is the /64.

    Behind a trusted proxy it bounds the WebSockets of each client, not the proxy's connections."""
    accepts_per_turn: int = 64
    accept_pause_seconds: float = 0.1
    """How long accepting rests when the process has no file descriptors left."""
    backlog: int = 4_096

    request_line_bytes: int = 8_192
    head_bytes: int = 16_384
    """Request line and headers together, the empty line included."""
    headers: int = 100
    body_bytes: int = 1_048_576
    """For a route that names no other bound; such bodies are held in memory."""
    unfinished_bytes: int = 256 * 1_048_576
    """Of request bodies and WebSocket messages that have begun to arrive, of all connections
    together; past it the one that grows is refused, with 503 or close code 1013."""
    owed_bytes: int = 256 * 1_048_576
    """Of answers that wait for those to earlier requests of their connection, of all connections
    together; past it the connection whose answer grows is cut."""
    waiting_bytes: int = 256 * 1_048_576
    """Of answers and frames that peers have not read yet, of all connections together; past it the
    connection that grows is cut, unless it holds `waiting_share_bytes` at most."""
    waiting_share_bytes: int = 16_384
    """What a connection may always have waiting: small answers reach everybody."""
    stream_body_bytes: int = 64 * 1_048_576
    """For routes that read their body as a stream, the ASGI application above all; and of complete
    answers of one connection that wait for earlier ones."""
    stream_buffer_bytes: int = 262_144
    """Of a streamed body held while the application does not read; then the socket waits."""
    pipeline_depth: int = 16
    """Requests of one connection in progress; the next is read when one is answered."""

    first_byte_seconds: float = 10.0
    """From connecting to the first byte; past it the connection is closed without a word."""
    head_seconds: float = 10.0
    """From the first byte of a request to the end of its headers; past it 408."""
    body_seconds: float = 60.0
    """From the end of the headers to the end of the body, and longer by what its size allows at
    `body_bytes_per_second`; past it 408."""
    body_bytes_per_second: int = 16_384
    """The slowest upload that is waited for."""
    keep_alive_seconds: float = 75.0
    send_stall_seconds: float = 30.0
    """Without the peer taking a single byte of a waiting response or frame."""

    message_bytes: int = 1_048_576
    """One WebSocket message, however many frames it comes in; past it close code 1009."""
    outbox_bytes: int = 1_048_576
    """Bytes waiting for one peer; past it close code 4008, or the end of a streamed answer."""
    ping_seconds: float = 25.0
    """Silence after which a WebSocket peer is pinged."""
    pong_seconds: float = 20.0
    """Silence after that ping until the peer is taken for gone."""
    close_seconds: float = 5.0
    """For the peer's half of the closing handshake, and for reading what is left in the outbox."""

    events_per_turn: int = 256
    """Ready sockets served before other Trio tasks get their turn."""
    messages_per_turn: int = 64
    """Requests or frames of one connection served before the others get their turn."""
    timer_tick_seconds: float = 0.05
