"""Who may take a quiz and how long, on a whole node: what each protocol refuses and tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import trio

from protocol.times import iso
from tests.supervisors.test_attempts_watched import ATTEMPT, CREATE, Device, heard, until
from tests.supervisors.test_attempts_whole import (
    SAVE,
    SUBMIT,
    TAKE,
    Person,
    classroom,
    quiz_lesson,
)
from tests.supervisors.test_sealed_whole import COMMIT
from tests.supervisors.test_subscriptions_whole import ADA

START = "mutation($q: ID!, $p: String) { startQuizAttempt(quizId: $q, password: $p) { id } }"
SET = """mutation($q: ID!, $i: QuizAccessInput!) { setQuizAccess(quizId: $q, input: $i) {
    access { hasPassword networks invitedOnly invited { id } } } }"""
TIME = """mutation($q: ID!, $u: ID!, $a: QuizAccommodationInput) {
    setQuizAccommodation(quizId: $q, userId: $u, accommodation: $a) {
        accommodations { extraTime unlimited student { id } } } }"""
SEEN = """query($q: ID!) { quiz(id: $q) { access { networks } accommodations { extraTime }
    needsPassword forOthers myExtraTime myUnlimitedTime } }"""
ME = "{ me { id } }"
SECOND = 1.0


async def id_of(person: Person) -> str:
    return str((await person.ask(ME))["me"]["id"])


async def test_each_protocol_refuses_and_staff_alone_reads_who_may(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with classroom(tmp_path, database_url, valkey_url) as (world, vera, ada, ben):
        quiz = (await vera.ask(CREATE, lesson=await quiz_lesson(vera)))["createQuiz"]["id"]
        access = {"password": "sesame", "networks": ["127.0.0.0/8"], "invited": [await id_of(ada)]}
        shown = (await vera.ask(SET, q=quiz, i=access))["setQuizAccess"]["access"]
        assert (shown["hasPassword"], shown["networks"]) == (True, ["127.0.0.0/8"])
        assert shown["invited"] == [{"id": await id_of(ada)}]
        assert await ada.refused(SET, q=quiz, i={"password": None}) == "AUTHORIZATION_ERROR"
        seen = (await ben.ask(SEEN, q=quiz))["quiz"]
        assert (seen["access"], seen["accommodations"]) == (None, [])
        assert (seen["needsPassword"], seen["forOthers"]) == (True, True)

        assert await ben.refused(START, q=quiz, p="sesame") == "QUIZ_NOT_INVITED"
        assert await ada.refused(START, q=quiz) == "QUIZ_PASSWORD_REQUIRED"
        assert await ada.refused(START, q=quiz, p="open") == "QUIZ_PASSWORD_WRONG"
        attempt = (await ada.ask(START, q=quiz, p="sesame"))["startQuizAttempt"]["id"]
        asked = (await ada.ask(TAKE, s=attempt))["quizAttempt"]["questions"][0]["id"]

        await vera.ask(SET, q=quiz, i={"networks": ["192.0.2.0/24"]})
        assert await ada.refused(START, q=quiz, p="sesame") == "QUIZ_NETWORK"
        assert await ada.refused(TAKE, s=attempt) == "QUIZ_NETWORK"
        token, _ = await world.login(ADA)
        answer = {"submissionId": attempt, "questionId": asked, "answerId": "1", "answer": True}
        said = await Device(world.node.base_url, token).sends(
            ("attempt.enter", {"submissionId": attempt}), ("attempt.answer", answer)
        )
        assert [each["code"] for each in said] == ["QUIZ_NETWORK"] * 2
        assert await ada.refused(SAVE, s=attempt, q=asked, a=False) == "QUIZ_NETWORK"
        seal = {"s": attempt, "r": 0, "a": "a" * 43, "h": "h" * 43, "n": 1}
        now = iso(world.node.clock.now())
        assert await ada.refused(COMMIT, **seal, c=now) == "QUIZ_NETWORK"
        await vera.ask(SET, q=quiz, i={"networks": ["127.0.0.0/8"]})
        await ada.ask(SAVE, s=attempt, q=asked, a=False)
        await vera.ask(SET, q=quiz, i={"networks": ["192.0.2.0/24"]})
        # What is there already may be handed in from anywhere.
        await ada.ask(SUBMIT, s=attempt)


async def test_time_that_is_lifted_reaches_a_running_attempt_within_a_second(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with classroom(tmp_path, database_url, valkey_url) as (world, vera, ada, _):
        quiz = (await vera.ask(CREATE, lesson=await quiz_lesson(vera)))["createQuiz"]["id"]
        attempt = (await ada.ask(START, q=quiz))["startQuizAttempt"]["id"]
        page, student = await world.client(ADA), await id_of(ada)
        await page.subscribe("page", ATTEMPT, s=attempt)
        _, view = await heard(page, "quizAttemptUpdated")
        limit = view["deadlineAt"] - view["startedAt"]

        async def given(accommodation: dict[str, Any] | None) -> int | None:
            await vera.ask(TIME, q=quiz, u=student, a=accommodation)
            with trio.fail_after(SECOND):
                deadline: int | None = (await until(page, "TIMED"))["deadlineAt"]
                return deadline

        assert await given({"unlimited": True}) is None
        seen = (await ada.ask(SEEN, q=quiz))["quiz"]
        assert (seen["myExtraTime"], seen["myUnlimitedTime"]) == (1, True)
        assert await given({"extraTime": 1.5}) == view["startedAt"] + limit * 1.5
        assert await given(None) == view["deadlineAt"]
