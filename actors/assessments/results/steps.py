"""What the assessments handler does about results of games that are over."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from actors.assessments.results import machine, practice, recounting
from actors.assessments.results.typed import grouped
from actors.dispatch import Step
from actors.threads import Threads
from protocol.assessments.live.commands import KIND, RecountBoard
from protocol.assessments.practice import CheckPracticeAnswer, PracticeChecked
from protocol.assessments.results import (
    AcceptAnswer,
    Decision,
    ListTypedAnswers,
    RecountResults,
    RemoveAcceptedAnswer,
    Rescored,
    ScoreEssay,
    ShowRecount,
    TypedAnswers,
)
from protocol.envelope import Address, Message
from protocol.errors import HistoryUnreadable, NotFoundError
from protocol.lifecycle import Done
from protocol.ports import Clock, Post
from protocol.records.assessments import NewDecision, ResultRecords, ResultRule

GROUPINGS_AT_ONCE = 2
"""Lists of typed answers that are grouped at the same time, beside the event loop."""


class ResultSteps:
    """The steps, by the class of the message."""

    def __init__(self, records: ResultRecords, clock: Clock, post: Post) -> None:
        self._records = records
        self._post = post
        self._clock = clock
        self._groupings = Threads(GROUPINGS_AT_ONCE)
        self.by_message: Mapping[type[Message], Step] = {
            ListTypedAnswers: self._typed,
            CheckPracticeAnswer: self._check,
            AcceptAnswer: self._accept,
            RemoveAcceptedAnswer: self._remove,
            ScoreEssay: self._score,
            RecountResults: self._recount,
            ShowRecount: self._show,
        }

    async def _typed(self, question: ListTypedAnswers) -> TypedAnswers:
        blank = question.blank
        typed = await self._records.typed(
            question.live_quiz_id, question.question_index, blank, machine.seen_by(question)
        )
        machine.check_typed(typed.played, blank)
        return await self._groupings.run(grouped, typed, blank)

    async def _check(self, question: CheckPracticeAnswer) -> PracticeChecked:
        facts, played = await self._records.practised(
            question.live_quiz_id,
            question.question_index,
            question.by,
            practice.permitted(question),
        )
        return practice.checked(facts, played, question)

    async def _accept(self, command: AcceptAnswer) -> Rescored:
        rule = machine.permitted(
            "acceptAnswer", command.by, command.by_role, to_quiz=command.add_to_quiz
        )
        decision = self._decision(command, rule)
        return await self._records.accept(
            decision, machine.accepted(command), machine.to_quiz(command), recounting
        )

    async def _remove(self, command: RemoveAcceptedAnswer) -> Rescored:
        rule = machine.permitted("removeAcceptedAnswer", command.by, command.by_role)
        decision = self._decision(command, rule)
        return await self._records.remove_accepted(decision, machine.accepted(command), recounting)

    async def _score(self, command: ScoreEssay) -> Rescored:
        rule = machine.permitted("scoreEssay", command.by, command.by_role)
        decision = self._decision(command, rule)
        return await self._records.score_essay(decision, machine.essay_score(command), recounting)

    async def _recount(self, command: RecountResults) -> Done:
        await self._records.recount(command.live_quiz_id, recounting)
        return await self._show(ShowRecount(live_quiz_id=command.live_quiz_id))

    async def _show(self, command: ShowRecount) -> Done:
        scores = tuple(await self._records.recounted(command.live_quiz_id))
        with suppress(NotFoundError, HistoryUnreadable):
            await self._post.ask(Address(KIND, command.live_quiz_id), RecountBoard(scores=scores))
        return Done()

    def _decision(self, command: Decision, rule: ResultRule) -> NewDecision:
        return NewDecision(
            live_quiz_id=command.live_quiz_id,
            question_index=command.question_index,
            by=command.by,
            at=self._clock.now(),
            rule=rule,
        )
