"""What an attempt shows to its student."""

from __future__ import annotations

import msgspec

from actors.assessments.attempts.clock import credited_ms, deadline, taken_ms
from actors.assessments.attempts.state import (
    AttemptState,
    End,
    SealState,
    asked,
    devices,
    option_order,
    question_order,
    shown,
)
from protocol.assessments.attempts.progress import AttemptProgress
from protocol.assessments.attempts.rows import AttemptRow, CreditedOutage, GivenAnswer
from protocol.assessments.attempts.sealed import ShownSeal, anchor_of
from protocol.assessments.attempts.values import Ending, Saved, SealedStatus
from protocol.assessments.attempts.views import (
    AttemptHandedIn,
    AttemptOver,
    AttemptTimed,
    AttemptView,
    KeptAnswer,
    QuestionPlace,
    ShownAnswer,
)
from protocol.assessments.quizzes import Answer
from protocol.times import iso


def attempt_view(state: AttemptState, now: int, *, also: str = "") -> AttemptView:
    """All that is to be known to go on with it on any device; `also` is one that just comes."""
    shapes, end = state.questions, state.end
    return AttemptView(
        submission_id=state.submission_id,
        quiz_id=state.quiz_id,
        version_id=state.version_id,
        number=state.number,
        questions=tuple(
            QuestionPlace(question_id=shapes[n].question_id, order=option_order(state, n))
            for n in question_order(state)
        ),
        answers={
            shapes[n].question_id: ShownAnswer(
                answer=shown(state, n, saved.answer), revision=saved.revision
            )
            for n, saved in state.answers.items()
        },
        revision=state.revision,
        started_at=state.begun_at,
        deadline_at=deadline(state),
        ended_at=None if end is None else end.at,
        ending=None if end is None else end.ending,
        credited_ms=credited_ms(state),
        devices=devices(state) if also in ("", *state.devices) else len(state.devices) + 1,
        messages=state.messages,
        anchor=anchor_of(state.seed, state.submission_id, state.revision),
        now=now,
    )


def progress(state: AttemptState) -> AttemptProgress:
    """How far it is, for those who watch the quiz."""
    end = state.end
    return AttemptProgress(
        submission_id=state.submission_id,
        student_id=state.student_id,
        number=state.number,
        answered=state.answered,
        total=len(asked(state)),
        devices=devices(state),
        started_at=state.begun_at,
        deadline_at=deadline(state),
        ended_at=None if end is None else end.at,
        ending=None if end is None else end.ending,
        credited_ms=credited_ms(state),
    )


def timed(state: AttemptState, now: int) -> AttemptTimed:
    """What is left."""
    return AttemptTimed(
        submission_id=state.submission_id,
        deadline_at=deadline(state),
        credited_ms=credited_ms(state),
        now=now,
    )


def over(state: AttemptState, at: int, ending: Ending) -> AttemptOver:
    return AttemptOver(
        submission_id=state.submission_id, ended_at=at, ending=ending, revision=state.revision
    )


def kept(state: AttemptState, index: int, saved: Saved) -> KeptAnswer:
    """What is durable of the answer to the question with that place in the quiz."""
    return KeptAnswer(
        question_id=state.questions[index].question_id,
        answer_id=saved.answer_id,
        answer=shown(state, index, saved.answer),
        revision=saved.revision,
        saved_at=saved.at,
    )


def handed_in(state: AttemptState, end: End) -> AttemptHandedIn:
    """What the attempt, which is over, has of each question that was ever answered."""
    answers = [kept(state, n, saved) for n, saved in state.answers.items()]
    return AttemptHandedIn(
        submission_id=state.submission_id,
        ended_at=end.at,
        ending=end.ending,
        revision=state.revision,
        answers=tuple(sorted(answers, key=lambda each: each.revision)),
    )


def shown_seal(seal: SealState) -> ShownSeal:
    return ShownSeal(
        number=seal.number,
        status=seal.status,
        away_since=seal.away_since,
        committed_at=seal.committed_at,
        received_at=seal.received_at,
        offset_ms=seal.offset_ms,
        head=seal.head,
        length=seal.length,
        late=seal.late,
        answers=seal.answers,
        decided_at=seal.decided_at,
        by=seal.by or None,
        reason=seal.reason,
    )


def before_seal(state: AttemptState, seal: SealState) -> tuple[Answer | None, ...]:
    """What its answers have replaced, or would."""
    if seal.status is not SealedStatus.PENDING:
        return seal.before
    saved = (state.answers.get(each.index) for each in seal.answers)
    return tuple(None if each is None else each.answer for each in saved)


def attempt_row(state: AttemptState) -> AttemptRow:
    """The row of the attempt as it is now; with its answers once it is over."""
    end = state.end
    row = AttemptRow(
        submission_id=state.submission_id,
        started_at=state.begun_at,
        deadline_at=deadline(state),
        outages=tuple(
            CreditedOutage(began=iso(each.began), outage_ms=each.outage_ms, vetoed=each.vetoed)
            for each in state.credits
        ),
        sealed=state.seals[-1].status if state.seals else None,
        drawn=None
        if state.drawn is None
        else tuple(state.questions[n].question_id for n in state.drawn),
    )
    if end is None:
        return row
    return msgspec.structs.replace(
        row,
        ended_at=end.at,
        ending=end.ending,
        time_taken_ms=taken_ms(state, end.at),
        answers={
            state.questions[n].question_id: GivenAnswer(
                answer=saved.answer, revision=saved.revision, at=saved.at
            )
            for n, saved in sorted(state.answers.items())
            if saved.answer is not None
        },
    )
