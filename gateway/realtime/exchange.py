"""One client event from its arrival to its acknowledgement.

An `Exchange` is also the `ReplyTo` of the message it sends to an actor, so that an event costs one
small object and no task. Exactly one acknowledgement leaves it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from gateway.error_objects import error_object
from gateway.realtime.context import AckCallback, Context, Socket
from gateway.realtime.handled import HandledEvents
from gateway.realtime.replies import Ack, is_server_fault
from protocol.envelope import Address, Message
from protocol.errors import ClientError, InternalError, StoaError
from protocol.ports import Clock, Post
from protocol.tracing import known_trace

MAX_LOGGED_NAME = 64

log = structlog.get_logger()

M = TypeVar("M", bound=Message)


class Exchange:
    """An event being handled. Handlers call `ok`, `refuse` or `ask` as their last step."""

    _expected: type[Message]
    _then: Callable[[Any], None]

    __slots__ = (
        "_ack",
        "_clock",
        "_expected",
        "_handled",
        "_name",
        "_number",
        "_on_refusal",
        "_post",
        "_then",
        "context",
        "received_at",
        "socket",
    )

    def __init__(
        self,
        post: Post,
        clock: Clock,
        socket: Socket,
        name: str,
        ack: AckCallback | None,
        received_at: int,
        handled: HandledEvents,
    ) -> None:
        self._handled = handled
        self._post = post
        self._clock = clock
        self._ack = ack
        self._on_refusal: Callable[[StoaError], None] | None = None
        self.socket = socket
        self.context: Context = socket.context
        self.received_at = received_at
        self._name = name
        self._number = self.context.count_event()

    @property
    def request_id(self) -> str:
        """The id that the log and an error's acknowledgement share."""
        return f"{self.socket.id}.{self._number}"

    @property
    def trace_id(self) -> str | None:
        """The trace of whoever opened the connection."""
        return known_trace(self.socket.headers.get(b"traceparent"))

    def now(self) -> int:
        """The server's clock, in milliseconds."""
        return self._clock.now()

    def ok(self, reply: Ack | None = None) -> None:
        """Acknowledge with `{ok: true, **reply}`."""
        seconds = (self._clock.now() - self.received_at) / 1000
        self._handled.times.of(self._name).observe(seconds)
        ack, self._ack = self._ack, None
        if ack is not None and not self.context.closed:
            ack({"ok": True} if reply is None else {"ok": True, **reply})

    def fail(self, error: StoaError) -> None:
        """The actor's refusal (part of `ReplyTo`)."""
        if isinstance(error, ClientError):
            log.info("event.rejected", reason=error.code, why=error.message, **self.facts())
        self.refuse(error)

    def refuse(self, error: StoaError) -> None:
        """Acknowledge with the error object, unless `ask` was given `on_refusal`."""
        handle, self._on_refusal = self._on_refusal, None
        if handle is not None:
            self.guard(handle, error)
            return
        self._handled.refused[error.code] += 1
        if is_server_fault(error):
            log.warning("event.failed", code=error.code, reason=error.message, **self.facts())
        self._send(error_object(error, request_id=self.request_id, now=self.now()))

    def _fail_unexpectedly(self) -> None:
        """Acknowledge a fault that has been logged."""
        self._on_refusal = None
        self._send(error_object(InternalError(), request_id=self.request_id, now=self.now()))

    def facts(self) -> dict[str, Any]:
        """The user, socket and event, for the log."""
        identity = self.context.identity
        return {
            "request_id": self.request_id,
            "event_name": self._name[:MAX_LOGGED_NAME],
            "user": None if identity is None else identity.user_id,
        }

    def _send(self, payload: Ack) -> None:
        seconds = (self._clock.now() - self.received_at) / 1000
        self._handled.times.of(self._name).observe(seconds)
        ack, self._ack = self._ack, None
        if ack is not None and not self.context.closed:
            ack(payload)

    def ask(
        self,
        address: Address,
        message: Message,
        expected: type[M],
        then: Callable[[M], None],
        *,
        on_refusal: Callable[[StoaError], None] | None = None,
    ) -> None:
        """Send `message`; `then` gets the reply in the same callback in which it arrives.

        A refusal is acknowledged as it is, or handed to `on_refusal`, which then must answer.
        """
        self._expected, self._then, self._on_refusal = expected, then, on_refusal
        self._post.request(address, message, self)

    def answer(self, reply: Message) -> None:
        """The actor's reply (part of `ReplyTo`)."""
        self._on_refusal = None
        if isinstance(reply, self._expected):
            self.guard(self._then, reply)
        else:
            log.error("event.reply_unexpected", reply=type(reply).__name__, **self.facts())
            self._fail_unexpectedly()

    def guard(self, step: Callable[..., None], *args: Any) -> None:
        """Run a step of this exchange; an exception becomes the acknowledgement."""
        try:
            step(*args)
        except Exception as error:
            self.raised(error)

    def raised(self, error: Exception) -> None:
        """Acknowledge what a step raised. To be called where it is caught."""
        if isinstance(error, StoaError):
            self.refuse(error)
            return
        log.exception("event.failed", code=InternalError.code, **self.facts())
        self._fail_unexpectedly()
