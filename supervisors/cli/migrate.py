"""`stoa migrate`: bring the database to this version's schema."""

from __future__ import annotations

import argparse
import os

import trio

from storage.asyncio_thread import open_asyncio_thread
from storage.migrate import migrate
from storage.postgres import Database
from supervisors.cli.engines import database_url
from supervisors.cli.faults import guarded
from supervisors.settings import Settings, load_settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("migrate", help="apply missing migrations")
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """Run the command. Returns 0 if the schema is up to date, 1 if the database is away, 2 if it
    cannot be migrated."""
    settings = load_settings(os.environ)
    return guarded("migrate", lambda: _run(settings))


def _run(settings: Settings) -> int:
    applied = trio.run(_migrate, settings)
    for name in applied:
        print(f"applied {name}")
    print("the schema is up to date" if not applied else f"{len(applied)} applied")
    return 0


async def _migrate(settings: Settings) -> list[str]:
    async with database_url(settings) as url, open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, url)
        try:
            return await migrate(database)
        finally:
            await database.close()
