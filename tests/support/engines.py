"""Engines for tests: started without an event loop, in temporary directories, never durable."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

import asyncpg

from storage.embedded.postgres import EmbeddedPostgres
from storage.embedded.valkey import EmbeddedValkey
from storage.migrate import apply_next, find_migrations

TEMPLATE = "stoa_template"


def temporary_directory() -> Path:
    """A short path that an unprivileged user can reach, as pytest's own directories are not."""
    path = Path(tempfile.mkdtemp(prefix="stoa-"))
    path.chmod(0o755)
    return path


class TestCluster:
    """One PostgreSQL for a test process, with a migrated template to copy databases from."""

    __test__ = False

    def __init__(self) -> None:
        self._directory = temporary_directory()
        self.engine = EmbeddedPostgres(
            self._directory, durable=False, settings={"max_connections": "100"}
        )
        self.engine.start_now()
        self._numbers = itertools.count(1)
        self._runner = asyncio.Runner()
        self._admin: asyncpg.Connection[Any] | None = None
        self.execute(f"CREATE DATABASE {TEMPLATE}")
        self._runner.run(self._migrate_template())

    def url(self, name: str) -> str:
        """Where a database of this cluster is."""
        return self.engine.url.replace("/stoa?", f"/{name}?")

    def create_database(self, template: str = TEMPLATE, *, tablespace: str = "pg_default") -> str:
        """A copy of the template; its name."""
        name = f"test_{next(self._numbers)}"
        place = f"TABLESPACE {tablespace} STRATEGY file_copy"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} {place}")
        return name

    def drop_database(self, name: str) -> None:
        """Remove it whoever is connected."""
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self) -> None:
        """Stop and remove everything."""
        if self._admin is not None:
            self._runner.run(self._admin.close())
        self._runner.close()
        self.engine.stop_now()
        shutil.rmtree(self._directory, ignore_errors=True)

    def execute(self, statement: str) -> None:
        """Run one statement as the cluster's owner."""
        self._runner.run(self._on_admin_connection(statement))

    async def _on_admin_connection(self, statement: str) -> None:
        # Not the template nor `stoa`: nobody may be connected to what is copied or dropped.
        if self._admin is None or self._admin.is_closed():
            self._admin = await asyncpg.connect(self.url("postgres"))
        await self._admin.execute(statement)

    async def _migrate_template(self) -> None:
        connection = await asyncpg.connect(self.url(TEMPLATE))
        try:
            migrations = find_migrations()
            name: str | None = ""
            while name is not None:
                async with connection.transaction():
                    name = await apply_next(connection, migrations)
        finally:
            await connection.close()


class TestValkey:
    """One Valkey for a test process."""

    __test__ = False

    def __init__(self) -> None:
        self._directory = temporary_directory()
        self.engine = EmbeddedValkey(self._directory, durable=False)
        self.url = self.engine.start_now()

    def flush(self) -> None:
        """Empty it."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.engine.socket))
            connection.sendall(b"FLUSHALL\r\n")
            assert connection.recv(64).startswith(b"+OK")

    def close(self) -> None:
        """Stop and remove everything."""
        self.engine.stop_now()
        shutil.rmtree(self._directory, ignore_errors=True)
