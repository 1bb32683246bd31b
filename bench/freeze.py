"""`kill -9` as 200 browsers see it: until each is back in its room and acknowledged.

The clients are the official JavaScript ones with stock options: they notice the lost connection,
wait a random half to one and a half second and try again, with longer pauses after each failure.
Once with a server that nobody keeps and a service manager that starts it again at once, once with
the keeper; the engines are embedded.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time

import trio

from bench.report import Measure, progress, publish
from bench.rig import Rig, kill_server, open_rig
from tests.clients.node import FOLDER

CLIENTS = 200
ROUNDS = 3
P50_SECONDS = 2.0
P99_SECONDS = 6.0


def freeze(rig: Rig) -> list[float]:
    """Seconds from the kill until each client was acknowledged again, sorted."""
    node = shutil.which("node")
    assert node is not None
    tokens = "\n".join(rig.token(student) for student in rig.students)
    command = [node, str(FOLDER / "stock_clients.mjs"), rig.server.url, rig.course]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as clients:
        assert clients.stdin is not None
        assert clients.stdout is not None
        try:
            clients.stdin.write(tokens)
            clients.stdin.close()
            if clients.stdout.readline() != "joined\n":
                raise ConnectionError("the clients could not join")
            began = time.time()
            kill_server(rig)()
            back = clients.stdout.readline()
        finally:
            clients.kill()
    return sorted(moment / 1000 - began for moment in json.loads(back))


async def run() -> None:
    """Both ways, `ROUNDS` times in turn; all clients of all rounds together."""
    seconds: dict[bool, list[float]] = {False: [], True: []}
    for number in range(1, ROUNDS + 1):
        for keeper, all_seconds in seconds.items():
            progress(f"round {number} of {ROUNDS}: {'the keeper' if keeper else 'no keeper'}")
            async with open_rig(CLIENTS, embedded=True, keeper=keeper) as rig:
                all_seconds += await trio.to_thread.run_sync(freeze, rig)
    without, kept = (statistics.quantiles(each, n=100) for each in seconds.values())
    publish(
        "freeze",
        [
            Measure(name="no keeper: p50", value=without[49], unit="s"),
            Measure(name="no keeper: p99", value=without[98], unit="s"),
            Measure.at_most("keeper: p50", kept[49], "s", P50_SECONDS),
            Measure.at_most("keeper: p99", kept[98], "s", P99_SECONDS),
        ],
        clients=CLIENTS,
        rounds=ROUNDS,
    )


if __name__ == "__main__":
    if shutil.which("node") is None or not (FOLDER / "node_modules").is_dir():
        sys.exit("Node.js or the packages of tests/clients are missing (npm ci there)")
    trio.run(run)
