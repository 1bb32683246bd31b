"""`stoa restore`: put what `stoa backup` has made into an empty installation."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import trio

from protocol.errors import StoaError
from storage.backup.folder import Backup
from supervisors.backup import Copied, one_line, restore_backup
from supervisors.cli.backup import shown
from supervisors.cli.engines import database_url
from supervisors.cli.faults import guarded
from supervisors.cli.progress import telling
from supervisors.settings import Settings, load_settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("restore", help="put a backup into an empty installation")
    parser.add_argument("folder", type=Path, help="what `stoa backup` has made")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="lose what is in the database and the secret beside the data",
    )
    parser.add_argument(
        "--check", action="store_true", help="only compare every file with its checksum"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command.

    Returns 0 if everything is restored, 1 if the database is away, 2 if it cannot be restored.
    """
    settings = load_settings(os.environ)
    return guarded("restore", lambda: _run(settings, options))


def _run(settings: Settings, options: argparse.Namespace) -> int:
    backup = Backup(options.folder)
    if options.check:
        with telling() as tell:
            backup.verify(tell)
        print(f"the backup of {backup.manifest.at} is whole")
        return 0
    copied = trio.run(_restore, settings, backup, options.replace)
    print(f"restored {shown(copied)}, as of {backup.manifest.at}")
    return 0


async def _restore(settings: Settings, backup: Backup, replace: bool) -> Copied:
    with telling() as tell:
        async with database_url(settings) as url:
            try:
                return await restore_backup(settings, url, backup, tell, replace=replace)
            except StoaError as error:
                raise one_line(error) from error
