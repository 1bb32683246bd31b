"""Who is told what similar answers were given, and that nobody is named."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import msgspec
import pytest

from actors.assessments.attempts.similar_steps import SimilarSteps
from protocol.assessments.attempts.similar import FindSimilarAnswers, GradedAnswer, SimilarAnswers
from protocol.errors import NotFoundError
from protocol.records.assessments import AttemptFacts, AttemptRecords, Compared
from tests.actors.assessments.attempts.test_receipt_steps import OneAttempt

GRADED = (GradedAnswer(answer="Because of water", points=Decimal(2), levels=(1,)),)


class Answers(OneAttempt):
    """An attempt with an answer, and those that are graded."""

    def __init__(self, answer: str | None, graded: tuple[GradedAnswer, ...]) -> None:
        super().__init__()
        self._compared = Compared(answer=answer, graded=graded)

    async def compared(self, facts: AttemptFacts, question_id: str) -> Compared:
        assert (facts, question_id) == (self.found, "q")
        return self._compared


async def find(
    by: str, answer: str | None, graded: tuple[GradedAnswer, ...] = GRADED
) -> SimilarAnswers:
    steps = SimilarSteps(cast(AttemptRecords, Answers(answer, graded))).by_message
    question = FindSimilarAnswers(by=by, by_role="student", submission_id="s", question_id="q")
    found = await steps[FindSimilarAnswers](question)
    assert isinstance(found, SimilarAnswers)
    return found


async def test_the_staff_of_the_course_is_told_and_the_student_is_not() -> None:
    [similar] = (await find("vera", "because of the water")).answers
    assert similar.graded == GRADED[0]
    assert set(msgspec.to_builtins(similar.graded)) == {"answer", "points", "levels"}
    for by in ("ada", "ben"):  # its own student, and a stranger
        with pytest.raises(NotFoundError):
            await find(by, "because of the water")


async def test_nothing_is_like_what_is_no_text_and_nothing_is_like_nothing() -> None:
    assert (await find("vera", None)).answers == ()
    assert (await find("vera", "because of the water", ())).answers == ()
