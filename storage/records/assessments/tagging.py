"""Tags of several questions at once, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from protocol.assessments.editing import QuizUpdated
from protocol.errors import NotFoundError
from protocol.records.assessments import Edit, EditFacts, EditRule, Retag
from storage.postgres import Database
from storage.records.assessments.locked import locked_quiz, revised
from storage.records.values import as_uuid, instant, json_text

# In the order in which quizzes are locked by everybody who needs several.
QUIZZES = "select distinct quiz_id from questions where id = any($1::uuid[]) order by quiz_id"
TAGS = "select id, tags::text from questions where quiz_id = $1 and id = any($2::uuid[])"
SET = """
update questions q set tags = n.tags, revision = q.revision + 1, updated_at = $2
from jsonb_to_recordset($1::text::jsonb) as n (id uuid, tags jsonb) where q.id = n.id
"""
_TAGS = msgspec.json.Decoder(tuple[str, ...])


class PostgresQuestionTags:
    """The part of `protocol.records.assessments.QuizEditing` that is about tags."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tag_questions(
        self, question_ids: Sequence[str], edit: Edit, rule: EditRule, retag: Retag
    ) -> int:
        """How many have changed. `rule` is asked about each of their quizzes."""
        keys = [as_uuid(each, "question") for each in question_ids]

        async def unit(connection: Any) -> int:
            seen, changed = set[UUID](), 0
            for row in await connection.fetch(QUIZZES, keys):
                quiz = await locked_quiz(connection, row["quiz_id"])
                rule(EditFacts(course=quiz.course, revision=quiz.revision))
                found = await connection.fetch(TAGS, quiz.key, keys)
                seen.update(each["id"] for each in found)
                tags = {each["id"]: _TAGS.decode(each["tags"]) for each in found}
                after = {key: retag(before) for key, before in tags.items()}
                new = [{"id": k, "tags": after[k]} for k in tags if after[k] != tags[k]]
                if new:
                    await connection.execute(SET, json_text(new), instant(edit.at))
                    updated = QuizUpdated(**quiz.names(edit), revision=quiz.revision + 1)
                    await revised(connection, quiz, updated, edit)
                    changed += len(new)
            missing = next((each for each in keys if each not in seen), None)
            if missing is not None:
                raise NotFoundError("question", str(missing))
            return changed

        return await self._database.run(unit)
