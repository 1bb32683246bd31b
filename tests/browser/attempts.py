"""Quizzes that students take alone: made by a teacher, answered beside what a browser does."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.browser.test_browser_entry import graphql, token_of
from tests.browser.test_browser_practice import QUESTIONS
from tests.browser.test_browser_results import ADD_QUIZ, LOGIN
from tests.support.server import PASSWORD, StoaServer

LEARNER, CLASSMATE, THIRD = (f"student0{n}@demo.stoa" for n in (1, 2, 3))
PLACES = """
{ myCourses { nodes { id title modules { lessons { id title type } } } } }
"""
START = "mutation ($quiz: ID!) { startQuizAttempt(quizId: $quiz) { id } }"
SAVE = """
mutation ($id: ID!, $question: ID!, $answer: JSON, $answerId: String) {
  submitQuizAnswer(submissionId: $id, questionId: $question, answer: $answer, answerId: $answerId)
}
"""
SUBMIT = "mutation ($id: ID!) { submitQuiz(submissionId: $id) { id } }"
TAKE = "query ($id: ID!) { quizAttempt(submissionId: $id) }"
OWN = "query ($quiz: ID!) { quiz(id: $quiz) { mySubmissions { id status ending } } }"


@dataclass(frozen=True)
class School:
    """A lesson of the demonstration school, in which quizzes are made."""

    server: StoaServer
    tokens: dict[str, str] = field(default_factory=dict)

    @cached_property
    def teacher(self) -> str:
        return token_of(self.server)

    @cached_property
    def place(self) -> dict[str, Any]:
        [course] = graphql(self.server, PLACES, self.teacher)["myCourses"]["nodes"]
        return {"course": course["id"], "lesson": course["modules"][0]["lessons"][0]["id"]}

    def quiz(
        self, title: str, questions: list[dict[str, Any]] | None = None, **settings: Any
    ) -> str:
        """Its id."""
        made = {"settings": {"title": title, **settings}, "questions": questions or QUESTIONS}
        lesson = self.place["lesson"]
        quiz = graphql(self.server, ADD_QUIZ, self.teacher, l=lesson, i=made)["createQuiz"]
        return str(quiz["id"])

    def token(self, email: str) -> str:
        """Signs in once: attempts to sign in are counted."""
        if email not in self.tokens:
            answer = graphql(self.server, LOGIN, e=email, p=PASSWORD)
            self.tokens[email] = str(answer["login"]["accessToken"])
        return self.tokens[email]

    def device(self, email: str, quiz: str) -> Device:
        """Another device of a student, with the attempt at this quiz."""
        token = self.token(email)
        begun = graphql(self.server, START, token, quiz=quiz)["startQuizAttempt"]
        return Device(self.server, token, str(begun["id"]))


@dataclass(frozen=True)
class Device:
    """A student's attempt, over GraphQL alone."""

    server: StoaServer
    token: str
    id: str

    def attempt(self) -> dict[str, Any]:
        taken = graphql(self.server, TAKE, self.token, id=self.id)["quizAttempt"]
        return dict(json.loads(taken) if isinstance(taken, str) else taken)

    def answers(self) -> list[Any]:
        """What is saved, in the order of the questions."""
        taken = self.attempt()
        saved = taken["attempt"]["answers"]
        return [saved.get(each["id"], {}).get("answer") for each in taken["questions"]]

    def save(self, index: int, answer: Any) -> None:
        question = self.attempt()["questions"][index]["id"]
        given = {"question": question, "answer": answer, "answerId": uuid.uuid4().hex}
        graphql(self.server, SAVE, self.token, id=self.id, **given)

    def submit(self) -> None:
        graphql(self.server, SUBMIT, self.token, id=self.id)
