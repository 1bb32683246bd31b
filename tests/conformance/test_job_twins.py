"""The queue against a model: both stores give the same answers, and the model's rules hold.

The model knows for each job who may hold it and until when. No other claim of it is ever good for
anything, no two are good at once, and no job is lost: each waits, runs, is dead, or came to an end
that somebody was told of.
"""

from __future__ import annotations

from typing import Any

import trio
from hypothesis import given
from hypothesis import strategies as st

from protocol.jobs import Claim, Held, JobState, Wanted
from tests.support.ports import CHORE, NOW, Chore, MemoryPorts, Ports, PostgresPorts, postgres_ports

LEASE = 100
claims = st.integers(0, 7)
operations = st.one_of(
    st.tuples(st.just("enqueue"), st.integers(0, 60), st.sampled_from([None, "k"])),
    st.tuples(st.just("enqueue"), st.integers(0, 60), st.none()),
    st.tuples(st.just("claim"), st.integers(1, 3)),
    st.tuples(st.just("claim"), st.integers(1, 3)),
    st.tuples(st.just("complete"), claims, st.booleans()),
    st.tuples(st.just("retry_later"), claims, st.integers(0, 60)),
    st.tuples(st.just("bury"), claims, st.booleans(), st.booleans()),
    st.tuples(st.just("release"), claims),
    st.tuples(st.just("renew"), claims),
    st.tuples(st.just("cancel"), claims),
    st.tuples(st.just("retry"), claims),
    st.tuples(st.just("wait"), st.integers(1, 120)),
)


class Driver:
    """Performs operations on one store. Jobs are told by the order in which they came to be."""

    def __init__(self, ports: Ports) -> None:
        self._jobs = ports.jobs
        self._now = NOW
        self._numbers: dict[int, int] = {}
        self._claims: list[Claim] = []
        self.good: dict[int, tuple[int, int]] = {}
        """By job the token that is good, and until when."""
        self.ended: set[int] = set()
        self.cancelled: set[int] = set()

    async def perform(self, operation: tuple[Any, ...]) -> Any:
        name, *arguments = operation
        answer = await getattr(self, name)(*arguments)
        await self._check()
        return answer, [self._view(view) for view in await self._shown()]

    async def enqueue(self, delay: int, key: str | None) -> bool:
        job = CHORE.job(Chore(), due_at=self._now + delay, unique_key=key)
        [found] = await self._jobs.enqueue(job, now=self._now)
        return found is not None

    async def claim(self, limit: int) -> list[tuple[int, int]]:
        found = await self._jobs.claim(
            [Wanted(CHORE.name, limit, LEASE)], worker="w", now=self._now
        )
        for claim in found:
            token, until = self.good.get(claim.id, (0, 0))
            assert until <= self._now, "two may run it at once"
            assert claim.token > token
            self.good[claim.id] = (claim.token, self._now + LEASE)
        self._claims = [*found, *self._claims]
        return [(await self._number(claim.id), claim.attempt) for claim in found]

    async def complete(self, number: int, again: bool) -> bool:
        again_at = self._now + 10 if again else None
        return await self._settle(number, "complete", ends=not again, again_at=again_at)

    async def retry_later(self, number: int, delay: int) -> bool:
        return await self._settle(number, "retry_later", "no", due_at=self._now + delay)

    async def bury(self, number: int, forget: bool, again: bool) -> bool:
        again_at = self._now + 10 if again else None
        return await self._settle(number, "bury", "no", forget=forget, again_at=again_at)

    async def release(self, number: int) -> bool:
        return await self._settle(number, "release")

    async def renew(self, number: int) -> bool:
        if number >= len(self._claims):
            return False
        claim = self._claims[number]
        held = bool(await self._jobs.renew([Held(claim, LEASE)], now=self._now))
        assert held == self._is_good(claim)
        if held:
            self.good[claim.id] = (claim.token, self._now + LEASE)
        return held

    async def cancel(self, number: int) -> bool:
        if number >= len(self._claims):
            return False
        key = self._claims[number].id
        done = await self._jobs.cancel(key)
        self.cancelled |= {key} if done else set()
        return done

    async def retry(self, number: int) -> bool:
        if number >= len(self._claims):
            return False
        return await self._jobs.retry(self._claims[number].id, now=self._now)

    async def wait(self, milliseconds: int) -> None:
        self._now += milliseconds

    async def _settle(
        self, number: int, way: str, *values: Any, ends: bool = False, **options: Any
    ) -> bool:
        if number >= len(self._claims):
            return False
        claim = self._claims[number]
        good = self._is_good(claim)
        held: bool = await getattr(self._jobs, way)(claim, *values, now=self._now, **options)
        assert held == good, way
        if held:
            self.good[claim.id] = (claim.token, 0)
            self.ended |= {claim.id} if ends else set()
        return held

    def _is_good(self, claim: Claim) -> bool:
        token, until = self.good[claim.id]
        gone = claim.id in self.ended
        return token == claim.token and until > self._now and not gone

    async def _check(self) -> None:
        """Nothing is lost, and what waits is due when the queue says so."""
        views = await self._shown()
        present = {view.id for view in views}
        for view in views:
            await self._number(view.id)
        assert set(self._numbers) - present <= self.ended | self.cancelled
        assert not present & self.ended
        living = [view for view in views if view.state is not JobState.DEAD]
        due = await self._jobs.next_due([CHORE.name])
        assert (due is None) == (not living)

    async def _shown(self) -> Any:
        return await self._jobs.shown(state=None, kind=None, limit=1_000)

    async def _number(self, key: int) -> int:
        """In the order in which jobs are seen; a store may leave holes in its ids."""
        for view in sorted(await self._shown(), key=lambda view: view.id):
            self._numbers.setdefault(view.id, len(self._numbers))
        return self._numbers[key]

    def _view(self, view: Any) -> Any:
        return (
            self._numbers[view.id],
            view.state,
            view.attempts,
            view.due_at,
            view.cancelled,
            view.retryable,
            view.failed_at,
            view.last_error,
        )


async def compare(real: PostgresPorts, sequence: list[tuple[Any, ...]]) -> None:
    """Perform the same on both, each store emptied before."""
    await real.empty()
    twins = Driver(MemoryPorts()), Driver(real)
    for operation in sequence:
        memory, postgres = [await twin.perform(operation) for twin in twins]
        assert memory == postgres, operation


async def test_both_queues_say_the_same_and_keep_the_rules(database_url: str) -> None:
    # Hypothesis runs in a thread and comes back for each example: one database serves them all.
    async with postgres_ports(database_url) as real:

        @given(sequence=st.lists(operations, min_size=1, max_size=25))
        def property_holds(sequence: list[tuple[Any, ...]]) -> None:
            trio.from_thread.run(compare, real, sequence)

        await trio.to_thread.run_sync(property_holds)
