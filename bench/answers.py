"""Answers from 500 clients: CPU and latency from the socket to the acknowledgement and back.

Every acknowledgement comes after a durable commit. Three figures: CPU of the server per answer
when all answer at once, how many answers a second that is, and latency at 1,000 answers a second.
"""

from __future__ import annotations

import json
import multiprocessing as mp
import select
import statistics
import time
import urllib.request
from multiprocessing.connection import Connection
from typing import Any

import asyncpg
import trio

from bench.process import cpu_seconds
from bench.report import Measure, progress, publish
from bench.rig import Rig, open_rig
from bench.sockets import SocketIO, frame

CLIENTS = 500
BURSTS = 20
PACED = 8
PACE = 1_000.0
ACK_TIMEOUT = 30.0

QUIZ = """
with m as (insert into course_modules (course_id, title, order_number)
      values ($1, 'M', 1) returning id),
l as (insert into lessons (module_id, title, lesson_type, order_number)
      select id, 'L', 'quiz', 1 from m returning id),
q as (insert into quizzes (lesson_id, title, quiz_type, passing_score_percentage)
      select id, 'Bench', 'formative', 50 from l returning id),
qs as (insert into questions (quiz_id, question_type, question_text, correct_answer, order_number)
       select q.id, 'true_false', 'Is it?', '{"type": "true_false", "value": true}', n
       from q, generate_series(1, $2) n)
select id::text from q
"""


def answer_clients(pipe: Connection, port: int, tokens: list[str], live_quiz_id: str) -> None:
    """A process of its own: joins, then answers a question on each command."""
    clients = []
    for number, token in enumerate(tokens):
        client = SocketIO(port, {"token": token})
        joining = {"liveQuizId": live_quiz_id, "nickname": f"Player {number}"}
        reply = client.call("live.join", joining)
        if not reply.get("ok"):
            raise ConnectionError(reply)
        clients.append(client)
    epoll = select.epoll()
    by_fd = {}
    for client in clients:
        client.socket.setblocking(False)
        epoll.register(client.socket.fileno(), select.EPOLLIN)
        by_fd[client.socket.fileno()] = client
    pipe.send("joined")
    while True:
        if not pipe.poll(0.01):
            drain(epoll, by_fd, {}, 0)
            continue
        command = pipe.recv()
        if command is None:
            return
        index, rate = command
        pipe.send(answer_all(epoll, by_fd, live_quiz_id, index, rate))


def answer_all(epoll: Any, by_fd: dict[int, SocketIO], game: str, index: int, rate: float) -> Any:
    """Send one answer from everybody; the latencies of all acknowledgements, in seconds."""
    sent: dict[int, float] = {}
    latencies: list[float] = []
    began = time.perf_counter()
    for number, (fd, client) in enumerate(by_fd.items()):
        if rate:
            due = began + number / rate
            while (left := due - time.perf_counter()) > 0:
                latencies += drain(epoll, by_fd, sent, left)
        payload = {"liveQuizId": game, "index": index, "answerId": f"a{index}", "answer": True}
        packet = b"427" + json.dumps(["live.answer", payload]).encode()
        sent[fd] = time.perf_counter()
        client.socket.sendall(frame(packet))
    while len(latencies) < len(by_fd):
        latencies += drain(epoll, by_fd, sent, 0.5)
        if time.perf_counter() - began > ACK_TIMEOUT:
            raise TimeoutError(f"{len(latencies)} of {len(by_fd)} answers were acknowledged")
    return latencies, time.perf_counter() - began


def drain(
    epoll: Any, by_fd: dict[int, SocketIO], sent: dict[int, float], wait: float
) -> list[float]:
    """Latencies of the acknowledgements that have arrived."""
    found = []
    for fd, _events in epoll.poll(wait):
        data = by_fd[fd].socket.recv(1 << 16)
        if b"437[" in data:
            if b'"ok":true' not in data:
                raise ConnectionError(data)
            found.append(time.perf_counter() - sent[fd])
        elif data == b"\x81\x012":
            by_fd[fd].socket.sendall(frame(b"3"))
    return found


class Host:
    """Opens the game and steps through it."""

    def __init__(self, rig: Rig, quiz_id: str) -> None:
        self._token = rig.token(rig.teacher, "educator")
        body = {
            "query": "mutation S($q: ID!) { startLiveQuiz(quizId: $q, config: {questionMs: 120000, "
            "closeWhenAllAnswered: false}) { id } }",
            "variables": {"q": quiz_id},
        }
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(
            f"{rig.server.url}/graphql", json.dumps(body).encode(), headers
        )
        with urllib.request.urlopen(request) as answer:
            self.live_quiz_id = json.load(answer)["data"]["startLiveQuiz"]["id"]
        self._client = SocketIO(rig.server.port, {"token": self._token})
        view = self._client.call("live.host", {"liveQuizId": self.live_quiz_id})["view"]
        self._step, self._phase, self._count = view["step"], view["phase"], 0

    def command(self, command: str) -> None:
        self._count += 1
        reply = self._client.call(
            "live.command",
            {
                "liveQuizId": self.live_quiz_id,
                "command": command,
                "commandId": f"c{self._count}",
                "step": self._step,
            },
        )
        if not reply.get("ok"):
            raise ConnectionError(reply)
        self._step, self._phase = reply["step"], reply["phase"]

    def open_next(self) -> None:
        """Step until a question is open."""
        self.command("start" if self._phase == "lobby" else "next")
        while self._phase != "open":
            self.command("next")


def measure(rig: Rig, quiz_id: str) -> dict[str, float]:
    host = Host(rig, quiz_id)
    context = mp.get_context("spawn")
    pipe, theirs = context.Pipe()
    tokens = [rig.token(student) for student in rig.students]
    arguments = (theirs, rig.server.port, tokens, host.live_quiz_id)
    process = context.Process(target=answer_clients, args=arguments, daemon=True)
    process.start()
    wait(pipe)
    costs, rates, latencies = [], [], []
    for index in range(BURSTS + PACED):
        host.open_next()
        time.sleep(0.2)  # the question's own broadcast is not an answer's cost
        before = cpu_seconds(rig.pid)
        pipe.send((index, 0.0 if index < BURSTS else PACE))
        times, elapsed = wait(pipe)
        if index < BURSTS:
            costs.append((cpu_seconds(rig.pid) - before) / CLIENTS * 1e6)
            rates.append(CLIENTS / elapsed)
        else:
            latencies += times
    pipe.send(None)
    latencies.sort()
    return {
        "cpu": statistics.median(costs),
        "rate": statistics.median(rates),
        "p50": latencies[len(latencies) // 2] * 1000,
        "p99": latencies[int(len(latencies) * 0.99)] * 1000,
    }


def wait(pipe: Connection) -> Any:
    """The clients' next word; a process that died is an error, not a hang."""
    if not pipe.poll(2 * ACK_TIMEOUT):
        raise TimeoutError("the clients do not answer")
    return pipe.recv()


async def run() -> None:
    async with open_rig(CLIENTS) as rig:
        progress("a quiz and a game with 500 players")
        quiz_id = await trio.to_thread.run_sync(make_quiz, rig)
        got = await trio.to_thread.run_sync(measure, rig, quiz_id)
    publish(
        "answers",
        [
            Measure(
                name="server CPU per answer, socket to acknowledgement",
                value=got["cpu"],
                unit="µs",
                must="≤ 180 µs",
                met=got["cpu"] <= 180,
            ),
            Measure(name="answers a second, all at once", value=got["rate"], unit="/s"),
            Measure(name="latency at 1,000 a second, p50", value=got["p50"], unit="ms"),
            Measure(
                name="latency at 1,000 a second, p99",
                value=got["p99"],
                unit="ms",
                must="< 50 ms",
                met=got["p99"] < 50,
            ),
        ],
        clients=CLIENTS,
    )


def make_quiz(rig: Rig) -> str:
    """A quiz of true-or-false questions, long enough for all rounds."""
    import asyncio

    async def insert() -> str:
        connection = await asyncpg.connect(rig.database_url)
        try:
            return str(await connection.fetchval(QUIZ, rig.course, BURSTS + PACED))
        finally:
            await connection.close()

    return asyncio.run(insert())


if __name__ == "__main__":
    trio.run(run)
