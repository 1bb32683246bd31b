"""The Engine.IO server: handshakes, long-polling and upgrades, as routes of the front.

`_check` decides who may connect, in the order and with the error codes of the JavaScript server.
The session does everything after that.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl

from gateway.client_error_log import ClientErrorLog
from gateway.engineio.errors import EngineError, Malformed
from gateway.engineio.ports import Reason
from gateway.engineio.probe import Probe
from gateway.engineio.session import EngineSession
from gateway.engineio.settings import EngineSettings
from gateway.front.request import Request
from gateway.front.routes import Refusal, Routes
from gateway.front.websocket import WebSocketHandler
from gateway.origins import Origins
from protocol.networks import network_of

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_TEXT: Final = (b"content-type", b"text/plain; charset=UTF-8")
_HTML: Final = (b"content-type", b"text/html")
_JSON: Final = (b"content-type", b"application/json")
_NO_STORE: Final = (b"cache-control", b"no-store")

HeaderList = list[tuple[bytes, bytes]]
Query = dict[str, str]


SessionFactory = Callable[["EngineServer", Request, str], EngineSession]


class EngineServer:
    """All sessions of one mount. `now` reads milliseconds on the server's clock."""

    def __init__(
        self, settings: EngineSettings, *, now: Callable[[], int], make_session: SessionFactory
    ):
        self.settings = settings
        self.now = now
        self.client_errors = ClientErrorLog(now)
        self.sessions: dict[str, EngineSession] = {}
        self.opened_total = 0
        self.refusals: dict[str, int] = {}
        self._make_session = make_session
        self._origins = Origins(
            settings.allowed_origins, same_host_allowed=settings.same_host_allowed
        )
        self._polling: dict[str, str] = {}
        """The network of each session without a WebSocket, by sid."""
        self._polling_from: Counter[str] = Counter()

    def mount(self, routes: Routes) -> None:
        """Add the routes on the path in the settings."""
        path = self.settings.path
        for method in METHODS:
            routes.http(method, path, self.handle, body_bytes=self.settings.max_payload)
        routes.websocket(path, self.accept)

    def opened(self, session: EngineSession) -> None:
        self.opened_total += 1
        self.sessions[session.sid] = session
        if session.connection is None:
            network = network_of(session.remote)
            self._polling[session.sid] = network
            self._polling_from[network] += 1

    def upgraded(self, session: EngineSession) -> None:
        network = self._polling.pop(session.sid, None)
        if network is not None:
            self._polling_from[network] -= 1
            if not self._polling_from[network]:
                del self._polling_from[network]

    def forget(self, session: EngineSession) -> None:
        self.sessions.pop(session.sid, None)
        self.upgraded(session)

    def close_all(self, reason: str = Reason.SERVER_SHUTDOWN) -> None:
        """End every session at the transport, so that clients connect again (elsewhere)."""
        for session in list(self.sessions.values()):
            session.close(reason)

    # --- checks ---------------------------------------------------------------------------------

    def _check(self, request: Request, query: Query, *, upgrade: bool) -> EngineError | None:
        transport = query.get("transport")
        if transport not in ("polling", "websocket"):
            return EngineError.UNKNOWN_TRANSPORT
        if not self.origin_allowed(request):
            return EngineError.FORBIDDEN
        sid = query.get("sid")
        if sid is not None:
            return self._check_sid(sid, transport, request.remote, upgrade=upgrade)
        if request.method != "GET":
            return EngineError.BAD_HANDSHAKE_METHOD
        if (transport == "websocket") is not upgrade:
            return EngineError.BAD_REQUEST
        if query.get("EIO") != "4":
            return EngineError.UNSUPPORTED_PROTOCOL_VERSION
        if len(self.sessions) >= self.settings.max_sessions:
            return EngineError.TOO_MANY_SESSIONS
        if not upgrade and self._polls_too_much(request.remote):
            return EngineError.TOO_MANY_FROM_ADDRESS
        return None

    def _polls_too_much(self, remote: str) -> bool:
        polling = self._polling_from[network_of(remote)] if self._polling_from else 0
        return polling >= self.settings.max_polling_per_address

    def _check_sid(
        self, sid: str, transport: str, remote: str, *, upgrade: bool
    ) -> EngineError | None:
        session = self.sessions.get(sid)
        if session is None or (not session.still_alive() and sid not in self.sessions):
            return EngineError.UNKNOWN_SID
        if not self.settings.roaming and network_of(session.remote) != network_of(remote):
            return EngineError.FOREIGN_SID
        expected = "websocket" if upgrade else session.transport
        return None if transport == expected else EngineError.WRONG_TRANSPORT

    def origin_allowed(self, request: Request) -> bool:
        """Whether the origin may connect; prevents cross-site WebSocket hijacking."""
        return self._origins.allow(request.headers)

    def _cors(self, request: Request) -> HeaderList:
        origin = request.headers.get(b"origin")
        if origin is None or not self.origin_allowed(request):
            return [_NO_STORE]
        headers = [_NO_STORE, (b"access-control-allow-origin", origin), (b"vary", b"Origin")]
        if "*" not in self.settings.allowed_origins:
            # A server that admits every origin must not accept their cookies.
            headers.append((b"access-control-allow-credentials", b"true"))
        return headers

    # --- HTTP -----------------------------------------------------------------------------------

    def handle(self, request: Request) -> None:
        """A plain HTTP request on the path."""
        if request.method == "OPTIONS":
            self._preflight(request)
            return
        query = parse_query(request.query)
        error = self._check(request, query, upgrade=False)
        if error is not None:
            self._log_client_error(request, error)
            self._refuse(request, error)
            return
        sid = query.get("sid")
        if sid is None:
            session = self._make_session(self, request, new_id())
            session.polled(request.network_round_trip_ms)
            session.park(_Get(self, request, session))
            session.open_polling()
        elif request.method == "GET":
            self._poll(request, self.sessions[sid])
        elif request.method == "POST":
            self.sessions[sid].polled(request.network_round_trip_ms)
            self._post(request, self.sessions[sid])
        else:
            self._log_client_error(request, EngineError.BAD_REQUEST)
            self._refuse(request, EngineError.BAD_REQUEST)

    def _poll(self, request: Request, session: EngineSession) -> None:
        if not session.park(_Get(self, request, session)):
            self._refuse(request, EngineError.BAD_REQUEST)

    def _post(self, request: Request, session: EngineSession) -> None:
        binary = request.headers.get(b"content-type", b"").startswith(b"application/octet-stream")
        if binary:
            session.close(Reason.TRANSPORT_ERROR, why="a binary body")
            self._refuse(request, EngineError.BAD_REQUEST)
            return
        try:
            if not session.over:  # otherwise the client learns it from its next GET
                session.receive_payload(request.body, request.received_at)
        except Malformed:
            self._refuse(request, EngineError.BAD_REQUEST)
        else:
            request.respond(200, [*self._cors(request), _HTML], b"ok")

    def _refuse(self, request: Request, error: EngineError) -> None:
        self._count(error)
        request.respond(error.status, [*self._cors(request), _JSON], error.body)

    def _log_client_error(self, request: Request, error: EngineError) -> None:
        """Log a refusal that no session's end will log."""
        self.client_errors.say(
            "engineio.request_refused",
            reason=error.reason,
            method=request.method,
            request_id=request.request_id,
            remote=request.remote,
        )

    def _count(self, error: EngineError) -> None:
        self.refusals[error.name] = self.refusals.get(error.name, 0) + 1

    def _preflight(self, request: Request) -> None:
        headers = self._cors(request)
        if len(headers) > 1:
            asked = request.headers.get(b"access-control-request-headers", b"content-type")
            headers += [
                (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
                (b"access-control-allow-headers", asked),
                (b"access-control-max-age", b"600"),
            ]
        request.respond(204, headers, b"")

    def answer_poll(self, request: Request, payload: bytes) -> None:
        """Answer a GET with its packets."""
        request.respond(200, [*self._cors(request), _TEXT], payload)

    # --- WebSocket ------------------------------------------------------------------------------

    def accept(self, request: Request) -> WebSocketHandler | Refusal:
        """A WebSocket handshake on the path."""
        query = parse_query(request.query)
        error = self._check(request, query, upgrade=True)
        if error is not None:
            self._log_client_error(request, error)
            self._count(error)
            return Refusal(error.status, (_JSON, _NO_STORE), error.body)
        sid = query.get("sid")
        if sid is None:
            return self._make_session(self, request, new_id())
        return Probe(self.sessions[sid])


class _Get:
    """A parked GET."""

    __slots__ = ("_request", "_server", "_session")

    def __init__(self, server: EngineServer, request: Request, session: EngineSession):
        self._server = server
        self._request = request
        self._session = session
        request.grace_seconds = 0.0
        request.on_close(self._gone)

    def reply(self, payload: bytes) -> None:
        self._server.answer_poll(self._request, payload)

    def _gone(self) -> None:
        self._session.poll_gone(self)


def new_id() -> str:
    """120 random bits, as the name of a session or a socket."""
    return secrets.token_urlsafe(15)


def parse_query(query: str) -> Query:
    """The query's parameters, the first of each name; an empty value counts as absent."""
    found: Query = {}
    for name, value in parse_qsl(query, max_num_fields=None):
        found.setdefault(name, value)
    return found
