"""Latency at 20,000 deliveries a second, with a member that has stopped reading and without.

Chat messages, durable, go to 1,000 members of a room; the latency is from before the sender's
`send` to after each receiver's `recv`. The slow member's TCP window is full and its outbox at the
server half full, so that every message is queued for it. Both, in turn, in one run.
"""

from __future__ import annotations

import itertools
import multiprocessing as mp
import re
import socket
import statistics
import time
import urllib.request
from multiprocessing.connection import Connection
from typing import Any

import trio

from bench.fanout import JOIN_SECONDS, join_stoa, paced
from bench.report import Measure, progress, publish
from bench.rig import Rig, open_rig
from bench.sockets import Crowd, SocketIO, event_packet

MEMBERS = 1_000
MESSAGES = 200
SPEAKERS = 50
"""They speak in turn, each within what one person may say."""
WARM_UP = 20
ROUNDS = 5
BOUND = 1.2
SENT_AT = re.compile(rb'"text":"at (\d+) ')
LONG_TEXTS = 50
"""As many as a view of the room shows: a view of 200 kB fills buffers quickly."""
WAITING = re.compile(r"^stoa_front_outbox_bytes ([0-9.e+]+)$", re.MULTILINE)
HALF_FULL = 400_000
MAX_VIEWS = 150
DRAIN_SECONDS = 20.0


def receive(pipe: Connection, port: int, members: list[Any]) -> None:
    """A process of its own: joins everybody, then notes latencies, in ms, until told to stop."""
    crowd = Crowd()
    for member in members:
        crowd.add(join_stoa(port, member))
        crowd.idle_if_due()
    pipe.send("joined")
    latencies: list[float] = []
    while True:
        for _, packet in crowd.poll(0.02):
            found = SENT_AT.search(packet)
            if found:
                latencies.append((time.monotonic_ns() - int(found[1])) / 1e6)
        if pipe.poll():
            if pipe.recv() == "stop":
                crowd.close()
                return
            pipe.send(latencies)
            latencies = []


class Listeners:
    """The receiving process, from outside."""

    def __init__(self, port: int, members: list[Any]) -> None:
        context = mp.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=receive, args=(theirs, port, members), daemon=True)
        self._process.start()
        theirs.close()  # so that its death is the end of the pipe here
        if not self._pipe.poll(JOIN_SECONDS):
            raise TimeoutError("the members did not join")
        self._pipe.recv()

    def take(self, count: int) -> list[float]:
        """Exactly so many latencies. Raises `ConnectionError` when some are missing."""
        latencies: list[float] = []
        until = time.monotonic() + DRAIN_SECONDS
        while len(latencies) < count and time.monotonic() < until:
            self._pipe.send("?")
            latencies += self._pipe.recv()
            time.sleep(0.05)
        if len(latencies) != count:
            raise ConnectionError(f"{len(latencies)} of {count} messages arrived")
        return latencies

    def stop(self) -> None:
        """End the process."""
        self._pipe.send("stop")
        self._process.join(10)


class Speakers:
    """Those who speak in the course's room."""

    def __init__(self, rig: Rig) -> None:
        self._course = rig.course
        self._crowd = Crowd()
        clients = [
            join_stoa(rig.server.port, (rig.token(student), rig.course))
            for student in rig.students[:SPEAKERS]
        ]
        for client in clients:
            self._crowd.add(client)
        self._turns = itertools.cycle(clients)

    def _say(self, text: str) -> None:
        id = f"m{time.monotonic_ns()}"
        said = {"courseId": self._course, "messageId": id, "text": text}
        next(self._turns).emit_nowait("room.say", said)

    def speak(self, messages: int) -> None:
        """So many short messages, 20 a second, each with the time of its sending."""
        paced(self._crowd, lambda: self._say(f"at {time.monotonic_ns()} {'x' * 80}"), messages)

    def fill(self) -> None:
        """Have the room show long texts."""
        paced(self._crowd, lambda: self._say("x" * 4_000), LONG_TEXTS)

    def close(self) -> None:
        """Leave."""
        self._crowd.close()


class Sluggard:
    """A member that asks for views of the room and reads none, until half an outbox waits."""

    def __init__(self, rig: Rig, student: str) -> None:
        self._rig = rig
        self._client = SocketIO(rig.server.port, {"token": rig.token(student)})
        self._client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        ask = event_packet("room.join", {"courseId": rig.course}, 1)
        for _ in range(MAX_VIEWS):
            self._client.send(ask)
            time.sleep(0.05)
            if self.waiting > HALF_FULL:
                return
        raise TimeoutError("the server's socket takes everything")

    @property
    def waiting(self) -> float:
        """Bytes that wait at the server."""
        with urllib.request.urlopen(f"{self._rig.server.operators_url}/metrics") as answer:
            found = WAITING.search(answer.read().decode())
        assert found is not None
        return float(found[1])

    def close(self) -> None:
        """Leave. Raises `ConnectionError` if nothing waited any more: then it was not slow."""
        waiting = self.waiting
        self._client.socket.close()
        if waiting < HALF_FULL:
            raise ConnectionError(f"only {waiting:,.0f} bytes waited for the slow member")


def percentile(latencies: list[float], part: float) -> float:
    """In ms."""
    return sorted(latencies)[int(len(latencies) * part)]


def measure(rig: Rig, *, slow: bool) -> list[float]:
    """All latencies of one round, in ms."""
    speaker = Speakers(rig)
    sluggard = None
    if slow:
        speaker.fill()
        sluggard = Sluggard(rig, rig.students[MEMBERS])
    members = [(rig.token(student), rig.course) for student in rig.students[:MEMBERS]]
    listeners = Listeners(rig.server.port, members)
    speaker.speak(WARM_UP)
    listeners.take(WARM_UP * MEMBERS)
    speaker.speak(MESSAGES)
    latencies = listeners.take(MESSAGES * MEMBERS)
    listeners.stop()
    speaker.close()
    if sluggard is not None:
        sluggard.close()
    return latencies


async def run() -> None:
    """Without and with, `ROUNDS` times in turn; medians of the rounds' percentiles."""
    found: dict[bool, list[list[float]]] = {False: [], True: []}
    async with open_rig(MEMBERS + 1) as rig:
        for number in range(1, ROUNDS + 1):
            for slow in (False, True):
                progress(f"round {number} of {ROUNDS}: {'with' if slow else 'without'} a slow one")
                found[slow].append(await trio.to_thread.run_sync(_measure, rig, slow))
    measures = []
    p99 = {}
    for slow, rounds in found.items():
        name = "with a slow member" if slow else "without"
        p99[slow] = statistics.median(percentile(each, 0.99) for each in rounds)
        p50 = statistics.median(percentile(each, 0.5) for each in rounds)
        measures += [
            Measure(name=f"p50 {name}", value=p50, unit="ms"),
            Measure(name=f"p99 {name}", value=p99[slow], unit="ms"),
        ]
    measures.append(Measure.at_most("ratio of p99", p99[True] / p99[False], "×", BOUND))
    publish("slow", measures, members=MEMBERS, messages=MESSAGES, rounds=ROUNDS)


def _measure(rig: Rig, slow: bool) -> list[float]:
    return measure(rig, slow=slow)


if __name__ == "__main__":
    trio.run(run)
