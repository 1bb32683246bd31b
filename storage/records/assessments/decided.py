"""Games about which something is decided, and their questions as they were revealed."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.quizzes import Question
from protocol.errors import NotFoundError
from protocol.records.assessments import Accepted, GameFacts, PlayedQuestion, PracticeFacts
from storage.records.course_facts import is_enrolled, locked_course_of

OF_GAME = "select course_id from live_quizzes where id = $1"
GAME = "select quiz_id::text, phase, config::text from live_quizzes where id = $1"
QUESTION = """
select question::text, skipped, allotted_ms, own_ms::text from live_quiz_question_results
where live_quiz_id = $1 and question_index = $2
"""
WORTH = """
select coalesce(json_agg(question -> 'points' order by question_index), '[]')::text
from live_quiz_question_results where live_quiz_id = $1
"""
ACCEPTED = """
select answer, folded, blank from live_quiz_accepted_answers
where live_quiz_id = $1 and question_index = $2 order by accepted_at, blank, folded
"""

PRACTICE = """
select exists (select from live_quiz_results r
               where r.live_quiz_id = l.id and r.user_id = $2) as played,
       coalesce(q.allow_practice and q.show_correct_answers, false) as allowed,
       coalesce(q.show_explanations, false) as explained
from live_quizzes l left join quizzes q on q.id = l.quiz_id where l.id = $1
"""


class PlayedGame(NamedTuple):
    """A game about whose results nobody else decides meanwhile, and one of its questions."""

    key: UUID
    facts: GameFacts
    played: PlayedQuestion
    by: UUID


async def game_facts(connection: Any, key: UUID, *, lock: str = "for share") -> GameFacts:
    course = await locked_course_of(connection, OF_GAME, key, "live quiz", lock=lock)
    row = await connection.fetchrow(GAME, key)
    return GameFacts(
        live_quiz_id=str(key),
        course=course,
        quiz_id=row["quiz_id"],
        finished=row["phase"] == "finished",
        config=msgspec.json.decode(row["config"], type=LiveConfig),
    )


async def practice_facts(connection: Any, key: UUID, user_id: UUID) -> PracticeFacts:
    game = await game_facts(connection, key, lock="")
    row = await connection.fetchrow(PRACTICE, key, user_id)
    studies = await is_enrolled(connection, UUID(game.course.id), user_id)
    return PracticeFacts(game=game, studies=studies, **dict(row))


async def revealed_question(connection: Any, key: UUID, index: int) -> PlayedQuestion:
    """The question as the game revealed it: this is the one place where it is read."""
    row = await connection.fetchrow(QUESTION, key, index)
    if row is None:
        raise NotFoundError("question", str(index))
    accepted = await connection.fetch(ACCEPTED, key, index)
    return PlayedQuestion(
        index=index,
        question=msgspec.json.decode(row["question"], type=Question),
        skipped=row["skipped"],
        allotted_ms=row["allotted_ms"],
        own_ms=msgspec.json.decode(row["own_ms"], type=dict[str, int]),
        worth=msgspec.json.decode(await connection.fetchval(WORTH, key), type=list[int | float]),
        accepted=tuple(Accepted(**dict(each)) for each in accepted),
    )
