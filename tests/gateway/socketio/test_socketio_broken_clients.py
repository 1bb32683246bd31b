"""Clients that stop reading or simply vanish cost the others nothing, and nothing stays of them."""

from __future__ import annotations

import gc
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf
from typing import Any

import pytest
import trio
import trio.testing

from gateway.front.limits import Limits
from gateway.socketio.settings import Settings
from tests.gateway.socketio.harness import Note, Running, running, trio_now
from tests.gateway.socketio.rawclient import RawClient
from tests.gateway.socketio.wires import HttpWire, Polling, Web

OUTBOX = 100_000
TEXT = "x" * 8_000
QUIET = Settings(burst_pings=0)
WRITER = 7 << 40


class Member:
    """A member of the topic who reads all the time and keeps the numbers it was told."""

    def __init__(self, client: Web | Polling):
        self.client = client
        self.numbers: list[int] = []
        self.changed = trio.Event()

    def _told(self, event: list[Any]) -> None:
        if event[0] == "note":
            number = int(event[1]["text"].partition(" ")[0])
            self.numbers.append(number)
            self.changed.set()
            self.changed = trio.Event()

    async def read(self) -> None:
        while True:
            if isinstance(self.client, Web):
                self._told(await self.client.hear_event())
                continue
            status, body = await self.client.get()
            assert status == 200
            for packet in body.split(b"\x1e"):
                if packet.startswith(b"42"):
                    self._told(json.loads(packet[2:]))

    async def wait_for(self, number: int) -> None:
        while self.numbers[-1:] != [number]:
            await self.changed.wait()


async def join(client: Web | Polling) -> None:
    if isinstance(client, Polling):
        await client.enter()
        assert await client.post(b'421["join","t"]') == (200, b"ok")
    else:
        await client.say('421["join","t"]')
    heard = await client.get() if isinstance(client, Polling) else await client.hear()
    assert heard in ('431[{"ok":true}]', (200, b'431[{"ok":true}]'))


@asynccontextmanager
async def class_of(server: Running, webs: int, polls: int) -> AsyncIterator[list[Member]]:
    """Members who keep up, over both transports."""
    members = [Member(await Web.entered(server.port)) for _ in range(webs)]
    members += [Member(await Polling.open(server.port)) for _ in range(polls)]
    async with trio.open_nursery() as nursery:
        for member in members:
            await join(member.client)
            nursery.start_soon(member.read)
        yield members
        nursery.cancel_scope.cancel()
    for member in members:
        await member.client.__aexit__()


async def publish_until(server: Running, members: list[Member], reason: str) -> int:
    """Publish at the pace of the members who keep up, until somebody has ended; how many it took.

    What waits for anybody stays within its bound all the while.
    """
    number = 0
    while not server.application.reasons:
        number += 1
        note = Note(text=f"{number} {TEXT}")
        server.application.fan_out.publish("t", "note", note, position=WRITER + number)
        assert server.front.statistics()["outbox_bytes"] <= OUTBOX
        for member in members:
            await member.wait_for(number)
    assert server.application.reasons == [reason]
    return number


async def stalled(port: int) -> Web:
    """A member with the smallest window that there is, who reads nothing any more."""
    sock = trio.socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    await sock.connect(("127.0.0.1", port))
    stream = trio.SocketStream(sock)
    client = await Web.over(stream, port)
    assert str(await client.hear()).startswith("0{")
    await client.say("40")
    assert str(await client.hear()).startswith("40{")
    await client.hear()
    await join(client)
    return client


async def test_a_member_whose_window_is_full_gets_4008_and_the_others_everything() -> None:
    limits = Limits(outbox_bytes=OUTBOX, close_seconds=30)
    async with running(QUIET, limits=limits) as server, class_of(server, 20, 5) as members:
        slow = await stalled(server.port)
        sent = await publish_until(server, members, "slow consumer")
        for member in members:
            assert member.numbers == list(range(1, sent + 1))
        statistics = server.front.statistics()
        assert statistics["slow_consumers"] == 1
        assert len(server.application.fan_out.members("t")) == len(members)

        kept: list[int] = []
        while (event := await slow.hear_or_notice()) != (4008, "slow consumer"):
            assert isinstance(event, str)
            kept.append(int(json.loads(event[2:])[1]["text"].partition(" ")[0]))
        assert kept == list(range(1, len(kept) + 1)), "what it still gets is whole and in order"
        assert len(kept) < sent
        await slow.__aexit__()

        back = Member(await Web.entered(server.port))
        await join(back.client)
        note = Note(text=f"{sent + 1} again")
        server.application.fan_out.publish("t", "note", note)
        assert isinstance(back.client, Web)
        assert (await back.client.hear_event())[1]["text"] == note.text
        await back.client.__aexit__()


async def test_a_busy_member_loses_what_is_volatile_first_and_stays() -> None:
    async with running(QUIET) as server, class_of(server, 3, 0) as members:
        slow = await stalled(server.port)
        fan_out = server.application.fan_out
        number = 0
        while not server.front.statistics()["outbox_bytes"]:
            number += 1
            fan_out.publish("t", "note", Note(text=f"{number} {TEXT}"))
            for member in members:
                await member.wait_for(number)
        waiting = server.front.statistics()["outbox_bytes"]
        for _ in range(500):
            number += 1
            fan_out.publish("t", "note", Note(text=f"{number} {TEXT}"), volatile=True)
            for member in members:
                await member.wait_for(number)
        assert server.front.statistics()["outbox_bytes"] == waiting
        assert server.front.statistics()["dropped_volatile"] == 500
        assert server.application.reasons == []
        for member in members:
            assert member.numbers == list(range(1, number + 1))
        await slow.__aexit__()


async def test_a_client_that_asks_and_never_reads_the_answers_is_put_out() -> None:
    limits = Limits(outbox_bytes=OUTBOX, close_seconds=30)
    settings = Settings(burst_pings=0, events_per_second=1_000_000, events_burst=1_000_000)
    async with running(settings, limits=limits) as server, class_of(server, 2, 0) as members:
        greedy = await stalled(server.port)
        application = server.application
        with trio.move_on_after(30) as patience:
            while not application.reasons:
                await greedy.say(*[f'421["echo","{TEXT}"]'] * 20)
        assert not patience.cancelled_caught
        assert application.reasons == ["slow consumer"]
        application.fan_out.publish("t", "note", Note(text="1 still here"))
        for member in members:
            await member.wait_for(1)
        await greedy.__aexit__()


async def test_a_polling_member_who_does_not_come_for_the_rest_is_let_go_and_may_come_back() -> (
    None
):
    settings = Settings(burst_pings=0, max_buffered=OUTBOX)
    async with running(settings) as server, class_of(server, 5, 5) as members:
        slow = await Polling.open(server.port)
        await join(slow)
        sent = await publish_until(server, members, "slow consumer")
        for member in members:
            assert member.numbers == list(range(1, sent + 1))
        assert sent <= OUTBOX // len(TEXT) + 1
        assert (await slow.get())[0] == 400
        await slow.__aexit__()
        async with await Polling.open(server.port) as back:
            await join(back)
            server.application.fan_out.publish("t", "note", Note(text=f"{sent + 1} again"))
            assert b"again" in (await back.get())[1]


# --- gone without a word ------------------------------------------------------------------------


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


async def pass_time(mock_clock: trio.testing.MockClock, seconds: float) -> None:
    """In steps, so that whatever is done meanwhile is done at its time."""
    for _ in range(round(seconds * 2)):
        mock_clock.jump(0.5)
        await trio.testing.wait_all_tasks_blocked()


@asynccontextmanager
async def witness_at(server: Running) -> AsyncIterator[Member]:
    """A member who answers pings and is told things all the time."""
    async with class_of(server, 1, 0) as [member]:
        assert isinstance(member.client, Web)
        member.client.patience = inf
        yield member


async def check_witness(server: Running, witness: Member, number: int) -> None:
    server.application.fan_out.publish("t", "note", Note(text=f"{number} still"))
    await witness.wait_for(number)


async def check_nothing_is_left(server: Running) -> None:
    """Of all but the witness."""
    application, statistics = server.application, server.server.statistics()
    assert (statistics["sessions"], statistics["sockets"], statistics["polling"]) == (1, 1, 0)
    assert application.fan_out.statistics()["members"] == 1
    assert not server.server.engine._polling
    assert not server.server.engine._polling_from
    assert len(server.front.websockets) == len(server.front.reactor.streams) == 1
    assert server.front.services.unfinished.held == 0
    # The witness' ping and its connection's own deadline.
    assert len(server.front.services.timers) == 2


async def vanish_over_websocket(port: int, number: int) -> list[trio.SocketStream]:
    client = await RawClient.open(port)
    await client.hear()
    await client.say(f'42["join","t{number % 50}"]')
    return [client._stream]


async def vanish_while_polling(port: int, number: int) -> list[trio.SocketStream]:
    """Every second one between two GETs, the others with one that waits."""
    gets = await HttpWire.open(port)
    opened = await gets.ask("GET", "EIO=4&transport=polling")
    query = f"EIO=4&transport=polling&sid={json.loads(opened.body[1:])['sid']}"
    await gets.ask("POST", query, f'40\x1e42["join","t{number % 50}"]'.encode())
    assert b"auth" in (await gets.ask("GET", query)).body
    if number % 2:
        await gets.begin("GET", query)
    return [gets._wire.stream]


@pytest.mark.parametrize("vanish", [vanish_over_websocket, vanish_while_polling])
async def test_a_thousand_clients_that_vanish_are_reaped_on_time_and_nothing_of_them_is_left(
    vanish: Any, mock_clock: trio.testing.MockClock
) -> None:
    async with (
        running(QUIET, now=trio_now, seconds=100_000) as server,
        witness_at(server) as witness,
    ):
        gc.collect()
        before = descriptors()
        gone = [stream for number in range(1_000) for stream in await vanish(server.port, number)]
        application = server.application
        await application.wait(lambda: len(application.seen) == 1_001)
        assert server.server.statistics()["sockets"] == 1_001
        await pass_time(mock_clock, 44.5)
        assert application.reasons == [], "none before its time"
        await check_witness(server, witness, 1)
        await pass_time(mock_clock, 0.5)
        assert application.reasons == ["ping timeout"] * 1_000, "all of them at their time"
        assert server.server.statistics()["sessions"] == 1
        await check_witness(server, witness, 2)
        # A WebSocket has 5 s to answer the close frame, HTTP 75 s to ask for something else.
        await pass_time(mock_clock, 80)
        await check_witness(server, witness, 3)
        await check_nothing_is_left(server)
        for stream in gone:
            await trio.aclose_forcefully(stream)
        del gone
        assert descriptors() == before


async def vanish_in_the_middle(port: int) -> list[trio.SocketStream]:
    """One client in each state in which a connection can be left."""
    head = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"
    silent, mute = await HttpWire.open(port), await HttpWire.open(port)
    await mute.raw(head)
    owner = await Polling.open(port)
    await owner.enter()
    posting = await HttpWire.open(port)
    await posting.raw(
        f"POST /socket.io/?{owner.query} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n4".encode()
    )
    new = await Web.open(port)
    half = await Web.entered(port)
    await half.raw(b"\x81\xfe\x01\x00")
    binary = await Web.entered(port)
    await binary.say('451-["tell",{"_placeholder":true,"num":0}]')
    undecided = await Polling.open(port)
    await undecided.post(b'40{"token":"later"}')
    polls, webs = [owner, undecided], [new, half, binary]
    for said in ([], ["2probe"]):
        polls.append(await Polling.open(port))
        webs.append(await Web.open(port, f"EIO=4&transport=websocket&sid={polls[-1].sid}"))
        await webs[-1].say(*said)
    wires = [silent, mute, posting, *(client.gets for client in polls)]
    return [*(wire._wire.stream for wire in wires), *(web.stream for web in webs)]


async def test_clients_that_vanish_in_the_middle_of_anything_leave_nothing(
    mock_clock: trio.testing.MockClock,
) -> None:
    async with (
        running(QUIET, now=trio_now, seconds=100_000) as server,
        witness_at(server) as witness,
    ):
        gc.collect()
        before = descriptors()
        gone = [stream for _ in range(10) for stream in await vanish_in_the_middle(server.port)]
        assert len(gone) == 120
        await pass_time(mock_clock, 130)
        await check_witness(server, witness, 1)
        await check_nothing_is_left(server)
        for stream in gone:
            await trio.aclose_forcefully(stream)
        del gone
        assert descriptors() == before
