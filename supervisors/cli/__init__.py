"""The `stoa` command."""

from __future__ import annotations

import argparse
import sys

from supervisors.cli import admin, demo, doctor, migrate, serve, simulate
from supervisors.settings import SettingsError


def main() -> None:
    """Run one command and exit with its status."""
    parser = argparse.ArgumentParser(
        prog="stoa", description="A real-time learning platform.", allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for module in (serve, migrate, admin, demo, simulate, doctor):
        module.add_parser(commands)
    options = parser.parse_args()
    try:
        status = options.run(options)
    except SettingsError as error:
        for problem in error.problems:
            print(f"stoa: {problem}", file=sys.stderr)
        status = 2
    sys.exit(status)
