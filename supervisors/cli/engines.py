"""The engines for a command that needs them without a running server."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from storage.embedded.postgres import EmbeddedPostgres, embedded_postgres
from storage.embedded.valkey import embedded_valkey
from supervisors.settings import Settings


@contextlib.asynccontextmanager
async def database_url(settings: Settings) -> AsyncIterator[str]:
    """The URL of the configured PostgreSQL, or of the embedded one, started for the body."""
    if settings.database_url is not None:
        yield settings.database_url
    else:
        async with embedded_postgres(settings.data_dir) as url:
            yield url


@contextlib.asynccontextmanager
async def shared_database_url(settings: Settings) -> AsyncIterator[str]:
    """The same, beside a running server too, whose embedded PostgreSQL is used then."""
    running = None if settings.database_url else EmbeddedPostgres(settings.data_dir)
    if running is not None and running.answers():
        yield running.url
    else:
        async with database_url(settings) as url:
            yield url


@contextlib.asynccontextmanager
async def redis_url(settings: Settings) -> AsyncIterator[str]:
    """The URL of the configured Redis, or of the embedded one, started for the body."""
    if settings.redis_url is not None:
        yield settings.redis_url
    else:
        async with embedded_valkey(settings.data_dir) as url:
            yield url
