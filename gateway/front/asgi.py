"""Running an ASGI 3 application behind the front: HTTP and lifespan.

Requests without a hot route come here. Bodies stream both ways: if the client does not read, the
application waits, and the other way round. Relies on the ASGI specification (HTTP & WebSocket 2.3,
lifespan 2.0); WebSockets have only hot routes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
import trio

from gateway.front.request import ClientGone, Request, ResponseStream
from gateway.front.routes import Route

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_log = structlog.get_logger(__name__)

SHUTDOWN_SECONDS = 10.0
"""Seconds for the application's own shutdown handlers."""


class LifespanFailed(RuntimeError):
    """The application refused to start."""


class AsgiBridge:
    """Passes requests to `app`. `route` is the front's route for them."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._state: dict[str, Any] = {}
        self.route = Route(self._handle, stream=True)

    async def lifespan(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Start the application, report, and shut it down when cancelled.

        Raises LifespanFailed. An application without lifespan support is used without it.
        """
        lifespan = _Lifespan(self._app, self._state)
        # The application must outlive the cancellation that stops the front, to shut down.
        running = trio.CancelScope(shield=True)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_run_in, running, lifespan.run)
            try:
                await lifespan.start()
                task_status.started()
                try:
                    await trio.sleep_forever()
                finally:
                    deadline = trio.current_time() + SHUTDOWN_SECONDS
                    with trio.CancelScope(shield=True, deadline=deadline):
                        await lifespan.stop()
            finally:
                running.cancel()

    def _handle(self, request: Request) -> None:
        request.front.spawn(self._run, request)

    async def _run(self, request: Request) -> None:
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # only of this task
        exchange = _Exchange(request)
        await self._app(_scope(request, self._state), exchange.receive, exchange.send)
        exchange.check_complete()


class _Lifespan:
    """The application's side of the lifespan protocol, and the front's."""

    __slots__ = ("_app", "_failure", "_from_front", "_started", "_state", "_stopped", "_to_app")

    def __init__(self, app: AsgiApp, state: dict[str, Any]) -> None:
        self._app = app
        self._state = state
        self._to_app, self._from_front = trio.open_memory_channel[Message](2)
        self._started, self._stopped = trio.Event(), trio.Event()
        self._failure: str | None = None

    async def run(self) -> None:
        """The application's own task."""
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self._state,
        }
        try:
            await self._app(scope, self._from_front.receive, self._send)
        except Exception as error:
            if self._started.is_set():
                _log.error("asgi.lifespan_failed", exc_info=error)
            else:
                _log.info("asgi.lifespan_unsupported", reason=repr(error))
        self._started.set()
        self._stopped.set()

    async def start(self) -> None:
        """Start the application. Raises LifespanFailed."""
        await self._to_app.send({"type": "lifespan.startup"})
        await self._started.wait()
        if self._failure is not None:
            raise LifespanFailed(self._failure)

    async def stop(self) -> None:
        """Shut the application down."""
        self._to_app.send_nowait({"type": "lifespan.shutdown"})
        await self._stopped.wait()

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if kind.endswith(".failed"):
            self._failure = str(message.get("message", ""))
        (self._started if kind.startswith("lifespan.startup") else self._stopped).set()


class _Exchange:
    """One request's `receive` and `send`."""

    __slots__ = ("_body_ended", "_closed", "_pending", "_request", "_stream")

    def __init__(self, request: Request) -> None:
        self._request = request
        self._body_ended = False
        self._closed = trio.Event()
        self._pending: tuple[int, list[tuple[bytes, bytes]]] | None = None
        self._stream: ResponseStream | None = None
        request.on_close(self._closed.set)

    async def receive(self) -> Message:
        """A piece of the body, then `http.disconnect` once the client or the answer is gone."""
        if not self._body_ended:
            try:
                body, more = await self._request.receive()
            except ClientGone:
                return {"type": "http.disconnect"}
            self._body_ended = not more
            return {"type": "http.request", "body": body, "more_body": more}
        await self._closed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Send a part of the answer; waits until the client has taken what was sent before."""
        kind = message["type"]
        if self._request.closed:
            return
        if kind == "http.response.start":
            headers = [(bytes(name), bytes(value)) for name, value in message.get("headers", ())]
            self._pending = (message["status"], headers)
        elif kind == "http.response.body":
            await self._send_body(bytes(message.get("body", b"")), message.get("more_body", False))
        else:
            raise RuntimeError(f"the front does not know the ASGI message {kind!r}")

    async def _send_body(self, body: bytes, more: bool) -> None:
        if self._pending is not None:
            (status, headers), self._pending = self._pending, None
            self._request.noted = True  # the application logs its own answers
            if not more and self._request.method != "HEAD":
                whole = _without_framing(_without_doubles(status, headers))
                self._request.respond(status, whole, body)
                self._closed.set()
                return
            self._stream = self._request.start(status, _without_doubles(status, headers))
        if self._stream is None:
            raise RuntimeError("the application sent a body before or after its response")
        self._stream.write(body)
        if not more:
            self._stream.finish()
            self._stream = None
            self._closed.set()
            return
        with contextlib.suppress(ClientGone):  # the application learns of it through `receive`
            await self._stream.wait_drained()

    def check_complete(self) -> None:
        """Check, when the application has returned, that it has answered."""
        if not self._request.finished and not self._request.closed:
            raise RuntimeError("the application returned without completing its response")


async def _run_in(scope: trio.CancelScope, function: Callable[[], Awaitable[None]]) -> None:
    with scope:
        await function()


def _without_framing(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers without framing: the front knows the length of a whole body."""
    framing = (b"content-length", b"transfer-encoding", b"date", b"connection")
    return [header for header in headers if header[0].lower() not in framing]


def _without_doubles(status: int, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers without those that the front gives every answer, and without the length of a body
    that a 304 does not have: 0 would contradict the length that a 200 would have."""
    wrong = {b"x-content-type-options"}
    if status in (204, 304):
        wrong.add(b"content-length")
    return [header for header in headers if header[0].lower() not in wrong]


def _scope(request: Request, state: dict[str, Any]) -> Scope:
    head = request.head
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": f"1.{head.minor_version}",
        "method": head.method,
        "scheme": request.scheme,
        "path": head.path,
        "raw_path": head.raw_path,
        "query_string": head.query.encode("ascii"),
        "root_path": "",
        "headers": head.fields,
        "client": (request.remote, 0),
        "server": None,
        "state": state.copy(),
        "extensions": {},
    }
