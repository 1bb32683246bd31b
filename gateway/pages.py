"""The Quart-Trio app for the long tail of routes: static pages, QR codes, pages of domains.

Files are read once at start and kept with their ETag (`site_files`). The pages load nothing from
other sites, which the Content-Security-Policy enforces.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from secrets import token_hex
from typing import Any

import msgspec
import structlog
from quart import Response, g, request
from quart_trio import QuartTrio
from werkzeug.exceptions import HTTPException

from gateway.domain_pages import DomainPages
from gateway.error_objects import error_object
from gateway.error_page import ERROR_PAGE, error_page
from gateway.media_ranges import prefers_html
from gateway.page_headers import SECURITY_HEADERS, content_security_policy
from gateway.qr import QrCodes
from gateway.site_app import SiteApp, allow, explain
from gateway.site_assets import (
    ASSETS,
    TYPES,
    WEB,
    hash_of,
    import_map_sources,
    link_assets,
)
from gateway.site_documents import documents, joined
from gateway.site_files import FOREVER, GIVEN, StaticFile, compress, respond
from gateway.word_sections import FOLDER as WORDS
from gateway.word_sections import is_whole, word_parts
from protocol.errors import (
    ClientError,
    InternalError,
    NotFoundError,
    StoaError,
)
from protocol.ports import Clock

log = structlog.get_logger()

SHELL = "app.html"
"""The document of every page of the application, which draws what belongs to the address."""
GRAPHIQL = ("/graphiql/", "/vendor/graphiql/")
SHOWCASE = "/showcase/"
SHOWCASE_ADDRESS = "/kit"
ONE_VERSION = frozenset((".js", ".json"))
"""A page gets these in its own version or not at all: two versions would be one broken page."""
KEPT = "/files.json"
KEPT_TYPES = frozenset((".css", ".js", ".json", ".svg"))
LOADED_LATER = (*GRAPHIQL, SHOWCASE, "/service-worker.js", "/vendor/")
"""What is not kept before it is needed."""
PARTS = frozenset(("text/css", "text/javascript", "application/json", "font/woff2"))
"""Types that no browser shows as a document that could run something."""
MAX_BODY = 64 * 1024


def read_static(
    root: Path,
    domains: Sequence[DomainPages] = (),
    *,
    with_graphiql: bool = False,
    with_showcase: bool = False,
) -> dict[str, StaticFile]:
    """Read every file below `root` by its path on the site; pages also by their own addresses."""
    absent = (*(() if with_graphiql else GRAPHIQL), *(() if with_showcase else (SHOWCASE,)))
    templates = frozenset({ERROR_PAGE}).union(*(domain.templates for domain in domains))
    files = {
        name: file
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix in TYPES and path.name not in templates
        for name, file in _read(path, root)
        if not name.startswith(absent)
    }
    for addresses in (domain.addresses for domain in domains):
        for address, name in addresses.items():
            files[address] = files[f"/{name}"]
    if with_showcase:
        files[SHOWCASE_ADDRESS] = files[f"{SHOWCASE}index.html"]
    _add_application(files, root)
    return files


def _read(path: Path, root: Path) -> Iterator[tuple[str, StaticFile]]:
    """A file by its path on the site, and the parts that it is served in too."""
    name = f"/{path.relative_to(root).as_posix()}"
    body = path.read_bytes()
    if path.suffix == ".html":
        body = link_assets(body.decode(), root).encode()
    yield name, StaticFile.of(body, TYPES[path.suffix])
    if name.startswith(WORDS):
        for part, words in word_parts(name, body):
            yield part, StaticFile.of(words, TYPES[".json"])


def _add_application(files: dict[str, StaticFile], root: Path) -> None:
    """The documents of the application, its scripts in chunks, and the list of what is kept."""
    shell = (root / SHELL).read_text(encoding="utf-8")
    chunks = joined(root, shell)
    for name, text in chunks.files.items():
        files[f"/{name}"] = StaticFile.of(text.encode(), TYPES[Path(name).suffix])
    drawn = dict(documents(root, shell, chunks))
    for rule, page in drawn.items():
        files[rule] = StaticFile.of(link_assets(page, root).encode(), TYPES[".html"])
    files[KEPT] = kept_files(files, drawn, {f"/{name}" for name in chunks.modules})


def kept_files(
    files: Mapping[str, StaticFile], rules: Iterable[str], made_of: AbstractSet[str]
) -> StaticFile:
    """What `service-worker.js` keeps, and the addresses that it may draw without a network.

    Of the modules in `made_of` it keeps what they were joined into.
    """
    names = [
        name[1:]
        for name in files
        if Path(name).suffix in KEPT_TYPES
        and not name.startswith(LOADED_LATER)
        and not is_whole(name)  # its parts are kept
        and name not in made_of
    ]
    pages = [rule.replace("<", ":").replace(">", "") for rule in rules]
    return StaticFile.of(msgspec.json.encode({"files": names, "pages": pages}), TYPES[".json"])


def create_app(
    *,
    clock: Clock,
    domains: Sequence[DomainPages] = (),
    public_url: str | None = None,
    storage_origins: Sequence[str] = (),
    with_graphiql: bool = False,
    with_showcase: bool = False,
    web: Path = WEB,
) -> QuartTrio:
    """The app with the pages of the `domains`.

    `public_url` is where players reach the site, None for the address of the request.
    `storage_origins` are where links to files lead that this server does not serve itself. The
    showcase shows developers the components of pages.
    """
    app = SiteApp("gateway", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    files = read_static(web, domains, with_graphiql=with_graphiql, with_showcase=with_showcase)
    _add_static(app, files, hash_of(web))
    _add_endpoints(app, public_url)
    for domain in domains:
        domain.add_views(app)
    shell = link_assets((web / SHELL).read_text(encoding="utf-8"), web)
    _add_headers(app, content_security_policy(import_map_sources(shell), storage_origins))
    _add_errors(app, clock)
    return app


def _add_static(app: QuartTrio, files: dict[str, StaticFile], version: str) -> None:
    def serve(file: StaticFile) -> Callable[[], Awaitable[Response]]:
        async def view(**_: Any) -> Response:  # of the address, only the page itself makes use
            return await respond(file, "no-cache")  # revalidate each time; a 304 is cheap

        return view

    for path, file in files.items():
        app.add_url_rule(path, f"static {path}", serve(file), methods=["GET"])

    @app.get(f"{ASSETS}/<wanted>/<path:name>")
    async def asset(wanted: str, name: str) -> Response:
        file = files.get(f"/{name}")
        if file is None or file.content_type == TYPES[".html"]:
            raise NotFoundError("page", f"/{name}"[:200])
        if wanted != version and Path(name).suffix in ONE_VERSION:
            raise NotFoundError("version", wanted[:200])
        # For looks, a page of another version gets what there is now, which no cache may keep.
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


def _add_headers(app: QuartTrio, policy: str) -> None:
    @app.before_request
    async def name_request() -> None:
        if "request_id" not in structlog.contextvars.get_contextvars():
            # Without the front, which would have set it, we must set the header here.
            g.own_request_id = f"req_{token_hex(8)}"
            structlog.contextvars.bind_contextvars(request_id=g.own_request_id)

    @app.after_request
    async def secure(response: Response) -> Response:
        response.headers["x-content-type-options"] = "nosniff"
        if not _is_part(response):
            response.headers.update(SECURITY_HEADERS)
            response.headers["content-security-policy"] = policy
        # What says nothing else is of now, and caches would keep even a 404 by a rule of their own.
        response.headers.setdefault("cache-control", "no-store")
        explain(response)
        await compress(response)
        if "own_request_id" in g:
            response.headers["x-request-id"] = g.own_request_id
            structlog.contextvars.unbind_contextvars("request_id")
        return response


def _is_part(response: Response) -> bool:
    """Whether this is what a document loads, for which policies of documents would be in vain.

    They are half a kilobyte, which a page would fetch twenty times.
    """
    is_part = response.mimetype in PARTS and response.status_code in GIVEN
    return is_part and request.path.startswith(f"{ASSETS}/")


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
        page = error_page(status, error.message)
        return Response(page, status, content_type=TYPES[".html"])
    return _json(body, status)
