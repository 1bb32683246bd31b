"""Which kind of route a request was for, to know how long each takes."""

from __future__ import annotations

from protocol.distributions import Distribution, Distributions

KINDS = ("graphql", "graphql_stream", "site", "socketio_get", "socketio_post")


def route_kind(method: str, path: str) -> str:
    """One of `KINDS`. `socketio_get` are long polls, which wait for events."""
    if path == "/graphql":
        return "graphql"
    if path.startswith("/socket.io/"):
        return "socketio_get" if method == "GET" else "socketio_post"
    return "graphql_stream" if path == "/graphql/stream" else "site"


class RouteTimes:
    """From the end of a request's head to the end of its answer."""

    def __init__(self) -> None:
        self.distributions = Distributions(KINDS)

    def of(self, method: str, path: str) -> Distribution:
        """Where a request is counted."""
        return self.distributions.of(route_kind(method, path))
