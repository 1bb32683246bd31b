"""`stoa backup`: copy database, files and secret to a folder, also while the server runs."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import trio

from protocol.errors import StoaError
from supervisors.backup import Copied, make_backup, one_line
from supervisors.cli.engines import shared_database_url
from supervisors.cli.faults import guarded
from supervisors.cli.progress import telling
from supervisors.settings import Settings, load_settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "backup", help="copy database, files and secret to a folder, also while the server runs"
    )
    parser.add_argument("folder", type=Path, help="where to; must not exist yet")
    parser.add_argument(
        "--without-secret", action="store_true", help="leave out the secret that signs tokens"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command.

    Returns 0 if the backup is complete, 1 if files were missing or the database is away, 2 if it
    cannot be made.
    """
    settings = load_settings(os.environ)
    return guarded("backup", lambda: _run(settings, options))


def _run(settings: Settings, options: argparse.Namespace) -> int:
    copied = trio.run(_backup, settings, options)
    print(f"{shown(copied)} in {options.folder}")
    return 1 if copied.missing else 0


async def _backup(settings: Settings, options: argparse.Namespace) -> Copied:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with telling() as tell:
        async with shared_database_url(settings) as url:
            make = partial(make_backup, at=at, with_secret=not options.without_secret)
            try:
                return await make(settings, url, options.folder, tell)
            except StoaError as error:
                raise one_line(error) from error


def shown(copied: Copied) -> str:
    """A line about what was copied."""
    lost = f", {copied.missing} missing (see `stoa doctor`)" if copied.missing else ""
    return f"{copied.tables} tables with {copied.rows:,} rows and {copied.files} files{lost}"
