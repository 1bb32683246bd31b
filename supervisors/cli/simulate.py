"""`stoa simulate`: play a game with real Socket.IO clients and check that nothing was lost."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from supervisors.demo.school import EDUCATOR, PASSWORD
from supervisors.simulation.game import Game, Plan
from supervisors.simulation.host import SimulationError
from supervisors.simulation.tally import Tally, rows

MAX_PLAYERS = 5_000


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("simulate", help="play a whole game against a running server")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server's address")
    parser.add_argument("--players", type=_count(1, MAX_PLAYERS), default=200)
    parser.add_argument("--questions", type=_count(1, 200), default=10)
    parser.add_argument("--think", type=float, default=2.0, help="longest thinking time, seconds")
    parser.add_argument(
        "--seconds", type=_count(5, 600), default=20, help="time per question, seconds"
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        help="seed of the random answers; the same seed gives the same answers",
    )
    parser.add_argument("--email", default=EDUCATOR, help="the host's login")
    parser.add_argument("--password", default=PASSWORD)
    parser.add_argument("--quiz", help="id of the quiz (default: the host's longest)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Play. Returns 0 if nothing acknowledged was lost, 1 if something was, 2 if it cannot play."""
    plan = Plan(
        url=options.url.rstrip("/"),
        email=options.email,
        password=options.password,
        players=options.players,
        questions=options.questions,
        think=options.think,
        question_seconds=options.seconds,
        seed=options.seed,
        quiz_id=options.quiz,
    )
    console = Console(stderr=True)
    try:
        tally = asyncio.run(_play(plan, console))
    except SimulationError as error:
        print(f"stoa simulate: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    _report(tally, as_json=options.json)
    return 1 if tally.lost else 0


async def _play(plan: Plan, console: Console) -> Tally:
    columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as bar:
        tasks: dict[str, TaskID] = {}

        def show(text: str, done: int, total: int) -> None:
            if text not in tasks:
                tasks[text] = bar.add_task(text, total=total)
            bar.update(tasks[text], completed=done, total=total)

        return await Game(plan, show).play()


def _report(tally: Tally, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(dict(rows(tally))))
        return
    table = Table(title="A simulated game", show_header=False)
    for name, value in rows(tally):
        bad = name == "acknowledged but lost" and tally.lost
        table.add_row(name, f"[bold red]{value}" if bad else value)
    Console().print(table)


def _count(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"from {low} to {high}")
        return value

    return parse
