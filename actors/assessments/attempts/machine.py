"""One attempt at a quiz, from its beginning to its end.

It is pure: `decide` reads the given state and time and returns effects; `evolve` (in
`evolution.py`) applies events. `clock.py` says when its time is up, `views.py` what is shown.
Grading is not its business: the row that it leaves at its end is graded by the handler.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actors.assessments.answers.shapes import check_id
from actors.assessments.attempts import attendance, sealing, teaching, views, waking
from actors.assessments.attempts.attendance import MAX_NOTED
from actors.assessments.attempts.clock import deadline, in_time
from actors.assessments.attempts.drawing import drawn
from actors.assessments.attempts.evolution import evolve
from actors.assessments.attempts.shapes import check_answer
from actors.assessments.attempts.state import AttemptState, authored, index_of, shown
from actors.assessments.attempts.telling import told
from actors.assessments.attempts.turns import alarms, at_deadline, end
from actors.effects import (
    Effects,
    Passivate,
    Persist,
    Publish,
    Refuse,
    Reply,
    SaveRecord,
)
from protocol import topics
from protocol.assessments.attempts.commands import (
    KIND,
    AccommodateAttempt,
    BeginAttempt,
    DiscardAttempt,
    EndAttempt,
    EnterAttempt,
    ExtendAttempt,
    LeaveAttempt,
    MessageAttempt,
    NoteActivity,
    ReopenAttempt,
    ReportProgress,
    SaveAnswer,
    ShowAttempt,
    ShowHandedIn,
    StudentCommand,
    SubmitAttempt,
    VetoCredit,
    ViewAttempt,
)
from protocol.assessments.attempts.events import (
    AttemptActivityNoted,
    AttemptAnswerSaved,
    AttemptBegun,
    AttemptEvent,
)
from protocol.assessments.attempts.sealed import (
    CommitSeal,
    DecideSeal,
    OpenSeal,
    ShowSeals,
    anchor_of,
)
from protocol.assessments.attempts.values import Ending, Saved
from protocol.assessments.attempts.views import AnswerChanged, AnswerSaved
from protocol.envelope import Message
from protocol.errors import NotFoundError, RefusedError, StoaError
from protocol.lifecycle import Activated, Done, Reminded, Stalled

__all__ = ["decide", "event_types", "evolve", "initial", "kind", "schema", "state_type"]

kind = KIND
schema = 1
event_types = AttemptEvent
state_type = AttemptState

MAX_SAVES = 20_000
"""Changes of answers in one attempt: one in two seconds for eleven hours."""


def initial(key: str) -> AttemptState:
    """An attempt before it begins."""
    return AttemptState(submission_id=key)


def decide(state: AttemptState, command: Message, now: int) -> Effects:
    """The effects of a command at the time `now`."""
    try:
        if not state.begun and not isinstance(command, BeginAttempt):
            return _nothing_begun(state, command)
        if isinstance(command, StudentCommand) and command.by != state.student_id:
            raise NotFoundError("quiz submission", state.submission_id)
        effects = _DECIDE[type(command)](state, command, now)
        if isinstance(command, StudentCommand):
            effects = [*_seen(state, command, now), *effects]
        return [*effects, *told(state, effects)]
    except StoaError as error:
        return [Refuse(error)]


def _seen(state: AttemptState, command: StudentCommand, now: int) -> Effects:
    """The device that a command comes from is there, unless it says that it is gone.

    What comes without one, over HTTP, is a sign of life all the same.
    """
    device = command.connection_id
    if isinstance(command, LeaveAttempt) or (device and device in state.devices):
        return []
    if not device:
        return attendance.seen(state, getattr(command, "received_at", now))
    return attendance.came(state, device, now)


def _nothing_begun(state: AttemptState, command: Message) -> Effects:
    if isinstance(command, Stalled):
        return []
    if isinstance(command, (Activated, Reminded)):
        return [Passivate()]
    # Clients choose the id: what is not there must not stay in memory.
    return [Refuse(NotFoundError("quiz submission", state.submission_id)), Passivate()]


def _begin(state: AttemptState, command: BeginAttempt, now: int) -> Effects:
    if state.begun:
        return [Reply(views.attempt_view(state, now))]
    event = AttemptBegun(
        student_id=command.student_id,
        quiz_id=command.quiz_id,
        course_id=command.course_id,
        version_id=command.version_id,
        number=command.number,
        questions=command.questions,
        seed=command.seed,
        timing=command.timing,
        shuffle_questions=command.shuffle_questions,
        shuffle_options=command.shuffle_options,
        at=now,
        drawn=drawn(command.seed, len(command.questions), command.drawings),
    )
    begun = evolve(state, event)
    return [
        Persist((event,)),
        SaveRecord(views.attempt_row(begun)),
        *alarms(begun, now),
        Reply(views.attempt_view(begun, now)),
    ]


# --- the student ----------------------------------------------------------------------------------


def _view(state: AttemptState, _: ViewAttempt | ShowAttempt, now: int) -> Effects:
    return [Reply(views.attempt_view(state, now))]


def _handed_in(state: AttemptState, _: ShowHandedIn, _now: int) -> Effects:
    if state.end is None:
        raise RefusedError("ATTEMPT_RUNNING", "This attempt has not ended")
    return [Reply(views.handed_in(state, state.end))]


def _report(state: AttemptState, _: ReportProgress, _now: int) -> Effects:
    return [Reply(views.progress(state))]


def _save(state: AttemptState, command: SaveAnswer, now: int) -> Effects:
    index = index_of(state, command.question_id)
    if index is None:
        raise NotFoundError("question", command.question_id[:64])
    check_id("answerId", command.answer_id)
    saved = state.answers.get(index)
    if saved is not None and saved.answer_id == command.answer_id:
        return [Reply(_acknowledged(state, index, saved, command.answer_id))]
    _check_open(state, command.received_at)
    check_answer(state.questions[index], command.answer)
    answer = authored(state, index, command.answer)
    if saved is not None and saved.answer == answer and type(saved.answer) is type(answer):
        return [Reply(_acknowledged(state, index, saved, command.answer_id))]
    expected = command.expected_revision
    if expected is not None and expected != (0 if saved is None else saved.revision):
        raise _changed(state, index)
    if state.revision >= MAX_SAVES:
        raise RefusedError("ANSWERS_FULL", "This attempt has been changed too often")
    event = AttemptAnswerSaved(
        question_index=index,
        answer=answer,
        answer_id=command.answer_id,
        revision=state.revision + 1,
        received_at=command.received_at,
        changed=saved is not None and saved.answer is not None,
        unseen=saved is None and index not in state.viewed,
    )
    changed = AnswerChanged(
        submission_id=state.submission_id,
        question_id=command.question_id,
        answer_id=command.answer_id,
        answer=command.answer,
        revision=event.revision,
        saved_at=event.received_at,
    )
    new = Saved(answer, command.answer_id, event.revision, command.received_at)
    return [
        Persist((event,)),
        Publish(topics.attempt(state.submission_id), "attempt.answer", changed),
        Reply(_acknowledged(state, index, new, command.answer_id)),
    ]


def _check_open(state: AttemptState, at: int) -> None:
    """Refuse what was read after the end, whenever it is decided."""
    if not in_time(state, at):
        ended_at = state.end.at if state.end is not None else deadline(state)
        raise RefusedError("ATTEMPT_ENDED", "This attempt has ended", ended_at=ended_at)


def _acknowledged(state: AttemptState, index: int, saved: Saved, answer_id: str) -> AnswerSaved:
    """By the id of this command; `kept` has that of the save that was the first to say the same."""
    kept = views.kept(state, index, saved)
    return AnswerSaved(
        submission_id=state.submission_id,
        question_id=kept.question_id,
        answer_id=answer_id,
        revision=saved.revision,
        saved_at=saved.at,
        kept=kept,
        anchor=anchor_of(state.seed, state.submission_id, saved.revision),
    )


def _changed(state: AttemptState, index: int) -> RefusedError:
    """Another device was quicker; both answers are in the student's hands now."""
    saved = state.answers.get(index)
    return RefusedError(
        "ANSWER_CHANGED",
        "This answer was changed on another device",
        answer=None if saved is None else shown(state, index, saved.answer),
        revision=0 if saved is None else saved.revision,
    )


def _note(state: AttemptState, command: NoteActivity, now: int) -> Effects:
    index = None
    if command.question_id is not None:
        index = index_of(state, command.question_id)
        if index is None:
            raise NotFoundError("question", command.question_id[:64])
    if state.noted >= MAX_NOTED or not in_time(state, now):
        return [Reply(Done())]
    event = AttemptActivityNoted(activity=command.activity, question_index=index, at=now)
    return [Persist((event,)), Reply(Done())]


def _submit(state: AttemptState, command: SubmitAttempt, now: int) -> Effects:
    if state.end is not None:
        return [Reply(views.handed_in(state, state.end))]
    if command.revision is not None and command.revision != state.revision:
        said = "More was saved, on another device"
        raise RefusedError("ANSWER_CHANGED", said, revision=state.revision)
    if not in_time(state, command.received_at):
        return at_deadline(state, now, reply=True)
    return end(state, command.received_at, Ending.SUBMITTED, now, by=command.by, reply=True)


_DECIDE: dict[type[Message], Callable[[AttemptState, Any, int], Effects]] = {
    BeginAttempt: _begin,
    ViewAttempt: _view,
    ShowAttempt: _view,
    ShowHandedIn: _handed_in,
    ReportProgress: _report,
    EnterAttempt: attendance.enter,
    LeaveAttempt: attendance.leave,
    MessageAttempt: teaching.message,
    SaveAnswer: _save,
    NoteActivity: _note,
    SubmitAttempt: _submit,
    ExtendAttempt: teaching.extend,
    AccommodateAttempt: teaching.accommodate,
    VetoCredit: teaching.veto,
    EndAttempt: teaching.end_by_teacher,
    ReopenAttempt: teaching.reopen,
    DiscardAttempt: teaching.discard,
    CommitSeal: sealing.commit,
    OpenSeal: sealing.open_seal,
    DecideSeal: sealing.decide,
    ShowSeals: sealing.show,
    Activated: waking.activated,
    Stalled: waking.stalled,
    Reminded: waking.reminded,
}
