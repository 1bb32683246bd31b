"""What the assessments handler does about marking anew, and about showing results."""

from __future__ import annotations

from collections.abc import Mapping

from actors.assessments.attempts import regrade_rules as rules
from actors.course_rules import permitted
from actors.dispatch import Step
from protocol.assessments.attempts.regrading import (
    HoldResults,
    PreviewRegrade,
    QuestionRegraded,
    RegradePreview,
    RegradeQuestion,
    RegradeRequest,
    ReleaseResults,
    ResultsSet,
)
from protocol.envelope import Message
from protocol.ids import canonical
from protocol.ports import Clock
from protocol.records.assessments import NewRegrade, RegradeRecords


class RegradeSteps:
    """The steps, by the class of the message."""

    def __init__(self, records: RegradeRecords, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self.by_message: Mapping[type[Message], Step] = {
            PreviewRegrade: self._preview,
            RegradeQuestion: self._regrade,
            ReleaseResults: self._release,
            HoldResults: self._hold,
        }

    async def _preview(self, question: PreviewRegrade) -> RegradePreview:
        first, after = rules.page_of(question)
        return await self._records.preview(
            self._decision(question),
            rules.may_preview(question),
            rules.remarking(question.policy, over=question.over_given),
            first=first,
            after=after,
        )

    async def _regrade(self, command: RegradeQuestion) -> QuestionRegraded:
        remark = rules.remarking(command.policy, over=command.over_given)
        return await self._records.regrade(
            self._decision(command), rules.may_regrade(command), remark
        )

    async def _release(self, command: ReleaseResults) -> ResultsSet:
        rule = permitted("releaseQuizResults", command.by, command.by_role)
        return await self._records.release(command.quiz_id, command.by, self._clock.now(), rule)

    async def _hold(self, command: HoldResults) -> ResultsSet:
        rule = permitted("holdQuizResults", command.by, command.by_role)
        return await self._records.hold(command.quiz_id, command.by, self._clock.now(), rule)

    def _decision(self, request: RegradeRequest) -> NewRegrade:
        return NewRegrade(
            quiz_id=request.quiz_id,
            question_id=canonical(request.question_id),
            policy=request.policy,
            by=request.by,
            at=self._clock.now(),
        )
