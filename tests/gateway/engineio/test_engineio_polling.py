"""Long-polling: what waits, and GETs that come and go."""

from __future__ import annotations

from gateway.socketio.settings import Settings
from tests.gateway.socketio.fakes import (
    QUIET,
    FakeFront,
    error_of,
    open_polling,
)


def test_what_waits_is_taken_by_the_next_get_in_order() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    socket = front.application.sockets[0]
    socket.emit("a", 1)
    socket.emit("b", b"\x01")
    assert front.get(sid).text.split(b"\x1e") == [
        b'42["a",1]',
        b'451-["b",{"_placeholder":true,"num":0}]',
        b"bAQ==",
    ]
    parked = front.get(sid)
    assert parked.answer is None
    socket.emit("c")
    assert parked.text == b'42["c"]'


def test_volatile_events_are_dropped_between_two_gets() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    socket = front.application.sockets[0]
    socket.emit("dropped", volatile=True)
    socket.emit("dropped", b"\x01", volatile=True)
    parked = front.get(sid)
    assert parked.answer is None
    socket.emit("sent", volatile=True)
    assert parked.text == b'42["sent"]'


def test_a_second_get_at_a_time_closes_the_session() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    first = front.get(sid)
    assert error_of(front.get(sid)) == (400, 3)
    assert first.text == b"1"
    assert error_of(front.get(sid)) == (400, 1)
    assert front.application.reasons == ["transport error"]


def test_a_get_that_is_cut_off_closes_the_session() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    front.get(sid).leave()
    assert front.application.reasons == ["transport close"]
    assert error_of(front.get(sid)) == (400, 1)


def test_a_get_that_was_answered_may_be_cut_off() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    answered = front.get(sid)
    front.application.sockets[0].emit("x")
    answered.leave()
    assert front.application.reasons == []


def test_malformed_bodies_close_the_session_with_400() -> None:
    for body in (b"", b"abc", b"4", b"42{}", b"b=", b"2", b"5", b"0", b"\xff"):
        front = FakeFront(QUIET)
        sid = open_polling(front)
        assert error_of(front.post(sid, body)) == (400, 3)
        assert front.application.reasons == ["parse error"]
        assert error_of(front.get(sid)) == (400, 1)


def test_binary_bodies_are_not_engine_io_4() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    query = f"EIO=4&transport=polling&sid={sid}"
    posted = front.request("POST", query, b"4", content_type=b"application/octet-stream")
    assert error_of(posted) == (400, 3)
    assert front.application.reasons == ["transport error"]


def test_a_client_that_polls_too_slowly_is_let_go() -> None:
    front = FakeFront(Settings(burst_pings=0, max_buffered=300))
    sid = open_polling(front)
    socket = front.application.sockets[0]
    socket.emit("x", "y" * 160)
    socket.emit("x", "y" * 160)
    assert front.application.reasons == ["slow consumer"]
    assert error_of(front.get(sid)) == (400, 1)


def test_a_client_put_out_between_two_gets_is_told_first_and_closed_then() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    front.application.sockets[0].disconnect(close=True)
    assert front.get(sid).text == b"41"
    assert front.get(sid).text == b"1"
    assert error_of(front.get(sid)) == (400, 1)
    assert len(front.timers) == 0


def test_a_client_put_out_that_never_polls_again_is_forgotten() -> None:
    front = FakeFront(QUIET)
    open_polling(front)
    front.application.sockets[0].disconnect(close=True)
    front.pass_time(20)
    assert not front.server.engine.sessions


def test_a_goodbye_by_post_ends_the_waiting_get_without_a_message() -> None:
    front = FakeFront(QUIET)
    sid = open_polling(front)
    parked = front.get(sid)
    assert front.post(sid, b"1").text == b"ok"
    assert parked.text == b"6"
    assert error_of(front.get(sid)) == (400, 1)
