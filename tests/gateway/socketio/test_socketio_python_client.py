"""python-socketio's asyncio client against the real server on a real Front."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import socketio
import trio

from tests.gateway.socketio.harness import running

Scenario = Callable[[socketio.AsyncClient], Awaitable[None]]


async def play(scenario: Scenario, **options: Any) -> None:
    """Run `scenario` with a client on an asyncio loop in a thread of its own."""

    async def whole() -> None:
        client = socketio.AsyncClient(**options)
        try:
            await asyncio.wait_for(scenario(client), 20)
        finally:
            await client.disconnect()
            await client.shutdown()

    await trio.to_thread.run_sync(asyncio.run, whole())


@pytest.mark.parametrize("transports", [["websocket"], ["polling"], None])
async def test_connects_acknowledges_and_carries_binary(transports: list[str] | None) -> None:
    async def scenario(client: socketio.AsyncClient) -> None:
        asked: asyncio.Queue[Any] = asyncio.Queue()

        @client.on("question")  # type: ignore[untyped-decorator]
        async def question(text: str) -> tuple[str, bytes]:
            await asked.put(text)
            return "yes", b"\x00"

        @client.on("answered")  # type: ignore[untyped-decorator]
        async def answered(answer: Any) -> None:
            await asked.put(answer)

        await client.connect(url, transports=transports, auth={"token": "py"})
        assert await client.call("echo", ({"a": [1, b"\x01\x02"]}, "b")) == (
            {"a": [1, b"\x01\x02"]},
            "b",
        )
        await client.emit("ask", "why?")
        assert await asked.get() == "why?"
        assert await asked.get() == ["yes", b"\x00"]

    async with running() as server:
        url = server.url
        await play(scenario)
        assert server.application.auths == [{"token": "py"}]


async def test_a_refused_client_is_told_why() -> None:
    async def scenario(client: socketio.AsyncClient) -> None:
        refused: asyncio.Queue[Any] = asyncio.Queue()
        client.on("connect_error", refused.put)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(url, transports=["websocket"], auth={"token": "wrong"})
        told = await refused.get()
        assert told["message"] == "no"
        assert told["data"]["code"] == "AUTHENTICATION_ERROR"

    async with running() as server:
        url = server.url
        await play(scenario, reconnection=False)


async def test_publications_arrive_in_order_with_their_place() -> None:
    async def scenario(client: socketio.AsyncClient) -> None:
        notes: asyncio.Queue[Any] = asyncio.Queue()

        @client.on("note")  # type: ignore[untyped-decorator]
        async def note(*arguments: Any) -> None:
            await notes.put(arguments)

        await client.connect(url, transports=["websocket"])
        await client.call("join", "t")
        for offset in range(1, 20):
            await client.emit("publish", ("t", str(offset), offset))
        got = [await notes.get() for _ in range(1, 20)]
        assert got == [
            ({"type": "test.note", "text": str(offset)}, f"7.{offset}") for offset in range(1, 20)
        ]

    async with running() as server:
        url = server.url
        await play(scenario)


async def test_a_client_cut_off_connects_again() -> None:
    async def scenario(client: socketio.AsyncClient) -> None:
        connected: asyncio.Queue[str] = asyncio.Queue()

        @client.event  # type: ignore[untyped-decorator]
        async def connect() -> None:
            await connected.put(str(client.sid))

        await client.connect(url, transports=["websocket"])
        first = await connected.get()
        await client.emit("cut")
        assert await connected.get() != first
        assert await client.call("echo", "back") == "back"

    async with running() as server:
        url = server.url
        application = server.application
        application.on_cut = lambda *_: server.server.close_all()  # type: ignore[attr-defined]
        await play(scenario, reconnection_delay=0.01, reconnection_delay_max=0.02)
