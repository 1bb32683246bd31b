"""The actors in memory, by address: opened at their first message or alarm, removed at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog
import trio

from actors.kind import LiveKind
from actors.runner import ActorRunner
from actors.runtime import ActorRuntime
from protocol.bounded import BoundedDict
from protocol.envelope import Address, Envelope
from protocol.errors import InternalError, MailboxFull, Overloaded, StoaError
from protocol.lifecycle import Reminded
from supervisors.kind_supervision import KindSupervision
from supervisors.quarantine import Quarantine

LOST_REMEMBERED = 4_096
"""Remembered actors whose last activation lost its volatile state: the next is told so."""
AWAKEN = "awaken"
AWAKEN_MS = 5_000
"""An actor that has lost its volatile state wakes after this time even without a message: others
may rely on what it knew, and must hear that it has forgotten it."""

log = structlog.get_logger(__name__)


class Hosting:
    """Opens actors and keeps them by address. `emptied()` is called when none is left.

    Others may read `live`, `kinds` and `occupied`, which is set while an actor is in memory, but
    only this class changes them.
    """

    def __init__(
        self, kinds: Sequence[LiveKind], emptied: Callable[[], None], quarantine: Quarantine
    ) -> None:
        self.live: dict[Address, ActorRunner] = {}
        self.kinds = {kind.name: KindSupervision(kind) for kind in kinds}
        self.quarantine = quarantine
        self.occupied = trio.Event()
        self.undelivered_alarms = 0
        self._emptied = emptied
        self._lost_memory = BoundedDict[Address, bool](LOST_REMEMBERED)
        self._stopping = False
        self._nursery: trio.Nursery
        self._runtime: ActorRuntime

    def add_kind(self, kind: LiveKind) -> None:
        """Register a kind of actor."""
        self.kinds[kind.name] = KindSupervision(kind)

    def begin(self, nursery: trio.Nursery, runtime: ActorRuntime) -> None:
        """Open actors in `nursery` from now on; earlier crashes no longer count."""
        self._nursery = nursery
        self._runtime = runtime
        self._stopping = False
        for kind in self.kinds.values():
            kind.begin_anew()

    def open(self, address: Address) -> ActorRunner:
        """Start an actor that is not in memory.

        Raises `InternalError`, `Overloaded`, `HistoryUnreadable`.
        """
        kind = self.kinds.get(address.kind)
        if kind is None:
            raise InternalError(f"No actor or handler serves addresses of kind {address.kind!r}")
        self.quarantine.check(address)
        if kind.live >= kind.kind.max_live:
            kind.refused += 1
            raise Overloaded(f"Too many {address.kind} actors are in memory; try again")
        lost_memory = self._lost_memory.pop(address, False)
        runner = ActorRunner(address, kind.kind, self._runtime, lost_memory=lost_memory)
        self.live[address] = runner
        self.occupied.set()
        kind.live += 1
        kind.activations += 1
        self._nursery.start_soon(runner.run, name=kind.task_name)
        if self._stopping:
            runner.stop()
        return runner

    def ended(self, address: Address, *, lost_memory: bool) -> None:
        """Remove an actor that has left memory."""
        del self.live[address]
        kind = self.kinds[address.kind]
        if lost_memory:
            self._lost_memory.remember(address, True)
            if kind.kind.is_relied_on and not self._stopping:
                due_at = self._runtime.clock.now() + AWAKEN_MS
                self._runtime.set_alarm(address, AWAKEN, due_at)
        kind.live -= 1
        kind.ended += 1
        if not self.live:
            self.occupied = trio.Event()
            self._emptied()

    def stop_all(self) -> None:
        """Have every actor finish its messages and end, including those opened from now on."""
        self._stopping = True
        for runner in list(self.live.values()):
            runner.stop()

    def mailbox_full(self, address: Address) -> MailboxFull:
        """Count a message for a full mailbox; returns the error for its sender."""
        self.kinds[address.kind].mailbox_full += 1
        return MailboxFull(address)

    def storage_failed(self, address: Address, error: Exception) -> None:
        """Count a storage failure of an activation."""
        self.kinds[address.kind].storage_failures += 1
        log.warning("actor.storage_failed", address=str(address), error=repr(error))

    def unreadable(self, address: Address, error: Exception) -> StoaError:
        """The history cannot be read; returns the error for all who ask."""
        return self.quarantine.put(address, self.kinds[address.kind].kind, error)

    def ring(self, address: Address, name: str, due_at: int) -> None:
        """Deliver a due alarm, past the mailbox's bound: closing a question must not wait."""
        try:
            runner = self.live.get(address) or self.open(address)
        except StoaError as error:
            # A durable alarm has a row in storage and comes again from there.
            self.undelivered_alarms += 1
            log.warning("alarm.undelivered", address=str(address), error=repr(error))
            return
        reminded = Reminded(name=name, due_at=due_at)
        runner.mailbox.put_always(Envelope(reminded, None, None, trio.current_time()))
