"""PINs that are guessed over Socket.IO: counted, and refused before they are looked up."""

from __future__ import annotations

from gateway.pin_throttle import LIMIT, RESERVE, SOCKET_LIMIT, Guesser
from protocol.assessments.live.commands import (
    JoinGame,
)
from protocol.assessments.live.entry import MayJoinLiveQuiz
from protocol.errors import (
    MailboxFull,
    NotFoundError,
    RefusedError,
)
from tests.gateway.realtime.examples import (
    found,
    join_guest,
)
from tests.gateway.realtime.fakes import Stage


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
    stage.post.replies[MayJoinLiveQuiz] = NotFoundError("live quiz", "000000")
    socket = stage.guest()
    for _ in range(SOCKET_LIMIT + 1):
        stage.emit(socket, "live.join", {"pin": "000000", "nickname": "Ada"})
        await stage.run_spawned()
    assert [ack["code"] for ack in socket.acks] == ["NOT_FOUND"] * SOCKET_LIMIT + ["RATE_LIMITED"]

    stage.post.replies[MayJoinLiveQuiz] = found()
    sent = len(stage.post.sent)
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    assert socket.acks[-1]["code"] == "RATE_LIMITED"
    assert socket.acks[-1]["details"]["retry_after_seconds"] == 60
    assert len(stage.post.sent) == sent

    stage.clock.at += 60_000
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": "Ada"})
    assert isinstance(stage.post.last()[1], JoinGame)


async def test_guesses_in_parallel_learn_no_more_than_one_by_one() -> None:
    stage = Stage()
    sockets = [stage.guest(f"c{number}") for number in range(LIMIT + RESERVE + 100)]
    for socket in sockets:
        stage.emit(socket, "live.join", {"pin": "000000", "nickname": "Ada"})
    assert len(stage.post.waiting) == len(sockets)
    for _ in sockets[1:]:
        stage.post.fail(NotFoundError("live quiz", "000000"))
    stage.post.answer(found())  # the last one was right
    await stage.run_spawned()
    codes = [socket.acks[0]["code"] for socket in sockets]
    assert codes == ["NOT_FOUND"] * (LIMIT + RESERVE) + ["RATE_LIMITED"] * 100
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
    stage.post.replies[MayJoinLiveQuiz] = NotFoundError("live quiz", "000000")
    clumsy = stage.guest()
    for _ in range(LIMIT + 1):
        stage.emit(clumsy, "live.join", {"pin": "000000", "nickname": "Ada"})
        await stage.run_spawned()
    assert clumsy.acks[-1]["code"] == "RATE_LIMITED"
    del stage.post.replies[MayJoinLiveQuiz]
    join_guest(stage, stage.guest("c2"))


async def test_a_network_past_its_limit_is_refused_but_for_those_who_never_guessed_wrong() -> None:
    stage = Stage()
    stage.post.replies[MayJoinLiveQuiz] = NotFoundError("live quiz", "000000")
    clumsy = stage.guest("clumsy")
    stage.emit(clumsy, "live.join", {"pin": "000000", "nickname": "Ada"})
    for number in range(31):
        socket = stage.guest(f"c{number}")
        for _ in range(SOCKET_LIMIT):
            stage.emit(socket, "live.join", {"pin": "000000", "nickname": "Ada"})
            await stage.run_spawned()
    assert socket.acks[-1]["code"] == "RATE_LIMITED"
    stage.emit(clumsy, "live.join", {"pin": "000000", "nickname": "Ada"})
    assert clumsy.acks[-1]["code"] == "RATE_LIMITED"

    newcomer = stage.guest("newcomer")
    stage.emit(newcomer, "live.join", {"pin": "000000", "nickname": "Ada"})
    await stage.run_spawned()
    assert newcomer.acks[-1]["code"] == "NOT_FOUND", "the first may be wrong"
    stage.emit(newcomer, "live.join", {"pin": "000000", "nickname": "Ada"})
    assert newcomer.acks[-1]["code"] == "RATE_LIMITED"
    del stage.post.replies[MayJoinLiveQuiz]
    join_guest(stage, stage.guest("pupil"))


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
