"""Questions marked anew in a real database: for whom, once, beside others, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.assessments.attempts import regrade_rules as rules
from actors.course_rules import permitted
from protocol.assessments.attempts.regrading import (
    PreviewRegrade,
    QuestionRegraded,
    RegradePolicy,
    RegradePreview,
    RegradeQuestion,
)
from protocol.assessments.attempts.requests import GivenMark
from protocol.assessments.quizzes import (
    Answer,
    AttemptsCount,
    ChoiceKey,
    Question,
    ResultsShown,
)
from protocol.errors import NotFoundError, RefusedError
from protocol.records.assessments import NewRegrade
from storage.postgres import Database
from storage.records.assessments import PostgresRegrading
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from tests.actors.assessments.live.games import CHOICE, ESSAY, TRUE_FALSE
from tests.storage.records.assessments.test_quiz_submissions import GRADE_NOTICES, Exam
from tests.storage.records.school import NOW, School, opened
from tests.support.profiles import share

PROPERTY = settings(
    max_examples=share(0.3), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SINGLE = msgspec.structs.replace(CHOICE, key=ChoiceKey(correct=(0,)), multiple=False)
SET_KEY = """
update questions set correct_answer = $2::text::jsonb, revision = revision + 1
where id = $1::text::uuid
"""
REVISE = "update quizzes set revision = revision + 1 where id = $1::text::uuid"
GRADES = """
select id::text, points_earned, points_possible, score_percentage, grading_status, held
from quiz_submissions where quiz_id = $1::text::uuid order by student_id, attempt_number
"""
HISTORY = """
select cause, policy, by_id::text, automatic_before, automatic, given_before, given, left_out,
       comment_before, comment
from quiz_mark_history where submission_id = $1::text::uuid order by id
"""
SAID = """
select said::text from outbox,
    lateral (select convert_from(event, 'UTF8')::jsonb as said) e
where said ->> 'type' = 'assessments.quiz_graded' order by id
"""
POLICIES = tuple(RegradePolicy)


@dataclass
class Desk:
    """A quiz that is marked anew."""

    exam: Exam
    records: PostgresRegrading

    @classmethod
    async def of(cls, school: School, *questions: Question, **options: Any) -> Desk:
        exam = await Exam.held(school, questions, **options)
        return cls(exam, PostgresRegrading(school.database))

    async def student(self) -> str:
        """Another student, who takes the quiz from now on."""
        school, exam = self.exam.school, self.exam
        exam.student = await school.user()
        await school.enroll(exam.student, exam.course)
        return exam.student

    async def correct(self, *right: int, number: int = 0) -> None:
        """Another key, as its editor writes it."""
        key = msgspec.json.encode(ChoiceKey(correct=right)).decode()
        question = self.exam.questions[number].id
        await self.exam.school.rows(SET_KEY, question, key.replace("{", '{"type":"choice",', 1))
        await self.exam.school.rows(REVISE, self.exam.quiz)

    def _fields(self, policy: RegradePolicy, number: int, over: bool) -> dict[str, Any]:
        return {
            "by": self.exam.teacher,
            "by_role": "educator",
            "quiz_id": self.exam.quiz,
            "question_id": self.exam.questions[number].id,
            "policy": policy,
            "over_given": over,
        }

    def _decision(self, policy: RegradePolicy, number: int) -> NewRegrade:
        asked = self.exam.questions[number].id
        return NewRegrade(
            quiz_id=self.exam.quiz,
            question_id=asked,
            policy=policy,
            by=self.exam.teacher,
            at=NOW + 9,
        )

    async def regrade(
        self, policy: RegradePolicy, number: int = 0, *, over: bool = False, **more: Any
    ) -> QuestionRegraded:
        command = RegradeQuestion(**self._fields(policy, number, over), **more)
        remark = rules.remarking(policy, over=over)
        decision = self._decision(policy, number)
        return await self.records.regrade(decision, rules.may_regrade(command), remark)

    async def preview(
        self, policy: RegradePolicy, number: int = 0, *, first: int = 50, after: int = 0
    ) -> RegradePreview:
        question = PreviewRegrade(**self._fields(policy, number, False), first=first)
        remark = rules.remarking(policy, over=False)
        return await self.records.preview(
            self._decision(policy, number),
            rules.may_preview(question),
            remark,
            first=first,
            after=after,
        )

    async def release(self) -> None:
        rule = permitted("releaseQuizResults", self.exam.teacher, "educator")
        await self.records.release(self.exam.quiz, self.exam.teacher, NOW + 20, rule)

    async def hold(self) -> None:
        rule = permitted("holdQuizResults", self.exam.teacher, "educator")
        await self.records.hold(self.exam.quiz, self.exam.teacher, NOW + 20, rule)

    async def grades(self) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.exam.school.rows(GRADES, self.exam.quiz)]

    async def said(self) -> list[Any]:
        """The events of grades, in their order."""
        return [msgspec.json.decode(row["said"]) for row in await self.exam.school.rows(SAID)]


def shown(events: list[Any]) -> list[bool]:
    return [event.get("shown", True) for event in events]


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


# --- properties -----------------------------------------------------------------------------------


choices = st.lists(st.none() | st.integers(0, 3), min_size=1, max_size=4)


@PROPERTY
@given(
    answered=choices,
    key=st.integers(0, 3),
    policy=st.sampled_from(POLICIES),
    counts=st.sampled_from(AttemptsCount),
    by_hand=st.none() | st.sampled_from([Decimal("0.25"), Decimal(1)]),
)
async def test_a_preview_is_what_happens_and_happens_once(
    database_url: str,
    answered: list[int | None],
    key: int,
    policy: RegradePolicy,
    counts: AttemptsCount,
    by_hand: Decimal | None,
) -> None:
    async with opened(database_url) as school:
        desk = await Desk.of(school, SINGLE, TRUE_FALSE, attempts_count=counts)
        exam = desk.exam
        for n, place in enumerate(answered):
            if n % 2:
                await desk.student()
            answer: Answer | None = None if place is None else [place]
            submission = await exam.taken(answer, n % 2 == 0)
            if by_hand is not None and n == 0:
                mark = GivenMark(question_id=exam.questions[0].id, points=by_hand, comment="So")
                await exam.graded(submission, mark)
        await desk.correct(key)
        before = await desk.grades()
        preview = await desk.preview(policy)
        assert await desk.grades() == before
        done = await desk.regrade(policy, expected_revision=preview.revision)
        after = await desk.grades()
        assert done.counts == preview.counts
        assert done.counts.attempts == len(answered)
        changed = {row[0] for row, then in zip(before, after, strict=True) if row != then}
        assert {each.submission_id for each in preview.changes} == changed
        percentages = {row[0]: row[3] for row in after}
        assert all(each.percentage == percentages[each.submission_id] for each in preview.changes)
        if policy is RegradePolicy.ONLY_UPWARD:
            assert all(now[1] >= was[1] for was, now in zip(before, after, strict=True))
        said = await desk.said()
        for row in after:
            await exam.marked(row[0])
        assert (await desk.regrade(policy)).counts.changed == 0
        assert (await desk.grades(), await desk.said()) == (after, said)


# --- beside others --------------------------------------------------------------------------------


async def test_who_ends_later_is_marked_by_the_decision_too(school: School) -> None:
    desk = await Desk.of(school, SINGLE, TRUE_FALSE)
    exam = desk.exam
    running = (await exam.begun()).submission_id
    await desk.student()
    await exam.taken([1], True)
    await desk.correct(1)
    done = await desk.regrade(RegradePolicy.PRESENT_KEY)
    assert (done.counts.attempts, done.counts.changed) == (1, 1)
    await exam.ended(running, [1], True)
    await exam.marked(running)
    assert [row[3] for row in await desk.grades()] == [100, 100]
    # Whoever begins now is asked by the new key, whatever was decided about the old one.
    await desk.student()
    await desk.correct(2)
    newest = await exam.taken([2], True)
    assert (await exam.row(newest))["score_percentage"] == 100


async def test_attempts_that_end_and_are_graded_meanwhile_lose_nothing(school: School) -> None:
    desk = await Desk.of(school, SINGLE, ESSAY)
    exam, essay = desk.exam, desk.exam.questions[1].id
    taken, ending = list[str](), list[str]()
    for _ in range(6):
        await desk.student()
        taken.append(await exam.taken([1], "Because"))
        await desk.student()
        ending.append((await exam.begun()).submission_id)
    await desk.correct(1)

    async def grade(submission: str) -> None:
        await exam.graded(submission, GivenMark(question_id=essay, points=Decimal("0.5")))

    async def end(submission: str) -> None:
        await exam.ended(submission, [1], "Because")
        await exam.marked(submission)

    async with trio.open_nursery() as nursery:
        for one, other in zip(taken, ending, strict=True):
            nursery.start_soon(grade, one)
            nursery.start_soon(end, other)
            if one == taken[2]:
                nursery.start_soon(desk.regrade, RegradePolicy.PRESENT_KEY)
    points = {row[0]: row[1] for row in await desk.grades()}
    assert [points[each] for each in taken] == [Decimal("1.50")] * 6
    assert [points[each] for each in ending] == [Decimal(1)] * 6


async def test_what_persons_gave_stays_unless_it_is_said_otherwise(school: School) -> None:
    desk = await Desk.of(school, SINGLE)
    exam = desk.exam
    submission = await exam.taken([1])
    given_mark = GivenMark(
        question_id=exam.questions[0].id, points=Decimal("0.25"), comment="Nearly"
    )
    await exam.graded(submission, given_mark)
    await desk.correct(1)
    assert (await desk.regrade(RegradePolicy.PRESENT_KEY)).counts.changed == 0
    done = await desk.regrade(RegradePolicy.PRESENT_KEY, over=True)
    assert (done.counts.changed, done.counts.newly_passing) == (1, 1)
    assert (await exam.row(submission))["score_percentage"] == 100
    person, key, over = [tuple(row) for row in await school.rows(HISTORY, submission)]
    quarter = Decimal("0.25")
    assert person == ("person", None, exam.teacher, 0, 0, None, quarter, False, None, "Nearly")
    decision = ("regrade", "present_key", exam.teacher)
    assert key == (*decision, 0, 1, quarter, quarter, False, "Nearly", "Nearly")
    assert over == (*decision, 1, 1, quarter, 1, False, "Nearly", "Nearly")


async def test_a_question_that_is_gone_or_another_one_is_refused(school: School) -> None:
    desk = await Desk.of(school, SINGLE, TRUE_FALSE)
    exam = desk.exam
    await exam.taken([1], True)
    await school.rows("update questions set options = '[\"other\"]' where options is not null")
    with pytest.raises(RefusedError) as refused:
        await desk.regrade(RegradePolicy.PRESENT_KEY)
    assert refused.value.code == "QUESTION_DIFFERS"
    await school.rows("delete from questions where options is not null")
    with pytest.raises(RefusedError) as refused:
        await desk.preview(RegradePolicy.ONLY_UPWARD)
    assert refused.value.code == "QUESTION_GONE"
    assert (await desk.regrade(RegradePolicy.LEAVE_OUT)).counts.changed == 1
    assert (await desk.grades())[0][1:4] == (1, 1, 100)
    assert (await desk.regrade(RegradePolicy.FULL_POINTS)).counts.changed == 1
    exam.questions = (msgspec.structs.replace(SINGLE, id=str(uuid4())),)
    with pytest.raises(NotFoundError):
        await desk.regrade(RegradePolicy.FULL_POINTS)


async def test_pages_of_a_preview_hold_every_change_once(school: School) -> None:
    desk = await Desk.of(school, SINGLE)
    for _ in range(5):
        await desk.student()
        await desk.exam.taken([1])
    found, after = list[str](), 0
    while True:
        page = await desk.preview(RegradePolicy.FULL_POINTS, first=2, after=after)
        assert page.counts.changed == 5
        found += [each.submission_id for each in page.changes]
        after = int(page.cursor)
        if not page.more:
            break
    assert len(found) == len(set(found)) == 5


async def test_of_who_was_erased_nothing_is_marked_anew_and_no_comment_is_left(
    school: School,
) -> None:
    desk = await Desk.of(school, SINGLE)
    exam = desk.exam
    submission = await exam.taken([1])
    marks = GivenMark(question_id=exam.questions[0].id, points=Decimal(0), comment="Personal")
    await exam.graded(submission, marks)
    accounts = user_ports(school.database, PERSONAL).administration
    await accounts.erase(exam.student, exam.student, NOW, lambda _: None)
    done = await desk.regrade(RegradePolicy.FULL_POINTS)
    assert done.counts.attempts == 0
    [row] = await school.rows(HISTORY, submission)
    assert (row["comment_before"], row["comment"]) == (None, None)


# --- holding results back -------------------------------------------------------------------------


async def test_results_are_released_and_held_back_again(school: School) -> None:
    desk = await Desk.of(school, SINGLE, results_shown=ResultsShown.RELEASED)
    exam = desk.exam
    submission = await exam.taken([0])
    given_mark = GivenMark(question_id=exam.questions[0].id, points=Decimal(1))
    await exam.graded(submission, given_mark)
    assert shown(await desk.said()) == [False, False]
    assert (await school.rows(GRADE_NOTICES, exam.student))[0][0] == 0
    assert [row[5] for row in await desk.grades()] == [True]
    for _ in range(2):
        await desk.release()
        assert shown(await desk.said()) == [False, False, True]
        assert (await school.rows(GRADE_NOTICES, exam.student))[0][0] == 1
        assert [row[5] for row in await desk.grades()] == [False]
    for _ in range(2):
        await desk.hold()
    await desk.regrade(RegradePolicy.LEAVE_OUT)
    assert shown(await desk.said())[3:] == [False]
    await desk.release()
    assert shown(await desk.said())[4:] == [True]
    assert (await school.rows(GRADE_NOTICES, exam.student))[0][0] == 2


async def test_what_is_shown_at_the_end_of_a_quiz_follows_then(school: School) -> None:
    desk = await Desk.of(
        school, SINGLE, results_shown=ResultsShown.CLOSED, available_until=NOW + 10**12
    )
    await desk.exam.taken([0])
    assert await desk.records.show_due(NOW + 30) == 0
    await school.rows("update quizzes set available_until = now() - interval '1 second'")
    assert await desk.records.show_due(NOW + 40) == 1
    assert shown(await desk.said()) == [False, True]
    assert await desk.records.show_due(NOW + 50) == 0
    await desk.hold()
    await desk.regrade(RegradePolicy.LEAVE_OUT)
    assert await desk.records.show_due(NOW + 60) == 0
