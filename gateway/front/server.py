"""The front as a whole: listening, routing, draining, counting."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
import trio

from gateway.error_objects import error_body
from gateway.front import handshake
from gateway.front.asgi import AsgiApp, AsgiBridge
from gateway.front.dispatcher import Upgradable
from gateway.front.errors import (
    MalformedRequest,
    MethodNotAllowed,
    Saturated,
    TooManyConnections,
)
from gateway.front.http1_reader import HttpConnection
from gateway.front.limits import CLOSE_SERVICE_RESTART, Limits
from gateway.front.proxies import TrustedProxies
from gateway.front.reactor import Reactor
from gateway.front.request import Request
from gateway.front.response import JSON
from gateway.front.routes import Accepted, Refusal, Route, Routes
from gateway.front.services import FrontServices
from gateway.front.stream import Stream
from gateway.front.websocket import WebSocketConnection, WebSocketHandler
from protocol.errors import NotFoundError, StoaError
from protocol.tracing import CURRENT

_log = structlog.get_logger(__name__)

REFUSAL_LOG_MS = 1_000
"""Seconds per log line for a flood of connections past a bound."""


class Front:
    """Serves HTTP/1.1 and WebSocket for `routes`, everything else through `asgi`.

    `now` reads the server's clock, milliseconds since the epoch. `proxies` may report their
    clients; none by default. `announces_tls`: browsers reach the front over TLS alone, which every
    answer tells them. `deflates`: WebSocket clients may agree on permessage-deflate. A Front can
    `serve` once.
    """

    def __init__(
        self,
        routes: Routes,
        *,
        limits: Limits | None = None,
        asgi: AsgiApp | None = None,
        proxies: TrustedProxies | None = None,
        now: Callable[[], int],
        announces_tls: bool = False,
        deflates: bool = False,
    ) -> None:
        self.services = FrontServices(
            limits=limits or Limits(),
            proxies=proxies or TrustedProxies(),
            now=now,
            spawn=self.spawn,
            announces_tls=announces_tls,
        )
        self.websockets: set[WebSocketConnection] = set()
        self.reactor = Reactor(self.services, welcome=self._welcome, refuse=self._refuse_connection)
        self._drain_callbacks: list[Callable[[], None]] = []
        self._routes = routes
        self._deflates = deflates
        self._bridge = AsgiBridge(asgi) if asgi is not None else None
        self._nursery: trio.Nursery | None = None
        self._refusal_noted_at = 0

    # Life

    async def serve(
        self,
        *,
        host: str,
        port: int,
        reuse_port: bool = False,
        listener: socket.socket | None = None,
        task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Serve until cancelled; reports the bound port. Raises OSError if it cannot bind.

        With `reuse_port` several processes may share the port; the kernel spreads connections.
        A `listener` that is given (bound, listening, non-blocking) is used instead, and closed.
        """
        async with trio.open_nursery() as nursery:
            self._nursery = nursery
            nursery.start_soon(self.services.timers.run)
            await nursery.start(self.reactor.run)
            if self._bridge is not None:
                await nursery.start(self._bridge.lifespan)
            if listener is None:
                listener = await _bind(host, port, reuse_port, self.services.limits.backlog)
            self.reactor.listen(listener)
            task_status.started(listener.getsockname()[1])

    async def drain(self, seconds: float) -> None:
        """Stop accepting, finish requests in progress, close WebSockets with 1012.

        Returns when every connection has ended; after `seconds` the rest are cut.
        """
        self.services.draining = True
        self.reactor.stop_listening()
        for callback in self._drain_callbacks:
            try:
                callback()
            except Exception:
                _log.exception("front.drain_callback_failed")
        for connection in list(self.websockets):
            connection.close(CLOSE_SERVICE_RESTART, "the server restarts")
        for stream in list(self.reactor.streams.values()):
            if isinstance(stream.interpreter, HttpConnection) and stream.interpreter.idle:
                stream.close()
        with trio.move_on_after(seconds):
            await self.reactor.wait_empty()
        for stream in list(self.reactor.streams.values()):
            stream.abort()

    def on_drain(self, callback: Callable[[], None]) -> None:
        """Call `callback` when draining begins, so that long answers (polls, streams) can be
        ended."""
        self._drain_callbacks.append(callback)

    def statistics(self) -> dict[str, Any]:
        """Totals, open connections by protocol, and bytes in outboxes."""
        streams = self.reactor.streams.values()
        return {
            **self.services.counters.as_dict(),
            "connections": len(streams),
            "connections_http": len(streams) - len(self.websockets),
            "connections_websocket": len(self.websockets),
            "outbox_bytes": self.services.waiting.held,
            "unfinished_bytes": self.services.unfinished.held,
            "owed_bytes": self.services.owed.held,
            "timers": len(self.services.timers),
            "draining": self.services.draining,
        }

    # For handlers

    def spawn(self, function: Callable[..., Awaitable[None]], *args: Any) -> None:
        """Run `await function(*args)` in the front's nursery, as `services.Spawn` says."""
        assert self._nursery is not None, "the front is not serving"
        self._nursery.start_soon(self._run_task, function, args)

    async def _run_task(
        self, function: Callable[..., Awaitable[None]], args: tuple[Any, ...]
    ) -> None:
        for argument in args:
            if isinstance(argument, Request):
                CURRENT.set(argument)  # what began this may have come from a callback of nobody's
        try:
            await function(*args)
        except Exception as error:
            for argument in args:
                if isinstance(argument, Request):
                    argument.answer_failure(error)
                    return
            self.services.counters.failures += 1
            _log.error("front.task_failed", exc_info=error)

    # For connections: the `Dispatcher`

    def route(self, request: Request) -> Route | None:
        """Who handles `request`; None if nobody does."""
        route = self._routes.find(request.method, request.path)
        if route is not None or self._bridge is None or request.head.raw_path == b"*":
            return route
        return None if self._routes.methods_of(request.path) else self._bridge.route

    def answer_unrouted(self, request: Request) -> None:
        """Answer a request without a handler: 404, 405, or `OPTIONS *`."""
        if request.head.raw_path == b"*":
            request.respond(204, [(b"Allow", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")])
            return
        allowed = self._routes.methods_of(request.path)
        if allowed:
            request.fail(MethodNotAllowed(allowed))
        else:
            request.fail(NotFoundError("resource", request.path))

    def handle(self, route: Route, request: Request) -> None:
        """Call the handler; an exception becomes the answer."""
        before = CURRENT.set(request)
        try:
            route.handler(request)
        except Exception as error:
            request.answer_failure(error)
        finally:
            CURRENT.reset(before)

    def upgrade(self, connection: Upgradable, request: Request) -> None:
        """Answer a WebSocket handshake. An accepted one hands over the stream at once."""
        accept = self._routes.find_websocket(request.path)
        if accept is None:
            request.fail(NotFoundError("WebSocket", request.path))
            return
        error = self._reason_not_to_upgrade(connection, request)
        if error is not None:
            request.fail(error)
            return
        try:
            # Before the application: of one that it has accepted it would not hear the refusal.
            extension = handshake.agreed_extension(request.head) if self._deflates else None
            decision = accept(request)
            if isinstance(decision, Refusal):
                request.respond(decision.status, decision.headers, decision.body)
                return
            accepted = decision if isinstance(decision, Accepted) else Accepted(decision)
            answer = handshake.response(
                request.head,
                accepted.subprotocol,
                request.request_id,
                extension=extension,
                hsts=self.services.encoder.hsts,
            )
        except Exception as failure:
            request.answer_failure(failure)
        else:
            self._turn_over(
                connection, request, accepted.handler, answer, deflates=extension is not None
            )

    def _reason_not_to_upgrade(self, connection: Upgradable, request: Request) -> StoaError | None:
        if self.services.draining:
            return Saturated("The server restarts; try again")
        error = handshake.check(request.head)
        if error is not None:
            return error
        if not connection.alone:
            return MalformedRequest("A WebSocket handshake cannot be pipelined")
        if not self.reactor.has_room_for(connection.stream, request.remote):
            return TooManyConnections("Too many connections from this address")
        return None

    def _turn_over(
        self,
        connection: Upgradable,
        request: Request,
        handler: WebSocketHandler,
        answer: bytes,
        *,
        deflates: bool,
    ) -> None:
        """Switch the stream to WebSocket frames."""
        stream = connection.stream
        self.reactor.attribute(stream, request.remote)
        rest = connection.release()
        websocket = WebSocketConnection(
            self.services,
            self.websockets,
            stream,
            handler,
            request.request_id,
            deflates=deflates,
        )
        stream.interpreter = websocket
        start = partial(websocket.start, rest, request.received_at)
        stream.write_with(answer, lambda: stream.guard(start))

    def _welcome(self, stream: Stream) -> None:
        stream.interpreter = HttpConnection(self.services, self, stream)

    def _refuse_connection(self, sock: socket.socket, reason: str) -> None:
        """Refuse a connection past a bound, without reading its request."""
        error: StoaError = Saturated("Too many connections; try again")
        if reason == "connections per address":
            error = TooManyConnections("Too many connections from this address")
        request_id, now = self.services.new_request_id(), self.services.now()
        if now - self._refusal_noted_at >= REFUSAL_LOG_MS:
            self._refusal_noted_at = now
            refused = self.services.counters.refusals[reason]
            _log.warning(
                "front.connections_refused", request_id=request_id, reason=reason, so_far=refused
            )
        answer = self.services.encoder.whole(
            error.status,
            [JSON, (b"Retry-After", b"5")],
            error_body(error, request_id=request_id, now=now),
            request_id=request_id.encode(),
            now=now,
            close=True,
            head_only=False,
        )
        with contextlib.suppress(OSError):
            sock.send(answer)


async def _bind(host: str, port: int, reuse_port: bool, backlog: int) -> socket.socket:
    """A listening socket on the first address that `host` resolves to."""
    found = await trio.socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setblocking(False)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted sockets inherit this on Linux, which saves a system call for each.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if reuse_port:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
        listener.listen(backlog)
    except BaseException:
        listener.close()
        raise
    return listener
