"""The live.* events with a scripted Post: messages out, acknowledgements back, topics entered."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import trio.testing

from gateway.pin_throttle import LIMIT, SOCKET_LIMIT, Guesser
from gateway.realtime.context import MAX_FORMER, Context, Player
from protocol.assessments.live.commands import (
    AttachHost,
    BanPlayer,
    DetachHost,
    EndGame,
    ExtendQuestion,
    GrantExtraTime,
    HandOver,
    JoinGame,
    KickPlayer,
    LeaveGame,
    LockGame,
    NextStep,
    PauseGame,
    ResumeGame,
    SkipQuestion,
    StartGame,
    SubmitAnswer,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.entry import LiveQuizFound, MayHostLiveQuiz, MayJoinLiveQuiz
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.views import AnswerAccepted, HostDone, HostView, PlayerView
from protocol.envelope import Address
from protocol.errors import (
    ActorCrashed,
    AuthorizationError,
    DeadlineExceeded,
    MailboxFull,
    NotFoundError,
    RefusedError,
)
from tests.gateway.realtime.fakes import DONE, NOW, FakeSocket, Stage

GAME = "game-1"
GAME_ADDRESS = Address("live_quiz", GAME)


def found(**changes: Any) -> LiveQuizFound:
    plain: dict[str, Any] = {"live_quiz_id": GAME, "course_id": "course-1"}
    return LiveQuizFound(**plain | changes)


def player_view(player_id: str = "p1", game: str = GAME) -> PlayerView:
    return PlayerView(
        live_quiz_id=game,
        course_id="course-1",
        title="Capitals",
        player_id=player_id,
        nickname="Ada",
        phase=Phase.LOBBY,
        step=0,
        epoch=1,
        offset=3,
        score=0,
        rank=1,
        host_connected=True,
        locked=False,
        players=1,
    )


HOST_VIEW = HostView(
    live_quiz_id=GAME,
    course_id="course-1",
    title="Capitals",
    pin="123456",
    phase=Phase.LOBBY,
    step=0,
    epoch=1,
    offset=0,
    host_id="ada",
    locked=False,
    paused=False,
    question_count=3,
    config=LiveConfig(),
    players=(),
)


def join_guest(stage: Stage, socket: FakeSocket, nickname: str = "Ada") -> str:
    """Join by PIN; returns the player's id."""
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": nickname})
    stage.post.answer(found())
    message = stage.post.last[1]
    assert isinstance(message, JoinGame)
    stage.post.answer(player_view(message.player_id))
    return message.player_id


def host(stage: Stage, socket: FakeSocket) -> None:
    stage.emit(socket, "live.host", {"liveQuizId": GAME})
    stage.post.answer(found())
    stage.post.answer(HOST_VIEW)
    assert socket.acks[-1]["ok"] is True


# --- joining ------------------------------------------------------------------------------------


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


def test_a_resume_token_brings_a_guest_back_on_another_socket() -> None:
    stage = Stage()
    first = stage.guest("c1")
    player_id = join_guest(stage, first)
    second = stage.guest("c2")
    stage.emit(second, "live.join", {"resumeToken": first.acks[0]["resumeToken"]})
    assert stage.post.last == (
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
    message = stage.post.last[1]
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


def test_a_user_joins_under_the_own_id_and_name() -> None:
    stage = Stage()
    socket = stage.user("ada")
    stage.emit(socket, "live.join", {"liveQuizId": GAME})
    assert stage.post.last[1] == MayJoinLiveQuiz(user_id="ada", role="student", live_quiz_id=GAME)
    stage.post.answer(found(full_name="Ada Lovelace"))
    assert stage.post.last[1] == JoinGame(
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
    message = stage.post.last[1]
    assert isinstance(message, LeaveGame)
    assert message.connection_id == "c1"


# --- PIN guesses --------------------------------------------------------------------------------


async def test_a_wrong_pin_is_not_found() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "000000", "nickname": "Ada"})
    stage.post.fail(NotFoundError("live quiz", "000000"))
    assert socket.acks == []
    await stage.run_spawned()
    assert socket.acks[0]["code"] == "NOT_FOUND"


async def test_who_guesses_too_often_is_refused_before_the_look_up_until_the_window_ends() -> None:
    stage = Stage()
    stage.post.scripts[MayJoinLiveQuiz] = NotFoundError("live quiz", "000000")
    socket = stage.guest()
    for _ in range(SOCKET_LIMIT + 1):
        stage.emit(socket, "live.join", {"pin": "000000", "nickname": "Ada"})
        await stage.run_spawned()
    assert [ack["code"] for ack in socket.acks] == ["NOT_FOUND"] * SOCKET_LIMIT + ["RATE_LIMITED"]

    stage.post.scripts[MayJoinLiveQuiz] = found()
    sent = len(stage.post.sent)
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    assert socket.acks[-1]["code"] == "RATE_LIMITED"
    assert socket.acks[-1]["details"]["retry_after_seconds"] == 60
    assert len(stage.post.sent) == sent

    stage.clock.time += 60_000
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    assert isinstance(stage.post.last[1], JoinGame)


async def test_guesses_in_parallel_learn_no_more_than_one_by_one() -> None:
    stage = Stage()
    sockets = [stage.guest(f"c{number}") for number in range(LIMIT + 100)]
    for socket in sockets:
        stage.emit(socket, "live.join", {"pin": "000000", "nickname": "Ada"})
    assert len(stage.post.waiting) == len(sockets)
    for _ in sockets[1:]:
        stage.post.fail(NotFoundError("live quiz", "000000"))
    stage.post.answer(found())  # the last one was right
    await stage.run_spawned()
    codes = [socket.acks[0]["code"] for socket in sockets]
    assert codes == ["NOT_FOUND"] * LIMIT + ["RATE_LIMITED"] * 100
    assert not any(isinstance(message, JoinGame) for _, message in stage.post.sent)


async def test_who_guessed_too_often_meanwhile_does_not_learn_that_a_pin_is_right() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    guesser = Guesser(socket.remote, None, socket.id)
    for _ in range(SOCKET_LIMIT):
        stage.pins.count_nowait(guesser)
    stage.post.fail(RefusedError("GUESTS_NOT_ALLOWED", "Sign in"))
    assert socket.acks[0]["code"] == "RATE_LIMITED"


async def test_who_cannot_type_shuts_nobody_else_out() -> None:
    stage = Stage()
    stage.post.scripts[MayJoinLiveQuiz] = NotFoundError("live quiz", "000000")
    clumsy = stage.guest()
    for _ in range(LIMIT + 1):
        stage.emit(clumsy, "live.join", {"pin": "000000", "nickname": "Ada"})
        await stage.run_spawned()
    assert clumsy.acks[-1]["code"] == "RATE_LIMITED"
    del stage.post.scripts[MayJoinLiveQuiz]
    join_guest(stage, stage.guest("c2"))


def test_right_pins_are_not_counted() -> None:
    stage = Stage()
    for number in range(100):
        join_guest(stage, stage.guest(f"c{number}"))
    assert stage.spawned == []


async def test_a_throttle_that_does_not_answer_gives_a_retryable_error() -> None:
    stage = Stage()
    stage.throttle.error = MailboxFull("throttle")
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "000000", "nickname": "Ada"})
    stage.post.fail(NotFoundError("live quiz", "000000"))
    await stage.run_spawned()
    assert socket.acks[0]["details"]["retryable"] is True


def test_other_failures_of_the_look_up_are_no_guesses() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    stage.post.fail(MailboxFull("assessments/"))
    assert socket.acks[0]["code"] == "MAILBOX_FULL"
    assert stage.spawned == []


# --- answering ----------------------------------------------------------------------------------

GIVEN = {"liveQuizId": GAME, "index": 2, "answerId": "a-1", "answer": [1]}


@pytest.mark.parametrize("answer", [[1], [], [0, 2], True, False, "Rome", "", ["a", "b"]])
def test_an_answer_is_one_message_and_is_acknowledged_when_the_reply_arrives(answer: Any) -> None:
    stage = Stage()
    socket = stage.guest()
    player_id = join_guest(stage, socket)
    before = len(socket.acks)
    stage.emit(socket, "live.answer", GIVEN | {"answer": answer}, received_at=NOW + 5)
    assert stage.post.last == (
        GAME_ADDRESS,
        SubmitAnswer(
            player_id=player_id,
            question_index=2,
            answer_id="a-1",
            answer=answer,
            received_at=NOW + 5,
            latency_ms=7,
        ),
    )
    assert len(socket.acks) == before
    assert stage.spawned == []
    stage.post.answer(AnswerAccepted(answer_id="a-1", index=2, received_at=NOW + 5))
    assert socket.acks[-1] == {"ok": True, "answerId": "a-1", "index": 2, "receivedAt": NOW + 5}


def test_an_answer_without_having_joined_is_refused() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.answer", GIVEN)
    assert socket.acks[0]["code"] == "NOT_A_PLAYER"


def test_an_answer_of_numbers_and_texts_mixed_is_refused() -> None:
    stage = Stage()
    socket = stage.guest()
    join_guest(stage, socket)
    stage.emit(socket, "live.answer", GIVEN | {"answer": [1, "a"]})
    assert socket.acks[-1]["details"]["fields"][0]["field"] == "answer"


@pytest.mark.parametrize(
    "code", ["QUESTION_NOT_OPEN", "QUESTION_CLOSED", "ALREADY_ANSWERED", "PAUSED"]
)
def test_a_refused_answer_is_acknowledged_with_the_rule_that_refused_it(code: str) -> None:
    stage = Stage()
    socket = stage.guest()
    join_guest(stage, socket)
    stage.emit(socket, "live.answer", GIVEN)
    stage.post.fail(RefusedError(code, "No"))
    assert socket.acks[-1]["error"] is True
    assert socket.acks[-1]["code"] == code


def test_a_reply_of_the_wrong_kind_is_an_internal_error_and_not_an_acknowledgement() -> None:
    stage = Stage()
    socket = stage.guest()
    join_guest(stage, socket)
    stage.emit(socket, "live.answer", GIVEN)
    stage.post.answer(DONE)
    assert socket.acks[-1]["code"] == "INTERNAL_ERROR"


def test_an_answer_whose_client_wants_no_acknowledgement_is_still_saved() -> None:
    stage = Stage()
    socket = stage.guest()
    join_guest(stage, socket)
    stage.application.event(socket, "live.answer", (GIVEN,), None, NOW)
    stage.post.answer(AnswerAccepted(answer_id="a-1", index=2, received_at=NOW))
    assert len(socket.acks) == 1


# --- leaving ------------------------------------------------------------------------------------


def test_leaving_tells_the_game_and_leaves_the_topics() -> None:
    stage = Stage()
    socket = stage.guest()
    player_id = join_guest(stage, socket)
    stage.emit(socket, "live.leave", {"liveQuizId": GAME})
    assert stage.post.last[1] == LeaveGame(player_id=player_id, connection_id="c1")
    stage.post.answer(DONE)
    assert socket.topics == set()
    assert socket.acks[-1] == {"ok": True}
    stage.emit(socket, "live.leave", {"liveQuizId": GAME})
    assert socket.acks[-1]["code"] == "NOT_A_PLAYER"


def test_a_disconnect_tells_every_game_once() -> None:
    stage = Stage()
    socket = stage.user("ada")
    host(stage, socket)
    stage.emit(socket, "live.join", {"liveQuizId": GAME})
    stage.post.answer(found(full_name="Ada"))
    stage.post.answer(player_view("ada"))
    sent = len(stage.post.sent)
    stage.application.disconnect(socket, "transport close")
    stage.application.disconnect(socket, "transport close")
    messages = [message for _, message in stage.post.sent[sent:]]
    assert messages[:2] == [
        LeaveGame(player_id="ada", connection_id="c1"),
        DetachHost(user_id="ada", connection_id="c1"),
    ]
    assert len(messages) == 3


async def test_a_notice_that_is_lost_is_said_again_until_it_is_taken(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    socket = stage.guest()
    player_id = join_guest(stage, socket)
    stage.application.disconnect(socket, "transport close")
    for _ in range(2):
        stage.post.fail(MailboxFull(GAME_ADDRESS))
        await stage.run_spawned()
        assert stage.post.last[1] == LeaveGame(player_id=player_id, connection_id="c1")
    stage.post.answer(DONE)
    assert not stage.spawned
    assert stage.application.statistics()["lost_notices"] == 0


async def test_a_notice_is_given_up_and_counted_after_some_tries(
    autojump_clock: trio.testing.MockClock,
) -> None:
    stage = Stage()
    socket = stage.guest()
    join_guest(stage, socket)
    stage.application.disconnect(socket, "transport close")
    stage.post.scripts[LeaveGame] = DeadlineExceeded()
    stage.post.fail(DeadlineExceeded())
    began = trio.current_time()
    await stage.run_spawned()
    assert stage.application.statistics()["lost_notices"] == 1
    assert trio.current_time() - began == 30.0


@pytest.mark.parametrize("closed_first", [False, True])
def test_a_game_that_may_have_let_a_player_in_is_told_when_the_socket_goes(
    closed_first: bool,
) -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    stage.post.answer(found())
    joining = stage.post.last[1]
    assert isinstance(joining, JoinGame)
    if closed_first:
        stage.application.disconnect(socket, "transport close")
    stage.post.fail(DeadlineExceeded())
    if not closed_first:
        assert socket.acks[-1]["code"] == "DEADLINE_EXCEEDED"
        stage.application.disconnect(socket, "transport close")
    assert stage.post.last[1] == LeaveGame(player_id=joining.player_id, connection_id="c1")


def test_a_guest_who_tries_again_after_no_answer_is_the_same_player() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    stage.post.answer(found())
    first = stage.post.last[1]
    assert isinstance(first, JoinGame)
    stage.post.fail(DeadlineExceeded())
    assert join_guest(stage, socket) == first.player_id
    stage.application.disconnect(socket, "transport close")
    assert [type(message) for _, message in stage.post.sent].count(LeaveGame) == 1


@pytest.mark.parametrize("closed_first", [False, True])
def test_a_game_that_may_have_a_hosts_screen_is_told_when_the_socket_goes(
    closed_first: bool,
) -> None:
    stage = Stage()
    socket = stage.user("ada")
    stage.emit(socket, "live.host", {"liveQuizId": GAME})
    stage.post.answer(found())
    if closed_first:
        stage.application.disconnect(socket, "transport close")
        stage.post.waiting.pop(1)
    stage.post.fail(DeadlineExceeded())
    if not closed_first:
        stage.application.disconnect(socket, "transport close")
    assert (GAME_ADDRESS, DetachHost(user_id="ada", connection_id="c1")) in stage.post.sent


def test_a_game_that_may_not_have_let_a_player_go_is_told_again_when_the_socket_goes() -> None:
    stage = Stage()
    socket = stage.guest()
    player_id = join_guest(stage, socket)
    stage.emit(socket, "live.leave", {"liveQuizId": GAME})
    stage.post.fail(DeadlineExceeded())
    stage.application.disconnect(socket, "transport close")
    notice = (GAME_ADDRESS, LeaveGame(player_id=player_id, connection_id="c1"))
    assert stage.post.sent[-2:] == [notice, notice]


def test_a_player_who_was_put_out_leaves_the_games_topic_too_and_may_join_again() -> None:
    stage = Stage()
    socket = stage.guest()
    player_id = join_guest(stage, socket)
    own = f"live:{GAME}:player:{player_id}"
    socket.topics.discard(own)
    stage.application.topic_closed(socket, own, "kicked")
    assert socket.topics == set()
    stage.emit(socket, "live.answer", GIVEN)
    assert socket.acks[-1]["code"] == "NOT_A_PLAYER"
    join_guest(stage, socket)
    assert socket.acks[-1]["ok"] is True


def test_a_host_who_also_plays_and_is_put_out_still_hosts() -> None:
    stage = Stage()
    socket = stage.user("ada")
    host(stage, socket)
    stage.emit(socket, "live.join", {"liveQuizId": GAME})
    stage.post.answer(found(full_name="Ada"))
    stage.post.answer(player_view("ada"))
    stage.application.topic_closed(socket, f"live:{GAME}:player:ada", "kicked")
    assert f"live:{GAME}" in socket.topics


# --- hosting ------------------------------------------------------------------------------------


def test_hosting_asks_for_the_right_first_and_enters_both_topics_before_the_acknowledgement() -> (
    None
):
    stage = Stage()
    socket = stage.user("ada")
    stage.emit(socket, "live.host", {"liveQuizId": GAME})
    assert stage.post.last[1] == MayHostLiveQuiz(user_id="ada", role="student", live_quiz_id=GAME)
    stage.post.answer(found())
    assert stage.post.last == (GAME_ADDRESS, AttachHost(user_id="ada", connection_id="c1"))
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
    assert stage.post.last[1] == DetachHost(user_id="ada", connection_id="c1")
    assert socket.topics == set()


COMMANDS: list[tuple[dict[str, Any], Any]] = [
    ({"command": "start"}, StartGame(by="ada", command_id="k")),
    ({"command": "next", "step": 4}, NextStep(by="ada", command_id="k", from_step=4)),
    ({"command": "pause"}, PauseGame(by="ada", command_id="k")),
    ({"command": "resume"}, ResumeGame(by="ada", command_id="k")),
    (
        {"command": "extend", "extraMs": 10_000},
        ExtendQuestion(by="ada", command_id="k", extra_ms=10_000),
    ),
    ({"command": "skip"}, SkipQuestion(by="ada", command_id="k")),
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
    assert stage.post.last == (GAME_ADDRESS, expected)
    stage.post.answer(HostDone(step=5, phase=Phase.OPEN))
    assert socket.acks[-1] == {"ok": True, "step": 5, "phase": "open"}


@pytest.mark.parametrize(
    ("command", "field"),
    [
        ("next", "step"),
        ("extend", "extraMs"),
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


def test_a_full_name_is_cut_to_a_nickname_and_the_name_given_is_sealed() -> None:
    stage = Stage()
    first = stage.user("ada")
    stage.emit(first, "live.join", {"liveQuizId": GAME})
    stage.post.answer(found(full_name="x" * 90))
    message = stage.post.last[1]
    assert isinstance(message, JoinGame)
    assert (message.nickname, message.chosen) == ("x" * 40, False)
    stage.post.answer(msgspec.structs.replace(player_view("ada"), nickname="x 2"))
    again = stage.user("ada", id="c2")
    stage.emit(again, "live.join", {"resumeToken": first.acks[0]["resumeToken"]})
    message = stage.post.last[1]
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
        assert stage.post.last[1] == JoinGame(
            player_id=player_id, user_id=None, nickname=nickname, connection_id="c1"
        )
        stage.post.fail(RefusedError("BANNED", "Out"))
        assert socket.acks[-1]["code"] == "BANNED"


def test_a_token_with_the_pin_and_another_name_is_still_the_same_player() -> None:
    stage = Stage()
    first = stage.guest("c1")
    player_id = join_guest(stage, first)
    second = stage.guest("c2")
    given = {"pin": "123456", "nickname": "Grace", "resumeToken": first.acks[0]["resumeToken"]}
    stage.emit(second, "live.join", given)
    stage.post.answer(found())
    message = stage.post.last[1]
    assert isinstance(message, JoinGame)
    assert (message.player_id, message.nickname) == (player_id, "Grace")


def test_a_connection_remembers_so_many_games_it_was_put_out_of_and_no_more() -> None:
    context = Context(None, "c1")
    for number in range(MAX_FORMER + 5):
        game = f"game-{number}"
        context.players[game] = Player("p", None, "Ada")
        context.remember(game)
        context.remember("never joined")
    assert len(context.former) == MAX_FORMER
    assert "game-4" not in context.former
