"""The room.* events, and the clock."""

from __future__ import annotations

import pytest

from protocol.communication import MayEnterRoom, Said, Say, Signal
from protocol.envelope import Address, ReplyTo
from protocol.errors import (
    AuthorizationError,
    DeadlineExceeded,
    RefusedError,
)
from protocol.users.session import CloseConnection, EnterRoom, ExitRoom, OpenConnection
from tests.gateway.realtime.examples import (
    COURSE,
    ROOM_VIEW,
    SESSION,
    WELL_FORMED,
    enter_room,
)
from tests.gateway.realtime.fakes import DONE, FakeSocket, Stage
from tests.support.fakes import NOW


def test_time_is_told_with_the_clients_own_reading() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "time.sync", {"t0": 12.25})
    assert socket.acks == [{"ok": True, "t0": 12.25, "serverTime": NOW}]


def test_entering_a_room_asks_for_the_right_and_goes_through_the_session() -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": COURSE})
    assert stage.post.last() == (
        Address("communication", ""),
        MayEnterRoom(user_id="ada", role="student", course_id=COURSE),
    )
    stage.post.answer(DONE)
    assert stage.post.last() == (SESSION, EnterRoom(connection_id="c1", course_id=COURSE))
    assert socket.log == []
    stage.post.answer(ROOM_VIEW)
    assert socket.log[0] == ("join", f"room:{COURSE}")
    assert socket.log[1][1]["view"]["offset"] == 2


def test_who_may_not_enter_a_room_is_refused() -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": COURSE})
    stage.post.fail(AuthorizationError())
    assert socket.acks[0]["code"] == "AUTHORIZATION_ERROR"
    assert socket.topics == set()


def test_a_socket_that_left_while_entering_joins_nothing() -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": COURSE})
    stage.post.answer(DONE)
    stage.application.disconnect(socket, "transport close")
    stage.post.answer(ROOM_VIEW)
    assert socket.log == []


def test_a_session_that_has_forgotten_the_device_is_told_of_it_once_and_asked_again() -> None:
    stage = Stage()
    socket = stage.user()
    for _ in range(2):
        stage.emit(socket, "room.join", {"courseId": COURSE})
        stage.post.answer(DONE)
        stage.post.fail(RefusedError("NOT_CONNECTED", "Not open"))
        assert stage.post.last() == (
            SESSION,
            OpenConnection(connection_id="c1", full_name="Ada", device="Browser/1.0"),
        )
        stage.post.answer(DONE)
        assert stage.post.last() == (SESSION, EnterRoom(connection_id="c1", course_id=COURSE))
        stage.post.fail(RefusedError("NOT_CONNECTED", "Not open"))
        assert socket.acks.pop()["code"] == "NOT_CONNECTED"
        assert stage.post.waiting == []


def test_a_socket_that_left_while_its_session_was_told_again_enters_nothing() -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": COURSE})
    stage.post.answer(DONE)
    stage.post.fail(RefusedError("NOT_CONNECTED", "Not open"))
    stage.application.disconnect(socket, "transport close")
    stage.post.answer(DONE)
    assert stage.post.last() == (SESSION, CloseConnection(connection_id="c1"))


def test_a_disconnect_exits_every_room_before_it_closes_the_connection() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.application.disconnect(socket, "transport close")
    assert stage.post.sent[-2:] == [
        (SESSION, ExitRoom(connection_id="c1", course_id=COURSE)),
        (SESSION, CloseConnection(connection_id="c1")),
    ]


def test_a_disconnect_exits_a_room_into_which_an_entry_is_under_way() -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": COURSE})
    stage.post.answer(DONE)
    stage.application.disconnect(socket, "transport close")
    assert stage.post.sent[-2:] == [
        (SESSION, ExitRoom(connection_id="c1", course_id=COURSE)),
        (SESSION, CloseConnection(connection_id="c1")),
    ]


def test_rooms_of_one_socket_are_bounded() -> None:
    stage = Stage()
    socket = stage.user()
    for number in range(33):
        stage.emit(socket, "room.join", {"courseId": f"course-{number}"})
        if number < 32:
            stage.post.answer(DONE)
            stage.post.answer(ROOM_VIEW)
    assert socket.acks[-1]["code"] == "TOO_MANY_JOINED"


def test_saying_is_acknowledged_with_its_place() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.emit(socket, "room.say", WELL_FORMED["room.say"])
    assert stage.post.last() == (
        Address("room", COURSE),
        Say(user_id="ada", message_id="m", text="Hi"),
    )
    stage.post.answer(Said(message_id="m", offset=3))
    assert socket.acks[-1] == {"ok": True, "messageId": "m", "offset": 3}


def test_a_signal_is_passed_on() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.emit(socket, "room.signal", WELL_FORMED["room.signal"])
    assert stage.post.last()[1] == Signal(user_id="ada", data={"typing": True})
    stage.post.answer(DONE)
    assert socket.acks[-1] == {"ok": True}


def test_a_large_signal_is_refused() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.emit(socket, "room.signal", {"courseId": COURSE, "data": "x" * 2000})
    assert socket.acks[-1]["details"]["fields"][0]["field"] == "data"


@pytest.mark.parametrize("name", ["room.leave", "room.say", "room.signal"])
def test_outside_a_room_there_is_nothing_to_do_in_it(name: str) -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, name, WELL_FORMED[name])
    assert socket.acks[0]["code"] == "NOT_IN_ROOM"


def test_leaving_a_room_tells_the_session() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.emit(socket, "room.leave", {"courseId": COURSE})
    assert stage.post.last() == (SESSION, ExitRoom(connection_id="c1", course_id=COURSE))
    stage.post.answer(DONE)
    assert socket.topics == set()
    assert socket.acks[-1] == {"ok": True}


def test_a_departure_overtakes_an_entry_that_is_under_way() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.emit(socket, "room.join", {"courseId": COURSE})
    stage.post.answer(DONE)
    stage.emit(socket, "room.leave", {"courseId": COURSE})
    entered, left = stage.post.waiting.pop(0), stage.post.waiting.pop(0)
    left.answer(DONE)
    entered.answer(ROOM_VIEW)
    assert [ack.get("code") for ack in socket.acks[1:]] == [None, "NOT_IN_ROOM"]
    assert (socket.topics, socket.context.rooms) == (set(), {})


def test_a_departure_overtakes_an_entry_whose_right_is_still_checked() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.emit(socket, "room.join", {"courseId": COURSE})
    granted = stage.post.waiting.pop()
    stage.emit(socket, "room.leave", {"courseId": COURSE})
    granted.answer(DONE)
    assert stage.post.last()[1] == ExitRoom(connection_id="c1", course_id=COURSE)
    stage.post.answer(DONE)
    assert [ack.get("code") for ack in socket.acks[1:]] == ["NOT_IN_ROOM", None]
    assert (socket.topics, socket.context.rooms) == (set(), {})


def test_an_entry_after_a_departure_that_is_under_way_counts() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.emit(socket, "room.leave", {"courseId": COURSE})
    left = stage.post.waiting.pop()
    enter_room_after(stage, socket, left)
    assert all(ack["ok"] for ack in socket.acks)
    assert (socket.topics, set(socket.context.rooms)) == ({f"room:{COURSE}"}, {COURSE})


def enter_room_after(stage: Stage, socket: FakeSocket, left: ReplyTo) -> None:
    """The session answers in the order in which it was asked."""
    stage.emit(socket, "room.join", {"courseId": COURSE})
    stage.post.answer(DONE)
    left.answer(DONE)
    stage.post.answer(ROOM_VIEW)


def test_a_departure_that_fails_leaves_the_connection_in_the_room() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.emit(socket, "room.leave", {"courseId": COURSE})
    stage.post.fail(DeadlineExceeded())
    assert socket.acks[-1]["code"] == "DEADLINE_EXCEEDED"
    assert (socket.topics, set(socket.context.rooms)) == ({f"room:{COURSE}"}, {COURSE})


def test_an_entry_that_the_room_refuses_is_taken_back_from_the_session() -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": COURSE})
    stage.post.answer(DONE)
    stage.post.fail(RefusedError("ROOM_FULL", "This room is full"))
    assert socket.acks[-1]["code"] == "ROOM_FULL"
    assert stage.post.last() == (SESSION, ExitRoom(connection_id="c1", course_id=COURSE))


def test_an_entry_that_fails_while_the_connection_is_inside_takes_nothing_back() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.emit(socket, "room.join", {"courseId": COURSE})
    stage.post.answer(DONE)
    stage.post.fail(DeadlineExceeded())
    assert socket.acks[-1]["code"] == "DEADLINE_EXCEEDED"
    assert isinstance(stage.post.last()[1], EnterRoom)
    assert socket.topics == {f"room:{COURSE}"}


def test_a_room_that_the_server_closed_is_left() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.application.topic_closed(socket, f"room:{COURSE}", "deleted")
    stage.emit(socket, "room.say", WELL_FORMED["room.say"])
    assert socket.acks[-1]["code"] == "NOT_IN_ROOM"


def test_a_topic_that_is_nobodys_business_here_may_close() -> None:
    stage = Stage()
    socket = stage.user()
    stage.application.topic_closed(socket, "thread:1", "deleted")
    stage.application.topic_closed(socket, "live:g:player:p", "kicked")
