"""Pictures of users, for everybody: they stand beside public names.

No cache answers for an address on its own, since a picture moves when it is not for everybody any
more.
"""

from __future__ import annotations

from typing import Any

from quart import Response
from quart_trio import QuartTrio

from gateway.domain_pages import DomainPages
from gateway.site_files import answer
from protocol.errors import NotFoundError
from protocol.objects import Objects


def avatar_pages(objects: Objects) -> DomainPages:
    """The pictures that `SetAvatar` has put into `objects`."""

    def add_views(app: QuartTrio) -> None:
        @app.get("/avatars/<uuid:user_id>/<name>")
        async def avatar(user_id: Any, name: str) -> Response:
            try:
                found = await objects.get(f"avatars/{user_id}/{name}")
            except ValueError:  # a malformed key was never stored
                found = None
            if found is None:
                raise NotFoundError("picture", name[:64])
            response = answer(found.data, found.content_type, etag=name)  # new ones get new names
            response.cache_control.private = response.cache_control.no_cache = True
            return response

    return DomainPages(add_views=add_views)
