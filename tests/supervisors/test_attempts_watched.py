"""An exam on a whole node: a student on two devices, a teacher who watches, steps in and looks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import socketio
import trio

from supervisors.demo.school import EDUCATOR
from tests.gateway.graphql.living import Client
from tests.supervisors.test_attempts_whole import START, TAKE, Person, classroom, quiz_lesson
from tests.supervisors.test_subscriptions_whole import ADA, Whole

CREATE = """mutation($lesson: ID!) { createQuiz(lessonId: $lesson, input: {
    settings: { title: "Exam", timeLimitMinutes: 30 },
    questions: [{ type: TRUE_FALSE, questionText: "So?", answer: { trueFalse: true } },
                { type: ESSAY, questionText: "Why?" }] }) { id } }"""
ATTEMPT = "subscription($s: ID!) { quizAttemptUpdated(submissionId: $s) { event data } }"
QUIZ = "subscription($q: ID!) { quizProgressUpdated(quizId: $q) { event data } }"
EXTEND = 'mutation($q: ID!) { extendQuizAttempts(quizId: $q, minutes: 5, commandId: "c") }'
SAY = 'mutation($q: ID!) { messageQuizAttempts(quizId: $q, text: "Five more", messageId: "m") }'
END = "mutation($q: ID!) { endQuizAttempts(quizId: $q) }"
LOG = """query($s: ID!, $after: String) {
  quizAttemptLog(submissionId: $s, first: 3, after: $after) {
    entries { at kind questionNumber answer by text ending } endCursor hasNextPage } }"""


class Device:
    """A page of the student, over Socket.IO, on a thread of its own."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    async def sends(self, *events: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """The acknowledgements; then the page is closed."""

        async def whole() -> list[dict[str, Any]]:
            async with socketio.AsyncSimpleClient() as client:
                await client.connect(self._url, auth={"token": self._token})
                return [await client.call(name, payload) for name, payload in events]

        return await trio.to_thread.run_sync(asyncio.run, whole())


async def heard(client: Client, field: str) -> tuple[str, Any]:
    """The next event of a subscription, and its data."""
    message = await client.hear()
    assert message["type"] == "next", message
    update = message["payload"]["data"][field]
    return update["event"], update["data"]


async def until(client: Client, wanted: str) -> Any:
    """The data of the next event of that name to the student's page."""
    while True:
        event, data = await heard(client, "quizAttemptUpdated")
        if event == wanted:
            return data


async def progress(client: Client, **wanted: Any) -> dict[str, Any]:
    """How the attempt is once it is so."""
    while True:
        _, data = await heard(client, "quizProgressUpdated")
        for each in data["attempts"]:
            if wanted.items() <= each.items():
                found: dict[str, Any] = each
                return found


async def whole_log(vera: Person, attempt: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    after, more = None, True
    while more:
        log = (await vera.ask(LOG, s=attempt, after=after))["quizAttemptLog"]
        lines += log["entries"]
        after, more = log["endCursor"], log["hasNextPage"]
    return lines


async def followed(world: Whole, quiz: str, attempt: str) -> tuple[Client, Client]:
    """The student's other page and the teacher's, each with the state it begins with."""
    page, desk = await world.client(ADA), await world.client(EDUCATOR)
    await page.subscribe("page", ATTEMPT, s=attempt)
    event, view = await heard(page, "quizAttemptUpdated")
    assert (event, view["submissionId"], view.get("devices", 0)) == ("STATE", attempt, 0)
    await desk.subscribe("desk", QUIZ, q=quiz)
    event, state = await heard(desk, "quizProgressUpdated")
    [known] = state["attempts"]
    assert (event, known["submissionId"], known["answered"]) == ("STATE", attempt, 0)
    assert (known["total"], bool(known["studentName"])) == (2, True)
    return page, desk


async def test_an_exam_is_followed_on_every_device_and_watched_by_its_teacher(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with classroom(tmp_path, database_url, valkey_url) as (world, vera, ada, ben):
        lesson = await quiz_lesson(vera)
        quiz = (await vera.ask(CREATE, lesson=lesson))["createQuiz"]["id"]
        attempt = (await ada.ask(START, q=quiz))["startQuizAttempt"]["id"]
        taken = (await ada.ask(TAKE, s=attempt))["quizAttempt"]
        page, desk = await followed(world, quiz, attempt)
        token, _ = await world.login(ADA)
        answer = {"submissionId": attempt, "questionId": taken["questions"][0]["id"]}
        entered, saved, refused = await Device(world.node.base_url, token).sends(
            ("attempt.enter", {"submissionId": attempt}),
            ("attempt.answer", {**answer, "answerId": "1", "answer": True}),
            ("quiz.watch", {"quizId": quiz}),
        )
        assert entered["view"]["devices"] == 1
        assert (saved["ok"], saved["revision"]) == (True, 1)
        assert refused["code"] == "AUTHORIZATION_ERROR"
        assert (await until(page, "DEVICES"))["devices"] == 1
        assert (await until(page, "ANSWER"))["answer"] is True
        assert (await until(page, "DEVICES"))["devices"] == 0
        known = await progress(desk, answered=1, devices=0)

        assert (await vera.ask(EXTEND, q=quiz))["extendQuizAttempts"] == 1
        assert await ben.refused(EXTEND, q=quiz) == "AUTHORIZATION_ERROR"
        timed = await until(page, "TIMED")
        assert timed["deadlineAt"] == known["deadlineAt"] + 300_000
        await progress(desk, deadlineAt=timed["deadlineAt"])
        assert (await vera.ask(SAY, q=quiz))["messageQuizAttempts"] == 1
        assert (await until(page, "MESSAGE"))["text"] == "Five more"
        assert (await vera.ask(END, q=quiz))["endQuizAttempts"] == 1
        assert (await until(page, "OVER"))["ending"] == "teacher"
        await progress(desk, ending="teacher")
        assert (await vera.ask(END, q=quiz))["endQuizAttempts"] == 0

        log = await whole_log(vera, attempt)
        assert [line["kind"] for line in log] == [
            *("STARTED", "CONNECTED", "VIEWED", "ANSWERED", "DISCONNECTED"),
            *("EXTENDED", "MESSAGE", "ENDED"),
        ]
        assert [line["at"] for line in log] == sorted(line["at"] for line in log)
        assert await ada.refused(LOG, s=attempt) == "NOT_FOUND"
