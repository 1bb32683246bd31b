"""Who shows an attempt, who is told of it, and what the log keeps of that."""

from __future__ import annotations

from typing import Any

import pytest

from actors.assessments.attempts.attendance import MAX_NOTED
from actors.assessments.attempts.state import MAX_DEVICES, MAX_MESSAGES
from actors.assessments.attempts.turns import LEAVE, LINGER_MS
from protocol import topics
from protocol.assessments.attempts.commands import (
    EndAttempt,
    EnterAttempt,
    LeaveAttempt,
    MessageAttempt,
    NoteActivity,
    ReportProgress,
    SaveAnswer,
    ShowAttempt,
)
from protocol.assessments.attempts.events import (
    AttemptAnswerSaved,
    AttemptConnected,
    AttemptDisconnected,
)
from protocol.assessments.attempts.progress import AttemptProgress
from protocol.assessments.attempts.sealed import UNNOTICED_MS
from protocol.assessments.attempts.values import Activity, Timing
from protocol.errors import NotFoundError, RefusedError
from protocol.lifecycle import Activated, Reminded
from tests.actors.assessments.attempts.papers import MINUTE, QUESTIONS, Attempt
from tests.actors.assessments.live.games import CHOICE, TEXT, TRUE_FALSE


def enter(attempt: Attempt, device: str) -> Any:
    return attempt.do(EnterAttempt(by="ada", connection_id=device))


def leave(attempt: Attempt, device: str) -> None:
    attempt.do(LeaveAttempt(by="ada", connection_id=device))


def told(attempt: Attempt) -> AttemptProgress:
    """What was said last to those who watch."""
    assert attempt.sent[-1].address.kind == "quiz_watch"
    message = attempt.sent[-1].message
    assert isinstance(message, AttemptProgress)
    return message


def attendance(attempt: Attempt) -> list[Any]:
    return [
        each
        for each in attempt.events()
        if isinstance(each, (AttemptConnected, AttemptDisconnected))
    ]


def test_devices_see_each_other_come_and_go() -> None:
    attempt = Attempt()
    assert enter(attempt, "a").devices == 1
    assert enter(attempt, "b").devices == 2
    assert enter(attempt, "b").devices == 2
    leave(attempt, "a")
    leave(attempt, "a")
    said = [each.data.devices for each in attempt.published if each.event == "attempt.devices"]  # type: ignore[attr-defined]
    assert said == [1, 2, 1]
    assert attempt.published[-1].topic == topics.attempt("attempt-1")


def test_the_log_keeps_when_somebody_is_there_and_when_nobody_is() -> None:
    attempt = Attempt()
    enter(attempt, "a")
    enter(attempt, "b")
    leave(attempt, "a")
    attempt.now += 10
    leave(attempt, "b")
    began = attempt.now - 10
    assert attendance(attempt) == [
        AttemptConnected(at=began),
        AttemptDisconnected(at=began + 10, seen_at=began + 10),
    ]
    attempt.state.noted = MAX_NOTED
    enter(attempt, "a")
    assert len(attendance(attempt)) == 2
    assert attempt.state.connected


def test_an_outage_cuts_off_everybody_when_it_began() -> None:
    attempt = Attempt(timing=Timing(limit_ms=9 * MINUTE))
    enter(attempt, "a")
    cut_off = attempt.now
    attempt.restart(down_ms=MINUTE, late_ms=MINUTE, snapshot_at=2)
    [gone] = attendance(attempt)[1:]
    assert gone == AttemptDisconnected(at=cut_off, seen_at=cut_off - UNNOTICED_MS)
    assert (told(attempt).devices, attempt.view().devices) == (0, 0)
    assert enter(attempt, "b").devices == 1


def test_an_actor_that_has_crashed_learns_of_devices_by_what_they_do() -> None:
    attempt = Attempt()
    enter(attempt, "a")
    attempt.restart()
    assert attempt.view().devices == 1
    save = SaveAnswer(
        by="ada",
        question_id=TEXT.id,
        answer="Paris",
        answer_id="1",
        received_at=attempt.now,
        connection_id="a",
    )
    attempt.do(save)
    assert attempt.state.devices == ("a",)
    assert len(attendance(attempt)) == 1
    leave(attempt, "a")
    assert len(attendance(attempt)) == 2


def test_it_stays_in_memory_while_somebody_is_there() -> None:
    attempt = Attempt()
    enter(attempt, "a")
    assert LEAVE not in attempt.alarms
    attempt.do(Reminded(name=LEAVE, due_at=0))
    assert not attempt.passivated
    leave(attempt, "a")
    attempt.pass_time(LINGER_MS)
    assert attempt.passivated


def test_whoever_was_presumed_to_be_there_is_not_when_it_leaves_memory() -> None:
    attempt = Attempt()
    enter(attempt, "a")
    attempt.restart()
    attempt.pass_time(LINGER_MS)
    assert attempt.passivated
    assert isinstance(attendance(attempt)[-1], AttemptDisconnected)


def test_devices_are_bounded_and_those_of_others_are_refused() -> None:
    attempt = Attempt()
    for number in range(MAX_DEVICES + 3):
        enter(attempt, f"d{number}")
    assert len(attempt.state.devices) == MAX_DEVICES
    with pytest.raises(NotFoundError):
        attempt.do(EnterAttempt(by="ben", connection_id="x"))
    assert "x" not in attempt.state.devices


def test_after_the_end_nothing_is_logged_of_who_looks() -> None:
    attempt = Attempt()
    attempt.do(EndAttempt(by="vera"))
    size = len(attempt.journal)
    assert enter(attempt, "a").devices == 1
    leave(attempt, "a")
    assert len(attempt.journal) == size


def test_who_watches_is_told_what_changes_and_no_more() -> None:
    attempt = Attempt()
    assert (told(attempt).answered, told(attempt).total) == (0, len(QUESTIONS))
    count = len(attempt.sent)
    attempt.save(TEXT, "Par")
    assert told(attempt).answered == 1
    attempt.save(TEXT, "Paris")
    attempt.do(NoteActivity(by="ada", activity=Activity.LEFT))
    assert len(attempt.sent) == count + 1
    attempt.save(CHOICE, [0])
    attempt.save(TEXT, None)
    assert told(attempt).answered == 1
    attempt.do(EndAttempt(by="vera"))
    assert told(attempt).ended_at == attempt.now
    assert attempt.do(ReportProgress()) == told(attempt)
    assert attempt.do(ShowAttempt()) == attempt.view()


def test_the_log_tells_first_answers_from_changes_and_never_an_answer_before_a_view() -> None:
    attempt = Attempt()
    attempt.do(NoteActivity(by="ada", activity=Activity.VIEWED, question_id=TEXT.id))
    attempt.save(TEXT, "Par")
    attempt.save(TEXT, "Paris")
    attempt.save(TRUE_FALSE, True)
    attempt.restart(snapshot_at=2)
    attempt.save(TRUE_FALSE, None)
    attempt.save(TRUE_FALSE, False)
    saved = [each for each in attempt.events() if isinstance(each, AttemptAnswerSaved)]
    assert [(each.changed, each.unseen) for each in saved] == [
        (False, False),
        (True, False),
        (False, True),
        (True, False),
        (False, False),
    ]


def test_a_teacher_s_message_reaches_the_student_once_and_is_there_on_every_device() -> None:
    attempt = Attempt()
    message = MessageAttempt(by="vera", message_id="m", text="Read question 3 again")
    attempt.do(message)
    attempt.do(message)
    assert [each.event for each in attempt.published] == ["attempt.message"]
    [said] = attempt.view().messages
    assert (said.message_id, said.text, said.at) == ("m", "Read question 3 again", attempt.now)
    for number in range(MAX_MESSAGES):
        attempt.do(MessageAttempt(by="vera", message_id=str(number), text="!"))
    assert len(attempt.view().messages) == MAX_MESSAGES
    attempt.do(EndAttempt(by="vera"))
    with pytest.raises(RefusedError) as refused:
        attempt.do(MessageAttempt(by="vera", message_id="late", text="!"))
    assert refused.value.code == "ATTEMPT_ENDED"


def test_a_snapshot_s_devices_are_forgotten() -> None:
    attempt = Attempt()
    enter(attempt, "a")
    attempt.do(Activated())
    assert attempt.state.devices == ()
