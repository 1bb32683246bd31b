"""Turns by network and account: who asks often waits behind itself."""

from __future__ import annotations

import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock, wait_all_tasks_blocked

from protocol.access import Origin
from storage.fair_places import FairPlaces

ATTACKER = Origin("203.0.113.9", "mallory")
SECOND = 1.0


class Desk:
    """A stub of a hasher that takes a second for each."""

    def __init__(self, places: int = 2) -> None:
        self.places = FairPlaces(places)
        self.served: list[Origin] = []
        self.waited: dict[Origin, float] = {}

    async def ask(self, origin: Origin) -> None:
        began = trio.current_time()
        async with self.places.place(origin):
            self.served.append(origin)
            await trio.sleep(SECOND)
        self.waited[origin] = trio.current_time() - began


async def queue(desk: Desk, nursery: trio.Nursery, *origins: Origin) -> None:
    for origin in origins:
        nursery.start_soon(desk.ask, origin)
        await wait_all_tasks_blocked()


async def test_sixty_of_one_client_delay_nine_others_by_hardly_more_than_themselves(
    autojump_clock: MockClock,
) -> None:
    desk = Desk()
    others = [Origin(f"192.0.2.{n}", "a") for n in range(9)]
    async with trio.open_nursery() as nursery:
        await queue(desk, nursery, *[ATTACKER] * 60, *others)
    # Two places: the two under way, then nine others and at most as many of the sixty.
    assert max(desk.waited[each] for each in others) <= 11 * SECOND
    assert len(desk.served) == 69


async def test_within_a_network_accounts_have_their_turns(autojump_clock: MockClock) -> None:
    desk = Desk(places=1)
    pupils = [Origin(ATTACKER.network, f"pupil{n}") for n in range(9)]
    async with trio.open_nursery() as nursery:
        await queue(desk, nursery, *[ATTACKER] * 60, *pupils)
    assert max(desk.waited[each] for each in pupils) <= 12 * SECOND


async def test_many_accounts_of_one_network_do_not_delay_another_network(
    autojump_clock: MockClock,
) -> None:
    desk = Desk(places=1)
    crowd = [Origin(ATTACKER.network, f"bot{n}") for n in range(60)]
    somebody = Origin("192.0.2.1", "vera")
    async with trio.open_nursery() as nursery:
        await queue(desk, nursery, *crowd, somebody)
    assert desk.waited[somebody] <= 3 * SECOND


ORIGINS = st.lists(
    st.builds(Origin, st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1, max_size=30
)


@given(origins=ORIGINS, newcomer=st.builds(Origin, st.sampled_from("abcd"), st.sampled_from("xyz")))
async def test_who_is_ahead_is_known_before_one_waits(
    origins: list[Origin], newcomer: Origin
) -> None:
    """The estimate is of the turns that come: exact, or one round off where a turn has been had."""
    places, gate, order = FairPlaces(1), trio.Event(), list[object]()

    async def wait(mark: object, origin: Origin) -> None:
        async with places.place(origin):
            order.append(mark)

    async def hold() -> None:
        async with places.place(Origin()):
            await gate.wait()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(hold)
        await wait_all_tasks_blocked()
        for number, origin in enumerate(origins):
            nursery.start_soon(wait, number, origin)
            await wait_all_tasks_blocked()
        ahead, waiting = places.ahead_of(newcomer), places.waiting_of(newcomer)
        assert waiting == (
            sum(each.network == newcomer.network for each in origins),
            origins.count(newcomer),
        )
        nursery.start_soon(wait, "newcomer", newcomer)
        await wait_all_tasks_blocked()
        assert places.waiting == len(origins) + 1
        gate.set()
    assert order.index("newcomer") <= ahead
    assert (places.taken, places.waiting) == (0, 0)


async def test_one_who_gives_up_leaves_its_turn_to_the_next(autojump_clock: MockClock) -> None:
    desk = Desk(places=1)
    vera, tim = Origin("a", "vera"), Origin("b", "tim")

    async def impatient() -> None:
        with trio.move_on_after(SECOND / 2):
            await desk.ask(vera)

    async with trio.open_nursery() as nursery:
        await queue(desk, nursery, ATTACKER)
        nursery.start_soon(impatient)
        await wait_all_tasks_blocked()
        await queue(desk, nursery, tim)
    assert desk.served == [ATTACKER, tim]
    assert (desk.places.taken, desk.places.waiting) == (0, 0)


async def test_a_place_that_comes_to_one_who_just_gave_up_is_passed_on() -> None:
    places = FairPlaces(1)
    async with trio.open_nursery() as nursery:
        scope = trio.CancelScope()

        async def gives_up() -> None:
            with scope:
                async with places.place(Origin("a")):
                    await trio.sleep_forever()

        async with places.place(Origin()):
            nursery.start_soon(gives_up)
            await wait_all_tasks_blocked()
        scope.cancel()  # leaving gave it the place at this very moment
    assert (places.taken, places.waiting) == (0, 0)
