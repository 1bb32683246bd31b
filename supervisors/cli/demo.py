"""`stoa demo`: load the demonstration school without serving it."""

from __future__ import annotations

import argparse
import os
import sys

import trio

from supervisors.cli.faults import guarded
from supervisors.demo.school import load_school
from supervisors.logs import configure_logs
from supervisors.node import Node
from supervisors.settings import Settings, load_settings
from supervisors.tree import make_backstage


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("demo", help="load the demonstration school and exit")
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """0 when the school is there, 2 when it cannot be loaded."""
    settings = load_settings(os.environ)
    if settings.production:
        print("stoa demo: it has known passwords; production refuses it", file=sys.stderr)
        return 2
    configure_logs(log_format=settings.log_format, level=settings.log_level)
    return guarded("demo", lambda: _run(settings))


def _run(settings: Settings) -> int:
    trio.run(_load, settings)
    return 0


async def _load(settings: Settings) -> None:
    node = Node(settings)
    root = make_backstage(node)
    async with trio.open_nursery() as nursery:
        await nursery.start(root.run)
        school = await load_school(node.directory, node.database, lambda text: print(f"  {text}"))
        print(f"educator {school.educator}, password {school.password}, PIN {school.pin}")
        nursery.cancel_scope.cancel()
