"""CPU per GraphQL request over HTTP, beside Fastify with Mercurius (JIT) on the same PostgreSQL.

A tiny query, and a course with its modules, lessons and instructor: the same document, the same
rows, answers that must be equal, `CONNECTIONS` keep-alive connections with one request each.
"""

from __future__ import annotations

import asyncio
import json
import statistics
from collections.abc import Callable
from typing import NamedTuple

import asyncpg
import trio

from bench.http_load import drive, request_bytes
from bench.process import Children, cpu_seconds, parent_of
from bench.report import Measure, median_ratio, progress, publish
from bench.rig import HAS_NODE, Rig, open_rig, peer

MODULES = 5
LESSONS = 6
CONNECTIONS = 16
POOL = 16
"""Connections to PostgreSQL of either server."""
ROUNDS = 15
"""Many and short, so that what else the machine does befalls both servers alike."""
WARM_UP = 2_000
REQUESTS = {"tiny": 2_000, "course": 800}
BOUNDS = {"tiny": 0.9, "course": 0.6}
SEED = """
with m as (
    insert into course_modules (course_id, title, order_number)
    select $1, 'Module ' || n, n from generate_series(1, $2) n returning id)
insert into lessons (module_id, title, lesson_type, duration_minutes, order_number)
select m.id, 'Lesson ' || n, 'video', 10 * n, n from m, generate_series(1, $3) n
"""
COURSE = """
query Course($id: ID!) {
  course(id: $id) {
    id title description slug
    instructor { id profile { fullName } }
    modules { id title orderNumber lessons { id title type durationMinutes orderNumber } }
  }
}
"""


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


def requests(rig: Rig, target: Target) -> dict[str, bytes]:
    """The same bodies for both."""
    course = {"query": COURSE, "variables": {"id": rig.course}}
    bodies = {"tiny": {"query": "{ __typename }"}, "course": course}
    return {name: request_bytes(target.path, json.dumps(b).encode()) for name, b in bodies.items()}


def measure_one(rig: Rig, postgres: Children, target: Target, query: str) -> Cost:
    """One query at one server."""
    request, count = requests(rig, target)[query], REQUESTS[query]
    before = cpu_seconds(target.pid), postgres.cpu_seconds()
    drive(target.port, request, connections=CONNECTIONS, requests=count)
    after = cpu_seconds(target.pid), postgres.cpu_seconds()
    return Cost(*((b - a) / count * 1e6 for a, b in zip(before, after, strict=True)))


def warm_up(rig: Rig, targets: list[Target]) -> None:
    """Let plans be made, statements prepared and code compiled."""
    for target in targets:
        for request in requests(rig, target).values():
            drive(target.port, request, connections=CONNECTIONS, requests=WARM_UP)


def check_equal(rig: Rig, targets: list[Target]) -> None:
    """Raise unless all answer the same to both queries."""
    for name in REQUESTS:
        answers = []
        for target in targets:
            response = drive(target.port, requests(rig, target)[name], connections=1, requests=1)
            answers.append(json.loads(response.split(b"\r\n\r\n", 1)[1])["data"])
        if any(answer != answers[0] for answer in answers):
            raise AssertionError(f"the answers to {name} differ: {answers}")
        if name == "course" and sum(map(_lessons, answers[0]["course"]["modules"])) != (
            MODULES * LESSONS
        ):
            raise AssertionError(f"lessons are missing: {answers[0]}")


def _lessons(module: dict[str, list[object]]) -> int:
    return len(module["lessons"])


def measure(rig: Rig, postmaster: int, targets: list[Target]) -> dict[str, dict[str, list[Cost]]]:
    """Costs by query and server, a list of rounds each."""
    check_equal(rig, targets)
    warm_up(rig, targets)
    postgres = Children(postmaster)
    costs: dict[str, dict[str, list[Cost]]] = {query: {} for query in REQUESTS}
    for number in range(1, ROUNDS + 1):
        progress(f"round {number} of {ROUNDS}")
        for query, by_server in costs.items():
            for target in targets:
                cost = measure_one(rig, postgres, target, query)
                by_server.setdefault(target.name, []).append(cost)
    return costs


def with_peer(rig: Rig, use: Callable[[list[Target]], None]) -> None:
    """Call `use` with Stoa and, where it can run, Mercurius."""
    stoa = Target("Stoa", rig.pid, rig.server.port, "/graphql")
    if not HAS_NODE:
        progress("SKIPPED: Mercurius (no Node.js, or no `npm ci` in bench/peers)")
        use([stoa])
        return
    with peer("mercurius.mjs", rig.database_url, str(POOL)) as (process, port):
        use([stoa, Target("Mercurius", process.pid, port, "/graphql")])


def report(costs: dict[str, dict[str, list[Cost]]]) -> None:
    """Medians of the rounds; ratios within a round."""
    measures = []
    for query, by_server in costs.items():
        for server, rounds in by_server.items():
            cpu, postgres = (statistics.median(each) for each in zip(*rounds, strict=True))
            measures.append(Measure(name=f"{query}: CPU, {server}", value=cpu, unit="µs"))
            name = f"{query}: PostgreSQL's CPU for {server}"
            measures.append(Measure(name=name, value=postgres, unit="µs"))
        if "Mercurius" in by_server:
            stoa, other = by_server["Stoa"], by_server["Mercurius"]
            ratio = median_ratio([c.server for c in stoa], [c.server for c in other])
            bound = BOUNDS[query]
            measures.append(Measure.at_most(f"{query}: ratio to Mercurius", ratio, "×", bound))
            whole = median_ratio([sum(c) for c in stoa], [sum(c) for c in other])
            name = f"{query}: ratio with PostgreSQL's CPU"
            measures.append(Measure(name=name, value=whole, unit="×"))
    publish(
        "graphql",
        measures,
        modules=MODULES,
        lessons_each=LESSONS,
        connections=CONNECTIONS,
        rounds=ROUNDS,
    )


async def run() -> None:
    """Measure and publish."""
    async with open_rig(1) as rig:
        postmaster = await trio.to_thread.run_sync(seed, rig)

        def all_rounds(targets: list[Target]) -> None:
            report(measure(rig, postmaster, targets))

        await trio.to_thread.run_sync(with_peer, rig, all_rounds)


def seed(rig: Rig) -> int:
    """Fill the course; the pid of PostgreSQL's postmaster."""

    async def fill() -> int:
        connection = await asyncpg.connect(rig.database_url)
        try:
            await connection.execute(SEED, rig.course, MODULES, LESSONS)
            await connection.execute("analyze")
            return parent_of(await connection.fetchval("select pg_backend_pid()"))
        finally:
            await connection.close()

    return asyncio.run(fill())


if __name__ == "__main__":
    trio.run(run)
