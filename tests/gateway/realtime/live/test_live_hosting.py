"""live.host and live.command: a host's screen, and what it makes the game do."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.assessments.live.commands import (
    AcceptTyped,
    AttachHost,
    BanPlayer,
    DetachHost,
    EndGame,
    ExtendQuestion,
    GrantExtraTime,
    HandOver,
    KickPlayer,
    LockGame,
    NextStep,
    PauseGame,
    ResumeGame,
    SkipQuestion,
    StartGame,
)
from protocol.assessments.live.entry import MayHostLiveQuiz
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.views import HostDone
from protocol.errors import (
    ActorCrashed,
    AuthorizationError,
    RefusedError,
)
from tests.gateway.realtime.examples import (
    GAME,
    GAME_ADDRESS,
    HOST_VIEW,
    found,
    host,
)
from tests.gateway.realtime.fakes import Stage


def test_hosting_asks_for_the_right_first_and_enters_both_topics_before_the_acknowledgement() -> (
    None
):
    stage = Stage()
    socket = stage.user("ada")
    stage.emit(socket, "live.host", {"liveQuizId": GAME})
    assert stage.post.last()[1] == MayHostLiveQuiz(user_id="ada", role="student", live_quiz_id=GAME)
    stage.post.answer(found())
    assert stage.post.last() == (GAME_ADDRESS, AttachHost(user_id="ada", connection_id="c1"))
    stage.post.answer(HOST_VIEW)
    assert [entry[0] for entry in socket.log] == ["join", "join", "ack", "release"]
    assert socket.topics == {f"live:{GAME}", f"live:{GAME}:hosts"}
    assert socket.acks[0]["view"]["pin"] == "123456"


def test_who_may_not_host_is_refused_before_the_game_is_asked() -> None:
    stage = Stage()
    socket = stage.user("eve")
    stage.emit(socket, "live.host", {"liveQuizId": GAME})
    stage.post.fail(AuthorizationError())
    assert socket.acks[0]["code"] == "AUTHORIZATION_ERROR"
    assert not any(isinstance(message, AttachHost) for _, message in stage.post.sent)


def test_a_host_who_left_meanwhile_is_detached() -> None:
    stage = Stage()
    socket = stage.user("ada")
    stage.emit(socket, "live.host", {"liveQuizId": GAME})
    stage.post.answer(found())
    stage.application.disconnect(socket, "transport close")
    stage.post.waiting.pop()
    stage.post.answer(HOST_VIEW)
    assert stage.post.last()[1] == DetachHost(user_id="ada", connection_id="c1")
    assert socket.topics == set()


COMMANDS: list[tuple[dict[str, Any], Any]] = [
    ({"command": "start"}, StartGame(by="ada", command_id="k")),
    ({"command": "next", "step": 4}, NextStep(by="ada", command_id="k", from_step=4)),
    (
        {"command": "next", "step": 4, "board": False},
        NextStep(by="ada", command_id="k", from_step=4, board=False),
    ),
    ({"command": "pause"}, PauseGame(by="ada", command_id="k")),
    ({"command": "resume"}, ResumeGame(by="ada", command_id="k")),
    (
        {"command": "extend", "extraMs": 10_000},
        ExtendQuestion(by="ada", command_id="k", extra_ms=10_000),
    ),
    ({"command": "skip"}, SkipQuestion(by="ada", command_id="k")),
    (
        {"command": "accept", "step": 4, "answer": "Rome", "blank": 1},
        AcceptTyped(by="ada", command_id="k", from_step=4, answer="Rome", blank=1),
    ),
    ({"command": "end"}, EndGame(by="ada", command_id="k")),
    ({"command": "lock"}, LockGame(by="ada", command_id="k", locked=True)),
    ({"command": "unlock"}, LockGame(by="ada", command_id="k", locked=False)),
    ({"command": "kick", "playerId": "p"}, KickPlayer(by="ada", command_id="k", player_id="p")),
    ({"command": "ban", "playerId": "p"}, BanPlayer(by="ada", command_id="k", player_id="p")),
    (
        {"command": "extraTime", "playerId": "p", "factor": 1.5},
        GrantExtraTime(by="ada", command_id="k", player_id="p", factor=1.5),
    ),
    ({"command": "handOver", "toUserId": "u"}, HandOver(by="ada", command_id="k", to_user_id="u")),
]


@pytest.mark.parametrize(
    ("payload", "expected"), COMMANDS, ids=[given["command"] for given, _ in COMMANDS]
)
def test_each_command_becomes_its_message(payload: dict[str, Any], expected: Any) -> None:
    stage = Stage()
    socket = stage.user("ada")
    host(stage, socket)
    stage.emit(socket, "live.command", {"liveQuizId": GAME, "commandId": "k"} | payload)
    assert stage.post.last() == (GAME_ADDRESS, expected)
    stage.post.answer(HostDone(step=5, phase=Phase.OPEN))
    assert socket.acks[-1] == {"ok": True, "step": 5, "phase": "open"}


@pytest.mark.parametrize(
    ("command", "field"),
    [
        ("next", "step"),
        ("extend", "extraMs"),
        ("accept", "step"),
        ("kick", "playerId"),
        ("ban", "playerId"),
        ("extraTime", "playerId"),
        ("handOver", "toUserId"),
    ],
)
def test_a_command_without_what_it_needs_names_the_field(command: str, field: str) -> None:
    stage = Stage()
    socket = stage.user("ada")
    host(stage, socket)
    stage.emit(socket, "live.command", {"liveQuizId": GAME, "commandId": "k", "command": command})
    assert socket.acks[-1]["details"]["fields"][0]["field"] == field


def test_a_command_of_who_does_not_host_here_is_refused() -> None:
    stage = Stage()
    socket = stage.user("ada")
    stage.emit(socket, "live.command", {"liveQuizId": GAME, "commandId": "k", "command": "start"})
    assert socket.acks[0]["code"] == "NOT_HOSTING"


def test_a_stale_step_reaches_the_impatient_host() -> None:
    stage = Stage()
    socket = stage.user("ada")
    host(stage, socket)
    stage.emit(
        socket,
        "live.command",
        {"liveQuizId": GAME, "commandId": "k", "command": "next", "step": 1},
    )
    stage.post.fail(RefusedError("STALE_STEP", "The game has moved on", step=2))
    assert socket.acks[-1]["code"] == "STALE_STEP"


def test_a_crashed_actor_is_reported_without_its_insides() -> None:
    stage = Stage()
    socket = stage.user("ada")
    host(stage, socket)
    stage.emit(socket, "live.command", {"liveQuizId": GAME, "commandId": "k", "command": "start"})
    stage.post.fail(ActorCrashed())
    error = socket.acks[-1]
    assert error["code"] == "ACTOR_CRASHED"
    assert set(error) == {"error", "code", "message", "details", "requestId", "timestamp"}
    assert msgspec.json.encode(error)
