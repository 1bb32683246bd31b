"""A real pgbouncer between: in session mode all is as without, in the other modes Stoa refuses."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import trio

from protocol.errors import StartupError
from protocol.wakes import JOBS
from storage import poolers
from storage.asyncio_thread import AsyncioThread
from storage.node_lock import NodeLock
from storage.postgres import SESSION, Database
from storage.reads.reads import READING, open_read_database
from storage.signals import PostgresSignals
from tests.support.engines import TestCluster, temporary_directory
from tests.support.server import free_port

START_SECONDS = 20.0
pytestmark = pytest.mark.skipif(
    shutil.which("pgbouncer") is None, reason="needs pgbouncer (apt-get install pgbouncer)"
)


@contextmanager
def pooler(cluster: TestCluster, mode: str, ignores: str) -> Iterator[int]:
    """The port of a pgbouncer in that mode, before the cluster."""
    folder, port = temporary_directory(), free_port()
    (folder / "users").write_text('"stoa" ""\n')
    (folder / "ini").write_text(
        f"""[databases]
* = host={cluster.engine.sockets}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = 20
ignore_startup_parameters = {ignores}
"""
    )
    user = cluster.engine.user
    identity = {"user": user.uid, "group": user.gid, "extra_groups": []} if user.uid >= 0 else {}
    process = subprocess.Popen(
        ["pgbouncer", "-q", folder / "ini"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **identity,  # type: ignore[call-overload]
    )
    try:
        wait_for(port, process)
        yield port
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until it accepts."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "pgbouncer ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("pgbouncer does not accept")


def through(port: int, database_url: str) -> str:
    """The same database behind the pooler."""
    return f"postgresql://stoa@127.0.0.1:{port}{urlsplit(database_url).path}"


IGNORED = ",".join({*SESSION, *READING, "extra_float_digits"})


@pytest.mark.parametrize("mode", ["transaction", "statement"])
@pytest.mark.parametrize("ignores", [IGNORED, "extra_float_digits"])
async def test_one_that_hands_sessions_on_is_refused_with_a_line(
    asyncio_thread: AsyncioThread,
    postgres_cluster: TestCluster,
    database_url: str,
    mode: str,
    ignores: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(poolers, "HEAR_SECONDS", 0.5)  # for what never comes
    with pooler(postgres_cluster, mode, ignores) as port:
        with pytest.raises(StartupError) as refused, trio.fail_after(60):
            await Database.open(asyncio_thread, through(port, database_url))
        assert "\n" not in str(refused.value)
        assert "hands sessions on" in str(refused.value)
        assert "pool_mode = session" in str(refused.value)


@pytest.mark.parametrize("ignores", [IGNORED, "extra_float_digits"])
async def test_in_session_mode_settings_statements_locks_and_notifications_are_ours(
    asyncio_thread: AsyncioThread,
    postgres_cluster: TestCluster,
    database_url: str,
    ignores: str,
) -> None:
    with pooler(postgres_cluster, "session", ignores) as port:
        url = through(port, database_url)
        database = await Database.open(asyncio_thread, url)
        reads = await open_read_database(database)
        for each, settings in ((database, SESSION), (reads, READING)):
            for name, value in settings.items():
                shown = await each.run(lambda c, name=name: c.fetchval(f"show {name}"))  # type: ignore[misc]
                assert shown.removesuffix("ms").removesuffix("s") in (value, value[:-3], value[:-1])
        for number in range(3):
            assert await database.run(lambda c, n=number: c.fetchval("select $1::int", n)) == number  # type: ignore[misc]
        await lock_and_listen(asyncio_thread, database, url)
        await reads.close()
        await database.close()


async def lock_and_listen(thread: AsyncioThread, database: Database, url: str) -> None:
    """A node's place is taken, and a wake of another process arrives."""
    woken, taken, connected = trio.Event(), trio.Event(), trio.Event()
    signals = PostgresSignals(thread, url, deliver=lambda _: woken.set(), deliver_all=connected.set)
    with trio.fail_after(60):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(NodeLock(thread, url, "one").run, taken.set)
            nursery.start_soon(signals.run)
            await taken.wait()
            await connected.wait()
            notify = f"""notify stoa, '{{"{JOBS}": 1}}'"""
            await database.run(lambda c: c.execute(notify))
            await woken.wait()
            nursery.cancel_scope.cancel()
