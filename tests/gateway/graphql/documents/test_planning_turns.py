"""New documents are planned one in each turn of the loop, and nobody else waits for them."""

from __future__ import annotations

from threading import get_ident

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from gateway.graphql.documents import planning_turns
from gateway.graphql.documents.documents import Documents
from gateway.graphql.documents.planning_turns import PlanningTurns
from gateway.graphql.errors import RequestError
from gateway.graphql.limits import Limits
from gateway.graphql.schema import make_schema
from protocol.errors import Overloaded

SCHEMA = make_schema()


class Counting(Documents):
    """Keeps the texts that were planned and not known, and the threads that did it."""

    def __init__(self) -> None:
        super().__init__(SCHEMA, Limits())
        self.made: list[str] = []
        self.threads: set[int] = set()

    def check(self, text: str) -> object:  # type: ignore[override]
        self.made.append(text)
        self.threads.add(get_ident())
        return super().check(text)


class Turns(trio.abc.Instrument):
    """How much was planned in each turn of the loop."""

    def __init__(self, documents: Counting) -> None:
        self._documents = documents
        self._before = 0
        self.most = 0

    def before_io_wait(self, timeout: float) -> None:
        made = len(self._documents.made)
        self.most = max(self.most, made - self._before)
        self._before = made


def text(number: int) -> str:
    return f"{{ a{number}: __typename }}"


async def ask(turns: PlanningTurns, document: str) -> None:
    if turns.plan_nowait(document, None) is None:
        assert await turns.plan(document, None)


async def test_of_many_new_documents_one_is_planned_in_each_turn() -> None:
    documents = Counting()
    turns, watch = PlanningTurns(documents), Turns(documents)
    trio.lowlevel.add_instrument(watch)
    async with trio.open_nursery() as nursery:
        for number in range(20):
            nursery.start_soon(ask, turns, text(number))
    # As the queue empties, whoever comes must not be planned beside the last of it.
    await ask(turns, text(20))
    trio.lowlevel.remove_instrument(watch)
    assert sorted(documents.made) == sorted(map(text, range(21)))
    assert watch.most == 1


async def test_a_lone_document_and_a_known_one_are_planned_at_once() -> None:
    turns = PlanningTurns(Counting())
    assert turns.plan_nowait(text(1), None) is not None
    assert turns.plan_nowait(text(2), None) is None
    assert turns.plan_nowait(text(1), None) is not None
    await wait_all_tasks_blocked()
    assert turns.plan_nowait(text(2), None) is not None


async def test_those_who_wait_for_the_same_document_have_one_turn() -> None:
    documents = Counting()
    turns = PlanningTurns(documents)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask, turns, text(0))
        for _ in range(10):
            nursery.start_soon(ask, turns, text(1))
    assert sorted(documents.made) == [text(0), text(1)]
    assert documents.plans.statistics() == {"entries": 2, "hits": 9, "misses": 2}


async def test_a_refused_document_is_refused_to_all_who_wait_and_the_next_has_its_turn() -> None:
    documents = Counting()
    turns = PlanningTurns(documents)
    refused: list[str] = []

    async def wrong() -> None:
        with pytest.raises(RequestError) as refusal:
            await turns.plan("{ nonsense }", None)
        refused.append(refusal.value.errors[0]["extensions"]["code"])

    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(wrong)
        nursery.start_soon(ask, turns, text(1))
    assert refused == ["GRAPHQL_VALIDATION_FAILED"] * 3
    assert documents.made.count("{ nonsense }") == 1
    assert documents.known(text(1), None)


async def test_who_leaves_before_the_turn_costs_nothing_and_holds_up_nobody() -> None:
    documents = Counting()
    turns = PlanningTurns(documents)
    assert turns.plan_nowait(text(0), None)
    with trio.CancelScope() as left:
        left.cancel()
        await turns.plan(text(1), None)
    assert left.cancelled_caught
    await ask(turns, text(2))
    assert documents.made == [text(0), text(2)]


async def test_past_the_bound_of_waiters_it_is_overloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning_turns, "MAX_WAITING", 2)
    turns = PlanningTurns(Counting())
    refused: list[int] = []

    async def plan(number: int) -> None:
        try:
            await turns.plan(text(number), None)
        except Overloaded:
            refused.append(number)

    async with trio.open_nursery() as nursery:
        for number in range(5):
            nursery.start_soon(plan, number)
    assert len(refused) == 3
    assert await turns.plan(text(9), None)


def long_text(number: int, *, field: str = "__typename") -> str:
    return f"{{ a{number}: {field} }} #" + "a" * planning_turns.LONG


async def test_long_documents_are_planned_beside_the_loop_one_after_another() -> None:
    documents = Counting()
    turns = PlanningTurns(documents)
    assert turns.plan_nowait(long_text(0), None) is None
    async with trio.open_nursery() as nursery:
        for number in (0, 1, 1, 2):
            nursery.start_soon(ask, turns, long_text(number))
    assert sorted(documents.made) == [long_text(0), long_text(1), long_text(2)]
    assert get_ident() not in documents.threads
    assert turns.plan_nowait(long_text(2), None) is documents.known(long_text(2), None)


async def test_a_long_document_that_is_refused_is_not_planned_again() -> None:
    documents = Counting()
    turns = PlanningTurns(documents)
    for _ in range(2):
        with pytest.raises(RequestError, match="nonsense"):
            await turns.plan(long_text(0, field="nonsense"), None)
    assert len(documents.made) == 1
