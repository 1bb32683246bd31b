"""Attempts in a real database: who gets one, what it keeps, what it earns, and what is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.assessments.attempts import rules
from protocol.assessments.attempts.marks import GradingStatus
from protocol.assessments.attempts.requests import GivenMark, GradeSubmission, QuizGraded
from protocol.assessments.attempts.rows import AttemptRow, CreditedOutage, GivenAnswer
from protocol.assessments.attempts.values import Ending
from protocol.assessments.quizzes import (
    Answer,
    AttemptsCount,
    Question,
    QuizSettings,
    QuizType,
)
from protocol.errors import NotFoundError, RefusedError
from protocol.records.assessments import (
    AttemptAllotted,
    EntryFacts,
    Marking,
    NewAttempt,
    NewQuiz,
    RunningAttempt,
)
from protocol.records.common import CourseFacts
from storage.postgres import Database
from storage.records.assessments import PostgresAssessmentRecords, PostgresAttemptRecords
from storage.records.assessments.attempts import write_attempt_rows
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from storage.records.values import milliseconds
from tests.actors.assessments.live.games import ALL, CHOICE, ESSAY, TRUE_FALSE
from tests.storage.records.school import NOW, School, opened
from tests.support.profiles import share

PROPERTY = settings(
    max_examples=share(0.3), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SUBMISSION = """
select id::text, status, started_at, submitted_at, ending, attempt_number, answers, outages,
       score_percentage, points_earned, points_possible, grading_status, feedback
from quiz_submissions where id = $1::text::uuid
"""
GRADE_NOTICES = """
select count(*) from outbox, lateral (select convert_from(event, 'UTF8')::jsonb as said) e
where said ->> 'type' = 'notifications.created'
    and said ->> 'notification_type' = 'grade_posted' and said ->> 'recipient_id' = $1
"""


def allow(_: CourseFacts) -> None:
    """Anybody may."""


def begin(_: EntryFacts) -> None:
    """Anybody may."""


def with_ids(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    return tuple(msgspec.structs.replace(each, id=str(uuid4())) for each in questions)


@dataclass
class Exam:
    """A quiz in a course, and a student of it."""

    school: School
    records: PostgresAttemptRecords
    teacher: str = ""
    course: str = ""
    lesson: str = ""
    student: str = ""
    quiz: str = ""
    questions: tuple[Question, ...] = field(default=())

    @classmethod
    async def held(cls, school: School, questions: tuple[Question, ...], **options: Any) -> Exam:
        exam = cls(school, PostgresAttemptRecords(school.database))
        exam.teacher = await school.user("educator")
        exam.course, exam.lesson = await school.published_course(exam.teacher)
        exam.student = await school.user()
        await school.enroll(exam.student, exam.course)
        await exam.another(questions, **options)
        return exam

    async def another(self, questions: tuple[Question, ...], **options: Any) -> None:
        self.questions, self.quiz = with_ids(questions), str(uuid4())
        title = options.pop("title", "An exam")
        made = NewQuiz(
            id=self.quiz,
            lesson_id=self.lesson,
            settings=QuizSettings(title=title, **options),
            questions=self.questions,
            at=NOW,
        )
        await PostgresAssessmentRecords(self.school.database).create_quiz(made, allow)

    async def begun(self, at: int = NOW, rule: Any = begin) -> AttemptAllotted:
        new = NewAttempt(
            id=str(uuid4()),
            version_id=str(uuid4()),
            quiz_id=self.quiz,
            student_id=self.student,
            at=at,
        )
        return await self.records.allot(new, rule)

    async def ended(self, submission_id: str, *answers: Answer | None) -> None:
        """As its actor writes it: with an answer to each of the first questions."""
        row = AttemptRow(
            submission_id=submission_id,
            started_at=NOW,
            deadline_at=None,
            ended_at=NOW + 5_000,
            ending=Ending.SUBMITTED,
            time_taken_ms=5_000,
            answers={
                question.id: GivenAnswer(answer=answer, revision=n, at=NOW)
                for n, (question, answer) in enumerate(
                    zip(self.questions, answers, strict=False), 1
                )
                if answer is not None
            },
            outages=(CreditedOutage(began="2026-01-15T10:30:00.000Z", outage_ms=7),),
        )
        await self.school.database.run(lambda c: write_attempt_rows(c, [row]))

    async def taken(self, *answers: Answer | None) -> str:
        """An attempt from its beginning to its marks."""
        submission_id = (await self.begun()).submission_id
        await self.ended(submission_id, *answers)
        await self.marked(submission_id)
        return submission_id

    async def marked(self, submission_id: str) -> QuizGraded:
        return await self.records.mark(submission_id, NOW, rules.by_keys)

    async def graded(self, submission_id: str, *marks: GivenMark, **more: Any) -> QuizGraded:
        command = GradeSubmission(
            by=self.teacher, by_role="educator", submission_id=submission_id, marks=marks, **more
        )

        def allowed(marking: Marking) -> None:
            rules.permitted("gradeQuizSubmission", marking.facts, command.by, command.by_role)

        rule = rules.by_person(command, allowed)
        return await self.records.mark(submission_id, NOW + 1, rule)

    async def row(self, submission_id: str) -> Any:
        [row] = await self.school.rows(SUBMISSION, submission_id)
        return row


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


# --- properties -----------------------------------------------------------------------------------


@PROPERTY
@given(
    questions=st.lists(st.sampled_from(ALL), min_size=1, max_size=6),
    points=st.sampled_from([0.5, 1, 2.5]),
)
async def test_questions_of_every_type_are_kept_and_asked_as_they_were_written(
    database_url: str, questions: list[Question], points: float
) -> None:
    """Property 29: Question type support

    Validates: Requirements 6.1
    """
    asked = tuple(msgspec.structs.replace(each, points=points) for each in questions)
    async with opened(database_url) as school:
        exam = await Exam.held(school, asked)
        version = (await exam.begun()).version
        assert version.questions == exam.questions
        assert [each.type for each in version.questions] == [each.type for each in questions]


FLAGS = (
    *("randomize_questions", "randomize_options", "show_correct_answers"),
    *("show_explanations", "allow_practice", "review_short_answers"),
)
offers = st.fixed_dictionaries(
    {
        "type": st.sampled_from(QuizType),
        "time_limit_minutes": st.none() | st.integers(1, 600),
        "passing_score": st.integers(0, 100),
        "max_attempts": st.integers(0, 10),
        "attempts_count": st.sampled_from(AttemptsCount),
        "available_from": st.none() | st.just(NOW - 5),
        "available_until": st.none() | st.just(NOW + 5_000),
        **dict.fromkeys(FLAGS, st.booleans()),
    }
)


@PROPERTY
@given(options=offers)
async def test_every_option_of_a_quiz_is_kept(database_url: str, options: dict[str, Any]) -> None:
    """Property 30: Quiz configuration validation

    Validates: Requirements 6.2
    """
    async with opened(database_url) as school:
        exam = await Exam.held(school, (TRUE_FALSE,), **options)
        kept = await PostgresAssessmentRecords(school.database).quiz(exam.quiz)
        assert kept is not None
        assert (await exam.begun()).version.settings == kept.settings
        assert {name: getattr(kept.settings, name) for name in options} == options


@PROPERTY
@given(at=st.integers(0, 4_000_000_000_000), before=st.integers(0, 2))
async def test_who_starts_a_quiz_has_an_attempt_that_began_now(
    database_url: str, at: int, before: int
) -> None:
    """Property 31: Quiz attempt creation

    Validates: Requirements 6.3
    """
    async with opened(database_url) as school:
        exam = await Exam.held(school, (TRUE_FALSE,))
        for _ in range(before):
            await exam.ended((await exam.begun()).submission_id, True)
        allotted = await exam.begun(at)
        row = await exam.row(allotted.submission_id)
        assert (row["status"], milliseconds(row["started_at"])) == ("started", at)
        assert row["attempt_number"] == allotted.number == before + 1
        assert row["submitted_at"] is None


@PROPERTY
@given(
    points=st.lists(st.decimals(0, 1, places=2), min_size=1, max_size=4),
    feedback=st.sampled_from(["Good", "Read it once more"]),
)
async def test_what_an_educator_gives_makes_it_graded_and_tells_the_student(
    database_url: str, points: list[Decimal], feedback: str
) -> None:
    """Property 34: Manual grading workflow

    Validates: Requirements 6.7
    """
    async with opened(database_url) as school:
        exam = await Exam.held(school, (ESSAY,) * len(points))
        submission = await exam.taken(*["Because"] * len(points))
        row = await exam.row(submission)
        assert row["grading_status"] == GradingStatus.PENDING_REVIEW
        assert (await school.rows(GRADE_NOTICES, exam.student))[0][0] == 0
        given_marks = zip(exam.questions, points, strict=True)
        marks = [GivenMark(question_id=each.id, points=given) for each, given in given_marks]
        reply = await exam.graded(submission, *marks, feedback=feedback)
        row = await exam.row(submission)
        assert (row["grading_status"], row["feedback"]) == (GradingStatus.GRADED, feedback)
        assert row["points_earned"] == sum(points)
        assert (reply.final, reply.attempts) == (True, 1)
        assert (await school.rows(GRADE_NOTICES, exam.student))[0][0] == 1


# --- beginning ------------------------------------------------------------------------------------


async def test_of_many_who_start_at_once_nobody_gets_more_than_one(school: School) -> None:
    exam = await Exam.held(school, (TRUE_FALSE,), max_attempts=2)
    for number in (1, 2):
        found: list[AttemptAllotted] = []

        async def start(found: list[AttemptAllotted] = found) -> None:
            found.append(await exam.begun(rule=rules.may_begin(exam.student, "student", NOW)))

        async with trio.open_nursery() as nursery:
            for _ in range(8):
                nursery.start_soon(start)
        assert {each.number for each in found} == {number}
        assert len({each.submission_id for each in found}) == 1
        await exam.ended(found[0].submission_id, True)
    with pytest.raises(RefusedError) as refused:
        await exam.begun(rule=rules.may_begin(exam.student, "student", NOW))
    assert refused.value.code == "NO_ATTEMPTS_LEFT"
    assert (await school.rows("select count(*) from quiz_submissions"))[0][0] == 2


async def test_an_attempt_keeps_the_version_it_began_with(school: School) -> None:
    exam = await Exam.held(school, (TRUE_FALSE,))
    first = await exam.begun()
    again = await exam.begun()
    assert again.version.id == first.version.id
    await school.rows("update questions set question_text = 'Another?'")
    await school.rows("update quizzes set revision = revision + 1, title = 'Another'")
    assert (await exam.begun()).version == first.version
    await exam.ended(first.submission_id, True)
    later = await exam.begun()
    assert later.version.id != first.version.id
    assert later.version.questions[0].text == "Another?"
    assert later.version.settings.title == "Another"
    assert await exam.records.version(first.version.id) == first.version
    with pytest.raises(NotFoundError):
        await exam.records.version(str(uuid4()))


async def test_a_student_s_own_time_comes_with_the_attempt(school: School) -> None:
    exam = await Exam.held(school, (TRUE_FALSE,))
    await school.rows("update enrollments set extra_time = 1.5")
    allotted = await exam.begun()
    assert (allotted.extra_time, allotted.unlimited) == (1.5, False)
    running = RunningAttempt(submission_id=allotted.submission_id, extra_time=1.5, unlimited=False)
    assert await exam.records.running(exam.course, exam.student) == [running]
    await exam.ended(allotted.submission_id, True)
    assert await exam.records.running(exam.course, exam.student) == []
    assert await exam.records.running("nonsense", exam.student) == []


# --- marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "percentage"),
    [
        (AttemptsCount.BEST, 100.0),
        (AttemptsCount.LAST, 0.0),
        (AttemptsCount.AVERAGE, 50.0),
    ],
)
async def test_the_attempt_that_counts_is_the_quiz_s_choice(
    school: School, counts: AttemptsCount, percentage: float
) -> None:
    exam = await Exam.held(school, (TRUE_FALSE, CHOICE), attempts_count=counts)
    right = exam.questions[1].key.correct  # type: ignore[union-attr]
    await exam.taken(None, list(right))
    await exam.taken(TRUE_FALSE.key.value, list(right))  # type: ignore[union-attr]
    submission = await exam.taken()
    graded = await exam.marked(submission)
    assert (graded.percentage, graded.attempts, graded.final) == (percentage, 3, True)


async def test_marking_again_with_the_same_key_says_and_changes_nothing(school: School) -> None:
    exam = await Exam.held(school, (TRUE_FALSE,))
    submission = await exam.taken(True)
    before, said = await exam.row(submission), await school.announced("assessments.quiz_graded")
    await exam.marked(submission)
    assert await exam.row(submission) == before
    assert await school.announced("assessments.quiz_graded") == said


async def test_of_who_was_erased_no_answer_is_kept_and_none_is_marked(school: School) -> None:
    exam = await Exam.held(school, (TRUE_FALSE,))
    submission = (await exam.begun()).submission_id
    accounts = user_ports(school.database, PERSONAL).administration
    await accounts.erase(exam.student, exam.student, NOW, lambda _: None)
    await exam.ended(submission, True)
    assert (await exam.row(submission))["answers"] == "{}"
    await exam.marked(submission)
    row = await exam.row(submission)
    assert (row["status"], row["score_percentage"]) == ("submitted", None)
    assert (await school.rows("select count(*) from quiz_marks"))[0][0] == 0


# --- what is left of it ---------------------------------------------------------------------------


async def test_an_attempt_without_a_history_is_ended_once(school: School) -> None:
    exam = await Exam.held(school, (TRUE_FALSE,))
    submission = (await exam.begun()).submission_id
    await exam.records.discard(submission, NOW + 9)
    await exam.records.discard(submission, NOW + 99)
    await exam.records.discard("nonsense", NOW)
    row = await exam.row(submission)
    assert (row["status"], row["ending"]) == ("submitted", "discarded")
    assert milliseconds(row["submitted_at"]) == NOW + 9
    graded = await exam.marked(submission)
    assert (graded.final, graded.percentage) == (True, 0.0)


async def test_what_outages_gave_back_is_in_the_row(school: School) -> None:
    exam = await Exam.held(school, (TRUE_FALSE,))
    submission = await exam.taken(True)
    kept = msgspec.json.decode((await exam.row(submission))["outages"])
    assert kept == [{"began": "2026-01-15T10:30:00.000Z", "outageMs": 7, "vetoed": False}]
