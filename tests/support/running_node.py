"""A whole node inside a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from supervisors.node import Node
from supervisors.tree import run_node

START_SECONDS = 120


@asynccontextmanager
async def running(node: Node) -> AsyncIterator[None]:
    """The node is ready in the body, and stops in order after it."""
    up = trio.Event()
    async with trio.open_nursery() as nursery:

        async def ready() -> None:
            up.set()
            await trio.sleep_forever()

        nursery.start_soon(run_node, node, ready)
        with trio.fail_after(START_SECONDS):
            await up.wait()
        yield
        nursery.cancel_scope.cancel()
