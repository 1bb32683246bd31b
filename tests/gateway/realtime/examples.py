"""Payloads, views and short ways to say what happens, for the tests of the realtime gateway."""

from __future__ import annotations

from typing import Any

from protocol.assessments.attempts.progress import QuizProgress
from protocol.assessments.attempts.values import Ending
from protocol.assessments.attempts.views import (
    AnswerSaved,
    AttemptHandedIn,
    AttemptView,
    KeptAnswer,
    QuestionPlace,
)
from protocol.assessments.live.commands import (
    JoinGame,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.entry import LiveQuizFound
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.views import HostView, PlayerView
from protocol.communication import RoomView
from protocol.envelope import Address
from tests.gateway.realtime.fakes import DONE, FakeDecision, FakeSocket, Stage
from tests.support.fakes import NOW

GAME = "game-1"

ATTEMPT = "attempt-1"

ATTEMPT_VIEW = AttemptView(
    submission_id=ATTEMPT,
    quiz_id="quiz-1",
    version_id="version-1",
    number=1,
    questions=(QuestionPlace(question_id="q-1"),),
    answers={},
    revision=0,
    started_at=NOW,
    deadline_at=None,
    devices=1,
    now=NOW,
)

KEPT = KeptAnswer(question_id="q-1", answer_id="a-1", answer=[0, -1], revision=3, saved_at=NOW)
SAVED = AnswerSaved(
    submission_id=ATTEMPT,
    question_id="q-1",
    answer_id="a-1",
    revision=3,
    saved_at=NOW,
    kept=KEPT,
)
HANDED_IN = AttemptHandedIn(
    submission_id=ATTEMPT, ended_at=NOW, ending=Ending.SUBMITTED, revision=3, answers=(KEPT,)
)

QUIZ_PROGRESS = QuizProgress(quiz_id="quiz-1", attempts=(), now=NOW)

GAME_ADDRESS = Address("live_quiz", GAME)

COURSE = "course-1"

SESSION = Address("session", "ada")

ROOM_VIEW = RoomView(course_id=COURSE, epoch=1, offset=2, count=1, members=(), messages=())

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

GIVEN = {"liveQuizId": GAME, "index": 2, "answerId": "a-1", "answer": [1]}

WELL_FORMED: dict[str, dict[str, Any]] = {
    "live.join": {"pin": "123456", "nickname": "Ada"},
    "live.leave": {"liveQuizId": "g"},
    "live.answer": {"liveQuizId": "g", "index": 0, "answerId": "a", "answer": True},
    "live.host": {"liveQuizId": "g"},
    "live.command": {"liveQuizId": "g", "command": "start", "commandId": "k"},
    "time.sync": {"t0": 1.5},
    "auth.renew": {"token": "ada"},
    "room.join": {"courseId": COURSE},
    "room.leave": {"courseId": COURSE},
    "room.say": {"courseId": COURSE, "messageId": "m", "text": "Hi"},
    "room.signal": {"courseId": COURSE, "data": {"typing": True}},
    "attempt.enter": {"submissionId": ATTEMPT},
    "attempt.leave": {"submissionId": ATTEMPT},
    "attempt.answer": {
        "submissionId": ATTEMPT,
        "questionId": "q-1",
        "answerId": "a-1",
        "answer": [1],
    },
    "attempt.activity": {"submissionId": ATTEMPT, "activity": "left"},
    "attempt.submit": {"submissionId": ATTEMPT},
    "quiz.watch": {"quizId": "quiz-1"},
    "quiz.unwatch": {"quizId": "quiz-1"},
}


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


def join_guest(stage: Stage, socket: FakeSocket, nickname: str = "Ada") -> str:
    """Join by PIN; returns the player's id."""
    stage.emit(socket, "live.join", {"pin": "123456", "nickname": nickname})
    stage.post.answer(found())
    message = stage.post.last()[1]
    assert isinstance(message, JoinGame)
    stage.post.answer(player_view(message.player_id))
    return message.player_id


def host(stage: Stage, socket: FakeSocket) -> None:
    stage.emit(socket, "live.host", {"liveQuizId": GAME})
    stage.post.answer(found())
    stage.post.answer(HOST_VIEW)
    assert socket.acks[-1]["ok"] is True


def connect(stage: Stage, auth: Any) -> tuple[FakeSocket, FakeDecision]:
    socket, decision = FakeSocket(), FakeDecision()
    stage.application.connect(socket, auth, decision)
    return socket, decision


def enter_room(stage: Stage, socket: FakeSocket) -> None:
    stage.emit(socket, "room.join", {"courseId": COURSE})
    stage.post.answer(DONE)
    stage.post.answer(ROOM_VIEW)
