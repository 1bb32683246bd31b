"""What an actor decided in one wake, from the decisions to their release.

A batch collects the effects of every message drained in that wake, and the resulting state. What
must be durable becomes one `Append`; everything that leaves the actor waits in `releases` until it
is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from actors.effects import (
    Announce,
    CloseTopic,
    Forward,
    Passivate,
    Persist,
    Publish,
    Refuse,
    Reply,
    SaveRecord,
    Send,
    Volatile,
    WakeAt,
)
from actors.kind import LiveKind
from protocol.envelope import Address, Envelope, Message
from protocol.errors import StoaError
from protocol.ports import Append, OutboxEvent, Reminder, Snapshot, StoredEvent

Release = tuple[Any, Envelope]


class MachineMisused(Exception):
    """A machine used an effect that its kind does not support."""


class DecisionBatch:
    """The effects of one wake.

    `state` and `version` are the actor's after what was collected so far. `askers` are the messages
    whose senders wait for this batch. `fired` are the alarms that rang, by name.
    """

    __slots__ = (
        "askers",
        "committed",
        "events",
        "evolved",
        "expected_version",
        "extras",
        "fired",
        "first_position",
        "kind",
        "now",
        "passivates",
        "placed",
        "releases",
        "snapshot",
        "state",
        "version",
    )

    def __init__(
        self,
        kind: LiveKind,
        state: Any,
        version: int,
        now: int,
        fired: dict[str, int] | None,
        envelopes: list[Envelope],
    ) -> None:
        self.kind = kind
        self.state = state
        self.version = self.expected_version = version
        self.now = now
        self.fired = fired
        self.askers = [envelopes]
        self.placed = 0
        """The number of events up to the last one with a durable publication."""
        self.first_position = 0
        """The positions of `events`, once they are queued."""
        self.events: list[StoredEvent] = []
        self.extras: list[SaveRecord | Announced | WakeAt] = []
        self.releases: list[Release] = []
        self.snapshot: Snapshot | None = None
        self.committed = self.passivates = self.evolved = False
        """`passivates`: the machine let the actor go, and no event followed. `evolved`: there was
        an event."""

    def forget(self, mark: tuple[int, int, int]) -> None:
        """Drop what was collected since `mark`: a message takes effect wholly or not at all.

        `mark` are the lengths of `events`, `extras` and `releases` before it. The state is not
        rolled back; its activation is over.
        """
        events, extras, releases = mark
        del self.events[events:], self.extras[extras:], self.releases[releases:]

    def place(self, publish: Publish) -> Publish | Placed:
        """Give a durable publication the position of the event before it, which no other may share.

        Raises `MachineMisused` if one does: clients would drop the second as a duplicate.
        """
        if publish.offset is None:
            return publish
        if len(self.events) == self.placed:
            raise MachineMisused(f"{publish.event} has no event of its own before it")
        self.placed = len(self.events)
        return Placed(publish, self, self.placed - 1)

    def must_commit(self) -> bool:
        """Whether anything in the batch must become durable."""
        return bool(self.events or self.extras)

    def append_for(self, address: Address) -> Append:
        """The append that makes the batch durable."""
        reminders = {e.name: e.deadline for e in self.extras if type(e) is WakeAt}
        return Append(
            address=address,
            expected_version=self.expected_version,
            events=self.events,
            records=[e.record for e in self.extras if type(e) is SaveRecord],
            outbox=[
                OutboxEvent(address, e.event, e.request_id)
                for e in self.extras
                if type(e) is Announced
            ],
            reminders=[Reminder(address, name, due) for name, due in reminders.items()],
        )

    def join(self, other: DecisionBatch) -> None:
        """Release `other`, which has nothing to commit, after this one."""
        self.releases += other.releases
        self.askers += other.askers

    def fail(self, error: StoaError) -> None:
        """Tell everybody who waits for the batch that it was not done."""
        for envelopes in self.askers:
            fail_all(envelopes, error)


class Announced(NamedTuple):
    """A domain event, and the request that led to it."""

    event: Message
    request_id: str | None


class Placed(NamedTuple):
    """A publication that belongs to the batch's event with this index, from 0."""

    publish: Publish
    batch: DecisionBatch
    number: int


def fail_all(envelopes: list[Envelope], error: StoaError) -> None:
    """Answer every asker among them with an error."""
    for envelope in envelopes:
        if envelope.reply_to is not None:
            envelope.reply_to.fail(error)


def _persist(batch: DecisionBatch, _envelope: Envelope, effect: Any) -> None:
    kind, version = batch.kind, batch.version
    if kind.volatile:
        raise _misused("Persist", kind)
    codec, evolve = kind.codec, kind.machine.evolve
    for event in effect.events:
        version += 1
        stored = StoredEvent(version, codec.schema, batch.now, codec.encode_event(event))
        batch.events.append(stored)
        batch.state = evolve(batch.state, event)
        batch.version = version
    batch.evolved, batch.passivates = True, False


def _volatile(batch: DecisionBatch, _envelope: Envelope, effect: Any) -> None:
    batch.state = batch.kind.machine.evolve(batch.state, effect.event)
    batch.evolved, batch.passivates = True, False


def _save(batch: DecisionBatch, _envelope: Envelope, effect: Any) -> None:
    _must_be_durable(batch.kind, type(effect).__name__)
    batch.extras.append(effect)


def _announce(batch: DecisionBatch, envelope: Envelope, effect: Any) -> None:
    _must_be_durable(batch.kind, type(effect).__name__)
    request = envelope.request
    batch.extras.append(Announced(effect.event, None if request is None else request.request_id))


def _wake_at(batch: DecisionBatch, envelope: Envelope, effect: Any) -> None:
    if effect.durable:
        _must_be_durable(batch.kind, "WakeAt(durable=True)")
        batch.extras.append(effect)
    if batch.fired is not None:
        batch.fired.pop(effect.name, None)
    batch.releases.append((effect, envelope))


def _release(batch: DecisionBatch, envelope: Envelope, effect: Any) -> None:
    batch.releases.append((effect, envelope))


def _publish(batch: DecisionBatch, envelope: Envelope, effect: Any) -> None:
    batch.releases.append((batch.place(effect), envelope))


def _passivate(batch: DecisionBatch, _envelope: Envelope, _effect: Any) -> None:
    batch.passivates = True


def _must_be_durable(kind: LiveKind, what: str) -> None:
    if kind.volatile:
        raise _misused(what, kind)


def _misused(what: str, kind: LiveKind) -> MachineMisused:
    return MachineMisused(f"{what} from {kind.name}, a volatile kind without journal")


COLLECT: dict[type, Callable[[DecisionBatch, Envelope, Any], None]] = {
    Persist: _persist,
    SaveRecord: _save,
    Announce: _announce,
    WakeAt: _wake_at,
    Passivate: _passivate,
    Volatile: _volatile,
    Forward: _release,
    Reply: _release,
    Refuse: _release,
    Publish: _publish,
    CloseTopic: _release,
    Send: _release,
}
"""How an effect enters its batch. A table, not a method, saves a call for every effect."""
