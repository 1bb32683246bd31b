"""Migrations: numbered SQL files, each applied once, in one transaction, under an advisory lock.

An applied file is history: it may not change (its SHA-256 is stored) or disappear, and no new file
may have a lower number.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg

from protocol.errors import DatabaseError, StartupError
from storage.postgres import Database

DIRECTORY = Path(__file__).parent / "migrations"
LOCK = 0x53746F61
"""The advisory lock that lets one node migrate while others wait: the letters "Stoa"."""
NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
CREATED = re.compile(r"^\s*create\s+table\s+(?:if\s+not\s+exists\s+)?(\w+)", re.I | re.M)
RENAMED = re.compile(r"^\s*alter\s+table\s+\w+\s+rename\s+to\s+(\w+)", re.I | re.M)
BESIDE = re.compile(
    r"^\s*create\s+(?:or\s+replace\s+)?(sequence|function|type|domain|collation)\s+(\w+)",
    re.I | re.M,
)
HISTORY = "schema_migrations"
TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class Migration(NamedTuple):
    """A migration file. `name` begins with its four digits."""

    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """The hash that must equal the one from the time it was applied."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def find_migrations(directory: Path = DIRECTORY) -> list[Migration]:
    """Every migration in order. Raises `StartupError` for a wrong name or a number used twice."""
    found: dict[str, Migration] = {}
    for path in sorted(directory.glob("*.sql")):
        match = NAME.fullmatch(path.name)
        if match is None:
            raise StartupError(f"migration {path.name} has a wrong name", "call it NNNN_words.sql")
        if match[1] in found:
            raise StartupError(
                f"migrations {found[match[1]].name} and {path.name} share a number", "renumber one"
            )
        found[match[1]] = Migration(path.name, path.read_text(encoding="utf-8"))
    return list(found.values())


def tables_of(migrations: Sequence[Migration]) -> frozenset[str]:
    """The tables that they create or give a new name, also those that a later one drops or renames;
    not that of the history."""
    named = (pattern.findall(each.sql) for each in migrations for pattern in (CREATED, RENAMED))
    return frozenset(name for names in named for name in names)


def beside_tables(migrations: Sequence[Migration]) -> list[tuple[str, str]]:
    """What else they create that does not go with a table, the newest first: kind and name."""
    found = [made for each in migrations for made in BESIDE.findall(each.sql)]
    return list(dict.fromkeys(reversed(found)))


async def migrate(database: Database, directory: Path = DIRECTORY) -> list[str]:
    """Apply missing migrations; returns their names. Other nodes wait meanwhile.

    Raises `StartupError` when history does not match the files; migrations applied before that are
    kept.
    """
    migrations = find_migrations(directory)
    applied: list[str] = []
    try:
        while (name := await database.run(lambda c: apply_next(c, migrations))) is not None:
            applied.append(name)
    except DatabaseError as error:
        raise not_permitted(error) from error
    return applied


def not_permitted(error: DatabaseError) -> StartupError:
    """One line for a schema that this role cannot bring up to date, or not even read."""
    cause = str(error.__cause__ or error.message).strip().splitlines()[0]
    if isinstance(error.__cause__, asyncpg.InsufficientPrivilegeError):
        return StartupError(
            f"the role of STOA_DATABASE_URL may not bring the schema up to date ({cause})",
            "run `stoa migrate` as the owner of the tables, and grant this role its rights"
            " (docs/operations.md, Database roles)",
        )
    return StartupError(f"the schema cannot be brought up to date ({cause})", "see its log")


async def apply_next(connection: Any, migrations: Sequence[Migration]) -> str | None:
    """Apply the first missing migration in the caller's transaction; None if there is none."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
    # Asked first, because a role that only uses the tables may not make one that is there, either.
    if await connection.fetchval("SELECT to_regclass($1)", HISTORY) is None:
        await connection.execute(TABLE)
    rows = await connection.fetch("SELECT name, sha256 FROM schema_migrations ORDER BY name")
    missing = pending({row["name"]: row["sha256"] for row in rows}, migrations)
    if not missing:
        return None
    migration = missing[0]
    await connection.execute(migration.sql)
    await connection.execute(
        "INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)",
        migration.name,
        migration.sha256,
    )
    return migration.name


def pending(applied: dict[str, str], migrations: Sequence[Migration]) -> list[Migration]:
    """Migrations not applied yet. Raises `StartupError` when history and files disagree."""
    known = {migration.name: migration for migration in migrations}
    for name, sha256 in applied.items():
        if name not in known:
            raise StartupError(
                f"the database has migration {name}, which this version does not know",
                "run the version of Stoa that wrote it, or a newer one",
            )
        if known[name].sha256 != sha256:
            raise StartupError(
                f"migration {name} was changed after it had been applied",
                "restore the file and put the change into a new migration",
            )
    missing = [migration for migration in migrations if migration.name not in applied]
    newest = max(applied, default="")
    for migration in missing:
        if migration.name < newest:
            raise StartupError(
                f"migration {migration.name} is older than {newest}, which is applied already",
                "give it the next free number",
            )
    return missing
