"""A quiz taken on a whole node, over GraphQL: begun, answered on two devices, submitted, graded."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from gateway.assessments.receipt_check import published_keys, verify
from storage.signing_keys import PostgresSigningKeys
from supervisors.demo.school import EDUCATOR, PASSWORD
from tests.supervisors.test_subscriptions_whole import (
    ADA,
    LOGIN,
    Whole,
    living_subscriptions,
    whole,
)

BEN = "student02@demo.stoa"
QUIZ = "{ myCourses { nodes { modules { lessons { id type quizzes { id } } } } } }"
CREATE = """mutation($lesson: ID!) { createQuiz(lessonId: $lesson, input: {
    settings: { title: "Alone", maxAttempts: 2, passingScore: 60, randomizeOptions: true },
    questions: [
        { type: MULTIPLE_CHOICE, questionText: "Which?", options: ["a", "b", "c"], points: 2,
          answer: { choice: { correct: [1] } } },
        { type: MATCHING, questionText: "Pair", answer: { matching: { pairs: [
            { prompt: "one", match: "1" }, { prompt: "two", match: "2" }] } } },
        { type: ESSAY, questionText: "Why?" } ] }) { id } }"""
START = "mutation($q: ID!) { startQuizAttempt(quizId: $q) { id attemptNumber status startedAt } }"
TAKE = "query($s: ID!) { quizAttempt(submissionId: $s) }"
SAVE = """mutation($s: ID!, $q: ID!, $a: JSON, $expected: Int) {
    submitQuizAnswerWithPayload(
        submissionId: $s, questionId: $q, answer: $a, expectedRevision: $expected
    ) { revision receipt } }"""
SUBMIT = """mutation($s: ID!) { submitQuizWithPayload(submissionId: $s) {
    submission { status ending gradingStatus scorePercentage } receipt } }"""
SHEET = """query($s: ID!) { quizResultSheet(submissionId: $s) {
    format submission root receipts { questionId answer receipt } } }"""
RESULT = """query($s: ID!) { quizSubmission(id: $s) {
    gradingStatus scorePercentage pointsEarned pointsPossible feedback
    answers { questionId answer earned most correct comment } } }"""
GRADE = """mutation($s: ID!, $essay: ID!) { gradeQuizSubmission(submissionId: $s, grading: {
    marks: [{ questionId: $essay, points: "0.75", comment: "Nearly" }], feedback: "Good" }) {
    gradingStatus scorePercentage } }"""
PROGRESS_UPDATED = "subscription { progressUpdated { progressPercentage } }"
PROGRESS = """
select p.status, p.quiz_score, p.attempts_count
from lesson_progress p join enrollments e on e.id = p.enrollment_id
join users u on u.id = e.student_id
where u.email = $1 and p.lesson_id = $2::text::uuid
"""


class Person:
    """Somebody who is signed in."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self._browser = browser

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data."""
        answer = await self.answer(query, **variables)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    async def refused(self, query: str, **variables: Any) -> str:
        """The code of the error."""
        answer = await self.answer(query, **variables)
        return str(answer["errors"][0]["extensions"]["code"])

    async def answer(self, query: str, **variables: Any) -> dict[str, Any]:
        body = {"query": query, "variables": variables}
        answer: dict[str, Any] = (await self._browser.post("/graphql", json=body)).json()
        return answer


@asynccontextmanager
async def person(world: Whole, email: str) -> AsyncIterator[Person]:
    async with httpx.AsyncClient(base_url=world.node.base_url, timeout=30) as browser:
        login = {"query": LOGIN, "variables": {"e": email, "p": PASSWORD}}
        data = (await browser.post("/graphql", json=login)).json()["data"]["login"]
        browser.headers["authorization"] = f"Bearer {data['accessToken']}"
        yield Person(browser)


@asynccontextmanager
async def classroom(
    tmp_path: Path, database_url: str, valkey_url: str
) -> AsyncIterator[tuple[Whole, Person, Person, Person]]:
    """The school, its teacher and two students."""
    async with (
        whole(tmp_path, database_url, valkey_url) as world,
        person(world, EDUCATOR) as vera,
        person(world, ADA) as ada,
        person(world, BEN) as ben,
    ):
        yield world, vera, ada, ben


async def quiz_lesson(vera: Person) -> str:
    """The lesson of the course that has a quiz."""
    [course] = (await vera.ask(QUIZ))["myCourses"]["nodes"]
    lessons = [lesson for module in course["modules"] for lesson in module["lessons"]]
    return next(str(lesson["id"]) for lesson in lessons if lesson["type"] == "QUIZ")


def shown_id(question: dict[str, Any], text: str) -> int:
    """The id under which this student sees an option."""
    return next(int(option["id"]) for option in question["options"] if option["text"] == text)


async def is_proved(world: Whole, student: Person, attempt: str, receipts: list[str]) -> None:
    """By what the student was given, and by a sheet from before and after a rotation of keys."""
    before = (await student.ask(SHEET, s=attempt))["quizResultSheet"]
    assert before["receipts"][-1]["receipt"] == receipts[0]
    assert before["submission"] == receipts[1]
    await PostgresSigningKeys(world.node.database, [world.node.secret]).rotate(
        world.node.clock.now()
    )
    await world.node.signer.look()
    after = (await student.ask(SHEET, s=attempt))["quizResultSheet"]
    assert (after["root"], after["submission"] == receipts[1]) == (before["root"], False)
    async with httpx.AsyncClient(base_url=world.node.base_url) as anybody:
        keys = published_keys((await anybody.get("/.well-known/jwks.json")).content)
    for signed in (*receipts, json.dumps(before), json.dumps(after)):
        verify(signed.encode(), keys)


async def test_a_quiz_is_taken_submitted_and_graded(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with classroom(tmp_path, database_url, valkey_url) as (world, vera, ada, ben):
        lesson = await quiz_lesson(vera)
        quiz = (await vera.ask(CREATE, lesson=lesson))["createQuiz"]["id"]
        begun = (await ada.ask(START, q=quiz))["startQuizAttempt"]
        assert (begun["attemptNumber"], begun["status"]) == (1, "STARTED")
        attempt = begun["id"]
        assert (await ada.ask(START, q=quiz))["startQuizAttempt"]["id"] == attempt
        taken = (await ada.ask(TAKE, s=attempt))["quizAttempt"]
        choice, matching, essay = taken["questions"]
        assert "SECRET" not in str(taken)
        assert await ben.refused(TAKE, s=attempt) == "NOT_FOUND"

        right = [shown_id(choice, "b")]
        saved = await ada.ask(SAVE, s=attempt, q=choice["id"], a=right)
        assert saved["submitQuizAnswerWithPayload"]["revision"] == 1
        other = [(right[0] + 1) % 3]
        stale = await ada.answer(SAVE, s=attempt, q=choice["id"], a=other, expected=0)
        assert stale["errors"][0]["extensions"]["code"] == "ANSWER_CHANGED"
        assert stale["errors"][0]["extensions"]["details"]["answer"] == right
        refused = await ben.refused(SAVE, s=attempt, q=choice["id"], a=[0])
        assert refused == "AUTHORIZATION_ERROR"
        await ada.ask(SAVE, s=attempt, q=matching["id"], a=[shown_id(matching, "1"), -1])
        proof = await ada.ask(SAVE, s=attempt, q=essay["id"], a="Because")
        assert (await ada.ask(SHEET, s=attempt))["quizResultSheet"] is None

        submitted = (await ada.ask(SUBMIT, s=attempt))["submitQuizWithPayload"]
        receipts = [proof["submitQuizAnswerWithPayload"]["receipt"], submitted["receipt"]]
        assert submitted["submission"] == {
            "status": "SUBMITTED",
            "ending": "SUBMITTED",
            "gradingStatus": "PENDING_REVIEW",
            "scorePercentage": None,
        }
        assert await ada.refused(SAVE, s=attempt, q=essay["id"], a="Late") == "ATTEMPT_ENDED"
        await is_proved(world, ada, attempt, receipts)
        assert (await vera.ask(SHEET, s=attempt)) == (await ada.ask(SHEET, s=attempt))
        assert await ben.refused(SHEET, s=attempt) == "NOT_FOUND"
        assert (await ada.ask(RESULT, s=attempt))["quizSubmission"]["answers"] == []
        assert (await ben.ask(RESULT, s=attempt))["quizSubmission"] is None
        refused = await ben.refused(GRADE, s=attempt, essay=essay["id"])
        assert refused == "AUTHORIZATION_ERROR"

        watcher = await world.client(ADA)
        await watcher.subscribe("progress", PROGRESS_UPDATED)
        await living_subscriptions(world, 1)
        graded = (await vera.ask(GRADE, s=attempt, essay=essay["id"]))["gradeQuizSubmission"]
        assert graded == {"gradingStatus": "GRADED", "scorePercentage": 81.25}
        result = (await ada.ask(RESULT, s=attempt))["quizSubmission"]
        assert (result["pointsEarned"], result["pointsPossible"]) == (3.25, 4)
        assert result["feedback"] == "Good"
        assert [(a["answer"], a["earned"], a["correct"]) for a in result["answers"]] == [
            (["b"], 2, True),
            (["1", None], 0.5, False),
            ("Because", 0.75, False),
        ]
        assert (await watcher.hear())["type"] == "next"
        row = await world.node.database.run(lambda c: c.fetchrow(PROGRESS, ADA, lesson))
        assert row["status"] == "completed"
        assert (row["quiz_score"], row["attempts_count"]) == (81, 1)
