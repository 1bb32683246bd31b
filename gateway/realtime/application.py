"""Translates Socket.IO events into actor messages, as `docs/client-protocols/realtime.md` says.

This module composes the parts and routes events to them. Everything is synchronous: an event is
decoded, becomes one message, and is acknowledged in the callback that brings the reply. No event
starts a task, except a wrong PIN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gateway.client_error_log import ClientErrorLog
from gateway.pin_throttle import PinThrottle
from gateway.realtime.admission import Admission
from gateway.realtime.attempts import Attempts
from gateway.realtime.context import AckCallback, Decision, Socket
from gateway.realtime.contract import CLIENT_EVENTS, ClientEvent
from gateway.realtime.departures import Departures
from gateway.realtime.disconnect_notices import DisconnectNotices
from gateway.realtime.exchange import Exchange
from gateway.realtime.games import Games
from gateway.realtime.guest_rate_limiter import GuestRateLimiter
from gateway.realtime.handled import HandledEvents
from gateway.realtime.host_screens import HostScreens
from gateway.realtime.hosts import Hosts
from gateway.realtime.joining import Joining
from gateway.realtime.links import Links
from gateway.realtime.pin_events import PinEvents, Spawn
from gateway.realtime.players import Players
from gateway.realtime.recovery import Recovery
from gateway.realtime.resume import ResumeTokens
from gateway.realtime.returning import History
from gateway.realtime.rooms import RoomEvents
from gateway.realtime.session_saver import SessionSaver
from gateway.realtime.socket_access import AccessRevoker
from gateway.realtime.timing import Later
from gateway.realtime.watchers import Watchers
from gateway.realtime.wire import SyncTime, decode
from gateway.rights import Rights
from protocol.access import Seal, Tokens
from protocol.errors import AuthenticationError, ClientError, NotFoundError
from protocol.ports import Clock, Post
from protocol.recovery import SocketSessions
from protocol.signing import Signer
from protocol.tracing import CURRENT

MAX_NAME = 200
"""Characters of an unknown event's name that are repeated to the client."""


class Route(NamedTuple):
    """The contract of one event, and its handler."""

    agreed: ClientEvent
    handler: Callable[[Exchange, Any], None]


class RealtimeApplication:
    """What `gateway.socketio` calls for the default namespace. All methods are synchronous."""

    def __init__(
        self,
        *,
        post: Post,
        tokens: Tokens,
        seal: Seal,
        pins: PinThrottle,
        clock: Clock,
        spawn: Spawn,
        later: Later,
        sessions: SocketSessions,
        history: History,
        rights: Rights,
        signer: Signer,
    ) -> None:
        self._post = post
        self._clock = clock
        self._client_errors = ClientErrorLog(clock.now)
        self.handled = HandledEvents(CLIENT_EVENTS)
        self._notices = notices = DisconnectNotices(post, spawn)
        self._saver = saver = SessionSaver(sessions)
        resume_tokens = ResumeTokens(seal)
        games = Games(
            Players(resume_tokens, notices, saver),
            Hosts(notices, saver, HostScreens(later)),
            Attempts(notices, saver, signer),
            Watchers(saver),
        )
        self._joining = Joining(
            resume_tokens, PinEvents(pins, spawn), GuestRateLimiter(clock), games.players
        )
        self._rooms = RoomEvents(post, saver)
        self._recovery = Recovery(
            post=post, clock=clock, sessions=sessions, history=history, saver=saver, games=games
        )
        self._links = Links(post)
        self._departures = Departures(notices=notices, saver=saver, games=games)
        self._admission = Admission(
            post=post,
            tokens=tokens,
            clock=clock,
            spawn=spawn,
            recovery=self._recovery,
            revoker=AccessRevoker(
                post=post,
                spawn=spawn,
                later=later,
                clock=clock,
                rights=rights,
                notices=notices,
                saver=saver,
                games=games,
            ),
            departures=self._departures,
            client_errors=self._client_errors,
        )
        self._routes = self._table(games)

    def _table(self, games: Games) -> dict[str, Route]:
        handlers: dict[str, Callable[[Exchange, Any], None]] = {
            "live.join": self._joining.join,
            "live.leave": games.players.leave,
            "live.answer": games.players.answer,
            "live.host": games.hosts.attach,
            "live.command": games.hosts.command,
            "time.sync": _sync_time,
            "auth.renew": self._admission.renew,
            "room.join": self._rooms.join,
            "room.leave": self._rooms.leave,
            "room.say": self._rooms.say,
            "room.signal": self._rooms.signal,
            "attempt.enter": games.attempts.enter,
            "attempt.leave": games.attempts.leave,
            "attempt.answer": games.attempts.answer,
            "attempt.activity": games.attempts.activity,
            "attempt.submit": games.attempts.submit,
            "quiz.watch": games.watchers.watch,
            "quiz.unwatch": games.watchers.unwatch,
        }
        return {name: Route(agreed, handlers[name]) for name, agreed in CLIENT_EVENTS.items()}

    # --- connections ----------------------------------------------------------------------------

    def connect(self, socket: Socket, auth: Any, decision: Decision) -> None:
        """Let the client in or refuse it; `decision` is made once, now or later."""
        self._admission.connect(socket, auth, decision)

    def topic_closed(self, socket: Socket, topic: str, reason: str) -> None:
        """The server has removed the socket from `topic`: a host removed the player, or the room
        closed."""
        self._departures.topic_closed(socket, topic)

    def measured(self, socket: Socket) -> None:
        """The socket's round trip was measured: its games are told if that changes anything."""
        self._links.measured(socket)

    def disconnect(self, socket: Socket, reason: str) -> None:
        """The socket is gone: leave everything it had entered."""
        self._departures.disconnect(socket, reason)

    # --- events ---------------------------------------------------------------------------------

    def event(
        self,
        socket: Socket,
        name: str,
        args: Sequence[Any],
        ack: AckCallback | None,
        received_at: int,
    ) -> None:
        """Handle one client event. Never raises; `ack` is called once, now or with the reply."""
        exchange = Exchange(self._post, self._clock, socket, name, ack, received_at, self.handled)
        before = CURRENT.set(exchange)
        try:
            self._dispatch(exchange, name, args)
        except Exception as error:
            if isinstance(error, ClientError):
                self._log_refusal(exchange, error)
            exchange.raised(error)
        finally:
            CURRENT.reset(before)

    def _log_refusal(self, exchange: Exchange, error: ClientError) -> None:
        """No actor sees what is refused before it is sent to one, so it is logged here."""
        wrong = error.details.get("fields") or error.message
        self._client_errors.say(
            "event.refused", reason=error.code, why=str(wrong), **exchange.facts()
        )

    def _dispatch(self, exchange: Exchange, name: str, args: Sequence[Any]) -> None:
        """Decode and route an event."""
        route = self._routes.get(name)
        if route is None:
            raise NotFoundError("event", name[:MAX_NAME])
        agreed, handler = route
        identity = exchange.context.identity
        if identity is None:
            if not agreed.guests:
                raise AuthenticationError("Sign in to do this")
        elif not agreed.expired and identity.expires_at <= exchange.received_at:
            raise AuthenticationError("The access token has expired", reason="expired")
        handler(exchange, decode(args, agreed.payload))

    def statistics(self) -> dict[str, float | dict[str, float]]:
        """Counters for the operators."""
        return {
            "refused_connects": self._admission.refused,
            "lost_notices": self._notices.lost,
            "kept": len(self._saver.connected),
            "recovered": self._recovery.recovered,
            "refused": {code: float(n) for code, n in self.handled.refused.items()},
            "resets": {str(reason): float(n) for reason, n in self._recovery.resets.items()},
        }


def _sync_time(exchange: Exchange, payload: SyncTime) -> None:
    """`time.sync`: the server's clock as the event was read, for the client's own estimate."""
    exchange.ok({"t0": payload.t0, "serverTime": exchange.received_at})
