"""Practice of what an attempt asked, in a real database: who may, by which key, what is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from protocol.assessments.attempts.regrading import RegradePolicy
from protocol.assessments.practice import CheckAttemptPracticeAnswer, PracticeChecked
from protocol.assessments.quizzes import Answer
from protocol.errors import NotFoundError, RefusedError, StoaError, ValidationError
from protocol.selection import Viewer
from storage.postgres import Database
from storage.reads.reads import CompiledReads
from tests.actors.assessments.live.games import BLANKS, CHOICE, ESSAY, TEXT
from tests.actors.assessments.test_assessments_handler import Hall
from tests.gateway.graphql.harness import Service
from tests.storage.records.assessments.test_quiz_submissions import Exam
from tests.storage.records.assessments.test_regraded_attempts import Desk
from tests.storage.records.school import School

MAY = """query ($id: ID!) { quizSubmission(id: $id) { mayPractise
  answers { type byPerson options multiple blanks noneAllowed marks } } }"""
CHECK = """query ($id: ID!, $q: ID!, $answer: PracticeAnswerInput!) {
  checkAttemptPracticeAnswer(submissionId: $id, questionId: $q, answer: $answer) { correct right }
}"""


@dataclass
class Practised:
    exam: Exam
    hall: Hall
    attempt: str = ""

    async def check(
        self, n: int, answer: Answer, by: str = "", role: str = "student"
    ) -> PracticeChecked:
        asked = CheckAttemptPracticeAnswer(
            by=by or self.exam.student,
            by_role=role,
            submission_id=self.attempt,
            question_id=self.exam.questions[n].id,
            answer=answer,
        )
        reply = await self.hall.handler.handle(asked)
        assert isinstance(reply, PracticeChecked)
        return reply

    async def setting(self, name: str, value: Any) -> None:
        await self.exam.school.rows(f"update quizzes set {name} = $1", value)

    async def may(self, user: str, role: str = "student") -> Any:
        service = Service(CompiledReads(self.exam.school.database))
        viewer = Viewer(user_id=user, role=role)
        answer = await service.ask(MAY, {"id": self.attempt}, viewer=viewer)
        found = answer.data["quizSubmission"]
        return found and found["mayPractise"]


@pytest.fixture
async def practised(database: Database) -> Practised:
    exam = await Exam.held(School(database), (CHOICE, TEXT, BLANKS, ESSAY))
    made = Practised(exam, Hall(database))
    made.attempt = await exam.taken([0], "Rome", ["two", "vier"], None)
    return made


CHOICES, WORD, GAPS, WHY = range(4)


@pytest.mark.parametrize(
    ("n", "answer", "correct", "share", "right"),
    [
        (CHOICES, [1, 3], True, 1, [1, 3]),
        (CHOICES, [0], False, 0, [1, 3]),
        (WORD, " paris", True, 1, "Paris"),
        (GAPS, ["2", "vier"], False, 0.5, ["two", "four"]),
    ],
)
async def test_an_answer_is_compared_with_the_key_and_told_with_the_right_one(
    practised: Practised, n: int, answer: Answer, correct: bool, share: float, right: Answer
) -> None:
    await practised.exam.school.rows("update quiz_submissions set grading_status = 'graded'")
    before = await practised.exam.row(practised.attempt)
    checked = await practised.check(n, answer)
    assert (checked.correct, checked.share, checked.right) == (correct, share, right)
    assert await practised.exam.row(practised.attempt) == before


async def test_the_key_that_counts_now_is_the_one_that_it_was_marked_by_last(
    database: Database,
) -> None:
    desk = await Desk.of(School(database), CHOICE, CHOICE)
    made = Practised(desk.exam, Hall(database), await desk.exam.taken([0], [0]))
    await desk.correct(0)
    assert not (await made.check(0, [0])).correct
    await desk.regrade(RegradePolicy.PRESENT_KEY)
    checked = await made.check(0, [0])
    assert (checked.correct, checked.right) == (True, [0])
    assert not (await made.check(1, [0])).correct
    await desk.regrade(RegradePolicy.LEAVE_OUT, 1)
    with pytest.raises(NotFoundError):
        await made.check(1, [0])


async def test_a_student_practises_once_the_result_is_shown_and_where_the_quiz_allows_it(
    practised: Practised,
) -> None:
    exam = practised.exam

    async def off() -> None:
        assert await practised.may(exam.student) is False
        with pytest.raises(RefusedError) as refused:
            await practised.check(CHOICES, [1])
        assert refused.value.code == "PRACTICE_OFF"

    await exam.school.rows("update quiz_submissions set grading_status = 'pending_review'")
    await off()  # the essay waits for a person
    await exam.school.rows("update quiz_submissions set grading_status = 'graded'")
    assert await practised.may(exam.student) is True
    for name in ("allow_practice", "show_correct_answers"):
        await practised.setting(name, False)
        await off()
        await practised.setting(name, True)
    await practised.setting("results_shown", "released")
    await off()
    assert await practised.may(exam.teacher, "educator") is True
    assert (await practised.check(CHOICES, [1, 3], exam.teacher, "educator")).correct
    await practised.setting("results_shown", "graded")
    explained = await practised.check(CHOICES, [1])
    await practised.setting("show_explanations", False)
    silent = await practised.check(CHOICES, [1])
    assert (explained.explanation, silent.explanation) == (CHOICE.explanation, None)


async def test_nobody_else_practises_it(practised: Practised) -> None:
    exam = practised.exam
    await exam.school.rows("update quiz_submissions set grading_status = 'graded'")
    classmate, stranger = await exam.school.user(), await exam.school.user("educator")
    await exam.school.enroll(classmate, exam.course)
    for user, role in ((classmate, "student"), (stranger, "educator")):
        assert await practised.may(user, role) is None
        with pytest.raises(NotFoundError):
            await practised.check(CHOICES, [1], user, role)
    await exam.school.rows("update enrollments set status = 'dropped'")
    with pytest.raises(NotFoundError):
        await practised.check(CHOICES, [1])


async def test_what_cannot_be_practised_is_said(practised: Practised) -> None:
    exam = practised.exam
    await exam.school.rows("update quiz_submissions set grading_status = 'graded'")
    wrong: list[tuple[int, Any, type[StoaError]]] = [
        (WHY, "Because", ValidationError),
        (CHOICES, "Paris", ValidationError),
        (CHOICES, [9], ValidationError),
        (WORD, "x" * 100_000, ValidationError),
    ]
    for n, answer, error in wrong:
        with pytest.raises(error):
            await practised.check(n, answer)
    kept = exam.questions
    exam.questions = (CHOICE,)  # its id is none of the quiz
    with pytest.raises(NotFoundError):
        await practised.check(0, [1])
    exam.questions, practised.attempt = kept, (await exam.begun()).submission_id
    with pytest.raises(RefusedError) as refused:
        await practised.check(CHOICES, [1])
    assert refused.value.code == "ATTEMPT_RUNNING"
    for nothing in (str(uuid4()), "nonsense"):
        practised.attempt = nothing
        with pytest.raises(NotFoundError):
            await practised.check(CHOICES, [1])


async def test_it_is_asked_and_answered_over_graphql(practised: Practised) -> None:
    exam = practised.exam
    service = Service(CompiledReads(exam.school.database))
    service.post.replies[CheckAttemptPracticeAnswer] = PracticeChecked(
        correct=True, share=1.0, right=[1, 3]
    )
    ids = {"id": practised.attempt, "q": exam.questions[0].id}
    viewer = Viewer(user_id=exam.student, role="student")
    answer = await service.ask(CHECK, {**ids, "answer": {"chosen": [1, 3]}}, viewer=viewer)
    assert answer.data["checkAttemptPracticeAnswer"] == {"correct": True, "right": [1, 3]}
    [(_, command)] = service.post.sent
    assert isinstance(command, CheckAttemptPracticeAnswer)
    assert (command.submission_id, command.question_id) == (ids["id"], ids["q"])
    assert command.answer == [1, 3]
    await exam.school.rows("update quiz_submissions set grading_status = 'graded'")
    shown = await service.ask(MAY, {"id": practised.attempt}, viewer=viewer)
    assert [each["byPerson"] for each in shown.data["quizSubmission"]["answers"]] == [
        *(False, False, False, True)
    ]
