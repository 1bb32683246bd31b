"""Drives the Node.js clients of this folder from Trio tests.

Set up with `npm ci` in `tests/clients`. Without Node.js or the packages a test is skipped, visibly;
with STOA_REQUIRE_NODE=1 it fails instead. The same goes for the tools of `tests/web`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio

FOLDER = Path(__file__).parent


def require_node(package: str = "socket.io-client", folder: Path = FOLDER) -> str:
    """The path of Node.js; skips, or fails where it is required, when something is missing.

    `package` has to be installed in `folder`.
    """
    node = shutil.which("node")
    if node is not None and (folder / "node_modules" / package).is_dir():
        return node
    packages = f"the package {package} of tests/{folder.name} (run `npm ci` there)"
    what = "Node.js" if node is None else packages
    if os.environ.get("STOA_REQUIRE_NODE") == "1":
        pytest.fail(f"{what} is required and missing")
    pytest.skip(f"{what} is missing")


class NodeClient:
    """One socket.io-client in a process of its own."""

    def __init__(self, process: trio.Process):
        self._process = process
        self._buffer = b""
        self.heard: deque[dict[str, Any]] = deque()

    async def do(self, what: str, **parameters: Any) -> None:
        assert self._process.stdin is not None
        line = msgspec.json.encode({"do": what, **parameters}) + b"\n"
        await self._process.stdin.send_all(line)

    async def hear(self, on: str, where: Callable[[dict[str, Any]], bool] | None = None) -> Any:
        """The next happening of this kind; those before it are kept in `heard`."""
        while True:
            for happening in self.heard:
                if happening["on"] == on and (where is None or where(happening)):
                    self.heard.remove(happening)
                    return happening
            await self._read()

    async def event(self, name: str) -> list[Any]:
        """The arguments of the next event of that name."""
        found = await self.hear("event", lambda happening: happening["name"] == name)
        return list(found["args"])

    async def ask(self, *arguments: Any) -> list[Any]:
        """Emit with an acknowledgement, and wait for it."""
        await self.do("emit", args=arguments, ack=True)
        return list((await self.hear("ack"))["args"])

    async def emit(self, *arguments: Any, volatile: bool = False) -> None:
        await self.do("emit", args=arguments, volatile=volatile)

    async def open(self, url: str, **options: Any) -> None:
        namespace = options.pop("namespace", "/")
        await self.do("open", url=url, options=options, namespace=namespace)

    def freeze(self) -> None:
        """Stop the process: its connections stay open and silent, as in a dead network."""
        self._process.send_signal(signal.SIGSTOP)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        data = await self._process.stdout.receive_some()
        assert data, "the Node client has ended"
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        self.heard.extend(msgspec.json.decode(line) for line in lines)


@asynccontextmanager
async def node_client(script: str = "socketio_client.mjs") -> AsyncIterator[NodeClient]:
    """A client process that ends with the block."""
    node = require_node()
    process = await trio.lowlevel.open_process(
        [node, str(FOLDER / script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield NodeClient(process)
    finally:
        with trio.CancelScope(shield=True):
            process.kill()
            await process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    await stream.aclose()
