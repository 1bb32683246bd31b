"""CPU per delivery of a 100-byte event to 1,000 members, command → actor → publish → sockets.

Beside it, in the same run with the same receivers and pacing: a bare Python loop of `send` of the
same bytes, Node `ws`, Node Socket.IO, python-socketio on uvicorn.
"""

from __future__ import annotations

import multiprocessing as mp
import statistics
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import trio

from bench.process import cpu_seconds
from bench.report import Measure, progress, publish
from bench.rig import HAS_NODE, Rig, open_rig, peer
from bench.sockets import Counter, SocketIO, WebSocket

MEMBERS = 1_000
PUBLICATIONS = 100
RATE = 20.0
ROUNDS = 3
EVENT_BYTES = 100
DRAIN_SECONDS = 5.0

Joiner = Callable[[int, Any], Any]


def join_stoa(port: int, token_and_course: Any) -> SocketIO:
    token, course = token_and_course
    client = SocketIO(port, {"token": token})
    reply = client.call("room.join", {"courseId": course})
    if not reply.get("ok"):
        raise ConnectionError(reply)
    return client


def join_room(port: int, course: Any) -> SocketIO:
    client = SocketIO(port)
    client.call("room.join", {"courseId": course})
    return client


def join_plain(port: int, _nothing: Any) -> WebSocket:
    return WebSocket(port)


def receivers(pipe: Connection, port: int, joiner: Joiner, members: list[Any]) -> None:
    """A process of its own: joins everybody, then counts what arrives until told to stop."""
    clients = [joiner(port, member) for member in members]
    counter = Counter([client.socket for client in clients])
    pipe.send("joined")
    while True:
        counter.poll(0.02)
        if pipe.poll():
            question = pipe.recv()
            if question == "stop":
                return
            pipe.send(counter.received)


class Receivers:
    """The receiving process, from outside."""

    def __init__(self, port: int, joiner: Joiner, members: list[Any]) -> None:
        context = mp.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=receivers, args=(theirs, port, joiner, members), daemon=True
        )
        self._process.start()

    def wait_joined(self) -> None:
        if not self._pipe.poll(120):
            raise TimeoutError("the receivers did not join")
        self._pipe.recv()

    def received(self) -> int:
        self._pipe.send("?")
        return int(self._pipe.recv())

    def wait_quiet(self) -> int:
        """Until no more bytes arrive; how many there were in all."""
        before = -1
        while (now := self.received()) != before:
            before = now
            time.sleep(0.3)
        return before

    def stop(self) -> None:
        self._pipe.send("stop")
        self._process.join(10)


def paced(send: Callable[[], None], count: int) -> None:
    due = time.monotonic()
    for _ in range(count):
        send()
        due += 1 / RATE
        time.sleep(max(0.0, due - time.monotonic()))


def measure_server(pid: int, crowd: Receivers, send: Callable[[], None]) -> tuple[float, int]:
    """Microseconds of the server's CPU per delivery, and bytes of one delivery."""
    paced(send, 5)
    before_bytes, before = crowd.wait_quiet(), cpu_seconds(pid)
    paced(send, PUBLICATIONS)
    after_bytes, after = crowd.wait_quiet(), cpu_seconds(pid)
    size = round((after_bytes - before_bytes) / (PUBLICATIONS * MEMBERS))
    return (after - before) / (PUBLICATIONS * MEMBERS) * 1e6, size


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
        crowd.stop()
    return cpu / (PUBLICATIONS * MEMBERS) * 1e6


class _Bare:
    def __init__(self, port: int) -> None:
        import socket

        self.socket = socket.create_connection(("127.0.0.1", port))


def join_bare(port: int, _nothing: Any) -> Any:
    return _Bare(port)


def measure_peer(name: str, joiner: Joiner, member: Any, send: Callable[[Any], None]) -> float:
    with peer(name) as (process, port):
        crowd = Receivers(port, joiner, [member] * MEMBERS)
        crowd.wait_joined()
        sender = joiner(port, member)
        cost, _size = measure_server(process.pid, crowd, lambda: send(sender))
        crowd.stop()
    return cost


def measure_stoa(rig: Rig) -> tuple[float, int]:
    members = [(rig.token(student), rig.course) for student in rig.students[:MEMBERS]]
    crowd = Receivers(rig.server.port, join_stoa, members)
    crowd.wait_joined()
    sender = join_stoa(rig.server.port, (rig.token(rig.students[-1]), rig.course))
    data = "x" * EVENT_BYTES

    def send() -> None:
        sender.emit_nowait("room.signal", {"courseId": rig.course, "data": data})

    result = measure_server(rig.pid, crowd, send)
    crowd.stop()
    return result


PEERS: dict[str, tuple[str, Joiner, Callable[[Any], None]]] = {
    "Node ws": ("ws_fanout.mjs", join_plain, lambda client: client.send(b"x" * EVENT_BYTES)),
    "Node Socket.IO": (
        "socketio_fanout.mjs",
        join_room,
        lambda c: c.emit_nowait("room.signal", {"courseId": "c", "data": "x" * EVENT_BYTES}),
    ),
    "python-socketio": (
        "socketio_fanout.py",
        join_room,
        lambda c: c.emit_nowait("room.signal", {"courseId": "c", "data": "x" * EVENT_BYTES}),
    ),
}


async def run() -> None:
    """All of it, `ROUNDS` times in turn; medians."""
    costs: dict[str, list[float]] = {}
    async with open_rig(MEMBERS + 1) as rig:
        for number in range(1, ROUNDS + 1):
            progress(f"round {number} of {ROUNDS}: Stoa")
            cost, size = await trio.to_thread.run_sync(measure_stoa, rig)
            costs.setdefault("Stoa", []).append(cost)
            progress(f"round {number} of {ROUNDS}: bare loop of send ({size} bytes)")
            bare = await trio.to_thread.run_sync(measure_bare, size)
            costs.setdefault("bare", []).append(bare)
            for name, (program, joiner, send) in PEERS.items():
                if program.endswith(".mjs") and not HAS_NODE:
                    continue
                progress(f"round {number} of {ROUNDS}: {name}")
                value = await trio.to_thread.run_sync(measure_peer, program, joiner, "c", send)
                costs.setdefault(name, []).append(value)
    report({name: statistics.median(values) for name, values in costs.items()}, size)


def report(costs: dict[str, float], size: int) -> None:
    stoa, bare = costs["Stoa"], costs["bare"]
    measures = [
        Measure(name=f"CPU per delivery, {name}", value=value, unit="µs")
        for name, value in costs.items()
    ]
    measures.append(
        Measure(
            name="ratio to the bare loop",
            value=stoa / bare,
            unit="×",
            must="≤ 1.35",
            met=stoa / bare <= 1.35,
        )
    )
    if "Node Socket.IO" in costs:
        ratio = stoa / costs["Node Socket.IO"]
        measures.append(
            Measure(
                name="ratio to Node Socket.IO",
                value=ratio,
                unit="×",
                must="≤ 0.60",
                met=ratio <= 0.6,
            )
        )
    publish("fanout", measures, members=MEMBERS, bytes=size, rounds=ROUNDS)


if __name__ == "__main__":
    trio.run(run)
