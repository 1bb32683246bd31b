"""The runner of one live actor: one Trio task that runs a pure machine.

Per wake it drains the mailbox, decides every message and applies the events to memory at once, so
that the next message sees them; it queues one commit for all of them and continues deciding while
that commit is in flight (`actors.commit_pipeline`).
"""

from __future__ import annotations

import math
from enum import Enum
from time import perf_counter
from typing import Any

import trio

from actors.commit_pipeline import CommitPipeline, error_for_askers
from actors.decision_batch import COLLECT, DecisionBatch, fail_all
from actors.effects import Reply
from actors.kind import LiveKind
from actors.loading import restore
from actors.mailbox import Mailbox
from actors.refusals import Refusals
from actors.runtime import ActorRuntime
from protocol.envelope import Address, Envelope
from protocol.errors import (
    ActorCrashed,
    ActorStopped,
    StoaError,
)
from protocol.lifecycle import Activated, Done, Reminded
from protocol.ports import Snapshot
from protocol.tracing import CURRENT

RATE_SECONDS = 10.0
"""Time constant of the exponential averages in the statistics."""

EWMA_WEIGHT = 0.1

MAX_PER_BATCH = 256
"""Messages decided before the actor lets others run; the rest of the mailbox is the next batch."""


class Phase(Enum):
    """Where an actor is in its life, for operators."""

    ACTIVATING = "activating"
    LIVE = "live"
    SETTLING = "settling"
    RESTARTING = "restarting"
    PASSIVATING = "passivating"
    ENDED = "ended"


class ActorRunner:
    """One actor: its state, its mailbox, its life. Its task is `run`.

    Everything else is called from other tasks, synchronously.
    """

    __slots__ = (
        "_commits",
        "_crash_delay",
        "_failed",
        "_leaving",
        "_let_go",
        "_refusals",
        "_reset",
        "_runtime",
        "_snapshot_version",
        "_stalls_told",
        "address",
        "handled",
        "handling_seconds",
        "kind",
        "last_active",
        "last_error",
        "lost_memory",
        "mailbox",
        "phase",
        "rate",
        "restarts",
        "state",
        "stopping",
        "version",
    )

    def __init__(
        self, address: Address, kind: LiveKind, runtime: ActorRuntime, *, lost_memory: bool = False
    ) -> None:
        """`lost_memory`: the previous activation ended before its machine let its volatile state
        go, so that is lost."""
        self.address = address
        self.kind = kind
        self._runtime = runtime
        self.mailbox = Mailbox(kind.mailbox_bound)
        self._commits = CommitPipeline(address, kind.max_in_flight, runtime, self)
        self.phase = Phase.ACTIVATING
        self.state: Any = None
        self.version = self._snapshot_version = self._stalls_told = 0
        self.lost_memory = lost_memory
        self.stopping = False
        self.last_error: str | None = None
        self.handled = self.restarts = 0
        self.handling_seconds = self.rate = self.last_active = 0.0
        self._refusals = Refusals(address, runtime)
        self._reset = self._failed = self._leaving = self._let_go = False
        self._crash_delay: float | None = None

    @property
    def in_flight(self) -> int:
        """Commits that are queued or under way."""
        return self._commits.in_flight

    # --- asked by the runtime --------------------------------------------------------------------

    def leave(self) -> None:
        """Passivate once the mailbox is empty. A message that comes before then is handled."""
        self._leaving = True
        self.mailbox.wake()

    def stop(self) -> None:
        """Handle waiting messages, commit, save a snapshot, and end."""
        self.stopping = True
        self.leave()

    def restart(self) -> None:
        """Discard the memory and activate again from durable data; messages are kept."""
        self._reset = True
        self.mailbox.wake()

    def rate_now(self, current_time: float) -> float:
        """Messages a second, averaged over about `RATE_SECONDS`."""
        return self.rate * math.exp((self.last_active - current_time) / RATE_SECONDS)

    # --- asked by the pipeline of commits --------------------------------------------------------

    def commit_answered(self, failure: Exception | None) -> None:
        """Continue with what waited for the answer; a failure ends the activation."""
        if failure is not None:
            self._abort(failure)
        if self._leaving or self._failed or self.mailbox.is_deaf:
            self.mailbox.wake()

    # --- the actor's task ------------------------------------------------------------------------

    async def run(self) -> None:
        """Run until there is nothing left to do. If cancelled, every caller gets `ActorStopped`."""
        self.last_active = trio.current_time()
        CURRENT.set(None)  # it outlives the request that has opened it
        try:
            while await self._live_once():
                pass
        except Exception as error:
            # A fault of the runtime, not of the machine; it must not affect other actors.
            self._crash(error, None)
        finally:
            if self.phase is not Phase.ENDED:  # cancelled
                self.lost_memory |= self.state is not None and not self._is_all_kept()
            self.phase = Phase.ENDED
            self._fail_everybody(ActorStopped(self.address))
            self._runtime.ended(self.address, lost_memory=self.lost_memory)

    def _fail_everybody(self, error: StoaError) -> None:
        """Fail the messages in the mailbox and those waiting for commits in flight."""
        fail_all(self.mailbox.drain(), error)
        self._commits.close(error)

    async def _live_once(self) -> bool:
        """Run one activation from load to end; returns whether another must follow."""
        activated = await self._activate()
        if activated:
            await self._live()
        await self._settle()
        if activated:
            self.lost_memory = not self._is_all_kept()
        if self._crash_delay is None and not self._reset:
            return bool(self.mailbox)
        await self._restart()
        return bool(self.mailbox) or (activated and not self.stopping)

    def _is_all_kept(self) -> bool:
        """Whether the activation that is over knew nothing but what storage has.

        A kind that is never idle knows more, such as who is connected, unless it left by itself.
        """
        if self._failed or self._reset or self._crash_delay is not None:
            return False
        return self._let_go or self.kind.idle_seconds is not None

    async def _activate(self) -> bool:
        """Load the state; False if that failed and all callers have been answered."""
        self.phase = Phase.ACTIVATING
        after_crash = self._crash_delay is not None
        self._failed = self._reset = self._let_go = False
        self._leaving = self.stopping
        self._crash_delay = None
        self._stalls_told = 0
        self._refusals = Refusals(self.address, self._runtime)
        if self.kind.volatile:
            self.state = self.kind.machine.initial(self.address.key)
            self.phase = Phase.LIVE
            return not self.lost_memory or self._tell_activated(0, after_crash)
        try:
            restored = await restore(self.address, self.kind, self._runtime)
        except StoaError as error:
            self._abort(error)
            return False
        except Exception as error:
            # Unreadable history, or an evolve that raises on it.
            self.last_error = repr(error)
            fail_all(self.mailbox.drain(), self._runtime.unreadable(self.address, error))
            return False
        self.state, self.version, self._snapshot_version, down_ms = restored
        self.phase = Phase.LIVE
        if down_ms is None and not self.lost_memory:
            return True
        return self._tell_activated(down_ms or 0, after_crash)

    def _tell_activated(self, down_ms: int, after_crash: bool) -> bool:
        """Deliver `Activated`.

        If that crashes, nothing can be handled, so nobody is left waiting.
        """
        back_at = self._runtime.back_at() if down_ms else 0
        activated = Activated(down_ms=down_ms, back_at=back_at, after_crash=after_crash)
        self._handle([Envelope(activated)])
        if self._crash_delay is None:
            return True
        fail_all(self.mailbox.drain(), ActorCrashed())
        return False

    async def _live(self) -> None:
        """Handle messages until the activation is over."""
        mailbox = self.mailbox
        while not self._failed and self._crash_delay is None and not self._reset:
            if self._commits.is_full():
                await mailbox.wait_woken()
                continue
            if self.kind.timed and await self._held():
                continue
            envelopes = mailbox.drain(MAX_PER_BATCH)
            if self.kind.timed and self._stalls_told != self._runtime.stalls.serial:
                envelopes = self._stalls() + envelopes
            if envelopes:
                self._handle(envelopes)
            elif self._leaving and not self._commits.in_flight:
                if await self._passivate():
                    return
            else:
                await mailbox.wait_message()

    async def _held(self) -> bool:
        """Wait if this node may be stalled: what is due meanwhile is decided after the stall."""
        if self._runtime.stalls.turn_is_long():
            await trio.lowlevel.checkpoint()
            return True
        if self._runtime.stalls.storage_is_silent():
            await self.mailbox.wait_woken()
            return True
        return False

    def _stalls(self) -> list[Envelope]:
        """The stalls that this activation has not been told of."""
        told, self._stalls_told = self._stalls_told, self._runtime.stalls.serial
        return [Envelope(stalled) for stalled in self._runtime.stalls.after(told)]

    async def _settle(self) -> None:
        """Wait until every queued commit is answered, so that a load sees all of them."""
        if self._commits.in_flight:
            self.phase = Phase.SETTLING
        while self._commits.in_flight:
            await self.mailbox.wait_woken()

    async def _restart(self) -> None:
        """Restart after a crash or on an operator's request: wait the backoff, keep the mailbox."""
        self.phase = Phase.RESTARTING
        self.restarts += 1
        self._runtime.drop_alarms(self.address)
        with trio.move_on_after(self._crash_delay or 0.0):
            while not self.stopping:
                await self.mailbox.wait_woken()

    async def _passivate(self) -> bool:
        """Save the state and leave, unless a message came meanwhile."""
        self.phase = Phase.PASSIVATING
        if self.version > self._snapshot_version:
            try:
                await self._runtime.journal.save_snapshot(self._snapshot())
                self._snapshot_version = self.version
            except Exception as error:
                # The journal holds everything; only the next load takes longer.
                self._runtime.storage_failed(self.address, error)
        if self.mailbox or self._reset:
            self._leaving = self._let_go or self.stopping
            self.phase = Phase.LIVE
            return False
        self._runtime.drop_alarms(self.address)
        return True

    # --- one batch -------------------------------------------------------------------------------

    def _handle(self, envelopes: list[Envelope]) -> None:
        """Decide every message of one wake, then queue or release what was decided."""
        started, current_time, count = perf_counter(), trio.current_time(), len(envelopes)
        kind, now, refusals = self.kind, self._runtime.clock.now(), self._refusals
        batch = DecisionBatch(kind, self.state, self.version, now, refusals.fired, envelopes)
        events, extras, releases = batch.events, batch.extras, batch.releases
        decide = kind.machine.decide
        for index, envelope in enumerate(envelopes):
            message, deadline = envelope.message, envelope.deadline
            is_late = deadline is not None and deadline <= current_time
            may_be_refused = is_late or refusals.suspected or type(message) is Reminded
            if may_be_refused and refusals.refuses(batch, envelope, is_late):
                continue
            mark = len(events), len(extras), len(releases)
            try:
                for effect in decide(batch.state, message, now):
                    COLLECT[type(effect)](batch, envelope, effect)
            except Exception as error:
                batch.forget(mark)
                self.mailbox.put_back(envelopes[index + 1 :])
                del envelopes[index:]
                self._commits.add(batch)
                self._crash(error, envelope)
                break
            if type(message) is Reminded and envelope.reply_to is not None:
                releases.append((Reply(Done()), envelope))
        else:
            self.state, self.version = batch.state, batch.version
            self._note_passivation(batch)
            if self.version - self._snapshot_version >= kind.snapshot_every:
                self._take_snapshot(batch)
            self._commits.add(batch)
        self._measure(count, started, current_time)

    def _note_passivation(self, batch: DecisionBatch) -> None:
        """The machine lets the actor go, or a later event has made that void."""
        if batch.passivates:
            self._leaving = self._let_go = True
        elif batch.evolved and self._let_go:
            self._leaving, self._let_go = self.stopping, False

    def _take_snapshot(self, batch: DecisionBatch) -> None:
        """The state after this batch's last event, to be saved once the batch is committed."""
        if not batch.must_commit():
            return
        self._snapshot_version = self.version
        try:
            batch.snapshot = self._snapshot()
        except Exception as error:
            self._runtime.storage_failed(self.address, error)

    def _snapshot(self) -> Snapshot:
        codec = self.kind.codec
        state = codec.encode_state(self.state)
        return Snapshot(self.address, self.version, codec.schema, state)

    # --- ends of an activation -------------------------------------------------------------------

    def _abort(self, error: Exception) -> None:
        """End this activation: its state differs from storage."""
        self._failed = True
        self.last_error = repr(error)
        self._runtime.storage_failed(self.address, error)
        fail_all(self.mailbox.drain(), error_for_askers(self.address, error))

    def _crash(self, error: Exception, envelope: Envelope | None) -> None:
        """End this activation because the machine raised; its message is a dead letter."""
        self.last_error = repr(error)
        message = envelope.message if envelope is not None else None
        if type(message) is Activated:
            # Every activation gets this message; it must never be held back as poison.
            message = None
        before = CURRENT.set(envelope.request if envelope is not None else None)
        self._crash_delay = self._runtime.crashed(self.address, error, message)
        CURRENT.reset(before)
        if envelope is not None and envelope.reply_to is not None:
            envelope.reply_to.fail(ActorCrashed())

    def _measure(self, count: int, started: float, current_time: float) -> None:
        each = (perf_counter() - started) / count
        self.handling_seconds += EWMA_WEIGHT * (each - self.handling_seconds)
        self.rate = self.rate_now(current_time) + count / RATE_SECONDS
        self.handled += count
        self.last_active = current_time
