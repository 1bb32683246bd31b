"""The process that runs the embedded engines beneath the keeper, so that they outlive the server.

It supervises them as a node without a keeper does, and tells by its line how they are.
"""

from __future__ import annotations

import contextlib
import os
import signal
from functools import partial

import trio

from supervisors.child import ChildSpec
from supervisors.engines import Embedded, embedded_engines
from supervisors.keeper.line import EnginesState, EngineState, Line
from supervisors.log_sampling import LogSampler, run_summaries
from supervisors.settings import Settings
from supervisors.supervisor import Supervisor

AT_ONCE = 130
ORPHANED = 1


class EnginesProcess:
    """The engines under a supervisor, and how they are. Create it in the keeper's child."""

    def __init__(self, engines: dict[str, Embedded], line: Line) -> None:
        self._line = line
        self._urls = {name: each.engine.url for name, each in engines.items()}
        self._running: set[str] = set()
        self._supervisor = Supervisor(
            [
                ChildSpec(
                    id=name,
                    start=partial(self._run_engine, name, each),
                    shutdown_seconds=each.shutdown_seconds,
                )
                for name, each in engines.items()
            ],
            id="engines",
        )
        for each in engines.values():
            each.engine.holder = os.getppid()  # whoever wants the data has to stop the keeper

    async def run(self, sampler: LogSampler) -> None:
        """Run the engines until SIGTERM or SIGINT; a second signal ends this process at once."""
        async with trio.open_nursery() as nursery:
            scope = trio.CancelScope()
            nursery.start_soon(_stop_on_signal, scope)
            nursery.start_soon(run_summaries, sampler)
            nursery.start_soon(_end_with_keeper, self._line)
            with scope:
                await self._supervisor.run()
            nursery.cancel_scope.cancel()

    async def _run_engine(
        self, name: str, each: Embedded, *, task_status: trio.TaskStatus[None]
    ) -> None:
        self._tell()
        try:
            await each.engine.run(_Started(self, name, task_status))
        finally:
            self._running.discard(name)
            self._tell()

    def started(self, name: str) -> None:
        """An engine accepts connections."""
        self._running.add(name)
        self._tell()

    def _tell(self) -> None:
        engines = tuple(
            EngineState(
                id=child.id,
                state=child.state,
                restart=child.restart,
                restarts=child.restarts,
                last_error=child.last_error,
            )
            for child in self._supervisor.statistics()
        )
        ready = self._running == self._urls.keys()
        self._line.tell(EnginesState(ready=ready, urls=self._urls, engines=engines))


class _Started:
    """Passes on that an engine has started, then tells the keeper."""

    def __init__(
        self, process: EnginesProcess, name: str, task_status: trio.TaskStatus[None]
    ) -> None:
        self._process, self._name, self._task_status = process, name, task_status

    def started(self, _url: object = None) -> None:
        self._task_status.started()
        self._process.started(self._name)


async def _stop_on_signal(scope: trio.CancelScope) -> None:
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _number in signals:
            if scope.cancel_called:
                os._exit(AT_ONCE)
            scope.cancel()


async def _end_with_keeper(line: Line) -> None:
    """Where the kernel does not, end when the line does; the engines end with this process."""
    while True:
        await trio.lowlevel.wait_readable(line.socket)
        with contextlib.suppress(BlockingIOError):
            if line.read() is None:
                os._exit(ORPHANED)


def run_engines(settings: Settings, sampler: LogSampler, line: Line) -> int:
    """The body of the process, which writes the summaries of `sampler`.

    Raises `StartupError`, `SupervisorGaveUp` in groups.
    """

    async def run() -> None:
        await EnginesProcess(embedded_engines(settings), line).run(sampler)

    trio.run(run)
    return 0
