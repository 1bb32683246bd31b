"""Connecting, guests and expiry, rooms, time, and hostile payloads."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec
import pytest
import structlog.testing
from hypothesis import given
from hypothesis import strategies as st

from gateway.realtime.contract import CLIENT_EVENTS
from gateway.realtime.wire import decode
from protocol.assessments.live.commands import JoinGame
from protocol.assessments.live.entry import LiveQuizFound
from protocol.communication import MayEnterRoom, RoomView, Said, Say, Signal
from protocol.envelope import Address
from protocol.errors import (
    ActorCrashed,
    AuthorizationError,
    DeadlineExceeded,
    RefusedError,
    StoaError,
    StorageUnavailable,
    ValidationError,
)
from protocol.users import CloseConnection, EnterRoom, ExitRoom, OpenConnection
from tests.gateway.realtime.fakes import DONE, NOW, FakeDecision, FakeSocket, Stage

COURSE = "course-1"
SESSION = Address("session", "ada")
ROOM_VIEW = RoomView(course_id=COURSE, epoch=1, offset=2, count=1, members=(), messages=())

WELL_FORMED: dict[str, dict[str, Any]] = {
    "live.join": {"pin": "123456", "nickname": "Ada"},
    "live.leave": {"liveQuizId": "g"},
    "live.answer": {"liveQuizId": "g", "index": 0, "answerId": "a", "answer": True},
    "live.host": {"liveQuizId": "g"},
    "live.command": {"liveQuizId": "g", "command": "start", "commandId": "k"},
    "time.sync": {"t0": 1.5},
    "auth.renew": {"token": "ada"},
    "room.join": {"courseId": COURSE},
    "room.leave": {"courseId": COURSE},
    "room.say": {"courseId": COURSE, "messageId": "m", "text": "Hi"},
    "room.signal": {"courseId": COURSE, "data": {"typing": True}},
}
FOR_GUESTS = {"live.join", "live.leave", "live.answer", "time.sync"}
EXPIRED_MAY = {"live.leave", "time.sync", "auth.renew", "room.leave"}


def connect(stage: Stage, auth: Any) -> tuple[FakeSocket, FakeDecision]:
    socket, decision = FakeSocket(), FakeDecision()
    stage.application.connect(socket, auth, decision)
    return socket, decision


def enter_room(stage: Stage, socket: FakeSocket) -> None:
    stage.emit(socket, "room.join", {"courseId": COURSE})
    stage.post.answer(DONE)
    stage.post.answer(ROOM_VIEW)


# --- connecting ---------------------------------------------------------------------------------


@pytest.mark.parametrize("auth", [None, {}, {"token": None}])
def test_a_guest_is_let_in_at_once(auth: Any) -> None:
    stage = Stage()
    _, decision = connect(stage, auth)
    assert decision.outcome == ["accepted"]
    assert stage.post.sent == []


def test_a_user_is_let_in_when_the_session_has_taken_the_device_in() -> None:
    stage = Stage()
    _, decision = connect(stage, {"token": "ada"})
    assert decision.outcome == []
    assert stage.post.last == (
        SESSION,
        OpenConnection(connection_id="c1", full_name="Ada", device="Browser/1.0"),
    )
    stage.post.answer(DONE)
    assert decision.outcome == ["accepted"]


def test_a_device_too_many_is_refused_with_the_error_object() -> None:
    stage = Stage()
    _, decision = connect(stage, {"token": "ada"})
    stage.post.fail(RefusedError("TOO_MANY_CONNECTIONS", "Too many devices"))
    assert decision.outcome[0]["code"] == "TOO_MANY_CONNECTIONS"
    assert stage.application.statistics()["refused_connects"] == 1


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        ({"token": "bad"}, "AUTHENTICATION_ERROR"),
        ({"token": 7}, "VALIDATION_ERROR"),
        ({"token": "x" * 5000}, "VALIDATION_ERROR"),
        ("ada", "VALIDATION_ERROR"),
        ([1], "VALIDATION_ERROR"),
    ],
)
def test_an_unusable_handshake_is_refused(auth: Any, code: str) -> None:
    stage = Stage()
    socket, decision = connect(stage, auth)
    assert decision.outcome[0]["code"] == code
    assert stage.post.sent == []
    stage.application.disconnect(socket, "refused")


def test_a_user_who_left_before_being_let_in_is_closed_again() -> None:
    stage = Stage()
    _, decision = connect(stage, {"token": "ada"})
    decision.gone = True
    stage.post.answer(DONE)
    assert stage.post.last == (SESSION, CloseConnection(connection_id="c1"))


def test_a_session_that_did_not_answer_in_time_is_told_that_the_device_has_gone() -> None:
    stage = Stage()
    _, decision = connect(stage, {"token": "ada"})
    stage.post.fail(DeadlineExceeded())
    assert decision.outcome[0]["code"] == "DEADLINE_EXCEEDED"
    assert stage.post.last == (SESSION, CloseConnection(connection_id="c1"))


def test_a_disconnect_closes_the_connection_with_the_session() -> None:
    stage = Stage()
    socket = stage.user()
    stage.application.disconnect(socket, "transport close")
    assert stage.post.last == (SESSION, CloseConnection(connection_id="c1"))


def test_a_disconnect_before_any_connect_is_harmless() -> None:
    Stage().application.disconnect(FakeSocket(), "transport close")


# --- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(WELL_FORMED))
def test_guests_may_only_play(name: str) -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, name, WELL_FORMED[name])
    refused = bool(socket.acks) and socket.acks[0].get("code") == "AUTHENTICATION_ERROR"
    assert refused is (name not in FOR_GUESTS)


@pytest.mark.parametrize("name", sorted(WELL_FORMED))
def test_an_expired_token_ends_what_needs_one(name: str) -> None:
    stage = Stage()
    socket = stage.user(f"ada:{NOW + 1000}")
    stage.clock.time = NOW + 1000
    stage.emit(socket, name, WELL_FORMED[name], received_at=NOW + 1000)
    expired = bool(socket.acks) and socket.acks[0].get("details", {}).get("reason") == "expired"
    assert expired is (name not in EXPIRED_MAY)


def test_renewing_revives_a_connection_whose_token_has_expired() -> None:
    stage = Stage()
    socket = stage.user(f"ada:{NOW + 1000}")
    stage.clock.time = NOW + 1000
    stage.emit(socket, "auth.renew", {"token": f"ada:{NOW + 5000}"})
    assert socket.acks[-1] == {"ok": True, "expiresAt": NOW + 5000}
    stage.emit(socket, "room.join", {"courseId": COURSE})
    assert isinstance(stage.post.last[1], MayEnterRoom)


@pytest.mark.parametrize(("token", "reason"), [("bob", "other_user"), ("bad", "invalid")])
def test_renewing_with_an_unusable_token_changes_nothing(token: str, reason: str) -> None:
    stage = Stage()
    socket = stage.user("ada")
    stage.emit(socket, "auth.renew", {"token": token})
    assert socket.acks[-1]["details"]["reason"] == reason
    assert socket.context.identity.user_id == "ada"


# --- time ---------------------------------------------------------------------------------------


def test_time_is_told_with_the_clients_own_reading() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "time.sync", {"t0": 12.25})
    assert socket.acks == [{"ok": True, "t0": 12.25, "serverTime": NOW}]


# --- rooms --------------------------------------------------------------------------------------


def test_entering_a_room_asks_for_the_right_and_goes_through_the_session() -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": COURSE})
    assert stage.post.last == (
        Address("communication", ""),
        MayEnterRoom(user_id="ada", role="student", course_id=COURSE),
    )
    stage.post.answer(DONE)
    assert stage.post.last == (SESSION, EnterRoom(connection_id="c1", course_id=COURSE))
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
        assert stage.post.last == (
            SESSION,
            OpenConnection(connection_id="c1", full_name="Ada", device="Browser/1.0"),
        )
        stage.post.answer(DONE)
        assert stage.post.last == (SESSION, EnterRoom(connection_id="c1", course_id=COURSE))
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
    assert stage.post.last == (SESSION, CloseConnection(connection_id="c1"))


def test_a_disconnect_exits_every_room_before_it_closes_the_connection() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
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
    assert stage.post.last == (
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
    assert stage.post.last[1] == Signal(user_id="ada", data={"typing": True})
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
    assert stage.post.last == (SESSION, ExitRoom(connection_id="c1", course_id=COURSE))
    stage.post.answer(DONE)
    assert socket.topics == set()
    assert socket.acks[-1] == {"ok": True}


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


# --- payloads -----------------------------------------------------------------------------------


def test_an_unknown_event_is_not_found() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.cheat", {})
    assert socket.acks[0]["code"] == "NOT_FOUND"
    assert socket.acks[0]["details"]["resource_id"] == "live.cheat"


@pytest.mark.parametrize("name", sorted(WELL_FORMED))
@pytest.mark.parametrize("args", [(), (None,), ("text",), ([],), ({}, {})], ids=str)
def test_what_is_not_one_object_is_refused(name: str, args: tuple[Any, ...]) -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, name, *args)
    assert socket.acks[0]["code"] == "VALIDATION_ERROR"


def required() -> list[tuple[str, str]]:
    optional = {"pin", "nickname", "data"}
    return [(n, f) for n, payload in WELL_FORMED.items() for f in payload if f not in optional]


@pytest.mark.parametrize(("name", "field"), required())
def test_a_missing_field_is_named(name: str, field: str) -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, name, {k: v for k, v in WELL_FORMED[name].items() if k != field})
    assert socket.acks[0]["code"] == "VALIDATION_ERROR"
    assert socket.acks[0]["details"]["fields"][0]["field"] == field


@pytest.mark.parametrize(("name", "field"), [*required(), ("live.join", "pin")])
@pytest.mark.parametrize("value", [1e400, {"a": 1}, "x" * 6000], ids=["inf", "object", "long"])
def test_a_field_of_the_wrong_kind_is_named(name: str, field: str, value: Any) -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, name, WELL_FORMED[name] | {field: value})
    assert socket.acks[0]["code"] == "VALIDATION_ERROR"
    assert socket.acks[0]["details"]["fields"][0]["field"].startswith(field)


@pytest.mark.parametrize("text", ["\ud800", "a\0b"])
def test_text_that_the_database_cannot_hold_is_refused(text: str) -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.emit(socket, "room.say", WELL_FORMED["room.say"] | {"text": text})
    assert socket.acks[-1]["code"] == "VALIDATION_ERROR"
    stage.emit(socket, "room.signal", {"courseId": COURSE, "data": {"deep": [{text: 1}]}})
    assert socket.acks[-1]["code"] == "VALIDATION_ERROR"


def test_a_payload_is_bounded_as_a_whole() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "time.sync", {"t0": 1.0, "ignored": "x" * 70_000})
    assert socket.acks[-1]["code"] == "VALIDATION_ERROR"


def test_a_bug_in_a_handler_is_an_internal_error_that_tells_nothing() -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(socket, "room.join", {"courseId": COURSE})
    socket.context.closed = False
    socket.topics = None  # type: ignore[assignment]
    stage.post.answer(DONE)
    stage.post.answer(ROOM_VIEW)
    assert socket.acks[-1]["code"] == "INTERNAL_ERROR"
    assert "NoneType" not in str(socket.acks[-1])


@pytest.mark.parametrize("error", [StorageUnavailable(), ActorCrashed()])
def test_a_fault_of_the_server_is_logged_once_under_the_id_that_the_client_gets(
    error: StoaError,
) -> None:
    stage = Stage()
    socket = stage.user()
    with structlog.testing.capture_logs() as logged:
        stage.emit(socket, "room.join", {"courseId": COURSE})
        stage.post.fail(error)
        stage.emit(socket, "room.join", {"courseId": COURSE})
        stage.post.fail(AuthorizationError())
    (entry,) = logged
    first, second = socket.acks
    assert first["requestId"] == entry["request_id"] == "c1.1"
    assert second["requestId"] == "c1.2"
    assert (entry["code"], entry["event_name"], entry["user"]) == (error.code, "room.join", "ada")


def test_a_bug_is_logged_once_under_the_id_that_the_client_gets() -> None:
    stage = Stage()
    socket = stage.user()
    socket.topics = None  # type: ignore[assignment]
    with structlog.testing.capture_logs() as logged:
        enter_room(stage, socket)
    (entry,) = logged
    assert entry["request_id"] == socket.acks[-1]["requestId"]
    assert entry["log_level"] == "error"


def test_a_connect_that_fails_is_logged_under_the_id_that_the_client_gets() -> None:
    stage = Stage()
    _, decision = connect(stage, {"token": "ada"})
    with structlog.testing.capture_logs() as logged:
        stage.post.fail(StorageUnavailable())
    (entry,) = logged
    assert entry["request_id"] == decision.outcome[0]["requestId"] == "c1.0"
    assert entry["user"] == "ada"


def test_a_backslash_that_only_looks_like_nul_is_text() -> None:
    stage = Stage()
    socket = stage.user()
    enter_room(stage, socket)
    stage.emit(socket, "room.say", WELL_FORMED["room.say"] | {"text": "\\u0000"})
    assert isinstance(stage.post.last[1], Say)


@pytest.mark.parametrize("factor", [float("nan"), 0.5, 4.01, float("inf"), -1])
def test_extra_time_is_bounded(factor: float) -> None:
    stage = Stage()
    socket = stage.user()
    stage.emit(
        socket,
        "live.command",
        WELL_FORMED["live.command"] | {"command": "extraTime", "playerId": "p", "factor": factor},
    )
    assert socket.acks[0]["code"] == "VALIDATION_ERROR"


def test_what_a_nickname_may_be_is_the_games_rule_and_only_its_length_is_bounded_here() -> None:
    stage = Stage()
    socket = stage.guest()
    persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": persian})
    stage.post.answer(LiveQuizFound(live_quiz_id="g", course_id=COURSE))
    joining = stage.post.last[1]
    assert isinstance(joining, JoinGame)
    assert joining.nickname == persian
    other = stage.guest("c2")
    stage.emit(other, "live.join", {"pin": "123456", "nickname": "x" * 161})
    assert other.acks[0]["details"]["fields"][0]["field"] == "nickname"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = sorted({field for payload in WELL_FORMED.values() for field in payload})
PAYLOADS = st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), JSON, max_size=6)


@given(st.sampled_from(sorted(WELL_FORMED)), st.lists(JSON | PAYLOADS, max_size=2))
def test_whatever_comes_in_gets_one_acknowledgement_or_becomes_one_message(
    name: str, args: list[Any]
) -> None:
    stage = Stage()
    socket = stage.user()
    sent = len(stage.post.sent)
    stage.emit(socket, name, *args)
    assert len(socket.acks) + (len(stage.post.sent) - sent) == 1
    if socket.acks:
        msgspec.json.encode(socket.acks[0])


@given(st.data())
def test_one_wrong_field_in_a_good_payload_never_passes_as_another_type(
    data: st.DataObject,
) -> None:
    name = data.draw(st.sampled_from(sorted(WELL_FORMED)))
    field = data.draw(st.sampled_from(sorted(WELL_FORMED[name])))
    value = data.draw(JSON)
    payload_type = CLIENT_EVENTS[name].payload
    with suppress(ValidationError):
        decoded = decode((WELL_FORMED[name] | {field: value},), payload_type)
        again = msgspec.json.encode(decoded)
        # Compared as JSON, which writes infinity as null.
        assert msgspec.json.encode(msgspec.json.decode(again, type=payload_type)) == again
