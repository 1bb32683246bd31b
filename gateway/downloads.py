"""Files behind links that are good for a while, where this server itself keeps and serves them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from quart import Response
from quart_trio import QuartTrio

from protocol.objects import StoredObject

LINK_SECONDS = 300
"""How long a link is good, and how long a browser may keep what it led to."""

OpenLink = Callable[[str], Any]
"""Awaited with a link's token, it gives the `StoredObject` and its file name."""


def add_downloads(app: QuartTrio, open_link: OpenLink) -> None:
    """The route to which such links lead."""

    @app.get("/objects/<token>")
    async def stored(token: str) -> Response:
        found, filename = await open_link(token)
        return download(found, filename)


def download(found: StoredObject, filename: str) -> Response:
    """A file to be kept under that name; never shown as a page of this site."""
    response = Response(found.data, content_type=found.content_type)
    name = quote(filename, safe="")
    response.headers["content-disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.cache_control.private = True
    response.cache_control.max_age = LINK_SECONDS
    return response
