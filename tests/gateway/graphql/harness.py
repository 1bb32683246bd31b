"""A GraphQL endpoint without sockets: requests in, responses out, commands seen."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import msgspec
import trio

from gateway.client_error_log import ClientErrorLog
from gateway.front.response import Headers
from gateway.front.routes import Routes
from gateway.graphql.execution.operations import Operations
from gateway.graphql.http.endpoint import PATH, graphql_routes
from gateway.graphql.limits import Limits
from gateway.pin_throttle import PinThrottle
from protocol.access import Identity
from protocol.errors import AuthenticationError
from protocol.ports import ReadsNowait
from protocol.selection import Viewer
from protocol.users.replies import SignedIn
from tests.support import fakes

NOW = 1_767_225_600_123
JSON_BODY = {b"content-type": b"application/json"}


class Response(msgspec.Struct):
    status: int
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.json.get("errors", ())]


class FakeTokens(fakes.FakeTokens):
    """The token `user:<id>:<role>` speaks for that user; anything else is bad."""

    def verify_access(self, token: str) -> Identity:
        kind, _, rest = token.partition(":")
        if kind != "user":
            raise AuthenticationError("The token has expired", reason="expired")
        user_id, _, role = rest.partition(":")
        return Identity(
            user_id=user_id, email="e", role=role, session_id="s", expires_at=NOW + 1000
        )


class FakeRequest:
    """A request without a connection; it keeps how it is answered and what is spawned for it."""

    path = PATH
    request_id = "req_1"
    extra_headers: Headers = ()
    grace_seconds = 10.0
    closed = False

    def __init__(
        self, method: str, query: str, headers: dict[bytes, bytes], body: bytes, remote: str
    ) -> None:
        self.method = method
        self.query = query
        self.headers = headers
        self.body = body
        self.remote = remote
        log = ClientErrorLog(lambda: NOW)
        self.front = SimpleNamespace(spawn=self._spawn, client_errors=log)
        self.responses: list[Response] = []
        self.failures: list[Exception] = []
        self._work: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []
        self._woken = trio.Event()

    def on_close(self, callback: Callable[[], None]) -> None:
        """The client of this request never goes away."""

    def respond(self, status: int, given: Headers, content: bytes) -> None:
        headers = {name.lower(): value for name, value in (*given, *self.extra_headers)}
        self.responses.append(Response(status, headers, content))
        self._woken.set()

    def answer_failure(self, error: Exception) -> None:
        self.failures.append(error)
        self._woken.set()

    def _spawn(self, function: Callable[..., Any], *args: Any) -> None:
        self._work.append((function, args))
        self._woken.set()

    async def work_off(self) -> int:
        """Run what was spawned until there is an answer. Returns how many tasks that took."""
        tasks = 0
        while self._work or not (self.responses or self.failures):
            await self._woken.wait()
            self._woken = trio.Event()
            while self._work:
                function, args = self._work.pop(0)
                tasks += 1
                await function(*args)
        return tasks


class Service:
    """The endpoint mounted on a table of routes."""

    def __init__(self, reads: ReadsNowait | None = None, **settings: Any) -> None:
        self.post = fakes.FakePost()
        self.fake_reads = fakes.FakeReads()
        self.throttle = fakes.FakeThrottle()
        self.clock = SimpleNamespace(now=lambda: NOW)
        self.pins = PinThrottle(self.throttle, self.clock)
        routes = Routes()
        names = ("secure_cookies", "with_graphiql", "limiter")
        mounting = {name: settings.pop(name) for name in names if name in settings}
        self.operations = Operations(
            post=self.post,
            reads=reads or self.fake_reads,
            tokens=settings.pop("tokens", FakeTokens()),
            clock=self.clock,
            pins=self.pins,
            limits=settings.pop("limits", Limits()),
            **settings,
        )
        graphql_routes(routes, self.operations, **mounting)
        self.routes = routes
        self.tasks = 0

    async def send(
        self,
        method: str,
        query: str = "",
        headers: dict[bytes, bytes] | None = None,
        body: bytes = b"",
        remote: str = "192.0.2.1",
    ) -> Response:
        """One request through the route's handler, with whatever work it starts."""
        request = FakeRequest(method, query, headers or {}, body, remote)
        route = self.routes.find(method, PATH)
        assert route is not None
        route.handler(request)  # type: ignore[arg-type]
        self.tasks += await request.work_off()
        assert not request.failures
        assert len(request.responses) == 1
        return request.responses[0]

    async def ask(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        viewer: Viewer | None = None,
        headers: dict[bytes, bytes] | None = None,
        operation: str | None = None,
        remote: str = "192.0.2.1",
    ) -> Response:
        """POST a document."""
        given = dict(JSON_BODY)
        if viewer is not None and viewer.user_id is not None:
            given[b"authorization"] = f"Bearer user:{viewer.user_id}:{viewer.role}".encode()
        given.update(headers or {})
        body: dict[str, Any] = {"query": query}
        if variables is not None:
            body["variables"] = variables
        if operation is not None:
            body["operationName"] = operation
        return await self.post_json(body, given, remote=remote)

    async def post_json(
        self, body: Any, headers: dict[bytes, bytes] | None = None, *, remote: str = "192.0.2.1"
    ) -> Response:
        """POST any JSON."""
        content = msgspec.json.encode(body)
        given = {**JSON_BODY, **(headers or {})}
        return await self.send("POST", headers=given, body=content, remote=remote)

    async def get(
        self, query: str | None = None, headers: dict[bytes, bytes] | None = None, **fields: str
    ) -> Response:
        """GET a document."""
        document = {} if query is None else {"query": query}
        return await self.send("GET", urlencode({**document, **fields}), headers)


def signed_in(user_id: str, role: str = "student") -> SignedIn:
    """What the users domain replies."""
    return SignedIn(
        user_id=user_id,
        access_token=f"user:{user_id}:{role}",
        refresh_token="refresh-me",
        access_expires_at=NOW + 900_000,
        refresh_expires_at=NOW + 3_600_000,
    )
