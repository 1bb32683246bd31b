"""A supervisor: starts its children in order, restarts those that end, stops all in reverse.

The rules are those of OTP and Elixir's `Supervisor`; the nursery is Trio's. Children are shielded
from the cancellation that ends their supervisor, so that it can stop them one after another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum

import structlog
import trio

from supervisors.child import ChildSpec, HasChildren, Restart, Strategy
from supervisors.restarts import Backoff, RestartIntensity, SupervisorGaveUp, Times, add_restart
from supervisors.statistics import ChildStatistics

__all__ = ["ChildSpec", "Restart", "Strategy", "Supervisor", "SupervisorGaveUp"]

log = structlog.get_logger(__name__)


class ChildState(Enum):
    """The state of a child."""

    WAITING = "waiting"
    """Not started yet, or waiting for its restart."""
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    """Ended for good."""


class _Child:
    def __init__(self, spec: ChildSpec) -> None:
        self.spec = spec
        self.state = ChildState.WAITING
        self.restarts = 0
        self.exit_error: BaseException | None = None
        self.last_error: BaseException | None = None
        self.due = 0.0
        self.scope = trio.CancelScope()
        self.ended = trio.Event()

    @property
    def lives(self) -> bool:
        return self.state in (ChildState.STARTING, ChildState.RUNNING, ChildState.STOPPING)

    def statistics(self) -> ChildStatistics:
        below: HasChildren | None = self.spec.supervisor
        return ChildStatistics(
            id=self.spec.id,
            state=self.state.value,
            restart=self.spec.restart.value,
            restarts=self.restarts,
            last_error=None if self.last_error is None else repr(self.last_error),
            children=below.statistics() if below is not None else (),
        )


class Supervisor:
    """Runs children by their specifications. Its `run` can itself be a child's `start`."""

    def __init__(
        self,
        children: Sequence[ChildSpec],
        *,
        id: str = "supervisor",
        strategy: Strategy = Strategy.ONE_FOR_ONE,
        intensity: RestartIntensity | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self.id = id
        self._strategy = strategy
        self._intensity = intensity or RestartIntensity()
        self._backoff = backoff or Backoff()
        self._children = [_Child(spec) for spec in children]
        assert len({spec.id for spec in children}) == len(children), "ids of children repeat"
        self._times: Times = ()
        self._ended: list[_Child] = []
        self._wanted = trio.Event()
        self._nursery: trio.Nursery

    def as_child(self, *, restart: Restart = Restart.PERMANENT) -> ChildSpec:
        """This supervisor as a child of another; its shutdown time is the sum of its children's."""
        return ChildSpec(id=self.id, start=self.run, restart=restart, supervisor=self)

    def statistics(self) -> Sequence[ChildStatistics]:
        """The children, in order."""
        return [child.statistics() for child in self._children]

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Start all children, report started, watch until cancelled. Raises `SupervisorGaveUp`.

        A child that cannot start the first time ends the supervisor with that child's error.
        """
        self._times = ()
        self._ended.clear()
        failure: Exception | None = None
        async with trio.open_nursery() as self._nursery:
            try:
                for child in self._children:
                    await self._start(child)
                task_status.started()
                await self._watch()
            except Exception as error:
                failure = error
            finally:
                with trio.CancelScope(shield=True):
                    await self._stop(self._children)
        for child in self._children:
            child.state = ChildState.STOPPED
        if failure is not None:
            raise failure

    async def start_child(self, spec: ChildSpec) -> None:
        """Add a child at the end of the list and start it. Raises what its start raises."""
        assert all(child.spec.id != spec.id for child in self._children), "that id is taken"
        child = _Child(spec)
        self._children.append(child)
        try:
            await self._start(child)
        except BaseException:
            self._children.remove(child)
            raise

    async def stop_child(self, id: str) -> bool:
        """Stop a child in order and forget it; False if there is none with that id."""
        for child in self._children:
            if child.spec.id == id:
                await self._stop([child])
                self._children.remove(child)
                return True
        return False

    # --- starting --------------------------------------------------------------------------------

    async def _start(self, child: _Child) -> None:
        """Start a child and wait until it has started; raises what it raised before that."""
        child.state = ChildState.STARTING
        child.scope, child.ended = trio.CancelScope(), trio.Event()
        await self._nursery.start(self._run_child, child)

    async def _run_child(self, child: _Child, task_status: trio.TaskStatus[None]) -> None:
        """Run the child's task.

        Once started, its end is an event for `_watch`, never an exception.
        """
        status = _Started(task_status, child)
        error: BaseException | None = None
        try:
            with child.scope:
                await child.spec.start(task_status=status)
        except Exception as raised:
            error = raised
            if not status.reported:
                raise
        finally:
            self._note_end(child, error)
            if error is not None and status.reported:
                log.error("child.ended", supervisor=self.id, child=child.spec.id, exc_info=error)

    def _note_end(self, child: _Child, error: BaseException | None) -> None:
        expected = child.state is ChildState.STOPPING
        child.state = ChildState.WAITING if expected else ChildState.STOPPED
        child.ended.set()
        child.exit_error = error
        if error is not None:
            child.last_error = error
        if not expected:
            child.due = math.inf
            self._ended.append(child)
            self._wanted.set()

    # --- watching --------------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Restart children that end until cancelled, until there are too many restarts, or a
        significant one ends."""
        while True:
            due = min((c.due for c in self._waiting()), default=math.inf)
            with trio.move_on_at(due):
                await self._wanted.wait()
            self._wanted = trio.Event()
            while self._ended:
                if await self._fallen(self._ended.pop(0)):
                    return
            await self._restart_due()

    def _waiting(self) -> list[_Child]:
        return [c for c in self._children if c.state is ChildState.WAITING]

    async def _fallen(self, child: _Child) -> bool:
        """Handle a child that ended by itself. True if that also ends the supervisor."""
        if child not in self._children or child.state is not ChildState.STOPPED:
            return False
        error = child.exit_error
        if not child.spec.restart.applies(error):
            return child.spec.significant
        self._count_restart(child, error)
        affected = self._affected(child)
        await self._stop([other for other in affected if other is not child])
        due = trio.current_time() + self._backoff.delay(len(self._times))
        for other in affected:
            # A temporary or finished sibling is also stopped, but not restarted.
            if other is child or other.state is ChildState.WAITING:
                other.state, other.due = ChildState.WAITING, due
        return False

    def _count_restart(self, child: _Child, error: BaseException | None) -> None:
        child.restarts += 1
        self._times, exceeded = add_restart(self._times, trio.current_time(), self._intensity)
        if exceeded:
            raise SupervisorGaveUp(f"{child.spec.id} of {self.id}", error)

    def _affected(self, child: _Child) -> list[_Child]:
        if self._strategy is Strategy.ONE_FOR_ONE:
            return [child]
        if self._strategy is Strategy.ONE_FOR_ALL:
            return list(self._children)
        return self._children[self._children.index(child) :]

    async def _restart_due(self) -> None:
        """Restart, in order, children whose pause is over."""
        now = trio.current_time()
        for child in list(self._children):
            if child.state is not ChildState.WAITING or child.due > now:
                continue
            try:
                await self._start(child)
            except Exception as error:
                # It ended before it had started: counted like any other end, then tried again.
                log.warning(
                    "child.start_failed", supervisor=self.id, child=child.spec.id, error=repr(error)
                )
                return

    # --- stopping --------------------------------------------------------------------------------

    async def _stop(self, children: Sequence[_Child]) -> None:
        """Stop children in reverse order, each within its time."""
        for child in reversed(list(children)):
            if child.lives:
                await self._stop_one(child)

    async def _stop_one(self, child: _Child) -> None:
        child.state = ChildState.STOPPING
        if child.spec.stop is not None:
            with trio.move_on_after(child.spec.shutdown_seconds) as limit:
                try:
                    await child.spec.stop()
                except Exception as error:
                    log.error("child.stop_failed", child=child.spec.id, exc_info=error)
            if limit.cancelled_caught:
                log.warning("child.cut_off", supervisor=self.id, child=child.spec.id)
        child.scope.cancel()
        with trio.move_on_after(child.spec.shutdown_seconds):
            await child.ended.wait()
        if not child.ended.is_set():
            # A task cannot be killed; what it shields has to end by itself. The log names it.
            log.warning("child.ends_late", supervisor=self.id, child=child.spec.id)
            await child.ended.wait()
        if child.spec.restart is Restart.TEMPORARY:
            child.state = ChildState.STOPPED


class _Started:
    """Passes on `started` and remembers it."""

    def __init__(self, task_status: trio.TaskStatus[None], child: _Child) -> None:
        self._task_status = task_status
        self._child = child
        self.reported = False

    def started(self, value: object = None) -> None:
        self.reported = True
        if trio.current_effective_deadline() > -math.inf:
            # From now on only the supervisor ends it. Until then, a hanging start can be cancelled.
            self._child.scope.shield = True
        if self._child.state is ChildState.STARTING:
            self._child.state = ChildState.RUNNING
        self._task_status.started()
