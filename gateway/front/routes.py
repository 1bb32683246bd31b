"""Routing of requests to handlers. Exact paths are one dictionary look-up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.front.request import Request
from gateway.front.response import Headers
from gateway.front.websocket import WebSocketHandler

HttpHandler = Callable[[Request], None]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Accept the handshake, with one of the subprotocols that the client offered."""

    handler: WebSocketHandler
    subprotocol: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Answer the handshake with a plain HTTP response."""

    status: int
    headers: Headers = ()
    body: bytes = b""


AcceptWebSocket = Callable[[Request], WebSocketHandler | Accepted | Refusal]


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and the bounds of its body.

    With `stream`, the handler is called when the headers are complete and reads the body through
    `Request.receive`; otherwise it gets the whole body. `body_bytes` None is the limit's default.
    So is `body_bytes_per_second`, the slowest that a body may come.
    """

    handler: HttpHandler
    body_bytes: int | None = None
    stream: bool = False
    body_bytes_per_second: int | None = None


class Routes:
    """The table of hot routes. `find` prefers an exact path, then the longest prefix."""

    def __init__(self) -> None:
        self._exact: dict[tuple[str, str], Route] = {}
        self._prefixes: list[tuple[str, str, Route]] = []
        self._websockets: dict[str, AcceptWebSocket] = {}

    def http(
        self, method: str, path: str, handler: HttpHandler, *, body_bytes: int | None = None
    ) -> None:
        """Answer `method` on exactly `path`. GET also answers HEAD."""
        self._exact[method, path] = Route(handler, body_bytes)

    def http_prefix(self, method: str, prefix: str, route: Route) -> None:
        """Answer `method` on every path that begins with `prefix`. GET also answers HEAD."""
        self._prefixes.append((method, prefix, route))
        self._prefixes.sort(key=lambda entry: -len(entry[1]))

    def websocket(self, path: str, accept: AcceptWebSocket) -> None:
        """Let `accept` decide on handshakes for exactly `path`."""
        self._websockets[path] = accept

    def find(self, method: str, path: str) -> Route | None:
        """The route of a plain request."""
        if method == "HEAD":
            return self.find("GET", path)
        route = self._exact.get((method, path))
        if route is None and self._prefixes:
            for known, prefix, candidate in self._prefixes:
                if known == method and path.startswith(prefix):
                    return candidate
        return route

    def find_websocket(self, path: str) -> AcceptWebSocket | None:
        """The function that decides on a handshake for `path`."""
        return self._websockets.get(path)

    def methods_of(self, path: str) -> list[str]:
        """The methods that `path` knows, for a 405's `Allow`."""
        methods = {method for method, known in self._exact if known == path}
        methods |= {method for method, prefix, _ in self._prefixes if path.startswith(prefix)}
        if "GET" in methods:
            methods.add("HEAD")
        return sorted(methods)
