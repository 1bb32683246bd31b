"""What an actor is credited after an outage, and for how many that is remembered."""

from __future__ import annotations

import pytest

from protocol.envelope import Address
from supervisors import outage
from supervisors.outage import Outage
from tests.support.fakes import NOW, SetClock

GAME = Address("live_quiz", "g")


def after_a_minute() -> Outage:
    """The process was down for a minute, and has just come up."""
    return Outage(SetClock(), down_since=NOW - 60_000, up_at=NOW)


def test_an_actor_is_credited_once_and_one_that_has_written_since_is_not() -> None:
    down = after_a_minute()
    assert down.concerns(GAME)
    assert [down.down_ms(GAME, NOW - 90_000) for _ in range(2)] == [60_000, 0]
    assert not down.concerns(GAME)
    assert down.down_ms(Address("live_quiz", "h"), NOW) == 0


def test_so_many_are_remembered_and_who_has_written_is_not_credited_again_if_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outage, "REMEMBERED", 2)
    down = after_a_minute()
    for key in ("g", "h", "i"):
        assert down.down_ms(Address("live_quiz", key), None) == 60_000
    assert [down.concerns(Address("live_quiz", key)) for key in ("g", "h", "i")] == [
        True,
        False,
        False,
    ]
    assert down.down_ms(GAME, NOW) == 0


def test_the_outage_ends_for_all_at_once_when_the_node_is_back() -> None:
    clock = SetClock()
    down = Outage(clock, down_since=NOW - 60_000, up_at=NOW)
    clock.at += 500
    assert down.back_at() == NOW + 500
    down.over()
    clock.at += 30_000
    down.over()
    assert down.back_at() == NOW + 500
    assert down.down_ms(GAME, None) == 90_500
