"""The shell of one live actor: one Trio task that runs a pure machine.

Per wake it drains the mailbox, decides every message and applies the events to memory at once,
so that the next message sees them; it queues one commit for all of them and goes on deciding
while that commit is in flight. Nothing decided on uncommitted state leaves the actor before the
commit does, and everything leaves in the order it was decided. Relies on the journal committing
the appends of one address in order (see `protocol.ports.Journal`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum
from time import perf_counter
from typing import Any

import trio

from actors.effects import (
    Announce,
    CloseTopic,
    Effect,
    Forward,
    Note,
    Passivate,
    Persist,
    Publish,
    Refuse,
    Reply,
    SaveRecord,
    Send,
    WakeAt,
)
from actors.host import Host
from actors.kind import LiveKind
from actors.mailbox import Mailbox
from actors.turn import Turn, fail_all, perform
from protocol.envelope import Address, Envelope
from protocol.errors import (
    ActorCrashed,
    ActorStopped,
    DeadlineExceeded,
    Fenced,
    InternalError,
    PoisonMessage,
    StoaError,
)
from protocol.lifecycle import Activated, Done, Reminded
from protocol.ports import Loaded, Snapshot, StoredEvent

MAX_HELD_RELEASES = 20_000
"""Releases waiting for commits at which an actor stops deciding: a bound, not a target."""

RATE_SECONDS = 10.0
"""Time constant of the exponential averages in the statistics."""

EWMA_WEIGHT = 0.1


class MachineMisused(Exception):
    """A machine asked for something its kind cannot do."""


class Phase(Enum):
    """Where an actor is in its life, for operators."""

    ACTIVATING = "activating"
    LIVE = "live"
    SETTLING = "settling"
    RESTARTING = "restarting"
    PASSIVATING = "passivating"
    ENDED = "ended"


class Shell:
    """One actor. Its task is `run`; everything else is called from other tasks, synchronously."""

    __slots__ = (
        "_crash_delay",
        "_failed",
        "_fired",
        "_leaving",
        "_reset",
        "_snapshot_version",
        "_suspected",
        "_turns",
        "_unanswered",
        "address",
        "handled",
        "handling_seconds",
        "host",
        "kind",
        "last_active",
        "last_error",
        "mailbox",
        "phase",
        "rate",
        "restarts",
        "state",
        "stopping",
        "version",
    )

    def __init__(self, address: Address, kind: LiveKind, host: Host) -> None:
        self.address = address
        self.kind = kind
        self.host = host
        self.mailbox = Mailbox(kind.mailbox_bound)
        self.state: Any = None
        self.version = 0
        self.phase = Phase.ACTIVATING
        self.stopping = False
        self.handled = 0
        self.handling_seconds = 0.0
        self.rate = 0.0
        self.restarts = 0
        self.last_active = 0.0
        self.last_error: str | None = None
        self._turns: list[Turn] | None = None
        self._unanswered = 0
        self._fired: dict[str, int] | None = None
        self._snapshot_version = 0
        self._suspected = False
        self._failed = False
        self._leaving = False
        self._reset = False
        self._crash_delay: float | None = None

    # --- asked by the directory ------------------------------------------------------------------

    @property
    def in_flight(self) -> int:
        """Commits that are queued or under way."""
        return self._unanswered

    def leave(self) -> None:
        """Passivate once the mailbox is empty. A message that comes meanwhile is handled."""
        self._leaving = True
        self.mailbox.wake()

    def stop(self) -> None:
        """Handle what waits, commit, snapshot, and end."""
        self.stopping = True
        self.leave()

    def restart(self) -> None:
        """Throw the memory away and activate anew from what is durable; messages are kept."""
        self._reset = True
        self.mailbox.wake()

    def rate_now(self, current_time: float) -> float:
        """Messages a second, averaged over about `RATE_SECONDS`."""
        return self.rate * math.exp((self.last_active - current_time) / RATE_SECONDS)

    # --- the actor's task ------------------------------------------------------------------------

    async def run(self) -> None:
        """Live until there is nothing left to do. Cancelled: every asker gets `ActorStopped`."""
        self.last_active = trio.current_time()
        try:
            while await self._live_once():
                pass
        except Exception as error:
            # A fault of the runtime, not of the machine; it must not take other actors along.
            self._crash(error, None)
        finally:
            self.phase = Phase.ENDED
            self._fail_waiting(ActorStopped(self.address))
            self.host.ended(self)

    async def _live_once(self) -> bool:
        """One activation from load to end; whether another must follow."""
        activated = await self._activate()
        if activated:
            await self._live()
        await self._settle()
        if self._crash_delay is None and not self._reset:
            return bool(self.mailbox)
        await self._restart()
        return bool(self.mailbox) or (activated and not self.stopping)

    async def _activate(self) -> bool:
        """Build the state from what is durable; False if that failed and nobody waits any more."""
        self.phase = Phase.ACTIVATING
        after_crash = self._crash_delay is not None
        self._failed = self._reset = False
        self._leaving = self.stopping
        self._crash_delay = self._fired = None
        self._suspected = self.host.has_suspects(self.address)
        if self.kind.volatile:
            self.state = self.kind.machine.initial(self.address.key)
            self.phase = Phase.LIVE
            return True
        try:
            down_ms = await self._load()
        except StoaError as error:
            self._abort(error)
            return False
        except Exception as error:
            # Unreadable history, or an evolve that raises on it: the next message tries again.
            self._crash(error, None)
            self._fail_waiting(ActorCrashed())
            return False
        self.phase = Phase.LIVE
        return down_ms is None or self._greet(down_ms, after_crash)

    async def _load(self) -> int | None:
        """The state, and how long it was down; None if nothing was durable."""
        loaded = await self.host.journal.load(self.address)
        self._restore(loaded)
        if not self.version:
            return None
        last_event_at: int | None = loaded.events[-1].at if loaded.events else None
        if last_event_at is None and self.host.needs_last_event(self.address):
            newest = await self.host.journal.read(
                self.address, after_version=self.version - 1, limit=1
            )
            last_event_at = newest[0].at if newest else None
        return self.host.down_ms(self.address, last_event_at)

    def _restore(self, loaded: Loaded) -> None:
        machine, codec = self.kind.machine, self.kind.codec
        snapshot = loaded.snapshot
        if snapshot is None:
            state = machine.initial(self.address.key)
        else:
            state = codec.decode_state(snapshot)
        for stored in loaded.events:
            state = machine.evolve(state, codec.decode_event(stored))
        self.state = state
        self.version = loaded.version
        self._snapshot_version = snapshot.version if snapshot is not None else 0

    def _greet(self, down_ms: int, after_crash: bool) -> bool:
        """Deliver `Activated`. If that crashes nothing can be handled, so nobody may wait."""
        activated = Activated(down_ms=down_ms, after_crash=after_crash)
        self._handle([Envelope(activated)])
        if self._crash_delay is None:
            return True
        self._fail_waiting(ActorCrashed())
        return False

    async def _live(self) -> None:
        """Handle messages until the activation is over."""
        mailbox = self.mailbox
        while not self._failed and self._crash_delay is None and not self._reset:
            if self._is_full():
                await mailbox.wait_woken()
                continue
            batch = mailbox.drain()
            if batch:
                self._handle(batch)
            elif self._leaving and not self._unanswered:
                if await self._passivate():
                    return
            else:
                await mailbox.wait_message()

    def _is_full(self) -> bool:
        turns = self._turns
        if not turns:
            return False
        return (
            self._unanswered >= self.kind.max_in_flight
            or len(turns[-1].releases) >= MAX_HELD_RELEASES
        )

    async def _settle(self) -> None:
        """Wait until every queued commit was answered, so that a load sees all of them."""
        if self._unanswered:
            self.phase = Phase.SETTLING
        while self._unanswered:
            await self.mailbox.wait_woken()

    async def _restart(self) -> None:
        """After a crash or on an operator's word: wait the backoff, keep the mailbox."""
        self.phase = Phase.RESTARTING
        self.restarts += 1
        self.host.drop_alarms(self.address)
        with trio.move_on_after(self._crash_delay or 0.0):
            while not self.stopping:
                await self.mailbox.wait_woken()

    async def _passivate(self) -> bool:
        """Save the state and go, unless a message came meanwhile."""
        self.phase = Phase.PASSIVATING
        if self.version > self._snapshot_version:
            try:
                await self.host.journal.save_snapshot(self._snapshot())
                self._snapshot_version = self.version
            except Exception as error:
                # The journal holds everything; only the next load takes longer.
                self.host.storage_failed(self, error)
        if self.mailbox or self._reset:
            self._leaving = self.stopping
            self.phase = Phase.LIVE
            return False
        self.host.drop_alarms(self.address)
        return True

    # --- one turn --------------------------------------------------------------------------------

    def _handle(self, batch: list[Envelope]) -> None:
        """Decide every message of one wake, then queue or release what was decided."""
        started, current_time, count = perf_counter(), trio.current_time(), len(batch)
        turn = Turn(self.version, self.host.clock.now())
        turn.batches.append(batch)
        decide = self.kind.machine.decide
        for index, envelope in enumerate(batch):
            if self._is_refused(envelope, current_time):
                continue
            mark = turn.mark()
            try:
                for effect in decide(self.state, envelope.message, turn.now):
                    _COLLECT[type(effect)](self, turn, envelope, effect)
            except Exception as error:
                turn.forget(mark)
                self.mailbox.put_back(batch[index + 1 :])
                del batch[index:]
                self._release_or_commit(turn, sound=False)
                self._crash(error, envelope)
                break
            if type(envelope.message) is Reminded and envelope.reply_to is not None:
                turn.releases.append((Reply(Done()), envelope))
        else:
            self._release_or_commit(turn)
        self._measure(count, started, current_time)

    def _is_refused(self, envelope: Envelope, current_time: float) -> bool:
        """Whether a message is not to be delivered; then it has been answered."""
        message = envelope.message
        refusal: StoaError
        if envelope.deadline is not None and envelope.deadline <= current_time:
            refusal = DeadlineExceeded()
        elif type(message) is Reminded and self._is_stale(message):
            if envelope.reply_to is not None:
                envelope.reply_to.answer(Done())
            return True
        elif self._suspected and self.host.is_poison(self.address, message):
            refusal = PoisonMessage()
        else:
            return False
        if envelope.reply_to is not None:
            envelope.reply_to.fail(refusal)
        return True

    def _is_stale(self, reminded: Reminded) -> bool:
        """Whether this alarm was moved, or already delivered: memory and storage both ring."""
        name, due_at = reminded.name, reminded.due_at
        armed = self.host.armed(self.address, name)
        if armed is not None and armed != due_at:
            return True
        if self._fired is None:
            self._fired = {}
        if self._fired.get(name, -1) >= due_at:
            return True
        self._fired[name] = due_at
        if armed is not None:
            self.host.set_alarm(self.address, name, None)
        return False

    def _persist(self, turn: Turn, _envelope: Envelope, effect: Any) -> None:
        self._must_be_durable("Persist")
        kind, version = self.kind, self.version
        for event in effect.events:
            version += 1
            stored = StoredEvent(
                version, kind.codec.schema, turn.now, kind.codec.encode_event(event)
            )
            turn.events.append(stored)
            self.state = kind.machine.evolve(self.state, event)
            self.version = version

    def _note(self, _turn: Turn, _envelope: Envelope, effect: Any) -> None:
        self.state = self.kind.machine.evolve(self.state, effect.event)

    def _save(self, turn: Turn, _envelope: Envelope, effect: Any) -> None:
        self._must_be_durable(type(effect).__name__)
        turn.extras.append(effect)

    def _wake_at(self, turn: Turn, envelope: Envelope, effect: Any) -> None:
        if effect.durable:
            self._must_be_durable("WakeAt(durable=True)")
            turn.extras.append(effect)
        if self._fired is not None:
            self._fired.pop(effect.name, None)
        turn.releases.append((effect, envelope))

    def _release(self, turn: Turn, envelope: Envelope, effect: Any) -> None:
        turn.releases.append((effect, envelope))

    def _passivate_later(self, _turn: Turn, _envelope: Envelope, _effect: Any) -> None:
        self._leaving = True

    def _must_be_durable(self, what: str) -> None:
        if self.kind.volatile:
            raise MachineMisused(f"{what} from {self.kind.name}, a volatile kind without journal")

    # --- committing and releasing ----------------------------------------------------------------

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
            self.host.journal.append_nowait(
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
        self.host.storage_failed(self, error)
        fail_all(self.mailbox.drain(), self._for_askers(error))

    def _for_askers(self, error: Exception) -> StoaError:
        """A fenced activation is gone, but its successor can be asked, so that is what we say."""
        if isinstance(error, Fenced):
            return ActorStopped(self.address)
        return error if isinstance(error, StoaError) else InternalError()

    def _crash(self, error: Exception, envelope: Envelope | None) -> None:
        """The machine raised: this activation is over, its message is a dead letter."""
        self.last_error = repr(error)
        message = envelope.message if envelope is not None else None
        self._crash_delay = self.host.crashed(self, error, message)
        if envelope is not None and envelope.reply_to is not None:
            envelope.reply_to.fail(ActorCrashed())

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
            self.host.storage_failed(self, error)

    def _snapshot(self) -> Snapshot:
        codec = self.kind.codec
        state = codec.encode_state(self.state)
        return Snapshot(self.address, self.version, codec.schema, state)

    def _measure(self, count: int, started: float, current_time: float) -> None:
        each = (perf_counter() - started) / count
        self.handling_seconds += EWMA_WEIGHT * (each - self.handling_seconds)
        self.rate = self.rate_now(current_time) + count / RATE_SECONDS
        self.handled += count
        self.last_active = current_time


_COLLECT: dict[type, Callable[[Shell, Turn, Envelope, Effect], None]] = {
    Persist: Shell._persist,
    SaveRecord: Shell._save,
    Announce: Shell._save,
    WakeAt: Shell._wake_at,
    Passivate: Shell._passivate_later,
    Note: Shell._note,
    Forward: Shell._release,
    Reply: Shell._release,
    Refuse: Shell._release,
    Publish: Shell._release,
    CloseTopic: Shell._release,
    Send: Shell._release,
}
