"""`kill -9` with 50 live games in the journal, and a new start, until answers are accepted again.

Each game has an open question and some hundred answers from earlier ones. The clock starts with the
kill. One player of every game, who has not answered yet, reconnects and joins as a browser does,
trying again until the server is there, and answers. With PostgreSQL and Valkey on their own, and
embedded; each without a keeper, where a new process is started at once and embedded engines die and
recover with the server, and with one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import NamedTuple

import asyncpg
import trio

from bench.game import Host, make_quiz
from bench.process import cpu_seconds
from bench.report import Measure, progress, publish
from bench.rig import Rig, kill_server, open_rig
from bench.sockets import Crowd, Plain, SocketIO, event_packet

GAMES = 50
PLAYERS = 20
QUESTIONS = 16
ROUNDS = 3
GAMES_PER_SCREEN = 3
"""The teacher of all these games may have 20 connections."""
RETRY_SECONDS = 0.005
GIVE_UP_SECONDS = 120.0
FIRST_ANSWER_MS = 800.0
KEEPER = {False: "no keeper", True: "keeper"}
ENGINES = {False: "engines apart", True: "engines embedded"}
ANSWERS = (
    "select count(*) from journal where kind = 'live_quiz' and position($1::bytea in event) > 0"
)


class Restart(NamedTuple):
    """Milliseconds from the kill until the first answer in some game and in the last.

    `cpu` is what the new process had spent by then, in milliseconds.
    """

    first: float
    last: float
    cpu: float


class Player(NamedTuple):
    """Who is in which game."""

    token: str
    game: str
    nickname: str


def answer(game: str, index: int) -> bytes:
    """The packet; every question has one `answerId` for each player."""
    payload = {"liveQuizId": game, "index": index, "answerId": f"a{index}", "answer": True}
    return event_packet("live.answer", payload, index)


def enter(rig: Rig, player: Player) -> SocketIO:
    """Connect and join, blocking. Raises `OSError` while there is no server."""
    client = SocketIO(rig.server.port, {"token": player.token})
    reply = client.call("live.join", {"liveQuizId": player.game, "nickname": player.nickname})
    if not reply.get("ok"):
        client.socket.close()
        raise ConnectionError(reply)
    return client


class School:
    """`GAMES` games with `PLAYERS` each, played up to the last question but for one answer."""

    def __init__(self, rig: Rig, quiz_id: str) -> None:
        self.rig = rig
        self.hosts: list[Host] = []
        for number in range(GAMES):
            shared = self.hosts[-1].client if number % GAMES_PER_SCREEN else None
            self.hosts.append(Host(rig, quiz_id, shared))
        self.crowd = Crowd()
        self.players: dict[Plain, Player] = {}
        tokens = [rig.token(student) for student in rig.students]
        for number, token in enumerate(tokens):
            player = Player(token, self.hosts[number % GAMES].live_quiz_id, f"Player {number}")
            client = enter(rig, player)
            self.players[client] = player
            self.crowd.add(client)
            self.crowd.idle_if_due()
        # The last of every game keep their answer to the last question for after the restart.
        self.late = list(self.players.values())[-GAMES:]

    def play(self) -> None:
        """Every question but the last is answered by all, the last by all but `late`."""
        for index in range(QUESTIONS):
            for host in self.hosts:
                host.open_next()
                self.crowd.idle()
            answering = list(self.players.items())
            if index == QUESTIONS - 1:
                answering = answering[:-GAMES]
            for client, player in answering:
                client.send(answer(player.game, index))
            self._wait_acknowledged(index, len(answering))

    def _wait_acknowledged(self, index: int, expected: int) -> None:
        head, accepted = b"43" + str(index).encode() + b"[", 0
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while accepted < expected:
            for _, packet in self.crowd.poll(0.5):
                if packet.startswith(head):
                    if not json.loads(packet[len(head) - 1 :])[0].get("ok"):
                        raise ConnectionError(packet.decode())
                    accepted += 1
            if time.monotonic() > deadline:
                raise TimeoutError(f"{accepted} of {expected} answers were acknowledged")


def answer_late(rig: Rig, player: Player) -> float:
    """Connect, join, answer, and again if the killed server has accepted; when it succeeded."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while True:
        try:
            return _answer_late(rig, player)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)


def _answer_late(rig: Rig, player: Player) -> float:
    client = enter(rig, player)
    payload = {"liveQuizId": player.game, "index": QUESTIONS - 1, "answerId": "late"}
    reply = client.call("live.answer", payload | {"answer": True})
    if not reply.get("ok"):
        raise ConnectionError(reply)
    return time.perf_counter()


def wait_listening(port: int) -> None:
    """Until somebody accepts connections. Raises `TimeoutError`."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(RETRY_SECONDS)
    raise TimeoutError("the server does not listen again")


def measure(rig: Rig, quiz_id: str) -> Restart:
    """Play, kill, start again. Raises unless every game accepts its late answer."""
    progress(f"{GAMES} games, {PLAYERS} players each, {QUESTIONS - 1} questions answered by all")
    school = School(rig, quiz_id)
    school.play()
    progress("kill -9")
    with ThreadPoolExecutor(GAMES + 1) as threads:
        began = time.perf_counter()
        starting = threads.submit(kill_server(rig))
        wait_listening(rig.server.port)
        late = [threads.submit(answer_late, rig, player) for player in school.late]
        accepted = [(each.result(GIVE_UP_SECONDS) - began) * 1000 for each in late]
        cpu = cpu_seconds(rig.pid) * 1000
        starting.result(GIVE_UP_SECONDS)
    school.crowd.close()
    return Restart(min(accepted), max(accepted), cpu)


async def one_round(*, embedded: bool, keeper: bool) -> Restart:
    """On an installation of its own. Raises if an acknowledged answer is not in the journal."""
    async with open_rig(GAMES * PLAYERS, embedded=embedded, keeper=keeper) as rig:
        quiz_id = await trio.to_thread.run_sync(make_quiz, rig, QUESTIONS)
        got = await trio.to_thread.run_sync(measure, rig, quiz_id)
        found = await trio.to_thread.run_sync(asyncio.run, answers_in_journal(rig))
    if found != GAMES * PLAYERS * QUESTIONS:
        raise AssertionError(f"{found} answers of {GAMES * PLAYERS * QUESTIONS} are in the journal")
    return got


async def answers_in_journal(rig: Rig) -> int:
    """How many there are in all."""
    connection = await asyncpg.connect(rig.database_url)
    try:
        return int(await connection.fetchval(ANSWERS, b"answer_submitted"))
    finally:
        await connection.close()


async def run() -> None:
    """All ways, `ROUNDS` times in turn; medians."""
    restarts: dict[str, list[Restart]] = {}
    for number in range(1, ROUNDS + 1):
        for keeper, embedded in product((False, True), repeat=2):
            name = f"{KEEPER[keeper]}, {ENGINES[embedded]}"
            progress(f"round {number} of {ROUNDS}: {name}")
            got = await one_round(embedded=embedded, keeper=keeper)
            restarts.setdefault(name, []).append(got)
    measures = []
    for name, rounds in restarts.items():
        first, last, cpu = (statistics.median(each) for each in zip(*rounds, strict=True))
        measures += [
            Measure.at_most(
                f"{name}: first answer accepted",
                first,
                "ms",
                None if name.startswith(KEEPER[False]) else FIRST_ANSWER_MS,
            ),
            Measure(name=f"{name}: first answer in the last game", value=last, unit="ms"),
            Measure(name=f"{name}: server CPU until then", value=cpu, unit="ms"),
        ]
    answers = GAMES * PLAYERS * QUESTIONS
    publish("restart", measures, games=GAMES, answers_in_the_journal=answers, rounds=ROUNDS)


if __name__ == "__main__":
    trio.run(run)
