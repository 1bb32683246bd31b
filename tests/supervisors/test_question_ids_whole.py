"""An id of a question is the same id however it is written, wherever it comes in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.supervisors.test_attempts_whole import (
    CREATE,
    RESULT,
    START,
    SUBMIT,
    TAKE,
    classroom,
    quiz_lesson,
)

OF_STUDENTS = {
    "submitQuizAnswer": 'submitQuizAnswer(submissionId: $s, questionId: $q, answer: "Why")',
    "noteQuizActivity": "noteQuizActivity(submissionId: $s, activity: LEFT, questionId: $q)",
}
OF_TEACHERS = {
    "gradeQuizSubmission": "gradeQuizSubmission(submissionId: $s, grading: {"
    ' marks: [{ questionId: $q, points: "0.5" }] }) { id }',
    "regradeQuizQuestion": "regradeQuizQuestion(quizId: $quiz, questionId: $q,"
    " policy: FULL_POINTS) { __typename }",
    "updateQuestion": 'updateQuestion(id: $q, input: { type: ESSAY, questionText: "Why?" }) { id }',
    "tagQuestions": 'tagQuestions(questionIds: [$q], add: ["Same"])',
    "setQuizPools": 'setQuizPools(quizId: $quiz, pools: [{ name: "P", draw: 1,'
    " questionIds: [$q] }]) { id }",
    "copyQuestions": "copyQuestions(quizId: $quiz, questionIds: [$q]) { id }",
    "duplicateQuestion": "duplicateQuestion(id: $q) { id }",
    "deleteQuestion": "deleteQuestion(id: $q)",
}
QUERIES = {
    "similarQuizAnswers": "similarQuizAnswers(submissionId: $s, questionId: $q) { answer }",
    "previewQuizRegrade": "previewQuizRegrade(quizId: $quiz, questionId: $q,"
    " policy: FULL_POINTS) { __typename }",
    "checkAttemptPracticeAnswer": "checkAttemptPracticeAnswer(submissionId: $s, questionId: $q,"
    ' answer: { text: "Why" }) { correct }',
}


def operation(kind: str, field: str) -> str:
    asked = dict.fromkeys(re.findall(r"\$(\w+)", field))
    return f"{kind}({', '.join(f'${name}: ID!' for name in asked)}) {{ {field} }}"


@pytest.mark.parametrize(
    "write", [str.upper, lambda each: each.replace("-", ""), lambda each: "{" + each.upper() + "}"]
)
async def test_an_id_of_a_question_is_read_however_it_is_written(
    write: Callable[[str], str], tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with classroom(tmp_path, database_url, valkey_url) as (_, vera, ada, _ben):
        quiz = (await vera.ask(CREATE, lesson=await quiz_lesson(vera)))["createQuiz"]["id"]
        attempt = (await ada.ask(START, q=quiz))["startQuizAttempt"]["id"]
        essay = (await ada.ask(TAKE, s=attempt))["quizAttempt"]["questions"][2]["id"]
        given = {"s": attempt, "q": write(essay), "quiz": quiz}
        for field in OF_STUDENTS.values():
            await ada.ask(operation("mutation", field), **given)
        await ada.ask(SUBMIT, s=attempt)
        answers = {"similarQuizAnswers", "previewQuizRegrade"}
        for name, field in QUERIES.items():
            answer = await vera.answer(operation("query", field), **given)
            assert ("errors" not in answer) is (name in answers), answer
            if name not in answers:  # the essay is known, and only a person can say
                [problem] = answer["errors"][0]["extensions"]["details"]["fields"]
                assert (problem["field"], problem["code"]) == ("questionId", "NOT_APPLICABLE")
        for field in OF_TEACHERS.values():
            await vera.ask(operation("mutation", field), **given)
        result = (await vera.ask(RESULT, s=attempt))["quizSubmission"]["answers"]
        assert [each["answer"] for each in result if each["questionId"] == essay] == ["Why"]
