"""`stoa serve`: run a node until it is told to stop."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import time

import msgspec
import trio
from rich.console import Console

from supervisors.cli.faults import guarded
from supervisors.demo.school import STUDENTS, School, load_school
from supervisors.descriptors import connections_possible, warn_of_fewer
from supervisors.log_sampling import LogSampler
from supervisors.logs import configure_logs
from supervisors.node import Node
from supervisors.settings import Settings, load_settings
from supervisors.tree import run_node


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("serve", help="run Stoa until Ctrl-C or SIGTERM")
    parser.add_argument(
        "--demo", action="store_true", help="load the demonstration school (not in production)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the node.

    Returns 0 after an orderly stop, 1 if the node gave up, 2 if it cannot start.
    """
    settings = load_settings(os.environ)
    if options.demo and settings.production:
        print(
            "stoa serve: --demo has known passwords, so it is refused in production",
            file=sys.stderr,
        )
        return 2
    sampler = configure_logs(log_format=settings.log_format, level=settings.log_level)
    return guarded("serve", lambda: _run(settings, sampler, demo=options.demo))


def _run(settings: Settings, sampler: LogSampler, *, demo: bool) -> int:
    trio.run(_serve, settings, sampler, demo)
    return 0


async def _serve(settings: Settings, sampler: LogSampler, demo: bool) -> None:
    console = Console(highlight=False)
    began = time.monotonic()
    async with trio.open_nursery() as nursery:
        scope = trio.CancelScope()
        nursery.start_soon(_wait_signal, scope, console)
        with scope, console.status("starting") as status:
            possible = connections_possible(settings.max_connections)
            node = Node(msgspec.structs.replace(settings, max_connections=possible), sampler)

            async def ready() -> None:
                school = None
                if demo:
                    school = await load_school(node.directory, node.database, status.update)
                status.stop()
                _settle_memory()
                warn_of_fewer(settings.max_connections, possible)
                _say(console, node, school, time.monotonic() - began)

            await run_node(node, ready)
        nursery.cancel_scope.cancel()


def _settle_memory() -> None:
    """Exclude what the start has created from garbage collection: it lives until the end.

    These are some 130,000 objects; otherwise a full collection visits each of them, and nobody is
    served meanwhile.
    """
    gc.collect()
    gc.freeze()


async def _wait_signal(scope: trio.CancelScope, console: Console) -> None:
    """Wait for a signal: the first stops in order, the second at once."""
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        stopping = False
        async for _number in signals:
            if stopping:
                os._exit(130)
            stopping = True
            console.print("\nStopping: finishing running work and saving every actor …")
            scope.cancel()


def _say(console: Console, node: Node, school: School | None, seconds: float) -> None:
    settings = node.settings
    console.print(f"\n[bold]Stoa is running[/bold] (ready in {seconds:.1f} s)\n")
    base = node.base_url
    rows = [("play", f"{base}/"), ("host", f"{base}/host"), ("operators", node.operators_url)]
    if school is not None:
        rows[0] = ("play", f"{base}/?pin={school.pin}   PIN [bold]{school.pin}[/bold]")
        rows[1] = ("host", f"{base}/host?game={school.live_quiz_id}")
        rows += [
            ("educator", f"{school.educator}   password {school.password}"),
            ("students", f"{school.student} and {STUDENTS - 1} more, the same password"),
        ]
    for name, value in rows:
        console.print(f"  {name:<10} {value}", soft_wrap=True)
    console.print(f"\n  data in {settings.data_dir.resolve()}; press Ctrl-C to stop\n")
