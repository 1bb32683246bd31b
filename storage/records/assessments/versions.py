"""The versions of quizzes that attempts keep, in SQL. One that is kept never changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from protocol.assessments.quizzes import Question, Quiz, QuizSettings
from protocol.bounded import LeastRecentlyUsed
from protocol.errors import NotFoundError
from protocol.records.assessments import NewAttempt, QuizVersion
from storage.records.assessments.quizzes import POOLS
from storage.records.values import instant, json_text

READ = """
select id::text, quiz_id::text, revision, settings::text as settings, questions::text as questions,
       pools::text as pools
from quiz_versions where id = $1
"""
OF_NOW = """
select v.id from quiz_versions v join quizzes q on q.id = v.quiz_id and q.revision = v.revision
where q.id = $1
"""
KEEP = """
with kept as (
    insert into quiz_versions (id, quiz_id, revision, settings, questions, pools, created_at)
    select $1, q.id, q.revision, $3::text::jsonb, $4::text::jsonb, q.pools, $5
    from quizzes q where q.id = $2
    on conflict (quiz_id, revision) do nothing returning id)
insert into quiz_version_questions (version_id, order_number, question)
select kept.id, n.place - 1, n.question
from kept cross join jsonb_array_elements($4::text::jsonb) with ordinality as n (question, place)
"""
REMEMBERED = 32
REMEMBERED_BYTES = 4 * 1024 * 1024
"""Of what their questions are in the database; decoded they take several times as much."""
_QUESTIONS = msgspec.json.Decoder(tuple[Question, ...])
_SETTINGS = msgspec.json.Decoder(QuizSettings)


class Versions:
    """Reads and keeps versions. For the asyncio thread alone.

    A class begins and ends together, and all ask for the same version: the last ones are
    remembered. One that the running transaction has kept is `new`, and is not: should it be tried
    again, it may keep another state of the quiz under the same id.
    """

    def __init__(self) -> None:
        self._known: LeastRecentlyUsed[UUID, QuizVersion] = LeastRecentlyUsed(
            REMEMBERED, REMEMBERED_BYTES
        )

    async def read(self, connection: Any, key: UUID, *, new: bool = False) -> QuizVersion:
        """Raises `NotFoundError`."""
        known = self._known.get(key)
        if known is not None:
            return known
        row = await connection.fetchrow(READ, key)
        if row is None:
            raise NotFoundError("quiz version", str(key))
        version = QuizVersion(
            id=row["id"],
            quiz_id=row["quiz_id"],
            revision=row["revision"],
            settings=_SETTINGS.decode(row["settings"]),
            questions=_QUESTIONS.decode(row["questions"]),
            pools=POOLS.decode(row["pools"]),
        )
        if not new:
            self._known.put(key, version, len(row["questions"]))
        return version


async def of_now(connection: Any, quiz_id: UUID) -> UUID | None:
    """The id of the version that is the quiz as it is now, if anybody has begun it so."""
    known: UUID | None = await connection.fetchval(OF_NOW, quiz_id)
    return known


async def keep(connection: Any, attempt: NewAttempt, quiz: Quiz) -> UUID:
    """The version of the quiz as it is now, which somebody has locked; its id."""
    row = (UUID(attempt.version_id), UUID(quiz.id), json_text(quiz.settings))
    await connection.execute(KEEP, *row, json_text(quiz.questions), instant(attempt.at))
    kept = await of_now(connection, UUID(quiz.id))
    assert kept is not None
    return kept
