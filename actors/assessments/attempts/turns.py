"""What follows when the time of an attempt moves or is up: alarms, its row, publications."""

from __future__ import annotations

import copy

from actors.assessments.attempts import views
from actors.assessments.attempts.clock import LATE_MS, deadline
from actors.assessments.attempts.evolution import evolve
from actors.assessments.attempts.state import AttemptState, End
from actors.effects import Announce, Effect, Persist, Publish, Reply, SaveRecord, WakeAt
from protocol import topics
from protocol.assessments.attempts.events import AttemptEnded, QuizSubmitted
from protocol.assessments.attempts.values import Ending
from protocol.envelope import Message

DEADLINE = "deadline"
LEAVE = "leave"
LINGER_MS = 600_000
"""So long after the last device has gone, an attempt that nothing ends soon leaves memory."""
STAY_MS = 24 * 3_600_000
"""An attempt that ends within this time stays in memory: it is to hear of every stall."""


def stays(state: AttemptState, now: int) -> bool:
    """Whether it ends soon, though nobody may be there."""
    ends = None if state.end is not None else deadline(state)
    return ends is not None and ends <= now + STAY_MS


def alarms(state: AttemptState, now: int) -> list[Effect]:
    """When its time is up, and when to look whether it may leave memory."""
    ends = None if state.end is not None else deadline(state)
    return [
        WakeAt(DEADLINE, None if ends is None else ends + LATE_MS),
        *([] if state.devices else leaving(state, now)),
    ]


def leaving(state: AttemptState, now: int) -> list[Effect]:
    """When to look whether it may leave memory, now that nobody is there."""
    return [WakeAt(LEAVE, None if stays(state, now) else now + LINGER_MS, durable=False)]


def retimed(state: AttemptState, event: Message, now: int) -> list[Effect]:
    """The deadline moves: its alarm, its row, and the student's page with it."""
    then = evolve(copy.copy(state), event)
    return [
        Persist((event,)),
        SaveRecord(views.attempt_row(then)),
        *alarms(then, now),
        Publish(topics.attempt(state.submission_id), "attempt.timed", views.timed(then, now)),
    ]


def at_deadline(state: AttemptState, now: int, *, reply: bool = False) -> list[Effect]:
    """It ended when its time was up, however late that is noticed."""
    ends = deadline(state)
    assert ends is not None
    return end(state, ends, Ending.DEADLINE, now, reply=reply)


def end(
    state: AttemptState, at: int, ending: Ending, now: int, *, by: str = "", reply: bool = False
) -> list[Effect]:
    """It ends at that moment, with what is saved."""
    event = AttemptEnded(at=at, ending=ending, by=by)
    then = evolve(copy.copy(state), event)
    over = views.over(then, at, ending)
    submitted = QuizSubmitted(
        submission_id=state.submission_id,
        quiz_id=state.quiz_id,
        student_id=state.student_id,
        ending=ending,
        at=at,
    )
    return [
        Persist((event,)),
        SaveRecord(views.attempt_row(then)),
        Announce(submitted),
        *alarms(then, now),
        Publish(topics.attempt(state.submission_id), "attempt.over", over),
        *([Reply(views.handed_in(then, End(at, ending)))] if reply else []),
    ]
