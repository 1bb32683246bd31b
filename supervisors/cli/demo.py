"""`stoa demo`: load the demonstration school without serving it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

import trio

from storage.passwords import BcryptPasswords
from storage.records.bulk import Rows, load
from supervisors.cli.faults import guarded
from supervisors.demo.crowd import Crowd
from supervisors.demo.school import PASSWORD, load_school
from supervisors.logs import configure_logs
from supervisors.node import Node
from supervisors.settings import Settings, load_settings
from supervisors.tree import make_backstage


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("demo", help="load the demonstration school and exit")
    parser.add_argument(
        "--students",
        type=_count(1, 200_000),
        help="also load a large school with this many students",
    )
    parser.add_argument(
        "--courses",
        type=_count(12, 5_000),
        default=60,
        help="courses of the large school (default: 60)",
    )
    parser.set_defaults(run=run)


def _count(low: int, high: int) -> Callable[[str], int]:
    """Parse a whole number within the bounds."""

    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"expected a number from {low} to {high}")
        return int(text)

    return number


def run(options: argparse.Namespace) -> int:
    """Run the command.

    Returns 0 if the school is loaded, 1 if an engine is away, 2 if it cannot be.
    """
    settings = load_settings(os.environ)
    if settings.production:
        print(
            "stoa demo: its accounts have known passwords, so it is refused in production",
            file=sys.stderr,
        )
        return 2
    configure_logs(log_format=settings.log_format, level=settings.log_level)
    return guarded("demo", lambda: _run(settings, options))


def _run(settings: Settings, options: argparse.Namespace) -> int:
    trio.run(_load, settings, options)
    return 0


async def _load(settings: Settings, options: argparse.Namespace) -> None:
    node = Node(settings)
    root = make_backstage(node)
    async with trio.open_nursery() as nursery:
        await nursery.start(root.run)
        school = await load_school(node.directory, node.database, lambda text: print(f"  {text}"))
        print(f"educator {school.educator}, password {school.password}, PIN {school.pin}")
        if options.students is not None:
            await _load_crowd(node, options.students, options.courses)
        nursery.cancel_scope.cancel()


async def _load_crowd(node: Node, students: int, courses: int) -> None:
    print(f"  making {students} students and {courses} courses")
    began = trio.current_time()
    tables = await trio.to_thread.run_sync(_make, students, courses, await hash_of(PASSWORD))
    print(f"  loading {sum(len(each.rows) for each in tables.values()):,} rows")
    loaded = await load(node.database, tables, unless="student1@crowd.stoa")
    if loaded is None:
        print("the large school exists already; nothing was changed")
        return
    seconds = trio.current_time() - began
    print(f"{loaded:,} rows in {seconds:.1f} s, with student1@crowd.stoa and teacher1@crowd.stoa")


def _make(students: int, courses: int, password_hash: str) -> dict[str, Rows]:
    return Crowd(students, courses, password_hash).tables()


async def hash_of(password: str) -> str:
    """The password hash of everybody, so it is made once."""
    return await BcryptPasswords().hash(password)
