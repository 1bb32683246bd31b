"""Coming back to a game with a resume token."""

from __future__ import annotations

import pytest

from protocol.assessments.live.commands import (
    JoinGame,
)
from tests.gateway.realtime.examples import (
    GAME,
    GAME_ADDRESS,
    found,
    join_guest,
    player_view,
)
from tests.gateway.realtime.fakes import Stage


def test_a_resume_token_brings_a_guest_back_on_another_socket() -> None:
    stage = Stage()
    first = stage.guest("c1")
    player_id = join_guest(stage, first)
    second = stage.guest("c2")
    stage.emit(second, "live.join", {"resumeToken": first.acks[0]["resumeToken"]})
    assert stage.post.last() == (
        GAME_ADDRESS,
        JoinGame(player_id=player_id, user_id=None, nickname="Ada", connection_id="c2"),
    )
    stage.post.answer(player_view(player_id))
    assert second.acks[0]["view"]["playerId"] == player_id


def test_a_resume_token_with_the_right_pin_is_taken() -> None:
    stage = Stage()
    first = stage.guest("c1")
    player_id = join_guest(stage, first)
    second = stage.guest("c2")
    token = first.acks[0]["resumeToken"]
    stage.emit(second, "live.join", {"pin": "123456", "resumeToken": token})
    stage.post.answer(found())
    message = stage.post.last()[1]
    assert isinstance(message, JoinGame)
    assert message.player_id == player_id


@pytest.mark.parametrize("by", ["pin", "id"])
def test_a_resume_token_of_another_game_is_refused(by: str) -> None:
    stage = Stage()
    first = stage.guest("c1")
    join_guest(stage, first)
    token = first.acks[0]["resumeToken"]
    second = stage.guest("c2")
    if by == "pin":
        stage.emit(second, "live.join", {"pin": "654321", "resumeToken": token})
        stage.post.answer(found(live_quiz_id="game-2"))
    else:
        stage.emit(second, "live.join", {"liveQuizId": "game-2", "resumeToken": token})
    assert second.acks[0]["code"] == "AUTHENTICATION_ERROR"
    assert second.acks[0]["details"]["reason"] == "game"
    assert second.topics == set()


def test_a_forged_resume_token_is_refused() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"resumeToken": "made-up"})
    assert socket.acks[0]["code"] == "AUTHENTICATION_ERROR"
    assert stage.post.sent == []


def test_a_token_sealed_with_other_claims_is_refused() -> None:
    stage = Stage()
    token = stage.seal.sign("live.player", {"something": "else"})
    socket = stage.guest()
    stage.emit(socket, "live.join", {"resumeToken": token})
    assert socket.acks[0]["details"]["reason"] == "invalid"


def test_a_users_resume_token_works_for_that_user_only() -> None:
    stage = Stage()
    ada = stage.user("ada", "c1")
    stage.emit(ada, "live.join", {"liveQuizId": GAME})
    stage.post.answer(found(full_name="Ada L."))
    stage.post.answer(player_view("ada"))
    token = ada.acks[0]["resumeToken"]
    for other in (stage.guest("c2"), stage.user("bob", "c3")):
        stage.emit(other, "live.join", {"resumeToken": token})
        assert other.acks[0]["details"]["reason"] == "other_user"
    again = stage.user("ada", "c4")
    stage.emit(again, "live.join", {"resumeToken": token})
    stage.post.answer(player_view("ada"))
    assert again.acks[0]["ok"] is True


def test_a_token_with_the_pin_and_another_name_is_still_the_same_player() -> None:
    stage = Stage()
    first = stage.guest("c1")
    player_id = join_guest(stage, first)
    second = stage.guest("c2")
    given = {"pin": "123456", "nickname": "Grace", "resumeToken": first.acks[0]["resumeToken"]}
    stage.emit(second, "live.join", given)
    stage.post.answer(found())
    message = stage.post.last()[1]
    assert isinstance(message, JoinGame)
    assert (message.player_id, message.nickname) == (player_id, "Grace")
