"""Socket.IO's rules for one client, without I/O: packets in, their meanings out.

`SessionMachine` keeps the state of one client: the namespaces it is in and an incomplete binary
packet. Anything its table does not allow raises `Malformed`, and the session ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum, auto
from typing import Any, Final, NamedTuple

import msgspec

from gateway.engineio.errors import Malformed
from gateway.socketio import packets
from gateway.socketio.packets import Packet, Unusable
from gateway.socketio.settings import Settings
from protocol.validation import Problem, Rule, problem


class Event(msgspec.Struct, frozen=True, gc=False):
    """The client emitted; `id` asks for an acknowledgement.

    A Struct, because it is made for every event and costs a third of a NamedTuple.
    """

    namespace: str
    name: str
    arguments: list[Any]
    id: int | None


class Acknowledged(NamedTuple):
    """The client answered the event that was sent with this id."""

    namespace: str
    id: int
    arguments: list[Any]


class ConnectAsked(NamedTuple):
    """The client asks to be let into a namespace."""

    namespace: str
    auth: dict[str, Any]


class Left(NamedTuple):
    """The client left a namespace, or gave up asking while it was not yet `accepted`."""

    namespace: str
    accepted: bool


class Refused(NamedTuple):
    """An event over a bound: not delivered; the client is told if it asked for an
    acknowledgement."""

    namespace: str
    id: int | None
    problem: Problem

    @property
    def why(self) -> str:
        """In words."""
        return self.problem.message


Happening = Event | Acknowledged | ConnectAsked | Left | Refused


class Membership(IntEnum):
    """A client's state in one namespace. GONE: the server disconnected it; it may not know yet.

    An IntEnum, because it is hashed for every packet and a plain Enum hashes in Python.
    """

    ABSENT = auto()
    CONNECTING = auto()
    CONNECTED = auto()
    GONE = auto()


_CONNECTED: Final = Membership.CONNECTED  # looked up for every packet


class Act(Enum):
    """What to do with a Socket.IO packet."""

    CONNECT = auto()
    LEAVE = auto()
    EVENT = auto()
    ACK = auto()
    IGNORE = auto()


_SOCKET_ACTS: Final[Mapping[tuple[Membership, int], Act]] = {
    (Membership.ABSENT, packets.CONNECT): Act.CONNECT,
    (Membership.ABSENT, packets.DISCONNECT): Act.IGNORE,
    (Membership.CONNECTING, packets.DISCONNECT): Act.LEAVE,
    (Membership.CONNECTED, packets.EVENT): Act.EVENT,
    (Membership.CONNECTED, packets.ACK): Act.ACK,
    (Membership.CONNECTED, packets.DISCONNECT): Act.LEAVE,
    (Membership.GONE, packets.CONNECT): Act.CONNECT,
    (Membership.GONE, packets.EVENT): Act.IGNORE,
    (Membership.GONE, packets.ACK): Act.IGNORE,
    (Membership.GONE, packets.DISCONNECT): Act.IGNORE,
}

RESERVED_EVENTS: Final = frozenset(
    ("connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener")
)
"""Event names reserved by the JavaScript emitters; clients may not send them."""


class _Partial:
    """A binary packet whose attachments are still coming."""

    __slots__ = ("attachments", "head_size", "packet", "size")

    def __init__(self, packet: Packet, head_size: int):
        self.packet = packet
        self.head_size = head_size
        self.attachments: list[bytes] = []
        self.size = 0


class SessionMachine:
    """Socket.IO's state for one session. It gets messages and returns what happened."""

    __slots__ = ("_main", "_others", "_partial", "_settings")

    def __init__(self, settings: Settings):
        self._settings = settings
        self._main = Membership.ABSENT
        self._others: dict[str, Membership] | None = None
        self._partial: _Partial | None = None

    def membership(self, namespace: str) -> Membership:
        if namespace == "/":
            return self._main
        if self._others is None:
            return Membership.ABSENT
        return self._others.get(namespace, Membership.ABSENT)

    def _set(self, namespace: str, membership: Membership) -> None:
        if namespace == "/":
            self._main = membership
            return
        if self._others is None:
            self._others = {}
        self._others[namespace] = membership

    def has_place(self) -> bool:
        """Whether the client is in a namespace, or connecting to one."""
        places = (Membership.CONNECTING, Membership.CONNECTED)
        return self._main in places or any(m in places for m in (self._others or {}).values())

    def accepted(self, namespace: str) -> None:
        """The server let the client in. Only from CONNECTING."""
        assert self.membership(namespace) is Membership.CONNECTING
        self._set(namespace, Membership.CONNECTED)

    def refused(self, namespace: str) -> None:
        """The server did not let the client in; it may ask again. Only from CONNECTING."""
        assert self.membership(namespace) is Membership.CONNECTING
        self._forget(namespace)

    def _forget(self, namespace: str) -> None:
        if namespace == "/":
            self._main = Membership.ABSENT
        else:
            assert self._others is not None, "it was CONNECTING or CONNECTED"
            del self._others[namespace]

    def put_out(self, namespace: str) -> None:
        """The server disconnected the client from a namespace it was in."""
        self._set(namespace, Membership.GONE)

    @property
    def unfinished_bytes(self) -> int:
        """What is held of a packet whose attachments are still coming; 0 if there is none."""
        partial = self._partial
        return 0 if partial is None else partial.head_size + partial.size

    def drop_unfinished(self) -> None:
        """Forget a packet whose attachments are still coming."""
        self._partial = None

    def receive_text(self, text: bytes) -> Happening | None:
        """Process a text message, `4` included. None: nothing for the application (yet).

        Raises `Malformed`.
        """
        if self._partial is not None:
            raise Malformed("text in the middle of a binary packet")
        settings = self._settings
        if len(text) > settings.max_event:
            return self._too_large(text)
        if self._main is _CONNECTED and text.startswith(b"42"):
            found = packets.short_event(text, settings.max_depth)
            if found is not None:
                return _event("/", found[0], found[1])
        try:
            packet = packets.decode(text, settings.max_depth)
        except Unusable as error:
            return self._over_bound(error.packet, Problem(error.rule, str(error)))
        if packet.type < packets.BINARY_EVENT:
            return self._perform(packet)
        if packet.attachments > self._settings.max_attachments:
            raise Malformed("too many attachments")
        if packet.attachments == 0:
            return self._perform_binary(packet, ())
        self._partial = _Partial(packet, len(text))
        return None

    def receive_binary(self, data: bytes) -> Happening | None:
        """Process a binary message, the next attachment. Raises `Malformed`."""
        partial = self._partial
        if partial is None:
            raise Malformed("binary without a packet that announced it")
        partial.size += len(data)
        if partial.size > self._settings.max_attachment_bytes:
            raise Malformed("attachments too large")
        partial.attachments.append(data)
        if len(partial.attachments) < partial.packet.attachments:
            return None
        self._partial = None
        return self._perform_binary(partial.packet, tuple(partial.attachments))

    def _perform_binary(self, packet: Packet, attachments: tuple[bytes, ...]) -> Happening | None:
        plain = packet.type - (packets.BINARY_EVENT - packets.EVENT)
        whole = packets.rebuild(packet.data, attachments)
        return self._perform(packet._replace(type=plain, data=whole))

    def _perform(self, packet: Packet) -> Happening | None:
        kind, namespace, packet_id, data, _ = packet
        act = _SOCKET_ACTS.get((self.membership(namespace), kind))
        if act is Act.EVENT:
            return _event(namespace, packet_id, data)
        if act is Act.ACK:
            if packet_id is None or not isinstance(data, list):
                raise Malformed("an acknowledgement without id or list")
            return Acknowledged(namespace, packet_id, data)
        if act is Act.CONNECT:
            return self._connect(namespace, data)
        if act is Act.LEAVE:
            accepted = self.membership(namespace) is Membership.CONNECTED
            self._forget(namespace)
            return Left(namespace, accepted)
        if act is Act.IGNORE:
            return None
        raise Malformed("a packet that is not allowed in this namespace now")

    def _connect(self, namespace: str, auth: Any) -> ConnectAsked:
        if auth is None:
            auth = {}
        elif not isinstance(auth, dict):
            raise Malformed("authentication that is not an object")
        if namespace != "/" and len(self._others or ()) >= self._settings.max_namespaces:
            raise Malformed("too many namespaces")
        self._set(namespace, Membership.CONNECTING)
        return ConnectAsked(namespace, auth)

    def _too_large(self, text: bytes) -> Refused | None:
        most = self._settings.max_event
        larger = problem(Rule.TOO_MANY_BYTES, f"larger than {most} bytes", max=most)
        return self._over_bound(packets.decode_head(text), larger)

    def _over_bound(self, packet: Packet, found: Problem) -> Refused | None:
        act = _SOCKET_ACTS.get((self.membership(packet.namespace), packet.type))
        if act is Act.IGNORE:
            return None
        if act is Act.EVENT:
            return Refused(packet.namespace, packet.id, found)
        raise Malformed(found.message)


def _event(namespace: str, packet_id: int | None, data: Any) -> Event:
    if type(data) is not list or not data:
        raise Malformed("an event that is not a list with a name")
    name = data.pop(0)
    if type(name) is not str or name in RESERVED_EVENTS:
        raise Malformed("an event without a proper name")
    return Event(namespace, name, data, packet_id)
