"""Quizzes and live quizzes in SQL, and the rows that a live quiz's journal writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, cast
from uuid import UUID

import msgspec

from protocol.assessments.attempts.rows import AttemptRow
from protocol.assessments.live.commands import LiveQuizStarted
from protocol.assessments.live.rows import LiveQuestionRows, LiveQuizRow, LiveResultRows
from protocol.assessments.quizzes import Quiz, QuizCreated
from protocol.envelope import Address, Message
from protocol.errors import Overloaded
from protocol.idempotency import Once
from protocol.records.assessments import LiveQuizAllotted, LiveQuizFacts, NewLiveQuiz, NewQuiz
from protocol.records.common import CourseFacts, CourseRule
from storage.gathering import Gatherer
from storage.postgres import Connection, Database
from storage.records.announcing import announce
from storage.records.assessments.attempts import write_attempt_rows
from storage.records.assessments.playable import playable
from storage.records.assessments.played import keep_questions, played_questions
from storage.records.assessments.question_results import write_live_question_rows
from storage.records.assessments.quizzes import insert_quiz, select_quiz
from storage.records.course_facts import (
    COURSE_COLUMNS,
    OF_LESSON,
    OF_QUIZ,
    course_facts,
    course_of,
    facts_of,
    locked_course_of,
)
from storage.records.idempotency import at_most_once, earlier_reply, keep_reply, known_reply
from storage.records.living import living
from storage.records.traces import FORMER
from storage.records.values import as_uuid, instant, instant_sql, json_text, maybe_uuid

RecordWriter = Callable[[Any, Sequence[Message]], Awaitable[None]]

INSERT_LOBBY = """
insert into live_quizzes (id, course_id, quiz_id, host_id, title, pin, question_count, config,
                          created_at, updated_at, lesson_id)
values ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9, $9, $10)
on conflict (pin) where pin is not null do nothing
"""
EXISTS = "select exists (select from live_quizzes where id = $1)"
HOST_NAME = "select full_name from user_profiles where user_id = $1"
RUNNING = "select id::text from live_quizzes where course_id = $1 and phase <> 'finished'"
# A game that journalled anything is alive, and its row is its own.
WITHDRAW = """
delete from live_quizzes l
where id = $1 and not exists (select from journal j where j.kind = 'live_quiz' and j.key = $2)
"""
CLOSE = """
update live_quizzes set phase = 'finished', pin = null, finished_at = $2, updated_at = $2
where id = $1 and phase <> 'finished'
"""
FIND = f"""
select asked.number, {COURSE_COLUMNS},
       l.id::text as live_quiz_id, l.host_id::text,
       coalesce((l.config ->> 'allow_guests')::boolean, true) as allow_guests,
       coalesce(e.status <> 'dropped', false) as enrolled,
       e.removed_at is not null as removed,
       case when e.status <> 'dropped' then e.extra_time else 1 end as extra_time,
       (select p.full_name from user_profiles p where p.user_id = asked.user_id) as full_name
from unnest($1::{{key}}[], $2::uuid[]) with ordinality as asked (key, user_id, number)
join live_quizzes l on l.{{column}} = asked.key
join courses c on c.id = l.course_id
left join enrollments e on e.course_id = l.course_id and e.student_id = asked.user_id
"""  # noqa: S608
FIND_BY_ID = FIND.format(key="uuid", column="id")
FIND_BY_PIN = FIND.format(key="text", column="pin") + "where l.phase <> 'finished'"
# The joins leave out a game whose course or host has been deleted: it continues without a row
# rather than failing at every step. One whose quiz was deleted keeps its row.
UPSERT_GAMES = f"""
insert into live_quizzes as l (id, course_id, quiz_id, host_id, title, pin, phase, question_index,
                               question_count, player_count, opens_at, closes_at, started_at,
                               finished_at, created_at, updated_at, lesson_id)
select r.id, r.course_id, q.id, r.host_id, r.title, r.pin, r.phase, r.question_index,
       r.question_count, r.player_count, {instant_sql("r.opens_at")},
       {instant_sql("r.closes_at")}, {instant_sql("r.started_at")},
       {instant_sql("r.finished_at")}, {instant_sql("r.created_at")}, now(), q.lesson_id
from jsonb_to_recordset($1::text::jsonb) as r (
    id uuid, course_id uuid, quiz_id uuid, host_id uuid, title text, pin text, phase text,
    question_index integer, question_count integer, player_count integer, opens_at bigint,
    closes_at bigint, started_at bigint, finished_at bigint, created_at bigint)
left join quizzes q on q.id = r.quiz_id
join courses c on c.id = r.course_id
join users u on u.id = r.host_id
order by r.id
on conflict (id) do update set
    host_id = excluded.host_id, pin = excluded.pin, phase = excluded.phase,
    question_index = excluded.question_index, question_count = excluded.question_count,
    player_count = excluded.player_count, opens_at = excluded.opens_at,
    closes_at = excluded.closes_at, started_at = excluded.started_at,
    finished_at = excluded.finished_at, updated_at = excluded.updated_at
returning l.id, l.xmax = 0 as inserted
"""  # noqa: S608
# An erasure that is under way is waited for, so that the names of now are written.
LOCK_PLAYERS = "select from users where id = any($1::text[]::uuid[]) order by id for share"
DELETE_RESULTS = "delete from live_quiz_results where live_quiz_id = $1"
INSERT_RESULTS = """
insert into live_quiz_results (live_quiz_id, player_id, user_id, nickname, score, rank, correct,
                               answered, answers)
select l.id, r.player_id, u.id, case when u.erased_at is null then r.nickname else $3 end,
       r.score, r.rank, r.correct, r.answered,
       case when u.erased_at is null then r.answers else '[]' end
from jsonb_to_recordset($2::text::jsonb) as r (
    player_id text, user_id uuid, nickname text, score numeric, rank integer, correct integer,
    answered integer, answers jsonb)
join live_quizzes l on l.id = $1
left join users u on u.id = r.user_id
"""


class PostgresAssessmentRecords:
    """Implements `protocol.records.assessments.AssessmentRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_id = Gatherer(database, partial(_games, FIND_BY_ID))
        self._by_pin = Gatherer(database, partial(_games, FIND_BY_PIN))

    async def admit_quiz(
        self, lesson_id: str, once: Once | None, at: int, rule: CourseRule
    ) -> QuizCreated | None:
        """Ask the rule before a quiz is made. A repetition is answered without it."""

        async def unit(connection: Any) -> QuizCreated | None:
            if once is not None:
                known = await earlier_reply(connection, once, QuizCreated, at)
                if known is not None:
                    return known
            key = as_uuid(lesson_id, "lesson")
            course_id = await course_of(connection, OF_LESSON, key, "lesson")
            rule(await course_facts(connection, course_id))
            return None

        return await self._database.run(unit, transaction=False)

    async def create_quiz(self, quiz: NewQuiz, rule: CourseRule) -> QuizCreated:
        """Store the quiz. Announces the reply."""

        async def unit(connection: Any) -> QuizCreated:
            lesson_id = as_uuid(quiz.lesson_id, "lesson")
            rule(
                await locked_course_of(connection, OF_LESSON, lesson_id, "lesson", lock="for share")
            )
            await insert_quiz(connection, quiz, lesson_id)
            created = QuizCreated(
                by=quiz.by,
                quiz_id=quiz.id,
                lesson_id=str(lesson_id),
                question_count=len(quiz.questions),
                skipped=quiz.skipped,
            )
            await announce(connection, Address("quiz", quiz.id), created, quiz.at)
            return created

        return await self._database.run(at_most_once(quiz.once, QuizCreated, unit, quiz.at))

    async def quiz(self, quiz_id: str) -> Quiz | None:
        """Read the whole quiz with its keys; None if there is none."""
        key = maybe_uuid(quiz_id)
        return await self._database.run(lambda connection: select_quiz(connection, key))

    async def allot_live_quiz(self, game: NewLiveQuiz, rule: CourseRule) -> LiveQuizAllotted:
        """Write the row of a lobby with the first PIN that no running game uses."""

        async def unit(connection: Any) -> LiveQuizAllotted:
            known = await _known_lobby(connection, game)
            key = as_uuid(game.quiz_id, "quiz")
            course = await locked_course_of(connection, OF_QUIZ, key, "quiz", lock="for share")
            rule(course)
            quiz = await playable(connection, key)
            host = await living(connection, game.host_id)
            host_name = await connection.fetchval(HOST_NAME, host)
            started = known or await _new_lobby(connection, game, quiz)
            if known is not None:
                quiz = msgspec.structs.replace(
                    quiz, questions=await played_questions(connection, known.live_quiz_id)
                )
            return LiveQuizAllotted(
                live_quiz_id=started.live_quiz_id,
                quiz=quiz,
                pin=started.pin,
                host_name=host_name,
                co_host_ids=_teachers_beside(course, game.host_id),
                instructor_id=course.instructor_id,
            )

        return await self._database.run(unit)

    async def running_live_quizzes(self, course_id: str) -> Sequence[str]:
        """The ids of the games of that course that are not finished."""

        async def unit(connection: Any) -> Sequence[str]:
            rows = await connection.fetch(RUNNING, maybe_uuid(course_id))
            return [row["id"] for row in rows]

        return await self._database.run(unit, transaction=False)

    async def withdraw_live_quiz(self, live_quiz_id: str) -> None:
        """Delete the row of a lobby that failed to open; does nothing if it opened."""

        async def unit(connection: Any) -> None:
            await connection.execute(WITHDRAW, UUID(live_quiz_id), live_quiz_id)

        await self._database.run(unit)

    async def close_live_quiz(self, live_quiz_id: str, at: int) -> None:
        """Write that the game is over, which frees its PIN; does nothing if it is."""
        row = (as_uuid(live_quiz_id, "live quiz"), instant(at))
        await self._database.run(lambda c: c.execute(CLOSE, *row))

    async def find_live_quiz(
        self, *, pin: str | None, live_quiz_id: str | None, user_id: str | None
    ) -> LiveQuizFacts | None:
        """Find a running game by PIN, or any game by id."""
        user = maybe_uuid(user_id)
        if live_quiz_id is None:
            return None if pin is None else await self._by_pin.get(_Asked(pin, user))
        key = maybe_uuid(live_quiz_id)
        return None if key is None else await self._by_id.get(_Asked(key, user))


class _Asked(NamedTuple):
    """A game's id or PIN, and the user who asks for it; None for a guest."""

    key: UUID | str
    user_id: UUID | None


async def _games(
    statement: str, connection: Connection, asked: Sequence[_Asked]
) -> Mapping[_Asked, LiveQuizFacts]:
    keys, users = map(list, zip(*asked, strict=True))
    rows = await connection.fetch(statement, keys, users)
    return {
        asked[row["number"] - 1]: LiveQuizFacts(
            live_quiz_id=row["live_quiz_id"],
            course=facts_of(row),
            host_id=row["host_id"],
            allow_guests=row["allow_guests"],
            enrolled=row["enrolled"],
            removed=row["removed"],
            full_name=row["full_name"],
            extra_time=row["extra_time"],
        )
        for row in rows
    }


def _teachers_beside(course: CourseFacts, host_id: str) -> tuple[str, ...]:
    """The teachers who may take over from this host."""
    teachers = (course.instructor_id, *course.co_teacher_ids)
    return tuple(teacher for teacher in teachers if teacher != host_id)


async def _known_lobby(connection: Any, game: NewLiveQuiz) -> LiveQuizStarted | None:
    """The lobby that is asked for again; None for a new one, and for one that was withdrawn."""
    if game.once is None:
        return None
    known = await known_reply(connection, game.once, LiveQuizStarted, game.at)
    if known is None or not await connection.fetchval(EXISTS, UUID(known.live_quiz_id)):
        return None
    return known


async def _new_lobby(connection: Any, game: NewLiveQuiz, quiz: Quiz) -> LiveQuizStarted:
    pin = await _insert_lobby(connection, game, quiz)
    await keep_questions(connection, [UUID(game.id)])
    started = LiveQuizStarted(live_quiz_id=game.id, pin=pin)
    if game.once is not None:
        await keep_reply(connection, game.once, started)
    return started


async def _insert_lobby(connection: Any, game: NewLiveQuiz, quiz: Quiz) -> str:
    """Insert with the first free PIN, and return it."""
    config = json_text(game.config)
    for pin in game.pins:
        status = await connection.execute(
            INSERT_LOBBY,
            UUID(game.id),
            UUID(quiz.course_id),
            UUID(quiz.id),
            UUID(game.host_id),
            quiz.settings.title,
            pin,
            len(quiz.questions),
            config,
            instant(game.at),
            UUID(quiz.lesson_id),
        )
        if status == "INSERT 0 1":
            return pin
    raise Overloaded("No PIN is free; try again")


async def write_live_quiz_rows(connection: Any, rows: Sequence[Message]) -> None:
    """Upsert `LiveQuizRow`s; if there are several for a game, the last one counts."""
    newest = {row.id: row for row in cast("Sequence[LiveQuizRow]", rows)}
    values = [msgspec.structs.asdict(row) for row in newest.values()]
    written = await connection.fetch(UPSERT_GAMES, json_text(values))
    if new := [row["id"] for row in written if row["inserted"]]:
        await keep_questions(connection, new)


async def write_live_result_rows(connection: Any, boards: Sequence[Message]) -> None:
    """Replace the results of each game with its `LiveResultRows`."""
    newest = {board.live_quiz_id: board for board in cast("Sequence[LiveResultRows]", boards)}
    for live_quiz_id, board in sorted(newest.items()):
        key = UUID(live_quiz_id)
        players = [row.user_id for row in board.rows if row.user_id is not None]
        await connection.execute(LOCK_PLAYERS, players)
        await connection.execute(DELETE_RESULTS, key)
        await connection.execute(INSERT_RESULTS, key, json_text(board.rows), FORMER)


RECORD_WRITERS: Mapping[type[Message], RecordWriter] = {
    LiveQuizRow: write_live_quiz_rows,
    LiveQuestionRows: write_live_question_rows,
    LiveResultRows: write_live_result_rows,
    AttemptRow: write_attempt_rows,
}
"""What the journals of live quizzes and attempts need to write `Append.records`, in this order."""
