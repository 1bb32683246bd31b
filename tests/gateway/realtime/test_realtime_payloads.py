"""What clients send, right and wrong: each event ends in one acknowledgement."""

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
from protocol.communication import Say
from protocol.errors import (
    ActorCrashed,
    AuthorizationError,
    StoaError,
    StorageUnavailable,
    ValidationError,
)
from tests.gateway.realtime.examples import (
    COURSE,
    ROOM_VIEW,
    WELL_FORMED,
    connect,
    enter_room,
)
from tests.gateway.realtime.fakes import DONE, Stage


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
    entry, refusal = logged
    assert (entry["log_level"], refusal["event"]) == ("warning", "event.rejected")
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
    assert isinstance(stage.post.last()[1], Say)


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
    joining = stage.post.last()[1]
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
