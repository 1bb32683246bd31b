"""A burst of 1,000 joins into one live quiz's lobby: all joined, and how long each waited.

First with connections that are open already, all `live.join` at the same time; then from nothing:
TCP, WebSocket, Socket.IO and join, all at the same time. Each time into a lobby of its own.
"""

from __future__ import annotations

import json
import multiprocessing as mp
import select
import socket
import statistics
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import NamedTuple

import trio

from bench.game import Host, make_quiz
from bench.process import cpu_seconds
from bench.report import Measure, progress, publish
from bench.rig import Rig, open_rig
from bench.sockets import (
    SOCKETIO_PATH,
    Crowd,
    Ping,
    Plain,
    SocketIO,
    event_packet,
    frame,
    pong,
    split_frames,
    upgrade_request,
)

PLAYERS = 1_000
ROUNDS = 3
JOIN_SECONDS = 240.0
PINGS_SECONDS = 3.0
CPU_MICROSECONDS = {"on open connections": None, "from nothing": 700.0}
JOINED = b"437["


class Burst(NamedTuple):
    """One burst: waiting times in seconds, wall time of all, CPU microseconds per join."""

    waits: list[float]
    elapsed: float
    cpu: float

    def waited(self, share: float) -> float:
        """The milliseconds that this share of the players waited at most."""
        return sorted(self.waits)[int(len(self.waits) * share)] * 1000


def joining(live_quiz_id: str, number: int) -> bytes:
    """The packet that joins."""
    payload = {"liveQuizId": live_quiz_id, "nickname": f"Player {number}"}
    return event_packet("live.join", payload, 7)


def check_joined(packet: bytes) -> None:
    """Raise unless it is the acknowledgement of a join that was accepted."""
    if not json.loads(packet[len(JOINED) - 1 :])[0].get("ok"):
        raise ConnectionError(packet.decode())


def join_open(pipe: Connection, port: int, tokens: list[str], live_quiz_id: str) -> None:
    """A process of its own: connects, and joins with all at once when told to."""
    crowd = Crowd()
    for token in tokens:
        crowd.add(SocketIO(port, {"token": token}))
        crowd.idle_if_due()
    settle(crowd)
    pipe.send("connected")
    pipe.recv()
    sent: dict[Plain, float] = {}
    waits: list[float] = []
    began = time.perf_counter()
    for number, client in enumerate(crowd):
        sent[client] = time.perf_counter()
        client.send(joining(live_quiz_id, number))
    while len(waits) < len(tokens):
        for client, packet in crowd.poll(1.0):
            if packet.startswith(JOINED):
                check_joined(packet)
                waits.append(time.perf_counter() - sent[client])
        if time.perf_counter() - began > JOIN_SECONDS:
            raise TimeoutError(f"{len(waits)} of {len(tokens)} have joined")
    pipe.send((waits, time.perf_counter() - began))
    pipe.recv()


def settle(crowd: Crowd) -> None:
    """Let the pings that follow a connection pass."""
    until = time.monotonic() + 1.0
    while time.monotonic() < until:
        crowd.idle(0.1)


class Newcomer:
    """A client that goes from nothing to joined without blocking."""

    def __init__(self, port: int, token: str, join: bytes) -> None:
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.began = time.perf_counter()
        self.socket.connect_ex(("127.0.0.1", port))
        self.waited: float | None = None
        self._port, self._join = port, join
        self._auth = b"40" + json.dumps({"token": token}).encode()
        self._buffer, self._upgraded = b"", False

    def connected(self) -> None:
        """TCP is there."""
        if error := self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(error, "cannot connect")
        self.socket.send(upgrade_request(self._port, SOCKETIO_PATH))

    def readable(self) -> None:
        """Take what has come, and answer it."""
        data = self.socket.recv(1 << 16)
        if not data:
            raise ConnectionError("closed by the server")
        self._buffer += data
        if not self._upgraded:
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            if not head.startswith(b"HTTP/1.1 101 "):
                raise ConnectionError(head.decode())
            self._buffer, self._upgraded = rest, True
        packets, self._buffer = split_frames(self._buffer)
        for packet in packets:
            self._packet(packet)

    def _packet(self, packet: bytes) -> None:
        if isinstance(packet, Ping):
            self.socket.send(pong(packet))
        elif packet.startswith(b"0{"):
            self.socket.send(frame(self._auth))
        elif packet.startswith(b"40"):
            self.socket.send(frame(self._join))
        elif packet == b"2":
            self.socket.send(frame(b"3"))
        elif packet.startswith(b"44"):
            raise ConnectionError(packet.decode())
        elif packet.startswith(JOINED):
            check_joined(packet)
            self.waited = time.perf_counter() - self.began


def join_from_nothing(pipe: Connection, port: int, tokens: list[str], live_quiz_id: str) -> None:
    """A process of its own: when told to, everybody connects and joins."""
    pipe.send("ready")
    pipe.recv()
    epoll = select.epoll()
    began = time.perf_counter()
    people: dict[int, Newcomer] = {}
    for number, token in enumerate(tokens):
        newcomer = Newcomer(port, token, joining(live_quiz_id, number))
        people[newcomer.socket.fileno()] = newcomer
        epoll.register(newcomer.socket.fileno(), select.EPOLLOUT)
    while any(newcomer.waited is None for newcomer in people.values()):
        for number, events in epoll.poll(1.0, len(people)):
            if events & select.EPOLLIN:
                people[number].readable()
            else:
                people[number].connected()
                epoll.modify(number, select.EPOLLIN)
        if time.perf_counter() - began > JOIN_SECONDS:
            raise TimeoutError("not everybody has joined")
    elapsed = time.perf_counter() - began
    answer_pings(epoll, people)
    pipe.send(([n.waited for n in people.values() if n.waited is not None], elapsed))
    pipe.recv()


def answer_pings(epoll: select.epoll, people: Mapping[int, Newcomer]) -> None:
    """Those that the server sends when the crowd has been served are part of what it costs."""
    until = time.monotonic() + PINGS_SECONDS
    while time.monotonic() < until:
        for number, _ in epoll.poll(0.1, len(people)):
            people[number].readable()


def burst(rig: Rig, quiz_id: str, crowd: Callable[..., None]) -> Burst:
    """A lobby, and everybody into it."""
    host = Host(rig, quiz_id)
    context = mp.get_context("spawn")
    pipe, theirs = context.Pipe()
    tokens = [rig.token(student) for student in rig.students]
    arguments = (theirs, rig.server.port, tokens, host.live_quiz_id)
    process = context.Process(target=crowd, args=arguments, daemon=True)
    process.start()
    theirs.close()  # so that its death is the end of the pipe here
    pipe.recv()
    before = cpu_seconds(rig.pid)
    pipe.send("go")
    waits, elapsed = pipe.recv()
    cpu = (cpu_seconds(rig.pid) - before) / PLAYERS * 1e6
    pipe.send("leave")
    process.join(10)
    joined = len(host.view()["players"])
    if len(waits) != PLAYERS or joined != PLAYERS:
        raise AssertionError(f"{len(waits)} acknowledged, {joined} in the lobby of {PLAYERS}")
    return Burst(waits, elapsed, cpu)


async def run() -> None:
    """Both bursts, `ROUNDS` times in turn; medians."""
    bursts: dict[str, list[Burst]] = {}
    async with open_rig(PLAYERS) as rig:
        quiz_id = await trio.to_thread.run_sync(make_quiz, rig, 1)
        for number in range(1, ROUNDS + 1):
            for name, crowd in (
                ("on open connections", join_open),
                ("from nothing", join_from_nothing),
            ):
                progress(f"round {number} of {ROUNDS}: {PLAYERS:,} join {name}")
                got = await trio.to_thread.run_sync(burst, rig, quiz_id, crowd)
                bursts.setdefault(name, []).append(got)
    report(bursts)


def report(bursts: dict[str, list[Burst]]) -> None:
    """Medians of the rounds."""
    measures = []
    for name, rounds in bursts.items():
        figures = {
            "p50": (statistics.median(b.waited(0.5) for b in rounds), "ms"),
            "p99": (statistics.median(b.waited(0.99) for b in rounds), "ms"),
            "until all had joined": (statistics.median(b.elapsed for b in rounds) * 1000, "ms"),
        }
        joined = float(min(len(b.waits) for b in rounds))
        measures.append(Measure.at_least(f"joined {name}", joined, "players", PLAYERS))
        measures += [
            Measure(name=f"{name}: {what}", value=value, unit=unit)
            for what, (value, unit) in figures.items()
        ]
        cpu = statistics.median(b.cpu for b in rounds)
        what = f"{name}: server CPU per join"
        measures.append(Measure.at_most(what, cpu, "µs", CPU_MICROSECONDS[name]))
    publish("joins", measures, players=PLAYERS, rounds=ROUNDS)


if __name__ == "__main__":
    trio.run(run)
