"""What a machine may ask of its runner. Effects are values; only the runner performs them.

A machine is a module or object with

    kind: str                                   the address kind it serves
    schema: int                                 number of its newest event and snapshot format
    initial(key) -> state
    decide(state, command, now) -> Effects      pure; must not change `state`
    evolve(state, event) -> state               may reuse and change the state it is given
    upgrade_event(schema, raw) -> raw           optional: older JSON (as dict) to the newest
    upgrade_state(schema, raw) -> raw           optional: the same for snapshots

`now` is milliseconds since the epoch. Randomness enters as a seed inside a command.

Two obligations concern alarms. Alarms in memory are lost when an activation ends, so on
`lifecycle.Activated` a machine emits every `WakeAt` that its state needs again. And it ignores a
`lifecycle.Reminded` that it no longer expects: an alarm can ring while the decision that moves or
cancels it is being committed, and once more after a crash.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from protocol.envelope import Address, Message
from protocol.errors import StoaError


class Persist(msgspec.Struct, frozen=True):
    """Journal these events, in order; the runner evolves its state with them at once."""

    events: tuple[Message, ...]


class Volatile(msgspec.Struct, frozen=True):
    """Evolve the state with this event at once, but do not journal it.

    For what is true only of this activation: who is connected, which alarm is set. The runner
    calls `evolve(state, event)` in the place where the effect stands among the others, so a later
    `Persist` of the same decision finds it done. A volatile event alone makes no commit: the
    decision's replies and publications are then released at once (but never before those of an
    earlier, still uncommitted decision of the same actor). What volatile events change must be left
    out of snapshots, or be cleared by the machine at `lifecycle.Activated`.
    """

    event: Message


class Forward(msgspec.Struct, frozen=True):
    """Pass the caller on: `message` goes to `address` with this command's reply_to.

    The receiver's reply or refusal, or the failure to deliver (`MailboxFull`), reaches the caller
    directly. It stands in place of `Reply` and `Refuse`, at most once in a decision, and is
    released after the commit like them. For a command that came by `tell` it is a plain `Send`. The
    caller's deadline goes along.
    """

    address: Address
    message: Message


class Reply(msgspec.Struct, frozen=True):
    """Answer the caller of the command being decided, after the commit."""

    message: Message


class Refuse(msgspec.Struct, frozen=True):
    """Fail the caller with a specified error. Nothing was done."""

    error: StoaError


class Publish(msgspec.Struct, frozen=True):
    """Send `event` with `data` to a topic, after the commit.

    `offset` is its number in a durable topic of this `epoch`, and it belongs to the event persisted
    last before it; None: not recoverable. `volatile`: may be dropped for a busy member.
    """

    topic: str
    event: str
    data: Message
    offset: int | None = None
    volatile: bool = False
    epoch: int | None = None


class CloseTopic(msgspec.Struct, frozen=True):
    """Remove every member of a topic, after the commit."""

    topic: str
    reason: str


class Send(msgspec.Struct, frozen=True):
    """Tell another actor, after the commit. If its mailbox is full, that is counted, not raised."""

    address: Address
    message: Message


class WakeAt(msgspec.Struct, frozen=True):
    """Be told `Reminded(name, due_at)` at `deadline`; None cancels. One alarm per name.

    `durable`: it must come even if the process dies meanwhile (a reminder row in the commit).
    A volatile alarm lives in memory only and is for cosmetics such as a histogram's rhythm.
    """

    name: str
    deadline: int | None
    durable: bool = True


class SaveRecord(msgspec.Struct, frozen=True):
    """A row change that must be true together with the events of this decision."""

    record: Message


class Announce(msgspec.Struct, frozen=True):
    """A domain event for other domains, through the outbox, in the same commit."""

    event: Message


class Passivate(msgspec.Struct, frozen=True):
    """Leave memory once the mailbox is empty; nothing more is expected."""


Effect = (
    Persist
    | Volatile
    | Forward
    | Reply
    | Refuse
    | Publish
    | CloseTopic
    | Send
    | WakeAt
    | SaveRecord
    | Announce
    | Passivate
)
Effects = Sequence[Effect]

State = TypeVar("State")


class Machine(Protocol[State]):
    """The machine that a runner runs; the module's docstring states its obligations."""

    kind: str
    schema: int
    event_types: Any
    """A union of the event classes, for decoding the journal."""
    state_type: Any
    """The state's class, for decoding snapshots."""

    def initial(self, key: str) -> State: ...

    def decide(self, state: State, command: Message, now: int) -> Effects: ...

    def evolve(self, state: State, event: Any) -> State: ...
