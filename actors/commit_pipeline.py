"""The commits of one actor: queued while it continues deciding, released in order.

The effects of a batch leave the actor when its append is committed, never before those of an
earlier batch. If a commit fails, everything decided on top of it fails too. Relies on the journal
committing the appends of one address in order (see `protocol.ports.Journal`).
"""

from __future__ import annotations

from typing import Protocol

from actors.decision_batch import DecisionBatch
from actors.releases import perform
from actors.runtime import ActorRuntime
from protocol.envelope import Address
from protocol.errors import ActorStopped, Fenced, InternalError, StoaError

MAX_HELD_RELEASES = 20_000
"""Releases waiting for commits at which an actor stops deciding: a bound, not a target."""


class CommitOwner(Protocol):
    """Who decides the batches."""

    def commit_answered(self, failure: Exception | None) -> None:
        """The journal answered for a batch; must not raise.

        With a `failure` that batch and all later ones were not done, and their callers have been
        told. Storage then differs from the owner's state, so the owner must not decide on top of
        it.
        """


class CommitPipeline:
    """The batches of one actor that are not released yet; `in_flight` counts unanswered commits."""

    __slots__ = ("_address", "_batches", "_max_in_flight", "_owner", "_runtime", "in_flight")

    def __init__(
        self, address: Address, max_in_flight: int, runtime: ActorRuntime, owner: CommitOwner
    ) -> None:
        self._address = address
        self._max_in_flight = max_in_flight
        self._runtime = runtime
        self._owner: CommitOwner | None = owner
        self._batches: list[DecisionBatch] | None = None
        self.in_flight = 0

    def is_full(self) -> bool:
        """Whether no batch may be added before the journal has answered."""
        batches = self._batches
        if not batches:
            return False
        return (
            self.in_flight >= self._max_in_flight or len(batches[-1].releases) >= MAX_HELD_RELEASES
        )

    def add(self, batch: DecisionBatch) -> None:
        """Queue the batch's commit. Without a commit, release it at once or after earlier batches.

        A commit that cannot be queued fails like any other, before this returns.
        """
        batches = self._batches
        if batch.events or batch.extras:
            self._commit(batch)
        elif batches:
            batches[-1].join(batch)
        elif batch.releases:
            perform(self._runtime, self._address, batch.releases)

    def close(self, error: StoaError) -> None:
        """Fail all waiting callers because the actor has ended. Later answers are ignored."""
        for batch in self._batches or ():
            batch.fail(error)
        self._batches = self._owner = None

    def _commit(self, batch: DecisionBatch) -> None:
        if self._batches is None:
            self._batches = []
        self._batches.append(batch)
        self.in_flight += 1
        self._runtime.stalls.storage_asked()
        try:
            batch.first_position = self._runtime.journal.append_nowait(
                batch.append_for(self._address), lambda error: self._answered(batch, error)
            )
        except Exception as error:
            self._answered(batch, error)

    def _answered(self, batch: DecisionBatch, error: Exception | None) -> None:
        """Handle the journal's answer.

        It may come after this activation, or the actor, has ended.
        """
        self.in_flight -= 1
        self._runtime.stalls.storage_answered(error)
        failure = None
        if error is None:
            batch.committed = True
            self._release_committed()
        elif self._batches is not None and batch in self._batches:
            failure = error
            self._fail_from(batch, error)
        if self._owner is not None:
            self._owner.commit_answered(failure)

    def _release_committed(self) -> None:
        batches = self._batches
        while batches and batches[0].committed:
            batch = batches.pop(0)
            perform(self._runtime, self._address, batch.releases)
            # A placed publication refers to its batch: the cycle would wait for the collector.
            batch.releases.clear()
            if batch.snapshot is not None:
                self._runtime.save_snapshot_soon(batch.snapshot)

    def _fail_from(self, batch: DecisionBatch, error: Exception) -> None:
        """Fail a batch whose commit failed, and all that was decided on top of it."""
        batches = self._batches
        assert batches is not None
        index = batches.index(batch)
        failing = batches[index:]
        del batches[index:]
        told = error_for_askers(self._address, error)
        for failed in failing:
            failed.fail(told)


def error_for_askers(address: Address, error: Exception) -> StoaError:
    """The error for callers.

    A fenced activation is gone, but its successor can be asked, so they get `ActorStopped`.
    """
    if isinstance(error, Fenced):
        return ActorStopped(address)
    return error if isinstance(error, StoaError) else InternalError()
