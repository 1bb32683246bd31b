"""A quiz that can be played or taken: it has questions, and all of them are finished.

To be taken, its pools have to fit besides: a game asks all questions.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.assessments.pools import unfit
from protocol.assessments.quizzes import Quiz
from protocol.errors import RefusedError
from storage.records.assessments.quizzes import select_quiz

KEEP = "select from quizzes where id = $1 for share"
INCOMPLETE = """
select id::text from questions where quiz_id = $1 and lacks is not null order by order_number
"""


async def hold(connection: Any, key: UUID) -> None:
    """Nobody changes the quiz until the transaction ends."""
    await connection.execute(KEEP, key)


async def playable(connection: Any, key: UUID) -> Quiz:
    """The whole quiz, which nobody changes meanwhile.

    Raises `RefusedError` QUIZ_EMPTY and QUIZ_INCOMPLETE.
    """
    await hold(connection, key)
    quiz = await select_quiz(connection, key)
    if quiz is None or not quiz.questions:
        raise RefusedError("QUIZ_EMPTY", "This quiz has no questions")
    incomplete = [row["id"] for row in await connection.fetch(INCOMPLETE, key)]
    if incomplete:
        said = "Some questions of this quiz are not finished"
        raise RefusedError("QUIZ_INCOMPLETE", said, question_ids=incomplete)
    return quiz


async def drawable(connection: Any, key: UUID) -> Quiz:
    """Like `playable`, for an attempt. Raises `RefusedError` QUIZ_POOLS_UNFIT, too."""
    quiz = await playable(connection, key)
    names = unfit(quiz.pools, quiz.questions)
    if names:
        said = "A pool of this quiz is too small, or its questions are not worth the same"
        raise RefusedError("QUIZ_POOLS_UNFIT", said, pools=list(names))
    return quiz
