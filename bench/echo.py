"""CPU per round trip of a Socket.IO event with its acknowledgement, 200 clients.

The event is `time.sync`, which the application answers at once: the whole path of an event, with
the application's checks, and nothing behind it. Beside it, in the same run with the same clients
and pacing: Node Socket.IO, and python-socketio on uvicorn.
"""

from __future__ import annotations

import multiprocessing as mp
import statistics
import time
from multiprocessing.connection import Connection

import trio

from bench.process import cpu_seconds
from bench.report import Measure, median_ratio, progress, publish
from bench.rig import HAS_NODE, Rig, open_rig, peer
from bench.sockets import Crowd, SocketIO, event_packet

CLIENTS = 200
EVENTS = 100
"""Of each client."""
WARM_UP = 10
PERIOD_SECONDS = 0.05
"""Between two events of one client."""
SLICES = 10
"""The clients take turns within a period, a tenth of them at a time."""
ROUNDS = 5
SETTLE_SECONDS = 2.0
PATIENCE_SECONDS = 30.0
PEERS = {"Node Socket.IO": "socketio_echo.mjs", "python-socketio": "socketio_echo.py"}
BOUNDS = {"Node Socket.IO": 0.8}


class Askers:
    """All clients, in turn."""

    def __init__(self, port: int, tokens: list[str] | None) -> None:
        self._crowd = Crowd()
        for number in range(CLIENTS):
            auth = {"token": tokens[number]} if tokens else None
            self._crowd.add(SocketIO(port, auth))
            self._crowd.idle_if_due()
        self._clients = list(self._crowd)
        self._answered = 0
        self._number = 0

    def settle(self) -> None:
        """Let the pings that follow a connection pass."""
        until = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < until:
            self._crowd.idle(0.1)

    def ask(self, events: int) -> None:
        """So many events of everybody. Raises `TimeoutError` unless all are acknowledged."""
        due, expected = time.monotonic(), self._answered + events * CLIENTS
        for _ in range(events):
            self._number += 1
            packet = event_packet("time.sync", {"t0": self._number}, self._number)
            for part in range(SLICES):
                for client in self._clients[part::SLICES]:
                    client.send(packet)
                due += PERIOD_SECONDS / SLICES
                self._listen_until(due)
        until = time.monotonic() + PATIENCE_SECONDS
        while self._answered < expected:
            if time.monotonic() > until:
                raise TimeoutError(f"{expected - self._answered} were not acknowledged")
            self._listen_until(time.monotonic() + 0.05)

    def _listen_until(self, due: float) -> None:
        while (left := due - time.monotonic()) > 0:
            for _, packet in self._crowd.poll(left):
                if not packet.startswith(b"43"):
                    raise ConnectionError(packet.decode())
                if b'"ok":true' not in packet:
                    raise ConnectionError(packet.decode())
                self._answered += 1


def ask(pipe: Connection, port: int, tokens: list[str] | None) -> None:
    """A process of its own."""
    askers = Askers(port, tokens)
    askers.settle()
    askers.ask(WARM_UP)
    pipe.send("ready")
    pipe.recv()
    askers.ask(EVENTS)
    pipe.send("done")
    pipe.recv()


def measure(pid: int, port: int, tokens: list[str] | None = None) -> float:
    """Microseconds of the server's CPU for each round trip."""
    context = mp.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=ask, args=(theirs, port, tokens), daemon=True)
    process.start()
    theirs.close()  # so that its death is the end of the pipe here
    pipe.recv()
    before = cpu_seconds(pid)
    pipe.send("go")
    pipe.recv()
    cost = (cpu_seconds(pid) - before) / (EVENTS * CLIENTS) * 1e6
    pipe.send("stop")
    process.join(10)
    return cost


def measure_stoa(rig: Rig) -> float:
    """As signed-in users."""
    return measure(rig.pid, rig.server.port, [rig.token(each) for each in rig.students])


def measure_peer(program: str) -> float:
    """A peer, started for it."""
    with peer(program) as (process, port):
        return measure(process.pid, port)


def peers() -> dict[str, str]:
    """Those that can run here; says which cannot."""
    if HAS_NODE:
        return PEERS
    progress("SKIPPED: Node Socket.IO (no Node.js, or no `npm ci` in bench/peers)")
    return {name: program for name, program in PEERS.items() if not program.endswith(".mjs")}


async def run() -> None:
    """All of it, `ROUNDS` times in turn; medians."""
    costs: dict[str, list[float]] = {}
    beside = peers()
    async with open_rig(CLIENTS) as rig:
        for number in range(1, ROUNDS + 1):
            progress(f"round {number} of {ROUNDS}: Stoa")
            costs.setdefault("Stoa", []).append(await trio.to_thread.run_sync(measure_stoa, rig))
            for name, program in beside.items():
                progress(f"round {number} of {ROUNDS}: {name}")
                value = await trio.to_thread.run_sync(measure_peer, program)
                costs.setdefault(name, []).append(value)
    report(costs)


def report(costs: dict[str, list[float]]) -> None:
    """Medians of the rounds, of the costs and of the ratios within a round."""
    measures = [
        Measure(name=f"CPU per round trip, {name}", value=statistics.median(values), unit="µs")
        for name, values in costs.items()
    ]
    measures += [
        Measure.at_most(
            f"ratio to {name}", median_ratio(costs["Stoa"], values), "×", BOUNDS.get(name)
        )
        for name, values in costs.items()
        if name != "Stoa"
    ]
    publish("echo", measures, clients=CLIENTS, rounds=ROUNDS)


if __name__ == "__main__":
    trio.run(run)
