"""The ten commonest reads of a learning application, on the demonstration school.

CPU per request, of the server and of PostgreSQL, beside Apollo Server with dataloaders and
Mercurius with JIT on the same database: the same documents, answers that must be equal. The peers
trust a header for who asks; Stoa verifies a token. Then the same at ten times the students and
courses, for Stoa alone: no question may become dearer than what it reads.

Two of the questions find less than a page in the smaller school: the filter 3 courses of 48 in the
larger one, the title 18 of 136. To fill a page of 20 there is more work and no growth, so these are
compared by pages that both schools fill. What the larger one adds then is what it has to look
through: PostgreSQL counts ten times the matches, and passes titles that do not match in the order
of all titles.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import asyncpg
import trio

from bench.http_load import drive, request_bytes
from bench.process import Children, cpu_seconds, parent_of
from bench.report import Measure, median_ratio, progress, publish
from bench.rig import HAS_NODE, Rig, open_rig, peer
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from storage.records.bulk import load
from supervisors.demo.crowd import Crowd

STUDENTS, COURSES = 2_000, 60
LARGER = 10
CONNECTIONS = 16
POOL = 16
ROUNDS = 9
REQUESTS = 400
WARM_UP = 600
PEERS = {
    "Apollo Server": ("reads_apollo.mjs", "/"),
    "Mercurius": ("reads_mercurius.mjs", "/graphql"),
}
BOUNDS = {"Apollo Server": 0.5, "Mercurius": 0.8}
GROWTH = 1.3
CARD = (
    "id title slug category averageRating totalReviews enrollmentCount price { amount currency }"
    " instructor { id profile { fullName } }"
)
PAGE = f"totalCount nodes {{ {CARD} }}"
FIRST = "pagination: {first: 20}"
READS: dict[str, tuple[str, str]] = {
    "popular courses": ("student", f"{{ courses(sort: POPULAR, {FIRST}) {{ {PAGE} }} }}"),
    "courses by filter": (
        "student",
        '{ courses(filter: {category: "science", difficulty: BEGINNER}, sort: RATING,'
        f" {FIRST}) {{ {PAGE} }} }}",
    ),
    "courses by title": (
        "student",
        f'{{ courses(filter: {{title: "step"}}, sort: TITLE, {FIRST}) {{ {PAGE} }} }}',
    ),
    "course page": (
        "student",
        "query ($slug: String!) { courseBySlug(slug: $slug) { id title description enrollmentCount"
        " instructor { id profile { fullName } } modules { id title orderNumber"
        " lessons { id title type durationMinutes orderNumber isPreview } } } }",
    ),
    "reviews of a course": (
        "student",
        "query ($slug: String!) { courseBySlug(slug: $slug) { averageRating reviews(first: 10) {"
        " totalCount nodes { rating comment createdAt student { profile { fullName } } } } } }",
    ),
    "who am I": ("student", "{ me { id email profile { fullName timezone language } } }"),
    "my enrolments": (
        "student",
        "{ myEnrollments { id status progressPercentage enrolledAt course { id title slug"
        " instructor { profile { fullName } } } } }",
    ),
    "my progress in a course": (
        "student",
        "query ($enrollment: ID!) { enrollment(id: $enrollment) { status progressPercentage"
        " lessons { status timeSpentSeconds lesson { id title type } } } }",
    ),
    "courses I teach": (
        "teacher",
        f"{{ myCourses({FIRST}) {{ totalCount nodes {{ id title enrollmentCount averageRating"
        " } } }",
    ),
    "students of a course": (
        "teacher",
        "query ($course: ID!) { courseEnrollments(courseId: $course, pagination: {first: 50}) {"
        " totalCount nodes { id status progressPercentage student { id profile { fullName } } }"
        " } }",
    ),
}


FULL = {"courses by filter": 3, "courses by title": 15}
"""Rows of a page that is full in a school of either size."""


def paged(name: str) -> str:
    """The read by which the growth of another one is measured."""
    return f"{name}, {FULL[name]} of them" if name in FULL else name


ASKED = READS | {
    paged(name): (READS[name][0], READS[name][1].replace(FIRST, FIRST.replace("20", str(rows))))
    for name, rows in FULL.items()
}


class Cost(NamedTuple):
    """CPU microseconds per request, of the server and of PostgreSQL."""

    server: float
    postgres: float


class Target(NamedTuple):
    """A server to ask."""

    name: str
    pid: int
    port: int
    path: str


class School(NamedTuple):
    """Whom and what the documents ask about."""

    student: str
    teacher: str
    course: str
    slug: str
    enrollment: str
    postmaster: int


CHOOSE = """
select e.student_id::text as student, c.instructor_id::text as teacher, c.id::text as course,
       c.slug, e.id::text as enrollment
from enrollments e join courses c on c.id = e.course_id join users u on u.id = e.student_id
where u.email like '%@crowd.stoa' and c.enrollment_count > 20 and c.total_reviews > 3
  and e.status = 'active' and e.progress_percentage between 20 and 80
order by abs(c.enrollment_count - 200), e.id limit 1
"""
"""Somebody in the middle of a course of the usual size, whatever the size of the school."""


def requests(rig: Rig, school: School, target: Target) -> dict[str, bytes]:
    """The same bodies for all; who asks is told as each of them wants it."""
    variables = {"slug": school.slug, "enrollment": school.enrollment, "course": school.course}
    made = {}
    for name, (who, query) in ASKED.items():
        user = school.student if who == "student" else school.teacher
        role = "student" if who == "student" else "educator"
        token = rig.token(user, role)
        headers = {"x-user": user} if target.name in PEERS else {"Authorization": f"Bearer {token}"}
        given = {key: value for key, value in variables.items() if f"${key}" in query}
        body = json.dumps({"query": query, "variables": given}).encode()
        made[name] = request_bytes(target.path, body, headers)
    return made


def measure_one(postgres: Children, target: Target, request: bytes) -> Cost:
    """One read at one server."""
    before = cpu_seconds(target.pid), postgres.cpu_seconds()
    drive(target.port, request, connections=CONNECTIONS, requests=REQUESTS)
    after = cpu_seconds(target.pid), postgres.cpu_seconds()
    return Cost(*((b - a) / REQUESTS * 1e6 for a, b in zip(before, after, strict=True)))


def answer(target: Target, request: bytes) -> Any:
    """The data of one answer."""
    response = drive(target.port, request, connections=1, requests=1)
    answered = json.loads(response.split(b"\r\n\r\n", 1)[1])
    if answered.get("errors"):
        raise AssertionError(f"{target.name}: {answered['errors']}")
    return answered["data"]


def check_equal(asked: dict[str, dict[str, bytes]], targets: list[Target]) -> None:
    """Raise unless all answer the same, and something, to every read, and fill equal pages."""
    for name in ASKED:
        answers = [answer(target, asked[target.name][name]) for target in targets]
        if any(each != answers[0] for each in answers):
            raise AssertionError(f"the answers to {name} differ: {answers}")
        if len(json.dumps(answers[0])) < 60:
            raise AssertionError(f"there is nothing in {name}: {answers[0]}")
    for name, rows in FULL.items():
        found = answer(targets[0], asked[targets[0].name][paged(name)])["courses"]["nodes"]
        if len(found) != rows:
            raise AssertionError(f"{name}: a page of {rows} has {len(found)}")


def measure(rig: Rig, school: School, targets: list[Target]) -> dict[str, dict[str, list[Cost]]]:
    """Costs by read and server, a list of rounds each."""
    asked = {target.name: requests(rig, school, target) for target in targets}
    check_equal(asked, targets)
    for target in targets:
        for request in asked[target.name].values():
            drive(target.port, request, connections=CONNECTIONS, requests=WARM_UP)
    postgres = Children(school.postmaster)
    costs: dict[str, dict[str, list[Cost]]] = {name: {} for name in ASKED}
    for number in range(1, ROUNDS + 1):
        progress(f"round {number} of {ROUNDS}")
        for name, by_server in costs.items():
            for target in targets:
                cost = measure_one(postgres, target, asked[target.name][name])
                by_server.setdefault(target.name, []).append(cost)
    return costs


@contextmanager
def targets_of(rig: Rig, *, peers: bool) -> Iterator[list[Target]]:
    """Stoa and, where they can run, the peers."""
    stoa = Target("Stoa", rig.pid, rig.server.port, "/graphql")
    if not peers:
        yield [stoa]
        return
    (apollo, path), (mercurius, other) = PEERS.values()
    with (
        peer(apollo, rig.database_url, str(POOL)) as (one, port),
        peer(mercurius, rig.database_url, str(POOL)) as (two, second),
    ):
        names = list(PEERS)
        yield [
            stoa,
            Target(names[0], one.pid, port, path),
            Target(names[1], two.pid, second, other),
        ]


async def filled(rig: Rig, factor: int) -> School:
    """Load the demonstration school, and choose whom to ask about."""
    progress(f"loading {STUDENTS * factor:,} students and {COURSES * factor:,} courses")
    crowd = Crowd(STUDENTS * factor, COURSES * factor, "!")
    tables = await trio.to_thread.run_sync(crowd.tables)
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, rig.database_url, max_size=2)
        try:
            await load(database, tables, unless="student1@crowd.stoa")
            # As autovacuum does soon after: counts are then read from indexes alone.
            await database.run(lambda c: c.execute("vacuum", timeout=600), transaction=False)

            async def unit(connection: asyncpg.Connection) -> School:
                row = await connection.fetchrow(CHOOSE)
                assert row is not None
                backend = await connection.fetchval("select pg_backend_pid()")
                return School(**dict(row), postmaster=parent_of(backend))

            return await database.run(unit)
        finally:
            await database.close()


async def one_size(factor: int) -> dict[str, dict[str, list[Cost]]]:
    """Everything on a school of that size."""
    async with open_rig(1) as rig:
        school = await filled(rig, factor)

        def all_rounds() -> dict[str, dict[str, list[Cost]]]:
            with targets_of(rig, peers=factor == 1 and HAS_NODE) as targets:
                return measure(rig, school, targets)

        return await trio.to_thread.run_sync(all_rounds)


def total(costs: dict[str, dict[str, list[Cost]]], server: str) -> list[float]:
    """CPU of the server and of PostgreSQL for all ten reads, by round."""
    rounds = zip(*(costs[name][server] for name in READS), strict=True)
    return [sum(sum(cost) for cost in each) for each in rounds]


def report(
    small: dict[str, dict[str, list[Cost]]], large: dict[str, dict[str, list[Cost]]]
) -> None:
    """Medians of the rounds; ratios within a round."""
    measures = []
    servers = list(next(iter(small.values())))
    for name in READS:
        by_server = small[name]
        for server in servers:
            cpu, postgres = (
                statistics.median(each) for each in zip(*by_server[server], strict=True)
            )
            shown = f"{name}: {server}, with PostgreSQL's {postgres:,.0f} µs"
            measures.append(Measure(name=shown, value=cpu + postgres, unit="µs"))
        before, after = (
            statistics.median(sum(cost) for cost in costs[paged(name)]["Stoa"])
            for costs in (small, large)
        )
        grown = f"{paged(name)}: at {LARGER} × the data"
        measures.append(Measure.at_most(grown, after / before, "×", GROWTH))
    for server in servers[1:]:
        ratio = median_ratio(total(small, "Stoa"), total(small, server))
        measures.append(Measure.at_most(f"all ten: ratio to {server}", ratio, "×", BOUNDS[server]))
        alone = [
            [
                sum(each.server for each in costs)
                for costs in zip(*(small[name][who] for name in READS), strict=True)
            ]
            for who in ("Stoa", server)
        ]
        ratio = median_ratio(*alone)
        measures.append(
            Measure(name=f"all ten: ratio to {server}, servers alone", value=ratio, unit="×")
        )
    publish(
        "reads",
        measures,
        students=STUDENTS,
        courses=COURSES,
        connections=CONNECTIONS,
        rounds=ROUNDS,
    )


async def run() -> None:
    """Measure and publish."""
    if not HAS_NODE:
        progress("SKIPPED: the peers (no Node.js, or no `npm ci` in bench/peers)")
    report(await one_size(1), await one_size(LARGER))


if __name__ == "__main__":
    trio.run(run)
