"""Marking of attempts: what the keys of a quiz say about saved answers.

It is a function of the questions, the answers and the decisions about questions alone, so the order
in which they came does not matter, and marking again with the same key changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from actors.assessments.attempts.regrading import decided
from actors.assessments.attempts.worth import REVIEWED
from protocol.assessments.attempts.marks import Mark
from protocol.assessments.attempts.regrading import Regrade
from protocol.assessments.attempts.rows import GivenAnswer
from protocol.assessments.quizzes import Question, QuestionType


def marked(
    questions: Sequence[Question],
    answers: Mapping[str, GivenAnswer],
    known: Sequence[Mark] = (),
    *,
    review: frozenset[QuestionType] = REVIEWED,
    penalty: int | None = None,
    regrades: Mapping[str, Sequence[Regrade]] | None = None,
) -> tuple[Mark, ...]:
    """A mark for each question, in their order.

    `known` are the marks of before: what a person gave is kept as long as the answer is the same.
    `review` are the types at which a person looks in any case, `penalty` is what the quiz has as
    `negative_marking`; `regrades` apply to the questions as they were asked.
    """
    before = {mark.question_id: mark for mark in known}
    decisions = regrades or {}
    found = []
    for question in questions:
        mark = decided(
            question,
            answers.get(question.id),
            decisions.get(question.id, ()),
            review=review,
            penalty=penalty,
        )
        found.append(kept(before.get(question.id), mark))
    return tuple(found)


def kept(old: Mark | None, new: Mark) -> Mark:
    """The new mark with what persons gave and said about the same answer."""
    if old is None or old.revision != new.revision:
        return new
    if old.given is None:
        return msgspec.structs.replace(
            new, comment=old.comment, passages=old.passages, grades=old.grades
        )
    return msgspec.structs.replace(
        new,
        given=old.given,
        levels=old.levels,
        comment=old.comment,
        passages=old.passages,
        grades=old.grades,
        review=False,
        correct=old.given >= new.most,
    )
