"""The front's routes of links to files."""

from __future__ import annotations

from typing import Final

from gateway.front.routes import Route, Routes
from gateway.object_links.downloads import Downloads
from gateway.object_links.uploads import PartUploads
from protocol.object_links import PATH, ServedLinks
from protocol.uploads import PART_BYTES

SLOWEST_BYTES_PER_SECOND: Final = 4_096
"""Of a body: a whole part then takes as long as its link is good, an hour."""


def add_object_routes(routes: Routes, links: ServedLinks) -> None:
    """Answer `GET`, `HEAD` and `PUT` on links."""
    uploads = PartUploads(links)
    routes.http_prefix("GET", PATH, Route(Downloads(links).handle))
    routes.http_prefix(
        "PUT",
        PATH,
        Route(
            uploads.handle,
            body_bytes=PART_BYTES,
            stream=True,
            body_bytes_per_second=SLOWEST_BYTES_PER_SECOND,
        ),
    )
