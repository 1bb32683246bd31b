"""The `stoa` command line: which command is meant, and how mistakes in the settings are told."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from supervisors.settings import SettingsError
from supervisors.version import build

COMMANDS = (
    *("serve", "migrate", "admin", "demo", "simulate", "doctor", "backup", "restore", "keys"),
    "verify-receipt",
)
"""Each is a module of this package, imported only if it is asked for."""


def main() -> None:
    """Run one command and exit with its status."""
    parser = argparse.ArgumentParser(
        prog="stoa", description="A real-time learning platform.", allow_abbrev=False
    )
    parser.add_argument(
        "--version", action="version", version=str(build()), help="say which version this is"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name in _wanted(sys.argv[1:]):
        import_module(f"{__package__}.{name.replace('-', '_')}").add_parser(commands)
    options = parser.parse_args()
    try:
        status = options.run(options)
    except SettingsError as error:
        for problem in error.problems:
            print(f"stoa: {problem}", file=sys.stderr)
        status = 2
    sys.exit(status)


def _wanted(arguments: list[str]) -> tuple[str, ...]:
    """The command that is asked for; all of them if the help or a mistake has to be explained."""
    return tuple(arguments[:1]) if arguments and arguments[0] in COMMANDS else COMMANDS
