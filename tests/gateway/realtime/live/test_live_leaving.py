"""Leaving games, by live.leave, by a disconnect, and by being put out."""

from __future__ import annotations

import pytest
import trio.testing

from protocol.assessments.live.commands import (
    DetachHost,
    JoinGame,
    LeaveGame,
)
from protocol.errors import (
    DeadlineExceeded,
    MailboxFull,
)
from tests.gateway.realtime.examples import (
    GAME,
    GAME_ADDRESS,
    GIVEN,
    found,
    host,
    join_guest,
    player_view,
)
from tests.gateway.realtime.fakes import DONE, Stage


def test_leaving_tells_the_game_and_leaves_the_topics() -> None:
    stage = Stage()
    socket = stage.guest()
    player_id = join_guest(stage, socket)
    stage.emit(socket, "live.leave", {"liveQuizId": GAME})
    assert stage.post.last()[1] == LeaveGame(player_id=player_id, connection_id="c1")
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
        LeaveGame(player_id="ada", connection_id="c1", dropped=True),
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
        assert stage.post.last()[1] == LeaveGame(
            player_id=player_id, connection_id="c1", dropped=True
        )
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
    stage.post.replies[LeaveGame] = DeadlineExceeded()
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
    joining = stage.post.last()[1]
    assert isinstance(joining, JoinGame)
    if closed_first:
        stage.application.disconnect(socket, "transport close")
    stage.post.fail(DeadlineExceeded())
    if not closed_first:
        assert socket.acks[-1]["code"] == "DEADLINE_EXCEEDED"
        stage.application.disconnect(socket, "transport close")
    assert stage.post.last()[1] == LeaveGame(
        player_id=joining.player_id, connection_id="c1", dropped=True
    )


def test_a_guest_who_tries_again_after_no_answer_is_the_same_player() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    stage.post.answer(found())
    first = stage.post.last()[1]
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
    dropped = LeaveGame(player_id=player_id, connection_id="c1", dropped=True)
    assert stage.post.sent[-2:] == [notice, (GAME_ADDRESS, dropped)]


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
