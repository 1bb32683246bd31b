"""The ports: what one room needs of another, as `typing.Protocol`s that `supervisors` fills.

Conventions: times are integers, milliseconds since the Unix epoch on the server's clock, unless a
name ends in `_seconds`. Coroutines run in the Trio thread and honour Trio cancellation. Methods
ending in `_nowait`, and those documented so, never wait. Storage ports raise
`StorageUnavailable` when the engine does not answer and `DatabaseError` when it refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from protocol.envelope import Address, Message, ReplyTo
from protocol.errors import StoaError
from protocol.selection import Field, Selection, Viewer


class Clock(Protocol):
    """The server's clock. Monotonic while the process lives, near wall time."""

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        ...


class Post(Protocol):
    """The only way to reach an actor or a handler."""

    def tell(self, address: Address, message: Message) -> None:
        """Deliver without an answer. Never waits. Raises `MailboxFull`, `ActorStopped`."""

    def request(
        self,
        address: Address,
        message: Message,
        reply_to: ReplyTo,
        *,
        timeout_seconds: float = 10.0,
    ) -> None:
        """Deliver; `reply_to` gets the answer or the error. Never waits, never raises."""

    async def ask(
        self, address: Address, message: Message, *, timeout_seconds: float = 10.0
    ) -> Any:
        """Deliver and wait for the reply. Raises the receiver's `StoaError` or `DeadlineExceeded`.

        Cancelling an ask withdraws the caller, not the message.
        """


class StoredEvent(msgspec.Struct, frozen=True):
    """One journalled event. `event` is its tagged JSON, `schema` the number it was written with.

    `position` is its place among the events of all actors (`protocol.topics`); 0 until it is
    written, and for events older than positions.
    """

    version: int
    schema: int
    at: int
    event: bytes
    position: int = 0


class Snapshot(msgspec.Struct, frozen=True):
    """A state of an actor after the event of that version. `state` is JSON."""

    address: Address
    version: int
    schema: int
    state: bytes


class OutboxEvent(msgspec.Struct, frozen=True):
    """A domain event on its way to subscribers, in order per `aggregate`, at least once."""

    aggregate: Address
    event: Message
    request_id: str | None = None
    """What led to it; None for the request that is being worked for when it is written."""


class Reminder(msgspec.Struct, frozen=True):
    """A durable alarm: `address` is told `protocol.lifecycle.Reminded(name, due_at)`.

    One per (address, name); setting it again moves it. `due_at` None removes it.
    """

    address: Address
    name: str
    due_at: int | None


class Append(msgspec.Struct, frozen=True):
    """One actor's commit: events after `expected_version`, and changes that belong to them.

    `records` are row changes (`Message`s that `storage.records` knows how to write). Everything is
    committed in one transaction, or nothing is.
    """

    address: Address
    expected_version: int
    events: Sequence[StoredEvent]
    records: Sequence[Message] = ()
    outbox: Sequence[OutboxEvent] = ()
    reminders: Sequence[Reminder] = ()


class Loaded(msgspec.Struct, frozen=True):
    """An actor's durable data: its newest snapshot, if any, and every event after it."""

    snapshot: Snapshot | None
    events: Sequence[StoredEvent]

    @property
    def version(self) -> int:
        """The version of the last event, 0 for an actor that never wrote."""
        if self.events:
            return self.events[-1].version
        return self.snapshot.version if self.snapshot else 0


class SetAside(Protocol):
    """Events that cannot be read, taken out of a journal by an operator and kept."""

    async def set_aside(
        self, address: Address, *, first: int, last: int | None, reason: str, now: int
    ) -> int:
        """Move the events from `first` to `last` (None: to the end); returns how many there were.

        The actor must not be in memory. Its snapshot goes if it was made after any of them.
        """
        ...

    async def forget_snapshot(self, address: Address) -> None:
        """Have the next load read the whole journal, which holds everything."""

    async def events(self, address: Address) -> Sequence[StoredEvent]:
        """What was set aside of this actor."""
        ...


class Journal(Protocol):
    """The journal with group commit, and the snapshots beside it."""

    @property
    def position(self) -> int:
        """The newest position assigned; at first the one before everything this writer writes."""
        ...

    def append_nowait(self, append: Append, done: Callable[[StoaError | None], None]) -> int:
        """Queue a commit. `done` is called once, in the Trio thread, and must not raise.

        Returns the position of the first event; the others follow it. Commits are confirmed in the
        order of positions. `done` gets None when the transaction has committed; `Fenced` when
        `expected_version` is not the newest (another activation wrote); `StorageUnavailable` when
        it failed or the outcome is unknown. Appends of one address are committed in the order they
        were queued, and after one failed, those queued behind it fail too (`Fenced`) until a new
        `load`. Raises `Overloaded` when the bound of queued appends is reached.
        """

    async def load(self, address: Address) -> Loaded:
        """Everything needed to activate `address`."""
        ...

    async def read(
        self, address: Address, *, after_version: int = 0, limit: int = 1000
    ) -> Sequence[StoredEvent]:
        """Events in order, for replay and time travel."""
        ...

    async def read_since(
        self, address: Address, *, after_position: int, limit: int
    ) -> Sequence[StoredEvent]:
        """Those of the newest `limit` events that have a higher position, in order.

        If there are `limit` of them, there may be more.
        """
        ...

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Replace the snapshot of the address unless there is a newer one."""


class DueReminder(msgspec.Struct, frozen=True):
    """A claimed alarm."""

    address: Address
    name: str
    due_at: int


class Reminders(Protocol):
    """Durable alarms. They are set through `Append.reminders`."""

    async def claim(self, *, now: int, limit: int, lease_ms: int) -> Sequence[DueReminder]:
        """Take due reminders; no other claimer gets them until `lease_ms` have passed."""
        ...

    async def next_due(self) -> int | None:
        """When the next reminder may be claimed; None if there is none."""
        ...

    async def addresses(
        self, kinds: Sequence[str], *, before: int, limit: int
    ) -> Sequence[Address]:
        """The actors of these kinds with a reminder due before that, the first ones, each once."""
        ...

    async def complete(self, reminders: Sequence[DueReminder]) -> None:
        """Delete those that were delivered, unless they were moved since."""


class OutboxEntry(msgspec.Struct, frozen=True):
    """A claimed domain event. `id` rises with commit order per aggregate."""

    id: int
    aggregate: Address
    event: bytes
    at: int
    request_id: str | None = None


class Outbox(Protocol):
    """Domain events waiting for delivery. They are written through `Append.outbox`."""

    async def claim(self, *, limit: int, lease_ms: int, now: int) -> Sequence[OutboxEntry]:
        """Claim the oldest undelivered events; of one aggregate never a later one before an
        earlier."""
        ...

    async def next_due(self) -> int | None:
        """When the next event may be claimed: 0 for an unclaimed one, None if there is none."""
        ...

    async def complete(self, ids: Sequence[int]) -> None:
        """Mark events as delivered."""

    async def set_aside(self, entry: OutboxEntry, *, reason: str, now: int) -> None:
        """Take an event out that nobody can read, and keep it elsewhere. Twice is once."""


class Beat(msgspec.Struct, frozen=True):
    """A sign of life at `at`, when the machine had been up for `boot_ms` since the start `boot_id`.

    `boot_id` is "" where that is not known.
    """

    at: int
    boot_id: str = ""
    boot_ms: int = 0


class Heartbeats(Protocol):
    """When this installation was last known to be alive, for crediting an outage."""

    async def beat(self, node: str, beat: Beat) -> None:
        """Record that `node` is alive. An earlier beat than its last changes nothing."""

    async def last_beat(self) -> Beat | None:
        """The newest beat of any node, None if there never was one."""
        ...


class FanOut(Protocol):
    """Delivers publications to the members of topics. Implemented in the gateway."""

    def publish(
        self,
        topic: str,
        event: str,
        data: Message,
        *,
        position: int | None = None,
        volatile: bool = False,
    ) -> None:
        """Send `event` to every member of `topic`, encoded once per wire format. Never waits.

        `position` is that of the journalled event behind it; None if it cannot be recovered.
        Positions must not fall from one publication to the next. Volatile publications may be
        dropped for a member whose outbox is not empty.
        """

    def close_topic(self, topic: str, *, reason: str) -> None:
        """Remove every member of `topic` (the room was deleted, a player was kicked)."""


class Reads(Protocol):
    """The read compiler: one SQL statement for each root field."""

    async def execute(self, selections: Sequence[Selection], viewer: Viewer) -> Sequence[bytes]:
        """The JSON text of each root field's value (`null` where absent or not visible)."""
        ...

    def depends_on_viewer(self, field: Field) -> bool:
        """Whether two viewers may see this root field differently; never waits."""
        ...


class ReadsNowait(Reads, Protocol):
    """Like `Reads`, without a task for each request."""

    def execute_nowait(
        self,
        selections: Sequence[Selection],
        viewer: Viewer,
        done: Callable[[Sequence[bytes] | Exception], None],
    ) -> Callable[[], None]:
        """Begin `execute`; `done` gets what it would return or raise, later, in the Trio thread.

        What is returned cancels it and the statement; `done` is called all the same, later. `done`
        must not raise. Raises at once `ClientError` for an argument that cannot be bound and
        `Overloaded`; then `done` is not called.
        """
