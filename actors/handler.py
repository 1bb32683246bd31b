"""Stateless handlers: without state between commands, each message is a short task.

A handler is reached through the same `Post` and addresses as an actor. The numbers of running and
waiting messages are bounded; past that it refuses with `Overloaded`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

import trio

from protocol.envelope import Envelope, Message
from protocol.errors import ActorStopped, DeadlineExceeded, InternalError, Overloaded, StoaError
from protocol.exception_groups import sole_exception
from protocol.tracing import CURRENT

DEFAULT_CONCURRENCY = 64
DEFAULT_QUEUE_BOUND = 2_000
MAX_HANDLING_SECONDS = 60.0
"""Seconds after which a message without a deadline is cancelled, so that it frees its slot."""


class Handler(Protocol):
    """Answers messages from durable data; keeps nothing between two of them.

    May also set `concurrency` and `queue_bound` (integers) to override the defaults.
    """

    kind: str

    async def handle(self, message: Message) -> Message:
        """Handle a message and return the reply. Raises the `StoaError` that the caller gets.

        It is cancelled at the message's deadline, so its work must be one transaction, or safe to
        repeat.
        """
        ...


Crashed = Callable[[str, Exception, Message], None]


class HandlerRunner:
    """Runs one handler's messages in `nursery`.

    `crashed(kind, error, message)` records a bug; `became_idle()` is called when nothing runs.
    """

    def __init__(
        self,
        handler: Handler,
        nursery: trio.Nursery,
        *,
        crashed: Crashed,
        became_idle: Callable[[], None],
    ) -> None:
        self.handler = handler
        self.concurrency: int = getattr(handler, "concurrency", DEFAULT_CONCURRENCY)
        self.queue_bound: int = getattr(handler, "queue_bound", DEFAULT_QUEUE_BOUND)
        self.running = 0
        self.handled = 0
        self.failed = 0
        self.overloaded = 0
        self._nursery = nursery
        self._crashed = crashed
        self._became_idle = became_idle
        self._queue: deque[Envelope] = deque()

    @property
    def queued(self) -> int:
        """Messages waiting for a free slot."""
        return len(self._queue)

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return not self.running and not self._queue

    def deliver(self, envelope: Envelope) -> None:
        """Run it now or queue it. Raises `Overloaded`."""
        if self.running < self.concurrency:
            self.running += 1
            self._nursery.start_soon(self._work, envelope, name=f"handler {self.handler.kind}")
        elif len(self._queue) < self.queue_bound:
            self._queue.append(envelope)
        else:
            self.overloaded += 1
            raise Overloaded("Too many requests of this kind are waiting; try again")

    def fail_queued(self, error: StoaError) -> None:
        """Answer everybody who still waits for a slot."""
        while self._queue:
            _fail(self._queue.popleft(), error)

    async def _work(self, envelope: Envelope) -> None:
        """Handle a message, then those that waited meanwhile: a task per slot, not per message."""
        try:
            await self._handle(envelope)
            while self._queue:
                await self._handle(self._queue.popleft())
        finally:
            self.running -= 1
            if self.is_idle:
                self._became_idle()

    async def _handle(self, envelope: Envelope) -> None:
        CURRENT.set(envelope.request)
        now = trio.current_time()
        deadline = (
            envelope.deadline if envelope.deadline is not None else now + MAX_HANDLING_SECONDS
        )
        if deadline <= now:
            _fail(envelope, DeadlineExceeded())
            return
        self.handled += 1
        try:
            with trio.CancelScope(deadline=deadline):
                await self._answer(envelope)
                return
            _fail(envelope, DeadlineExceeded())
        except BaseException:
            # Cancelled: the directory is stopping.
            _fail(envelope, ActorStopped(self.handler.kind))
            raise

    async def _answer(self, envelope: Envelope) -> None:
        try:
            reply = await self.handler.handle(envelope.message)
        except Exception as raised:
            _fail(envelope, self._told(sole_exception(raised), envelope.message))
        else:
            if envelope.reply_to is not None:
                envelope.reply_to.answer(reply)

    def _told(self, error: Exception, message: Message) -> StoaError:
        """The error for the caller: a refusal unchanged; for a bug only that there is one."""
        if isinstance(error, StoaError):
            return error
        self.failed += 1
        self._crashed(self.handler.kind, error, message)
        return InternalError()


def _fail(envelope: Envelope, error: StoaError) -> None:
    if envelope.reply_to is not None:
        envelope.reply_to.fail(error)
