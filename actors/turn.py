"""One turn of an actor: what it decided in one wake, from the decision to the release.

A turn collects the effects of every message drained in that wake. What must be durable becomes
one `Append`; everything that leaves the actor waits in `releases` until that is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from actors.effects import (
    Announce,
    CloseTopic,
    Forward,
    Publish,
    Refuse,
    Reply,
    SaveRecord,
    Send,
    WakeAt,
)
from actors.host import Host
from protocol.envelope import Address, Envelope
from protocol.errors import StoaError
from protocol.ports import Append, OutboxEvent, Reminder, Snapshot, StoredEvent

Release = tuple[Any, Envelope]


class MachineMisused(Exception):
    """A machine asked for something its kind cannot do."""


class Turn:
    """The effects of one wake. `batches` are the messages whose askers wait for it."""

    __slots__ = (
        "batches",
        "committed",
        "events",
        "expected_version",
        "extras",
        "first_position",
        "now",
        "placed",
        "releases",
        "snapshot",
    )

    def __init__(self, expected_version: int, now: int) -> None:
        self.expected_version = expected_version
        self.now = now
        self.placed = 0
        self.first_position = 0
        """Of `events`, from when they are queued."""
        self.events: list[StoredEvent] = []
        self.extras: list[SaveRecord | Announce | WakeAt] = []
        self.releases: list[Release] = []
        self.batches: list[list[Envelope]] = []
        self.snapshot: Snapshot | None = None
        self.committed = False

    def mark(self) -> tuple[int, int, int]:
        """Where the next message's effects begin."""
        return len(self.events), len(self.extras), len(self.releases)

    def forget(self, mark: tuple[int, int, int]) -> None:
        """Drop what was collected since `mark`: a message acts wholly or not at all."""
        events, extras, releases = mark
        del self.events[events:], self.extras[extras:], self.releases[releases:]

    def place(self, publish: Publish) -> Publish | Placed:
        """A durable publication has the position of the event before it, and no other has it too.

        Raises `MachineMisused`: clients would drop the second as one that they know.
        """
        if publish.offset is None:
            return publish
        if len(self.events) == self.placed:
            raise MachineMisused(f"{publish.event} has no event of its own before it")
        self.placed = len(self.events)
        return Placed(publish, self, self.placed - 1)

    def must_commit(self) -> bool:
        """Whether anything of it must become durable."""
        return bool(self.events or self.extras)

    def append_for(self, address: Address) -> Append:
        """The commit that makes it durable."""
        reminders = {e.name: e.deadline for e in self.extras if type(e) is WakeAt}
        return Append(
            address=address,
            expected_version=self.expected_version,
            events=self.events,
            records=[e.record for e in self.extras if type(e) is SaveRecord],
            outbox=[OutboxEvent(address, e.event) for e in self.extras if type(e) is Announce],
            reminders=[Reminder(address, name, due) for name, due in reminders.items()],
        )

    def join(self, other: Turn) -> None:
        """Release `other`, which has nothing to commit, after this one."""
        self.releases += other.releases
        self.batches += other.batches

    def fail(self, error: StoaError) -> None:
        """Tell everybody who waits for it that it was not done."""
        for batch in self.batches:
            fail_all(batch, error)


class Placed(NamedTuple):
    """A publication that belongs to the turn's event of this number, from 0."""

    publish: Publish
    turn: Turn
    number: int


def fail_all(envelopes: list[Envelope], error: StoaError) -> None:
    """Answer every asker among them with an error."""
    for envelope in envelopes:
        if envelope.reply_to is not None:
            envelope.reply_to.fail(error)


def _reply(_host: Host, _address: Address, effect: Any, envelope: Envelope) -> None:
    if envelope.reply_to is not None:
        envelope.reply_to.answer(effect.message)


def _refuse(_host: Host, _address: Address, effect: Any, envelope: Envelope) -> None:
    if envelope.reply_to is not None:
        envelope.reply_to.fail(effect.error)


def _publish(host: Host, _address: Address, effect: Any, _envelope: Envelope) -> None:
    host.fan_out.publish(effect.topic, effect.event, effect.data, volatile=effect.volatile)


def _publish_placed(host: Host, _address: Address, placed: Any, _envelope: Envelope) -> None:
    effect, turn, number = placed
    position = turn.first_position + number
    host.fan_out.publish(effect.topic, effect.event, effect.data, position=position)


def _close_topic(host: Host, _address: Address, effect: Any, _envelope: Envelope) -> None:
    host.fan_out.close_topic(effect.topic, reason=effect.reason)


def _send(host: Host, _address: Address, effect: Any, _envelope: Envelope) -> None:
    host.send(effect.address, effect.message)


def _forward(host: Host, _address: Address, effect: Any, envelope: Envelope) -> None:
    host.forward(effect.address, effect.message, envelope)


def _wake_at(host: Host, address: Address, effect: Any, _envelope: Envelope) -> None:
    host.set_alarm(address, effect.name, effect.deadline)


_PERFORM: dict[type, Callable[[Host, Address, Any, Envelope], None]] = {
    Reply: _reply,
    Refuse: _refuse,
    Publish: _publish,
    Placed: _publish_placed,
    CloseTopic: _close_topic,
    Send: _send,
    Forward: _forward,
    WakeAt: _wake_at,
}


def perform(host: Host, address: Address, releases: list[Release]) -> None:
    """Do what leaves the actor, in order. One that raises is reported and harms no other."""
    for effect, envelope in releases:
        try:
            _PERFORM[type(effect)](host, address, effect, envelope)
        except Exception as error:
            host.effect_failed(address, effect, error)
