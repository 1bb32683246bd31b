"""The operators' app: supervision tree, actors, dead letters, `/metrics`, `/healthz`, `/readyz`.

Relies only on the `Operations` port. Two guards keep strangers out: requests must name a loopback
or configured host (DNS rebinding), and carry the token if one is configured; actions also need the
header `X-Stoa-Operator`, which a cross-site form cannot send.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import structlog
from quart import Response, request
from quart_trio import QuartTrio
from werkzeug.exceptions import HTTPException

from gateway.error_objects import error_body
from gateway.json_encoding import encode_json
from gateway.operators.metrics import exposition
from gateway.site_app import SiteApp, allow, explain
from protocol.envelope import Address
from protocol.errors import (
    AuthenticationError,
    AuthorizationError,
    ClientError,
    InternalError,
    NotFoundError,
    StoaError,
)
from protocol.jobs import JobState
from protocol.operations import Operations

log = structlog.get_logger(__name__)

MAX_LOGGED_PATH = 200

MAX_ACTORS = 500
MAX_JOBS = 500
MAX_ID = 2**63 - 1
"""PostgreSQL's bigint."""
LINES_AT_A_TIME = 100
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
OPEN_PATHS = frozenset({"/healthz", "/readyz"})
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_operators_app(
    operations: Operations, *, token: str | None = None, hosts: frozenset[str] = frozenset()
) -> QuartTrio:
    """The app.

    `hosts` are further host names by which it may be called, `*` any (then a token must keep
    strangers out).
    """
    app = SiteApp(__name__, static_folder=None)
    allowed = LOOPBACK_HOSTS | hosts

    @app.before_request
    async def guard() -> None:
        if "*" not in hosts and _host(request.host) not in allowed:
            raise AuthorizationError("This host name is not served here")
        if token and request.path not in OPEN_PATHS and not _authorised(token):
            raise AuthenticationError("An operator's token is required")
        if request.method == "POST" and "X-Stoa-Operator" not in request.headers:
            raise AuthorizationError("Actions need the X-Stoa-Operator header")

    @app.after_request
    async def harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        explain(response)
        if request.method == "POST":
            log.info(
                "operators.acted",
                path=request.path[:MAX_LOGGED_PATH],
                status=response.status_code,
                remote=request.remote_addr,
            )
        return response

    _errors(app)
    _pages(app)
    _views(app, operations)
    _actions(app, operations)
    _histories(app, operations)
    return app


def _pages(app: QuartTrio) -> None:
    folder = files("gateway.operators") / "console"
    kinds = {
        "html": "text/html",
        "js": "text/javascript",
        "css": "text/css",
        "svg": "image/svg+xml",
    }

    @app.get("/")
    @app.get("/console/<name>")
    async def console(name: str = "index.html") -> Response:
        if name not in {"index.html", "console.js", "console.css", "favicon.svg"}:
            raise NotFoundError("page", name)
        text = (folder / name).read_text("utf-8")
        return Response(text, mimetype=kinds[name.rsplit(".", 1)[1]])


def _views(app: QuartTrio, operations: Operations) -> None:
    @app.get("/tree")
    async def tree() -> dict[str, Any]:
        return operations.tree()

    @app.get("/actors")
    async def actors() -> list[dict[str, Any]]:
        limit = min(request.args.get("limit", 100, type=int), MAX_ACTORS)
        return operations.actors(kind=request.args.get("kind"), limit=max(1, limit))

    @app.get("/dead-letters")
    async def dead_letters() -> list[dict[str, Any]]:
        return operations.dead_letters()

    @app.get("/jobs")
    async def jobs() -> list[dict[str, Any]]:
        limit = min(request.args.get("limit", 100, type=int), MAX_JOBS)
        state = request.args.get("state")
        if state is not None and state not in tuple(JobState):
            raise ClientError(f"state must be one of {', '.join(JobState)}")
        return await operations.jobs(
            state=None if state is None else JobState(state),
            kind=_kind_of_job(),
            limit=max(1, limit),
        )

    @app.get("/counters")
    async def counters() -> dict[str, Any]:
        return operations.counters()

    @app.get("/metrics")
    async def metrics() -> Response:
        body, content_type = exposition(
            operations.counters(), operations.histograms(), operations.build()
        )
        return Response(body, content_type=content_type)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz")
    async def readyz() -> tuple[dict[str, Any], int]:
        parts = await operations.readiness()
        ready = all(answer == "ok" for answer in parts.values())
        return {"status": "ok" if ready else "unavailable", "parts": parts}, 200 if ready else 503


def _actions(app: QuartTrio, operations: Operations) -> None:
    @app.post("/actors/<kind>/<path:key>/passivate")
    async def passivate(kind: str, key: str) -> dict[str, bool]:
        address = Address(kind, key)
        if not await operations.passivate(address):
            raise NotFoundError("actor in memory", str(address))
        return {"done": True}

    @app.post("/jobs/<int:job_id>/retry")
    async def retry_job(job_id: int) -> dict[str, bool]:
        if job_id > MAX_ID or not await operations.retry_job(job_id):
            raise NotFoundError("dead job that can be retried", str(job_id))
        return {"done": True}

    @app.post("/jobs/<int:job_id>/cancel")
    async def cancel_job(job_id: int) -> dict[str, bool]:
        if job_id > MAX_ID or not await operations.cancel_job(job_id):
            raise NotFoundError("job", str(job_id))
        return {"done": True}

    @app.post("/actors/<kind>/<path:key>/restart")
    async def restart(kind: str, key: str) -> dict[str, bool]:
        address = Address(kind, key)
        if not await operations.restart(address):
            raise NotFoundError("actor in memory", str(address))
        return {"done": True}


def _histories(app: QuartTrio, operations: Operations) -> None:
    @app.get("/unreadable")
    async def unreadable() -> list[dict[str, Any]]:
        return operations.unreadable()

    @app.get("/actors/<kind>/<path:key>/history")
    async def history(kind: str, key: str) -> Response:
        events = await operations.history(Address(kind, key))
        return Response(_lines(events), content_type="application/x-ndjson")

    @app.post("/actors/<kind>/<path:key>/retry")
    async def retry(kind: str, key: str) -> dict[str, Any]:
        return await operations.retry_history(Address(kind, key))

    @app.post("/actors/<kind>/<path:key>/set-aside")
    async def set_aside(kind: str, key: str) -> dict[str, Any]:
        version = request.args.get("version", type=int)
        if version is None or not 0 < version <= MAX_ID:
            raise ClientError("say which event: ?version=<number>")
        return await operations.set_aside(Address(kind, key), version)

    @app.post("/actors/<kind>/<path:key>/discard")
    async def discard(kind: str, key: str) -> dict[str, Any]:
        return await operations.discard_history(Address(kind, key))


async def _lines(found: list[dict[str, Any]]) -> AsyncIterator[bytes]:
    """A line for each, some at a time: there may be many, and others wait for the loop."""
    for first in range(0, len(found), LINES_AT_A_TIME):
        part = found[first : first + LINES_AT_A_TIME]
        yield b"".join(encode_json(each) + b"\n" for each in part)


def _kind_of_job() -> str | None:
    kind = request.args.get("kind")
    if kind is not None and "\0" in kind:
        raise ClientError("no kind has such a name")
    return kind


def _host(header: str) -> str:
    """The host without its port; an IPv6 literal keeps its brackets."""
    if header.startswith("["):
        return header.partition("]")[0] + "]"
    return header.partition(":")[0]


def _authorised(token: str) -> bool:
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _errors(app: QuartTrio) -> None:
    @app.errorhandler(StoaError)
    async def stoa_error(error: StoaError) -> Response:
        return _answer(error, type(error).status)

    @app.errorhandler(HTTPException)
    async def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        known = InternalError() if status >= 500 else ClientError(error.name)
        known = NotFoundError("page", request.path) if status == 404 else known
        return allow(_answer(known, status), error)

    @app.errorhandler(Exception)
    async def unexpected(error: Exception) -> Response:
        log.error("operators.page_failed", path=request.path, exc_info=error)
        return _answer(InternalError(), 500)


def _answer(error: StoaError, status: int) -> Response:
    """An error in the platform's format."""
    request_id, now = f"req_{secrets.token_hex(6)}", time.time_ns() // 1_000_000
    body = error_body(error, request_id=request_id, now=now)
    headers = {"X-Request-Id": request_id}
    return Response(body, status, headers=headers, mimetype="application/json")
