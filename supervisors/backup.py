"""Backing an installation up while it runs, and restoring it: database, files and secret.

Files are copied before and after the database is read, so that every file that its rows name is
in the backup, whatever is replaced meanwhile.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import trio

from protocol.errors import NotFoundError, StartupError, StoaError, StorageUnavailable
from protocol.exception_groups import leaves
from protocol.objects import MAX_OBJECT_BYTES, StoredFiles
from protocol.uploads import MAX_READ
from storage.asyncio_thread import open_asyncio_thread
from storage.backup.dump import DUMP_SECONDS, applied_migrations, dump
from storage.backup.folder import Backup, Draft, Tell, written_to
from storage.backup.load import check_target, load, wanted
from storage.backup.manifest import Manifest
from storage.migrate import Migration, find_migrations, migrate
from storage.objects.folder import FolderFiles
from storage.postgres import Database
from storage.records.files import KINDS, Kind, referenced_files
from supervisors.installation_secret import keep_secrets, secrets_there
from supervisors.objects import open_files
from supervisors.settings import Settings

AT_ONCE = 8
"""Files that are copied at the same time; up to `MAX_OBJECT_BYTES` each is in memory as a whole."""


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup or a restore has done."""

    tables: int
    rows: int
    files: int
    missing: int = 0


async def make_backup(
    settings: Settings, url: str, place: Path, tell: Tell, *, at: str, with_secret: bool
) -> Copied:
    """Write a backup to the folder `place`, which must not exist. `at`: ISO 8601, UTC.

    Raises `StartupError`; nothing is left then.
    """
    draft = Draft(place)
    try:
        async with _opened(url) as database, open_files(settings) as files:
            return await _fill(draft, settings, database, files, tell, at, with_secret)
    finally:
        draft.discard()


async def _fill(
    draft: Draft,
    settings: Settings,
    database: Database,
    files: StoredFiles,
    tell: Tell,
    at: str,
    with_secret: bool,
) -> Copied:
    kept = FolderFiles(draft.path / "objects")
    migrations = find_migrations()
    before = await database.run(lambda c: _referenced(c, migrations))
    copied = await copy_files(before, files, kept, tell)
    contents, referenced = await database.run(
        lambda c: dump(c, migrations, draft, tell), transaction=False
    )
    named = frozenset().union(*referenced.values())
    copied |= await copy_files(named - copied, files, kept, tell)
    for key in copied - named:
        await kept.delete(key)
    secrets = secrets_there(settings) if with_secret else ()
    if secrets:
        draft.write("secret", b"\n".join(secrets) + b"\n")
    manifest = Manifest(
        at=at,
        database=contents,
        objects=tuple(sorted(named & copied)),
        missing=tuple(sorted(named - copied)),
        has_secret=bool(secrets),
    )
    tell("writing checksums")
    await trio.to_thread.run_sync(draft.finish, manifest)
    return Copied(
        tables=len(contents.tables),
        rows=sum(table.rows for table in contents.tables),
        files=len(named & copied),
        missing=len(named - copied),
    )


async def restore_backup(
    settings: Settings, url: str, backup: Backup, tell: Tell, *, replace: bool
) -> Copied:
    """Put a backup into an empty installation; with `replace` in the place of what is there.

    The database comes last and as a whole: if anything fails before, it is as it was. Raises
    `StartupError`.
    """
    migrations = find_migrations()
    wanted(backup, migrations)
    await trio.to_thread.run_sync(backup.verify, tell)
    async with _opened(url) as database, open_files(settings) as files:
        await database.run(lambda c: check_target(c, migrations, replace=replace))
        _restore_secret(settings, backup, replace=replace)
        keys = backup.manifest.objects
        copied = await copy_files(keys, FolderFiles(backup.path / "objects"), files, tell)
        rows = await database.run(lambda c: load(c, backup, migrations, tell, replace=replace))
        tell("newer migrations")
        await migrate(database)
        await database.run(lambda c: c.execute("analyze", timeout=DUMP_SECONDS), transaction=False)
    tables = len(backup.manifest.database.tables)
    missing = len(backup.manifest.missing)
    return Copied(tables=tables, rows=rows, files=len(copied), missing=missing)


def _restore_secret(settings: Settings, backup: Backup, *, replace: bool) -> None:
    """Have the secrets of the backup. Raises `StartupError` if there is another one."""
    secrets, ours = backup.secrets(), secrets_there(settings)
    if not secrets or secrets[0] in ours:
        return
    if settings.secret is not None:
        raise StartupError(
            "STOA_SECRET is not the secret of the backup, so every token would be invalid",
            f"set it to the first line of {backup.path / 'secret'}, or add that to"
            " STOA_SECRET_PREVIOUS",
        )
    if ours and not replace:
        raise StartupError(
            f"{settings.data_dir / 'secret'} is another secret than that of the backup",
            "remove it, or say --replace",
        )
    with written_to(settings.data_dir):
        keep_secrets(settings.data_dir, secrets)


async def copy_files(
    keys: Iterable[str], source: StoredFiles, target: StoredFiles, tell: Tell
) -> frozenset[str]:
    """Copy files; returns the keys of those that were there. Raises `StartupError`."""
    wanted = sorted(keys)
    copied: set[str] = set()

    async def copy(key: str) -> None:
        if await _copy_file(key, source, target):
            copied.add(key)
            tell(f"file {len(copied)} of {len(wanted)}")

    await _for_each(wanted, copy)
    return frozenset(copied)


async def _copy_file(key: str, source: StoredFiles, target: StoredFiles) -> bool:
    """False if it is not there. One that is large is never in memory as a whole."""
    facts = await source.facts(key)
    if facts is None:
        return False
    if facts.size > MAX_OBJECT_BYTES:
        try:
            await target.store(key, _pieces(key, facts.size, source), facts.content_type)
        except NotFoundError:  # it is gone since
            return False
        return True
    found = await source.get(key)
    if found is None:
        return False
    await target.put(key, found.data, found.content_type)
    return True


async def _pieces(key: str, size: int, source: StoredFiles) -> AsyncIterator[bytes]:
    """Its bytes. Raises `StorageUnavailable` for one that is replaced meanwhile."""
    for start in range(0, size, MAX_READ):
        length = min(MAX_READ, size - start)
        piece = await source.read(key, start, length)
        if len(piece) < length:
            raise StorageUnavailable(f"The file {key} became shorter while it was read")
        yield piece


async def _for_each(keys: Iterable[str], act: Callable[[str], Awaitable[None]]) -> None:
    """`AT_ONCE` at the same time. Raises `StartupError`."""
    limiter = trio.CapacityLimiter(AT_ONCE)

    async def in_turn(key: str) -> None:
        async with limiter:
            await act(key)

    try:
        async with trio.open_nursery() as nursery:
            for key in keys:
                nursery.start_soon(in_turn, key)
    except* StoaError as failed:
        fault = leaves(failed)[0]
        assert isinstance(fault, StoaError)
        raise one_line(fault) from fault


async def migrated(database: Database) -> bool:
    """Whether the schema is this version's."""
    try:
        await database.run(lambda c: applied_migrations(c, find_migrations()))
    except StartupError:
        return False
    return True


async def missing_files(database: Database, files: StoredFiles) -> dict[Kind, list[str]]:
    """The keys that rows name and that have no file. Raises `StoaError`, `StartupError`."""
    referenced = await database.run(referenced_files)
    return {kind: await _without_file(referenced[kind.name], files) for kind in KINDS}


async def _without_file(keys: Iterable[str], files: StoredFiles) -> list[str]:
    missing: list[str] = []

    async def look(key: str) -> None:
        if not await files.exists(key):
            missing.append(key)

    await _for_each(keys, look)
    return sorted(missing)


async def _referenced(connection: Any, migrations: Sequence[Migration]) -> frozenset[str]:
    """All keys that rows name."""
    await applied_migrations(connection, migrations)
    return frozenset().union(*(await referenced_files(connection)).values())


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    """A connection for long statements. Storage that fails becomes one line."""
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(
            asyncio_thread, url, max_size=1, command_timeout_seconds=DUMP_SECONDS
        )
        try:
            yield database
        finally:
            with trio.CancelScope(shield=True):
                await database.close()


def one_line(error: StoaError) -> StartupError:
    """What failed in storage, with its cause, which clients never see."""
    cause = f" ({error.__cause__})".replace("\n", " ") if error.__cause__ else ""
    hint = "grant what is lacking to its role (docs/operations.md, Database roles)"
    lacks = isinstance(error.__cause__, asyncpg.InsufficientPrivilegeError)
    return StartupError(
        f"{error.message}{cause}", f"nothing was changed; {hint if lacks else 'try again'}"
    )
