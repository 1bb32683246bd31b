"""CPU per delivery of a GraphQL subscription to 1,000 subscribers of the same document.

The host of a live quiz stops and starts the clock; each time everybody who follows the game over
graphql-transport-ws gets an update. Beside it, in the same run with the same pacing: the fan-out
over Socket.IO to as many members of the course's room (see `bench.fanout`).
"""

from __future__ import annotations

import statistics
import time
from typing import Any

import trio

from bench.fanout import MEMBERS, PUBLICATIONS, RATE, WARM_UP, Receivers, measure_stoa
from bench.game import Host, make_quiz
from bench.process import cpu_seconds
from bench.report import Measure, median_ratio, progress, publish
from bench.rig import Rig, open_rig
from bench.sockets import GraphQL

ROUNDS = 3
MARK = b'"event":"TIME"'
FOLLOW = """
subscription($game: ID!) {
  liveQuizUpdated(liveQuizId: $game) {
    liveQuizId event step time { index opensAt closesAt paused remainingMs } question { text }
  }
}
"""


def join_game(port: int, token_and_game: Any) -> GraphQL:
    """A subscriber who has seen the game's state."""
    token, game = token_and_game
    client = GraphQL(port, token)
    client.subscribe("1", FOLLOW, game=game)
    return client


def turn_clock(host: Host, times: int) -> None:
    """Stop and start the clock, `RATE` times a second."""
    due = time.monotonic()
    for number in range(times):
        host.command("resume" if number % 2 else "pause")
        due += 1 / RATE
        time.sleep(max(0.0, due - time.monotonic()))


def measure(rig: Rig, quiz_id: str) -> tuple[float, int]:
    """Microseconds of the server's CPU per delivery, and bytes of one."""
    host = Host(rig, quiz_id)
    host.open_next()
    members = [(rig.token(student), host.live_quiz_id) for student in rig.students[:MEMBERS]]
    crowd = Receivers(rig.server.port, join_game, members, MARK)
    crowd.wait_joined()
    warm_up = WARM_UP + WARM_UP % 2
    turn_clock(host, warm_up)
    crowd.wait_received(warm_up)
    before = cpu_seconds(rig.pid)
    turn_clock(host, PUBLICATIONS)
    size = crowd.wait_received(warm_up + PUBLICATIONS)
    cost = (cpu_seconds(rig.pid) - before) / (PUBLICATIONS * MEMBERS) * 1e6
    crowd.stop()
    host.command("end")
    host.client.socket.close()
    return cost, size


async def run() -> None:
    """Both, `ROUNDS` times in turn; medians."""
    costs: dict[str, list[float]] = {"subscription": [], "Socket.IO": []}
    async with open_rig(MEMBERS) as rig:
        quiz_id = await trio.to_thread.run_sync(make_quiz, rig, 1)
        for number in range(1, ROUNDS + 1):
            progress(f"round {number} of {ROUNDS}: GraphQL subscription")
            cost, size = await trio.to_thread.run_sync(measure, rig, quiz_id)
            costs["subscription"].append(cost)
            progress(f"round {number} of {ROUNDS}: Socket.IO")
            beside, beside_size = await trio.to_thread.run_sync(measure_stoa, rig)
            costs["Socket.IO"].append(beside)
    measures = [
        Measure(name=f"CPU per delivery, {name}", value=statistics.median(values), unit="µs")
        for name, values in costs.items()
    ]
    ratio = median_ratio(costs["subscription"], costs["Socket.IO"])
    measures.append(Measure.at_most("ratio to Socket.IO", ratio, "×", 1.5))
    publish(
        "subscriptions",
        measures,
        subscribers=MEMBERS,
        bytes=size,
        bytes_beside=beside_size,
        rounds=ROUNDS,
    )


if __name__ == "__main__":
    trio.run(run)
