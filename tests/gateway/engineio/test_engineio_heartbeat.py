"""Pings, their echoes, and clients that do not answer them."""

from __future__ import annotations

import pytest

from tests.gateway.socketio.fakes import (
    QUIET,
    FakeFront,
    error_of,
    open_polling,
)


def test_a_client_that_answers_pings_stays_and_one_that_does_not_goes() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    for _ in range(3):
        front.pass_time(25)
        assert client.take() == ["2"]
        client.say("3")
    front.pass_time(45 - 0.001)
    assert not client.closed
    front.pass_time(0.001)
    assert client.closed_with == (1000, "ping timeout")
    assert front.application.reasons == ["ping timeout"]
    assert len(front.timers) == 0


def test_a_polling_client_past_its_deadline_is_unknown_even_when_the_timer_is_late() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    front.time += 45_000
    assert error_of(front.get(sid)) == (400, 1)
    assert front.application.reasons == ["ping timeout"]


@pytest.mark.parametrize(
    ("code", "said"), [(1000, True), (1001, True), (1005, True), (1006, False), (4008, False)]
)
def test_what_a_client_says_is_a_sign_of_life_and_a_broken_connection_is_none(
    code: int, said: bool
) -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    [socket] = front.application.sockets
    front.pass_time(25)
    client.say("3")
    ponged = front.now()
    front.pass_time(7)
    assert socket.heard_at == ponged
    client.say('42["hello"]')
    assert socket.heard_at == front.now()
    front.pass_time(5)
    client.handler.closed(code, "")
    assert socket.heard_at == (front.now() if said else ponged + 7_000)


def test_each_poll_is_a_sign_of_life() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    [socket] = front.application.sockets
    front.pass_time(3)
    front.get(sid)
    assert socket.heard_at == front.now()
    front.pass_time(4)
    front.post(sid, b'42["hello"]')
    assert socket.heard_at == front.now()
