"""What the assessments handler does about answers that are like one that waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actors.assessments.attempts import rules
from actors.dispatch import Step
from actors.threads import Threads
from protocol.assessments.attempts.similar import (
    FindSimilarAnswers,
    GradedAnswer,
    SimilarAnswer,
    SimilarAnswers,
)
from protocol.envelope import Message
from protocol.ids import canonical
from protocol.records.assessments import AttemptRecords

COMPARED_AT_ONCE = 1
"""Three hundred long answers take a core for some ten milliseconds."""


class SimilarSteps:
    """The step, by the class of its message."""

    def __init__(self, records: AttemptRecords) -> None:
        self._records = records
        self._threads = Threads(COMPARED_AT_ONCE)
        self.by_message: Mapping[type[Message], Step] = {FindSimilarAnswers: self._find}

    async def _find(self, question: FindSimilarAnswers) -> SimilarAnswers:
        facts = await self._records.facts(question.submission_id)
        rules.check_visible("SimilarQuizAnswer", facts, question.by, question.by_role)
        found = await self._records.compared(facts, canonical(question.question_id))
        if found.answer is None or not found.graded:
            return SimilarAnswers(answers=())
        answers = await self._threads.run(_similar, found.answer, found.graded)
        return SimilarAnswers(answers=answers)


def _similar(answer: str, graded: Sequence[GradedAnswer]) -> tuple[SimilarAnswer, ...]:
    from actors.assessments.answers.similarity import similar

    return similar(answer, graded)
