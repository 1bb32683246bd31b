"""The directory: every actor and handler of this node by address, and the `Post` that reaches them.

It activates an actor at its first message, passivates it when it has been idle, counts its
crashes and answers every asker whatever happens. Its `run` is the nursery of all actors, to be a
child of a supervisor with `drain` as its orderly stop.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from enum import Enum
from operator import attrgetter
from typing import Any

import structlog
import trio

from actors.effects import Effect
from actors.handler import Handler, HandlerRunner
from actors.kind import LiveKind
from actors.pipeline import Phase
from actors.shell import Shell
from protocol.envelope import Address, Envelope, Message, ReplyTo
from protocol.errors import ActorStopped, InternalError, MailboxFull, Overloaded, StoaError
from protocol.lifecycle import Reminded
from protocol.ports import FanOut, Journal, Snapshot
from supervisors.alarms import Alarms
from supervisors.clock import TrioClock
from supervisors.dead_letters import DeadLetters, Faults
from supervisors.groups import Group, SupervisorGaveUp
from supervisors.outage import Outage
from supervisors.post import Asker, Deadlines
from supervisors.restarts import Backoff
from supervisors.snapshots import SnapshotWriter
from supervisors.statistics import (
    ActorStatistics,
    DirectoryStatistics,
    actor_statistics,
    handler_statistics,
)

__all__ = ["Directory", "LiveKind"]

SWEEP_SLICE = 1_000
"""Actors looked at between two checkpoints of the sweeper."""

LOST_REMEMBERED = 4_096
"""Actors of which it is known that their last activation failed and forgot what it had noted."""

ALARM_NEAR_MS = 60_000
"""An actor with an alarm due within this time is not idle."""

log = structlog.get_logger(__name__)


class Stage(Enum):
    """Where the directory is in its life."""

    STOPPED = "stopped"
    RUNNING = "running"
    DRAINING = "draining"
    """Handlers refuse; actors accept, for the handlers that still run."""
    STOPPING = "stopping"
    """Nothing new is accepted; actors finish what waits."""


class Directory:
    """`protocol.ports.Post`, and the `actors.host.Host` of every shell.

    `down_since` is the newest sign of life before this process, None if there was none; `up_at`
    is when this process came up. Both in milliseconds, for `Activated.down_ms`.
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
    ) -> None:
        self.clock = clock
        self.journal = journal
        self.fan_out = fan_out
        self.dead_letters = DeadLetters()
        up_at = clock.now() if up_at is None else up_at
        self._outage = Outage(clock, down_since=down_since, up_at=up_at)
        self._backoff = backoff or Backoff()
        self._groups = {kind.name: Group(kind) for kind in kinds}
        self._handlers = {handler.kind: handler for handler in handlers}
        self._runners: dict[str, HandlerRunner] = {}
        self._shells: dict[Address, Shell] = {}
        self._stage = Stage.STOPPED
        self._gave_up: SupervisorGaveUp | None = None
        self._nursery: trio.Nursery
        self._quiet = trio.Event()
        self._alarms = Alarms(clock, self._ring)
        self._deadlines = Deadlines()
        self._snapshots = SnapshotWriter(journal)
        self._faults = Faults()
        self._lost_memory: dict[Address, bool] = {}
        self._undeliverable = 0
        self._failed_effects = 0

    def add_handler(self, handler: Handler) -> None:
        """Register a handler that itself needs this post, and so could not be given before."""
        self._handlers[handler.kind] = handler
        if self._stage is Stage.RUNNING:
            self._runners[handler.kind] = self._runner(handler)

    def add_kind(self, kind: LiveKind) -> None:
        """Register a kind of actor."""
        self._groups[kind.name] = Group(kind)

    # --- Post ------------------------------------------------------------------------------------

    def tell(self, address: Address, message: Message) -> None:
        """Deliver without an answer. Raises `MailboxFull`, `Overloaded`, `ActorStopped`."""
        envelope = Envelope(message, None, None, trio.current_time())
        shell = self._shells.get(address)
        if shell is None or self._stage is Stage.STOPPING:
            self._deliver(address, envelope)
        elif not shell.mailbox.put_nowait(envelope):
            raise self._full(address)

    def request(
        self,
        address: Address,
        message: Message,
        reply_to: ReplyTo,
        *,
        timeout_seconds: float = 10.0,
    ) -> None:
        """Deliver; the answer or the error comes to `reply_to`, once."""
        now = trio.current_time()
        pending = self._deadlines.watch(reply_to, now + timeout_seconds)
        try:
            self._deliver(address, Envelope(message, pending, now + timeout_seconds, now))
        except StoaError as error:
            pending.fail(error)

    async def ask(
        self, address: Address, message: Message, *, timeout_seconds: float = 10.0
    ) -> Any:
        """Deliver and wait for the reply. Raises the receiver's error or `DeadlineExceeded`."""
        now = trio.current_time()
        asker = Asker()
        pending = self._deadlines.watch(asker, now + timeout_seconds)
        try:
            self._deliver(address, Envelope(message, pending, now + timeout_seconds, now))
        except StoaError as error:
            pending.fail(error)
        try:
            return await asker.wait()
        finally:
            pending.withdraw()

    def _deliver(self, address: Address, envelope: Envelope) -> None:
        if self._stage is Stage.STOPPING or self._stage is Stage.STOPPED:
            raise ActorStopped(address)
        self._put(address, envelope)

    def _put(self, address: Address, envelope: Envelope) -> None:
        shell = self._shells.get(address)
        if shell is None:
            runner = self._runners.get(address.kind)
            if runner is not None:
                if self._stage is not Stage.RUNNING:
                    raise ActorStopped(address)
                runner.deliver(envelope)
                return
            shell = self._open(address)
        if not shell.mailbox.put_nowait(envelope):
            raise self._full(address)

    def _open(self, address: Address) -> Shell:
        group = self._groups.get(address.kind)
        if group is None:
            raise InternalError(f"No actor or handler serves addresses of kind {address.kind!r}")
        if group.live >= group.kind.max_live:
            group.refused += 1
            raise Overloaded(f"Too many {address.kind} actors are in memory; try again")
        lost_memory = self._lost_memory.pop(address, False)
        shell = Shell(address, group.kind, self, lost_memory=lost_memory)
        self._shells[address] = shell
        group.live += 1
        group.activations += 1
        self._nursery.start_soon(shell.run, name=group.task_name)
        if self._stage is Stage.STOPPING:
            shell.stop()
        return shell

    def _full(self, address: Address) -> MailboxFull:
        self._groups[address.kind].mailbox_full += 1
        return MailboxFull(address)

    # --- for operators ---------------------------------------------------------------------------

    def passivate(self, address: Address) -> bool:
        """Ask an actor to leave memory once its mailbox is empty; False if it is not in memory."""
        shell = self._shells.get(address)
        if shell is not None:
            shell.leave()
        return shell is not None

    def restart(self, address: Address) -> bool:
        """Throw an actor's memory away and activate it anew; False if it is not in memory."""
        shell = self._shells.get(address)
        if shell is not None:
            shell.restart()
        return shell is not None

    def actors(self, *, kind: str | None = None, limit: int = 200) -> list[ActorStatistics]:
        """Those with most messages waiting first, then the busiest."""
        if not limit:
            return []
        shells = self._shells.values()
        chosen = [s for s in shells if kind is None or s.address.kind == kind]
        waiting = [s for s in chosen if s.mailbox]
        shown = heapq.nlargest(limit, waiting, key=lambda shell: len(shell.mailbox))
        if len(shown) < limit:
            # Most actors are idle: only those that are not are worth a slow comparison.
            others = (s for s in chosen if not s.mailbox)
            shown += heapq.nlargest(limit - len(shown), others, key=attrgetter("rate"))
        now = trio.current_time()
        return [actor_statistics(shell, now) for shell in shown]

    @property
    def is_empty(self) -> bool:
        """Whether no actor is in memory."""
        return not self._shells

    def statistics(self, *, max_actors: int = 200) -> DirectoryStatistics:
        """Everything at a glance, with the first `max_actors` of `actors()`."""
        return DirectoryStatistics(
            state=self._stage.value,
            live=len(self._shells),
            waiting_askers=len(self._deadlines),
            deadlines_missed=self._deadlines.missed,
            alarms=len(self._alarms),
            undeliverable_sends=self._undeliverable,
            failed_effects=self._failed_effects,
            dead_letters_total=self.dead_letters.total,
            dead_letters=self.dead_letters.newest(),
            kinds=[group.statistics() for group in self._groups.values()],
            handlers=[handler_statistics(runner) for runner in self._runners.values()],
            actors=self.actors(limit=max_actors),
        )

    # --- life ------------------------------------------------------------------------------------

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Host all actors until cancelled or drained. Raises `SupervisorGaveUp`.

        However it ends, nobody is left waiting: askers get `ActorStopped`.
        """
        self._gave_up = None
        for group in self._groups.values():
            group.begin_anew()
        try:
            async with trio.open_nursery() as self._nursery:
                self._runners = {h.kind: self._runner(h) for h in self._handlers.values()}
                for task in (self._alarms.run, self._deadlines.run, self._snapshots.run):
                    self._nursery.start_soon(task)
                self._nursery.start_soon(self._sweep)
                self._stage = Stage.RUNNING
                task_status.started()
        finally:
            self._stage = Stage.STOPPED
            for runner in self._runners.values():
                runner.fail_queued(ActorStopped(runner.handler.kind))
            self._deadlines.fail_all(ActorStopped("the directory"))
        if self._gave_up is not None:
            raise self._gave_up

    async def drain(self, seconds: float) -> None:
        """Stop in order: finish what handlers and actors have, commit, snapshot; then end `run`.

        What is not done after `seconds` is cut off and its askers are answered with an error.
        """
        if self._stage is not Stage.RUNNING:
            return
        with trio.move_on_after(seconds):
            self._stage = Stage.DRAINING
            await self._wait_quiet(lambda: all(r.is_idle for r in self._runners.values()))
            self._stage = Stage.STOPPING
            for shell in list(self._shells.values()):
                shell.stop()
            await self._wait_quiet(lambda: not self._shells)
            await self._snapshots.flush()
        self._stage = Stage.STOPPING
        self._nursery.cancel_scope.cancel()

    async def _wait_quiet(self, is_quiet: Any) -> None:
        while not is_quiet():
            self._quiet = trio.Event()
            await self._quiet.wait()

    def _runner(self, handler: Handler) -> HandlerRunner:
        return HandlerRunner(
            handler,
            self._nursery,
            crashed=self._handler_crashed,
            became_idle=lambda: self._quiet.set(),
        )

    async def _sweep(self) -> None:
        """Passivate what has been idle."""
        idle = [g.kind.idle_seconds for g in self._groups.values() if g.kind.idle_seconds]
        if not idle:
            return
        while True:
            await trio.sleep(min(30.0, min(idle) / 4))
            shells = list(self._shells.values())
            for start in range(0, len(shells), SWEEP_SLICE):
                now = trio.current_time()
                for shell in shells[start : start + SWEEP_SLICE]:
                    if self._is_idle(shell, now):
                        shell.leave()
                await trio.lowlevel.checkpoint()

    def _is_idle(self, shell: Shell, now: float) -> bool:
        idle_seconds = shell.kind.idle_seconds
        if idle_seconds is None or now - shell.last_active < idle_seconds:
            return False
        if shell.phase is not Phase.LIVE or shell.mailbox or shell.in_flight:
            return False
        next_alarm = self._alarms.next_of(shell.address)
        return next_alarm is None or next_alarm > self.clock.now() + ALARM_NEAR_MS

    # --- Host, for the shells --------------------------------------------------------------------

    def send(self, address: Address, message: Message) -> None:
        """Tell from inside: also accepted while actors finish what they have."""
        if self._stage is Stage.STOPPED:
            raise ActorStopped(address)
        self._put(address, Envelope(message, None, None, trio.current_time()))

    def forward(self, address: Address, message: Message, envelope: Envelope) -> None:
        """See `Host`."""
        reply_to = envelope.reply_to
        if reply_to is None:
            self.send(address, message)
            return
        try:
            if self._stage is Stage.STOPPED:
                raise ActorStopped(address)
            now = trio.current_time()
            self._put(address, Envelope(message, reply_to, envelope.deadline, now))
        except StoaError as error:
            reply_to.fail(error)

    def set_alarm(self, address: Address, name: str, due_at: int | None) -> None:
        """See `Host`."""
        self._alarms.set(address, name, due_at)

    def armed(self, address: Address, name: str) -> int | None:
        """See `Host`."""
        return self._alarms.due_at(address, name)

    def drop_alarms(self, address: Address) -> None:
        """See `Host`."""
        self._alarms.drop(address)

    def save_snapshot_soon(self, snapshot: Snapshot) -> None:
        """See `Host`."""
        self._snapshots.save_soon(snapshot)

    def needs_last_event(self, address: Address) -> bool:
        """See `Host`."""
        return self._outage.concerns(address)

    def down_ms(self, address: Address, last_event_at: int | None) -> int:
        """See `Host`."""
        return self._outage.down_ms(address, last_event_at)

    def has_suspects(self, address: Address) -> bool:
        """See `Host`."""
        return address in self._faults

    def is_poison(self, address: Address, message: Message) -> bool:
        """See `Host`."""
        return self._faults.is_poison(address, message)

    def crashed(self, address: Address, error: Exception, message: Message | None) -> float:
        """See `Host`."""
        now = trio.current_time()
        crashes, count = self._faults.record(address, message, now)
        self._record_crash(address, message, error, count)
        group = self._groups[address.kind]
        if group.add_crash(now) and self._gave_up is None:
            self._gave_up = SupervisorGaveUp(group.task_name, error)
            self._nursery.cancel_scope.cancel()
        return self._backoff.delay(crashes)

    def effect_failed(self, address: Address, effect: Effect, error: Exception) -> None:
        """See `Host`."""
        name = type(effect).__name__
        if isinstance(error, StoaError):
            self._undeliverable += 1
            log.warning("effect.undelivered", address=str(address), effect=name, error=repr(error))
        else:
            self._failed_effects += 1
            log.error("effect.failed", address=str(address), effect=name, exc_info=error)

    def storage_failed(self, address: Address, error: Exception) -> None:
        """See `Host`."""
        self._groups[address.kind].storage_failures += 1
        log.warning("actor.storage_failed", address=str(address), error=repr(error))

    def ended(self, shell: Shell) -> None:
        """See `Host`."""
        if self._shells.get(shell.address) is shell:
            del self._shells[shell.address]
            if shell.lost_memory:
                self._remember_lost(shell.address)
        group = self._groups[shell.address.kind]
        group.live -= 1
        group.ended += 1
        if not self._shells:
            self._quiet.set()

    def _remember_lost(self, address: Address) -> None:
        """For the greeting of its next activation; the oldest of too many is forgotten."""
        self._lost_memory[address] = True
        if len(self._lost_memory) > LOST_REMEMBERED:
            del self._lost_memory[next(iter(self._lost_memory))]

    def _handler_crashed(self, kind: str, error: Exception, message: Message) -> None:
        self._record_crash(Address(kind, ""), message, error, 1)

    def _record_crash(
        self, address: Address, message: Message | None, error: Exception, count: int
    ) -> None:
        letter = self.dead_letters.record(address, message, error, count=count, at=self.clock.now())
        log.error(
            "message.crashed",
            address=letter.address,
            message=letter.message,
            summary=letter.summary,
            count=count,
            exc_info=error,
        )

    def _ring(self, address: Address, name: str, due_at: int) -> None:
        """An alarm is due. It goes past the mailbox's bound: a closing question may not wait."""
        if self._stage is Stage.STOPPED:
            return
        try:
            shell = self._shells.get(address) or self._open(address)
        except StoaError as error:
            # A durable alarm has its row in storage and comes again from there.
            self._undeliverable += 1
            log.warning("alarm.undelivered", address=str(address), error=repr(error))
            return
        reminded = Reminded(name=name, due_at=due_at)
        shell.mailbox.put_always(Envelope(reminded, None, None, trio.current_time()))
