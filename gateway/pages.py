"""The Quart-Trio app for the long tail of routes: static pages, QR codes, pages of domains.

Files are read once at start and kept with their ETag (`site_files`). The pages load nothing from
other sites, which the Content-Security-Policy enforces.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any

import msgspec
import structlog
from quart import Response, g, request
from quart_trio import QuartTrio
from werkzeug.exceptions import HTTPException

from gateway.domain_pages import DomainPages
from gateway.downloads import OpenLink, add_downloads
from gateway.error_objects import error_object
from gateway.media_ranges import prefers_html
from gateway.qr import QrCodes
from gateway.site_app import SiteApp, allow, explain
from gateway.site_assets import ASSETS, TYPES, WEB, hash_of, link_assets
from gateway.site_files import FOREVER, StaticFile, compress, respond
from protocol.errors import (
    ClientError,
    InternalError,
    NotFoundError,
    StoaError,
)
from protocol.ports import Clock

log = structlog.get_logger()

PAGES = {
    "/": "index.html",
    "/play": "index.html",
    "/join": "index.html",
    "/host": "host.html",
    "/account": "account.html",
}
ERROR_PAGE = "error.html"
"""A template, not a page: `{code}` and `{message}` are filled in."""
GRAPHIQL = ("/graphiql/", "/vendor/graphiql/")
MAX_BODY = 64 * 1024

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: https:",  # pictures in questions
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


def read_static(
    root: Path, domains: Sequence[DomainPages] = (), *, with_graphiql: bool = False
) -> dict[str, StaticFile]:
    """Read every file below `root` by its path on the site; pages also by their own addresses."""
    files = {}
    templates = frozenset({ERROR_PAGE}).union(*(domain.templates for domain in domains))
    for path in sorted(root.rglob("*")):
        name = f"/{path.relative_to(root).as_posix()}"
        if not with_graphiql and name.startswith(GRAPHIQL):
            continue
        if path.is_file() and path.suffix in TYPES and path.name not in templates:
            body = path.read_bytes()
            if path.suffix == ".html":
                body = link_assets(body.decode(), root).encode()
            files[name] = StaticFile.of(body, TYPES[path.suffix])
    for addresses in (PAGES, *(domain.addresses for domain in domains)):
        for address, name in addresses.items():
            files[address] = files[f"/{name}"]
    return files


def create_app(
    *,
    clock: Clock,
    domains: Sequence[DomainPages] = (),
    open_link: OpenLink | None = None,
    public_url: str | None = None,
    with_graphiql: bool = False,
    web: Path = WEB,
) -> QuartTrio:
    """The app with the pages of the `domains`.

    `public_url` is where players reach the site, None for the address of the request. `open_link`
    opens the links of files, if this server itself serves them.
    """
    app = SiteApp("gateway", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    _add_static(app, read_static(web, domains, with_graphiql=with_graphiql), hash_of(web))
    _add_endpoints(app, public_url)
    for domain in domains:
        domain.add_views(app)
    if open_link is not None:
        add_downloads(app, open_link)
    _add_headers(app)
    _add_errors(app, clock)
    return app


def _add_static(app: QuartTrio, files: dict[str, StaticFile], version: str) -> None:
    def serve(file: StaticFile) -> Callable[[], Awaitable[Response]]:
        async def view() -> Response:
            return await respond(file, "no-cache")  # revalidate each time; a 304 is cheap

        return view

    for path, file in files.items():
        app.add_url_rule(path, f"static {path}", serve(file), methods=["GET"])

    @app.get(f"{ASSETS}/<wanted>/<path:name>")
    async def asset(wanted: str, name: str) -> Response:
        file = files.get(f"/{name}")
        if file is None or file.content_type == TYPES[".html"]:
            raise NotFoundError("page", f"/{name}"[:200])
        # A page of another version finds what there is now, which no cache may keep as its own.
        return await respond(file, FOREVER if wanted == version else "no-cache")


def _add_endpoints(app: QuartTrio, public_url: str | None) -> None:
    @app.get("/site.json")
    async def site() -> Response:
        return _json({"publicUrl": public_url})

    codes = QrCodes()

    @app.get("/qr.svg")
    async def qr() -> Response:
        svg = await codes.svg(request.args.get("text", ""))
        response = Response(svg, content_type=TYPES[".svg"])
        response.cache_control.max_age = 86_400
        return response


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, content_type="application/json")


def _add_headers(app: QuartTrio) -> None:
    @app.before_request
    async def name_request() -> None:
        if "request_id" not in structlog.contextvars.get_contextvars():
            # Without the front, which would have set it, we must set the header here.
            g.own_request_id = f"req_{token_hex(8)}"
            structlog.contextvars.bind_contextvars(request_id=g.own_request_id)

    @app.after_request
    async def secure(response: Response) -> Response:
        response.headers.update(SECURITY_HEADERS)
        # What says nothing else is of now, and caches would keep even a 404 by a rule of their own.
        response.headers.setdefault("cache-control", "no-store")
        explain(response)
        await compress(response)
        if "own_request_id" in g:
            response.headers["x-request-id"] = g.own_request_id
            structlog.contextvars.unbind_contextvars("request_id")
        return response


def _add_errors(app: QuartTrio, clock: Clock) -> None:
    @app.errorhandler(StoaError)
    async def stoa_error(error: StoaError) -> Response:
        if _status(error) >= 500:
            log.warning("page.failed", path=request.path, code=error.code, reason=error.message)
        return _error(error, clock.now(), _status(error))

    @app.errorhandler(HTTPException)
    async def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        if status >= 500:
            log.warning("page.failed", path=request.path, status=status, reason=error.name)
        known = _of_http(error, status)
        return allow(_error(known, clock.now(), status), error)

    @app.errorhandler(Exception)
    async def unexpected(error: Exception) -> Response:
        log.error("page.failed", path=request.path, exc_info=error)
        return _error(InternalError(), clock.now(), 500)


def _status(error: StoaError) -> int:
    return type(error).status


def _of_http(error: HTTPException, status: int) -> StoaError:
    if status == 404:
        return NotFoundError("page", request.path[:200])
    if status >= 500:
        return InternalError()
    return ClientError(error.description or error.name)


def _error(error: StoaError, now: int, status: int) -> Response:
    """The specification's error object, or a small page for clients that prefer HTML."""
    body = error_object(
        error, request_id=structlog.contextvars.get_contextvars()["request_id"], now=now
    )
    if prefers_html(request.headers.get("accept", "")):
        page = (
            _error_page()
            .replace("{code}", str(status))
            .replace("{message}", _escape(error.message))
        )
        return Response(page, status, content_type=TYPES[".html"])
    return _json(body, status)


@cache
def _error_page() -> str:
    return link_assets((WEB / ERROR_PAGE).read_text(encoding="utf-8"))


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
