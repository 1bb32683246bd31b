"""The commits of one actor: queued while it goes on deciding, released in the order decided.

What a turn decided leaves the actor when the turn's append is committed, never before what was
decided earlier. A failed commit takes along everything that was decided on top of it. Relies on
the journal committing the appends of one address in order (see `protocol.ports.Journal`).
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from actors.host import Host
from actors.kind import LiveKind
from actors.mailbox import Mailbox
from actors.turn import Turn, fail_all, perform
from protocol.envelope import Address
from protocol.errors import ActorStopped, Fenced, InternalError, StoaError
from protocol.ports import Snapshot

MAX_HELD_RELEASES = 20_000
"""Releases waiting for commits at which an actor stops deciding: a bound, not a target."""


class Phase(Enum):
    """Where an actor is in its life, for operators."""

    ACTIVATING = "activating"
    LIVE = "live"
    SETTLING = "settling"
    RESTARTING = "restarting"
    PASSIVATING = "passivating"
    ENDED = "ended"


class Pipeline:
    """An actor's state, and what stands between it and the journal."""

    __slots__ = (
        "_failed",
        "_leaving",
        "_snapshot_version",
        "_turns",
        "_unanswered",
        "address",
        "host",
        "kind",
        "last_error",
        "mailbox",
        "phase",
        "state",
        "version",
    )

    def __init__(self, address: Address, kind: LiveKind, host: Host) -> None:
        self.address = address
        self.kind = kind
        self.host = host
        self.mailbox = Mailbox(kind.mailbox_bound)
        self.phase = Phase.ACTIVATING
        self.state: Any = None
        self.version = 0
        self.last_error: str | None = None
        self._snapshot_version = 0
        self._turns: list[Turn] | None = None
        self._unanswered = 0
        self._failed = False
        self._leaving = False

    @property
    def in_flight(self) -> int:
        """Commits that are queued or under way."""
        return self._unanswered

    def _is_full(self) -> bool:
        turns = self._turns
        if not turns:
            return False
        return (
            self._unanswered >= self.kind.max_in_flight
            or len(turns[-1].releases) >= MAX_HELD_RELEASES
        )

    def _release_or_commit(self, turn: Turn, *, sound: bool = True) -> None:
        """`sound` is False after a crash: then the state may not be made a snapshot."""
        turns = self._turns
        if turn.must_commit():
            if sound and self.version - self._snapshot_version >= self.kind.snapshot_every:
                self._take_snapshot(turn)
            self._commit(turn)
        elif turns:
            turns[-1].join(turn)
        elif turn.releases:
            perform(self.host, self.address, turn.releases)

    def _commit(self, turn: Turn) -> None:
        if self._turns is None:
            self._turns = []
        self._turns.append(turn)
        self._unanswered += 1
        try:
            turn.first_position = self.host.journal.append_nowait(
                turn.append_for(self.address), lambda error: self._committed(turn, error)
            )
        except Exception as error:
            self._committed(turn, error)

    def _committed(self, turn: Turn, error: Exception | None) -> None:
        """The journal's answer. May come after this activation, or this shell, has ended."""
        self._unanswered -= 1
        if error is None:
            turn.committed = True
            self._release_committed()
        elif self._turns is not None and turn in self._turns:
            self._fail_from(turn, error)
        if self._leaving or self._failed or self.mailbox.is_deaf:
            self.mailbox.wake()

    def _release_committed(self) -> None:
        turns = self._turns
        while turns and turns[0].committed:
            turn = turns.pop(0)
            perform(self.host, self.address, turn.releases)
            if turn.snapshot is not None:
                self.host.save_snapshot_soon(turn.snapshot)

    def _fail_from(self, turn: Turn, error: Exception) -> None:
        """A commit failed: so did all that was decided on top of it, and the activation."""
        turns = self._turns
        assert turns is not None
        index = turns.index(turn)
        failing = turns[index:]
        del turns[index:]
        for failed in failing:
            failed.fail(self._for_askers(error))
        self._abort(error)

    def _abort(self, error: Exception) -> None:
        """End this activation: storage does not have what it believes."""
        self._failed = True
        self.last_error = repr(error)
        self.host.storage_failed(self.address, error)
        fail_all(self.mailbox.drain(), self._for_askers(error))

    def _for_askers(self, error: Exception) -> StoaError:
        """A fenced activation is gone, but its successor can be asked, so that is what we say."""
        if isinstance(error, Fenced):
            return ActorStopped(self.address)
        return error if isinstance(error, StoaError) else InternalError()

    def _fail_waiting(self, error: StoaError) -> None:
        """Answer everybody: those in the mailbox and, if the task is over, those in flight."""
        fail_all(self.mailbox.drain(), error)
        if self.phase is Phase.ENDED:
            for turn in self._turns or ():
                turn.fail(error)
            self._turns = None

    def _take_snapshot(self, turn: Turn) -> None:
        """The state after this turn's last event, to be saved once the turn is committed."""
        self._snapshot_version = self.version
        try:
            turn.snapshot = self._snapshot()
        except Exception as error:
            self.host.storage_failed(self.address, error)

    def _snapshot(self) -> Snapshot:
        codec = self.kind.codec
        state = codec.encode_state(self.state)
        return Snapshot(self.address, self.version, codec.schema, state)
