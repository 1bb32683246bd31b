"""The runner: what travels in one commit, and when it leaves the actor."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from protocol.envelope import Address
from protocol.errors import (
    ActorCrashed,
)
from tests.support.runtime import (
    START,
    Add,
    Everything,
    Publishing,
    Read,
    Silent,
    Telling,
    Total,
    running,
)

A = Address("counter", "a")


async def test_a_reply_is_never_released_before_its_commit(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answer = rig.request(Add(amount=2))
        await rig.settle()
        assert answer.count == 0
        rig.journal.commit()
        assert answer.replies == [Total(total=2)]


async def test_all_messages_of_one_wake_travel_in_one_append_with_consecutive_versions(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        answers = [rig.request(Add()) for _ in range(5)]
        await rig.settle()
        ((append, _),) = rig.journal.queue
        assert [e.version for e in append.events] == [1, 2, 3, 4, 5]
        assert append.expected_version == 0
        rig.journal.commit()
        assert [a.replies for a in answers] == [[Total(total=n)] for n in range(1, 6)]


async def test_the_actor_goes_on_deciding_while_a_commit_is_in_flight(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        first = rig.request(Add())
        await rig.settle()
        second = rig.request(Add())
        await rig.settle()
        assert [a.expected_version for a, _ in rig.journal.queue] == [0, 1]
        rig.journal.commit(1)
        assert (first.count, second.count) == (1, 0)
        rig.journal.commit(1)
        assert second.replies == [Total(total=2)]


async def test_commits_in_flight_are_bounded(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(max_in_flight=2) as rig:
        for _ in range(4):
            rig.request(Add())
            await rig.settle()
        assert len(rig.journal.queue) == 2
        rig.journal.commit(1)
        await rig.settle()
        assert [len(a.events) for a, _ in rig.journal.queue] == [1, 2]


async def test_the_reply_of_a_reading_command_waits_for_the_commit_it_saw(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Add(amount=7))
        await rig.settle()
        reading = rig.request(Read())
        await rig.settle()
        assert reading.count == 0
        rig.journal.commit()
        assert reading.replies == [Total(total=7)]


async def test_the_reply_of_a_reading_command_is_immediate_when_nothing_is_in_flight(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        assert await rig.ask(Read()) == Total(total=0)
        assert rig.journal.queue == []


async def test_releases_keep_the_order_in_which_they_were_decided(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Publishing(text="1"))
        rig.request(Add())
        rig.request(Publishing(text="2"))
        await rig.settle()
        rig.request(Publishing(text="3"))
        rig.request(Add())
        await rig.settle()
        rig.request(Publishing(text="4"))
        await rig.settle()
        assert rig.fan_out.published == []
        rig.journal.commit(1)
        assert rig.fan_out.published == ["1", "2"]
        rig.journal.commit(1)
        assert rig.fan_out.published == ["1", "2", "3", "4"]


async def test_a_durable_publication_has_the_position_of_the_event_it_belongs_to(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.journal.position = 100
        rig.request(Telling(texts=("a", "b")))
        rig.request(Publishing(text="volatile"))
        rig.request(Add())
        rig.request(Telling(texts=("c",)))
        await rig.settle()
        rig.request(Telling(texts=("d",)))
        await rig.settle()
        assert rig.fan_out.published == []
        rig.journal.commit()
        told = list(zip(rig.fan_out.published, rig.fan_out.positions, strict=True))
        assert told == [("a", 101), ("b", 102), ("volatile", None), ("c", 104), ("d", 105)]


async def test_two_durable_publications_of_one_event_are_a_mistake_of_the_machine(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        with pytest.raises(ActorCrashed):
            await rig.ask(Telling(texts=("a",), twice=True))
        assert rig.fan_out.published == []


async def test_records_outbox_and_reminders_travel_with_the_events(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running() as rig:
        rig.request(Everything())
        await rig.settle()
        ((append, _),) = rig.journal.queue
        assert append.records == [Silent()]
        assert [o.aggregate for o in append.outbox] == [A]
        assert [(r.name, r.due_at) for r in append.reminders] == [("later", START + 5_000)]
        assert rig.fan_out.closed == []
        rig.journal.commit()
        assert rig.fan_out.closed == ["topic"]
