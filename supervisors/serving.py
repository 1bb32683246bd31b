"""A server's life in its process: the node runs until it is told to stop, and says so to people."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import msgspec
import structlog
import trio
from rich.console import Console
from rich.status import Status

from gateway.graphql.schema import make_schema
from protocol.errors import StartupError
from supervisors import interpreter
from supervisors.clock import LoopClock
from supervisors.demo.school import STUDENTS, School, load_school
from supervisors.descriptors import connections_possible, warn_of_fewer
from supervisors.edge import LOOPBACK_HOSTS
from supervisors.keeper.kept import Kept
from supervisors.log_sampling import PASSES, LogSampler
from supervisors.node import Node
from supervisors.settings import Settings
from supervisors.tree import run_node

log = structlog.get_logger()

AT_ONCE = 130
WORDS = {signal.SIGHUP: "Reloading", signal.SIGINT: "Stopping", signal.SIGTERM: "Stopping"}
"""A kept server gets SIGHUP when the keeper is going to replace it."""
TURNS_OF_A_SIGNAL = 3
"""Of the loop, from the signal to the task that waits for it, and some to spare."""


def serve(
    settings: Settings,
    sampler: LogSampler,
    *,
    demo: bool,
    began: float,
    kept: Kept | None = None,
) -> int:
    """Run a node until SIGTERM, SIGINT or SIGHUP; returns 0 after the orderly stop.

    `began`: when the start began, on the monotonic clock.
    """
    interpreter.set_up()
    trio.run(_serve, settings, sampler, demo, began, kept, clock=LoopClock())
    return 0


def warm() -> None:
    """Make what every server of this process and of its children uses and none changes."""
    make_schema()
    interpreter.settle_memory()


async def _serve(
    settings: Settings, sampler: LogSampler, demo: bool, began: float, kept: Kept | None
) -> None:
    console = Console(highlight=False)
    started = trio.Event()
    async with trio.open_nursery() as nursery:
        scope = trio.CancelScope()
        await nursery.start(_wait_signal, scope, console, started, kept)
        with scope, console.status("starting") as status:
            if kept is None or not kept.again:
                _teller(console, status)("starting")
            possible = connections_possible(settings.max_connections)
            node = Node(msgspec.structs.replace(settings, max_connections=possible), sampler, kept)

            async def ready() -> None:
                if kept is not None:
                    kept.tell_ready()
                school = None
                if demo and not (kept and kept.again):
                    tell = _teller(console, status)
                    school = await load_school(node.directory, node.database, tell)
                status.stop()
                interpreter.settle_memory()
                started.set()
                log.info(
                    "node.ready",
                    seconds=round(time.monotonic() - began, 3),
                    url=node.base_url,
                    operators=node.operators_url,
                    **PASSES,
                )
                if kept is not None and kept.again:
                    console.print(f"Stoa is running again (ready in {_since(began)} s)")
                    return
                warn_of_fewer(settings.max_connections, possible)
                _say(console, node, school, _since(began))

            try:
                await run_node(node, ready)
            except* StartupError:
                await _hear_signals()
                if not scope.cancel_called:  # else nobody wants it to start any more
                    raise
        nursery.cancel_scope.cancel()
    log.info("node.stopped", **PASSES)


async def _hear_signals() -> None:
    """Let what has arrived already, in the moment of a refusal, be taken in."""
    with trio.CancelScope(shield=True):
        for _ in range(TURNS_OF_A_SIGNAL):
            await trio.lowlevel.checkpoint()


def _teller(console: Console, status: Status) -> Callable[[str], None]:
    """Shows what is being done: in place on a terminal, else as lines, one for each kind."""
    told: set[str] = set()

    def tell(text: str) -> None:
        status.update(text)
        kind = text.partition(" ")[0]
        if not console.is_terminal and kind not in told:
            told.add(kind)
            console.print(f"{text} …", soft_wrap=True)

    return tell


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.1f}"


async def _wait_signal(
    scope: trio.CancelScope,
    console: Console,
    ready: trio.Event,
    kept: Kept | None,
    *,
    task_status: trio.TaskStatus[None],
) -> None:
    """Wait for a signal: the first stops in order, the second at once."""
    with trio.open_signal_receiver(*WORDS) as signals:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WORDS)  # whoever started us may have held them
        task_status.started()
        async for number in signals:
            if scope.cancel_called:
                os._exit(AT_ONCE)
            if kept is not None and number != signal.SIGHUP:
                kept.refuse()
            if ready.is_set():
                word = WORDS[signal.Signals(number)]
                console.print(f"\n{word}: finishing running work and saving every actor …")
            log.info("node.stopping", signal=signal.Signals(number).name, **PASSES)
            scope.cancel()


def _say(console: Console, node: Node, school: School | None, seconds: str) -> None:
    settings = node.settings
    console.print(f"\n[bold]Stoa is running[/bold] (ready in {seconds} s)\n")
    base = node.base_url
    rows = [("play", f"{base}/"), ("host", f"{base}/host"), ("operators", node.operators_url)]
    if school is not None:
        rows[0] = ("play", f"{base}/?pin={school.pin}   PIN [bold]{school.pin}[/bold]")
        rows[1] = ("host", f"{base}/host?game={school.live_quiz_id}")
        rows += [
            ("educator", f"{school.educator}   password {school.password}"),
            ("students", f"{school.student} and {STUDENTS - 1} more, the same password"),
        ]
    if settings.public_url is None and settings.host in LOOPBACK_HOSTS:
        rows.append(("phones", "reach another address: see “Letting a class in” in the README"))
    for name, value in rows:
        console.print(f"  {name:<10} {value}", soft_wrap=True)
    console.print(f"\n  data in {settings.data_dir.resolve()}; press Ctrl-C to stop\n")
