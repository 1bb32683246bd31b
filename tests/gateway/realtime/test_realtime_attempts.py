"""Attempts over Socket.IO: what the devices of a student say and hear, and who watches."""

from __future__ import annotations

from typing import Any

import pytest

from protocol import topics
from protocol.assessments.access import CheckAttemptNetwork
from protocol.assessments.attempts.commands import (
    EnterAttempt,
    LeaveAttempt,
    NoteActivity,
    SaveAnswer,
    SubmitAttempt,
)
from protocol.assessments.attempts.progress import ShowQuizProgress
from protocol.assessments.attempts.receipts import answer_statement
from protocol.assessments.attempts.staff import MayWatchQuiz, QuizWatched
from protocol.assessments.attempts.values import Activity
from protocol.envelope import Address
from protocol.errors import (
    AuthorizationError,
    DeadlineExceeded,
    NotFoundError,
    RefusedError,
)
from protocol.recovery import SocketSession
from protocol.topics import place_of
from protocol.users.session import CloseConnection, OpenConnection
from tests.gateway.realtime.examples import (
    ATTEMPT,
    ATTEMPT_VIEW,
    COURSE,
    HANDED_IN,
    QUIZ_PROGRESS,
    SAVED,
)
from tests.gateway.realtime.fakes import DONE, FakeSocket, Stage
from tests.gateway.realtime.test_realtime_recovery import Back
from tests.support.fakes import NOW

ADDRESS = Address("attempt", ATTEMPT)
OF_ATTEMPT = {"submissionId": ATTEMPT}
ANSWER = {**OF_ATTEMPT, "questionId": "q-1", "answerId": "a-1", "answer": [0, -1]}
QUIZ = {"quizId": "quiz-1"}
AWAY = SocketSession(
    pid="secret", sid="old-sid", user_id="ada", attempts=(ATTEMPT,), watching=("quiz-1",)
)


def stage_with() -> Stage:
    stage = Stage()
    stage.post.replies = {
        OpenConnection: DONE,
        CloseConnection: DONE,
        CheckAttemptNetwork: DONE,
        EnterAttempt: ATTEMPT_VIEW,
        LeaveAttempt: DONE,
        SaveAnswer: SAVED,
        NoteActivity: DONE,
        SubmitAttempt: HANDED_IN,
        MayWatchQuiz: QuizWatched(quiz_id="quiz-1", course_id=COURSE),
        ShowQuizProgress: QUIZ_PROGRESS,
    }
    return stage


def sent(stage: Stage, kind: type) -> list[Any]:
    return [message for _, message in stage.post.sent if isinstance(message, kind)]


def entered(stage: Stage, id: str = "c1") -> FakeSocket:
    socket = stage.user(id=id)
    stage.emit(socket, "attempt.enter", OF_ATTEMPT)
    return socket


def test_entering_brings_the_state_the_topic_and_a_place_in_the_kept_session() -> None:
    stage = stage_with()
    socket = entered(stage)
    [ack] = socket.acks
    assert (ack["view"]["submissionId"], ack["serverTime"]) == (ATTEMPT, NOW)
    assert ack["place"] == place_of(socket.position)
    assert topics.attempt(ATTEMPT) in socket.topics
    assert stage.post.sent[-1] == (ADDRESS, EnterAttempt(by="ada", connection_id="c1"))
    [kept] = stage.sessions.kept.values()
    assert kept.attempts == (ATTEMPT,)


def test_an_answer_goes_to_the_attempt_with_the_time_at_which_it_was_read() -> None:
    stage = stage_with()
    socket = entered(stage)
    stage.emit(socket, "attempt.answer", {**ANSWER, "expectedRevision": 2}, received_at=NOW - 7)
    assert socket.acks[-1] == {
        "ok": True,
        "questionId": "q-1",
        "answerId": "a-1",
        "revision": 3,
        "savedAt": NOW,
        "anchor": "",
        "receipt": f"stoa-receipt+jwt {answer_statement(ATTEMPT, SAVED.kept).decode()}",
    }
    address, save = stage.post.last()
    assert address == ADDRESS
    assert save == SaveAnswer(
        by="ada",
        question_id="q-1",
        answer=[0, -1],
        answer_id="a-1",
        expected_revision=2,
        received_at=NOW - 7,
        connection_id="c1",
    )


def test_whoever_has_not_entered_may_answer_and_is_no_device() -> None:
    stage = stage_with()
    socket = stage.user()
    stage.emit(socket, "attempt.answer", {**ANSWER, "answer": None})
    [save] = sent(stage, SaveAnswer)
    assert (save.answer, save.connection_id) == (None, "")
    assert socket.acks[-1]["ok"]


@pytest.mark.parametrize(
    "answer", [{"a": 1}, [-2], ["x", 1], 5, "x" * 5_001 * 10, [True], [2**31], "\u0000"]
)
def test_an_answer_of_no_shape_is_refused_before_any_actor_sees_it(answer: Any) -> None:
    stage = stage_with()
    socket = stage.user()
    stage.emit(socket, "attempt.answer", {**ANSWER, "answer": answer})
    assert socket.acks[-1]["code"] == "VALIDATION_ERROR"
    assert sent(stage, SaveAnswer) == []


def test_an_answer_must_be_there_even_to_be_emptied() -> None:
    stage = stage_with()
    socket = stage.user()
    stage.emit(socket, "attempt.answer", {key: ANSWER[key] for key in ANSWER if key != "answer"})
    assert socket.acks[-1]["code"] == "VALIDATION_ERROR"


def test_what_the_attempt_refuses_reaches_the_client_as_over_graphql() -> None:
    stage = stage_with()
    stage.post.replies[SaveAnswer] = RefusedError(
        "ANSWER_CHANGED", "Another was quicker", answer=[1], revision=4
    )
    socket = entered(stage)
    stage.emit(socket, "attempt.answer", ANSWER)
    ack = socket.acks[-1]
    assert (ack["code"], ack["details"]) == ("ANSWER_CHANGED", {"answer": [1], "revision": 4})
    stage.post.replies[EnterAttempt] = NotFoundError("quiz submission", "other")
    stage.emit(socket, "attempt.enter", {"submissionId": "other"})
    assert socket.acks[-1]["code"] == "NOT_FOUND"
    assert topics.attempt("other") not in socket.topics


def test_an_attempt_is_not_entered_from_another_network() -> None:
    stage = stage_with()
    stage.post.replies[CheckAttemptNetwork] = RefusedError("QUIZ_NETWORK", "Not from here")
    socket = entered(stage)
    assert socket.acks[-1]["code"] == "QUIZ_NETWORK"
    assert topics.attempt(ATTEMPT) not in socket.topics
    [asked] = sent(stage, CheckAttemptNetwork)
    assert (asked.user_id, asked.submission_id) == ("ada", ATTEMPT)
    assert asked.remote == socket.remote
    assert sent(stage, EnterAttempt) == []
    # Nothing is written from there either; what is saved already can be handed in.
    stage.emit(socket, "attempt.answer", ANSWER)
    assert (socket.acks[-1]["code"], sent(stage, SaveAnswer)) == ("QUIZ_NETWORK", [])
    stage.emit(socket, "attempt.submit", OF_ATTEMPT)
    assert socket.acks[-1]["ok"]


def test_the_page_reports_what_is_for_the_log_and_submits() -> None:
    stage = stage_with()
    socket = entered(stage)
    stage.emit(socket, "attempt.activity", {**OF_ATTEMPT, "activity": "viewed", "questionId": "q"})
    assert stage.post.last()[1] == NoteActivity(
        by="ada", activity=Activity.VIEWED, question_id="q", connection_id="c1"
    )
    stage.emit(socket, "attempt.activity", {**OF_ATTEMPT, "activity": "slept"})
    assert socket.acks[-1]["code"] == "VALIDATION_ERROR"
    stage.emit(socket, "attempt.submit", {**OF_ATTEMPT, "revision": 3}, received_at=NOW - 1)
    assert stage.post.last()[1] == SubmitAttempt(
        by="ada", revision=3, received_at=NOW - 1, connection_id="c1"
    )
    receipt = socket.acks[-1].pop("receipt")
    assert socket.acks[-1] == {"ok": True, "endedAt": NOW, "ending": "submitted", "revision": 3}
    assert receipt.startswith('stoa-submission+jwt {"answers":1,"ending":"submitted","revision":3,')


def test_what_no_key_can_sign_is_acknowledged_all_the_same() -> None:
    stage = stage_with()
    stage.signer.mute = True
    socket = entered(stage)
    stage.emit(socket, "attempt.answer", ANSWER)
    assert (socket.acks[-1]["ok"], socket.acks[-1]["receipt"]) == (True, None)
    stage.emit(socket, "attempt.submit", OF_ATTEMPT)
    assert (socket.acks[-1]["ok"], socket.acks[-1]["receipt"]) == (True, None)


def test_leaving_and_losing_the_connection_are_told_to_the_attempt() -> None:
    stage = stage_with()
    left, lost = entered(stage, "c1"), entered(stage, "c2")
    stage.emit(left, "attempt.leave", OF_ATTEMPT)
    assert left.acks[-1] == {"ok": True}
    assert left.topics == set()
    stage.emit(left, "attempt.leave", OF_ATTEMPT)
    stage.application.disconnect(left, "transport close")
    stage.application.disconnect(lost, "transport close")
    assert sent(stage, LeaveAttempt) == [
        LeaveAttempt(by="ada", connection_id="c1", seen_at=left.heard_at),
        LeaveAttempt(by="ada", connection_id="c2", seen_at=lost.heard_at),
    ]


def test_an_attempt_that_did_not_answer_in_time_is_told_to_forget_the_device() -> None:
    stage = stage_with()
    stage.post.replies[EnterAttempt] = DeadlineExceeded()
    socket = entered(stage)
    assert "error" in socket.acks[-1]
    assert len(sent(stage, LeaveAttempt)) == 1


def test_one_that_answers_after_the_client_has_gone_is_told_so() -> None:
    stage = stage_with()
    del stage.post.replies[EnterAttempt]
    socket = entered(stage)
    stage.application.disconnect(socket, "transport close")
    stage.post.answer(ATTEMPT_VIEW)
    assert len(sent(stage, LeaveAttempt)) == 1
    assert socket.topics == set()


@pytest.mark.parametrize(
    ("name", "key"), [("attempt.enter", "submissionId"), ("quiz.watch", "quizId")]
)
def test_one_socket_shows_so_many(name: str, key: str) -> None:
    stage = stage_with()
    socket = stage.user()
    for number in range(8):
        stage.post.replies[MayWatchQuiz] = QuizWatched(quiz_id=str(number), course_id=COURSE)
        stage.emit(socket, name, {key: str(number)})
        assert socket.acks[-1]["ok"]
    stage.emit(socket, name, {key: "9"})
    assert socket.acks[-1]["code"] == "TOO_MANY_JOINED"
    stage.emit(socket, name, {key: "7"})
    assert socket.acks[-1]["ok"]


def test_guests_take_and_watch_nothing() -> None:
    stage = stage_with()
    socket = stage.guest()
    for name, payload in (("attempt.enter", OF_ATTEMPT), ("quiz.watch", QUIZ)):
        stage.emit(socket, name, payload)
        assert socket.acks[-1]["code"] == "AUTHENTICATION_ERROR"


def test_staff_watches_and_stops_to() -> None:
    stage = stage_with()
    socket = stage.user()
    stage.emit(socket, "quiz.watch", QUIZ)
    assert socket.acks[-1]["view"]["quizId"] == "quiz-1"
    assert topics.quiz_staff("quiz-1") in socket.topics
    assert sent(stage, MayWatchQuiz)[0].user_id == "ada"
    stage.emit(socket, "quiz.unwatch", QUIZ)
    assert socket.topics == set()
    stage.emit(socket, "quiz.unwatch", QUIZ)
    assert socket.acks[-1] == {"ok": True}
    stage.post.replies[MayWatchQuiz] = AuthorizationError()
    stage.emit(socket, "quiz.watch", QUIZ)
    assert socket.acks[-1]["code"] == "AUTHORIZATION_ERROR"
    assert socket.topics == set()


async def test_who_loses_the_right_to_watch_is_put_out_of_it_alone() -> None:
    stage = stage_with()
    socket = entered(stage)
    stage.emit(socket, "quiz.watch", QUIZ)
    stage.post.replies[MayWatchQuiz] = AuthorizationError()
    stage.rights.course_lost(COURSE)
    await stage.run_spawned()
    assert socket.topics == {topics.attempt(ATTEMPT)}
    [revoked] = [entry[2] for entry in socket.log if entry[:2] == ("emit", "session.revoked")]
    assert revoked["watching"] == ["quiz-1"]


async def test_a_client_that_comes_back_gets_its_attempts_and_what_it_watched() -> None:
    stage = stage_with()
    stage.sessions.kept["secret"] = AWAY
    back = await Back(stage).settle()
    assert back.recovered
    views = {entry[1]: entry[2] for entry in back.socket.log if entry[0] == "emit"}
    assert views["attempt.view"]["view"]["submissionId"] == ATTEMPT
    assert views["quiz.view"]["view"]["quizId"] == "quiz-1"
    assert back.socket.topics == {topics.attempt(ATTEMPT), topics.quiz_staff("quiz-1")}


async def test_a_client_that_comes_back_from_another_network_is_not_put_back() -> None:
    stage = stage_with()
    stage.sessions.kept["secret"] = AWAY
    stage.post.replies[CheckAttemptNetwork] = RefusedError("QUIZ_NETWORK", "Not from here")
    back = await Back(stage).settle()
    assert not back.recovered
    assert sent(stage, EnterAttempt) == []


async def test_one_that_cannot_be_put_back_is_told_what_to_enter_again() -> None:
    stage = stage_with()
    stage.sessions.kept["secret"] = AWAY
    stage.post.replies[MayWatchQuiz] = AuthorizationError()
    back = await Back(stage).settle()
    assert not back.recovered
    assert back.reset is not None
    assert (back.reset["attempts"], back.reset["watching"]) == ([ATTEMPT], ["quiz-1"])
    assert len(sent(stage, LeaveAttempt)) == 1


async def test_an_attempt_that_does_not_answer_at_the_return_forgets_the_device() -> None:
    stage = stage_with()
    stage.sessions.kept["secret"] = AWAY
    stage.post.replies[EnterAttempt] = DeadlineExceeded()
    back = await Back(stage).settle()
    assert back.reset is not None
    assert len(sent(stage, LeaveAttempt)) == 1
