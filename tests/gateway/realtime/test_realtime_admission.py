"""Who is let in, who may do what, and how a token is renewed."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.communication import MayEnterRoom
from protocol.errors import (
    DeadlineExceeded,
    RefusedError,
)
from protocol.users.session import CloseConnection, OpenConnection
from tests.gateway.realtime.examples import (
    COURSE,
    SESSION,
    WELL_FORMED,
    connect,
)
from tests.gateway.realtime.fakes import DONE, FakeSocket, Stage
from tests.support.fakes import NOW

FOR_GUESTS = {"live.join", "live.leave", "live.answer", "time.sync"}

EXPIRED_MAY = {
    *("live.leave", "time.sync", "auth.renew", "room.leave", "attempt.leave", "quiz.unwatch"),
}


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
    assert stage.post.last() == (
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
    assert stage.post.last() == (SESSION, CloseConnection(connection_id="c1"))


def test_a_session_that_did_not_answer_in_time_is_told_that_the_device_has_gone() -> None:
    stage = Stage()
    _, decision = connect(stage, {"token": "ada"})
    stage.post.fail(DeadlineExceeded())
    assert decision.outcome[0]["code"] == "DEADLINE_EXCEEDED"
    assert stage.post.last() == (SESSION, CloseConnection(connection_id="c1"))


def test_a_disconnect_closes_the_connection_with_the_session() -> None:
    stage = Stage()
    socket = stage.user()
    stage.application.disconnect(socket, "transport close")
    assert stage.post.last() == (SESSION, CloseConnection(connection_id="c1"))


def test_a_disconnect_before_any_connect_is_harmless() -> None:
    Stage().application.disconnect(FakeSocket(), "transport close")


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
    stage.clock.at = NOW + 1000
    stage.emit(socket, name, WELL_FORMED[name], received_at=NOW + 1000)
    expired = bool(socket.acks) and socket.acks[0].get("details", {}).get("reason") == "expired"
    assert expired is (name not in EXPIRED_MAY)


def test_renewing_revives_a_connection_whose_token_has_expired() -> None:
    stage = Stage()
    socket = stage.user(f"ada:{NOW + 1000}")
    stage.clock.at = NOW + 1000
    stage.emit(socket, "auth.renew", {"token": f"ada:{NOW + 5000}"})
    assert socket.acks[-1] == {"ok": True, "expiresAt": NOW + 5000}
    stage.emit(socket, "room.join", {"courseId": COURSE})
    assert isinstance(stage.post.last()[1], MayEnterRoom)


@pytest.mark.parametrize(("token", "reason"), [("bob", "other_user"), ("bad", "invalid")])
def test_renewing_with_an_unusable_token_changes_nothing(token: str, reason: str) -> None:
    stage = Stage()
    socket = stage.user("ada")
    stage.emit(socket, "auth.renew", {"token": token})
    assert socket.acks[-1]["details"]["reason"] == reason
    assert socket.context.identity.user_id == "ada"
