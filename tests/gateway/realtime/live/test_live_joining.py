"""live.join with a scripted Post: messages out, acknowledgements back, topics entered."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gateway.realtime.context import MAX_FORMER, Context
from protocol.assessments.live.commands import (
    JoinGame,
    LeaveGame,
)
from protocol.assessments.live.entry import MayJoinLiveQuiz
from protocol.envelope import Address
from protocol.errors import (
    AuthorizationError,
    DeadlineExceeded,
    RefusedError,
)
from protocol.recovery import Player
from tests.actors.assessments.live.games import TRUE_FALSE, Game
from tests.gateway.realtime.examples import (
    GAME,
    GAME_ADDRESS,
    found,
    join_guest,
    player_view,
)
from tests.gateway.realtime.fakes import Stage
from tests.support.fakes import NOW


def test_a_guest_joins_by_pin_and_topics_are_entered_before_the_acknowledgement() -> None:
    stage = Stage()
    socket = stage.guest()
    player_id = join_guest(stage, socket)

    assert stage.post.sent[0] == (
        Address("assessments", ""),
        MayJoinLiveQuiz(user_id=None, pin="123456"),
    )
    assert stage.post.sent[1] == (
        GAME_ADDRESS,
        JoinGame(player_id=player_id, user_id=None, nickname="Ada", connection_id="c1"),
    )
    assert [entry[0] for entry in socket.log] == ["join", "join", "ack", "release"]
    assert socket.topics == {f"live:{GAME}", f"live:{GAME}:player:{player_id}"}
    ack = socket.acks[0]
    assert ack["ok"] is True
    assert ack["view"]["playerId"] == player_id
    assert ack["serverTime"] == NOW
    assert player_id.startswith("guest-")


def test_no_topic_is_entered_before_the_view_arrives() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    stage.post.answer(found())
    assert socket.topics == set()
    assert socket.acks == []


def test_two_guests_get_different_player_ids() -> None:
    stage = Stage()
    assert join_guest(stage, stage.guest("c1")) != join_guest(stage, stage.guest("c2"))


def test_a_student_joins_with_the_time_that_is_kept_for_the_course() -> None:
    stage = Stage()
    socket = stage.user("ada")
    stage.emit(socket, "live.join", {"liveQuizId": GAME})
    stage.post.answer(found(full_name="Ada Lovelace", extra_time=1.5))
    joined = stage.post.last()[1]
    assert isinstance(joined, JoinGame)
    assert joined.extra_time == 1.5


def test_a_user_joins_under_the_own_id_and_name() -> None:
    stage = Stage()
    socket = stage.user("ada")
    stage.emit(socket, "live.join", {"liveQuizId": GAME})
    assert stage.post.last()[1] == MayJoinLiveQuiz(user_id="ada", role="student", live_quiz_id=GAME)
    stage.post.answer(found(full_name="Ada Lovelace"))
    assert stage.post.last()[1] == JoinGame(
        player_id="ada",
        user_id="ada",
        nickname="Ada Lovelace",
        connection_id="c1",
        chosen=False,
    )


def test_a_guest_is_refused_where_guests_are_not_allowed() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    stage.post.fail(RefusedError("GUESTS_NOT_ALLOWED", "Sign in"))
    assert socket.acks[0]["code"] == "GUESTS_NOT_ALLOWED"
    assert not any(isinstance(message, JoinGame) for _, message in stage.post.sent)


@pytest.mark.parametrize(
    "payload",
    [{"liveQuizId": GAME}, {"pin": "123456"}],
    ids=["without the PIN", "in a closed game"],
)
def test_a_stranger_to_the_course_is_refused(payload: dict[str, Any]) -> None:
    stage = Stage()
    socket = stage.user("eve")
    stage.emit(socket, "live.join", payload | {"nickname": "Eve"})
    stage.post.fail(AuthorizationError())
    assert socket.acks[0]["code"] == "AUTHORIZATION_ERROR"
    assert not any(isinstance(message, JoinGame) for _, message in stage.post.sent)


def test_a_guest_needs_a_nickname() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456"})
    stage.post.answer(found())
    assert socket.acks[0]["details"]["fields"][0]["field"] == "nickname"


def test_joining_twice_on_one_socket_stays_the_same_player() -> None:
    stage = Stage()
    socket = stage.guest()
    player_id = join_guest(stage, socket)
    assert join_guest(stage, socket) == player_id


def test_a_second_join_while_the_first_is_pending_is_refused() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    assert socket.acks[0]["code"] == "JOIN_IN_PROGRESS"


def test_one_socket_cannot_be_two_players_of_a_game() -> None:
    stage = Stage()
    first = stage.guest("c1")
    join_guest(stage, first)
    second = stage.guest("c2")
    join_guest(stage, second, "Bob")
    stage.emit(second, "live.join", {"resumeToken": first.acks[0]["resumeToken"]})
    assert second.acks[-1]["code"] == "ALREADY_JOINED"


def test_the_games_of_one_socket_are_bounded() -> None:
    stage = Stage()
    socket = stage.guest()
    for number in range(9):
        stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
        stage.post.answer(found(live_quiz_id=f"game-{number}"))
        if number < 8:
            stage.post.answer(player_view(game=f"game-{number}"))
    assert socket.acks[-1]["code"] == "TOO_MANY_JOINED"


@pytest.mark.parametrize("code", ["GAME_LOCKED", "GAME_FULL", "BANNED", "NICKNAME_TAKEN"])
def test_a_refusal_of_the_game_reaches_the_client_and_joining_may_be_tried_again(code: str) -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    stage.post.answer(found())
    stage.post.fail(RefusedError(code, "No"))
    assert socket.acks[0]["code"] == code
    assert socket.topics == set()
    join_guest(stage, socket)
    assert socket.acks[-1]["ok"] is True


def test_a_socket_that_left_while_joining_is_taken_out_again() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    stage.post.answer(found())
    stage.application.disconnect(socket, "transport close")
    stage.post.answer(player_view("p9"))
    assert socket.log == []
    message = stage.post.last()[1]
    assert isinstance(message, LeaveGame)
    assert message.connection_id == "c1"


def test_a_full_name_is_cut_to_a_nickname_and_the_name_given_is_sealed() -> None:
    stage = Stage()
    first = stage.user("ada")
    stage.emit(first, "live.join", {"liveQuizId": GAME})
    stage.post.answer(found(full_name="x" * 90))
    message = stage.post.last()[1]
    assert isinstance(message, JoinGame)
    assert (message.nickname, message.chosen) == ("x" * 40, False)
    stage.post.answer(msgspec.structs.replace(player_view("ada"), nickname="x 2"))
    again = stage.user("ada", id="c2")
    stage.emit(again, "live.join", {"resumeToken": first.acks[0]["resumeToken"]})
    message = stage.post.last()[1]
    assert isinstance(message, JoinGame)
    assert (message.nickname, message.chosen) == ("x 2", True)


@pytest.mark.parametrize("reason", ["kicked", "banned"])
def test_who_was_put_out_comes_back_on_this_connection_as_the_same_player(reason: str) -> None:
    stage = Stage()
    socket = stage.guest()
    player_id = join_guest(stage, socket)
    stage.application.topic_closed(socket, f"live:{GAME}:player:{player_id}", reason)
    for nickname in ("Grace", "Edith"):
        stage.emit(socket, "live.join", {"pin": "123456", "nickname": nickname})
        stage.post.answer(found())
        assert stage.post.last()[1] == JoinGame(
            player_id=player_id, user_id=None, nickname=nickname, connection_id="c1"
        )
        stage.post.fail(RefusedError("BANNED", "Out"))
        assert socket.acks[-1]["code"] == "BANNED"


def test_a_connection_remembers_so_many_games_it_was_put_out_of_and_no_more() -> None:
    context = Context(None, "c1")
    for number in range(MAX_FORMER + 5):
        game = f"game-{number}"
        context.players[game] = Player("p", None, "Ada")
        context.remember(game)
        context.remember("never joined")
    assert len(context.former) == MAX_FORMER
    assert "game-4" not in context.former


def joined_as(stage: Stage, join_id: str, pin: str = "123456", game: str = GAME) -> str:
    """The id of the player that a new guest's join is carried out for."""
    payload = {"pin": pin, "nickname": "Ada", "joinId": join_id}
    stage.emit(stage.guest(f"c{len(stage.post.sent)}"), "live.join", payload)
    stage.post.answer(msgspec.structs.replace(found(), live_quiz_id=game))
    joining = stage.post.last()[1]
    assert isinstance(joining, JoinGame)
    stage.post.answer(player_view(joining.player_id))
    return joining.player_id


def test_a_join_that_is_repeated_is_the_same_player_on_any_connection() -> None:
    stage = Stage()
    first = joined_as(stage, "a-random-join-id-1")
    assert joined_as(stage, "a-random-join-id-1") == first
    assert joined_as(stage, "a-random-join-id-2") != first
    assert joined_as(stage, "a-random-join-id-1", game="game-2") != first
    assert "a-random" not in first


def test_a_join_id_says_nothing_about_a_signed_in_user() -> None:
    stage = Stage()
    payload = {"liveQuizId": GAME, "nickname": "Ada", "joinId": "a-random-join-id-1"}
    stage.emit(stage.user("ada"), "live.join", payload)
    stage.post.answer(found())
    joining = stage.post.last()[1]
    assert isinstance(joining, JoinGame)
    assert joining.player_id == "ada"


@pytest.mark.parametrize("join_id", ["", "too-short", "x" * 65, 1])
def test_a_join_id_that_could_be_guessed_or_is_too_long_is_refused(join_id: Any) -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada", "joinId": join_id})
    assert socket.acks[0]["code"] == "VALIDATION_ERROR"


def test_a_join_whose_outcome_nobody_heard_is_repeated_without_a_ghost() -> None:
    stage, game = Stage(), Game(questions=(TRUE_FALSE,))
    payload = {"pin": "123456", "nickname": "Ada", "joinId": "a-random-join-id-1"}
    for connection, heard in (("c1", False), ("c2", True)):
        socket = stage.guest(connection)
        stage.emit(socket, "live.join", payload)
        stage.post.answer(found())
        view = game.do(stage.post.last()[1])
        if heard:
            stage.post.answer(view)
            assert socket.acks[-1]["ok"] is True
        else:
            stage.post.fail(DeadlineExceeded())
            game.restart()
    assert [player.nickname for player in game.state.players.values()] == ["Ada"]
