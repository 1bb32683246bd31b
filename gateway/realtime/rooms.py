"""The `room.*` events: entering a course room, chat and signals."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
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
from protocol.ports import Post
from protocol.topics import place_of
from protocol.users.session import SESSION_KIND, EnterRoom, ExitRoom, OpenConnection

MAX_DEVICE = 200
"""Characters of the User-Agent header that are kept as the device's name."""

COMMUNICATION = Address("communication", "")
SESSIONS_REFUSALS = frozenset(("NOT_CONNECTED", "TOO_MANY_ROOMS"))
"""With these the session itself refuses an entry, and has noted nothing."""

OnUnknown = Callable[[Exchange, str, str], None]


class RoomEvents:
    """Handlers of the `room.*` events.

    The room keeps presence, and the session passes on which device enters and leaves. Both must
    hold the same of a device as the device's context does, so the context follows the order in
    which the session was asked: an entry that a departure overtook does not count, and one that
    failed is taken back.
    """

    def __init__(self, post: Post, saver: SessionSaver) -> None:
        self._post = post
        self._saver = saver

    def join(self, exchange: Exchange, payload: OfRoom) -> None:
        """`room.join`: if the user may, the session enters and the room's view comes back."""
        context, course_id = exchange.context, payload.course_id
        identity = context.require_user()
        context.require_space(len(context.rooms.keys() - {course_id}), MAX_ROOMS)
        context.entering[exchange] = course_id
        exchange.ask(
            COMMUNICATION,
            MayEnterRoom(user_id=identity.user_id, role=identity.role, course_id=course_id),
            Message,
            lambda _: self._enter(exchange, identity.user_id, course_id, self._reopen),
            on_refusal=partial(self._not_entered, exchange),
        )

    def _enter(
        self, exchange: Exchange, user_id: str, course_id: str, on_unknown: OnUnknown | None = None
    ) -> None:
        """Have the session enter; `on_unknown` is called if it does not know this device."""
        context = exchange.context
        if context.closed:
            return
        _require_not_overtaken(exchange)
        exchange.ask(
            Address(SESSION_KIND, user_id),
            EnterRoom(connection_id=context.connection_id, course_id=course_id),
            RoomView,
            partial(self._entered, exchange, course_id),
            on_refusal=partial(self._refused, exchange, user_id, course_id, on_unknown),
        )

    def _refused(
        self,
        exchange: Exchange,
        user_id: str,
        course_id: str,
        on_unknown: OnUnknown | None,
        error: StoaError,
    ) -> None:
        """The session or the room refused, or did not answer; then the session is told to forget
        the entry."""
        context = exchange.context
        if error.code == "NOT_CONNECTED" and on_unknown is not None and not context.closed:
            on_unknown(exchange, user_id, course_id)
            return
        counted = exchange in context.entering
        self._not_entered(exchange, error)
        inside = course_id in context.rooms or course_id in context.entering.values()
        if counted and not inside and not context.closed and error.code not in SESSIONS_REFUSALS:
            exit_room = ExitRoom(connection_id=context.connection_id, course_id=course_id)
            with suppress(StoaError):  # it will be forgotten with the connection
                self._post.tell(Address(SESSION_KIND, user_id), exit_room)

    def _reopen(self, exchange: Exchange, user_id: str, course_id: str) -> None:
        """Open this device again, once, with a session that has crashed and forgotten its
        devices."""
        exchange.ask(
            Address(SESSION_KIND, user_id),
            opening_of(exchange.socket, exchange.context.require_user()),
            Message,
            lambda _: self._enter(exchange, user_id, course_id),
            on_refusal=partial(self._not_entered, exchange),
        )

    def _not_entered(self, exchange: Exchange, error: StoaError) -> None:
        exchange.context.entering.pop(exchange, None)
        exchange.refuse(error)

    def _entered(self, exchange: Exchange, course_id: str, view: RoomView) -> None:
        context = exchange.context
        if context.closed:
            return  # CloseConnection has been sent, and removes the session from its rooms
        _require_not_overtaken(exchange)
        del context.entering[exchange]
        position = exchange.socket.position
        # A client that enters again may lose this view; it has had everything since the first one.
        context.rooms.setdefault(course_id, position)
        exchange.socket.join(topics.room(course_id))
        self._saver.entered(exchange, {"view": view, "place": place_of(position)})

    def leave(self, exchange: Exchange, payload: OfRoom) -> None:
        """`room.leave`. The connection is in the room until the session has answered."""
        context = exchange.context
        user_id = context.require_user().user_id
        _require_inside(context, payload.course_id)
        context.overtake(payload.course_id)
        exchange.ask(
            Address(SESSION_KIND, user_id),
            ExitRoom(connection_id=context.connection_id, course_id=payload.course_id),
            Message,
            lambda _: self._left(exchange, payload.course_id),
        )

    def _left(self, exchange: Exchange, course_id: str) -> None:
        exchange.context.rooms.pop(course_id, None)
        exchange.socket.leave(topics.room(course_id))
        self._saver.left(exchange)

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
    """The message that announces this device to the session."""
    device = socket.headers.get(b"user-agent", b"").decode("latin-1")[:MAX_DEVICE]
    return OpenConnection(
        connection_id=socket.context.connection_id, full_name=identity.full_name, device=device
    )


def _require_not_overtaken(exchange: Exchange) -> None:
    if exchange not in exchange.context.entering:
        raise RefusedError("NOT_IN_ROOM", "This connection has left the room meanwhile")


def _require_inside(context: Context, course_id: str) -> None:
    if course_id not in context.rooms:
        raise RefusedError("NOT_IN_ROOM", "This connection has not entered the room")
