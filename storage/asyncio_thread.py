"""The asyncio thread: one uvloop thread for the libraries that only speak asyncio.

Trio tasks hand over whole asyncio coroutines and await their results. Handoffs are batched both
ways: the asyncio thread is woken once for all units handed over before it looks, and Trio once for
all units that finished before it looks.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, TypeVar

import outcome
import structlog
import trio
import uvloop

from protocol.errors import Overloaded, StorageUnavailable
from protocol.tracing import CURRENT

T = TypeVar("T")
Unit = Callable[..., Coroutine[Any, Any, T]]
Done = Callable[[Any], None]
Cancel = Callable[[], None]

MAX_UNITS = 50_000
"""Unfinished units; more raise `Overloaded`, so that a stall cannot eat memory."""
CLOSE_SECONDS = 5.0
"""Seconds that cancelled units get to end when the asyncio thread closes."""
END_SECONDS = 30.0
"""Until the thread is left behind: a loop has been seen that did not close, with a handle open."""
CANCEL_AGAIN_SECONDS = 0.5
CLOSING = "Storage is closing; try again"

_log = structlog.get_logger()


class _Job:
    """One unit in progress. `finish` is called in the Trio thread with the unit's outcome."""

    __slots__ = ("args", "fn", "request", "task", "thread")

    def __init__(self, thread: AsyncioThread, fn: Unit[Any], args: tuple[Any, ...]) -> None:
        self.thread = thread
        self.fn = fn
        self.args = args
        self.request = CURRENT.get()
        self.task: asyncio.Task[Any] | None = None

    def cancel(self) -> None:
        """In the Trio thread: have it cancelled, if it has not ended."""
        self.thread.cancel(self)

    def finish(self, result: outcome.Outcome[Any]) -> None:
        """Tell whoever waits for it."""
        raise NotImplementedError


class _Awaited(_Job):
    """One that a Trio task waits for."""

    __slots__ = ("_raise_cancel", "_waiter")

    def __init__(self, thread: AsyncioThread, fn: Unit[Any], args: tuple[Any, ...]) -> None:
        super().__init__(thread, fn, args)
        self._waiter = trio.lowlevel.current_task()
        self._raise_cancel: Callable[[], Any] | None = None

    def abort(self, raise_cancel: Callable[[], Any]) -> trio.lowlevel.Abort:
        """The task was cancelled: it goes on when the unit has ended."""
        self._raise_cancel = raise_cancel
        self.cancel()
        return trio.lowlevel.Abort.FAILED

    def finish(self, result: outcome.Outcome[Any]) -> None:
        if _was_cancelled(result):
            if self._raise_cancel is not None:
                result = outcome.capture(self._raise_cancel)
            else:
                result = outcome.Error(StorageUnavailable(CLOSING))
        trio.lowlevel.reschedule(self._waiter, result)


class _Submitted(_Job):
    """One for which nobody waits. `done` gets its result or its exception, if it is set."""

    __slots__ = ("_done",)

    def __init__(
        self, thread: AsyncioThread, fn: Unit[Any], args: tuple[Any, ...], done: Done | None
    ) -> None:
        super().__init__(thread, fn, args)
        self._done = done

    def finish(self, result: outcome.Outcome[Any]) -> None:
        value: Any = result.value if isinstance(result, outcome.Value) else None
        if isinstance(result, outcome.Error):
            value = StorageUnavailable(CLOSING) if _was_cancelled(result) else result.error
        # What is called may know how to cancel this: such a ring would wait for the collector.
        done, self._done = self._done, None
        if done is not None:
            done(value)
        elif isinstance(value, BaseException):
            _log.error("storage.unit_failed", exc_info=value)


class AsyncioThread:
    """Made by `open_asyncio_thread`. Methods are called in the Trio thread unless they say so."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._token = trio.lowlevel.current_trio_token()
        self._thread = threading.Thread(target=self._live, name="asyncio_thread", daemon=True)
        self._inbound: deque[tuple[Callable[..., object], tuple[Any, ...]]] = deque()
        self._outbound: deque[tuple[Done, Any]] = deque()
        self._asyncio_thread_woken = False
        self._trio_woken = False
        self._closing = False
        self._jobs: dict[asyncio.Task[Any], _Job] = {}
        self._closers: dict[object, Callable[[], Coroutine[Any, Any, object]]] = {}
        self._winding_up: asyncio.Task[None] | None = None
        self._unfinished = 0
        self._handoffs_in = 0
        self._handoffs_out = 0

    async def run(self, fn: Unit[T], *args: Any) -> T:
        """Run `fn(*args)` wholly on the asyncio thread and return or raise what it does.

        A Trio cancellation cancels the asyncio task, waits for it to end, and surfaces as
        `trio.Cancelled`; a unit that finishes anyway gives its result. Raises `Overloaded` past
        `MAX_UNITS`, `StorageUnavailable` when the thread closes meanwhile.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        job = _Awaited(self, fn, args)
        self._hand_over(job)
        result: T = await trio.lowlevel.wait_task_rescheduled(job.abort)
        return result

    def submit(self, fn: Unit[T], *args: Any, done: Done | None = None) -> Cancel:
        """Start `fn(*args)` without waiting. What is returned cancels it, if it has not ended.

        `done` gets its result or its exception, in the Trio thread, and must not raise; of one that
        was cancelled it gets `StorageUnavailable`. Raises `Overloaded` past `MAX_UNITS`.
        """
        job = _Submitted(self, fn, args, done)
        self._hand_over(job)
        return job.cancel

    def post(self, callback: Done, value: Any) -> None:
        """From the asyncio thread: have `callback(value)` called in the Trio thread, in order."""
        self._outbound.append((callback, value))
        if not self._trio_woken:
            self._trio_woken = True
            with contextlib.suppress(trio.RunFinishedError):
                self._token.run_sync_soon(self._deliver)

    def at_end(
        self, owner: object, closer: Callable[[], Coroutine[Any, Any, object]] | None
    ) -> None:
        """Have `closer` run when the asyncio thread closes; None withdraws it.

        For holders of connections: the loop does not end while any is open.
        """
        self._closers.pop(owner, None)
        if closer is not None:
            self._closers[owner] = closer

    def statistics(self) -> dict[str, float]:
        """Unfinished units, and how often each side was woken."""
        return {
            "unfinished": self._unfinished,
            "handoffs_in": self._handoffs_in,
            "handoffs_out": self._handoffs_out,
        }

    def cancel(self, job: _Job) -> None:
        """Have the asyncio thread cancel it; only for `_Job`."""
        self._to_asyncio_thread(self._cancel, job)

    def _hand_over(self, job: _Job) -> None:
        if self._closing:
            raise StorageUnavailable(CLOSING)
        if self._unfinished >= MAX_UNITS:
            raise Overloaded("Too many storage operations are waiting; try again")
        self._unfinished += 1
        self._to_asyncio_thread(self._start, job)

    def _to_asyncio_thread(self, step: Callable[..., object], *args: Any) -> None:
        self._inbound.append((step, args))
        if not self._asyncio_thread_woken:
            self._asyncio_thread_woken = True
            self._handoffs_in += 1
            self._loop.call_soon_threadsafe(self._take_in)

    def _finish(self, ended: tuple[_Job, outcome.Outcome[Any]]) -> None:
        job, result = ended
        self._unfinished -= 1
        job.finish(result)

    def _deliver(self) -> None:
        # The flag is cleared before the queue is emptied: a unit added during the loop is either
        # seen by it or finds the flag cleared and wakes Trio again.
        self._trio_woken = False
        self._handoffs_out += 1
        while self._outbound:
            callback, value = self._outbound.popleft()
            try:
                callback(value)
            except Exception:
                _log.exception("storage.callback_failed")

    # --- below: the asyncio thread ------------------------------------------------------------

    def _live(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def _take_in(self) -> None:
        self._asyncio_thread_woken = False
        while self._inbound:
            step, args = self._inbound.popleft()
            step(*args)

    def _start(self, job: _Job) -> None:
        CURRENT.set(job.request)  # for the task, which gets a copy of this context
        task = job.task = self._loop.create_task(job.fn(*job.args))
        self._jobs[task] = job
        task.add_done_callback(self._ended)

    def _cancel(self, job: _Job) -> None:
        # asyncio.wait_for of Python 3.11 loses a cancellation that arrives as its future completes,
        # and drivers use it; so we repeat it until the task has ended.
        if job.task is not None:
            job.task.cancel()
            self._loop.call_later(CANCEL_AGAIN_SECONDS, self._cancel, job)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        job = self._jobs.pop(task)
        job.task = None
        self.post(self._finish, (job, outcome.capture(task.result)))

    def _begin_to_wind_up(self) -> None:
        self._winding_up = self._loop.create_task(self._wind_up())

    async def _wind_up(self) -> None:
        for task in self._jobs:
            task.cancel()
        if self._jobs:
            await asyncio.wait(list(self._jobs), timeout=CLOSE_SECONDS)
        for closer in list(self._closers.values()):
            try:
                await asyncio.wait_for(closer(), CLOSE_SECONDS)
            except Exception:
                _log.exception("storage.close_failed")
        # One more turn lets the done callbacks of those tasks run before the loop stops.
        await asyncio.sleep(0)
        for task, job in self._jobs.items():
            _log.error("storage.unit_stuck", unit=repr(task))
            self.post(self._finish, (job, outcome.Error(asyncio.CancelledError())))
        self._loop.stop()

    def start(self) -> None:
        """Start the thread; only for `open_asyncio_thread`."""
        self._thread.start()

    async def stop(self) -> None:
        """Cancel running units, await them, and end the thread; only for `open_asyncio_thread`."""
        if self._closing:
            return
        self._closing = True
        self._to_asyncio_thread(self._begin_to_wind_up)
        await trio.to_thread.run_sync(self._thread.join, END_SECONDS)
        if self._thread.is_alive():  # as a daemon it does not keep the process
            _log.error("storage.loop_stuck", seconds=END_SECONDS)
        self._deliver()


def _was_cancelled(result: outcome.Outcome[Any]) -> bool:
    return isinstance(result, outcome.Error) and isinstance(result.error, asyncio.CancelledError)


@contextlib.asynccontextmanager
async def open_asyncio_thread() -> AsyncIterator[AsyncioThread]:
    """One asyncio thread for the body. At the end it cancels running units and waits for them."""
    asyncio_thread = AsyncioThread()
    asyncio_thread.start()
    try:
        yield asyncio_thread
    finally:
        with trio.CancelScope(shield=True):
            await asyncio_thread.stop()
