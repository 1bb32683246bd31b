"""The shell of one live actor: one Trio task that runs a pure machine.

Per wake it drains the mailbox, decides every message and applies the events to memory at once,
so that the next message sees them; it queues one commit for all of them and goes on deciding
while that commit is in flight (see `actors.pipeline`).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import trio

from actors.effects import (
    Announce,
    CloseTopic,
    Effect,
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
from actors.host import Host
from actors.kind import LiveKind
from actors.pipeline import Phase, Pipeline
from actors.turn import MachineMisused, Turn
from protocol.envelope import Address, Envelope
from protocol.errors import (
    ActorCrashed,
    ActorStopped,
    DeadlineExceeded,
    PoisonMessage,
    StoaError,
    StorageUnavailable,
)
from protocol.lifecycle import Activated, Done, Reminded
from protocol.ports import Loaded, StoredEvent

RATE_SECONDS = 10.0
"""Time constant of the exponential averages in the statistics."""

EWMA_WEIGHT = 0.1

MAX_PER_TURN = 256
"""Messages decided before the actor lets others run; the rest of the mailbox is the next turn."""


@contextlib.contextmanager
def _storage_at_fault() -> Iterator[None]:
    """Whatever storage raises, also of its driver's own kinds, is no crash of the machine."""
    try:
        yield
    except StoaError:
        raise
    except Exception as error:
        raise StorageUnavailable() from error


class Shell(Pipeline):
    """One actor. Its task is `run`; everything else is called from other tasks, synchronously."""

    __slots__ = (
        "_crash_delay",
        "_fired",
        "_reset",
        "_suspected",
        "handled",
        "handling_seconds",
        "last_active",
        "lost_memory",
        "rate",
        "restarts",
        "stopping",
    )

    def __init__(
        self, address: Address, kind: LiveKind, host: Host, *, lost_memory: bool = False
    ) -> None:
        """`lost_memory`: the activation before this one failed, so what it noted is forgotten."""
        super().__init__(address, kind, host)
        self.lost_memory = lost_memory
        self.stopping = False
        self.handled = 0
        self.handling_seconds = 0.0
        self.rate = 0.0
        self.restarts = 0
        self.last_active = 0.0
        self._fired: dict[str, int] | None = None
        self._suspected = False
        self._reset = False
        self._crash_delay: float | None = None

    # --- asked by the directory ------------------------------------------------------------------

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
        if activated:
            self.lost_memory = self._failed or self._reset or self._crash_delay is not None
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
            return not self.lost_memory or self._greet(0, after_crash)
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
        if down_ms is None and not self.lost_memory:
            return True
        return self._greet(down_ms or 0, after_crash)

    async def _load(self) -> int | None:
        """The state, and how long it was down; None if nothing was durable."""
        with _storage_at_fault():
            loaded = await self.host.journal.load(self.address)
        self._restore(loaded)
        if not self.version:
            return None
        last_event_at: int | None = loaded.events[-1].at if loaded.events else None
        if last_event_at is None and self.host.needs_last_event(self.address):
            with _storage_at_fault():
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
            batch = mailbox.drain(MAX_PER_TURN)
            if batch:
                self._handle(batch)
            elif self._leaving and not self._unanswered:
                if await self._passivate():
                    return
            else:
                await mailbox.wait_message()

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
                self.host.storage_failed(self.address, error)
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

    def _publish(self, turn: Turn, envelope: Envelope, effect: Any) -> None:
        turn.releases.append((turn.place(effect), envelope))

    def _passivate_later(self, _turn: Turn, _envelope: Envelope, _effect: Any) -> None:
        self._leaving = True

    def _must_be_durable(self, what: str) -> None:
        if self.kind.volatile:
            raise MachineMisused(f"{what} from {self.kind.name}, a volatile kind without journal")

    def _crash(self, error: Exception, envelope: Envelope | None) -> None:
        """The machine raised: this activation is over, its message is a dead letter."""
        self.last_error = repr(error)
        message = envelope.message if envelope is not None else None
        if type(message) is Activated:
            # Every activation says it anew; it must never be held back as poison.
            message = None
        self._crash_delay = self.host.crashed(self.address, error, message)
        if envelope is not None and envelope.reply_to is not None:
            envelope.reply_to.fail(ActorCrashed())

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
    Volatile: Shell._note,
    Forward: Shell._release,
    Reply: Shell._release,
    Refuse: Shell._release,
    Publish: Shell._publish,
    CloseTopic: Shell._release,
    Send: Shell._release,
}
