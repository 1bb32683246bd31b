"""What a student is not to know yet is told nowhere: by questions, old attempts, an export."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest

from protocol.assessments.attempts.rows import AttemptRow
from protocol.assessments.quizzes import Pool, ResultsShown
from protocol.errors import RefusedError
from protocol.selection import Viewer
from storage.postgres import Database
from storage.reads.reads import CompiledReads
from storage.records.assessments.attempts import write_attempt_rows
from storage.records.personal import PERSONAL
from tests.actors.assessments.live.games import CHOICE, ESSAY
from tests.actors.assessments.test_assessments_handler import Hall
from tests.gateway.graphql.harness import Service
from tests.storage.records.assessments.test_attempt_practice import Practised
from tests.storage.records.assessments.test_quiz_submissions import Exam
from tests.storage.records.assessments.test_second_grades import SAID, give, held
from tests.storage.records.school import NOW, School

ASKED = "query ($id: ID!) { quiz(id: $id) { questions { questionText } } }"
KEYS = """query ($id: ID!) { quizSubmission(id: $id) { mayPractise
    answers { rightAnswer explanation correct } } }"""
GRADED = "query ($id: ID!) { quizSubmission(id: $id) { feedback gradedBy { id } gradedAt } }"
POOL = "Planets"
RIGHT = ["2", "3"]


@pytest.fixture
def school(database: Database) -> School:
    return School(database)


async def ask(exam: Exam, query: str, key: str, user: str, role: str = "student") -> Any:
    service = Service(CompiledReads(exam.school.database))
    answer = await service.ask(query, {"id": key}, viewer=Viewer(user_id=user, role=role))
    [(_, value)] = answer.data.items()
    return value


async def exported(exam: Exam, user: str) -> Any:
    async def unit(connection: Any) -> Any:
        return (await PERSONAL.export(connection, UUID(user)))["assessments"]

    return await exam.school.database.run(unit)


async def texts(exam: Exam) -> list[str]:
    seen = await ask(exam, ASKED, exam.quiz, exam.student)
    return sorted(each["questionText"] for each in seen["questions"])


# --- questions ------------------------------------------------------------------------------------


async def pooled(school: School) -> Exam:
    """A quiz that draws one of three questions, and asks a fourth."""
    exam = await Exam.held(school, tuple(map(named, "abcd")))
    await school.rows("update questions set pool = $1 where question_text <> 'd'", POOL)
    pools = msgspec.json.encode([Pool(name=POOL, draw=1)]).decode()
    await school.rows("update quizzes set pools = $1::text::jsonb", pools)
    return exam


def named(text: str) -> Any:
    return msgspec.structs.replace(CHOICE, text=text)


async def test_while_an_attempt_begins_it_asks_nothing_of_a_pool(school: School) -> None:
    exam = await pooled(school)
    begun = await exam.begun()
    assert await texts(exam) == []
    drawn = (exam.questions[1].id, exam.questions[3].id)
    row = AttemptRow(
        submission_id=begun.submission_id, started_at=NOW, deadline_at=None, drawn=drawn
    )
    await school.database.run(lambda connection: write_attempt_rows(connection, [row]))
    assert await texts(exam) == ["b", "d"]


@pytest.mark.parametrize("over", [False, True])
async def test_what_was_added_after_the_beginning_is_not_asked(school: School, over: bool) -> None:
    exam = await Exam.held(school, (named("a"), named("b")))
    submission = (await exam.begun()).submission_id
    if over:
        await exam.ended(submission, [0])
        await exam.marked(submission)
    await school.rows("update questions set question_text = 'next exam' where order_number > 1")
    assert len(await texts(exam)) == 2
    await school.rows(
        "insert into questions (quiz_id, question_type, question_text, correct_answer,"
        " order_number) values ($1::text::uuid, 'essay', 'added', '{\"type\": \"essay\"}', 9)",
        exam.quiz,
    )
    assert "added" not in await texts(exam)
    assert len(await texts(exam)) == 2
    pools = msgspec.json.encode([Pool(name=POOL, draw=1)]).decode()
    await school.rows("update quizzes set pools = $1::text::jsonb", pools)
    assert "added" not in await texts(exam)


# --- keys -----------------------------------------------------------------------------------------


async def test_an_earlier_attempt_tells_no_keys_while_the_next_one_runs(school: School) -> None:
    exam = await Exam.held(school, (CHOICE,), max_attempts=2)
    first = await exam.taken([0])
    practised = Practised(exam, Hall(school.database), first)
    before = await ask(exam, KEYS, first, exam.student)
    [told] = before["answers"]
    assert (before["mayPractise"], told["rightAnswer"], told["correct"]) == (True, RIGHT, False)

    second = await exam.begun()
    during = await ask(exam, KEYS, first, exam.student)
    [told] = during["answers"]
    assert (during["mayPractise"], told["correct"]) == (False, False)
    assert (told["rightAnswer"], told["explanation"]) == (None, None)
    with pytest.raises(RefusedError) as refused:
        await practised.check(0, [1])
    assert refused.value.code == "PRACTICE_OFF"
    [known] = (await ask(exam, KEYS, first, exam.teacher, "educator"))["answers"]
    assert known["rightAnswer"] == RIGHT

    await exam.ended(second.submission_id, [1, 3])
    await exam.marked(second.submission_id)
    assert await ask(exam, KEYS, first, exam.student) == before


# --- grades ---------------------------------------------------------------------------------------


async def test_an_export_tells_of_marks_what_the_pages_show(school: School) -> None:
    exam, submission, other = await held(school)
    await give(exam, submission, exam.teacher, 4, comment="So", passages=SAID)
    told = await exported(exam, exam.student)
    [attempt] = told["quiz_submissions"]
    assert (attempt["score_percentage"], attempt["feedback"]) == (None, None)
    assert attempt["answers"]
    assert told["quiz_marks"] == told["quiz_grades"] == told["quiz_mark_history"] == []
    theirs = await exported(exam, exam.teacher)
    assert [each["points"] for each in theirs["quiz_grades"]] == [4.0]

    await give(exam, submission, other, 5)
    told = await exported(exam, exam.student)
    assert [each["score_percentage"] for each in told["quiz_submissions"]] == [45.0]
    assert [each["given"] for each in told["quiz_marks"]] == [4.5]
    assert sorted(each["points"] for each in told["quiz_grades"]) == [4.0, 5.0]

    await school.rows("update quizzes set results_shown = 'released'")
    told = await exported(exam, exam.student)
    assert told["quiz_submissions"][0]["score_percentage"] is None
    assert told["quiz_marks"] == []


async def test_a_student_does_not_see_who_has_graded_before_the_result(school: School) -> None:
    exam = await Exam.held(school, (ESSAY,), results_shown=ResultsShown.RELEASED)
    submission = await exam.taken("They wind")
    await give(exam, submission, exam.teacher, 1)
    hidden = {"feedback": None, "gradedBy": None, "gradedAt": None}
    assert await ask(exam, GRADED, submission, exam.student) == hidden
    seen = await ask(exam, GRADED, submission, exam.teacher, "educator")
    assert seen["gradedBy"] == {"id": exam.teacher}


async def test_the_second_grader_reads_nothing_of_the_first_and_adds_to_it(school: School) -> None:
    exam, submission, other = await held(school)
    await give(exam, submission, exam.teacher, 4, of_all="Weak")
    theirs = await ask(exam, GRADED, submission, other, "educator")
    assert (theirs["feedback"], theirs["gradedBy"]) == (None, None)
    own = await ask(exam, GRADED, submission, exam.teacher, "educator")
    assert (own["feedback"], own["gradedBy"]) == ("Weak", {"id": exam.teacher})
    await give(exam, submission, other, 5, of_all="Short")
    both = await ask(exam, GRADED, submission, exam.student)
    assert both["feedback"] == "Weak\n\nShort"
    await give(exam, submission, other, 5, of_all="Anew")
    assert (await ask(exam, GRADED, submission, exam.student))["feedback"] == "Anew"
