"""What failed in PostgreSQL or Redis, for the log: the cause, and none of the values.

Drivers and servers repeat values in their messages (`invalid input syntax for type uuid: "…"`), or
in a detail. They may be personal, so only what names our own schema is kept.
"""

from __future__ import annotations

from typing import Any

import asyncpg
import structlog

from protocol.errors import ClientError, DatabaseError, StoaError

NAMING_CLASSES = ("08", "25", "40", "42", "53", "55", "57", "58")
"""SQLSTATE classes whose messages name tables, columns and limits, never values."""
MAX_MESSAGE = 200

_log = structlog.get_logger()


def note_database_fault(error: BaseException, told: StoaError) -> None:
    """Write one line, and take the values out of the error, whose traceback may be logged too.

    `told` is what the caller gets.
    """
    facts: dict[str, Any] = {"code": told.code, "error": type(error).__name__}
    if isinstance(error, asyncpg.PostgresError):
        facts |= _named_by(error)
    _scrub(error)
    if isinstance(told, DatabaseError):
        _log.error("database.failed", **facts)
    elif isinstance(told, ClientError):
        _log.info("database.conflicted", **facts)
    else:
        _log.warning("database.unavailable", **facts)


def note_redis_fault(error: BaseException, told: StoaError) -> None:
    """The same for Redis, whose messages begin with a word in capitals for the cause."""
    word = str(error).split(" ", 1)[0]
    facts: dict[str, Any] = {"code": told.code, "error": type(error).__name__}
    if word.isalpha() and word.isupper():
        facts["cause"] = word[:MAX_MESSAGE]
    if (reason := told.details.get("reason")) is not None:
        facts["reason"] = reason
    if isinstance(told, DatabaseError):
        _log.error("redis.failed", **facts)
    else:
        _log.warning("redis.unavailable", **facts)


def _named_by(error: asyncpg.PostgresError) -> dict[str, Any]:
    """What the server says of where it happened."""
    names = {
        "sqlstate": "sqlstate",
        "constraint": "constraint_name",
        "table": "table_name",
        "column": "column_name",
    }
    found = {name: getattr(error, attribute, None) for name, attribute in names.items()}
    return {name: value for name, value in found.items() if value}


def _scrub(error: BaseException) -> None:
    if isinstance(error, asyncpg.PostgresError):
        state = str(getattr(error, "sqlstate", None) or "")
        names_only = state.startswith(NAMING_CLASSES)
        error.args = (str(error.args[0])[:MAX_MESSAGE] if names_only else f"SQLSTATE {state}",)
        error.detail = error.hint = None
    elif isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError):
        error.args = ("an argument cannot be encoded",)
        error.detail = error.hint = None
