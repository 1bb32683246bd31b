"""Files behind links that expire, for installations that store and serve them themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from quart import Response
from quart_trio import QuartTrio

from gateway.site_files import answer
from protocol.objects import StoredObject

LINK_SECONDS = 300
"""How long a link is valid."""

OpenLink = Callable[[str], Any]
"""An async function from a link's token to the `StoredObject` and its file name."""


def add_downloads(app: QuartTrio, open_link: OpenLink) -> None:
    """Add the route of such links."""

    @app.get("/objects/<token>")
    async def stored(token: str) -> Response:
        found, filename = await open_link(token)
        return download(found, filename)


def download(found: StoredObject, filename: str) -> Response:
    """A response that saves the file under that name, and never shows it as a page of this site."""
    response = answer(found.data, found.content_type)
    name = quote(filename, safe="")
    response.headers["content-disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.cache_control.no_store = True  # a copy would outlive the link
    return response
