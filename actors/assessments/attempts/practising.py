"""Practice of the questions of an attempt that is over: who may, and by which key."""

from __future__ import annotations

from collections.abc import Mapping

from actors.assessments.attempts.regrading import applies, with_key
from actors.assessments.practice import compared
from actors.dispatch import Step
from protocol.assessments.practice import CheckAttemptPracticeAnswer, PracticeChecked
from protocol.assessments.quizzes import Question
from protocol.envelope import Message
from protocol.errors import NotFoundError, RefusedError
from protocol.ids import canonical
from protocol.permissions import VISIBLE, Relation
from protocol.records.assessments import AttemptPractice, AttemptRecords


class PracticeSteps:
    """The step, by the class of its message."""

    def __init__(self, records: AttemptRecords) -> None:
        self._records = records
        self.by_message: Mapping[type[Message], Step] = {CheckAttemptPracticeAnswer: self._check}

    async def _check(self, question: CheckAttemptPracticeAnswer) -> PracticeChecked:
        place = canonical(question.question_id)
        found = await self._records.practised(question.submission_id, place)
        staff = _is_staff(found, question)
        _check_allowed(found, question, staff=staff)
        asked = asked_in(found)
        if asked is None:
            raise NotFoundError("question", question.question_id[:64])
        explains = staff or found.explained
        return compared(asked, question.answer, explains=explains, field="questionId")


def _is_staff(found: AttemptPractice, question: CheckAttemptPracticeAnswer) -> bool:
    relations = found.attempt.relations(question.by, question.by_role)
    return not (VISIBLE["QuizPractice"].to - {Relation.OWNER}).isdisjoint(relations)


def _check_allowed(
    found: AttemptPractice, question: CheckAttemptPracticeAnswer, *, staff: bool
) -> None:
    own = found.attempt.student_id == question.by and found.studies
    if not (staff or own):
        raise NotFoundError("quiz submission", question.submission_id[:64])
    if not found.attempt.ended:
        raise RefusedError("ATTEMPT_RUNNING", "This attempt has not ended")
    if not (staff or (found.allowed and found.shown)):
        raise RefusedError("PRACTICE_OFF", "The quiz does not allow practice, or not yet")


def asked_in(found: AttemptPractice) -> Question | None:
    """The question as the attempt has it, with the key that counts now; None if there is none."""
    asked = found.question
    if asked is None or found.left_out:
        return None
    for regrade in found.regrades:
        if regrade.question is not None and applies(regrade, asked, found.revision):
            asked = with_key(asked, regrade.question)
    return asked
