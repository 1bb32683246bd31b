"""Which kind of route a request was for, to know how long each takes."""

from __future__ import annotations

from protocol.distributions import Distribution, Distributions

KINDS = ("graphql", "graphql_stream", "objects", "site", "socketio_get", "socketio_post", "streams")
BY_PATH = {"/graphql": "graphql", "/graphql/stream": "graphql_stream"}
"""The kinds that are a single path."""


def route_kind(method: str, path: str) -> str:
    """One of `KINDS`. `socketio_get` are long polls, which wait for events; `objects` are files
    that browsers send and fetch, which take as long as their networks, and `streams` pieces of
    films."""
    if path.startswith("/socket.io/"):
        return "socketio_get" if method == "GET" else "socketio_post"
    if path.startswith("/objects/"):
        return "objects"
    if path.startswith("/streams/"):
        return "streams"
    return BY_PATH.get(path, "site")


class RouteTimes:
    """From the end of a request's head to the end of its answer."""

    def __init__(self) -> None:
        self.distributions = Distributions(KINDS)
        self._by_path = {path: self.distributions.of(kind) for path, kind in BY_PATH.items()}

    def of(self, method: str, path: str) -> Distribution:
        """Where a request is counted."""
        return self._by_path.get(path) or self.distributions.of(route_kind(method, path))
