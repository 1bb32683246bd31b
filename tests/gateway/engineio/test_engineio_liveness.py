"""Asking whether a client is still there, ahead of the usual rhythm of pings."""

from __future__ import annotations

import pytest

from gateway.engineio.liveness import MAX_WAITING
from protocol.errors import Overloaded
from tests.gateway.socketio.fakes import QUIET, FakeFront, open_polling


def test_who_answers_is_there_and_the_rhythm_goes_on() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    (socket,) = front.application.sockets
    heard: list[bool] = []
    for _ in range(2):
        socket.ask_alive(3, heard.append)
    assert client.take() == ["2"]
    front.pass_time(1)
    client.say("3")
    assert heard == [True, True]
    front.pass_time(24.9)
    assert client.take() == []
    front.pass_time(0.2)
    assert client.take() == ["2"]
    client.say("3")
    assert heard == [True, True]
    assert not client.closed


def test_who_does_not_answer_is_gone_after_that_time() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    (socket,) = front.application.sockets
    heard: list[bool] = []
    socket.ask_alive(3, heard.append)
    front.pass_time(2.9)
    assert (heard, client.closed) == ([], False)
    front.pass_time(0.2)
    assert heard == [False]
    assert client.closed_with == (1000, "ping timeout")
    socket.ask_alive(3, heard.append)
    assert heard == [False, False]
    assert len(front.timers) == 0


@pytest.mark.parametrize("answers", [True, False])
def test_a_ping_that_is_out_already_is_not_sent_twice(answers: bool) -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    (socket,) = front.application.sockets
    front.pass_time(25)
    assert client.take() == ["2"]
    heard: list[bool] = []
    socket.ask_alive(3, heard.append)
    if answers:
        client.say("3")
    front.pass_time(3.1)
    assert client.take() == []
    assert heard == [answers]
    assert client.closed is not answers


def test_a_client_that_leaves_meanwhile_is_not_there() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    (socket,) = front.application.sockets
    heard: list[bool] = []
    socket.ask_alive(3, heard.append)
    client.say("1")
    assert heard == [False]


def test_a_client_that_polls_is_asked_as_well() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    front.get(sid)
    (socket,) = front.application.sockets
    heard: list[bool] = []
    socket.ask_alive(3, heard.append)
    front.post(sid, b"3")
    assert heard == [True]
    socket.ask_alive(3, heard.append)
    front.pass_time(3.1)
    assert heard == [True, False]


def test_so_many_wait_for_one_client_and_the_next_may_try_again() -> None:
    front = FakeFront(QUIET)
    client = front.connected()
    (socket,) = front.application.sockets
    heard: list[bool] = []
    for _ in range(MAX_WAITING):
        socket.ask_alive(3, heard.append)
    with pytest.raises(Overloaded):
        socket.ask_alive(3, heard.append)
    client.say("3")
    assert heard == [True] * MAX_WAITING
    socket.ask_alive(3, heard.append)
