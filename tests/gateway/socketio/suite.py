"""Both protocols on a port, as the published suites ask for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio
import trio.testing

from gateway.front.limits import Limits
from gateway.front.server import Front
from gateway.socketio.settings import Settings
from tests.gateway.socketio.conformance_server import make_routes
from tests.gateway.socketio.harness import trio_now
from tests.gateway.socketio.wires import PATH, Web

CALM = Settings(burst_pings=0)


@asynccontextmanager
async def suite(settings: Settings = CALM) -> AsyncIterator[int]:
    """Both protocols on a port: an Engine.IO that echoes, and the Socket.IO test application."""
    front = Front(make_routes(settings, now=trio_now), limits=Limits(), now=trio_now)
    async with trio.open_nursery() as nursery:

        async def serve(task_status: trio.TaskStatus[int]) -> None:
            await front.serve(host="127.0.0.1", port=0, task_status=task_status)

        yield await nursery.start(serve)
        nursery.cancel_scope.cancel()


async def entered(port: int, path: str) -> Web:
    """A WebSocket that has said all that must be said to stay."""
    if path == PATH:
        return await Web.entered(port)
    client = await Web.open(port, path=path)
    await client.hear()
    return client
