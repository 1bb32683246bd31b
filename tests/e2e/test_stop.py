"""`stoa serve` is told to stop while clients are connected."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest
import trio
import trio.testing

from tests.gateway.socketio.rawclient import RawClient
from tests.support.server import StoaServer

WEBSOCKETS = 200
POLLERS = 20
DRAIN_SECONDS = 30

pytestmark = pytest.mark.heavy

POLLING = "/socket.io/?EIO=4&transport=polling"


class Poller:
    """A Socket.IO client that polls."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.path = POLLING

    async def enter(self) -> None:
        opened = (await self.client.get(self.path)).text
        self.path += "&sid=" + json.loads(opened[1:])["sid"]
        assert (await self.client.post(self.path, content="40")).text == "ok"
        assert (await self.client.get(self.path)).text.startswith("40{")

    async def last_word(self) -> str:
        """Poll until the session is over; what the last answer says."""
        while (answer := await self.client.get(self.path)).text == "2":
            await self.client.post(self.path, content="3")
        assert answer.status_code == 200
        return answer.text


async def connect_and_stop(
    server: StoaServer,
) -> tuple[int, float, list[tuple[int, str]], list[str]]:
    """The exit status, the stop's seconds, each WebSocket's close, each poller's last answer."""
    closes: list[tuple[int, str]] = []
    words: list[str] = []

    async def watch(client: RawClient) -> None:
        closes.append(await client.notice())
        await client.aclose()

    async def poll(poller: Poller) -> None:
        words.append(await poller.last_word())

    limits = httpx.Limits(max_connections=None)
    with trio.fail_after(120):
        async with httpx.AsyncClient(base_url=server.url, limits=limits, timeout=60) as http:
            sockets = [await RawClient.open(server.port) for _ in range(WEBSOCKETS)]
            pollers = [Poller(http) for _ in range(POLLERS)]
            for poller in pollers:
                await poller.enter()
            async with trio.open_nursery() as nursery:
                for socket in sockets:
                    nursery.start_soon(watch, socket)
                for poller in pollers:
                    nursery.start_soon(poll, poller)
                await trio.testing.wait_all_tasks_blocked(0.3)  # until every poll has gone out
                began = time.monotonic()
                status = await trio.to_thread.run_sync(server.stop)
                took = time.monotonic() - began
    return status, took, closes, words


async def test_a_stop_with_many_clients_is_quick_orderly_and_tells_them(tmp_path: Path) -> None:
    server = StoaServer(tmp_path / "data", {"STOA_DRAIN_SECONDS": str(DRAIN_SECONDS)})
    await trio.to_thread.run_sync(server.start)
    try:
        status, took, closes, words = await connect_and_stop(server)
    finally:
        server.kill()
    assert status == 0
    assert closes == [(1012, "server shutdown")] * WEBSOCKETS
    assert words == ["1"] * POLLERS
    assert took < DRAIN_SECONDS / 2
    log = server.log.read_text()
    assert "Traceback" not in log
    levels = [json.loads(line)["level"] for line in log.splitlines() if line.startswith("{")]
    assert set(levels) <= {"info", "warning"}
