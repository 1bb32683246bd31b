"""One attempt at a job: run the handler, renew the lease meanwhile, record the outcome.

The lease is a deadline of the task. If renewing it does not succeed in time, the task is cancelled
before another worker may claim the job, so that nothing runs twice at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog
import trio

from protocol.errors import StoaError
from protocol.jobs import Claim, Held, JobFailed, JobGivenUp, JobKind, Jobs
from protocol.ports import Clock

FAULT_SECONDS = 2.0
RELEASE_SECONDS = 2.0
"""Seconds that a stopping node takes to give a job back."""

LEASE_USED = 0.9
"""The usable part of a lease; the rest allows for differing clocks of nodes."""

log = structlog.get_logger()
Count = Callable[[str], None]


class RunningJob:
    """What a handler gets. `payload` is decoded as its kind declares."""

    payload: Any = None

    def __init__(
        self, jobs: Jobs, clock: Clock, kind: JobKind, claim: Claim, *, claimed_at: float
    ) -> None:
        """`claimed_at` by Trio's clock, before the queue was asked."""
        self.kind = kind
        self.claim = claim
        self.cancelled = claim.cancelled
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

    async def run(self, handler: Callable[[RunningJob], Awaitable[None]], count: Count) -> None:
        """Run the attempt to its end and report the outcome to `count`.

        Raises only a cancellation.
        """
        settled = False
        try:
            with self._lease:
                error = await self._attempt(handler)
                count(await self._settle(error))
                settled = True
            if not settled:
                count("lost")
                log.warning("job.lost", kind=self.kind.name, id=self.claim.id)
        finally:
            if not settled and not self._lease.cancelled_caught:
                await self._release()

    def _lease_from(self, moment: float) -> None:
        self._lease.deadline = moment + self.kind.lease_ms / 1000 * LEASE_USED

    async def _attempt(self, handler: Callable[[RunningJob], Awaitable[None]]) -> Exception | None:
        """Run the handler; returns why it failed, None if it is done or was cancelled."""
        if self.cancelled:
            return None
        if self.claim.attempt > self.kind.attempts:
            return JobGivenUp("its worker died or lost the lease in the last attempt")
        error: Exception | None = None
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._renew_regularly)
            with self._handling:
                try:
                    self.payload = msgspec.json.decode(self.claim.payload, type=self.kind.payload)
                    await handler(self)
                except Exception as problem:
                    error = problem
            nursery.cancel_scope.cancel()
        if self._handling.cancelled_caught and not self.cancelled:
            return TimeoutError(f"not finished within {self.kind.timeout_seconds:g} s")
        return error

    async def _renew_regularly(self) -> None:
        while True:
            await trio.sleep(self.kind.lease_ms / 3_000)
            try:
                await self.renew()
            except StoaError as error:
                log.warning("job.not_renewed", id=self.claim.id, code=error.code)

    async def _settle(self, error: Exception | None) -> str:
        """Record the outcome, retrying while the lease lasts."""
        while True:
            try:
                return await self._write_down(error)
            except StoaError as fault:
                log.warning("job.not_settled", id=self.claim.id, code=fault.code)
                await trio.sleep(FAULT_SECONDS)

    async def _write_down(self, error: Exception | None) -> str:
        now, kind, claim = self._clock.now(), self.kind, self.claim
        again_at = kind.next_due(claim.due_at, now)
        if error is None:
            held = await self._jobs.complete(claim, now=now, again_at=again_at)
            outcome = "cancelled" if self.cancelled else "completed"
        elif isinstance(error, JobGivenUp) or claim.attempt >= kind.attempts:
            held = await self._jobs.bury(
                claim, _reason(error), now=now, forget=kind.forget, again_at=again_at
            )
            outcome = "died"
        else:
            due_at = now + kind.pause_ms(claim.attempt)
            held = await self._jobs.retry_later(claim, _reason(error), now=now, due_at=due_at)
            outcome = "failed"
        if error is not None:
            log.warning(
                "job.failed",
                kind=kind.name,
                id=claim.id,
                attempt=claim.attempt,
                dead=outcome == "died",
                error=_reason(error),
                exc_info=_bug(error),
            )
        return outcome if held else "lost"

    async def _release(self) -> None:
        """Give the job back when the node stops, so that another can have it at once."""
        with trio.move_on_after(RELEASE_SECONDS, shield=True):
            try:
                await self._jobs.release(self.claim, now=self._clock.now())
            except StoaError as error:
                log.warning("job.not_released", id=self.claim.id, code=error.code)


def _reason(error: Exception) -> str:
    if isinstance(error, JobFailed | TimeoutError):
        return str(error)
    return error.message if isinstance(error, StoaError) else str(error) or type(error).__name__


def _bug(error: Exception) -> Exception | None:
    """Log a bug with its traceback."""
    return None if isinstance(error, JobFailed | TimeoutError | StoaError) else error
