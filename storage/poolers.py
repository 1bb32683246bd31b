"""Connecting through a pooler such as pgbouncer.

What keeps a session for each client (session mode) serves as PostgreSQL itself does. What hands a
session on after each transaction does not: prepared statements, settings and notifications are of
a session. It is recognised by a notification that never arrives.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg

from storage.connections import ACQUIRE_SECONDS, Connection, drop

HEAR_SECONDS = 5.0
"""How long a notification of our own may take through a pooler that passes them on."""
LOST_STATEMENT = (
    asyncpg.InvalidSQLStatementNameError,
    asyncpg.DuplicatePreparedStatementError,
)
"""What comes of prepared statements where sessions are handed on."""

Open = Callable[[], Awaitable[Connection]]


class SessionsHandedOn(Exception):
    """Something between us and PostgreSQL hands sessions on after each transaction."""


async def connect(url: str, settings: Mapping[str, str], **options: Any) -> Connection:
    """A connection whose session has these settings, also through a pooler in session mode.

    A pooler refuses settings in the first message, or drops them without a word, so they are made
    afterwards. Raises what asyncpg raises, and `SessionsHandedOn` where that is seen at once.
    """
    options = {"timeout": ACQUIRE_SECONDS, **options}
    try:
        connection: Connection = await asyncpg.connect(
            url, server_settings=dict(settings), **options
        )
    except asyncpg.ProtocolViolationError as error:
        if "startup parameter" not in str(error):
            raise
        connection = await asyncpg.connect(url, **options)
    try:
        if await is_pooled(connection):
            for name, value in settings.items():
                await connection.execute(f"SET {name} = '{value}'")
    except BaseException:
        drop(connection)
        raise
    return connection


async def is_pooled(connection: Connection) -> bool:
    """Whether the server's process is another than the one that we were told at the beginning."""
    try:
        pid: int = await connection.fetchval("SELECT pg_backend_pid()")
    except LOST_STATEMENT as error:
        raise SessionsHandedOn from error
    return pid != connection.get_server_pid()


async def check_sessions(connection: Connection, another: Open) -> None:
    """Raises `SessionsHandedOn` unless the session is ours for as long as the connection."""
    if not await is_pooled(connection):
        return
    channel = f"stoa_probe_{secrets.token_hex(8)}"
    heard = asyncio.Event()

    def hear(*_: Any) -> None:
        heard.set()

    await connection.add_listener(channel, hear)
    try:
        await _notify(channel, another)
        async with asyncio.timeout(HEAR_SECONDS):
            await heard.wait()
    except (TimeoutError, *LOST_STATEMENT) as error:
        with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await connection.execute("UNLISTEN *")
        raise SessionsHandedOn from error
    await connection.remove_listener(channel, hear)


async def _notify(channel: str, another: Open) -> None:
    connection = await another()
    try:
        await connection.execute(f"NOTIFY {channel}")
    finally:
        await connection.close(timeout=ACQUIRE_SECONDS)
