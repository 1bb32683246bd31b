"""Request counters in a real Valkey: exact however many count at once, honest when it is away."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
import trio

from protocol.access import Allowance, Quota
from protocol.errors import Overloaded, StoaError, StorageUnavailable
from storage import rate_limits as module
from storage.asyncio_thread import AsyncioThread
from storage.rate_limits import PAUSE_MS, ValkeyRateLimits
from storage.valkey import Valkey
from tests.storage.records.school import SetClock
from tests.support.engines import TestValkey

Answer = Allowance | StoaError


class Node:
    """One node's counters, with a clock to turn."""

    def __init__(self, valkey: Valkey, **options: Any) -> None:
        self.clock = SetClock()
        self.limits = ValkeyRateLimits(valkey, self.clock, **options)

    async def take(self, *quotas: Quota, count: int = 1) -> Allowance:
        """What is told; an error is a failure of the test."""
        answer = await self.ask(*quotas, count=count)
        assert isinstance(answer, Allowance)
        return answer

    async def ask(self, *quotas: Quota, count: int = 1) -> Answer:
        [answer] = await self.take_all([(quotas, count)])
        return answer

    async def take_all(self, takes: Sequence[tuple[Sequence[Quota], int]]) -> list[Answer]:
        """All at once; the answers in the order of asking."""
        answers: dict[int, Answer] = {}
        complete = trio.Event()

        def note(number: int, answer: Answer) -> None:
            assert number not in answers
            answers[number] = answer
            if len(answers) == len(takes):
                complete.set()

        for number, (quotas, count) in enumerate(takes):
            self.limits.take_nowait(quotas, count, partial(note, number))
        await complete.wait()
        return [answers[number] for number in range(len(takes))]


@pytest.fixture
def node(valkey: Valkey) -> Node:
    return Node(valkey)


def allowed(answers: Sequence[Answer]) -> int:
    return sum(isinstance(answer, Allowance) and answer.allowed for answer in answers)


async def expire(valkey: Valkey) -> None:
    """The windows end."""

    async def unit(redis: Any) -> None:
        for key in await redis.keys("stoa:rate:*"):
            assert 0 < await redis.pttl(key) <= 60_000
            await redis.pexpire(key, 0)

    await valkey.run(unit)


async def test_what_is_left_is_told_and_falls(node: Node) -> None:
    told = [await node.take(Quota("a", 3)) for _ in range(4)]
    assert [(each.allowed, each.limit, each.remaining) for each in told] == [
        (True, 3, 2),
        (True, 3, 1),
        (True, 3, 0),
        (False, 3, 0),
    ]
    assert all(59_000 < each.reset_ms <= 60_000 for each in told)
    assert (await node.take(Quota("b", 3))).allowed


async def test_the_tightest_of_several_quotas_is_told(node: Node) -> None:
    assert (await node.take(Quota("wide", 100), Quota("tight", 2))).limit == 2
    assert (await node.take(Quota("tight", 2), Quota("wide", 100))).remaining == 0
    refused = await node.take(Quota("wide", 100), Quota("tight", 2))
    assert (refused.allowed, refused.limit) == (False, 2)


async def test_a_refusal_takes_nothing_of_any_quota(node: Node) -> None:
    await node.take(Quota("a", 10), Quota("b", 5), count=4)
    refused = await node.take(Quota("a", 10), Quota("b", 5), count=2)
    assert (refused.allowed, refused.limit, refused.remaining) == (False, 5, 1)
    assert (await node.take(Quota("b", 5))).allowed
    assert (await node.take(Quota("a", 10))).remaining == 5


async def test_more_than_a_quota_can_hold_never_passes_and_begins_no_window(node: Node) -> None:
    refused = await node.take(Quota("a", 3), count=4)
    assert (refused.allowed, refused.remaining, refused.reset_ms) == (False, 3, 60_000)
    assert (await node.take(Quota("a", 3), count=3)).allowed


async def test_of_requests_at_once_over_two_nodes_exactly_the_limit_passes(
    asyncio_thread: AsyncioThread, valkey: Valkey, valkey_url: str
) -> None:
    other = await Valkey.open(asyncio_thread, valkey_url)
    answers: list[Answer] = []

    async def ask(node: Node) -> None:
        answers.extend(await node.take_all([([Quota("a", 777), Quota("b", 10_000)], 1)] * 600))

    async with trio.open_nursery() as nursery:
        for each in (Node(valkey), Node(other)):
            nursery.start_soon(ask, each)
    assert (len(answers), allowed(answers)) == (1_200, 777)
    passed = [each.remaining for each in answers if isinstance(each, Allowance) and each.allowed]
    assert sorted(passed) == list(range(777))
    await other.close()


async def test_requests_that_wait_share_a_handoff(
    node: Node, asyncio_thread: AsyncioThread
) -> None:
    before = asyncio_thread.statistics()["handoffs_in"]
    await node.take_all([([Quota("a", 1_000)], 1)] * 200)
    assert asyncio_thread.statistics()["handoffs_in"] - before <= 3


async def test_who_has_used_a_quota_up_is_refused_without_asking_until_the_window_ends(
    node: Node, valkey: Valkey, asyncio_thread: AsyncioThread
) -> None:
    await node.take(Quota("a", 1))
    before = asyncio_thread.statistics()["handoffs_in"]
    node.clock.at += 10_000
    refused = await node.take(Quota("a", 1), Quota("b", 9))
    assert not refused.allowed
    assert 49_000 < refused.reset_ms <= 50_000
    assert asyncio_thread.statistics()["handoffs_in"] == before
    await expire(valkey)
    node.clock.at += 50_000
    assert (await node.take(Quota("a", 1))).allowed


async def test_a_window_ends_by_itself(valkey: Valkey) -> None:
    await Node(valkey).take(Quota("a", 1))
    await expire(valkey)
    assert (await Node(valkey).take(Quota("a", 1))).allowed


async def test_how_much_is_remembered_is_bounded(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node.limits._spent, "bound", 2)
    for name in ("a", "b", "c"):
        await node.take(Quota(name, 1))
    assert [quota.key for quota in node.limits._spent] == ["b", "c"]
    assert not (await node.take(Quota("a", 1))).allowed


async def test_how_many_wait_is_bounded(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 3)
    answers = await node.take_all([([Quota("a", 9)], 1)] * 6)
    assert allowed(answers) == 4
    assert all(isinstance(each, Overloaded) for each in answers[4:])


async def test_away_is_told_at_once_and_nobody_asks_again_for_a_while(
    node: Node, valkey: Valkey, valkey_server: TestValkey, asyncio_thread: AsyncioThread
) -> None:
    await node.take(Quota("a", 9))
    valkey_server.engine.stop_now()
    try:
        answers = await node.take_all([([Quota("a", 9)], 1)] * 300)
        assert all(isinstance(answer, StorageUnavailable) for answer in answers)
        before = asyncio_thread.statistics()["handoffs_in"]
        assert isinstance(await node.ask(Quota("a", 9)), StorageUnavailable)
        assert asyncio_thread.statistics()["handoffs_in"] == before
    finally:
        valkey_server.engine.start_now()
    node.clock.at += PAUSE_MS
    for _ in range(16):  # every connection of the pool has to find out
        answer = await node.ask(Quota("a", 9))
        if isinstance(answer, Allowance):
            break
        node.clock.at += PAUSE_MS
    assert isinstance(answer, Allowance)
    assert (answer.allowed, answer.remaining) == (True, 8)  # it came back empty, script and all


async def test_an_engine_that_hangs_is_given_up_long_before_the_driver_does(
    valkey: Valkey, valkey_server: TestValkey
) -> None:
    node = Node(valkey, answer_seconds=0.05)
    pid = int((valkey_server.engine.home / "valkey.pid").read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        with trio.fail_after(5):
            assert isinstance(await node.ask(Quota("a", 9)), StorageUnavailable)
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_an_engine_that_closes_fails_whoever_asks(
    asyncio_thread: AsyncioThread, valkey_url: str
) -> None:
    valkey = await Valkey.open(asyncio_thread, valkey_url)
    node = Node(valkey)
    asyncio_thread._closing = True
    assert isinstance(await node.ask(Quota("a", 9)), StorageUnavailable)
    assert valkey.statistics() == {"waiting": 0}
    asyncio_thread._closing = False
    await valkey.close()
