"""`kill -9` under open questions, and players who come back with the stock client's own backoff.

Everybody answers shortly before the own time is up. None of these answers may be refused: the clock
of each player goes on when that player is back. Beside that stands how many would have been too
late if it had gone on for all when the server was back.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any, NamedTuple

import trio

from bench.game import Host, make_quiz
from bench.report import Measure, progress, publish
from bench.rig import Rig, open_rig

GAMES = 4
PLAYERS = 50
ROUNDS = 3
QUESTION_MS = 8_000
KILL_AFTER_SECONDS = 2.0
SPARE_MS = 400
"""Before the end of the own time, for the way to the server on a busy machine."""
WAY_MS = 200
"""What a client sends less than this before its time is up is not in time by the client's clock."""
GIVE_UP_SECONDS = 90.0
CLIENTS = Path(__file__).parent.parent / "tests" / "clients" / "socketio_returns.mjs"


class Answers(NamedTuple):
    """Of one round: how many were given in the own time, and what became of them.

    `away` are milliseconds from the loss of the connection to being back.
    """

    given: int
    refused: int
    late_by_the_common_clock: int
    away: list[float]


class Stage:
    """The clients, in a Node.js process of their own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        print(json.dumps(message), file=self._process.stdin, flush=True)

    def hear(self) -> dict[str, Any]:
        """The next thing that happens. Raises `EOFError` when the clients are gone."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise EOFError("the clients have ended")
        happening: dict[str, Any] = json.loads(line)
        return happening

    def wait(self, what: str) -> None:
        """Until that happens; anything else is an error."""
        happening = self.hear()
        if happening["on"] != what:
            raise ConnectionError(happening)


@contextmanager
def stage() -> Iterator[Stage]:
    """Start the clients; they end with the block."""
    node = which("node")
    if node is None:
        raise FileNotFoundError("this bench needs Node.js and the packages of tests/clients")
    with subprocess.Popen(
        [node, str(CLIENTS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Stage(process)
        finally:
            process.kill()


def one_round(rig: Rig, quiz_id: str) -> Answers:
    """Open the questions, kill, start again, and see what becomes of the answers."""
    hosts = [Host(rig, quiz_id, config={"questionMs": QUESTION_MS}) for _ in range(GAMES)]
    players = [
        {
            "token": rig.token(student),
            "liveQuizId": hosts[number % GAMES].live_quiz_id,
            "nickname": f"Player {number}",
        }
        for number, student in enumerate(rig.students)
    ]
    with stage() as clients:
        clients.send({"url": rig.server.url, "players": players, "spareMs": SPARE_MS})
        clients.wait("joined")
        for host in hosts:
            host.open_next()
        clients.wait("asked")
        time.sleep(KILL_AFTER_SECONDS)
        rig.server.kill()
        rig.server.start()
        common = max(_common_deadline(rig, host) for host in hosts)
        heard = [clients.hear() for _ in players]
    for host in hosts:
        host.client.socket.close()
    given = [each for each in heard if each.get("givenAt", 0) <= each.get("closesAt", -1) - WAY_MS]
    refused = [each["code"] for each in heard if each["code"] != "ok"]
    progress(f"{len(given)} of {len(players)} in time; refused: {refused or 'none'}")
    return Answers(
        len(given),
        sum(each["code"] != "ok" for each in given) + sum("closesAt" not in each for each in heard),
        sum(each["givenAt"] > common for each in given),
        [each["away"] for each in heard if "away" in each],
    )


def _common_deadline(rig: Rig, host: Host) -> int:
    """When the question would close for who was never cut off."""
    host.client.socket.close()
    host.connect(rig)
    return int(host.view()["question"]["closesAt"])


async def run() -> None:
    """`ROUNDS` times."""
    rounds: list[Answers] = []
    async with open_rig(GAMES * PLAYERS) as rig:
        quiz_id = await trio.to_thread.run_sync(make_quiz, rig, 1)
        for number in range(1, ROUNDS + 1):
            progress(f"round {number} of {ROUNDS}: {GAMES} games, {PLAYERS} players each, kill -9")
            rounds.append(await trio.to_thread.run_sync(one_round, rig, quiz_id))
    away = sorted(ms for each in rounds for ms in each.away)
    common = sum(each.late_by_the_common_clock for each in rounds)
    publish(
        "returns",
        [
            Measure.at_most(
                "answers given in the own time and refused",
                sum(each.refused for each in rounds),
                "answers",
                0,
            ),
            Measure(name="of these too late by the common clock", value=common, unit="answers"),
            Measure(name="p50 of being away", value=statistics.median(away), unit="ms"),
            Measure(name="p99 of being away", value=away[int(len(away) * 0.99)], unit="ms"),
        ],
        answers=sum(each.given for each in rounds),
        games=GAMES,
        rounds=ROUNDS,
    )


if __name__ == "__main__":
    trio.run(run)
