"""One attempt at a job: run the handler, renew the lease meanwhile, record the outcome.

The lease is a deadline of the task. If renewing it does not succeed in time, the task is cancelled
before another worker may claim the job, so that nothing runs twice at once.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog
import trio

from protocol.errors import StoaError
from protocol.exception_groups import leaves, sole_exception
from protocol.jobs import Claim, Held, JobFailed, JobGivenUp, JobKind, Jobs
from protocol.ports import Clock
from protocol.tracing import CURRENT, Trace

FAULT_SECONDS = 2.0
RELEASE_SECONDS = 2.0
"""Seconds that a stopping node takes to record an outcome, or to give a job back."""

LEASE_USED = 0.9
"""The usable part of a lease; the rest allows for differing clocks of nodes."""

log = structlog.get_logger()
Count = Callable[[str], None]
Run = Callable[["RunningJob"], Awaitable[None]]


class RunningJob:
    """What a handler gets. `payload` is decoded as its kind declares.

    A handler that clears away what is old counts in `removed` the rows that it deleted.
    """

    payload: Any = None

    def __init__(
        self, jobs: Jobs, clock: Clock, kind: JobKind, claim: Claim, *, claimed_at: float
    ) -> None:
        """`claimed_at` by Trio's clock, before the queue was asked."""
        self.kind = kind
        self.claim = claim
        self.cancelled = claim.cancelled
        self.removed = 0
        self._error: Exception | None = None
        self._ended = False
        self._jobs = jobs
        self._clock = clock
        self._lease = trio.CancelScope()
        self._handling = trio.CancelScope(deadline=trio.current_time() + kind.timeout_seconds)
        self._lease_from(claimed_at)

    @property
    def user_id(self) -> str | None:
        """The person whose data is in the payload."""
        return self.claim.user_id

    async def report(self, percent: int, note: str = "") -> None:
        """Tell operators the progress, for use by the handler. Renews the lease."""
        await self.renew(percent, note)

    async def renew(self, percent: int | None = None, note: str = "") -> None:
        """Renew the lease, and stop if the job is lost or cancelled."""
        began_at, held = trio.current_time(), Held(self.claim, self.kind.lease_ms, percent, note)
        found = await self._jobs.renew([held], now=self._clock.now())
        unwanted = found.get(self.claim.id)
        if unwanted is None:
            self._lease.cancel()
            return
        self._lease_from(began_at)
        if unwanted:
            self.cancelled = True
            self._handling.cancel()

    async def run(self, handler: Run, count: Count) -> None:
        """Run the attempt to its end and report the outcome to `count`.

        Raises only a cancellation.
        """
        settled = False
        try:
            with self._lease:
                await self._attempt(handler)
                self._ended = True
                count(await self._settle())
                settled = True
            if not settled:
                count("lost")
                log.warning("job.lost", kind=self.kind.name, id=self.claim.id)
        finally:
            if not settled and not self._lease.cancelled_caught:
                await self._leave()

    def _lease_from(self, moment: float) -> None:
        self._lease.deadline = moment + self.kind.lease_ms / 1000 * LEASE_USED

    async def _attempt(self, handler: Run) -> None:
        """Run the handler; sets the error if the job is neither done nor cancelled."""
        if self.cancelled:
            return
        if self.claim.attempt > self.kind.attempts:
            self._error = JobGivenUp("its worker died or lost the lease in the last attempt")
            return
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._renew_regularly)
            with self._handling:
                await self._handle(handler)
            nursery.cancel_scope.cancel()
        self._judge()

    def _judge(self) -> None:
        if self.cancelled:
            self._error = None
        elif self._handling.cancelled_caught and self._error is None:
            self._error = TimeoutError(f"not finished within {self.kind.timeout_seconds:g} s")

    async def _handle(self, handler: Run) -> None:
        """Raise a cancellation alone, without errors of the handler's tasks meanwhile."""
        try:
            CURRENT.set(Trace(f"job.{self.claim.id}"))
            self.payload = msgspec.json.decode(self.claim.payload, type=self.kind.payload)
            await handler(self)
        except Exception as error:
            self._error = sole_exception(error)
        except BaseExceptionGroup as group:
            cancelled, others = group.split(trio.Cancelled)
            if cancelled is None or not isinstance(others, Exception | None):
                raise
            self._error = None if others is None else sole_exception(others)
            raise cancelled from None

    async def _renew_regularly(self) -> None:
        while True:
            await trio.sleep(self.kind.lease_ms / 3_000)
            try:
                await self.renew()
            except StoaError as error:
                log.warning("job.not_renewed", id=self.claim.id, code=error.code)

    async def _settle(self) -> str:
        """Record the outcome, retrying while the lease lasts."""
        while True:
            try:
                return await self._write_down(self._error)
            except StoaError as fault:
                log.warning("job.not_settled", id=self.claim.id, code=fault.code)
                await trio.sleep(FAULT_SECONDS)

    async def _write_down(self, error: Exception | None) -> str:
        now, kind, claim = self._clock.now(), self.kind, self.claim
        again_at = kind.next_due(claim.due_at, now)
        reason = _reason(error, kind)
        if error is None:
            held = await self._jobs.complete(claim, now=now, again_at=again_at)
            outcome = "cancelled" if self.cancelled else "completed"
        elif isinstance(error, JobGivenUp) or claim.attempt >= kind.attempts:
            held = await self._jobs.bury(
                claim, reason, now=now, forget=kind.forget, again_at=again_at
            )
            outcome = "died"
        else:
            due_at = now + kind.pause_ms(claim.attempt)
            held = await self._jobs.retry_later(claim, reason, now=now, due_at=due_at)
            outcome = "failed"
        if error is not None:
            dead = outcome == "died"
            self._log_failure(error, reason, dead=dead)
        return outcome if held else "lost"

    def _log_failure(self, error: Exception, reason: str, *, dead: bool) -> None:
        kind, claim = self.kind, self.claim
        trace: dict[str, Any] = {}
        if not isinstance(error, SPEAKING):
            # Log a bug with its traceback, but without the secrets in its message.
            frames = traceback.format_tb(error.__traceback__)
            trace = {"stack": "".join(frames)} if kind.forget else {"exc_info": error}
        log.warning(
            "job.failed",
            kind=kind.name,
            id=claim.id,
            attempt=claim.attempt,
            dead=dead,
            error=reason,
            **trace,
        )

    async def _leave(self) -> None:
        """Record a finished job when the node stops; give back an unfinished one for another
        node."""
        with trio.move_on_after(RELEASE_SECONDS, shield=True):
            if self._ended:
                await self._settle()
                return
            try:
                await self._jobs.release(self.claim, now=self._clock.now())
            except StoaError as error:
                log.warning("job.not_released", id=self.claim.id, code=error.code)


SPEAKING = (JobFailed, TimeoutError, StoaError)
"""Raised for an expected failure, with a message for operators."""


def _reason(error: Exception | None, kind: JobKind) -> str:
    """The message for operators. Other errors may reveal a payload that must be forgotten."""
    return "; ".join(
        str(getattr(leaf, "message", leaf)) or type(leaf).__name__
        if isinstance(leaf, SPEAKING) or not kind.forget
        else type(leaf).__name__
        for leaf in leaves(error)
    )
