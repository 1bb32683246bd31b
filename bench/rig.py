"""What a bench runs against: engines of its own, a seeded school, a real `stoa serve`, and peers.

Everything lives under a temporary folder and ends with the bench.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import jwt
import trio

from bench.report import progress
from storage.asyncio_thread import open_asyncio_thread
from storage.embedded.postgres import embedded_postgres
from storage.embedded.valkey import embedded_valkey
from storage.migrate import migrate
from storage.postgres import Database
from tests.support.server import StoaServer, free_port

PEERS = Path(__file__).parent / "peers"
HAS_NODE = shutil.which("node") is not None and (PEERS / "node_modules").is_dir()

SEED = """
with people as (
    insert into users (email, password_hash, role)
    select 'bench' || n || '@bench.stoa', '!', 'student' from generate_series(1, $1) n
    returning id),
teacher as (
    insert into users (email, password_hash, role) values ('teacher@bench.stoa', '!', 'educator')
    returning id),
profiles as (
    insert into user_profiles (user_id, full_name)
    select id, 'Bench Student' from people
    union all select id, 'Bench Teacher' from teacher),
course as (
    insert into courses (instructor_id, title, description, slug, category, difficulty, status)
    select id, 'Bench', 'For measuring.', 'bench', 'science', 'beginner', 'published' from teacher
    returning id),
enrolled as (
    insert into enrollments (student_id, course_id) select people.id, course.id from people, course)
select (select array_agg(id::text) from people) as students,
       (select id::text from teacher) as teacher, (select id::text from course) as course
"""


@dataclass
class Rig:
    """A running server and who is in its school."""

    server: StoaServer
    database_url: str
    secret: str
    students: list[str]
    teacher: str
    course: str

    def token(self, user_id: str, role: str = "student") -> str:
        """An access token for that user, good for an hour."""
        now = int(time.time())
        claims = {
            "iss": self.server.url,
            "aud": "access",
            "sub": user_id,
            "email": "bench@bench.stoa",
            "role": role,
            "name": "Bench Student",
            "sid": secrets.token_urlsafe(8),
            "jti": secrets.token_urlsafe(8),
            "iat": now,
            "exp": now + 3600,
            "began": now * 1000,
        }
        return jwt.encode(claims, self.secret, algorithm="HS256")

    @property
    def pid(self) -> int:
        return self.server.pid


@contextlib.asynccontextmanager
async def open_rig(
    students: int,
    *,
    embedded: bool = False,
    keeper: bool = True,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Rig]:
    """Engines, migrations, a course with so many enrolled students, and a server.

    The engines are apart from the server and outlive it, or are those that it brings along. These
    outlive it, too, if there is a `keeper`. `settings` are variables of its environment.
    """
    folder = Path(tempfile.mkdtemp(prefix="stoa-bench-"))
    folder.chmod(0o755)  # noqa: ASYNC240 - an engine that runs as another user must reach it
    environ = {
        "STOA_SECRET": secrets.token_urlsafe(48),
        "STOA_LOG_LEVEL": "warning",
        "STOA_MAX_CONNECTIONS": "30000",
        "STOA_MAX_CONNECTIONS_PER_ADDRESS": "30000",
        # No peer counts requests, and all the load comes from one address.
        "STOA_RATE_LIMIT_PER_ADDRESS": "0",
        "STOA_RATE_LIMIT_PER_USER": "0",
        **(settings or {}),
    }
    engines = _no_engines if embedded else _engines
    try:
        async with engines(folder, environ):
            url, row = await _seeded(folder, environ, students)
            server = StoaServer(folder / "data", environ, keeper=keeper)
            await trio.to_thread.run_sync(server.start)
            try:
                yield Rig(server, url, environ["STOA_SECRET"], row[0], row[1], row[2])
            finally:
                with trio.CancelScope(shield=True):
                    await trio.to_thread.run_sync(server.stop)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def kill_server(rig: Rig) -> Callable[[], None]:
    """`kill -9`; call the result to wait until another server is ready, or to start one if there is
    no keeper."""
    if not rig.server.keeper:
        rig.server.kill()
        return rig.server.start
    rig.server.expect_another()
    rig.server.kill_server()
    return rig.server.wait_ready


@contextlib.asynccontextmanager
async def _engines(folder: Path, environ: dict[str, str]) -> AsyncIterator[None]:
    async with (
        embedded_postgres(folder / "engines") as environ["STOA_DATABASE_URL"],
        embedded_valkey(folder / "engines") as environ["STOA_REDIS_URL"],
    ):
        yield


@contextlib.asynccontextmanager
async def _no_engines(folder: Path, environ: dict[str, str]) -> AsyncIterator[None]:
    yield


async def _seeded(
    folder: Path, environ: dict[str, str], students: int
) -> tuple[str, asyncpg.Record]:
    """The URL of the server's database, and who is in its school."""
    progress(f"seeding a course with {students:,} students")
    if url := environ.get("STOA_DATABASE_URL"):
        return url, await _seed(url, students)
    async with embedded_postgres(folder / "data") as url:
        return url, await _seed(url, students)


async def _seed(database_url: str, students: int) -> asyncpg.Record:
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, database_url)
        await migrate(database)
        try:
            return await database.run(lambda connection: connection.fetchrow(SEED, students))
        finally:
            await database.close()


@contextlib.contextmanager
def peer(name: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start `bench/peers/<name>` on a free port and wait until it says "ready"."""
    port = free_port()
    runner = "node" if name.endswith(".mjs") else sys.executable
    process = subprocess.Popen(
        [runner, str(PEERS / name), str(port), *arguments],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
        env=os.environ | {"NODE_ENV": "production"},
    )
    try:
        if name.endswith(".py") and name.startswith("socketio_"):
            _wait_listening(port)
        else:
            assert process.stdout is not None
            process.stdout.readline()
        yield process, port
    finally:
        process.kill()
        process.wait()


def _wait_listening(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on {port}")
