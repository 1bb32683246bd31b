"""What a client asks for wrongly is one line in the log, under the id that it is told."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from protocol.errors import RefusedError
from tests.gateway.realtime.fakes import FakeDecision, FakeSocket, Stage
from tests.support.fakes import NOW

DEEP: list[Any] = []
for _ in range(30):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("name", "args", "code", "why"),
    [
        ("live.explode", ({},), "NOT_FOUND", "No such event"),
        ("room.say", (), "VALIDATION_ERROR", "Expected one object"),
        ("room.say", ({"courseId": 1},), "VALIDATION_ERROR", "courseId"),
        ("live.answer", ({"liveQuizId": DEEP},), "VALIDATION_ERROR", "liveQuizId"),
        ("room.say", ({"courseId": "c", "messageId": "m"},), "VALIDATION_ERROR", "text"),
        ("room.say", ({"courseId": "c", "messageId": "m", "text": "x"},), "NOT_IN_ROOM", "room"),
    ],
)
def test_what_no_actor_is_asked_is_one_line(
    name: str, args: tuple[Any, ...], code: str, why: str
) -> None:
    stage = Stage()
    socket = stage.user()
    with capture_logs() as lines:
        stage.emit(socket, name, *args)
    [line] = lines
    assert socket.acks[-1]["code"] == line["reason"] == code
    assert socket.acks[-1]["requestId"] == line["request_id"]
    assert why in line["why"]
    assert (line["event"], line["event_name"], line["user"]) == ("event.refused", name, "ada")
    assert line["log_level"] == "info"


def test_what_a_rule_of_a_game_refuses_is_one_line_with_its_reason() -> None:
    stage = Stage()
    socket = stage.user()
    with capture_logs() as lines:
        stage.emit(socket, "room.join", {"courseId": "c"})
        stage.post.fail(RefusedError("ROOM_FULL", "This room is full"))
    assert socket.acks[-1]["code"] == "ROOM_FULL"
    [line] = lines
    assert (line["event"], line["log_level"]) == ("event.rejected", "info")
    assert (line["reason"], line["why"]) == ("ROOM_FULL", "This room is full")
    assert line["request_id"] == socket.acks[-1]["requestId"]


def test_an_expired_token_is_told_with_the_event_that_needed_it() -> None:
    stage = Stage()
    socket = stage.user(f"ada:{NOW - 1}")
    with capture_logs() as lines:
        stage.emit(socket, "room.join", {"courseId": "c"})
    assert [line["reason"] for line in lines] == ["AUTHENTICATION_ERROR"]


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        ({"token": "bad"}, "AUTHENTICATION_ERROR"),
        ({"token": 7}, "VALIDATION_ERROR"),
        ("a text", "VALIDATION_ERROR"),
    ],
)
def test_a_handshake_that_cannot_be_used_is_one_line(auth: Any, code: str) -> None:
    decision = FakeDecision()
    with capture_logs() as lines:
        Stage().application.connect(FakeSocket(), auth, decision)
    [line] = lines
    assert (line["event"], line["reason"]) == ("connection.refused", code)
    assert decision.outcome[0]["requestId"] == line["request_id"]
