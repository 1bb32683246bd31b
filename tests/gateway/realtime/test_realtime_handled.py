"""Every event is counted once, with how long it took, whichever way it ends."""

from __future__ import annotations

import pytest

from protocol.assessments.live.views import AnswerAccepted
from protocol.errors import ActorCrashed, RefusedError, StoaError
from tests.gateway.realtime.examples import GIVEN, join_guest
from tests.gateway.realtime.fakes import Stage
from tests.support.fakes import NOW

ACCEPTED = AnswerAccepted(answer_id="a-1", index=2, received_at=NOW)


def test_what_is_acknowledged_counts_from_when_it_was_read() -> None:
    stage = Stage()
    socket = stage.guest()
    join_guest(stage, socket)
    assert stage.application.handled.totals() == ({"live.join": 1}, {})
    stage.emit(socket, "live.answer", GIVEN | {"answer": True}, received_at=NOW - 300)
    assert "live.answer" not in stage.application.handled.totals()[0]
    stage.post.answer(ACCEPTED)
    assert stage.application.handled.totals() == ({"live.join": 1, "live.answer": 1}, {})
    shown = stage.application.handled.times.shown()["live.answer"]
    assert shown.sum == pytest.approx(0.3)
    at_most = dict(zip(shown.bounds, shown.at_most, strict=True))
    assert (at_most[0.25], at_most[0.5]) == (0, 1)


@pytest.mark.parametrize("error", [RefusedError("QUESTION_CLOSED", "too late"), ActorCrashed()])
def test_what_an_actor_refuses_counts_with_its_code(error: StoaError) -> None:
    stage = Stage()
    socket = stage.guest()
    join_guest(stage, socket)
    stage.emit(socket, "live.answer", GIVEN | {"answer": True})
    stage.post.fail(error)
    events, refused = stage.application.handled.totals()
    assert (events["live.answer"], refused) == (1, {error.code: 1})


def test_what_no_actor_has_seen_counts_too_and_names_of_clients_are_no_labels() -> None:
    stage = Stage()
    socket = stage.guest()
    stage.emit(socket, "live.answer", GIVEN)
    stage.emit(socket, "a name of the client's own", {})
    stage.emit(socket, "time.sync", {"t0": 1})
    assert stage.application.handled.totals() == (
        {"live.answer": 1, "other": 1, "time.sync": 1},
        {"NOT_A_PLAYER": 1, "NOT_FOUND": 1},
    )
