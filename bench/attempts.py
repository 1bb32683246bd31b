"""Attempts at a quiz: how fast they are marked, what an active one weighs, what receipts cost.

10,000 attempts of 40 questions of every type that a key can mark, with right, wrong and misspelt
answers, on one core; and attempts with all their answers saved, in the real directory. A receipt is
signed in each acknowledgement of an answer.
"""

from __future__ import annotations

import gc
import random
import resource
import time
from collections.abc import Callable, Iterator
from typing import Any

import trio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from actors.assessments.answers.grading import choices
from actors.assessments.answers.shapes import blanks_of, prompts_of
from actors.assessments.attempts.marking import marked
from actors.assessments.attempts.shapes import shape_of
from bench.actors import InstantJournal, NoFanOut
from bench.report import Measure, progress, publish
from protocol.assessments.attempts.commands import KIND, BeginAttempt, SaveAnswer
from protocol.assessments.attempts.receipts import answer_receipt, submission_receipt
from protocol.assessments.attempts.rows import GivenAnswer
from protocol.assessments.attempts.values import Ending, Timing
from protocol.assessments.attempts.views import AttemptHandedIn, KeptAnswer
from protocol.assessments.quizzes import (
    BlanksKey,
    ChoiceKey,
    MatchingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from protocol.envelope import Address
from protocol.ports import Journal
from protocol.signing import SigningKey
from storage.signer import PresentKeySigner
from supervisors.actors import KINDS
from supervisors.clock import TrioClock
from supervisors.directory import Directory

ATTEMPTS = 10_000
QUESTIONS = 40
AT_LEAST = 5_000
ACTIVE = 2_000
MOST_KIB = 16
RECEIPTS = 5_000
MOST_RECEIPT_US = 200
"""A tenth of a millisecond on a good core; what an acknowledgement may take longer for it."""
MOST_SUBMISSION_MS = 2
CITIES = ("Paris", "Berlin", "Rome", "Oslo", "Lisbon", "Vienna", "Madrid", "Prague")


def quiz() -> tuple[Question, ...]:
    """One question of each type after the other."""
    makers = (_choice, _true_false, _text, _number, _blanks, _matching)
    return tuple(
        makers[number % len(makers)](f"question-{number:02}") for number in range(QUESTIONS)
    )


def _choice(id_: str) -> Question:
    return Question(
        id=id_,
        type=QuestionType.MULTIPLE_CHOICE,
        text="Which are north of Rome?",
        options=CITIES[:4],
        key=ChoiceKey(correct=(0, 1, 3)),
        multiple=True,
    )


def _true_false(id_: str) -> Question:
    return Question(
        id=id_, type=QuestionType.TRUE_FALSE, text="Is it?", key=TrueFalseKey(value=True)
    )


def _text(id_: str) -> Question:
    key = TextKey(accepted=CITIES)
    return Question(id=id_, type=QuestionType.SHORT_ANSWER, text="A capital?", key=key)


def _number(id_: str) -> Question:
    key = TextKey(accepted=(), number=3.14, tolerance=0.01)
    return Question(id=id_, type=QuestionType.SHORT_ANSWER, text="Pi?", key=key)


def _blanks(id_: str) -> Question:
    key = BlanksKey(blanks=(("two", "2"), ("four", "4")))
    return Question(id=id_, type=QuestionType.FILL_BLANK, text="____ and ____", key=key)


def _matching(id_: str) -> Question:
    pairs = tuple((f"country {number}", city) for number, city in enumerate(CITIES[:4]))
    return Question(id=id_, type=QuestionType.MATCHING, text="Match", key=MatchingKey(pairs=pairs))


def answer(question: Question, chance: random.Random) -> Any:
    """Of the right shape; as often wrong as right, or nearly."""
    match question.type:
        case QuestionType.MULTIPLE_CHOICE:
            return sorted(chance.sample(range(len(choices(question))), 3))
        case QuestionType.TRUE_FALSE:
            return chance.random() < 0.5
        case QuestionType.FILL_BLANK:
            return [
                chance.choice(("two", "Four ", "4", "five")) for _ in range(blanks_of(question))
            ]
        case QuestionType.MATCHING:
            sizes = len(choices(question))
            return [chance.randrange(-1, sizes) for _ in prompts_of(question)]
    if chance.random() < 0.5:
        return f" {chance.choice(CITIES).lower()}{chance.choice(('', ' ', '.'))}"
    return str(round(chance.uniform(3.1, 3.2), 3))


def paper(questions: tuple[Question, ...], chance: random.Random) -> dict[str, GivenAnswer]:
    """The answers of one student."""
    return {
        question.id: GivenAnswer(revision=number, answer=answer(question, chance), at=number)
        for number, question in enumerate(questions, 1)
    }


def answers_a_second() -> float:
    """Marked on one core; making up the papers does not count."""
    questions, chance, spent = quiz(), random.Random(1), 0.0
    for number in range(ATTEMPTS):
        given = paper(questions, chance)
        began = time.process_time()
        marks = marked(questions, given)
        spent += time.process_time() - began
        if len(marks) != QUESTIONS:
            raise AssertionError("a mark is missing")
        if number % 2_500 == 0:
            progress(f"{number:,} of {ATTEMPTS:,} attempts are marked")
    return ATTEMPTS * QUESTIONS / spent


async def active_bytes() -> float:
    """Resident memory for each attempt in which everything is answered."""
    journal: Journal = InstantJournal()  # type: ignore[assignment]
    clock = TrioClock()
    directory = Directory(clock=clock, journal=journal, fan_out=NoFanOut(), kinds=KINDS)
    questions, chance = quiz(), random.Random(2)
    shapes = tuple(map(shape_of, questions))
    async with trio.open_nursery() as nursery:
        await nursery.start(directory.run)
        for number in _numbered("warm", 20):
            await _answer_all(directory, clock, questions, shapes, number, chance)
        gc.collect()
        before = _resident()
        for number in _numbered("attempt", ACTIVE):
            await _answer_all(directory, clock, questions, shapes, number, chance)
        gc.collect()
        each = (_resident() - before) / ACTIVE
        nursery.cancel_scope.cancel()
    return each


async def receipt_costs() -> tuple[float, float]:
    """Microseconds of one core for the receipt of an answer, and for that of a submission."""
    signer = PresentKeySigner(OneKey(), lambda: "https://school.example", TrioClock())
    await signer.look()
    chance = random.Random(3)
    given = tuple(
        KeptAnswer(
            question_id=question.id,
            answer_id=f"answer {number}",
            answer=answer(question, chance),
            revision=number,
            saved_at=number,
        )
        for number, question in enumerate(quiz(), 1)
    )
    over = AttemptHandedIn(
        submission_id="attempt",
        ended_at=QUESTIONS,
        ending=Ending.SUBMITTED,
        revision=QUESTIONS,
        answers=given,
    )
    one = _us_each(RECEIPTS, lambda n: answer_receipt(signer, "attempt", given[n % QUESTIONS]))
    return one, _us_each(RECEIPTS // 10, lambda _: submission_receipt(signer, over))


class OneKey:
    """A key that was just made."""

    async def all(self) -> list[SigningKey]:
        private = Ed25519PrivateKey.generate()
        key = SigningKey(
            id="bench",
            public=private.public_key().public_bytes_raw(),
            private=private.private_bytes_raw(),
            created_at=0,
        )
        return [key]


def _us_each(times: int, do: Callable[[int], object]) -> float:
    began = time.process_time()
    for number in range(times):
        if do(number) is None:
            raise AssertionError("a receipt is missing")
    return (time.process_time() - began) / times * 1e6


def _numbered(name: str, count: int) -> Iterator[str]:
    return (f"{name}-{number}" for number in range(count))


async def _answer_all(
    directory: Directory,
    clock: TrioClock,
    questions: tuple[Question, ...],
    shapes: tuple[Any, ...],
    key: str,
    chance: random.Random,
) -> None:
    address = Address(KIND, key)
    begin = BeginAttempt(
        student_id=f"student of {key}",
        quiz_id="quiz",
        course_id="course",
        version_id="version",
        number=1,
        questions=shapes,
        seed=chance.getrandbits(63),
        timing=Timing(limit_ms=3_600_000),
        shuffle_questions=True,
        shuffle_options=True,
    )
    await directory.ask(address, begin)
    for question in questions:
        save = SaveAnswer(
            by=f"student of {key}",
            question_id=question.id,
            answer=answer(question, chance),
            answer_id=f"{key} {question.id}",
            received_at=clock.now(),
        )
        await directory.ask(address, save)


def _resident() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def main() -> None:
    """Measure and publish."""
    progress(f"{ACTIVE:,} attempts with {QUESTIONS} answers each")
    each = trio.run(active_bytes) / 1024
    rate = answers_a_second()
    progress(f"{RECEIPTS:,} receipts")
    receipt_us, submission_us = trio.run(receipt_costs)
    publish(
        "attempts",
        [
            Measure.at_least("answers marked a second, on one core", rate, "/s", AT_LEAST),
            Measure.at_most(f"an active attempt with {QUESTIONS} answers", each, "KiB", MOST_KIB),
            Measure.at_most("CPU of the receipt of an answer", receipt_us, "µs", MOST_RECEIPT_US),
            Measure.at_most(
                f"CPU of the receipt of a submission of {QUESTIONS} answers",
                submission_us / 1000,
                "ms",
                MOST_SUBMISSION_MS,
            ),
        ],
        attempts=ATTEMPTS,
        questions=QUESTIONS,
        active=ACTIVE,
        receipts=RECEIPTS,
    )


if __name__ == "__main__":
    main()
