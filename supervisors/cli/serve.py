"""`stoa serve`: keep a node running until it is told to stop.

It imports little, so that the keeper listens and the engines start while the rest is loaded.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from functools import partial

from supervisors.cli.faults import guarded
from supervisors.engines import embedded_engines
from supervisors.keeper.engines_process import run_engines
from supervisors.keeper.handover import received
from supervisors.keeper.keeper import Keeper
from supervisors.keeper.line import Line
from supervisors.keeper.listeners import Listeners, open_listeners
from supervisors.keeper.process import Body
from supervisors.log_sampling import LogSampler
from supervisors.logs import configure_logs
from supervisors.settings import Settings, load_settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("serve", help="run Stoa until Ctrl-C or SIGTERM")
    parser.add_argument(
        "--demo", action="store_true", help="load the demonstration school (not in production)"
    )
    parser.add_argument(
        "--no-keeper",
        action="store_true",
        help="run the server in this process: nobody starts it again, SIGHUP ends it",
    )
    parser.add_argument(
        "--check", action="store_true", help="exit with 0 if the server could be started, else 2"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the node.

    Returns 0 after an orderly stop, 1 if the node gave up or a configured engine is away, 2 if
    something has to be corrected.
    """
    began = time.monotonic()
    settings = load_settings(os.environ)
    if options.demo and settings.production:
        print(
            "stoa serve: --demo has known passwords, so it is refused in production",
            file=sys.stderr,
        )
        return 2
    sampler = configure_logs(log_format=settings.log_format, level=settings.log_level)
    if options.check:
        _warm()
        return 0
    if options.no_keeper:
        return guarded("serve", lambda: _serve(settings, sampler, demo=options.demo, began=began))
    return guarded("serve", lambda: _keep(settings, sampler, demo=options.demo, began=began))


def _keep(settings: Settings, sampler: LogSampler, *, demo: bool, began: float) -> int:
    left = received(os.environ)
    listeners = left.listeners if left else open_listeners(settings, os.environ)
    keeper = Keeper(
        listeners,
        server=partial(_server, settings, sampler, listeners, demo, began),
        engines=partial(_engines, settings, sampler) if embedded_engines(settings) else None,
        warm=_warm,
        check=[sys.executable, *_same_program(), "--check"],
        sampler=sampler,
    )
    if left:
        keeper.adopt(left)
    return keeper.run()


def _same_program() -> list[str]:
    """This command line after the interpreter."""
    return sys.orig_argv[1:]


def _warm() -> None:
    """Load all that a server needs, for every child that will be forked."""
    gc.disable()  # a quarter of the time of loading is the search for garbage that is not there
    from supervisors.serving import warm

    warm()
    gc.enable()


def _serve(settings: Settings, sampler: LogSampler, *, demo: bool, began: float) -> int:
    from supervisors.serving import serve

    return serve(settings, sampler, demo=demo, began=began)


def _server(
    settings: Settings,
    sampler: LogSampler,
    listeners: Listeners,
    demo: bool,
    began: float,
    again: bool,
) -> Body:
    from supervisors.keeper.kept import Kept
    from supervisors.serving import serve

    def body(line: Line) -> int:
        kept = Kept(line, listeners, again=again)
        start = time.monotonic() if again else began
        return guarded("serve", lambda: serve(settings, sampler, demo=demo, began=start, kept=kept))

    return body


def _engines(settings: Settings, sampler: LogSampler, line: Line) -> int:
    return guarded("serve", lambda: run_engines(settings, sampler, line))
