"""One subscription as a stream of server-sent events: a `Listener`, and a `Holder` of rights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from gateway.graphql.errors import plain_error, stamp
from gateway.graphql.execution.call import Call
from gateway.graphql.execution.operations import Operations
from gateway.graphql.subscriptions.result import Result, next_event
from gateway.graphql.subscriptions.service import Subscriptions
from gateway.graphql.subscriptions.subscription import Subscription
from protocol.access import Identity
from protocol.errors import AuthenticationError, StoaError

if TYPE_CHECKING:
    from gateway.front.request import Request, ResponseStream
    from gateway.front.timers import Timer

STREAM_HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
"""The last one keeps nginx from buffering events."""
COMPLETE: Final = b"event: complete\ndata: \n\n"
BEAT: Final = b":\n\n"
"""A comment that keeps proxies from closing an idle connection."""


class Streams(Protocol):
    """What all streams of a node share."""

    subscriptions: Subscriptions
    operations: Operations
    beat_seconds: float

    def closed(self, stream: EventStream) -> None:
        """The stream has ended."""


class EventStream:
    """Begins with `begin`, ends when its subscription or its client does."""

    __slots__ = ("_out", "_over", "_request", "_streams", "_subscription", "_timer", "user")

    def __init__(self, streams: Streams, request: Request, user: Identity | None) -> None:
        self.user = user
        self._streams = streams
        self._request = request
        self._over = False
        self._timer: Timer | None = None
        self._subscription: Subscription | None = None
        self._out: ResponseStream = request.start(200, STREAM_HEADERS)

    def begin(self, call: Call) -> None:
        """Subscribe; a refusal becomes the only event."""
        self._request.on_close(self._end)
        try:
            subscription = self._streams.subscriptions.start(call, self.user, self)
        except StoaError as error:
            self._fail(error)
            return
        if subscription.over:
            return
        self._subscription = subscription
        self._out.write(BEAT)
        self._arm()

    # --- what a subscription calls ----------------------------------------------------------------

    def next(self, result: Result, volatile: bool) -> None:
        """Send a result. A volatile one is dropped while anything waits to be sent; the front
        disconnects a client that does not read."""
        if not (volatile and self._out.waiting):
            self._out.write(result.streamed)

    def failed(self, errors: Sequence[dict[str, Any]]) -> None:
        """Send the errors and end the stream."""
        self._out.write(next_event(msgspec.json.encode({"errors": errors})))
        self.completed()

    def completed(self) -> None:
        """Complete the stream."""
        self._out.write(COMPLETE)
        self.interrupt()

    def _fail(self, error: StoaError) -> None:
        request_id = self._request.request_id
        now = self._streams.operations.clock.now()
        shown = plain_error(error, request_id=request_id)
        self.failed(stamp([shown], request_id=request_id, now=now))

    # --- ending -----------------------------------------------------------------------------------

    def interrupt(self) -> None:
        """End the stream as it is."""
        self._out.finish()
        self._end()

    def _end(self) -> None:
        if self._over:
            return
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        if self._subscription is not None:
            self._subscription.stop()
        self._streams.closed(self)

    # --- rights (`gateway.rights.Holder`) ---------------------------------------------------------

    def recheck(self, role: str | None = None) -> None:
        """Check the subscription's right again."""
        if self._subscription is not None:
            self._subscription.recheck(role)

    def close(self, reason: str) -> None:
        """The user was disabled, or the session ended: end the subscription."""
        if self._subscription is not None:
            self._subscription.close(reason)

    # --- time -------------------------------------------------------------------------------------

    def _left(self) -> float:
        """Seconds until the token expires. A stream cannot take a newer one."""
        assert self.user is not None
        return (self.user.expires_at - self._streams.operations.clock.now()) / 1000

    def _arm(self) -> None:
        seconds = max(min(self._streams.beat_seconds, self._left()), 0.0)
        self._timer = self._request.front.timers.call_later(seconds, self._due)

    def _due(self) -> None:
        assert self._subscription is not None
        if self._left() <= 0:
            expired = AuthenticationError("The token has expired", reason="expired")
            self._subscription.end(expired)
        else:
            self._out.write(BEAT)
            self._arm()
