"""What those read who watch the attempts at a quiz, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from protocol.assessments.attempts.commands import KIND
from protocol.assessments.attempts.progress import AttemptProgress
from protocol.assessments.attempts.values import Ending
from protocol.envelope import Address
from protocol.ports import StoredEvent
from protocol.records.common import CourseFacts
from storage.journal.archives import read_events
from storage.postgres import Database
from storage.records.course_facts import course_of_quiz_facts
from storage.records.values import instant, maybe_uuid

MAX_RUNNING = 10_000
"""Attempts at one quiz that are told something together."""


def _ms(moment: str) -> str:
    return f"(extract(epoch from {moment}) * 1000)::bigint"


RUNNING_AT = """
select id::text from quiz_submissions where quiz_id = $1 and status = 'started'
order by started_at, id limit $2
"""
SAT = f"""
select s.id::text as submission_id, s.student_id::text, p.full_name as student_name,
       s.attempt_number as number, 0 as devices, s.ending,
       (select count(*)::int from jsonb_object_keys(s.answers)) as answered,
       jsonb_array_length(coalesce(s.drawn, v.questions)) as total,
       {_ms("s.started_at")} as started_at,
       {_ms("s.deadline_at")} as deadline_at,
       {_ms("s.submitted_at")} as ended_at,
       (select coalesce(sum((o ->> 'outageMs')::bigint), 0)::bigint
        from jsonb_array_elements(s.outages) o where not (o ->> 'vetoed')::boolean) as credited_ms
from quiz_submissions s left join user_profiles p on p.user_id = s.student_id
    join quiz_versions v on v.id = s.version_id
where s.quiz_id = $1 and (s.status = 'started' or s.submitted_at > $2)
order by s.submitted_at desc nulls first, s.started_at, s.id limit $3
"""  # noqa: S608


class PostgresQuizWatching:
    """Implements `protocol.records.assessments.QuizWatching`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def course_of(self, quiz_id: str) -> CourseFacts:
        """The course of a quiz. Raises `NotFoundError`."""
        return await self._database.run(
            lambda connection: course_of_quiz_facts(connection, quiz_id), transaction=False
        )

    async def running_at(self, quiz_id: str) -> Sequence[str]:
        """The ids of all attempts at a quiz that have not ended, up to a bound."""

        async def unit(connection: Any) -> Sequence[str]:
            rows = await connection.fetch(RUNNING_AT, maybe_uuid(quiz_id), MAX_RUNNING)
            return [row["id"] for row in rows]

        return await self._database.run(unit, transaction=False)

    async def sat(self, quiz_id: str, *, since: int, limit: int) -> Sequence[AttemptProgress]:
        """The attempts at a quiz that run, then those that ended since then, newest first."""

        async def unit(connection: Any) -> Sequence[AttemptProgress]:
            rows = await connection.fetch(SAT, maybe_uuid(quiz_id), instant(since), limit)
            return [AttemptProgress(**{**row, "ending": _ending(row)}) for row in rows]

        return await self._database.run(unit, transaction=False)

    async def history(self, submission_id: str, *, after: int, limit: int) -> Sequence[StoredEvent]:
        """What has happened in an attempt after that version, in order."""
        address = Address(KIND, submission_id)
        return await self._database.run(
            lambda c: read_events(c, address, after=after, limit=limit), transaction=False
        )


def _ending(row: Any) -> Ending | None:
    return None if row["ending"] is None else Ending(row["ending"])
