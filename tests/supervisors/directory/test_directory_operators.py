"""The directory: what operators see and may ask for."""

from __future__ import annotations

import msgspec
import trio
import trio.testing

from protocol.envelope import Address
from protocol.lifecycle import Activated
from tests.support.runtime import (
    START,
    Add,
    Crash,
    FakeJournal,
    Read,
    Total,
    running,
)

A = Address("counter", "a")


async def test_statistics_show_every_actor_and_are_ready_for_json() -> None:
    async with running() as rig:
        rig.request(Add())
        rig.request(Crash(), key="b")
        await rig.settle()
        seen = rig.directory.statistics()
        actors = {a.key: a for a in seen.actors}
        assert (actors["a"].state, actors["a"].in_flight, actors["a"].version) == ("live", 1, 1)
        assert actors["a"].messages_per_second > 0
        assert (actors["b"].restarts, actors["b"].last_error) == (1, "ZeroDivisionError('secret')")
        assert seen.waiting_askers == 1
        assert msgspec.json.decode(msgspec.json.encode(seen))["state"] == "running"
        assert len(rig.directory.statistics(max_actors=1).actors) == 1


async def test_operators_learn_when_an_actor_is_not_in_memory() -> None:
    async with running() as rig:
        assert not rig.directory.passivate(A)
        assert not rig.directory.restart(A)


async def test_a_restart_builds_the_state_from_what_is_durable_and_keeps_messages() -> None:
    async with running() as rig:
        first = rig.request(Add())
        await rig.settle()
        rig.directory.restart(A)
        second = rig.request(Read())
        await rig.settle()
        assert second.count == 0
        rig.journal.commit()
        await rig.settle()
        assert first.replies == second.replies == [Total(total=1)]
        assert rig.machine.activations == [Activated()]


async def test_an_alarm_of_an_actor_that_cannot_be_activated_is_counted(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with running(max_live=1, journal=FakeJournal(auto=True)) as rig:
        rig.directory.alarms.set(Address("counter", "b"), "x", START + 1_000)
        await rig.ask(Read())
        await trio.sleep(2)
        assert rig.directory.statistics().undeliverable_sends == 1


async def test_metrics_need_no_look_at_the_actors() -> None:
    async with running() as rig:
        await rig.ask(Read())
        assert rig.directory.statistics(max_actors=0).actors == []
        assert [a.key for a in rig.directory.actors(kind="counter", limit=5)] == ["a"]
        assert rig.directory.actors(kind="volatile") == []
