"""CPU per delivery of a 100-byte event to 1,000 members, command → actor → publish → sockets.

Beside it, in the same run with the same receivers and pacing: a bare Python loop of `send` of the
same bytes, Node `ws`, Node Socket.IO, python-socketio on uvicorn. All members must get all events.
"""

from __future__ import annotations

import multiprocessing as mp
import statistics
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import trio

from bench.process import cpu_seconds
from bench.report import Measure, median_ratio, progress, publish
from bench.rig import HAS_NODE, Rig, open_rig, peer
from bench.sockets import Crowd, Plain, SocketIO, WebSocket

MEMBERS = 1_000
PUBLICATIONS = 100
RATE = 20.0
ROUNDS = 3
WARM_UP = 5
DATA = "x" * 100
MARK = DATA.encode()
ROOM = "c" * 73
"""The peers' room: a name that makes their event as long as Stoa's, which carries two uuids."""
MAX_BYTES_APART = 8
WHOLE_EVENT = b"x" * 248
"""What the peer without events sends instead."""
JOIN_SECONDS = 240.0
DRAIN_SECONDS = 20.0

Joiner = Callable[[int, Any], Any]


def join_stoa(port: int, token_and_course: Any) -> SocketIO:
    """A member of the course's room."""
    token, course = token_and_course
    client = SocketIO(port, {"token": token})
    reply = client.call("room.join", {"courseId": course})
    if not reply.get("ok"):
        raise ConnectionError(reply)
    return client


def join_room(port: int, course: Any) -> SocketIO:
    """A member of a peer's room."""
    client = SocketIO(port)
    client.call("room.join", {"courseId": course})
    return client


def join_plain(port: int, _nothing: Any) -> WebSocket:
    """A client of the peer that sends to everybody."""
    return WebSocket(port)


def join_bare(port: int, _nothing: Any) -> Plain:
    """A socket for the bare loop."""
    return Plain(port)


def receivers(
    pipe: Connection, port: int, joiner: Joiner, members: list[Any], mark: bytes = MARK
) -> None:
    """A process of its own: joins everybody, then counts what arrives until told to stop.

    What counts has `mark` in it.
    """
    crowd = Crowd()
    for member in members:
        crowd.add(joiner(port, member))
        crowd.idle_if_due()
    pipe.send("joined")
    counts: Counter[Plain] = Counter()
    size = 0
    while True:
        for client, payload in crowd.poll(0.02):
            if mark in payload:
                counts[client] += 1
                size = len(payload)
        if pipe.poll():
            if pipe.recv() == "stop":
                crowd.close()
                return
            each = [counts[client] for client in crowd]
            pipe.send((min(each), max(each), size))


class Receivers:
    """The receiving process, from outside."""

    def __init__(self, port: int, joiner: Joiner, members: list[Any], mark: bytes = MARK) -> None:
        context = mp.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=receivers, args=(theirs, port, joiner, members, mark), daemon=True
        )
        self._process.start()
        theirs.close()  # so that its death is the end of the pipe here

    def wait_joined(self) -> None:
        """Raises `TimeoutError`; `EOFError` when the process has died."""
        if not self._pipe.poll(JOIN_SECONDS):
            raise TimeoutError("the receivers did not join")
        self._pipe.recv()

    def received(self) -> tuple[int, int, int]:
        """Events at the member that has fewest, at the one that has most, and bytes of one."""
        self._pipe.send("?")
        fewest, most, size = self._pipe.recv()
        return fewest, most, size

    def wait_received(self, count: int) -> int:
        """Until every member has `count` events; bytes of one. Raises `ConnectionError`."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while (got := self.received())[0] < count and time.monotonic() < deadline:
            time.sleep(0.05)
        if got[:2] != (count, count):
            raise ConnectionError(f"members got {got[0]} to {got[1]} events of {count}")
        return got[2]

    def stop(self) -> None:
        """End the process."""
        self._pipe.send("stop")
        self._process.join(10)


def paced(sender: Crowd, send: Callable[[], None], count: int) -> None:
    """Send `count` times, `RATE` a second, reading what the sender gets itself."""
    due = time.monotonic()
    for _ in range(count):
        send()
        due += 1 / RATE
        while (left := due - time.monotonic()) > 0:
            sender.idle(left)


def measure_server(
    pid: int, crowd: Receivers, sender: Plain, send: Callable[[Any], None]
) -> tuple[float, int]:
    """Microseconds of the server's CPU per delivery, and bytes of one delivery's frame.

    The sender is a member too. Raises `ConnectionError` unless every member got every event.
    """
    alone = Crowd()
    alone.add(sender)
    paced(alone, lambda: send(sender), WARM_UP)
    crowd.wait_received(WARM_UP)
    before = cpu_seconds(pid)
    paced(alone, lambda: send(sender), PUBLICATIONS)
    payload = crowd.wait_received(WARM_UP + PUBLICATIONS)
    cost = (cpu_seconds(pid) - before) / (PUBLICATIONS * MEMBERS) * 1e6
    alone.close()
    crowd.stop()
    return cost, payload + (2 if payload < 126 else 4)


def measure_bare(size: int) -> float:
    """The same bytes, pacing and receivers, sent by nothing but a loop."""
    frame = (b"\x81\x7e" + (size - 4).to_bytes(2, "big") + b"x" * size)[:size]
    arguments = (str(MEMBERS), frame.hex(), str(PUBLICATIONS), str(RATE))
    with peer("bare_fanout.py", *arguments) as (process, port):
        crowd = Receivers(port, join_bare, [None] * MEMBERS)
        crowd.wait_joined()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        cpu = float(process.stdout.readline())
        crowd.wait_received(PUBLICATIONS)
        crowd.stop()
    return cpu / (PUBLICATIONS * MEMBERS) * 1e6


def measure_peer(
    name: str, joiner: Joiner, member: Any, send: Callable[[Any], None]
) -> tuple[float, int]:
    """Microseconds of a peer's CPU per delivery, and bytes of one delivery's frame."""
    with peer(name) as (process, port):
        crowd = Receivers(port, joiner, [member] * (MEMBERS - 1))
        crowd.wait_joined()
        return measure_server(process.pid, crowd, joiner(port, member), send)


def measure_stoa(rig: Rig) -> tuple[float, int]:
    """Microseconds of Stoa's CPU per delivery, and bytes of one delivery's frame."""
    members = [(rig.token(student), rig.course) for student in rig.students[: MEMBERS - 1]]
    crowd = Receivers(rig.server.port, join_stoa, members)
    crowd.wait_joined()
    sender = join_stoa(rig.server.port, (rig.token(rig.students[-1]), rig.course))
    signal = {"courseId": rig.course, "data": DATA}
    return measure_server(
        rig.pid, crowd, sender, lambda client: client.emit_nowait("room.signal", signal)
    )


PEERS: dict[str, tuple[str, Joiner, Callable[[Any], None]]] = {
    "Node ws": ("ws_fanout.mjs", join_plain, lambda client: client.send(WHOLE_EVENT)),
    "Node Socket.IO": (
        "socketio_fanout.mjs",
        join_room,
        lambda c: c.emit_nowait("room.signal", {"courseId": ROOM, "data": DATA}),
    ),
    "python-socketio": (
        "socketio_fanout.py",
        join_room,
        lambda c: c.emit_nowait("room.signal", {"courseId": ROOM, "data": DATA}),
    ),
}


def peers() -> dict[str, tuple[str, Joiner, Callable[[Any], None]]]:
    """Those that can run here; says which cannot."""
    if HAS_NODE:
        return PEERS
    progress("SKIPPED: Node ws, Node Socket.IO (no Node.js, or no `npm ci` in bench/peers)")
    return {name: peer for name, peer in PEERS.items() if not peer[0].endswith(".mjs")}


async def run() -> None:
    """All of it, `ROUNDS` times in turn; medians."""
    costs: dict[str, list[float]] = {}
    beside = peers()
    async with open_rig(MEMBERS) as rig:
        for number in range(1, ROUNDS + 1):
            progress(f"round {number} of {ROUNDS}: Stoa")
            cost, size = await trio.to_thread.run_sync(measure_stoa, rig)
            costs.setdefault("Stoa", []).append(cost)
            progress(f"round {number} of {ROUNDS}: bare loop of send ({size} bytes)")
            bare = await trio.to_thread.run_sync(measure_bare, size)
            costs.setdefault("bare loop of send", []).append(bare)
            for name, (program, joiner, send) in beside.items():
                progress(f"round {number} of {ROUNDS}: {name}")
                value, bytes_ = await trio.to_thread.run_sync(
                    measure_peer, program, joiner, ROOM, send
                )
                if abs(bytes_ - size) > MAX_BYTES_APART:
                    raise AssertionError(f"{name} sends {bytes_} bytes, Stoa {size}")
                costs.setdefault(name, []).append(value)
    report(costs, size)


def report(costs: dict[str, list[float]], size: int) -> None:
    """Medians of the rounds, of the costs and of the ratios within a round."""
    measures = [
        Measure(name=f"CPU per delivery, {name}", value=statistics.median(values), unit="µs")
        for name, values in costs.items()
    ]
    bounds = {"bare loop of send": 1.18, "Node Socket.IO": 0.6}
    for name, values in costs.items():
        if name != "Stoa":
            ratio = median_ratio(costs["Stoa"], values)
            measures.append(Measure.at_most(f"ratio to {name}", ratio, "×", bounds.get(name)))
    publish("fanout", measures, members=MEMBERS, bytes=size, rounds=ROUNDS)


if __name__ == "__main__":
    trio.run(run)
