"""Ranks of players of equal skill at different distances, over real kernels and a slow network.

Sixty players think for two seconds on average, at 0, 20, 100, 300 and 800 ms each way; four more,
at 20 ms, hold every echo back for half a second. Once the server's peers are the players, and once
it takes them for proxies and has only the echoes. What an answer loses is what scoring counts above
the thinking; the loss of those beside the server is the machine's own. Ranks up to 300 ms are
compared by the test of Kruskal and Wallis.
"""

from __future__ import annotations

import heapq
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import trio

from bench.far import NETWORK, SERVER, address, available, far_network, in_namespace
from bench.game import Host, graphql, make_quiz
from bench.report import Measure, progress, publish
from bench.rig import Rig, open_rig
from bench.sockets import Ping, SocketIO, event_packet

ONE_WAY_MS = (0, 20, 100, 300, 800)
NEAR_GROUPS = range(4)
PLAYERS_EACH = 12
HOLDERS = 5
"""The group of those who hold echoes back, as far away as the second."""
HOLDERS_EACH = 4
HELD_BACK_SECONDS = 0.5
QUESTIONS = 12
CONFIG = {"questionMs": 8_000, "closeWhenAllAnswered": True}
HASTY = {"questionMs": 1_000, "closeWhenAllAnswered": True}
HASTY_SECONDS = 0.2
CRITICAL = 11.345
"""Chi-squared with three degrees of freedom, at 1 %."""
CAP_MS = 1_000
BEST_GAIN_MS = 20
JITTER_MS = 20
"""What a busy machine may add on the way. The network of this bench has no jitter of its own."""
FAR_JITTER_MS = 50
"""The same where the cap leaves nothing to credit it from."""
RESULTS = """
query Results($id: ID!) {
  liveQuiz(id: $id) { results(first: 100) { nodes { nickname answers } } }
}
"""


def kruskal_wallis(groups: Sequence[Sequence[float]]) -> float:
    """H, corrected for ties: distributed as chi-squared if all groups are alike."""
    values = sorted(value for group in groups for value in group)
    size = len(values)
    starts = [n for n in range(size) if n == 0 or values[n] != values[n - 1]]
    place, ties = dict[float, float](), 0
    for start, end in pairwise([*starts, size]):
        place[values[start]] = (start + 1 + end) / 2
        ties += (end - start) ** 3 - (end - start)
    sums = (sum(place[value] for value in group) ** 2 / len(group) for group in groups)
    h = 12 / (size * (size + 1)) * sum(sums) - 3 * (size + 1)
    return h / (1 - ties / (size**3 - size))


# The players, in a process among the clients


class Player(SocketIO):
    """One player in a thread: thinks, answers, echoes pings at once or late."""

    def __init__(self, port: int, group: int, number: int, thinking: Callable[[], float]) -> None:
        super().__init__(port, host=SERVER, source=address(group, number))
        self.name = f"{group}-{number}"
        self.thought_ms: dict[int, int] = {}
        self.refused: list[str] = []
        self._thinking = thinking
        self._late = HELD_BACK_SECONDS if group == HOLDERS else 0.0
        self._due: list[tuple[float, int, bytes]] = []
        self._count = 0
        self._game = ""

    def join(self, pin: str) -> None:
        """Enter the lobby."""
        reply = self.call("live.join", {"pin": pin, "nickname": self.name})
        self._game = reply["view"]["liveQuizId"]

    def play(self) -> None:
        """Until the game is over."""
        while True:
            self._send_due()
            left = self._due[0][0] - time.monotonic() if self._due else None
            self.socket.settimeout(None if left is None else max(left, 0.0005))
            try:
                packet = self.receive()
            except TimeoutError:
                continue
            if packet == b"2":
                self.send(b"3")
            elif packet.startswith(b'42["live.question"'):
                self._ask(json.loads(packet[2:])[1]["index"])
            elif packet.startswith(b'42["live.finished"'):
                return
            elif packet.startswith(b"43") and b'"error":true' in packet:
                self.refused.append(packet.decode())

    def echo(self, ping: Ping) -> None:
        if not self._late:
            super().echo(ping)
        else:
            time.sleep(self._late)
            super().echo(ping)

    def _ask(self, index: int) -> None:
        seconds = self._thinking()
        self.thought_ms[index] = round(seconds * 1000)
        answer = {
            "liveQuizId": self._game,
            "index": index,
            "answerId": f"{self.name}-{index}",
            "answer": True,
        }
        self._count += 1
        packet = event_packet("live.answer", answer, 1_000 + self._count)
        heapq.heappush(self._due, (time.monotonic() + seconds, self._count, packet))

    def _send_due(self) -> None:
        while self._due and self._due[0][0] <= time.monotonic():
            self.send(heapq.heappop(self._due)[2])


def players(port: int, pin: str, seed: int, hasty: bool) -> None:
    """All players of a game; prints `ready` when they have joined, and what they thought."""
    people: list[Player] = []

    def enter(group: int, number: int) -> None:
        luck = random.Random(f"{seed}-{group}-{number}")

        def thinking() -> float:
            return HASTY_SECONDS if hasty else min(luck.gammavariate(16, 0.125), 5.0)

        player = Player(port, group, number, thinking)
        player.join(pin)
        people.append(player)

    each = [(group, n) for group in range(len(ONE_WAY_MS)) for n in range(PLAYERS_EACH)]
    each += [(HOLDERS, n) for n in range(HOLDERS_EACH)]
    _together([partial(enter, group, n) for group, n in each])
    print("ready", flush=True)
    _together([player.play for player in people])
    print(json.dumps({p.name: {"thought": p.thought_ms, "refused": p.refused} for p in people}))


def _together(steps: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=step) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# The games


class Played:
    """What came out of one game, by group of players."""

    def __init__(self, thoughts: dict[str, Any], results: list[dict[str, Any]]) -> None:
        self.refused = sum(len(person["refused"]) for person in thoughts.values())
        self.counted: dict[int, list[float]] = defaultdict(list)
        self.lost: dict[int, list[float]] = defaultdict(list)
        for row in results:
            group = int(row["nickname"].split("-")[0])
            for index, answer in enumerate(row["answers"]):
                elapsed, thought = answer["elapsed_ms"], thoughts[row["nickname"]]["thought"]
                if elapsed is not None:
                    self.counted[group].append(elapsed)
                    self.lost[group].append(elapsed - thought[str(index)])


def play(rig: Rig, namespace: str, quiz_id: str, *, hasty: bool = False) -> Played:
    """One game; its players are a process in `namespace`."""
    host = Host(rig, quiz_id, config=HASTY if hasty else CONFIG)
    command = ["players", str(rig.server.port), host.view()["pin"], "24", "1" if hasty else ""]
    python = [sys.executable, "-m", "bench.fairness", *command]
    process = subprocess.Popen(in_namespace(namespace, *python), stdout=subprocess.PIPE)
    assert process.stdout is not None
    if process.stdout.readline() != b"ready\n":
        raise ConnectionError("the players did not come")
    time.sleep(8)  # the echoes that follow a connection, from 800 ms away
    questions = 2 if hasty else QUESTIONS
    for number in range(questions):
        progress(f"question {number + 1} of {questions}")
        host.open_next()
        host.wait_closed()
    host.finish()
    thoughts = json.loads(process.stdout.read())
    process.wait()
    token = rig.token(rig.teacher, "educator")
    found = graphql(rig, RESULTS, {"id": host.live_quiz_id}, token)
    return Played(thoughts, found["liveQuiz"]["results"]["nodes"])


async def measure(*, behind_proxy: bool) -> list[Measure]:
    """The figures of one way of measuring the network."""
    settings = {"STOA_HOST": "0.0.0.0"}
    if behind_proxy:
        settings["STOA_TRUSTED_PROXIES"] = NETWORK
    delays = (*ONE_WAY_MS, ONE_WAY_MS[1])
    async with open_rig(1, settings=settings) as rig:
        with far_network(delays) as namespace:
            quiz_id = await trio.to_thread.run_sync(make_quiz, rig, QUESTIONS)
            progress("behind a proxy" if behind_proxy else "direct connections")
            game = await trio.to_thread.run_sync(play, rig, namespace, quiz_id)
            hasty = await trio.to_thread.run_sync(
                partial(play, rig, namespace, quiz_id, hasty=True)
            )
    return figures(game, hasty, "echoes only" if behind_proxy else "direct", behind_proxy)


def figures(game: Played, hasty: Played, how: str, behind_proxy: bool) -> list[Measure]:
    """What was measured, with its bounds."""
    lost = {group: statistics.median(values) for group, values in game.lost.items()}
    found = [
        Measure.at_most(
            f"{how}: H of ranks up to 300 ms",
            kruskal_wallis([game.counted[group] for group in NEAR_GROUPS]),
            "",
            CRITICAL,
        )
    ]
    found.append(Measure.at_most(f"{how}: lost beside the server", lost[0], "ms", None))
    for group, one_way in list(enumerate(ONE_WAY_MS))[1:]:
        left = 2 * one_way - CAP_MS
        bound = left + FAR_JITTER_MS if left > 0 else JITTER_MS
        name = f"{how}: lost more at {one_way} ms each way"
        found.append(Measure.at_most(name, lost[group] - lost[0], "ms", bound))
    found.append(
        Measure.at_most(
            f"{how}: gained by holding echoes back for {HELD_BACK_SECONDS * 1000:.0f} ms",
            lost[1] - lost[HOLDERS],
            "ms",
            None if behind_proxy else BEST_GAIN_MS,
        )
    )
    name = f"{how}: answers refused in a question of 1 s"
    found.append(Measure.at_most(name, hasty.refused + game.refused, "", 0))
    return found


async def run() -> None:
    """Both ways of measuring."""
    measures = await measure(behind_proxy=False) + await measure(behind_proxy=True)
    publish("fairness", measures, players=PLAYERS_EACH, questions=QUESTIONS)


if __name__ == "__main__":
    if sys.argv[1:2] == ["players"]:
        players(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), bool(sys.argv[5]))
    elif reason := available():
        progress(f"left out: {reason}")
        publish("fairness", [], left_out=reason)
    else:
        trio.run(run)
