"""Turns to read: shares for guests, dear reads and single clients, and places that go round."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from gateway.graphql.execution.turns import Asker, ReadTurns, Turn
from gateway.graphql.limits import Shares
from protocol.errors import Overloaded

SHARES = Shares(
    total=6,
    kept=1,
    guests=4,
    dear=2,
    client=3,
    client_dear=1,
    waiting=20,
    client_waiting=5,
    client_dear_waiting=2,
)
GUEST, OTHER_GUEST = Asker("192.0.2.1", True, False), Asker("192.0.2.2", True, False)
ANN, BEN = Asker("ann", False, False), Asker("ben", False, False)


class Desk:
    """Who was let in, in order, with their turns."""

    def __init__(self, shares: Shares = SHARES) -> None:
        self.turns = ReadTurns(shares)
        self.begun: list[Asker] = []
        self.refused: list[Exception] = []
        self.held: list[Turn] = []

    def ask(self, asker: Asker) -> Turn:
        turn = self.turns.ask(asker, lambda: self.begun.append(asker), self.refused.append)
        self.held.append(turn)
        return turn

    def running(self) -> list[Asker]:
        return [turn.asker for turn in self.held if turn.running]

    def end_one(self) -> None:
        turn = next(turn for turn in self.held if turn.running)
        self.held.remove(turn)
        turn.end()


async def test_guests_leave_places_for_those_who_have_signed_in() -> None:
    desk = Desk()
    for n in range(10):
        desk.ask(Asker(f"192.0.2.{n}", True, False))
    assert len(desk.begun) == SHARES.guests
    desk.ask(ANN)
    assert desk.begun[-1] == ANN


async def test_dear_reads_leave_places_for_cheap_ones() -> None:
    desk = Desk()
    for name in "abcdef":
        desk.ask(Asker(name, False, True))
    assert len(desk.begun) == SHARES.dear
    for name in "abcd":
        desk.ask(Asker(name, False, False))
    assert len(desk.begun) == SHARES.total - SHARES.kept


async def test_what_follows_a_mutation_finds_a_place_where_nothing_else_does() -> None:
    desk = Desk()
    for name in "abcdefgh":
        desk.ask(Asker(name, False, False))
    assert len(desk.begun) == SHARES.total - SHARES.kept
    desk.ask(BEN)
    assert BEN not in desk.begun
    desk.ask(BEN._replace(follows=True))
    assert desk.begun[-1] == BEN._replace(follows=True)


async def test_one_client_has_few_places_and_fewer_dear_ones() -> None:
    desk = Desk()
    for _ in range(5):
        desk.ask(ANN)
    assert desk.begun == [ANN] * SHARES.client
    dear = ANN._replace(client="dear", dear=True)
    desk.ask(dear)
    desk.ask(dear)
    assert desk.begun.count(dear) == SHARES.client_dear


async def test_one_whose_reads_are_slow_gets_fewer_for_a_while(autojump_clock: MockClock) -> None:
    desk = Desk(Shares(client=6, client_slow=2, slow_for_seconds=5))
    desk.ask(ANN)
    autojump_clock.jump(0.6)
    desk.end_one()
    for _ in range(9):
        desk.ask(ANN)
    assert len(desk.running()) == 2
    autojump_clock.jump(6)
    desk.ask(BEN).end()
    assert desk.begun == [*[ANN] * 3, BEN, *[ANN] * 4]


async def test_a_place_goes_to_the_client_who_has_waited_for_its_turn_longest() -> None:
    desk = Desk(Shares(total=1, kept=0, client_waiting=50))
    for asker in [ANN] * 20 + [BEN, GUEST]:
        desk.ask(asker)
    for _ in range(5):
        desk.end_one()
    assert desk.begun[:4].count(ANN) == 2
    assert {BEN, GUEST} < set(desk.begun[:4])


async def test_past_the_bounds_of_waiting_one_is_refused_and_counted() -> None:
    desk = Desk()
    for _ in range(SHARES.client + SHARES.client_waiting):
        desk.ask(ANN)
    with pytest.raises(Overloaded):
        desk.ask(ANN)
    for n in range(100):
        try:
            desk.ask(Asker(f"192.0.2.{n}", True, False))
        except Overloaded:
            break
    found = desk.turns.statistics()
    assert found == {
        "running": SHARES.total - SHARES.kept,
        "waiting": SHARES.waiting,
        "refused": {"client": 1, "all": 1},
    }


async def test_who_waited_too_long_is_refused_in_its_turn(autojump_clock: MockClock) -> None:
    desk = Desk(Shares(total=1, kept=0, seconds=10))
    desk.ask(ANN)
    desk.ask(BEN)
    autojump_clock.jump(11)
    desk.ask(GUEST)
    desk.end_one()
    assert desk.begun == [ANN, GUEST]
    assert [type(error) for error in desk.refused] == [Overloaded]
    assert desk.turns.statistics()["refused"] == {"late": 1}


async def test_one_that_is_withdrawn_never_begins_and_ending_twice_is_ending_once() -> None:
    desk = Desk(Shares(total=1, kept=0))
    first, second, third = desk.ask(ANN), desk.ask(BEN), desk.ask(GUEST)
    second.end()
    second.end()
    first.end()
    first.end()
    assert desk.begun == [ANN, GUEST]
    third.end()
    assert desk.turns.statistics() == {"running": 0, "waiting": 0, "refused": {}}


ASKERS = st.builds(Asker, st.sampled_from("abc"), st.booleans(), st.booleans(), st.booleans())


@given(steps=st.lists(ASKERS | st.integers(0, 30), max_size=80))
async def test_no_bound_is_ever_passed_and_nobody_waits_beside_a_free_place(
    steps: list[Any],
) -> None:
    desk = Desk()
    for step in steps:
        if isinstance(step, Asker):
            try:
                desk.ask(step)
            except Overloaded:
                continue
        elif desk.held:
            desk.held.pop(step % len(desk.held)).end()
        running = desk.running()
        assert len(running) <= SHARES.total
        assert sum(not each.follows for each in running) <= SHARES.total
        assert sum(each.guest for each in running) <= SHARES.guests
        assert sum(each.dear for each in running) <= SHARES.dear
        for client in "abc":
            own = [each for each in running if each.client == client]
            assert len(own) <= SHARES.client + SHARES.kept // 2
            assert sum(each.dear for each in own) <= SHARES.client_dear
        waiting = [turn for turn in desk.held if not turn.running]
        assert desk.turns.statistics()["waiting"] == len(waiting)
        assert not any(desk.turns._may_run(turn.asker) for turn in waiting)
    while desk.held:
        desk.held.pop().end()
    assert desk.turns.statistics()["running"] == 0
