"""What the assessments handler does about answers that were written without a connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actors.assessments.answers import grading
from actors.assessments.answers.shown_keys import readable
from actors.assessments.attempts import rules
from actors.assessments.attempts.access_steps import AccessSteps
from actors.dispatch import Step
from actors.fields import Fields
from protocol.assessments.attempts.commands import KIND
from protocol.assessments.attempts.requests import AttemptChanged
from protocol.assessments.attempts.sealed import (
    MAX_REASON,
    CommitSeal,
    CommitSealed,
    DecideSeal,
    DecideSealed,
    OpenSeal,
    ReadSealed,
    SealedChain,
    SealedLine,
    SealedRead,
    SealsShown,
    SealTaken,
    SendSealed,
    ShownSeal,
    ShowSeals,
)
from protocol.assessments.attempts.values import SealedStatus
from protocol.assessments.quizzes import Answer, Question
from protocol.envelope import Address, Message
from protocol.errors import NotFoundError
from protocol.ports import Clock, Post
from protocol.records.assessments import AttemptFacts, AttemptRecords


class SealSteps:
    """The steps, by the class of the message."""

    def __init__(
        self, records: AttemptRecords, post: Post, clock: Clock, access: AccessSteps
    ) -> None:
        self._records = records
        self._access = access
        self._post = post
        self._clock = clock
        self.by_message: Mapping[type[Message], Step] = {
            CommitSealed: self._commit,
            SendSealed: self._send,
            DecideSealed: self._decide,
            ReadSealed: self._read,
        }

    async def _commit(self, command: CommitSealed) -> AttemptChanged:
        await self._access.check_network(command.submission_id, command.by, command.remote)
        facts = await self._permitted("commitSealedAnswers", command)
        version = await self._records.version(facts.version_id)
        commit = CommitSeal(
            by=command.by,
            seal=command.seal,
            policy=version.settings.late_answers,
            received_at=command.received_at,
        )
        await self._post.ask(Address(KIND, facts.submission_id), commit)
        return AttemptChanged(submission_id=facts.submission_id)

    async def _send(self, command: SendSealed) -> AttemptChanged:
        facts = await self._permitted("sendSealedAnswers", command)
        version = await self._records.version(facts.version_id)
        opened = OpenSeal(
            by=command.by,
            head=command.head,
            entries=command.entries,
            policy=version.settings.late_answers,
            received_at=command.received_at,
        )
        taken = await self._post.ask(Address(KIND, facts.submission_id), opened)
        return await self._taken(taken)

    async def _decide(self, command: DecideSealed) -> AttemptChanged:
        fields = Fields()
        reason = fields.optional_words("reason", command.reason, most=MAX_REASON)
        fields.check()
        facts = await self._permitted("decideSealedAnswers", command)
        decide = DecideSeal(
            by=command.by, number=command.number, accept=command.accept, reason=reason
        )
        taken = await self._post.ask(Address(KIND, facts.submission_id), decide)
        return await self._taken(taken)

    async def _permitted(self, operation: str, command: Any) -> AttemptFacts:
        facts = await self._records.facts(command.submission_id)
        rules.permitted(operation, facts, command.by, command.by_role)
        return facts

    async def _taken(self, taken: SealTaken) -> AttemptChanged:
        """Where answers were replaced, they are marked before anybody reads them."""
        if taken.status is SealedStatus.ACCEPTED:
            await self._records.mark(taken.submission_id, self._clock.now(), rules.by_keys)
        return AttemptChanged(submission_id=taken.submission_id)

    async def _read(self, question: ReadSealed) -> SealedRead:
        facts = await self._records.facts(question.submission_id)
        rules.check_visible("QuizSealedAnswers", facts, question.by, question.by_role)
        if facts.erased:
            return SealedRead(chains=())
        try:
            shown: SealsShown = await self._post.ask(
                Address(KIND, facts.submission_id), ShowSeals()
            )
        except NotFoundError:  # nothing of its history can be read
            return SealedRead(chains=())
        if not shown.seals:
            return SealedRead(chains=())
        version = await self._records.version(shown.version_id)
        own = facts.student_id == question.by
        order = shown.order if own else sorted(shown.order)
        numbers = {index: n for n, index in enumerate(order, 1)}
        pairs = zip(shown.seals, shown.before, strict=True)
        return SealedRead(
            chains=tuple(
                SealedChain(seal=seal, lines=_lines(version.questions, numbers, seal, before))
                for seal, before in pairs
            )
        )


def _lines(
    questions: tuple[Question, ...],
    numbers: Mapping[int, int],
    seal: ShownSeal,
    before: tuple[Answer | None, ...],
) -> tuple[SealedLine, ...]:
    """`before` is shorter where a chain has not been opened."""
    return tuple(
        SealedLine(
            question_id=questions[each.index].id,
            number=numbers[each.index],
            before=_readable(questions[each.index], old),
            answer=_readable(questions[each.index], each.answer),
            first=each.first,
            at=each.at,
            changes=each.changes,
        )
        for each, old in zip(seal.answers, before, strict=True)
    )


def _readable(question: Question, answer: Answer | None) -> Any:
    return None if answer is None else readable(question, answer, grading.choices(question))
