"""The `room.*` events: entering a course room, speaking and signalling there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gateway.realtime.context import MAX_ROOMS, Context, Socket
from gateway.realtime.exchange import Exchange
from gateway.realtime.session_saver import SessionSaver
from gateway.realtime.wire import GivenSignal, OfRoom, SaidText, check_signal
from protocol import topics
from protocol.access import Identity
from protocol.communication import ROOM_KIND, MayEnterRoom, RoomView, Said, Say, Signal
from protocol.envelope import Address, Message
from protocol.errors import RefusedError, StoaError
from protocol.topics import place_of
from protocol.users.session import SESSION_KIND, EnterRoom, ExitRoom, OpenConnection

MAX_DEVICE = 200
"""Characters of the User-Agent header that are kept as the device's name."""

COMMUNICATION = Address("communication", "")


class RoomEvents:
    """Handlers of the `room.*` events. Presence is the session actor's: it knows all devices."""

    def __init__(self, saver: SessionSaver) -> None:
        self._saver = saver

    def join(self, exchange: Exchange, payload: OfRoom) -> None:
        """`room.join`: if the user may, the session enters and the room's view comes back."""
        context = exchange.context
        identity = context.require_user()
        context.require_space(len(context.rooms.keys() - {payload.course_id}), MAX_ROOMS)
        exchange.ask(
            COMMUNICATION,
            MayEnterRoom(user_id=identity.user_id, role=identity.role, course_id=payload.course_id),
            Message,
            partial(self._may_enter, exchange, identity.user_id, payload.course_id),
        )

    def _may_enter(
        self, exchange: Exchange, user_id: str, course_id: str, _granted: Message
    ) -> None:
        reopen = partial(self._reopen, exchange, user_id, course_id)
        self._enter(exchange, user_id, course_id, on_refusal=reopen)

    def _enter(
        self,
        exchange: Exchange,
        user_id: str,
        course_id: str,
        *,
        on_refusal: Callable[[StoaError], None] | None = None,
    ) -> None:
        if exchange.context.closed:
            return
        exchange.ask(
            Address(SESSION_KIND, user_id),
            EnterRoom(connection_id=exchange.context.connection_id, course_id=course_id),
            RoomView,
            partial(self._entered, exchange, course_id),
            on_refusal=on_refusal,
        )

    def _reopen(self, exchange: Exchange, user_id: str, course_id: str, error: StoaError) -> None:
        """A session that has crashed does not know its devices: open this one again, once."""
        context = exchange.context
        if error.code != "NOT_CONNECTED" or context.closed:
            exchange.fail(error)
            return
        exchange.ask(
            Address(SESSION_KIND, user_id),
            opening_of(exchange.socket, context.require_user()),
            Message,
            lambda _: self._enter(exchange, user_id, course_id),
        )

    def _entered(self, exchange: Exchange, course_id: str, view: RoomView) -> None:
        if exchange.context.closed:
            return  # CloseConnection has been sent and takes the session out of its rooms
        position = exchange.socket.position
        # Who enters again may lose this view, and has had all since the first one, or its place.
        exchange.context.rooms.setdefault(course_id, position)
        exchange.socket.join(topics.room(course_id))
        self._saver.entered(exchange, {"view": view, "place": place_of(position)})

    def leave(self, exchange: Exchange, payload: OfRoom) -> None:
        """`room.leave`."""
        user_id = exchange.context.require_user().user_id
        _require_inside(exchange.context, payload.course_id)
        del exchange.context.rooms[payload.course_id]
        exchange.socket.leave(topics.room(payload.course_id))
        exchange.ask(
            Address(SESSION_KIND, user_id),
            ExitRoom(connection_id=exchange.context.connection_id, course_id=payload.course_id),
            Message,
            lambda _: self._saver.left(exchange),
        )

    def say(self, exchange: Exchange, payload: SaidText) -> None:
        """`room.say`: acknowledged when the message is durable."""
        user_id = exchange.context.require_user().user_id
        _require_inside(exchange.context, payload.course_id)
        exchange.ask(
            Address(ROOM_KIND, payload.course_id),
            Say(user_id=user_id, message_id=payload.message_id, text=payload.text),
            Said,
            lambda said: exchange.ok({"messageId": said.message_id, "offset": said.offset}),
        )

    def signal(self, exchange: Exchange, payload: GivenSignal) -> None:
        """`room.signal`: volatile, for typing and the like."""
        user_id = exchange.context.require_user().user_id
        _require_inside(exchange.context, payload.course_id)
        exchange.ask(
            Address(ROOM_KIND, payload.course_id),
            Signal(user_id=user_id, data=check_signal(payload.data)),
            Message,
            lambda _: exchange.ok(),
        )


def opening_of(socket: Socket, identity: Identity) -> OpenConnection:
    """What tells the session of this device."""
    device = socket.headers.get(b"user-agent", b"").decode("latin-1")[:MAX_DEVICE]
    return OpenConnection(
        connection_id=socket.context.connection_id, full_name=identity.full_name, device=device
    )


def _require_inside(context: Context, course_id: str) -> None:
    if course_id not in context.rooms:
        raise RefusedError("NOT_IN_ROOM", "This connection has not joined the room")
