"""Delivery of publications to the members of topics, on this node.

A publication is encoded, and compressed, once per wire format, however many members there are.
Everything is delivered in the order in which it was published. Large topics are served in chunks
with other work in between; later publications wait meanwhile, so that no member sees two in the
wrong order, not even of two topics.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf
from time import monotonic
from typing import Any, Final, Protocol

import structlog
import trio

from gateway.front.deflate import deflated_text
from gateway.front.frames import encode_text
from gateway.json_encoding import encode_json
from protocol.envelope import Message
from protocol.topics import place_of

CHUNK: Final = 1_000
"""Members served in one go, if `TURN_SECONDS` are not over before."""
TURN_SECONDS: Final = 0.005
"""After so long the rest waits for a turn of others, as at the front."""
STEP: Final = 50
"""Members served between two looks at the clock; at about 7 µs each, that is 0.4 ms."""

MAX_WAITING: Final = 1_000
"""Publications that may wait.

Past this the oldest is delivered at once: publishers slow down, and nothing is lost.
"""

FEW: Final = 16
"""Up to this many members a passed-on publication is delivered at once; otherwise in chunks."""

_log = structlog.get_logger(__name__)


class FrameSink(Protocol):
    """A WebSocket connection as the fan-out uses it. It never waits or raises.

    `deflates`: it may be sent compressed frames.
    """

    deflates: bool

    def send_frame(self, frame: bytes, volatile: bool = False) -> None: ...


class Subscriber(Protocol):
    """A member of topics: a Socket.IO socket, a GraphQL subscription, a relay to another node.

    `topics` belongs to the fan-out; it starts as `()`.
    """

    topics: tuple[str, ...]

    @property
    def connection(self) -> FrameSink | None:
        """Where `Publication.frame` may be sent directly; None if `deliver` must be called."""

    def deliver(self, publication: Publication, volatile: bool) -> bool:
        """Send the publication in the subscriber's own format. False: dropped. Never waits."""
        ...

    def topic_closed(self, topic: str, reason: str) -> None:
        """The subscriber was removed because the topic was closed."""


class Publication:
    """One event for many members, with its encodings made when first needed.

    A durable one has a `place` among all of them (`protocol.topics`). Socket.IO clients get it as a
    second argument behind the data, a string, which is where the JavaScript client looks for it
    when it recovers a connection. `number` counts the publications of this node.
    """

    __slots__ = ("_deflated", "_frame", "_json", "_packet", "data", "event", "number", "place")

    def __init__(self, event: str, data: Message, *, position: int | None = None):
        self.event = event
        self.data = data
        self.number = 0
        self.place = None if position is None else place_of(position)
        self._packet: bytes | None = None
        self._frame: bytes | None = None
        self._deflated: bytes | None = None
        self._json: bytes | None = None

    @property
    def arguments(self) -> list[Any]:
        """Name, data and, for a durable one, the place: as Socket.IO sends them."""
        place = () if self.place is None else (self.place,)
        return [self.event, self.data, *place]

    @property
    def packet(self) -> bytes:
        """Socket.IO's text packet for the main namespace, `42[...]`."""
        if self._packet is None:
            self._packet = b"42" + encode_json(self.arguments)
        return self._packet

    @property
    def frame(self) -> bytes:
        """`packet` as a WebSocket frame."""
        if self._frame is None:
            self._frame = encode_text(self.packet)
        return self._frame

    @property
    def deflated(self) -> bytes:
        """`packet` as a compressed frame, or `frame` where that is not worth it."""
        if self._deflated is None:
            self._deflated = deflated_text(self.packet) or self.frame
        return self._deflated

    @property
    def json(self) -> bytes:
        """`data` alone, as JSON."""
        if self._json is None:
            self._json = encode_json(self.data)
        return self._json


class _Topic:
    """Members in the order they joined, each with the number of the last publication before.

    `snapshot` is the members as a tuple, until one joins or leaves.
    """

    __slots__ = ("members", "snapshot")

    def __init__(self) -> None:
        self.members: dict[Subscriber, int] = {}
        self.snapshot: tuple[Subscriber, ...] | None = None

    def current(self) -> tuple[Subscriber, ...]:
        if self.snapshot is None:
            self.snapshot = tuple(self.members)
        return self.snapshot

    def before(self, number: int) -> tuple[Subscriber, ...]:
        """The members when that was published. It is the snapshot itself if that is everybody."""
        members = self.current()
        if members and self.members[members[-1]] >= number:
            return tuple(one for one in members if self.members[one] < number)
        return members


class _Delivery:
    """A publication and its recipients: members when it was published that still are."""

    __slots__ = ("members", "number", "position", "publication", "topic", "volatile")

    def __init__(self, topic: _Topic, number: int, publication: Publication, volatile: bool):
        self.topic = topic
        self.number = number
        self.members = topic.before(number)
        self.position = 0
        self.publication = publication
        self.volatile = volatile

    def next_members(self, room: int) -> tuple[Subscriber, ...]:
        """The next `room` members at most, without those who left since, even if they are back."""
        start, self.position = self.position, min(self.position + room, len(self.members))
        chosen = self.members[start : self.position]
        if self.members is self.topic.snapshot:
            return chosen
        joined = self.topic.members
        return tuple(one for one in chosen if joined.get(one, self.number) < self.number)

    @property
    def finished(self) -> bool:
        return self.position >= len(self.members)


class LocalFanOut:
    """Topics of this node; implements `protocol.ports.FanOut`.

    `later` runs a callback soon in the Trio thread, after other tasks have had their turn; by
    default it is Trio's own `run_sync_soon`. Not safe to call from other threads.
    """

    def __init__(
        self, *, later: Callable[[Callable[[], None]], None] | None = None, chunk: int = CHUNK
    ):
        self.position = 0
        """The position of the last durable publication; later ones, of any topic, have a higher
        one."""
        self._later = later
        self._chunk = chunk
        self._topics: dict[str, _Topic] = {}
        self._waiting: deque[_Delivery] = deque()
        self._publications = 0
        self._deliveries = 0
        self._dropped = 0
        self._failed = 0

    # --- membership -----------------------------------------------------------------------------

    def join(self, topic: str, subscriber: Subscriber) -> None:
        """Send what is published from now on to `subscriber` too.

        Joining twice is the same as once.
        """
        found = self._topics.get(topic)
        if found is None:
            found = self._topics[topic] = _Topic()
        elif subscriber in found.members:
            return
        found.members[subscriber] = self._publications
        found.snapshot = None
        subscriber.topics = (*subscriber.topics, topic)

    def leave(self, topic: str, subscriber: Subscriber) -> None:
        """Send nothing more of `topic` to `subscriber`. Not having joined is no error."""
        found = self._topics.get(topic)
        if found is None or subscriber not in found.members:
            return
        self._remove(topic, found, subscriber)
        subscriber.topics = tuple(name for name in subscriber.topics if name != topic)

    def leave_all(self, subscriber: Subscriber) -> None:
        """Leave every topic, when a client is gone."""
        topics, subscriber.topics = subscriber.topics, ()
        for name in topics:
            found = self._topics.get(name)
            if found is not None:
                self._remove(name, found, subscriber)

    def _remove(self, name: str, topic: _Topic, subscriber: Subscriber) -> None:
        topic.members.pop(subscriber, None)
        topic.snapshot = None
        if not topic.members:
            del self._topics[name]

    def members(self, topic: str) -> tuple[Subscriber, ...]:
        """Who has joined, in the order of joining."""
        found = self._topics.get(topic)
        return found.current() if found is not None else ()

    def close_topic(self, topic: str, *, reason: str) -> None:
        """Remove every member; earlier publications still reach them."""
        found = self._topics.pop(topic, None)
        if found is None:
            return
        for subscriber in found.current():
            subscriber.topics = tuple(name for name in subscriber.topics if name != topic)
            try:
                subscriber.topic_closed(topic, reason)
            except Exception:
                self._failed += 1
                _log.exception("topic.close_failed", topic=topic)

    # --- publishing -----------------------------------------------------------------------------

    def publish(
        self,
        topic: str,
        event: str,
        data: Message,
        *,
        position: int | None = None,
        volatile: bool = False,
    ) -> None:
        """Send `event` to every member of `topic`, as `protocol.ports.FanOut` says."""
        if position is not None:
            self.position = position
        found = self._topics.get(topic)
        if found is None:
            return
        self._publications += 1
        publication = Publication(event, data, position=position)
        publication.number = self._publications
        self._start(_Delivery(found, self._publications, publication, volatile))

    def pass_on(self, topic: str, publication: Publication, *, volatile: bool = False) -> None:
        """Send the members of `topic` a publication derived from another one with that `number`.

        Those who joined after that one was published do not get it.
        """
        found = self._topics.get(topic)
        if found is None:
            return
        delivery = _Delivery(found, publication.number, publication, volatile)
        if self._waiting or len(delivery.members) > FEW:
            self._wait(delivery)
        else:
            self._serve(delivery, FEW)

    def _start(self, delivery: _Delivery) -> None:
        if self._waiting:
            while len(self._waiting) >= MAX_WAITING:
                oldest = self._waiting.popleft()
                self._serve(oldest, len(oldest.members))
            self._waiting.append(delivery)
        elif not self._serve(delivery, self._chunk, monotonic() + TURN_SECONDS):
            self._wait(delivery)

    def _wait(self, delivery: _Delivery) -> None:
        self._waiting.append(delivery)
        if len(self._waiting) == 1:
            self._call_later()

    def _call_later(self) -> None:
        if self._later is None:
            self._later = trio.lowlevel.current_trio_token().run_sync_soon
        self._later(self._continue)

    def _continue(self) -> None:
        """Serve one more chunk's worth of members, of as many publications as that makes."""
        room, end = self._chunk, monotonic() + TURN_SECONDS
        while self._waiting and room > 0:
            delivery = self._waiting[0]
            before = delivery.position
            if self._serve(delivery, room, end):
                self._waiting.popleft()
            room -= max(delivery.position - before, 1)
            if monotonic() >= end:
                break
        if self._waiting:
            self._call_later()

    def _serve(self, delivery: _Delivery, room: int, end: float = inf) -> bool:
        """Deliver to at most `room` more members, and begin no step after `end`. True when all have
        it."""
        publication, volatile = delivery.publication, delivery.volatile
        while room > 0 and not delivery.finished:
            step = min(room, STEP)
            self._send(publication, delivery.next_members(step), volatile)
            room -= step
            if monotonic() >= end:
                break
        return delivery.finished

    def _send(
        self, publication: Publication, members: tuple[Subscriber, ...], volatile: bool
    ) -> None:
        """The hot loop: about 1 µs a member besides the system call."""
        frame = publication.frame
        self._deliveries += len(members)
        for member in members:
            try:
                connection = member.connection
                if connection is not None:
                    if connection.deflates:
                        connection.send_frame(publication.deflated, volatile)
                    else:
                        connection.send_frame(frame, volatile)
                elif not member.deliver(publication, volatile):
                    self._dropped += 1
            except Exception:
                self._failed += 1
                _log.exception("publication.delivery_failed", publication=publication.event)

    def statistics(self) -> dict[str, int]:
        """Totals since the start, and the current state."""
        return {
            "topics": len(self._topics),
            "members": sum(len(topic.members) for topic in self._topics.values()),
            "publications": self._publications,
            "deliveries": self._deliveries,
            "dropped": self._dropped,
            "failed": self._failed,
            "waiting": len(self._waiting),
        }
