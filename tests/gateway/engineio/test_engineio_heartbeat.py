"""Pings, their echoes, and clients that do not answer them."""

from __future__ import annotations

from gateway.socketio.settings import Settings
from tests.gateway.socketio.fakes import (
    QUIET,
    FakeFront,
    error_of,
    open_polling,
    upgrade,
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


def test_the_burst_of_pings_measures_and_then_the_rhythm_goes_on() -> None:
    front = FakeFront(Settings(burst_pings=4))
    client = front.connected()
    (socket,) = front.application.sockets
    assert socket.latency_ms == 0
    front.pass_time(0.040)
    client.say("3")
    for _ in range(3):
        assert client.take() == ["2"]
        front.pass_time(0.040)
        client.say("3")
    assert client.take() == []
    assert socket.latency_ms == 20
    front.pass_time(25)
    assert client.take() == ["2"]


def test_pongs_that_nobody_asked_for_are_not_measured() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    for _ in range(5):
        client.say("3")
    (socket,) = front.application.sockets
    assert socket.latency_samples == 0


def test_a_ping_answered_on_another_transport_is_not_measured() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    front.pass_time(25)
    socket = upgrade(front, sid)
    socket.say("3")
    assert front.application.sockets[0].latency_samples == 0
