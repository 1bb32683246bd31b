"""live.answer: one message, acknowledged when it is durable."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.assessments.live.commands import (
    SubmitAnswer,
)
from protocol.assessments.live.views import AnswerAccepted
from protocol.errors import (
    RefusedError,
)
from tests.gateway.realtime.examples import (
    GAME_ADDRESS,
    GIVEN,
    join_guest,
)
from tests.gateway.realtime.fakes import DONE, Stage
from tests.support.fakes import NOW


@pytest.mark.parametrize("answer", [[1], [], [0, 2], True, False, "Rome", "", ["a", "b"]])
def test_an_answer_is_one_message_and_is_acknowledged_when_the_reply_arrives(answer: Any) -> None:
    stage = Stage()
    socket = stage.guest()
    player_id = join_guest(stage, socket)
    socket.round_trips.credited_ms = 7
    before = len(socket.acks)
    stage.emit(socket, "live.answer", GIVEN | {"answer": answer}, received_at=NOW + 5)
    assert stage.post.last() == (
        GAME_ADDRESS,
        SubmitAnswer(
            player_id=player_id,
            question_index=2,
            answer_id="a-1",
            answer=answer,
            received_at=NOW + 5,
            round_trip_ms=7,
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
