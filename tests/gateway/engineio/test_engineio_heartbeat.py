"""Pings, their echoes, and clients that do not answer them."""

from __future__ import annotations

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
