"""Admission of connections: the handshake's token, its account, and the session actor.

A guest is let in at once. A user is let in when the account is known to be active and the session
actor has accepted the device. A returning client is put back where it was, if possible.
"""

from __future__ import annotations

from functools import partial
from secrets import token_hex
from typing import Any

import msgspec
import structlog

from gateway.client_error_log import ClientErrorLog
from gateway.engineio.ports import Reason
from gateway.error_objects import error_object
from gateway.realtime.context import Context, Decision, Socket
from gateway.realtime.departures import Departures
from gateway.realtime.exchange import Exchange
from gateway.realtime.pin_events import Spawn
from gateway.realtime.recovery import Recovery
from gateway.realtime.replies import is_server_fault
from gateway.realtime.returning import ClientLeft
from gateway.realtime.rooms import opening_of
from gateway.realtime.session_saver import new_pid
from gateway.realtime.socket_access import AccessRevoker, SocketAccess
from gateway.realtime.tickets import Ticket, ticket_of
from gateway.realtime.wire import MAX_TOKEN, Renew
from protocol.access import Identity, Tokens
from protocol.envelope import Address, Callback, Message, expecting
from protocol.errors import AuthenticationError, StoaError, ValidationError
from protocol.ports import Clock, Post
from protocol.recovery import ResetReason, SessionReset
from protocol.users.commands import CheckAccount
from protocol.users.replies import AccountStatus
from protocol.users.session import SESSION_KIND
from protocol.validation import Rule

log = structlog.get_logger()

USERS = Address("users", "")


class Admission:
    """Lets clients in or refuses them; decides each `Decision` once. `refused` counts refusals."""

    def __init__(
        self,
        *,
        post: Post,
        tokens: Tokens,
        clock: Clock,
        spawn: Spawn,
        recovery: Recovery,
        revoker: AccessRevoker,
        departures: Departures,
        client_errors: ClientErrorLog,
    ) -> None:
        self._post = post
        self._tokens = tokens
        self._clock = clock
        self._spawn = spawn
        self._recovery = recovery
        self._revoker = revoker
        self._departures = departures
        self._client_errors = client_errors
        self.refused = 0

    def connect(self, socket: Socket, auth: Any, decision: Decision) -> None:
        """Decide, now or when the actors have answered."""
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
            return
        checked = expecting(
            AccountStatus,
            partial(self._account_stands, socket, ticket, decision),
            partial(self._refuse, socket, decision),
        )
        self._post.request(USERS, CheckAccount(user_id=identity.user_id), checked)

    def _identify(self, auth: Any) -> Identity | None:
        if auth is None:
            return None
        if not isinstance(auth, dict):
            raise ValidationError.of("auth", Rule.INVALID_TYPE, "Expected an object")
        token = auth.get("token")
        if token is None:
            return None
        if not isinstance(token, str) or len(token) > MAX_TOKEN:
            raise ValidationError.of("auth.token", Rule.INVALID_TYPE, "Expected an access token")
        return self._tokens.verify_access(token)

    def _enter_context(self, socket: Socket, identity: Identity | None, connection_id: str) -> None:
        """Create the context; from now on the connection depends on its user's rights."""
        socket.context = Context(identity, connection_id)
        if identity is not None:
            socket.context.access = SocketAccess(self._revoker, socket, identity)

    def _account_stands(
        self, socket: Socket, ticket: Ticket | None, decision: Decision, status: AccountStatus
    ) -> None:
        """The account is active; use its current role, not the token's."""
        held = socket.context.require_user()
        socket.context.identity = msgspec.structs.replace(held, role=status.role)
        self._come(socket, ticket, decision)

    # --- coming back ----------------------------------------------------------------------------

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
            log.exception("recovery.failed", socket=socket.id)
            reset = SessionReset(reason=ResetReason.FAILED)
        if reset is not None:
            self._withdraw(socket)
            self._enter_context(socket, identity, token_hex(8))
            self._begin(socket, decision, reset)

    def _withdraw(self, socket: Socket) -> None:
        """Undo what a failed recovery had entered."""
        socket.let_go()
        socket.context.kept = False
        self._departures.disconnect(socket, Reason.REPLACED)

    # --- starting afresh -------------------------------------------------------------------------

    def _begin(self, socket: Socket, decision: Decision, reset: SessionReset | None = None) -> None:
        """Begin a connection that has entered nothing; `reset` says why if the client expected
        otherwise."""
        identity: Identity | None = socket.context.identity
        if identity is None:
            self._accept(socket, decision, reset)
            return
        self._post.request(
            Address(SESSION_KIND, identity.user_id),
            opening_of(socket, identity),
            Callback(
                partial(self._opened, socket, identity, decision, reset),
                partial(self._not_opened, socket, identity, decision),
            ),
        )

    def _opened(
        self,
        socket: Socket,
        identity: Identity,
        decision: Decision,
        reset: SessionReset | None,
        _reply: Message,
    ) -> None:
        """The session actor has accepted the device; tell it if the client has left meanwhile."""
        if not self._accept(socket, decision, reset):
            self._departures.say_closed(identity.user_id, socket.context.connection_id)

    def _not_opened(
        self, socket: Socket, identity: Identity, decision: Decision, error: StoaError
    ) -> None:
        """The session actor has refused the device, or did not answer and may have accepted it."""
        self._refuse(socket, decision, error)
        if error.retryable:
            self._departures.say_closed(identity.user_id, socket.context.connection_id)

    # --- the decision ---------------------------------------------------------------------------

    def _accept(self, socket: Socket, decision: Decision, reset: SessionReset | None) -> bool:
        """Accept the client. False if it has left meanwhile."""
        context: Context = socket.context
        context.pid = pid = new_pid()
        if not decision.accept(pid):
            context.give_up()
            return False
        context.accepted = True
        if reset is not None:
            socket.emit("session.reset", reset)
        return True

    def _refuse(self, socket: Socket, decision: Decision, error: StoaError) -> None:
        self.refused += 1
        context: Context = socket.context
        context.give_up()
        request_id = f"{socket.id}.0"
        if is_server_fault(error):
            log.warning(
                "connection.failed",
                code=error.code,
                reason=error.message,
                request_id=request_id,
                user=None if context.identity is None else context.identity.user_id,
            )
        else:
            self._client_errors.say(
                "connection.refused", reason=error.code, why=error.message, request_id=request_id
            )
        decision.refuse(error_object(error, request_id=request_id, now=self._clock.now()))

    # --- renewal --------------------------------------------------------------------------------

    def renew(self, exchange: Exchange, payload: Renew) -> None:
        """`auth.renew`: continue with a newer access token of the same user."""
        held = exchange.context.require_user()
        identity = self._tokens.verify_access(payload.token)
        if identity.user_id != held.user_id:
            raise AuthenticationError("The token belongs to another user", reason="other_user")
        question = CheckAccount(user_id=identity.user_id)
        exchange.ask(USERS, question, AccountStatus, partial(self._renewed, exchange, identity))

    def _renewed(self, exchange: Exchange, identity: Identity, status: AccountStatus) -> None:
        """The account stands, so the token is taken; an older one than is held changes nothing."""
        self._tokens.require_valid(identity)  # the session may have ended meanwhile
        context = exchange.context
        held = context.require_user()
        if identity.expires_at >= held.expires_at:
            context.identity = msgspec.structs.replace(identity, role=status.role)
            if context.access is not None:
                context.access.renewed(identity)
                if status.role != held.role:
                    context.access.recheck()
        exchange.ok({"expiresAt": context.require_user().expires_at})
