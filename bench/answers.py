"""Answers from 500 clients: CPU and latency from the socket to the acknowledgement and back.

Every acknowledgement comes after a durable commit. Three figures: CPU of the server per answer
when all answer at once, how many answers a second that is, and latency at 1,000 answers a second.
"""

from __future__ import annotations

import json
import multiprocessing as mp
import statistics
import time
from multiprocessing.connection import Connection
from typing import Any

import trio

from bench.game import Host, make_quiz
from bench.process import cpu_seconds
from bench.report import Measure, progress, publish
from bench.rig import Rig, open_rig
from bench.sockets import Crowd, Plain, SocketIO, event_packet

CLIENTS = 500
BURSTS = 20
PACED = 8
PACE = 1_000.0
ACK_TIMEOUT = 30.0
JOIN_SECONDS = 240.0


def answer_clients(pipe: Connection, port: int, tokens: list[str], live_quiz_id: str) -> None:
    """A process of its own: joins, then answers a question on each command."""
    crowd = Crowd()
    for number, token in enumerate(tokens):
        client = SocketIO(port, {"token": token})
        joining = {"liveQuizId": live_quiz_id, "nickname": f"Player {number}"}
        reply = client.call("live.join", joining)
        if not reply.get("ok"):
            raise ConnectionError(reply)
        crowd.add(client)
        crowd.idle_if_due()
    pipe.send("joined")
    while True:
        crowd.idle(0.01)
        if pipe.poll():
            command = pipe.recv()
            if command is None:
                return
            pipe.send(answer_all(crowd, live_quiz_id, *command))


def answer_all(crowd: Crowd, game: str, index: int, rate: float) -> tuple[list[float], float]:
    """Send one answer from everybody; the latencies of all acknowledgements, in seconds.

    Raises `TimeoutError` when one is missing, `ConnectionError` when one is no acceptance, comes
    twice or is of another answer.
    """
    answer_id = f"a{index}"
    payload = {"liveQuizId": game, "index": index, "answerId": answer_id, "answer": True}
    answer = event_packet("live.answer", payload, index)
    head = b"43" + str(index).encode() + b"["
    sent: dict[Plain, float] = {}
    latencies: dict[Plain, float] = {}

    def take(seconds: float) -> None:
        for client, packet in crowd.poll(seconds):
            if packet.startswith(head):
                reply = json.loads(packet[len(head) - 1 :])[0]
                if reply.get("answerId") != answer_id or client in latencies:
                    raise ConnectionError(packet.decode())
                latencies[client] = time.perf_counter() - sent[client]

    began = time.perf_counter()
    for number, client in enumerate(crowd):
        while rate and (left := began + number / rate - time.perf_counter()) > 0:
            take(left)
        sent[client] = time.perf_counter()
        client.send(answer)
    while len(latencies) < len(crowd):
        take(0.5)
        if time.perf_counter() - began > ACK_TIMEOUT:
            raise TimeoutError(f"{len(latencies)} of {len(crowd)} answers were acknowledged")
    return list(latencies.values()), time.perf_counter() - began


def measure(rig: Rig, quiz_id: str) -> dict[str, float]:
    """Costs of bursts, latencies of the paced rounds; every answer must be acknowledged, once."""
    host = Host(rig, quiz_id)
    context = mp.get_context("spawn")
    pipe, theirs = context.Pipe()
    tokens = [rig.token(student) for student in rig.students]
    arguments = (theirs, rig.server.port, tokens, host.live_quiz_id)
    process = context.Process(target=answer_clients, args=arguments, daemon=True)
    process.start()
    theirs.close()  # so that its death is the end of the pipe here
    wait(pipe, JOIN_SECONDS)
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


def wait(pipe: Connection, seconds: float = 2 * ACK_TIMEOUT) -> Any:
    """The clients' next word; a process that died is an `EOFError`, not a hang."""
    if not pipe.poll(seconds):
        raise TimeoutError("the clients do not answer")
    return pipe.recv()


async def run() -> None:
    async with open_rig(CLIENTS) as rig:
        progress("a quiz and a game with 500 players")
        quiz_id = await trio.to_thread.run_sync(make_quiz, rig, BURSTS + PACED)
        got = await trio.to_thread.run_sync(measure, rig, quiz_id)
    publish(
        "answers",
        [
            Measure.at_most(
                "server CPU per answer, socket to acknowledgement", got["cpu"], "µs", 60
            ),
            Measure(name="answers a second, all at once", value=got["rate"], unit="/s"),
            Measure(name="latency at 1,000 a second, p50", value=got["p50"], unit="ms"),
            Measure.at_most("latency at 1,000 a second, p99", got["p99"], "ms", 50),
        ],
        clients=CLIENTS,
    )


if __name__ == "__main__":
    trio.run(run)
