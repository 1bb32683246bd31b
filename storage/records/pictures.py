"""The pictures of questions and courses in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from protocol.pictures import ADDRESS
from protocol.records.common import CourseFacts
from protocol.records.pictures import PictureFacts, PictureRule
from storage.postgres import Database
from storage.records.course_facts import OF_QUIZ, course_facts, locked_course_of
from storage.records.values import as_uuid, instant

COUNT = "select count(*) from pictures where course_id = $1"
ADD = "insert into pictures (name, course_id, created_at) values ($1, $2, $3)"
UNUSED = f"""
select name from pictures p where created_at < $1
    and not exists (select from questions q where q.question_media_url = '{ADDRESS}' || p.name)
    and not exists (select from courses c where c.thumbnail_url = '{ADDRESS}' || p.name)
    and not exists (select from live_quiz_questions q
                    where q.question_media_url = '{ADDRESS}' || p.name)
order by created_at limit $2
"""  # noqa: S608
FORGET = "delete from pictures where name = any($1::text[])"


class PostgresPictureRecords:
    """Implements `protocol.records.pictures.PictureRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_to_quiz(self, quiz_id: str, name: str, at: int, rule: PictureRule) -> None:
        """Note a picture that is about to be stored."""

        async def unit(connection: Any) -> None:
            key = as_uuid(quiz_id, "quiz")
            course = await locked_course_of(connection, OF_QUIZ, key, "quiz", lock="for share")
            await _add(connection, course, name, at, rule)

        await self._database.run(unit)

    async def add_to_course(self, course_id: str, name: str, at: int, rule: PictureRule) -> None:
        """Note a picture that is about to be stored."""

        async def unit(connection: Any) -> None:
            course = await course_facts(connection, course_id, lock="for share")
            await _add(connection, course, name, at, rule)

        await self._database.run(unit)

    async def unused(self, *, before: int, limit: int) -> Sequence[str]:
        """Pictures from before that time which nothing needs."""

        async def unit(connection: Any) -> Sequence[str]:
            rows = await connection.fetch(UNUSED, instant(before), limit)
            return [row["name"] for row in rows]

        return await self._database.run(unit, transaction=False)

    async def forget(self, names: Sequence[str]) -> None:
        """Forget them once their objects are gone."""
        await self._database.run(lambda c: c.execute(FORGET, list(names)))


async def _add(connection: Any, course: CourseFacts, name: str, at: int, rule: PictureRule) -> None:
    count = await connection.fetchval(COUNT, UUID(course.id))
    rule(PictureFacts(course=course, pictures=count + 1))
    await connection.execute(ADD, name, UUID(course.id), instant(at))
