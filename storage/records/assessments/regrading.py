"""Decisions about a question, for all attempts at its quiz that have ended, in SQL.

Whoever decides has locked the quiz, which whoever marks an attempt keeps from being changed: so an
attempt is either marked by the decision already, or found by it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from protocol.assessments.attempts.regrading import (
    QuestionRegraded,
    Regrade,
    RegradeCounts,
    RegradedAttempt,
    RegradePreview,
    ResultsSet,
)
from protocol.envelope import Address
from protocol.ports import OutboxEvent
from protocol.records.assessments import (
    AskedQuestion,
    NewRegrade,
    RegradeFacts,
    RegradeRule,
    Remarking,
)
from protocol.records.common import CourseRule
from storage.journal.outbox import write_outbox
from storage.postgres import Database
from storage.records.assessments import regrades, releasing
from storage.records.assessments.locked import LockedQuiz, locked_quiz
from storage.records.assessments.mark_history import Change, append
from storage.records.assessments.quizzes import COLUMNS, question_of
from storage.records.assessments.regraded import Batch, Regraded, asked, batches, write
from storage.records.assessments.standing import FINAL
from storage.records.audit import note
from storage.records.notifying import about_grade
from storage.records.values import as_uuid

PRESENT = f"""
select id::text, lacks is not null as lacking, {COLUMNS} from questions
where id = $1 and quiz_id = $2
"""  # noqa: S608


class _Decided(NamedTuple):
    """A quiz, how its versions ask the question, and what is decided about that."""

    quiz: LockedQuiz
    question: UUID
    asked: dict[UUID, AskedQuestion]
    known: tuple[Regrade, ...]
    regrades: tuple[Regrade, ...]


class PostgresRegrading:
    """Implements `protocol.records.assessments.RegradeRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def preview(
        self,
        decision: NewRegrade,
        rule: RegradeRule,
        remark: Remarking,
        *,
        first: int,
        after: int,
    ) -> RegradePreview:
        """What `regrade` would change, in pages. Writes nothing."""

        async def unit(connection: Any) -> RegradePreview:
            decided = await _decided(connection, decision, rule, lock="")
            counts, changes = RegradeCounts(), list[RegradedAttempt]()
            async for batch in _batches(connection, decided, remark, lock=False):
                changed = [each for each in batch.regraded if each.counts]
                skipped = max(0, after - counts.changed)
                room = first + 1 - len(changes)
                changes += [_change(each, batch) for each in changed[skipped : skipped + room]]
                counts = _counted(counts, batch)
            return RegradePreview(
                revision=decided.quiz.revision,
                counts=counts,
                changes=tuple(changes[:first]),
                cursor=str(after + len(changes[:first])),
                more=len(changes) > first,
            )

        return await self._database.run(unit)

    async def regrade(
        self, decision: NewRegrade, rule: RegradeRule, remark: Remarking
    ) -> QuestionRegraded:
        """Keep the decision and change the marks. Recorded in the audit trail."""

        async def unit(connection: Any) -> QuestionRegraded:
            decided = await _decided(connection, decision, rule)
            quiz, counts, events = decided.quiz, RegradeCounts(), list[OutboxEvent]()
            if decided.regrades != decided.known:
                written = decided.regrades
                await regrades.write(connection, quiz.key, decided.question, written, decision.at)
            async for batch in _batches(connection, decided, remark, lock=True):
                if batch.regraded:
                    await _write(connection, batch, decision)
                events += _events(batch, quiz, decision)
                counts = _counted(counts, batch)
            if events or decided.regrades != decided.known:
                await _noted(connection, quiz, decision, counts)
            await write_outbox(connection, [(event, decision.at) for event in events])
            return QuestionRegraded(quiz_id=str(quiz.key), counts=counts)

        return await self._database.run(unit)

    async def release(self, quiz_id: str, by: str, at: int, rule: CourseRule) -> ResultsSet:
        """Recorded in the audit trail."""
        return await self._database.run(partial(releasing.release, quiz_id, by, at, rule))

    async def hold(self, quiz_id: str, by: str, at: int, rule: CourseRule) -> ResultsSet:
        """Recorded in the audit trail."""
        return await self._database.run(partial(releasing.hold, quiz_id, by, at, rule))

    async def show_due(self, at: int) -> int:
        """Quiz by quiz, each in a transaction of its own."""
        return await releasing.show_due(self._database, at)


async def _decided(
    connection: Any, decision: NewRegrade, rule: RegradeRule, *, lock: str = "for no key update"
) -> _Decided:
    quiz = await locked_quiz(connection, decision.quiz_id, lock=lock)
    key = as_uuid(decision.question_id, "question")
    row = await connection.fetchrow(PRESENT, key, quiz.key)
    versions = await asked(connection, quiz.key, str(key))
    known = (await regrades.read(connection, quiz.key)).get(str(key), ())
    decisions = rule(
        RegradeFacts(
            course=quiz.course,
            question_id=str(key),
            revision=quiz.revision,
            present=None if row is None else question_of(row, quiz.row["decimal_comma"]),
            lacking=row is not None and row["lacking"],
            asked=[each.question for each in versions.values()],
            known=known,
        )
    )
    return _Decided(quiz, key, versions, known, decisions)


def _batches(
    connection: Any, decided: _Decided, remark: Remarking, *, lock: bool
) -> AsyncIterator[Batch]:
    remarked = partial(remark, decided.regrades)
    question = str(decided.question)
    return batches(connection, decided.quiz.key, question, decided.asked, remarked, lock=lock)


async def _write(connection: Any, batch: Batch, decision: NewRegrade) -> None:
    await write(connection, batch.regraded, decision.at)
    changes = (Change(each.key, each.before, each.now) for each in batch.regraded)
    await append(connection, changes, by=decision.by, at=decision.at, policy=decision.policy)


async def _noted(
    connection: Any, quiz: LockedQuiz, decision: NewRegrade, counts: RegradeCounts
) -> None:
    details = {
        "course": quiz.course.id,
        "question": decision.question_id,
        "policy": decision.policy.value,
        "changed": counts.changed,
    }
    by, at = decision.by, decision.at
    await note(connection, by, "regrade", "quiz", str(quiz.key), at, **details)


def _counted(counts: RegradeCounts, batch: Batch) -> RegradeCounts:
    pairs = [(batch.before[key].passed, now.passed) for key, now in batch.now.items()]
    return RegradeCounts(
        attempts=counts.attempts + batch.attempts,
        changed=counts.changed + sum(each.counts for each in batch.regraded),
        newly_passing=counts.newly_passing + pairs.count((False, True)),
        no_longer_passing=counts.no_longer_passing + pairs.count((True, False)),
    )


def _change(each: Regraded, batch: Batch) -> RegradedAttempt:
    student = str(each.row["student_id"])
    before, now = each.score_before, each.score
    return RegradedAttempt(
        submission_id=str(each.key),
        student_id=student,
        student_name=each.row["student_name"],
        attempt_number=each.row["attempt_number"],
        most=each.now.most,
        points_before=each.before.earned,
        points=each.now.earned,
        left_out=each.now.left_out,
        percentage_before=before.percentage if before.status in FINAL else None,
        percentage=now.percentage if now.status in FINAL else None,
        passed_before=batch.before[student].passed,
        passed=batch.now[student].passed,
    )


def _events(batch: Batch, quiz: LockedQuiz, decision: NewRegrade) -> list[OutboxEvent]:
    """What follows for students: their progress, and that they are told."""
    events = list[OutboxEvent]()
    for each in batch.regraded:
        if not each.counts:
            continue
        student, submission = str(each.row["student_id"]), str(each.key)
        standing = batch.now[student]
        graded = releasing.graded(
            quiz, submission, student, standing, final=each.score.status in FINAL, by=decision.by
        )
        events.append(OutboxEvent(Address("quiz_submission", submission), graded))
        if graded.final and graded.shown:
            events.append(about_grade(student, submission, quiz.row["title"], decision.at))
    return events
