"""The directory: every actor and handler of this node by address, and the `Post` that reaches them.

It activates an actor at its first message, passivates it when idle, counts its crashes and makes
sure that every caller gets an answer. Its `run` is the nursery of all actors; a supervisor runs it
as a child with `drain` as its orderly stop.
"""

from __future__ import annotations

from collections.abc import Sequence

import trio

from actors.handler import Handler, HandlerRunner
from actors.kind import LiveKind
from protocol.envelope import Address
from protocol.errors import ActorStopped
from protocol.ports import FanOut, Journal
from supervisors.alarms import Alarms
from supervisors.clock import TrioClock
from supervisors.command_log import CommandLog
from supervisors.crashes import Crashes
from supervisors.delivery import LocalDelivery, Stage
from supervisors.hosting import Hosting
from supervisors.outage import Outage
from supervisors.passivation import IdleSweep, Quiet, drain
from supervisors.quarantine import Quarantine
from supervisors.restarts import Backoff, SupervisorGaveUp
from supervisors.runtime import NodeRuntime
from supervisors.snapshots import SnapshotWriter
from supervisors.stalls import Stalls
from supervisors.statistics import (
    ActorStatistics,
    DirectoryStatistics,
    busiest,
    handler_statistics,
)
from supervisors.timed_waker import TimedWaker

__all__ = ["Directory", "LiveKind"]


class Directory:
    """Composes delivery, hosting and passivation; itself `protocol.ports.Post`.

    `down_since` is the newest heartbeat before this process, None if there was none; `up_at` is
    when this process started. Both in milliseconds, for `Activated.down_ms`.
    """

    def __init__(
        self,
        *,
        clock: TrioClock,
        journal: Journal,
        fan_out: FanOut,
        kinds: Sequence[LiveKind] = (),
        handlers: Sequence[Handler] = (),
        down_since: int | None = None,
        up_at: int | None = None,
        backoff: Backoff | None = None,
        stalls: Stalls | None = None,
        commands: CommandLog | None = None,
    ) -> None:
        self.clock = clock
        self.journal = journal
        self.fan_out = fan_out
        up_at = clock.now() if up_at is None else up_at
        self._handlers = {handler.kind: handler for handler in handlers}
        self._gave_up: SupervisorGaveUp | None = None
        self._nursery: trio.Nursery
        self._quiet = Quiet()
        self._snapshots = SnapshotWriter(journal)
        self._hosting = Hosting(kinds, self._quiet.notify, Quarantine(clock))
        self._crashes = Crashes(clock, backoff or Backoff(), self._hosting.kinds, self._give_up)
        self.dead_letters = self._crashes.dead_letters
        self.alarms = Alarms(clock, self._hosting.ring)
        self._stalls = Stalls(clock) if stalls is None else stalls
        self._waker = TimedWaker(self._hosting)
        self._sweep = IdleSweep(self._hosting, self.alarms, clock)
        self.delivery = LocalDelivery(self._hosting, commands)
        # Bound, not wrapped: a message sent through the directory costs no extra call.
        self.tell, self.request = self.delivery.tell, self.delivery.request
        self.ask = self.delivery.ask
        outage = Outage(clock, down_since=down_since, up_at=up_at)
        self.outage_is_over = outage.over
        self._runtime = NodeRuntime(
            clock=clock,
            journal=journal,
            fan_out=fan_out,
            delivery=self.delivery,
            hosting=self._hosting,
            crashes=self._crashes,
            alarms=self.alarms,
            outage=outage,
            snapshots=self._snapshots,
            stalls=self._stalls,
        )

    def add_handler(self, handler: Handler) -> None:
        """Register a handler that itself needs this post, and so could not be passed before."""
        self._handlers[handler.kind] = handler
        if self.delivery.stage is Stage.RUNNING:
            self.delivery.handlers[handler.kind] = self._runner(handler)

    def add_kind(self, kind: LiveKind) -> None:
        """Register a kind of actor."""
        self._hosting.add_kind(kind)

    # --- for operators ---------------------------------------------------------------------------

    def passivate(self, address: Address) -> bool:
        """Ask an actor to leave memory once its mailbox is empty; False if it is not in memory."""
        runner = self._hosting.live.get(address)
        if runner is not None:
            runner.leave()
        return runner is not None

    def restart(self, address: Address) -> bool:
        """Discard an actor's memory and activate it again; False if it is not in memory."""
        runner = self._hosting.live.get(address)
        if runner is not None:
            runner.restart()
        return runner is not None

    @property
    def quarantine(self) -> Quarantine:
        """The actors whose history cannot be read."""
        return self._hosting.quarantine

    def kind(self, name: str) -> LiveKind | None:
        """What is known of a kind of actor."""
        found = self._hosting.kinds.get(name)
        return None if found is None else found.kind

    def actors(self, *, kind: str | None = None, limit: int = 200) -> list[ActorStatistics]:
        """Actors with most messages waiting first, then the busiest."""
        if not limit:
            return []
        runners = self._hosting.live.values()
        chosen = [r for r in runners if kind is None or r.address.kind == kind]
        return busiest(chosen, limit, trio.current_time())

    @property
    def is_empty(self) -> bool:
        """Whether no actor is in memory."""
        return not self._hosting.live

    async def wait_occupied(self) -> None:
        """Wait until an actor is in memory."""
        await self._hosting.occupied.wait()

    @property
    def lives_by_the_clock(self) -> bool:
        """Whether an actor of a timed kind is in memory."""
        return any(kind.live and kind.kind.timed for kind in self._hosting.kinds.values())

    def statistics(self, *, max_actors: int = 200) -> DirectoryStatistics:
        """All statistics, with the first `max_actors` of `actors()`."""
        delivery, hosting, runtime = self.delivery, self._hosting, self._runtime
        return DirectoryStatistics(
            state=delivery.stage.value,
            live=len(hosting.live),
            waiting_askers=len(delivery.deadlines),
            deadlines_missed=delivery.deadlines.missed,
            alarms=len(self.alarms),
            undeliverable_sends=runtime.undelivered + hosting.undelivered_alarms,
            failed_effects=runtime.failed_effects,
            unreadable=len(hosting.quarantine),
            dead_letters_total=self.dead_letters.total,
            dead_letters=self.dead_letters.newest(),
            kinds=[kind.statistics() for kind in hosting.kinds.values()],
            handlers=[handler_statistics(runner) for runner in delivery.handlers.values()],
            actors=self.actors(limit=max_actors),
        )

    # --- life ------------------------------------------------------------------------------------

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Host all actors until cancelled or drained. Raises `SupervisorGaveUp`.

        However it ends, nobody is left waiting: callers get `ActorStopped`.
        """
        self._gave_up = None
        self._stalls.storage_abandoned()
        self._stalls.on_change = self._waker.wake_soon
        delivery = self.delivery
        try:
            async with trio.open_nursery() as self._nursery:
                self._hosting.begin(self._nursery, self._runtime)
                delivery.handlers = {h.kind: self._runner(h) for h in self._handlers.values()}
                for part in (
                    self.alarms,
                    delivery.deadlines,
                    self._snapshots,
                    self._sweep,
                    self._waker,
                ):
                    self._nursery.start_soon(part.run)
                delivery.stage = Stage.RUNNING
                task_status.started()
        finally:
            delivery.stop(ActorStopped("the directory"))
        if self._gave_up is not None:
            raise self._gave_up

    async def drain(self, seconds: float) -> None:
        """Stop in order: finish handlers' and actors' messages, commit, snapshot; then end `run`.

        Work that is not done after `seconds` is cancelled, and its callers get an error.
        """
        if self.delivery.stage is not Stage.RUNNING:
            return
        with trio.move_on_after(seconds):
            await drain(self.delivery, self._hosting, self._snapshots, self._quiet)
        self.delivery.stage = Stage.STOPPING
        self._nursery.cancel_scope.cancel()

    def _give_up(self, reason: SupervisorGaveUp) -> None:
        if self._gave_up is None:
            self._gave_up = reason
            self._nursery.cancel_scope.cancel()

    def _runner(self, handler: Handler) -> HandlerRunner:
        return HandlerRunner(
            handler,
            self._nursery,
            crashed=self._crashes.handler_crashed,
            became_idle=self._quiet.notify,
        )
