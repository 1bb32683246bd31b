"""Gathered reads under any order of questions, departures, answers and failures: nobody gets what
another one asked for, an older answer, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import wait_all_tasks_blocked

from protocol.errors import StorageUnavailable
from storage.gathering import AT_ONCE, Gatherer
from storage.postgres import Database
from tests.storage.test_gathering import HeldDatabase

STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "ask", "leave", "end", "fail"]), st.integers(0, 7)),
    max_size=40,
)


class Read(NamedTuple):
    """What a statement finds: when it began, as the number of steps taken, and for whom."""

    key: int
    began: int


class Asker:
    def __init__(self, key: int, at: int) -> None:
        self.key = key
        self.at = at
        self.scope = trio.CancelScope()
        self.answer: Any = None
        self.done = False


class Schedule:
    """Performs the steps, and notes what everybody got."""

    def __init__(self, nursery: trio.Nursery) -> None:
        self.now = 0
        self.database = HeldDatabase()
        self.gatherer = Gatherer[int, Read](cast(Database, self.database), self._read)
        self.askers: list[Asker] = []
        self.ended: set[int] = set()
        self.began: dict[int, int] = {}
        self._nursery = nursery

    async def _read(self, connection: Any, keys: Sequence[int]) -> Mapping[int, Read]:
        began = self.began[self.database.statements.index(connection)]
        assert len(keys) == len(set(keys))
        return {key: Read(key, began) for key in keys if key}

    async def step(self, what: str, number: int) -> None:
        self.now += 1
        if what == "ask":
            asker = Asker(number, self.now)
            self.askers.append(asker)
            self._nursery.start_soon(self._ask, asker)
        elif what == "leave" and self.askers:
            self.askers[number % len(self.askers)].scope.cancel()
        elif what in ("end", "fail"):
            await self._finish(what, number)
        await wait_all_tasks_blocked()
        for at in range(len(self.database.statements)):
            self.began.setdefault(at, self.now)
            if self.database.statements[at].cancelled:
                self.ended.add(at)
        assert len(self.database.statements) - len(self.ended) <= AT_ONCE

    async def _finish(self, what: str, number: int) -> None:
        running = [at for at in range(len(self.database.statements)) if at not in self.ended]
        if not running:
            return
        at = running[number % len(running)]
        self.ended.add(at)
        if what == "end":
            await self.database.statements[at].end()
        else:
            self.database.statements[at].fail(StorageUnavailable())

    async def _ask(self, asker: Asker) -> None:
        with asker.scope:
            try:
                asker.answer = await self.gatherer.get(asker.key)
            except StorageUnavailable as error:
                asker.answer = error
            asker.done = True


@settings(max_examples=200, deadline=None)
@given(steps=STEPS)
def test_everybody_who_stays_gets_an_answer_to_the_own_question(
    steps: list[tuple[str, int]],
) -> None:
    async def run() -> None:
        async with trio.open_nursery() as nursery:
            schedule = Schedule(nursery)
            for what, number in steps:
                await schedule.step(what, number)
            while len(schedule.ended) < len(schedule.database.statements):
                await schedule.step("end", 0)
            nursery.cancel_scope.cancel()
        for asker in schedule.askers:
            if not asker.done:
                assert asker.scope.cancelled_caught
            elif not isinstance(asker.answer, StorageUnavailable):
                assert (asker.answer is None) == (asker.key == 0)
                assert asker.answer is None or asker.answer.key == asker.key
                assert asker.answer is None or asker.answer.began >= asker.at

    trio.run(run)
