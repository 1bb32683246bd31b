"""Pictures of users, for everybody: they stand beside public names. The audit trail as a file.

No cache answers for an address on its own, since a picture moves when it is not for everybody any
more.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from quart import Response, request
from quart_trio import QuartTrio

from gateway.domain_pages import DomainPages
from gateway.site_files import answer
from gateway.users.audit_file import AuditFile
from protocol.errors import NotFoundError
from protocol.objects import Objects

DOWNLOAD_SECONDS = 600
"""How long a client may take for a file."""


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


def audit_pages(file: AuditFile) -> DomainPages:
    """The audit trail as CSV, filtered by the parameters of the address."""

    def add_views(app: QuartTrio) -> None:
        @app.get("/audit-trail.csv")
        async def audit_trail() -> Response:
            token = request.headers.get("authorization", "")
            first, rest = await file.parts(token, request.args)

            async def body() -> AsyncIterator[bytes]:
                yield first
                async for part in rest:
                    yield part

            response = Response(body(), content_type="text/csv; charset=utf-8")
            response.timeout = DOWNLOAD_SECONDS
            response.headers["content-disposition"] = 'attachment; filename="audit-trail.csv"'
            response.cache_control.no_store = True
            return response

    return DomainPages(add_views=add_views)
