"""Games learn what the network to their players costs: on joining, and when that has changed."""

from __future__ import annotations

import pytest

from gateway.realtime.links import WORTH_TELLING_MS
from protocol.assessments.live.commands import JoinGame, Link, LinkMeasured
from protocol.envelope import Address, Message
from protocol.errors import MailboxFull
from tests.gateway.realtime.examples import GAME_ADDRESS, join_guest
from tests.gateway.realtime.fakes import FakeSocket, Stage


def told(stage: Stage) -> list[Link]:
    return [
        message.link
        for address, message in stage.post.sent
        if isinstance(message, LinkMeasured) and address == GAME_ADDRESS
    ]


def measure(stage: Stage, socket: FakeSocket, credited: int, held_back: int = 0) -> None:
    socket.round_trips.credited_ms, socket.round_trips.held_back_ms = credited, held_back
    stage.application.measured(socket)


def test_a_game_learns_on_joining_what_is_known_by_then() -> None:
    stage = Stage()
    socket = stage.guest()
    measure(stage, socket, 120)
    join_guest(stage, socket)
    (joined,) = [m for _, m in stage.post.sent if isinstance(m, JoinGame)]
    assert joined.link == Link(round_trip_ms=120)
    measure(stage, socket, 120)
    assert told(stage) == []


def test_a_game_learns_of_what_changes_afterwards_and_of_nothing_else() -> None:
    stage = Stage()
    socket = stage.guest()
    join_guest(stage, socket)
    measure(stage, socket, WORTH_TELLING_MS - 1)
    assert told(stage) == []
    for credited in (300, 299, 290, 289):
        measure(stage, socket, credited)
    assert told(stage) == [Link(round_trip_ms=300), Link(round_trip_ms=290)]
    measure(stage, socket, 289, 400)
    assert told(stage)[-1] == Link(round_trip_ms=289, held_back_ms=400)
    measure(stage, socket, 289)
    assert told(stage)[-1] == Link(round_trip_ms=289)


def test_who_plays_nowhere_tells_nobody() -> None:
    stage = Stage()
    socket = stage.guest()
    measure(stage, socket, 300)
    assert told(stage) == []


def test_a_game_that_is_busy_learns_it_at_the_next_measurement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(address: Address, message: Message) -> None:
        raise MailboxFull(address)

    stage = Stage()
    socket = stage.guest()
    join_guest(stage, socket)
    with monkeypatch.context() as patch:
        patch.setattr(stage.post, "tell", refuse)
        measure(stage, socket, 300)
    measure(stage, socket, 300)
    assert told(stage) == [Link(round_trip_ms=300)]
