"""What the embedded engines share: preparing, starting, watching and orderly stopping."""

from __future__ import annotations

import abc
import contextlib
import os
import re
import shutil
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import trio
from tricycle import open_service_nursery

from protocol.errors import StartupError
from storage.embedded.process import (
    POLL_SECONDS,
    SAME_USER,
    Child,
    DirectoryLock,
    User,
    make_directory,
    spawn,
)

READY_SECONDS = 120.0
"""Recovery after a crash may replay a long log. Past this the operator is told."""


FULL_BYTES = 16 * 1024 * 1024
"""With less free space than one segment of PostgreSQL's log, the disk counts as full."""
TELLING = re.compile(r"FATAL|PANIC|Fatal|initdb: error")


class EngineDied(Exception):
    """An embedded engine ended without being stopped. It should be run again."""


class Engine(abc.ABC):
    """An embedded engine over `data_dir`. `run` it under a supervisor; `url` says how to reach it.

    The same object may be run again afterwards.
    """

    name: str
    url: str
    on_our_death: signal.Signals
    stop_steps: tuple[tuple[signal.Signals, float], ...]

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.absolute()
        self.user: User = SAME_USER
        self.child: Child | None = None
        self.holder = os.getpid()
        """The process that holds the data, for whoever finds it locked: ours, or our parent."""
        self._lock: DirectoryLock | None = None

    @abc.abstractmethod
    def prepare(self) -> None:
        """Find the program, create what is missing, clean up after a crash. May take a second."""

    @abc.abstractmethod
    def command(self) -> list[str]:
        """The program and its arguments."""

    @abc.abstractmethod
    def is_ready(self, child: Child) -> bool:
        """Whether it accepts connections yet. Does not wait."""

    @abc.abstractmethod
    def explain(self, log: str) -> StartupError | None:
        """Why it ended while starting, from its log; None if another try may succeed."""

    @property
    def log(self) -> Path:
        """Where the engine writes its log."""
        return self.data_dir / f"{self.name.lower()}.log"

    async def run(self, task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED) -> None:
        """Run until cancelled, then stop in order. Reports `url` once connections are accepted.

        Raises `StartupError`, and `EngineDied` when the process ends by itself. The main thread
        must call it (see `spawn`).
        """
        self._take_lock()
        try:
            await trio.to_thread.run_sync(self.prepare)
            self.child = self._spawn()
            try:
                await self._wait_ready()
                task_status.started(self.url)
                status = await self.child.wait()
                raise EngineDied(f"{self.name} ended with status {status}; see {self.log}")
            finally:
                await self.child.stop(*self.stop_steps)
        finally:
            self._release()

    async def wait_exit(self) -> int:
        """Wait for the running process to end; returns its exit status."""
        if self.child is None:
            raise RuntimeError(f"{self.name} does not run")
        return await self.child.wait()

    def start_now(self) -> str:
        """Start without an event loop and return `url`; for tools and test fixtures."""
        self._take_lock()
        try:
            self.prepare()
            self.child = self._spawn()
            deadline = time.monotonic() + READY_SECONDS
            while not self._became_ready(deadline):
                time.sleep(POLL_SECONDS)
        except BaseException:
            self.stop_now()
            raise
        return self.url

    def stop_now(self) -> None:
        """End what `start_now` started."""
        if self.child is not None:
            self.child.stop_now(*self.stop_steps[0])
        self._release()

    def _take_lock(self) -> None:
        if not self.data_dir.exists():
            # Root's engines run as another user, who passes through it to a folder of its own.
            make_directory(self.data_dir).chmod(0o711 if os.geteuid() == 0 else 0o700)
        self._lock = DirectoryLock(
            self.data_dir / f"{self.name.lower()}.lock", self.name, self.holder
        )

    def _release(self) -> None:
        self.child = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _spawn(self) -> Child:
        return spawn(self.command(), user=self.user, log=self.log, on_our_death=self.on_our_death)

    async def _wait_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._became_ready(deadline):  # noqa: ASYNC110 - another process tells by a file
            await trio.sleep(POLL_SECONDS)

    def _became_ready(self, deadline: float) -> bool:
        assert self.child is not None
        if self.child.exited:
            problem = self.explain(self.child.said())
            if problem is not None:
                raise problem
            self.child = self._spawn()
        elif self.is_ready(self.child):
            return True
        if time.monotonic() > deadline:
            raise StartupError(
                f"{self.name} is not ready after {READY_SECONDS:g} seconds", f"see {self.log}"
            )
        return False


@contextlib.asynccontextmanager
async def running(engine: Engine) -> AsyncIterator[str]:
    """The engine's URL for the body; stopped in order afterwards. Its death cancels the body.

    A service nursery, so that a body that is cancelled can still write in its own cleanup.
    """
    async with open_service_nursery() as nursery:
        yield await nursery.start(engine.run)
        nursery.cancel_scope.cancel()


def common_problem(name: str, log: str, log_path: Path) -> StartupError:
    """One line for what every engine can suffer, else its last words."""
    told = "No space left on device" in log or "Disk quota exceeded" in log
    if told or shutil.disk_usage(log_path.parent).free < FULL_BYTES:
        return StartupError(f"{name} cannot start: the disk is full", "make room and start again")
    if "Permission denied" in log:
        return StartupError(f"{name} cannot start: it may not use its directory", f"see {log_path}")
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    telling = [line[match.start() :] for line in lines if (match := TELLING.search(line))]
    last = (telling or lines or ["it said nothing"])[-1]
    return StartupError(f"{name} cannot start: {last}", f"see {log_path}")
