"""Every acknowledgement is of the shape that the contract, and so the AsyncAPI document, gives."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gateway.realtime.contract import CLIENT_EVENTS, Failure
from protocol.assessments.access import CheckAttemptNetwork
from protocol.assessments.attempts.commands import (
    EnterAttempt,
    LeaveAttempt,
    NoteActivity,
    SaveAnswer,
    SubmitAttempt,
)
from protocol.assessments.attempts.progress import ShowQuizProgress
from protocol.assessments.attempts.staff import MayWatchQuiz, QuizWatched
from protocol.assessments.live.commands import (
    AttachHost,
    JoinGame,
    LeaveGame,
    StartGame,
    SubmitAnswer,
)
from protocol.assessments.live.entry import MayHostLiveQuiz, MayJoinLiveQuiz
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.views import AnswerAccepted, HostDone
from protocol.communication import MayEnterRoom, Said, Say, Signal
from protocol.users.session import EnterRoom, ExitRoom
from tests.gateway.realtime.examples import (
    ATTEMPT_VIEW,
    COURSE,
    GAME,
    HANDED_IN,
    HOST_VIEW,
    QUIZ_PROGRESS,
    SAVED,
    WELL_FORMED,
    found,
    player_view,
)
from tests.gateway.realtime.fakes import DONE, Stage
from tests.gateway.realtime.test_realtime_recovery import ROOM_VIEW
from tests.support.fakes import NOW

IN_ORDER: dict[str, dict[str, Any]] = {
    "time.sync": {"t0": 1.5},
    "auth.renew": {"token": f"ada:{NOW + 5}"},
    "room.join": {"courseId": "math"},
    "room.say": {"courseId": "math", "messageId": "m", "text": "Hi"},
    "room.signal": {"courseId": "math", "data": None},
    "room.leave": {"courseId": "math"},
    "live.join": {"liveQuizId": GAME, "nickname": "Ada"},
    "live.answer": {"liveQuizId": GAME, "index": 0, "answerId": "a", "answer": True},
    "live.host": {"liveQuizId": GAME},
    "live.command": {"liveQuizId": GAME, "command": "start", "commandId": "k"},
    "live.leave": {"liveQuizId": GAME},
    "attempt.enter": WELL_FORMED["attempt.enter"],
    "attempt.answer": WELL_FORMED["attempt.answer"],
    "attempt.activity": WELL_FORMED["attempt.activity"],
    "attempt.submit": WELL_FORMED["attempt.submit"],
    "attempt.leave": WELL_FORMED["attempt.leave"],
    "quiz.watch": WELL_FORMED["quiz.watch"],
    "quiz.unwatch": WELL_FORMED["quiz.unwatch"],
}


@pytest.fixture
def acks() -> dict[str, dict[str, Any]]:
    """Of every event, when everything goes well."""
    stage = Stage()
    stage.post.replies = {
        MayEnterRoom: DONE,
        EnterRoom: ROOM_VIEW,
        ExitRoom: DONE,
        Say: Said(message_id="m", offset=1),
        Signal: DONE,
        MayJoinLiveQuiz: found(),
        MayHostLiveQuiz: found(),
        JoinGame: player_view("ada"),
        SubmitAnswer: AnswerAccepted(answer_id="a", index=0, received_at=NOW),
        AttachHost: HOST_VIEW,
        StartGame: HostDone(step=1, phase=Phase.OPEN),
        LeaveGame: DONE,
        CheckAttemptNetwork: DONE,
        EnterAttempt: ATTEMPT_VIEW,
        SaveAnswer: SAVED,
        NoteActivity: DONE,
        SubmitAttempt: HANDED_IN,
        LeaveAttempt: DONE,
        MayWatchQuiz: QuizWatched(quiz_id="quiz-1", course_id=COURSE),
        ShowQuizProgress: QUIZ_PROGRESS,
    }
    socket = stage.user()
    for name, payload in IN_ORDER.items():
        stage.emit(socket, name, payload)
    return dict(zip(IN_ORDER, socket.acks, strict=True))


def test_good_acknowledgements_have_the_members_that_the_contract_names_and_no_others(
    acks: dict[str, dict[str, Any]],
) -> None:
    assert acks.keys() == CLIENT_EVENTS.keys()
    for name, ack in acks.items():
        reply = CLIENT_EVENTS[name].reply
        assert set(ack) == set(reply.__struct_encode_fields__), name
        msgspec.convert(ack, reply)


def test_errors_have_the_members_that_the_contract_names_and_no_others() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "room.join", {"courseId": "math"})
    [ack] = socket.acks
    assert set(ack) == set(Failure.__struct_encode_fields__)
    msgspec.convert(ack, Failure)


CLIENTS_OWN = {"joinId", "answerId", "commandId", "messageId"}
"""Names that a client gives to a try, so that a repetition is the same."""
SAFE = {
    "attempt.activity": "it is for the log alone",
    "attempt.enter": "entered is entered",
    "attempt.leave": "whoever is away stays away",
    "attempt.submit": "an attempt ends once",
    "quiz.unwatch": "whoever is away stays away",
    "quiz.watch": "watched is watched",
    "auth.renew": "the same token again says the same",
    "live.host": "attached is attached",
    "live.leave": "whoever is away stays away",
    "room.join": "whoever is in stays in",
    "room.leave": "whoever is out stays out",
    "room.signal": "typing and the like, of which nothing is kept",
    "time.sync": "reads a clock",
}


@pytest.mark.parametrize("event", sorted(CLIENT_EVENTS))
def test_what_would_happen_twice_has_a_name_of_the_clients_own(event: str) -> None:
    payload: Any = CLIENT_EVENTS[event].payload
    kinds = getattr(payload, "__args__", (payload,))
    named = [CLIENTS_OWN & set(kind.__struct_encode_fields__) for kind in kinds]
    assert all(named) is (event not in SAFE)
