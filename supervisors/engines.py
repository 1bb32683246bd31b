"""The embedded engines of an installation, for those that are not configured."""

from __future__ import annotations

from typing import NamedTuple

from storage.embedded.engine import Engine
from storage.embedded.postgres import EmbeddedPostgres
from storage.embedded.valkey import EmbeddedValkey
from supervisors.settings import Settings

POSTGRESQL = "postgresql"
VALKEY = "valkey"


class Embedded(NamedTuple):
    """An engine and the seconds its orderly stop may take."""

    engine: Engine
    shutdown_seconds: float


def embedded_engines(settings: Settings) -> dict[str, Embedded]:
    """The engines to run, by name. May be empty."""
    engines: dict[str, Embedded] = {}
    if settings.database_url is None:
        engines[POSTGRESQL] = Embedded(EmbeddedPostgres(settings.data_dir), 30)
    if settings.redis_url is None:
        engines[VALKEY] = Embedded(EmbeddedValkey(settings.data_dir), 15)
    return engines
