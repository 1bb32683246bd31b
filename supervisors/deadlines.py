"""Answers and their deadlines: every request is answered exactly once, in time or with an error.

A request costs one object in a bucket of the timer wheel, but no task or timer.
"""

from __future__ import annotations

import heapq
import math
from typing import Any

import outcome
import trio

from protocol.envelope import Message, ReplyTo
from protocol.errors import DeadlineExceeded, StoaError

TICK_SECONDS = 0.05
"""Resolution of the wheel: `DeadlineExceeded` comes up to this long after the deadline."""


class Pending:
    """A pending request: passes on the first answer or error and ignores later ones."""

    __slots__ = ("_bucket", "_reply_to")

    def __init__(self, reply_to: ReplyTo, bucket: set[Pending]) -> None:
        self._reply_to: ReplyTo | None = reply_to
        self._bucket = bucket
        bucket.add(self)

    def answer(self, reply: Message) -> None:
        """Pass the reply on."""
        reply_to, self._reply_to = self._reply_to, None
        if reply_to is not None:
            self._bucket.discard(self)
            reply_to.answer(reply)

    def fail(self, error: StoaError) -> None:
        """Pass the error on."""
        reply_to, self._reply_to = self._reply_to, None
        if reply_to is not None:
            self._bucket.discard(self)
            reply_to.fail(error)

    def withdraw(self) -> None:
        """Withdraw: the caller no longer waits."""
        self._reply_to = None
        self._bucket.discard(self)


class Deadlines:
    """The timer wheel: buckets of pending requests by the tick of their deadline."""

    def __init__(self) -> None:
        self._buckets: dict[int, set[Pending]] = {}
        self._ticks: list[int] = []
        self._sleep: trio.CancelScope | None = None
        self.missed = 0

    def __len__(self) -> int:
        return sum(len(bucket) for bucket in self._buckets.values())

    def watch(self, reply_to: ReplyTo, deadline: float) -> Pending:
        """Watch a request that must be answered by `deadline` on Trio's clock."""
        tick = math.ceil(deadline / TICK_SECONDS)
        bucket = self._buckets.get(tick)
        if bucket is None:
            bucket = self._buckets[tick] = set()
            heapq.heappush(self._ticks, tick)
            if self._sleep is not None and self._ticks[0] == tick:
                self._sleep.deadline = tick * TICK_SECONDS
        return Pending(reply_to, bucket)

    async def run(self) -> None:
        """Fail overdue requests until cancelled."""
        while True:
            deadline = self._ticks[0] * TICK_SECONDS if self._ticks else math.inf
            with trio.CancelScope(deadline=deadline) as self._sleep:
                await trio.sleep_forever()
            now = trio.current_time()
            while self._ticks and self._ticks[0] * TICK_SECONDS <= now:
                late = self._buckets.pop(heapq.heappop(self._ticks))
                self.missed += len(late)
                for pending in list(late):
                    pending.fail(DeadlineExceeded())

    def fail_all(self, error: StoaError) -> None:
        """Fail all pending requests."""
        for bucket in list(self._buckets.values()):
            for pending in list(bucket):
                pending.fail(error)


class Asker:
    """A task that waits for its answer."""

    __slots__ = ("_outcome", "_task")

    def __init__(self) -> None:
        self._task: trio.lowlevel.Task | None = None
        self._outcome: outcome.Outcome[Any] | None = None

    def answer(self, reply: Message) -> None:
        """Wake the task with the reply."""
        self._settle(outcome.Value(reply))

    def fail(self, error: StoaError) -> None:
        """Wake the task with the error."""
        # One error may go to many callers, which must not see each other's stack frames.
        self._settle(outcome.Error(error.with_traceback(None)))

    def _abort(self, _raise_cancel: object) -> trio.lowlevel.Abort:
        """Cancelled: an answer that comes before the task runs again must not wake it."""
        self._task = None
        return trio.lowlevel.Abort.SUCCEEDED

    def _settle(self, result: outcome.Outcome[Any]) -> None:
        if self._task is None:
            self._outcome = result
        else:
            task, self._task = self._task, None
            trio.lowlevel.reschedule(task, result)

    async def wait(self) -> Any:
        """Wait for the reply; raises the error."""
        if self._outcome is not None:
            await trio.lowlevel.checkpoint()
            return self._outcome.unwrap()
        self._task = trio.lowlevel.current_task()
        try:
            return await trio.lowlevel.wait_task_rescheduled(self._abort)
        finally:
            self._task = None
