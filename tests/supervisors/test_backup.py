"""A backup holds database, files and secret as of one moment, and a restore is whole or nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trio

from protocol.errors import NotFoundError, StartupError
from protocol.exception_groups import leaves
from protocol.objects import MAX_OBJECT_BYTES, ObjectFacts
from protocol.uploads import MAX_READ
from storage.asyncio_thread import AsyncioThread
from storage.backup import catalogue
from storage.backup.folder import SUMS, Backup
from storage.migrate import HISTORY, apply_next, find_migrations, tables_of
from storage.node_lock import LOCK
from storage.objects.folder import FolderFiles
from storage.postgres import Database
from supervisors.backup import Copied, copy_files, make_backup, restore_backup
from supervisors.installation_secret import known_secrets
from supervisors.settings import Settings
from tests.actors.certificates.office import Office
from tests.supervisors.test_half_written import everything
from tests.support.small_disk import small_disk

AT = "2026-11-30T10:00:00+00:00"
AVATAR = "avatars/picture.png"
PDF = b"%PDF-1.4"
FORMER = b"a-former-one-0123456789abcdef0123456789"
SECRET = b"of-the-old-installation-0123456789abcdef"


def quiet(_text: str) -> None:
    """Nobody waits."""


class Installation:
    """A database and a data folder, with what is asked of a backup."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        data_dir.mkdir()
        self.database = database
        self.settings = Settings(data_dir=data_dir)
        self.secret = data_dir / "secret"
        self.files = FolderFiles(data_dir / "objects")

    async def backup(
        self, place: Path, tell: Callable[[str], None] = quiet, *, with_secret: bool = True
    ) -> Copied:
        """Back up to `place`."""
        make = partial(make_backup, at=AT, with_secret=with_secret)
        return await make(self.settings, self.database.url, place, tell)

    async def restore(
        self, place: Path, tell: Callable[[str], None] = quiet, *, replace: bool = False
    ) -> Copied:
        """Restore from `place`."""
        restore = partial(restore_backup, replace=replace)
        return await restore(self.settings, self.database.url, Backup(place), tell)

    async def rows(self) -> dict[str, Any]:
        """A digest of every table but the history, which has the time of its own migration."""
        digests = await everything(self.database)
        return {name: digest for name, digest in digests.items() if HISTORY not in name}


@pytest.fixture
async def old(database: Database, tmp_path: Path) -> Installation:
    """One with a certificate, a picture and a secret."""
    office = Office(database)
    issued = await office.issue(await office.completed())
    await office.worker.work_once()
    old = Installation(database, tmp_path / "old")
    [key] = office.shelf.kept
    assert issued.number.lower() in key
    await old.files.put(key, PDF, "application/pdf")
    await old.files.put(AVATAR, b"\x89PNG", "image/png")
    await old.files.put("avatars/of-nobody.png", b"\x89PNG", "image/png")
    await database.run(
        lambda c: c.execute(
            "update user_profiles set avatar_url = $1 where user_id = $2",
            f"/{AVATAR}",
            office.student,
        )
    )
    old.secret.write_bytes(SECRET)
    (old.settings.data_dir / "secret.previous").write_bytes(FORMER + b"\n")
    return old


@pytest.fixture
async def new(asyncio_thread: AsyncioThread, empty_database_url: str, tmp_path: Path) -> Any:
    """An empty one."""
    database = await Database.open(asyncio_thread, empty_database_url, max_size=2)
    yield Installation(database, tmp_path / "new")
    await database.close()


def names_in(folder: Path) -> list[str]:
    """What lies in it."""
    return sorted(os.listdir(folder))


def everything_in(folder: Path) -> list[Path]:
    """All that lies below it."""
    return list(folder.rglob("*"))


def files_in(folder: Path) -> list[Path]:
    """All files below it."""
    return [path for path in everything_in(folder) if path.is_file()]


async def fails(attempt: Callable[[], Awaitable[object]]) -> str:
    """The line with which the attempt fails."""
    with pytest.raises((StartupError, ExceptionGroup)) as failed:
        await attempt()
    [error] = leaves(failed.value)
    assert isinstance(error, StartupError)
    assert "\n" not in str(error)
    return str(error)


async def test_a_file_of_any_size_is_copied_piece_by_piece(
    old: Installation, new: Installation, tmp_path: Path
) -> None:
    size = MAX_OBJECT_BYTES + 5

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, size, MAX_READ):
            yield os.urandom(min(MAX_READ, size - start))

    await old.files.store(AVATAR, pieces(), "video/mp4")
    copied = await old.backup(tmp_path / "backup")
    assert (copied.files, copied.missing) == (2, 0)
    await new.restore(tmp_path / "backup")
    assert await new.files.facts(AVATAR) == ObjectFacts(size=size, content_type="video/mp4")
    paths = [each.settings.data_dir / "objects" / AVATAR for each in (old, new)]
    assert paths[0].read_bytes() == paths[1].read_bytes()


async def test_a_large_file_that_goes_meanwhile_is_missing_and_a_cut_one_fails(
    tmp_path: Path,
) -> None:
    class Fleeting(FolderFiles):
        error: Exception | None = NotFoundError("file", AVATAR)

        async def read(self, key: str, start: int, length: int) -> bytes:
            if start and self.error is not None:
                raise self.error
            return b"" if start else await super().read(key, start, length)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(MAX_OBJECT_BYTES // MAX_READ + 1):
            yield bytes(MAX_READ)

    source, target = Fleeting(tmp_path / "from"), FolderFiles(tmp_path / "to")
    await source.store(AVATAR, pieces(), "video/mp4")
    assert await copy_files([AVATAR], source, target, quiet) == frozenset()
    assert not await target.exists(AVATAR)
    source.error = None
    with pytest.raises(StartupError, match="shorter"):
        await copy_files([AVATAR], source, target, quiet)
    assert not await target.exists(AVATAR)


async def test_everything_comes_back_and_nobody_else_can_read_it(
    old: Installation, new: Installation, tmp_path: Path
) -> None:
    place = tmp_path / "backup"
    done = await old.backup(place)
    assert (done.files, done.missing) == (2, 0)
    assert names_in(tmp_path) == ["backup", "new", "old"]
    for path in (place, *everything_in(place)):
        assert path.stat().st_mode & 0o077 == 0, path
    before = await old.rows()
    restored = await new.restore(place)
    assert (restored.rows, restored.files) == (done.rows, 2)
    assert await new.rows() == before
    kept = await new.files.get(AVATAR)
    assert kept is not None
    assert (kept.data, kept.content_type) == (b"\x89PNG", "image/png")
    assert not await new.files.exists("avatars/of-nobody.png")
    assert known_secrets(new.settings) == (SECRET, FORMER)
    assert new.secret.stat().st_mode & 0o777 == 0o600


async def test_its_checksums_are_those_of_other_tools(old: Installation, tmp_path: Path) -> None:
    place = tmp_path / "backup"
    await old.backup(place)
    names = set()
    for line in (place / SUMS).read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((place / name).read_bytes()).hexdigest() == digest
        names.add(name)
    there = {str(path.relative_to(place)) for path in files_in(place)}
    assert there - names == {SUMS}


async def test_keys_continue_where_they_were(
    old: Installation, new: Installation, tmp_path: Path
) -> None:
    await old.backup(tmp_path / "backup")
    await new.restore(tmp_path / "backup")
    sequences = await old.database.run(catalogue.sequences)
    assert [tuple(row) for row in await new.database.run(catalogue.sequences)] == [
        tuple(row) for row in sequences
    ]
    constraints = [
        await each.database.run(lambda c: catalogue.references(c, tables_of(find_migrations())))
        for each in (old, new)
    ]
    assert constraints[0] == constraints[1] != []


async def test_a_file_that_is_replaced_meanwhile_is_in_the_backup(
    old: Installation, tmp_path: Path
) -> None:
    def replace(text: str) -> None:
        if text.startswith("table"):
            (old.settings.data_dir / "objects" / AVATAR).unlink(missing_ok=True)

    done = await old.backup(tmp_path / "backup", replace)
    assert not await old.files.exists(AVATAR)
    assert (done.files, done.missing) == (2, 0)
    assert AVATAR in Backup(tmp_path / "backup").manifest.objects


async def test_what_changes_while_it_is_read_is_in_no_table_or_in_all(
    old: Installation, new: Installation, tmp_path: Path, asyncio_thread: AsyncioThread
) -> None:
    before = await old.rows()
    told: list[str] = []
    send, receive = trio.open_memory_channel[None](1)
    token = trio.lowlevel.current_trio_token()

    def change(text: str) -> None:
        if text.startswith("table") and not told:
            told.append(text)
            token.run_sync_soon(send.send_nowait, None)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(old.backup, tmp_path / "backup", change)
        await receive.receive()
        await old.database.run(lambda c: c.execute("delete from users"))
    assert await old.rows() != before
    restored = await new.restore(tmp_path / "backup")
    assert restored.rows > 0
    after = await new.rows()
    assert after in (before, await old.rows())


async def test_a_file_that_is_missing_is_named_and_keeps_no_backup_away(
    old: Installation, tmp_path: Path
) -> None:
    await old.files.delete(AVATAR)
    done = await old.backup(tmp_path / "backup")
    assert (done.files, done.missing) == (1, 1)
    assert Backup(tmp_path / "backup").manifest.missing == (AVATAR,)


async def test_the_secret_can_stay_out(
    old: Installation, new: Installation, tmp_path: Path
) -> None:
    await old.backup(tmp_path / "backup", with_secret=False)
    contents = b"".join(path.read_bytes() for path in files_in(tmp_path / "backup"))
    assert SECRET not in contents
    await new.restore(tmp_path / "backup")
    assert not new.secret.exists()


async def test_another_secret_is_not_lost_unless_that_is_said(
    old: Installation, new: Installation, tmp_path: Path
) -> None:
    await old.backup(tmp_path / "backup")
    new.secret.write_text("another, which nobody guesses: p3Xz9")
    assert "another secret" in await fails(lambda: new.restore(tmp_path / "backup"))
    new.settings = Settings(data_dir=new.settings.data_dir, secret="s3cr3t" * 8)
    line = await fails(lambda: new.restore(tmp_path / "backup", replace=True))
    assert line.startswith("STOA_SECRET is not the secret of the backup")
    assert "s3cr3t" not in line
    assert await new.database.run(lambda c: catalogue.tables(c, [HISTORY])) == {}
    new.settings = Settings(data_dir=new.settings.data_dir)
    await new.restore(tmp_path / "backup", replace=True)
    assert new.secret.read_bytes() == SECRET


async def test_what_is_there_is_replaced_only_if_that_is_said(
    old: Installation, tmp_path: Path
) -> None:
    await old.backup(tmp_path / "backup")
    before = await old.rows()
    await old.database.run(lambda c: c.execute("update user_profiles set full_name = 'Later'"))
    await old.database.run(lambda c: c.execute("create table of_somebody_else (n int)"))
    later = await old.rows()
    assert "is not empty" in await fails(lambda: old.restore(tmp_path / "backup"))
    assert await old.rows() == later
    await old.restore(tmp_path / "backup", replace=True)
    after = await old.rows()
    assert after.pop("of_somebody_else", "") is None
    assert after == before


@pytest.mark.parametrize("at", ["file", "table", "writing"])
async def test_a_backup_that_is_broken_off_leaves_nothing(
    old: Installation, tmp_path: Path, at: str
) -> None:
    with pytest.raises(RuntimeError), ungrouped():
        await old.backup(tmp_path / "backup", stop_at(at))
    assert names_in(tmp_path) == ["old"]
    (tmp_path / "backup.partial").mkdir()
    (tmp_path / "backup.partial" / "left").touch()
    await old.backup(tmp_path / "backup")
    Backup(tmp_path / "backup").verify(quiet)


@pytest.mark.parametrize("at", ["checking file", "file", "schema", "table", "checking ref"])
async def test_a_restore_that_is_broken_off_leaves_the_database_as_it_was(
    old: Installation, new: Installation, tmp_path: Path, at: str
) -> None:
    await old.backup(tmp_path / "backup")
    with pytest.raises(RuntimeError), ungrouped():
        await new.restore(tmp_path / "backup", stop_at(at))
    assert await new.rows() == {}
    await new.restore(tmp_path / "backup")
    assert await new.rows() == await old.rows()


def stop_at(beginning: str) -> Callable[[str], None]:
    """What raises as soon as something begins."""

    def tell(text: str) -> None:
        if text.startswith(beginning):
            raise RuntimeError(text)

    return tell


class ungrouped:
    """Raises what is alone in a group by itself."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        found = leaves(error)
        if found and found[0] is not error:
            raise found[0]


async def test_damage_is_found_before_anything_is_touched(
    old: Installation, new: Installation, tmp_path: Path
) -> None:
    place = tmp_path / "backup"
    await old.backup(place)
    for path in files_in(place):
        whole = path.read_bytes()
        without_last_line = b"".join(whole.splitlines(keepends=True)[:-1])
        changed = whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:]
        for damaged in (without_last_line, changed, None):
            if damaged is None:
                path.unlink()
            else:
                path.write_bytes(damaged)
            assert "backup" in await fails(lambda: new.restore(place)), (path, damaged)
            path.write_bytes(whole)
    assert await new.rows() == {}
    assert not new.secret.exists()
    await new.restore(place)


async def test_what_is_no_backup_is_one_line(new: Installation, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nothing"):
        assert "is no backup" in await fails(lambda place=place: new.restore(place))  # type: ignore[misc]


async def test_one_of_another_format_or_of_a_newer_version_is_refused(
    old: Installation, new: Installation, tmp_path: Path
) -> None:
    place = tmp_path / "backup"
    await old.backup(place)
    manifest = json.loads((place / "manifest.json").read_text())
    for change, told in (
        ({"format": 99}, "format 99"),
        ({"database": manifest["database"] | {"migrations": {"9999_later.sql": "0"}}}, "9999"),
    ):
        rewrite(place, json.dumps(manifest | change).encode())
        assert told in await fails(lambda: new.restore(place))
    assert await new.rows() == {}


def rewrite(place: Path, manifest: bytes) -> None:
    """Another manifest, with its checksum."""
    old = hashlib.sha256((place / "manifest.json").read_bytes()).hexdigest()
    (place / "manifest.json").write_bytes(manifest)
    sums = (place / SUMS).read_text().replace(old, hashlib.sha256(manifest).hexdigest())
    (place / SUMS).write_text(sums)


async def test_one_of_an_older_version_is_migrated(
    asyncio_thread: AsyncioThread,
    new: Installation,
    tmp_path: Path,
    postgres_cluster: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = postgres_cluster.create_database(template="template0")
    database = await Database.open(asyncio_thread, postgres_cluster.url(name), max_size=2)
    older = find_migrations()[:-1]
    while await database.run(lambda c: apply_next(c, older)) is not None:
        pass
    await database.run(lambda c: c.execute("insert into heartbeats (node, at) values ('old', 1)"))
    installation = Installation(database, tmp_path / "older")
    assert "run `stoa migrate` first" in await fails(lambda: installation.backup(tmp_path / "b"))
    monkeypatch.setattr("supervisors.backup.find_migrations", lambda: older)
    # It knew nothing of tables that came later.
    monkeypatch.setattr("storage.records.files.KINDS", ())
    await installation.backup(tmp_path / "backup")
    monkeypatch.undo()
    await new.restore(tmp_path / "backup")
    applied = await new.database.run(lambda c: c.fetchval(f"select count(*) from {HISTORY}"))
    assert applied == len(find_migrations())
    assert await new.database.run(lambda c: c.fetchval("select node from heartbeats")) == "old"
    await database.close()
    postgres_cluster.drop_database(name)


async def test_an_empty_database_and_a_folder_that_is_there_are_one_line(
    old: Installation, new: Installation, tmp_path: Path
) -> None:
    assert "is empty" in await fails(lambda: new.backup(tmp_path / "backup"))
    assert "is there already" in await fails(lambda: old.backup(tmp_path))
    line = await fails(lambda: old.backup(tmp_path / "a" / "b"))
    assert "cannot be written" in line


async def test_a_full_disk_is_one_line_and_leaves_nothing(
    old: Installation, tmp_path: Path
) -> None:
    with small_disk() as disk:
        disk.fill()
        line = await fails(lambda: old.backup(disk.path / "backup"))
        assert "No space left" in line
        assert names_in(disk.path) == ["filler"]


async def test_a_database_on_which_a_node_works_is_not_replaced(
    old: Installation, tmp_path: Path
) -> None:
    await old.backup(tmp_path / "backup")
    async with trio.open_nursery() as nursery:
        held = trio.Event()
        done = trio.Event()

        async def hold() -> None:
            async def unit(connection: Any) -> None:
                await connection.execute("select pg_advisory_xact_lock($1::bigint)", LOCK)
                token.run_sync_soon(held.set)
                while not done.is_set():
                    await connection.fetchval("select pg_sleep(0.01)")

            await old.database.run(unit)

        token = trio.lowlevel.current_trio_token()
        nursery.start_soon(hold)
        await held.wait()
        line = await fails(lambda: old.restore(tmp_path / "backup", replace=True))
        done.set()
    assert "a node works on the database" in line


async def test_every_table_of_the_schema_is_known_by_its_migration(database: Database) -> None:
    """Or a backup would lack it."""
    rows = await database.run(
        lambda c: c.fetch(
            "select relname::text as name from pg_class"
            " where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
        )
    )
    assert {row["name"] for row in rows} - {HISTORY} <= tables_of(find_migrations())
