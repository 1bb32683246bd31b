"""What the Quart-Trio applications share: bad hosts, and the headers that a status must have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from quart import Response, request
from quart.routing import QuartRule
from quart.wrappers.base import BaseRequestWebsocket
from quart_trio import QuartTrio
from werkzeug.exceptions import BadHost, HTTPException, MethodNotAllowed
from werkzeug.routing import MapAdapter

from gateway.explanations import explanation


class SiteRule(QuartRule):
    """A rule that has no code to make addresses before one is made.

    The library compiles it, twice for each rule, which was a quarter of a second at each start.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder

        def build(rule: SiteRule, **values: Any) -> tuple[str, str]:
            return compile_now(append_unknown)(rule, **values)

        return build


class SiteApp(QuartTrio):
    """The library looks at the host before its error handlers are in place, and would fail."""

    url_rule_class = SiteRule  # type: ignore[assignment]  # as the library has it

    def create_url_adapter(self, request: BaseRequestWebsocket | None) -> MapAdapter | None:
        """The routes for a request; for one with a bad host, one that refuses it with 400."""
        try:
            return super().create_url_adapter(request)
        except BadHost:
            return _Refusing(self.url_map, "", "/", "", "http", "/", "GET")


def explain(response: Response) -> None:
    """Add the header that the response's status must have, if it has none."""
    known = explanation(response.status_code, with_token="authorization" in request.headers)
    if known is not None:
        response.headers.setdefault(*known)


def allow(response: Response, error: HTTPException) -> Response:
    """The response with the methods that the resource knows, if the method is what is wrong."""
    if isinstance(error, MethodNotAllowed):
        response.headers["allow"] = ", ".join(sorted(error.valid_methods or ["GET"]))
    return response


class _Refusing(MapAdapter):
    def match(self, *_: Any, **__: Any) -> NoReturn:
        raise BadHost
