"""Copies of all quizzes of some lessons, in SQL."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from protocol.assessments.quizzes import MAX_QUIZ_BYTES
from protocol.errors import RefusedError
from storage.records.assessments.quizzes import BYTES, CONTENT, SETTINGS
from storage.records.copied import Copied

MAX_QUESTIONS = 20_000
"""Of a course that is copied: some seconds of work in one transaction."""
# In the order in which they are changed one by one, and kept until the transaction ends.
QUIZZES = "select id from quizzes where lesson_id = any($1::uuid[]) order by id for share"
COUNT = "select count(*) from questions where quiz_id = any($1::uuid[])"
TOO_LARGE = f"""
select exists (select from questions where quiz_id = any($1::uuid[])
               group by quiz_id having sum({BYTES}) > $2)
"""  # noqa: S608
COPY_QUIZZES = f"""
insert into quizzes (id, lesson_id, title, {SETTINGS}, pools, created_at)
select n.new, l.new, q.title, {SETTINGS}, q.pools, now() + n.place * interval '1 microsecond'
from unnest($1::uuid[], $2::uuid[]) as l (old, new)
    join quizzes q on q.lesson_id = l.old
    join (select old, new, row_number() over (order by made.created_at, made.id) as place
          from unnest($3::uuid[], $4::uuid[]) as ids (old, new)
              join quizzes made on made.id = ids.old) n on n.old = q.id
"""  # noqa: S608
COPY_QUESTIONS = f"""
insert into questions (quiz_id, order_number, {CONTENT}, pool, lacks)
select n.new, order_number, {CONTENT}, pool, lacks
from unnest($1::uuid[], $2::uuid[]) as n (old, new) join questions q on q.quiz_id = n.old
"""  # noqa: S608


async def copy_quizzes(connection: Any, copied: Copied) -> None:
    """Copy the quizzes of its lessons with their questions.

    Questions show the same pictures, which stay as long as one of them does. When a quiz opens and
    closes is not copied: that was about other people. Raises `RefusedError` COURSE_TOO_LARGE, and
    QUIZ_FULL for a quiz that is larger than one may be now.
    """
    quizzes = [row["id"] for row in await connection.fetch(QUIZZES, copied.lessons)]
    questions = await connection.fetchval(COUNT, quizzes)
    if questions > MAX_QUESTIONS:
        said = f"Its quizzes have more than {MAX_QUESTIONS} questions"
        raise RefusedError("COURSE_TOO_LARGE", said, questions=questions, max=MAX_QUESTIONS)
    if await connection.fetchval(TOO_LARGE, quizzes, MAX_QUIZ_BYTES):
        said = f"One of its quizzes has more than {MAX_QUIZ_BYTES} bytes of questions"
        raise RefusedError("QUIZ_FULL", said)
    new = [uuid4() for _ in quizzes]
    await connection.execute(COPY_QUIZZES, copied.lessons, copied.copies, quizzes, new)
    await connection.execute(COPY_QUESTIONS, quizzes, new)
