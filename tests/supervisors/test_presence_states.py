"""Many users with several devices, in any order and with any loss: every list of who is in a room
is the truth.

The real gateway, sessions and rooms on virtual time (`realtime_server`). Devices connect, enter,
leave, lose their connection with or without the server's notice and come back; rooms and sessions
are restarted and put out of memory; the server is killed. Publications are delivered one member at
a time, with other work in between, and saving takes a while.
"""

from __future__ import annotations

from typing import Any

import pytest
import structlog.testing
import trio
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from actors.communication.room import machine as room
from actors.communication.room import state
from tests.supervisors.presence_world import ROOMS, Loop
from tests.support.profiles import share

USERS = ("ann", "ben", "cay", "ann", "dan")
"""The users of the devices."""
GOING = ("leaves", "quits", "is lost")
users = st.sampled_from(USERS)
devices, rooms = st.sampled_from(range(len(USERS))), st.sampled_from((*ROOMS, ROOMS[0]))
steps = st.one_of(
    st.tuples(st.just("connect"), devices),
    *[st.tuples(st.just("join"), devices, rooms)] * 3,
    *[st.tuples(st.just("leave"), devices, rooms)] * 2,
    st.tuples(st.just("read"), devices, st.none() | st.integers(1, 3)),
    st.tuples(st.just("lose"), devices, st.booleans()),
    st.tuples(st.just("notice"), devices),
    st.tuples(st.just("quit"), devices),
    st.tuples(st.just("watch"), rooms),
    st.tuples(st.just("restart"), rooms),
    st.tuples(st.just("passivate"), rooms),
    st.tuples(st.just("restart session"), users),
    st.tuples(st.just("passivate session"), users),
    st.tuples(st.just("saving takes"), st.sampled_from([0.0, 0.3])),
)


class PresenceStates(RuleBasedStateMachine):
    """Each rule ends with nothing left to do at that moment, so that it can be repeated."""

    @initialize(threshold=st.sampled_from([2, 3, 200]))
    def begin(self, threshold: int) -> None:
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(state, "PRESENCE_NAMES_THRESHOLD", threshold)
        self.patch.setattr(room, "PRESENCE_NAMES_THRESHOLD", threshold)
        self.loop = Loop(USERS)
        self.loop.world.threshold = threshold
        self.loop.run(self.enter_all, [(device, ROOMS[0]) for device in (0, 1, 3)])

    async def enter_all(self, entries: list[tuple[int, str]]) -> None:
        world = self.loop.world
        for index, _ in entries:
            world.act("connect", index)
        await world.pass_time(0)
        for index, course_id in entries:
            world.act("read", index)
            world.act("join", index, course_id)
        await world.pass_time(0)
        for index, _ in entries:
            world.act("read", index)

    @rule(some=st.lists(steps, min_size=1, max_size=8), turns=st.integers(0, 3))
    def at_once(self, some: list[tuple[Any, ...]], turns: int) -> None:
        """One right behind the other, with so many turns of the loop in between."""
        self.loop.run(self.perform, some, turns)

    async def perform(self, some: list[tuple[Any, ...]], turns: int) -> None:
        for step in some:
            self.loop.world.act(*step)
            for _ in range(turns):
                await trio.lowlevel.checkpoint()
        await self.loop.world.pass_time(0)

    @rule(some=st.lists(devices, min_size=1, max_size=6), course_id=rooms)
    def come_and_go(self, some: list[int], course_id: str) -> None:
        """Whoever is out comes in, and whoever is in goes out, all in the same moment."""
        self.loop.run(self.toggle, some, course_id)

    async def toggle(self, some: list[int], course_id: str) -> None:
        world = self.loop.world
        for index in some:
            if course_id in world.devices[index].rosters:
                world.act("leave", index, course_id)
                await world.pass_time(0)
                world.act("read", index)
            else:
                await self.enter_all([(index, course_id)])

    @rule(index=devices, going=st.sampled_from(GOING))
    def session_forgets(self, index: int, going: str) -> None:
        """A session forgets its devices, as in a crash; then one of them goes."""
        self.loop.run(self.forget_and_go, index, going)
        self.loop.world.check()

    async def forget_and_go(self, index: int, going: str) -> None:
        world = self.loop.world
        world.act("restart session", world.devices[index].user)
        await world.pass_time(0)
        match going:
            case "leaves":
                world.act("leave", index, ROOMS[0])
            case "quits":
                world.act("quit", index)
            case "is lost":
                world.act("lose", index, True)
        await world.come_to_rest()

    @rule(seconds=st.sampled_from([0.1, 0.2, 0.3, 1.0, 70.0]))
    def time_passes(self, seconds: float) -> None:
        self.loop.run(self.loop.world.pass_time, seconds)

    @rule()
    def server_dies(self) -> None:
        self.loop.run(self.loop.world.kill, self.loop.nursery)

    @rule()
    def comes_to_rest(self) -> None:
        self.loop.run(self.loop.world.come_to_rest)
        self.loop.world.check()

    def teardown(self) -> None:
        if not hasattr(self, "loop"):
            return
        try:
            self.comes_to_rest()
        finally:
            self.loop.close()
            self.patch.undo()


def test_every_list_of_who_is_in_a_room_is_the_truth_whatever_happens() -> None:
    bounds = settings(max_examples=share(1), stateful_step_count=20)
    with structlog.testing.capture_logs() as logs:
        run_state_machine_as_test(PresenceStates, settings=bounds)
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
