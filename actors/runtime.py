"""What a runner needs of its node: the port that `supervisors` implements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from actors.effects import Effect
from protocol.envelope import Address, Envelope, Message
from protocol.errors import StoaError
from protocol.lifecycle import Stalled
from protocol.ports import Clock, FanOut, Journal, Snapshot


class Stalls(Protocol):
    """When this node could not work. `serial` counts what was noted, for `after`."""

    serial: int

    def after(self, serial: int) -> Sequence[Stalled]:
        """The stalls noted after that one, in order."""
        ...

    def turn_is_long(self) -> bool:
        """Whether the loop's turn that runs now may be a stall, which is noted at its end."""
        ...

    def storage_is_silent(self) -> bool:
        """Whether storage may be stalled; once it answers, waiting actors are woken."""
        ...

    def storage_asked(self) -> None:
        """A commit is on its way."""

    def storage_answered(self, error: Exception | None) -> None:
        """It was answered, or failed."""


class ActorRuntime(Protocol):
    """The runtime as runners see it. Methods neither wait nor raise unless documented."""

    @property
    def clock(self) -> Clock: ...

    @property
    def journal(self) -> Journal: ...

    @property
    def fan_out(self) -> FanOut: ...

    @property
    def stalls(self) -> Stalls: ...

    def send(self, address: Address, message: Message) -> None:
        """Tell another actor. Raises `StoaError` when it cannot be delivered."""

    def forward(self, address: Address, message: Message, envelope: Envelope) -> None:
        """Deliver with the asker and deadline of `envelope`; its caller gets any error."""

    def set_alarm(self, address: Address, name: str, due_at: int | None) -> None:
        """Arm, move or (None) disarm an alarm in memory."""

    def armed(self, address: Address, name: str) -> int | None:
        """When that alarm is due, None if it is not armed."""
        ...

    def drop_alarms(self, address: Address) -> None:
        """Disarm all alarms of an activation that has ended."""

    def save_snapshot_soon(self, snapshot: Snapshot) -> None:
        """Write a snapshot in the background; losing it only makes the next load longer."""

    def needs_last_event(self, address: Address) -> bool:
        """Whether `down_ms` depends on when the newest event was written."""
        ...

    def down_ms(self, address: Address, last_event_at: int | None) -> int:
        """The outage to report to this activation; non-zero once per address and process."""
        ...

    def back_at(self) -> int:
        """When the outage before this process ended; now, as long as the node is coming back."""
        ...

    def has_suspects(self, address: Address) -> bool:
        """Whether a message has crashed this actor lately."""
        ...

    def is_poison(self, address: Address, message: Message) -> bool:
        """Whether this message has crashed this actor twice."""
        ...

    def crashed(self, address: Address, error: Exception, message: Message | None) -> float:
        """Record a crash; returns the seconds to wait before the next activation."""
        ...

    def unreadable(self, address: Address, error: Exception) -> StoaError:
        """The history cannot be read; returns the error for all who ask.

        Until an operator has mended it, the actor is not activated again.
        """
        ...

    def snapshot_unreadable(self, address: Address, error: Exception) -> None:
        """A snapshot cannot be read; the whole journal is read instead."""

    def effect_failed(self, address: Address, effect: Effect, error: Exception) -> None:
        """An effect raised while it was performed, after its commit."""

    def storage_failed(self, address: Address, error: Exception) -> None:
        """Loading, committing or saving failed; the activation ends or continues without."""

    def ended(self, address: Address, *, lost_memory: bool) -> None:
        """The actor has left memory and takes no further message.

        `lost_memory`: its last activation failed, or others ended it, so its volatile state is
        lost.
        """
