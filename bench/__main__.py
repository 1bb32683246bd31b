"""`python -m bench` lists the benches, `python -m bench NAME …` runs them, `all` runs every one.

Each runs in a process of its own and leaves `bench/results/NAME.json`. Exits with 1 if one could
not be run or missed a bound.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.report import RESULTS, progress

BENCHES = {
    "fanout": "an event to 1,000 members: CPU per delivery beside a bare loop, ws, Socket.IO",
    "echo": "an event with its acknowledgement, 200 clients: CPU beside Socket.IO",
    "attempts": "attempts at a quiz: answers marked a second, memory of an active one, receipts",
    "exam": "1,000 students in one exam, kill -9 twice, beside Fastify with pg",
    "subscriptions": "a GraphQL subscription to 1,000: CPU per delivery beside Socket.IO's",
    "slow": "latency at 20,000 deliveries a second with a slow consumer and without",
    "recovery": "1,000 clients back after kill -9, each with 20 events missed",
    "memory": "10,000 idle authenticated clients in a room: memory of each",
    "answers": "500 clients, socket to acknowledgement: CPU per answer, latency",
    "commit": "answers acknowledged after commit, beside one transaction per answer",
    "actors": "ask, tell and idle actors",
    "graphql": "tiny query and course, beside Mercurius",
    "reads": "the ten commonest reads, beside Apollo Server and Mercurius; ten times the data",
    "accounts": "100 logins at once, and the way from registering to a certificate",
    "joins": "1,000 joins at once",
    "idle": "CPU of a node that nobody uses; an event's way to its subscriber",
    "returns": "kill -9 under open questions: no answer in a player's own time is refused",
    "restart": "kill -9 with 50 live games, until answers are accepted again",
    "fairness": "equal skill at 0 to 800 ms each way, over real kernels (root): ranks, losses",
    "pages": "first loads on a slow phone, Lighthouse, pages of large games: Chromium, Node",
    "uploads": "1 GiB up and down: memory of the server, throughput beside nginx",
    "streams": "pieces of a film to 500 viewers: CPU per piece beside nginx with signed links",
    "transcoding": "a 60-second 1080p video beside a live game of 200: the game's p99, time",
    "freeze": "kill -9 as 200 stock JavaScript clients see it, until each is back",
}


def main(names: list[str]) -> int:
    """The exit status."""
    if not names:
        for name, what in BENCHES.items():
            print(f"{name:13}  {what}")
        return 0
    if names == ["all"]:
        names = list(BENCHES)
    if unknown := [name for name in names if name not in BENCHES]:
        print(f"no such bench: {', '.join(unknown)}", file=sys.stderr)
        return 2
    failed = []
    for name in names:
        progress(f"bench {name}")
        (RESULTS / f"{name}.json").unlink(missing_ok=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
    return _conclude(names, failed)


def _conclude(names: list[str], failed: list[str]) -> int:
    bounded = [
        (name, measure)
        for name in names
        if name not in failed
        for measure in _measures(name)
        if measure["met"] is not None
    ]
    table = Table(title="what must be reached")
    for heading in ("bench", "measure", "value", "must", ""):
        table.add_column(heading)
    for name, measure in bounded:
        mark = "[green]met" if measure["met"] else "[red]not met"
        value = f"{measure['value']:,.2f} {measure['unit']}"
        table.add_row(name, measure["name"], value, measure["must"], mark)
    Console().print(table)
    for name in failed:
        print(f"bench {name} could not be run", file=sys.stderr)
    return int(bool(failed) or not all(measure["met"] for _, measure in bounded))


def _measures(name: str) -> list[dict[str, Any]]:
    path = RESULTS / f"{name}.json"
    measures: list[dict[str, Any]] = json.loads(path.read_text())["measures"]
    return measures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
