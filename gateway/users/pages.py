"""Pictures of users, for everybody: they stand beside public names."""

from __future__ import annotations

from typing import Any

from quart import Response
from quart_trio import QuartTrio

from gateway.domain_pages import DomainPages
from protocol.errors import NotFoundError
from protocol.objects import Objects

YEAR_SECONDS = 365 * 86_400


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
            response = Response(found.data, content_type=found.content_type)
            response.cache_control.public = response.cache_control.immutable = True
            response.cache_control.max_age = YEAR_SECONDS  # a new picture has a new address
            return response

    return DomainPages(add_views=add_views)
