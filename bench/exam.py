"""An exam of 1,000 students, plain, with `kill -9` twice, and at a Node service.

All begin within a minute, save an answer every ten seconds and submit within the last ten. Nothing
acknowledged may be missing from what was graded, nothing may be refused. The peer is Fastify with
pg, which writes each answer in a transaction. CPU per save is that of the server and of PostgreSQL
while everybody works and nobody begins or submits.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing as mp
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import asyncpg
import trio

from bench.exam_clients import Rest, Service, Sitting, Stoa, Timetable, sit, wrong_answers
from bench.process import Children, cpu_seconds, parent_of
from bench.report import Measure, progress, publish
from bench.rig import HAS_NODE, Rig, kill_server, open_rig, peer

STUDENTS = 1_000
QUESTIONS = 40
LIMIT_MINUTES = 10
TABLE = Timetable(starts_over=60.0, every=10.0, submits_from=120.0, ends=130.0)
STEADY = (72.0, 118.0)
"""When everybody has begun and nobody submits yet."""
KILLS = (75.0, 100.0)
POOL = 16
GIVE_UP_SECONDS = 300.0
QUIZ = """
with m as (insert into course_modules (course_id, title, order_number)
      select $1, 'M', count(*) + 1 from course_modules where course_id = $1 returning id),
l as (insert into lessons (module_id, title, lesson_type, order_number)
      select id, 'L', 'quiz', 1 from m returning id),
q as (insert into quizzes (lesson_id, title, quiz_type, passing_score_percentage,
                           time_limit_minutes, max_attempts)
      select id, 'Exam', 'summative', 50, $3, 5 from l returning id),
qs as (insert into questions (quiz_id, question_type, question_text, correct_answer, order_number)
       select q.id, 'true_false', 'Is it?', '{"type": "true_false", "value": true}', n
       from q, generate_series(1, $2) n)
select id::text from q
"""
PEER_TABLES = """
create table peer_attempts (
    id uuid primary key, student_id text not null, started_at timestamptz not null,
    deadline_at timestamptz not null, ended_at timestamptz);
create table peer_answers (
    attempt_id uuid not null references peer_attempts, question_id uuid not null,
    answer jsonb not null, answer_id text not null, saved_at timestamptz not null,
    primary key (attempt_id, question_id));
"""
GRADED = """
select m.submission_id::text, m.question_id::text, m.answer
from quiz_marks m join quiz_submissions s on s.id = m.submission_id
where s.quiz_id = $1::text::uuid
"""
AT_PEER = "select attempt_id::text, question_id::text, answer from peer_answers"
CREDITED = """
select extract(epoch from deadline_at - started_at) * 1000 - $2::int * 60000
from quiz_submissions where quiz_id = $1::text::uuid
"""


class Target(NamedTuple):
    """A service, and what its process and PostgreSQL cost."""

    name: str
    pid: int
    port: int
    service: Service


class Cost(NamedTuple):
    """CPU microseconds for each acknowledged save."""

    server: float
    postgres: float


class Outage(NamedTuple):
    """Moments of `time.monotonic`: of the kill, and when another server was ready."""

    began: float
    ready: float


@contextmanager
def students(target: Target, tokens: list[str]) -> Iterator[Connection]:
    """Their process, which waits for the beginning."""
    context = mp.get_context("spawn")
    pipe, theirs = context.Pipe()
    arguments = (theirs, target.port, tokens, target.service, TABLE)
    process = context.Process(target=sit, args=arguments, daemon=True)
    process.start()
    theirs.close()
    try:
        _hear(pipe)
        yield pipe
    finally:
        process.kill()
        process.join()


def _hear(pipe: Connection) -> Any:
    if not pipe.poll(GIVE_UP_SECONDS):
        raise TimeoutError("the students do not answer")
    return pipe.recv()


def held(target: Target, tokens: list[str], postgres: Children) -> tuple[Sitting, Cost]:
    """An exam without a kill, and what a save cost in its steady part."""
    progress(f"an exam of {len(tokens):,} students at {target.name}: {TABLE.ends:.0f} s")
    with students(target, tokens) as pipe:
        began = time.monotonic() + 0.5
        pipe.send(began)
        _until(began + STEADY[0])
        before = cpu_seconds(target.pid), postgres.cpu_seconds()
        _until(began + STEADY[1])
        after = cpu_seconds(target.pid), postgres.cpu_seconds()
        sitting: Sitting = _hear(pipe)
    steady = sum(
        began + STEADY[0] <= save.acknowledged < began + STEADY[1] for save in sitting.saves
    )
    cost = Cost(*((b - a) / steady * 1e6 for a, b in zip(before, after, strict=True)))
    return sitting, cost


def held_with_kills(rig: Rig, target: Target, tokens: list[str]) -> tuple[Sitting, list[Outage]]:
    """An exam in which the server is killed twice."""
    progress(f"the same, with kill -9 after {' and '.join(f'{each:.0f}' for each in KILLS)} s")
    outages = []
    with students(target, tokens) as pipe:
        began = time.monotonic() + 0.5
        pipe.send(began)
        for moment in KILLS:
            _until(began + moment)
            killed = time.monotonic()
            kill_server(rig)()
            outages.append(Outage(killed, time.monotonic()))
            progress(f"back after {(outages[-1].ready - killed) * 1000:.0f} ms")
        return _hear(pipe), outages


def _until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def p99(sitting: Sitting, *, without: Sequence[Outage] = ()) -> float:
    """Milliseconds from a save to its acknowledgement, without those whom an outage met."""
    times = sorted(
        (save.acknowledged - save.sent) * 1000
        for save in sitting.saves
        if save.tries == 1
        and not any(each.began <= save.acknowledged and save.sent <= each.ready for each in without)
    )
    return times[int(len(times) * 0.99)]


def outage_ms(sitting: Sitting, outages: Sequence[Outage]) -> float:
    """From each kill until the first save was acknowledged again, in all."""
    total = 0.0
    for outage in outages:
        back = min(
            each.acknowledged for each in sitting.saves if each.acknowledged > outage.began + 0.05
        )
        total += (back - outage.began) * 1000
    return total


async def query(rig: Rig, statement: str, *arguments: Any) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(rig.database_url)
    try:
        return list(await connection.fetch(statement, *arguments))
    finally:
        await connection.close()


async def execute(rig: Rig, statements: str) -> None:
    connection = await asyncpg.connect(rig.database_url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


def lost(rig: Rig, sitting: Sitting, statement: str, *arguments: Any) -> int:
    """How many acknowledged answers are not as they were acknowledged."""
    found: dict[str, dict[str, Any]] = {}
    for submission, question, answer in asyncio.run(query(rig, statement, *arguments)):
        found.setdefault(submission, {})[question] = json.loads(answer)
    return wrong_answers(sitting.answers, found)


def make_exam(rig: Rig) -> str:
    """A quiz with a time limit in the rig's course; its id."""
    [row] = asyncio.run(query(rig, QUIZ, rig.course, QUESTIONS, LIMIT_MINUTES))
    return str(row[0])


def measure(rig: Rig) -> list[Measure]:
    """All three exams."""
    tokens = [rig.token(student) for student in rig.students]
    quiz = make_exam(rig)
    stoa = Target("Stoa", rig.pid, rig.server.port, Stoa(quiz))
    postgres = Children(_postmaster(rig))
    plain, cost = held(stoa, tokens, postgres)
    measures = _kept("", plain, lost(rig, plain, GRADED, quiz))
    measures.append(Measure.at_most("p99 of an acknowledgement", p99(plain), "ms", 150))
    measures += _costs("Stoa", cost)
    if HAS_NODE:
        measures += beside_node(rig, tokens, postgres, cost)
    else:
        progress("SKIPPED: the Node service (no Node.js, or no `npm ci` in bench/peers)")
    killed_quiz = make_exam(rig)
    target = Target("Stoa", rig.pid, rig.server.port, Stoa(killed_quiz))
    killed, outages = held_with_kills(rig, target, tokens)
    measures += _kept("with kills: ", killed, lost(rig, killed, GRADED, killed_quiz))
    name = "with kills: p99 of an acknowledgement, outages apart"
    measures.append(Measure.at_most(name, p99(killed, without=outages), "ms", 150))
    taken = outage_ms(killed, outages)
    rows = asyncio.run(query(rig, CREDITED, killed_quiz, LIMIT_MINUTES))
    off = max(abs(float(row[0]) - taken) for row in rows)
    measures.append(Measure(name="with kills: outage, both", value=taken, unit="ms"))
    credited = statistics.median(float(row[0]) for row in rows)
    measures.append(Measure(name="with kills: credited, median", value=credited, unit="ms"))
    name = "with kills: credited beside the outage, the worst"
    measures.append(Measure.at_most(name, off, "ms", 250 * len(outages)))
    return measures


def _postmaster(rig: Rig) -> int:
    async def ask() -> int:
        connection = await asyncpg.connect(rig.database_url)
        try:
            return parent_of(await connection.fetchval("select pg_backend_pid()"))
        finally:
            await connection.close()

    return asyncio.run(ask())


def _kept(prefix: str, sitting: Sitting, missing: int) -> list[Measure]:
    for refusal in sitting.refused[:3]:
        progress(f"refused: {refusal}")
    return [
        Measure(name=f"{prefix}acknowledged saves", value=len(sitting.saves), unit="answers"),
        Measure.at_most(f"{prefix}lost", missing, "answers", 0),
        Measure.at_most(f"{prefix}refused", len(sitting.refused), "requests", 0),
    ]


def _costs(name: str, cost: Cost) -> list[Measure]:
    return [
        Measure(name=f"CPU per save, {name}", value=cost.server, unit="µs"),
        Measure(name=f"PostgreSQL's CPU per save for {name}", value=cost.postgres, unit="µs"),
    ]


def beside_node(rig: Rig, tokens: list[str], postgres: Children, ours: Cost) -> list[Measure]:
    """The same exam at the peer."""
    asyncio.run(execute(rig, PEER_TABLES))
    arguments = (rig.database_url, str(POOL), rig.secret, str(QUESTIONS))
    with peer("exam.mjs", *arguments) as (process, port):
        target = Target("Node", process.pid, port, Rest())
        sitting, cost = held(target, tokens, postgres)
    if missing := lost(rig, sitting, AT_PEER):
        raise AssertionError(f"the peer lost {missing} answers")
    ratio = ours.server / cost.server
    whole = sum(ours) / sum(cost)
    return [
        *_costs("Node", cost),
        Measure(name="Node: p99 of an acknowledgement", value=p99(sitting), unit="ms"),
        Measure(name="CPU per save: ratio to Node, PostgreSQL apart", value=ratio, unit="×"),
        Measure.at_most("CPU per save: ratio to Node, with PostgreSQL", whole, "×", 0.5),
    ]


async def run() -> None:
    """Measure and publish."""
    async with open_rig(STUDENTS) as rig:
        measures = await trio.to_thread.run_sync(measure, rig)
    publish("exam", measures, students=STUDENTS, questions=QUESTIONS, timetable=list(TABLE))


if __name__ == "__main__":
    trio.run(run)
