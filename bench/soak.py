"""An hour of a busy school in a few minutes, after which the server is as it was before.

In each of `MINUTES` rounds everybody connects, enters the course's room and speaks; some signal
and leave; some are cut off and come back by `pid`; others follow the room over
graphql-transport-ws or server-sent events. They go in every way that clients go: with a goodbye,
by closing, by a reset. Then the gauges of the operators' port, the process' file descriptors and
its memory are compared with those from after a warm-up. Exits with 1 if something has stayed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import struct
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import asyncpg
import trio

from bench.process import resident_bytes
from bench.recovery import Member
from bench.report import Measure, progress, publish
from bench.rig import Rig, open_rig
from bench.sockets import GraphQL, Plain

PEOPLE = 150
MINUTES = 60
WARM_UP_MINUTES = 5
SETTLE_SECONDS = 240.0
MAX_GROWTH_MIB = 12.0
GAUGES = (
    "trio_tasks",
    "actors_live",
    "actors_waiting_askers",
    "actors_alarms",
    "actors_handlers_running",
    "journal_pending",
    "asyncio_thread_unfinished",
    "front_connections",
    "front_outbox_bytes",
    "front_unfinished_bytes",
    "socketio_sessions",
    "socketio_sockets",
    "realtime_kept",
    "sessions_waiting",
    "fanout_topics",
    "fanout_members",
    "fanout_waiting",
    "subscriptions_living",
    "subscriptions_groups",
    "graphql_sockets_open",
    "event_streams_open",
    "rights_users",
    "rights_courses",
)
"""What must be back where it was."""
PRESENCE = "subscription($c: ID!) { userPresence(courseId: $c) { kind count } }"
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER that makes closing a reset."""


class Here(dict[str, float]):
    """Gauges as of now."""

    def __init__(self, rig: Rig) -> None:
        with urllib.request.urlopen(f"{rig.server.operators_url}/metrics") as answer:
            text = answer.read().decode()
        for name in GAUGES:
            found = re.search(rf"^stoa_{name} (\S+)$", text, re.MULTILINE)
            if found is None:
                raise KeyError(name)
            self[name] = float(found[1])
        self["file descriptors"] = float(len(list(Path(f"/proc/{rig.pid}/fd").iterdir())))

    def above(self, before: Here) -> dict[str, float]:
        """What there is more of."""
        return {name: value - before[name] for name, value in self.items() if value > before[name]}


class Minute:
    """One round."""

    def __init__(self, rig: Rig, number: int) -> None:
        self._rig = rig
        self._number = number
        self._port = rig.server.port
        self._open: list[Plain] = []

    def pass_(self) -> None:
        """Everybody comes, does something and goes."""
        for index, student in enumerate(self._rig.students):
            token = self._rig.token(student)
            kind = (index + self._number) % 10
            if kind == 8:
                self._follow(token)
            elif kind == 9:
                self._stream(token)
            else:
                self._take_part(token, index, kind)
        for index, client in enumerate(self._open):
            self._go(client, index)

    def _take_part(self, token: str, index: int, kind: int) -> None:
        member = self._enter({"token": token})
        text = f"{self._number}-{index}"
        said = {"courseId": self._rig.course, "messageId": text, "text": text}
        if not member.call("room.say", said).get("ok"):
            raise ConnectionError("a message was refused")
        if kind == 0:
            member.call("room.signal", {"courseId": self._rig.course, "data": {"typing": True}})
            member.call("room.leave", {"courseId": self._rig.course})
        elif kind in (1, 2):
            pid = member.pid
            _reset(member)
            member = Member(self._port, {"token": token, "pid": pid})
            if member.pid != pid:
                raise ConnectionError("a member was not recovered")
        self._open.append(member)

    def _enter(self, auth: dict[str, Any]) -> Member:
        member = Member(self._port, auth)
        if not member.call("room.join", {"courseId": self._rig.course}).get("ok"):
            raise ConnectionError("a member could not enter")
        return member

    def _follow(self, token: str) -> None:
        client = GraphQL(self._port, token)
        client.subscribe("1", PRESENCE, c=self._rig.course)
        self._open.append(client)

    def _stream(self, token: str) -> None:
        client = Plain(self._port)
        body = json.dumps({"query": PRESENCE, "variables": {"c": self._rig.course}}).encode()
        head = (
            f"POST /graphql/stream HTTP/1.1\r\nHost: localhost:{self._port}\r\n"
            f"Authorization: Bearer {token}\r\nAccept: text/event-stream\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        client.socket.sendall(head.encode() + body)
        got = b""
        while b"event: next" not in got:
            got += client.socket.recv(4096)
        self._open.append(client)

    def _go(self, client: Plain, index: int) -> None:
        way = (index + self._number) % 4
        if way == 0 and isinstance(client, Member):
            client.send(b"41")
        if way == 1:
            _reset(client)
        elif way == 2:
            with contextlib.suppress(OSError):
                client.socket.shutdown(socket.SHUT_WR)
        client.socket.close()


def _reset(client: Plain) -> None:
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    client.socket.close()


def settle(rig: Rig, before: Here | None) -> Here:
    """Wait until everything is back, or nothing changes any more; what there is then."""
    until = time.monotonic() + SETTLE_SECONDS
    while True:
        time.sleep(2.0)
        here = Here(rig)
        done = here["actors_live"] == 0 if before is None else not here.above(before)
        if done or time.monotonic() > until:
            return here


async def kept_rows(rig: Rig) -> int:
    """Sessions that storage keeps for clients that are away."""
    connection = await asyncpg.connect(rig.database_url)
    try:
        return int(await connection.fetchval("select count(*) from socket_sessions"))
    finally:
        await connection.close()


def wait_swept(rig: Rig) -> int:
    """Rows that are left when those of clients long gone should have been swept away."""
    until = time.monotonic() + SETTLE_SECONDS
    while (left := asyncio.run(kept_rows(rig))) and time.monotonic() < until:
        time.sleep(5.0)
    return left


def soak(rig: Rig) -> list[Measure]:
    """Warm up, remember, go on, compare."""
    for number in range(WARM_UP_MINUTES):
        Minute(rig, number).pass_()
    progress("warmed up; waiting until the server has come to rest")
    before = settle(rig, None)
    memory = resident_bytes(rig.pid)
    for number in range(WARM_UP_MINUTES, WARM_UP_MINUTES + MINUTES):
        Minute(rig, number).pass_()
        if number % 10 == 0:
            progress(f"minute {number - WARM_UP_MINUTES} of {MINUTES}")
    progress("done; waiting until the server has come to rest")
    after = settle(rig, before)
    grown = (resident_bytes(rig.pid) - memory) / 2**20
    progress("waiting until sessions of clients long gone are swept")
    left = wait_swept(rig)
    measures = [
        Measure.at_most(f"{name}, before {before[name]:g}", value, "", before[name])
        for name, value in after.items()
    ]
    measures.append(Measure.at_most("memory more than before", grown, "MiB", MAX_GROWTH_MIB))
    measures.append(Measure.at_most("sessions still kept", float(left), "", 0))
    return measures


async def run() -> bool:
    """Whether everything is back where it was."""
    async with open_rig(PEOPLE) as rig:
        measures = await trio.to_thread.run_sync(soak, rig)
    publish("soak", measures, people=PEOPLE, minutes=MINUTES)
    return all(measure.met for measure in measures)


if __name__ == "__main__":
    sys.exit(not trio.run(run))
