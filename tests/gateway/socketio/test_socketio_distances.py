"""A distance between real sockets: the server's clock goes on by it for all that passes."""

from __future__ import annotations

from functools import partial

import pytest
import trio

from gateway.front.proxies import TrustedProxies
from gateway.socketio.settings import Settings
from tests.gateway.socketio.harness import running
from tests.gateway.socketio.wires import Web

ONE_WAY_MS = 300
MEASURING = Settings(burst_pings=4)
LOOPBACK = TrustedProxies(["127.0.0.0/8"])


class Line:
    """A proxy to the server. Whatever passes takes so long on the server's clock."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000
        self.port = 0

    async def serve(self, server_port: int, task_status: trio.TaskStatus[None]) -> None:
        async def carry(client: trio.SocketStream) -> None:
            server = await trio.open_tcp_stream("127.0.0.1", server_port)
            async with server, trio.open_nursery() as nursery:
                nursery.start_soon(self._pass, client, server)
                await self._pass(server, client)
                nursery.cancel_scope.cancel()

        async with trio.open_nursery() as nursery:
            listen = partial(trio.serve_tcp, carry, 0, host="127.0.0.1")
            (listener,) = await nursery.start(listen)
            self.port = listener.socket.getsockname()[1]
            task_status.started()

    async def _pass(self, source: trio.SocketStream, target: trio.SocketStream) -> None:
        async for data in source:
            self.now += ONE_WAY_MS
            await target.send_all(data)


@pytest.mark.parametrize("trusted", [True, False])
async def test_behind_a_proxy_the_way_to_the_client_counts_and_not_the_way_to_the_proxy(
    trusted: bool,
) -> None:
    line = Line()
    proxies = LOOPBACK if trusted else None
    async with (
        running(MEASURING, now=lambda: line.now, proxies=proxies) as server,
        trio.open_nursery() as nursery,
    ):
        await nursery.start(line.serve, server.port)
        async with await Web.entered(line.port) as client:
            measures = server.application.sockets[0].round_trips
            nursery.start_soon(client.hear)
            await server.application.wait(lambda: measures.echoes == 4)
            if trusted:
                assert measures.credited_ms == 2 * ONE_WAY_MS
                assert measures.held_back_ms == 0
            else:
                assert measures.credited_ms < ONE_WAY_MS, "as far as the kernel knows"
                assert server.application.measures[-1][1] > ONE_WAY_MS
            nursery.cancel_scope.cancel()
