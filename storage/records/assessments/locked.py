"""Quizzes and questions that are locked to be changed, and the announcement of the change.

Whatever changes a quiz or a question of it has locked the row of the quiz, so that each change has
a revision of its own; the course, which is locked first, cannot be archived or deleted meanwhile.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from protocol.assessments.editing import QuizEvent
from protocol.envelope import Address
from protocol.errors import NotFoundError
from protocol.records.assessments import Edit, EditFacts, EditRule
from protocol.records.common import CourseFacts
from storage.records.announcing import announce
from storage.records.assessments.quizzes import BYTES, COLUMNS
from storage.records.course_facts import OF_QUESTION, OF_QUIZ, locked_course_of
from storage.records.values import as_uuid, instant

QUIZ = "select * from quizzes where id = $1"
QUIZ_OF = "select quiz_id from questions where id = $1"
COUNT = "select count(*) from questions where quiz_id = $1"
QUESTION = f"""
select id::text, revision, order_number, lacks::text as lacks, pool, {COLUMNS}
from questions where id = $1
"""  # noqa: S608
REVISED = "update quizzes set revision = revision + 1, updated_at = $2 where id = $1"
ALL_BYTES = f"select coalesce(sum({BYTES}), 0) from questions where quiz_id = $1"  # noqa: S608
WRITING = "for no key update"


class LockedQuiz(NamedTuple):
    """A locked quiz. `row` has its columns."""

    course: CourseFacts
    row: Any

    @property
    def key(self) -> UUID:
        return self.row["id"]  # type: ignore[no-any-return]

    @property
    def revision(self) -> int:
        return self.row["revision"]  # type: ignore[no-any-return]

    def names(self, edit: Edit) -> dict[str, str]:
        """What all events have."""
        return {"by": edit.by, "course_id": self.course.id, "quiz_id": str(self.key)}


async def locked_quiz(connection: Any, quiz_id: str | UUID, *, lock: str = WRITING) -> LockedQuiz:
    """Raises `NotFoundError`."""
    key = as_uuid(quiz_id, "quiz")
    course = await locked_course_of(connection, OF_QUIZ, key, "quiz", lock="for share")
    row = await connection.fetchrow(f"{QUIZ} {lock}", key)
    if row is None:  # somebody was quicker
        raise NotFoundError("quiz", str(key))
    return LockedQuiz(course, row)


async def locked_question(connection: Any, question_id: str) -> tuple[LockedQuiz, Any]:
    """The question as it is once its quiz is locked. Raises `NotFoundError`."""
    key = as_uuid(question_id, "question")
    course = await locked_course_of(connection, OF_QUESTION, key, "question", lock="for share")
    quiz_id = await connection.fetchval(QUIZ_OF, key)
    quiz = await connection.fetchrow(f"{QUIZ} {WRITING}", quiz_id)
    row = None if quiz is None else await connection.fetchrow(QUESTION, key)
    if row is None:
        raise NotFoundError("question", str(key))
    return LockedQuiz(course, quiz), row


async def locked_with_room(
    connection: Any, quiz_id: str, more: int, rule: EditRule
) -> tuple[LockedQuiz, int]:
    """The quiz that is to have so many more questions, and how many it has."""
    quiz = await locked_quiz(connection, quiz_id)
    count: int = await connection.fetchval(COUNT, quiz.key)
    rule(EditFacts(course=quiz.course, revision=quiz.revision, questions=count + more))
    return quiz, count


async def check_bytes(connection: Any, quiz: LockedQuiz, rule: EditRule, revision: int) -> None:
    """Ask the rule about a quiz whose questions have grown, when they have."""
    size = int(await connection.fetchval(ALL_BYTES, quiz.key))
    rule(EditFacts(course=quiz.course, revision=revision, bytes=size))


async def revised(connection: Any, quiz: LockedQuiz, event: QuizEvent, edit: Edit) -> None:
    """Give the quiz its next revision, and announce what has changed."""
    await connection.execute(REVISED, quiz.key, instant(edit.at))
    await announced(connection, event, edit)


async def announced(connection: Any, event: QuizEvent, edit: Edit) -> None:
    """Queue the event."""
    await announce(connection, Address("quiz", event.quiz_id), event, edit.at)
