"""A Quart-Trio application that answers a request whose Host header is no name."""

from __future__ import annotations

from typing import Any, NoReturn

from quart.wrappers.base import BaseRequestWebsocket
from quart_trio import QuartTrio
from werkzeug.exceptions import BadHost
from werkzeug.routing import MapAdapter


class SiteApp(QuartTrio):
    """The library looks at the host before its error handlers are in place, and would fail."""

    def create_url_adapter(self, request: BaseRequestWebsocket | None) -> MapAdapter | None:
        """The routes for a request; for one with a bad host, one that refuses it with 400."""
        try:
            return super().create_url_adapter(request)
        except BadHost:
            return _Refusing(self.url_map, "", "/", "", "http", "/", "GET")


class _Refusing(MapAdapter):
    def match(self, *_: Any, **__: Any) -> NoReturn:
        raise BadHost
