"""Answers written without a connection, on a whole node over GraphQL: sealed, accepted, marked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from protocol.assessments.attempts.sealed import SealedEntry, entry_bytes, hash_of
from protocol.times import iso
from tests.supervisors.test_attempts_whole import (
    RESULT,
    SAVE,
    START,
    TAKE,
    Person,
    classroom,
    quiz_lesson,
    shown_id,
)

CREATE = """mutation($lesson: ID!, $late: LateAnswers) { createQuiz(lessonId: $lesson, input: {
    settings: { title: "Alone", maxAttempts: 2, lateAnswers: $late },
    questions: [{ type: MULTIPLE_CHOICE, questionText: "Which?", options: ["a", "b", "c"],
      answer: { choice: { correct: [1] } } }] }) { id lateAnswers } }"""
END = "mutation($s: ID!) { endQuizAttempt(submissionId: $s) { status } }"
COMMIT = """mutation($s: ID!, $r: Int!, $a: String!, $h: String!, $n: Int!, $c: DateTime!) {
    commitSealedAnswers(submissionId: $s, revision: $r, anchor: $a, head: $h, length: $n,
        clock: $c) { status sealed } }"""
SEND = """mutation($s: ID!, $h: String!, $e: JSON!) {
    sendSealedAnswers(submissionId: $s, head: $h, entries: $e) { sealed scorePercentage } }"""
DECIDE = """mutation($s: ID!, $accept: Boolean!, $reason: String) {
    decideSealedAnswers(submissionId: $s, number: 1, accept: $accept, reason: $reason) {
        sealed scorePercentage } }"""
SEALED = """query($s: ID!) { quizSealedAnswers(submissionId: $s) {
    number status late length reason decidedBy
    answers { questionNumber before answer changes } } }"""
WAITING = """query($q: ID!) { quiz(id: $q) { submissions(sealed: PENDING) { nodes { id } } } }"""
CREATE_LONG = """mutation($lesson: ID!, $questions: [QuestionInput!]!) {
    createQuiz(lessonId: $lesson, input: { questions: $questions,
        settings: { title: "Drawn", randomizeQuestions: true, lateAnswers: ACCEPT } }) {
            id questions { id } } }"""
POOL = """mutation($q: ID!, $ids: [ID!]!) { setQuizPools(quizId: $q, pools: [
    { name: "Some", draw: 4, questionIds: $ids }]) { id } }"""
ANSWERS = "query($s: ID!) { quizSubmission(id: $s) { answers { questionId } } }"
NUMBERS = """query($s: ID!) { quizSealedAnswers(submissionId: $s) {
    answers { questionId questionNumber } } }"""
LOG = """query($s: ID!) { quizAttemptLog(submissionId: $s) { entries { kind answer text } } }"""


def chain(anchor: str, question: str, answers: Sequence[Any], at: int) -> tuple[list[Any], str]:
    """Entries as a client sends them, and the head."""
    entries, before = list[dict[str, Any]](), anchor
    for n, answer in enumerate(answers, 1):
        entry = SealedEntry(n=n, prev=before, at=at, question=question, answer=answer)
        before = hash_of(entry_bytes(entry))
        members = {"n": n, "prev": entry.prev, "at": at, "question": question, "answer": answer}
        entries.append(members)
    return entries, before


async def begin(vera: Person, ada: Person, late: str) -> tuple[str, str, dict[str, Any]]:
    """The quiz, the attempt, and the question as Ada sees it."""
    lesson = await quiz_lesson(vera)
    quiz = (await vera.ask(CREATE, lesson=lesson, late=late))["createQuiz"]
    assert quiz["lateAnswers"] == late
    attempt = (await ada.ask(START, q=quiz["id"]))["startQuizAttempt"]["id"]
    [question] = (await ada.ask(TAKE, s=attempt))["quizAttempt"]["questions"]
    return quiz["id"], attempt, question


async def test_what_was_sealed_is_marked_once_a_teacher_accepts_it(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with classroom(tmp_path, database_url, valkey_url) as (world, vera, ada, ben):
        quiz, attempt, question = await begin(vera, ada, "REVIEW")
        wrong, right = [shown_id(question, "a")], [shown_id(question, "b")]
        await ada.ask(SAVE, s=attempt, q=question["id"], a=wrong)
        taken = (await ada.ask(TAKE, s=attempt))["quizAttempt"]["attempt"]
        now = world.node.clock.now()
        entries, head = chain(taken["anchor"], question["id"], [[], right], now)
        seal = {"s": attempt, "r": taken["revision"], "a": taken["anchor"], "h": head, "n": 2}

        running = await ada.ask(COMMIT, **seal, c=iso(now))
        assert running["commitSealedAnswers"] == {"status": "STARTED", "sealed": None}
        await vera.ask(END, s=attempt)
        assert await ada.refused(SEND, s=attempt, h=head, e=entries) == "SEALED_UNKNOWN"
        assert await ben.refused(COMMIT, **seal, c=iso(now)) == "AUTHORIZATION_ERROR"
        strange = {**seal, "a": "x" * 43}
        assert await ada.refused(COMMIT, **strange, c=iso(now)) == "SEALED_ANCHOR"
        for _ in range(2):
            done = await ada.ask(COMMIT, **seal, c=iso(world.node.clock.now()))
            assert done["commitSealedAnswers"] == {"status": "SUBMITTED", "sealed": "COMMITTED"}
        changed = [entries[0], {**entries[1], "answer": wrong}]
        assert await ada.refused(SEND, s=attempt, h=head, e=changed) == "SEALED_HASH"
        assert await ada.refused(SEND, s=attempt, h=head, e=entries[:1]) == "SEALED_GAP"
        for given in ("no list", [1], [{**entries[0], "more": 1}], [{**entries[0], "n": 1.5}]):
            assert await ada.refused(SEND, s=attempt, h=head, e=given) == "VALIDATION_ERROR"
        for _ in range(2):
            sent = (await ada.ask(SEND, s=attempt, h=head, e=entries))["sendSealedAnswers"]
            assert sent == {"sealed": "PENDING", "scorePercentage": 0}
        [waiting] = (await vera.ask(WAITING, q=quiz))["quiz"]["submissions"]["nodes"]
        assert waiting["id"] == attempt
        assert await ben.refused(SEALED, s=attempt) == "NOT_FOUND"

        assert await ada.refused(DECIDE, s=attempt, accept=True) == "AUTHORIZATION_ERROR"
        too_long = await vera.refused(DECIDE, s=attempt, accept=False, reason="x" * 1_001)
        assert too_long == "VALIDATION_ERROR"
        await vera.ask(DECIDE, s=attempt, accept=False, reason="No")
        [one] = (await ada.ask(SEALED, s=attempt))["quizSealedAnswers"]
        assert (one["status"], one["reason"], one["late"]) == ("REFUSED", "No", 0)
        [line] = one["answers"]
        assert (line["before"], line["answer"], line["changes"]) == (["a"], ["b"], 2)
        decided = (await vera.ask(DECIDE, s=attempt, accept=True))["decideSealedAnswers"]
        assert decided == {"sealed": "ACCEPTED", "scorePercentage": 100}
        assert await vera.refused(DECIDE, s=attempt, accept=False) == "SEALED_DECIDED"
        [answer] = (await ada.ask(RESULT, s=attempt))["quizSubmission"]["answers"]
        assert (answer["answer"], answer["correct"]) == (["b"], True)
        log = (await vera.ask(LOG, s=attempt))["quizAttemptLog"]["entries"]
        assert [each["kind"] for each in log][-4:] == [
            *("ENDED", "SEALED", "SEALED_REFUSED", "SEALED_ACCEPTED")
        ]
        assert log[-3]["answer"] == ["b"]


async def test_a_quiz_accepts_by_itself_or_takes_nothing(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with classroom(tmp_path, database_url, valkey_url) as (world, vera, ada, _):
        for late, expected in (("ACCEPT", "ACCEPTED"), ("REFUSE", "SEALED_REFUSED")):
            _, attempt, question = await begin(vera, ada, late)
            taken = (await ada.ask(TAKE, s=attempt))["quizAttempt"]["attempt"]
            right = [shown_id(question, "b")]
            now = world.node.clock.now()
            entries, head = chain(taken["anchor"], question["id"], [right], now)
            seal = {"s": attempt, "r": 0, "a": taken["anchor"], "h": head, "n": 1, "c": iso(now)}
            await vera.ask(END, s=attempt)
            if late == "REFUSE":
                assert await ada.refused(COMMIT, **seal) == expected
                continue
            await ada.ask(COMMIT, **seal)
            sent = (await ada.ask(SEND, s=attempt, h=head, e=entries))["sendSealedAnswers"]
            assert sent == {"sealed": expected, "scorePercentage": 100}


async def test_questions_have_the_numbers_that_their_readers_know(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with classroom(tmp_path, database_url, valkey_url) as (world, vera, ada, _):
        asked = {"type": "SHORT_ANSWER", "answer": {"text": {"accepted": ["yes"]}}}
        questions = [{**asked, "questionText": f"Number {n}?"} for n in range(9)]
        lesson = await quiz_lesson(vera)
        quiz = (await vera.ask(CREATE_LONG, lesson=lesson, questions=questions))["createQuiz"]
        await vera.ask(POOL, q=quiz["id"], ids=[each["id"] for each in quiz["questions"]])
        attempt = (await ada.ask(START, q=quiz["id"]))["startQuizAttempt"]["id"]
        page = (await ada.ask(TAKE, s=attempt))["quizAttempt"]
        shown = [each["id"] for each in page["questions"]]

        refused = (await ada.answer(SAVE, s=attempt, q=shown[0], a="A\0B"))["errors"][0]
        [field] = refused["extensions"]["details"]["fields"]
        assert (field["field"], field["code"]) == ("answer", "INVALID_CHARACTERS")

        await vera.ask(END, s=attempt)
        now = world.node.clock.now()
        entries, before = list[Any](), page["attempt"]["anchor"]
        for n, question in enumerate(shown, 1):
            [entry], before = chain(before, question, [f"yes {n}"], now)
            entry["n"] = n
            before = hash_of(entry_bytes(SealedEntry(**entry)))
            entries.append(entry)
        seal = {"s": attempt, "r": 0, "a": page["attempt"]["anchor"], "h": before, "n": 4}
        await ada.ask(COMMIT, **seal, c=iso(now))
        wrong = [*entries[:2], {**entries[2], "answer": "A\0B"}, entries[3]]
        refused = (await ada.answer(SEND, s=attempt, h=before, e=wrong))["errors"][0]
        [field] = refused["extensions"]["details"]["fields"]
        assert (field["field"], field["code"]) == ("entries[2].answer", "INVALID_CHARACTERS")
        await ada.ask(SEND, s=attempt, h=before, e=entries)

        async def numbered(reader: Person) -> list[str]:
            [one] = (await reader.ask(NUMBERS, s=attempt))["quizSealedAnswers"]
            lines = sorted(one["answers"], key=lambda line: line["questionNumber"])
            assert [line["questionNumber"] for line in lines] == [1, 2, 3, 4]
            return [line["questionId"] for line in lines]

        assert await numbered(ada) == shown
        answers = (await vera.ask(ANSWERS, s=attempt))["quizSubmission"]["answers"]
        assert await numbered(vera) == [each["questionId"] for each in answers]
