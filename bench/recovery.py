"""1,000 clients come back after `kill -9` and a restart, each with 20 events missed.

Everybody is in one room and has seen a message; then they are cut off. Half of what they miss is
said before the kill, half after the restart. Then all connect at once, as the JavaScript client
does, with `pid` and `offset`. Nobody may miss an event, get one twice or out of order, or be given
a fresh state instead.
"""

from __future__ import annotations

import json
import multiprocessing as mp
import select
import statistics
import time
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import trio

from bench.fanout import join_stoa
from bench.joins import Newcomer, answer_pings
from bench.process import cpu_seconds
from bench.report import Measure, progress, publish
from bench.rig import Rig, open_rig
from bench.sockets import Crowd, SocketIO, frame

CLIENTS = 1_000
MISSED = 20
ROUNDS = 3
GIVE_UP_SECONDS = 120.0
CPU_MICROSECONDS = 800.0


class Place(NamedTuple):
    """What a client needs to come back."""

    token: str
    pid: str
    offset: str


class Member(SocketIO):
    """A client that knows by what it can be recovered."""

    def __init__(self, port: int, auth: dict[str, Any]) -> None:
        self.pid = ""
        super().__init__(port, auth)

    def _expect(self, prefix: bytes) -> bytes:
        packet = super()._expect(prefix)
        if prefix == b"40":
            self.pid = json.loads(packet[2:])["pid"]
        return packet


class Returner(Newcomer):
    """A client on its way back, until it has all that it missed."""

    def __init__(self, port: int, place: Place) -> None:
        super().__init__(port, place.token, b"")
        auth = {"token": place.token, "pid": place.pid, "offset": place.offset}
        self._auth = b"40" + json.dumps(auth).encode()
        self._pid = place.pid
        self._got: list[str] = []

    def _packet(self, packet: bytes) -> None:
        if packet.startswith(b"40"):
            if json.loads(packet[2:]).get("pid") != self._pid:
                raise ConnectionError(f"not recovered: {packet.decode()}")
        elif packet.startswith(b'42["session.reset"'):
            raise ConnectionError(packet.decode())
        elif packet.startswith(b'42["room.message"'):
            self._missed(json.loads(packet[2:])[1]["text"])
        elif packet.startswith(b"0{"):
            self.socket.send(frame(self._auth))
        elif packet == b"2":
            self.socket.send(frame(b"3"))
        elif packet.startswith(b"44"):
            raise ConnectionError(packet.decode())

    def _missed(self, text: str) -> None:
        self._got.append(text)
        if self._got != [f"missed {number}" for number in range(len(self._got))]:
            raise ConnectionError(f"wrong events: {self._got}")
        if len(self._got) == MISSED:
            self.waited = time.perf_counter() - self.began
        elif len(self._got) > MISSED:
            raise ConnectionError("more events than there were")


def enter(pipe: Connection, port: int, course: str, tokens: list[str]) -> None:
    """A process of its own: everybody joins, sees one message and is cut off."""
    crowd, places = Crowd(), {}
    for token in tokens:
        member = Member(port, {"token": token})
        if not member.call("room.join", {"courseId": course}).get("ok"):
            raise ConnectionError("a member could not join")
        crowd.add(member)
        crowd.idle_if_due()
    pipe.send("joined")
    seen: dict[Any, str] = {}
    until = time.monotonic() + GIVE_UP_SECONDS
    while len(seen) < len(tokens):
        for client, packet in crowd.poll(0.2):
            if packet.startswith(b'42["room.message"'):
                seen[client] = json.loads(packet[2:])[-1]
        if time.monotonic() > until:
            raise TimeoutError(f"{len(seen)} of {len(tokens)} have seen the message")
    for client, token in zip(crowd, tokens, strict=True):
        assert isinstance(client, Member)
        places[client] = Place(token, client.pid, seen[client])
    crowd.close()
    pipe.send(list(places.values()))


def come_back(pipe: Connection, port: int, places: list[Place]) -> None:
    """A process of its own: when told to, everybody comes back. Sends each one's seconds."""
    pipe.send("ready")
    pipe.recv()
    epoll = select.epoll()
    people: dict[int, Returner] = {}
    for place in places:
        returner = Returner(port, place)
        people[returner.socket.fileno()] = returner
        epoll.register(returner.socket.fileno(), select.EPOLLOUT)
    until = time.monotonic() + GIVE_UP_SECONDS
    while any(each.waited is None for each in people.values()):
        for number, events in epoll.poll(1.0, len(people)):
            if events & select.EPOLLIN:
                people[number].readable()
            else:
                people[number].connected()
                epoll.modify(number, select.EPOLLIN)
        if time.monotonic() > until:
            raise TimeoutError("not everybody came back")
    # Whatever would come twice comes now.
    answer_pings(epoll, people)
    pipe.send([each.waited for each in people.values()])


class Apart:
    """Runs one of the two above. Their failure is an `EOFError` here."""

    def __init__(self, target: Any, *arguments: Any) -> None:
        context = mp.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=target, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()

    def end(self) -> None:
        """Wait for its end."""
        self._process.join(10)


def speak(rig: Rig, token: str, texts: list[str]) -> None:
    """Somebody enters, says it, and goes."""
    client = join_stoa(rig.server.port, (token, rig.course))
    for text in texts:
        id = f"m{time.monotonic_ns()}"
        said = {"courseId": rig.course, "messageId": id, "text": text}
        if not client.call("room.say", said).get("ok"):
            raise ConnectionError(f"{text!r} could not be said")
    client.socket.close()


def measure(rig: Rig, number: int) -> tuple[list[float], float]:
    """Seconds of each client from its `connect` to its last missed event, and server CPU.

    Each round has a speaker of its own, who may say twenty things without a pause.
    """
    teacher, speaker = rig.token(rig.teacher, "educator"), rig.token(rig.students[number])
    tokens = [rig.token(student) for student in rig.students]
    entering = Apart(enter, rig.server.port, rig.course, tokens)
    entering.pipe.recv()
    speak(rig, teacher, ["seen by all"])
    places = entering.pipe.recv()
    entering.end()
    speak(rig, speaker, [f"missed {number}" for number in range(MISSED // 2)])
    rig.server.kill()
    rig.server.start()
    speak(rig, speaker, [f"missed {number}" for number in range(MISSED // 2, MISSED)])
    returning = Apart(come_back, rig.server.port, places)
    returning.pipe.recv()
    before = cpu_seconds(rig.pid)
    returning.pipe.send("go")
    waits = returning.pipe.recv()
    cost = (cpu_seconds(rig.pid) - before) / CLIENTS * 1e6
    returning.end()
    return waits, cost


async def run() -> None:
    """`ROUNDS` times; medians."""
    rounds = []
    async with open_rig(CLIENTS) as rig:
        for number in range(1, ROUNDS + 1):
            progress(f"round {number} of {ROUNDS}: {CLIENTS:,} clients, kill -9, all come back")
            rounds.append(await trio.to_thread.run_sync(measure, rig, number))
    waits = [sorted(each) for each, _ in rounds]
    publish(
        "recovery",
        [
            Measure.at_least(
                "clients with every event, once and in order",
                float(min(map(len, waits))),
                "clients",
                CLIENTS,
            ),
            Measure(
                name="p50 of coming back",
                value=statistics.median(each[len(each) // 2] for each in waits) * 1000,
                unit="ms",
            ),
            Measure(
                name="the last one is back after",
                value=statistics.median(each[-1] for each in waits) * 1000,
                unit="ms",
            ),
            Measure.at_most(
                "server CPU for each",
                statistics.median(cost for _, cost in rounds),
                "µs",
                CPU_MICROSECONDS,
            ),
        ],
        clients=CLIENTS,
        missed=MISSED,
        rounds=ROUNDS,
    )


if __name__ == "__main__":
    trio.run(run)
