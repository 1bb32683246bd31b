"""Translates the Socket.IO wire into actor messages; `gateway/PROTOCOL.md` is its contract.

Everything here is synchronous: an event is decoded, becomes one message, and is acknowledged in
the callback that brings the reply. No event starts a task (a wrong PIN excepted).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from secrets import token_hex
from typing import Any, NamedTuple

import msgspec
import structlog

from gateway.client_error_log import ClientErrorLog
from gateway.engineio.ports import Reason
from gateway.error_objects import error_object
from gateway.pin_throttle import PinThrottle
from gateway.realtime.context import AckCallback, Context, Decision, Socket
from gateway.realtime.contract import CLIENT_EVENTS, ClientEvent
from gateway.realtime.disconnect_notices import DisconnectNotices
from gateway.realtime.exchange import Exchange
from gateway.realtime.guest_rate_limiter import GuestRateLimiter
from gateway.realtime.live import LiveEvents
from gateway.realtime.pin_events import PinEvents, Spawn
from gateway.realtime.recovery import ClientLeft, History, Recovery, Ticket, ticket_of
from gateway.realtime.replies import is_server_fault
from gateway.realtime.resume import ResumeTokens
from gateway.realtime.rooms import RoomEvents, opening_of
from gateway.realtime.session_saver import SessionSaver, new_pid
from gateway.realtime.socket_access import AccessRevoker, SocketAccess
from gateway.realtime.wire import (
    MAX_TOKEN,
    Renew,
    SyncTime,
    decode,
)
from gateway.rights import Rights
from protocol.envelope import Address, Message
from protocol.errors import (
    AuthenticationError,
    ClientError,
    InternalError,
    NotFoundError,
    StoaError,
    ValidationError,
)
from protocol.ports import Clock, Identity, Post, Seal, Tokens
from protocol.recovery import ResetReason, SessionReset, SocketSessions
from protocol.users import (
    SESSION_KIND,
    AccountStatus,
    CheckAccount,
    CloseConnection,
    ExitRoom,
)

log = structlog.get_logger()

USERS = Address("users", "")

MAX_NAME = 200
"""Characters of an unknown event's name that are said back."""


class Route(NamedTuple):
    """What is agreed of one event, and who handles it."""

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
        sessions: SocketSessions,
        history: History,
        rights: Rights,
    ) -> None:
        self._post = post
        self._tokens = tokens
        self._clock = clock
        self._spawn = spawn
        self._notices = DisconnectNotices(post, spawn)
        self._saver = SessionSaver(sessions)
        self._live = LiveEvents(
            ResumeTokens(seal),
            PinEvents(pins, spawn),
            GuestRateLimiter(clock),
            self._notices,
            self._saver,
        )
        self._recovery = Recovery(
            post=post,
            clock=clock,
            sessions=sessions,
            history=history,
            saver=self._saver,
            live=self._live,
        )
        self._revoker = AccessRevoker(
            post=post,
            spawn=spawn,
            rights=rights,
            notices=self._notices,
            saver=self._saver,
            live=self._live,
        )
        self._routes = self._table(self._live, RoomEvents(self._saver))
        self._refused = 0
        self._client_errors = ClientErrorLog(clock.now)

    def _table(self, live: LiveEvents, rooms: RoomEvents) -> dict[str, Route]:
        handlers: dict[str, Callable[[Exchange, Any], None]] = {
            "live.join": live.join,
            "live.leave": live.leave,
            "live.answer": live.answer,
            "live.host": live.host,
            "live.command": live.command,
            "time.sync": _sync_time,
            "auth.renew": self._renew,
            "room.join": rooms.join,
            "room.leave": rooms.leave,
            "room.say": rooms.say,
            "room.signal": rooms.signal,
        }
        return {name: Route(agreed, handlers[name]) for name, agreed in CLIENT_EVENTS.items()}

    # --- connecting -----------------------------------------------------------------------------

    def connect(self, socket: Socket, auth: Any, decision: Decision) -> None:
        """Let a guest in at once; a user whose account stands when the session actor has taken the
        device in.

        One who comes back is put where it was, if that can be done.
        """
        try:
            identity = self._identify(auth)
        except StoaError as error:
            socket.context = Context(None, socket.id)
            self._refuse(socket, decision, error)
            return
        self._enter_context(socket, identity, socket.id)
        ticket = None if auth is None else ticket_of(auth)
        if identity is None:
            self._come(socket, ticket, decision)
        else:
            question = CheckAccount(user_id=identity.user_id)
            self._post.request(USERS, question, _Standing(self, socket, ticket, decision))

    def _enter_context(self, socket: Socket, identity: Identity | None, connection_id: str) -> None:
        """From here on the connection lives on its user's rights."""
        socket.context = Context(identity, connection_id)
        if identity is not None:
            socket.context.access = SocketAccess(self._revoker, socket, identity.user_id)

    def stands(
        self, socket: Socket, ticket: Ticket | None, decision: Decision, status: AccountStatus
    ) -> None:
        """The account is not disabled; its role is that of now, not that of the token."""
        held = socket.context.require_user()
        socket.context.identity = msgspec.structs.replace(held, role=status.role)
        self._come(socket, ticket, decision)

    def _come(self, socket: Socket, ticket: Ticket | None, decision: Decision) -> None:
        if ticket is None:
            self._begin(socket, decision)
        else:
            self._spawn(self._recover, socket, ticket, decision)

    async def _recover(self, socket: Socket, ticket: Ticket, decision: Decision) -> None:
        identity: Identity | None = socket.context.identity
        try:
            reset = await self._recovery.recover(socket, ticket, decision)
        except ClientLeft:
            self._withdraw(socket)
            return
        except Exception:
            log.exception("recovery_failed", socket=socket.id)
            reset = SessionReset(reason=ResetReason.FAILED)
        if reset is not None:
            self._withdraw(socket)
            self._enter_context(socket, identity, token_hex(8))
            self._begin(socket, decision, reset)

    def _withdraw(self, socket: Socket) -> None:
        """Undo what a recovery had entered before it failed."""
        socket.let_go()
        socket.context.kept = False
        self.disconnect(socket, Reason.REPLACED)

    def _begin(self, socket: Socket, decision: Decision, reset: SessionReset | None = None) -> None:
        """A connection that has entered nowhere; `reset` says why, if that is not as expected."""
        identity: Identity | None = socket.context.identity
        if identity is None:
            self._accept(socket, decision, reset)
            return
        self._post.request(
            Address(SESSION_KIND, identity.user_id),
            opening_of(socket, identity),
            _Opening(self, socket, identity, decision, reset),
        )

    def _accept(self, socket: Socket, decision: Decision, reset: SessionReset | None) -> bool:
        """False if the client has left meanwhile."""
        pid = new_pid()
        socket.context.pid = pid
        if not decision.accept(pid):
            self._give_up(socket)
            return False
        socket.context.accepted = True
        if reset is not None:
            socket.emit("session.reset", reset)
        return True

    def _give_up(self, socket: Socket) -> None:
        """The connection rests on no rights any more."""
        access = socket.context.access
        if access is not None:
            access.given_up()

    def _identify(self, auth: Any) -> Identity | None:
        if auth is None:
            return None
        if not isinstance(auth, dict):
            raise ValidationError.of("auth", "Expected an object")
        token = auth.get("token")
        if token is None:
            return None
        if not isinstance(token, str) or len(token) > MAX_TOKEN:
            raise ValidationError.of("auth.token", "Expected an access token")
        return self._tokens.verify_access(token)

    def _refuse(self, socket: Socket, decision: Decision, error: StoaError) -> None:
        self._refused += 1
        self._give_up(socket)
        context: Context = socket.context
        request_id = f"{socket.id}.0"
        if is_server_fault(error):
            log.warning(
                "connect_failed",
                code=error.code,
                reason=error.message,
                request_id=request_id,
                user=None if context.identity is None else context.identity.user_id,
            )
        else:
            self._client_errors.say(
                "connect_refused", reason=error.code, why=error.message, request_id=request_id
            )
        decision.refuse(error_object(error, request_id=request_id, now=self._clock.now()))

    def opened(
        self,
        socket: Socket,
        identity: Identity,
        decision: Decision,
        reset: SessionReset | None,
    ) -> None:
        """The session actor has taken the device in; it forgets one that has left meanwhile."""
        if not self._accept(socket, decision, reset):
            self._say_closed(identity.user_id, socket.context.connection_id)

    def not_opened(
        self, socket: Socket, identity: Identity, decision: Decision, error: StoaError
    ) -> None:
        """The session actor has refused the device; or it did not answer, and may have it."""
        self._refuse(socket, decision, error)
        if error.retryable:
            self._say_closed(identity.user_id, socket.context.connection_id)

    def not_standing(self, socket: Socket, decision: Decision, error: StoaError) -> None:
        """The account is disabled or gone, or nobody could say."""
        self._refuse(socket, decision, error)

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
        exchange = Exchange(self._post, self._clock, socket, name, ack, received_at)
        exchange.guard(self._receive, exchange, name, args)

    def _receive(self, exchange: Exchange, name: str, args: Sequence[Any]) -> None:
        """What is refused here, no actor has seen; so the log says who does something wrong."""
        try:
            self._dispatch(exchange, name, args)
        except ClientError as error:
            wrong = error.details.get("fields") or error.message
            self._client_errors.say(
                "event_refused", reason=error.code, why=str(wrong), **exchange.facts()
            )
            raise

    def _dispatch(self, exchange: Exchange, name: str, args: Sequence[Any]) -> None:
        route = self._routes.get(name)
        if route is None:
            raise NotFoundError("event", name[:MAX_NAME])
        identity = exchange.context.identity
        if identity is None:
            if not route.agreed.guests:
                raise AuthenticationError("Sign in to do this")
        elif not route.agreed.expired and identity.expires_at <= exchange.received_at:
            raise AuthenticationError("The access token has expired", reason="expired")
        route.handler(exchange, decode(args, route.agreed.payload))

    def _renew(self, exchange: Exchange, payload: Renew) -> None:
        """`auth.renew`: go on under a newer access token of the same user."""
        held = exchange.context.require_user()
        identity = self._tokens.verify_access(payload.token)
        if identity.user_id != held.user_id:
            raise AuthenticationError("The token is another user's", reason="other_user")
        question = CheckAccount(user_id=identity.user_id)
        exchange.ask(USERS, question, AccountStatus, partial(self._renewed, exchange, identity))

    def _renewed(self, exchange: Exchange, identity: Identity, status: AccountStatus) -> None:
        """The account stands, so the token is taken; an older one than is held changes nothing."""
        context = exchange.context
        held = context.require_user()
        if identity.expires_at >= held.expires_at:
            context.identity = msgspec.structs.replace(identity, role=status.role)
            if status.role != held.role and context.access is not None:
                context.access.recheck()
        exchange.ok({"expiresAt": context.require_user().expires_at})

    # --- leaving --------------------------------------------------------------------------------

    def topic_closed(self, socket: Socket, topic: str, reason: str) -> None:
        """The server has taken the socket out of `topic`: a player was put out, a room closed."""
        kind, _, rest = topic.partition(":")
        game, is_player, _ = rest.partition(":player:")
        if kind == "live" and is_player:
            socket.context.remember(game)
            self._live.forget(socket, game)
        elif kind == "room":
            socket.context.rooms.pop(rest, None)
        self._saver.changed(socket)

    def disconnect(self, socket: Socket, reason: str) -> None:
        """The socket is gone: leave its games and close its connection with the session."""
        context: Context | None = socket.context
        if context is None or context.closed:
            return
        self._saver.disconnected(socket, reason)
        context.closed = True
        self._live.disconnect(socket)
        if context.identity is not None:
            user_id = context.identity.user_id
            self._give_up(socket)
            for course_id in sorted(context.rooms):
                # A session that has crashed since does not know in which rooms this device is.
                message = ExitRoom(connection_id=context.connection_id, course_id=course_id)
                self._notices.say(Address(SESSION_KIND, user_id), message)
            self._say_closed(user_id, context.connection_id)

    def _say_closed(self, user_id: str, connection_id: str) -> None:
        """Tell the session actor that this device is gone."""
        message = CloseConnection(connection_id=connection_id)
        self._notices.say(Address(SESSION_KIND, user_id), message)

    def statistics(self) -> dict[str, float | dict[str, float]]:
        """Counters for the operators."""
        return {
            "refused_connects": self._refused,
            "lost_notices": self._notices.lost,
            "kept": len(self._saver.connected),
            "recovered": self._recovery.recovered,
            "resets": {str(reason): float(n) for reason, n in self._recovery.resets.items()},
        }


class _Standing:
    """The `ReplyTo` of a CheckAccount."""

    __slots__ = ("_application", "_decision", "_socket", "_ticket")

    def __init__(
        self,
        application: RealtimeApplication,
        socket: Socket,
        ticket: Ticket | None,
        decision: Decision,
    ) -> None:
        self._application = application
        self._socket = socket
        self._ticket = ticket
        self._decision = decision

    def answer(self, reply: Message) -> None:
        """Go on."""
        if isinstance(reply, AccountStatus):
            self._application.stands(self._socket, self._ticket, self._decision, reply)
        else:
            self.fail(InternalError())

    def fail(self, error: StoaError) -> None:
        """Turn the client away."""
        self._application.not_standing(self._socket, self._decision, error)


class _Opening:
    """The `ReplyTo` of an OpenConnection."""

    __slots__ = ("_application", "_decision", "_identity", "_reset", "_socket")

    def __init__(
        self,
        application: RealtimeApplication,
        socket: Socket,
        identity: Identity,
        decision: Decision,
        reset: SessionReset | None,
    ) -> None:
        self._application = application
        self._reset = reset
        self._socket = socket
        self._identity = identity
        self._decision = decision

    def answer(self, reply: Message) -> None:
        """Let the client in."""
        self._application.opened(self._socket, self._identity, self._decision, self._reset)

    def fail(self, error: StoaError) -> None:
        """Turn the client away."""
        self._application.not_opened(self._socket, self._identity, self._decision, error)


def _sync_time(exchange: Exchange, payload: SyncTime) -> None:
    """`time.sync`: the server's clock, for the client's estimate of its offset."""
    exchange.ok({"t0": payload.t0, "serverTime": exchange.now()})
