"""Engine.IO clients on real sockets that do exactly what a test tells them, wrong things too."""

from __future__ import annotations

import json
from contextlib import suppress
from types import TracebackType
from typing import Any

import trio
import trio.testing
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.uri import parse_uri

from tests.gateway.front.harness import Answer, Wire

PATH = "/socket.io/"


class HttpWire:
    """One client's HTTP connection. `status` and `text` are the usual things to look at."""

    def __init__(self, port: int, wire: Wire, path: str = PATH):
        self.port = port
        self.path = path
        self._wire = wire

    @classmethod
    async def open(cls, port: int, path: str = PATH) -> HttpWire:
        return cls(port, Wire(await trio.open_tcp_stream("127.0.0.1", port)), path)

    async def __aenter__(self) -> HttpWire:
        return self

    async def __aexit__(self, *_: object) -> None:
        await trio.aclose_forcefully(self._wire.stream)

    async def ask(self, method: str, query: str, body: bytes = b"", **headers: str) -> Answer:
        await self.begin(method, query, body, **headers)
        return await self.answer(method)

    async def begin(self, method: str, query: str, body: bytes = b"", **headers: str) -> None:
        """Send a request and do not wait for the answer."""
        lines = [f"{method} {self.path}?{query} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        await self._wire.send("\r\n".join([*lines, "", ""]).encode() + body)

    async def raw(self, data: bytes) -> None:
        await self._wire.send(data)

    async def answer(self, method: str = "GET") -> Answer:
        return await self._wire.answer(method)


class Polling:
    """A client that polls: one connection for its GETs, others for its POSTs, as browsers do."""

    def __init__(self, gets: HttpWire, opened: dict[str, Any]):
        self.gets = gets
        self.opened = opened
        self.query = f"EIO=4&transport=polling&sid={opened['sid']}"

    @classmethod
    async def open(cls, port: int, path: str = PATH) -> Polling:
        gets = await HttpWire.open(port, path)
        answer = await gets.ask("GET", "EIO=4&transport=polling")
        assert answer.status == 200, answer
        assert answer.body[:1] == b"0"
        return cls(gets, json.loads(answer.body[1:]))

    @property
    def sid(self) -> str:
        return str(self.opened["sid"])

    async def __aenter__(self) -> Polling:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.gets.__aexit__()

    async def get(self) -> tuple[int, bytes]:
        answer = await self.gets.ask("GET", self.query)
        return answer.status, answer.body

    async def begin_get(self) -> None:
        """Returns when the server has it."""
        await self.gets.begin("GET", self.query)
        await trio.testing.wait_all_tasks_blocked(0.01)

    async def end_get(self) -> tuple[int, bytes]:
        answer = await self.gets.answer()
        return answer.status, answer.body

    async def post(self, *packets: bytes) -> tuple[int, bytes]:
        async with await HttpWire.open(self.gets.port, self.gets.path) as wire:
            answer = await wire.ask("POST", self.query, b"\x1e".join(packets))
            return answer.status, answer.body

    async def enter(self, namespace: str = "", auth: str = "") -> None:
        """Go into a namespace and take what comes of that."""
        assert await self.post(f"40{namespace}{auth}".encode()) == (200, b"ok")
        heard = b""
        while b"auth" not in heard:
            status, heard = await self.get()
            assert status == 200


class Web:
    """A WebSocket client on the sans-I/O core of websockets."""

    def __init__(self, stream: trio.SocketStream, protocol: ClientProtocol):
        self.stream = stream
        self._protocol = protocol
        self._frames: list[Frame] = []
        self.response: Response | None = None
        self.patience = 10.0
        """Seconds on Trio's clock to wait for the next bytes."""

    @classmethod
    async def open(
        cls, port: int, query: str = "EIO=4&transport=websocket", path: str = PATH, **headers: str
    ) -> Web:
        """A handshake that must succeed."""
        web = await cls.attempt(port, query, path, **headers)
        assert web.status == 101, web.response
        return web

    @classmethod
    async def attempt(
        cls, port: int, query: str = "EIO=4&transport=websocket", path: str = PATH, **headers: str
    ) -> Web:
        """A handshake, whatever comes of it."""
        stream = await trio.open_tcp_stream("127.0.0.1", port)
        return await cls.over(stream, port, query, path, **headers)

    @classmethod
    async def over(
        cls,
        stream: trio.SocketStream,
        port: int,
        query: str = "EIO=4&transport=websocket",
        path: str = PATH,
        **headers: str,
    ) -> Web:
        """A handshake on a connection that the test has made."""
        protocol = ClientProtocol(parse_uri(f"ws://127.0.0.1:{port}{path}?{query}"))
        web = cls(stream, protocol)
        request = protocol.connect()
        for name, value in headers.items():
            request.headers[name.replace("_", "-")] = value
        protocol.send_request(request)
        await web._flush()
        while web.response is None:
            await web._read()
        return web

    @classmethod
    async def entered(cls, port: int, auth: str = "") -> Web:
        """A client in the main namespace of the test application."""
        web = await cls.open(port)
        assert str(await web.hear()).startswith("0{")
        await web.say("40" + auth)
        assert str(await web.hear()).startswith("40{")
        assert str(await web.hear()).startswith('42["auth"')
        return web

    async def __aenter__(self) -> Web:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await trio.aclose_forcefully(self.stream)

    @property
    def status(self) -> int:
        assert self.response is not None
        return self.response.status_code

    async def say(self, *messages: str | bytes) -> None:
        for message in messages:
            if isinstance(message, str):
                self._protocol.send_text(message.encode())
            else:
                self._protocol.send_binary(message)
        await self._flush()

    async def raw(self, data: bytes) -> None:
        """Bytes as they are, whatever they do to the protocol."""
        await self.stream.send_all(data)

    async def hear(self) -> str | bytes:
        """The next message; fails when the server closes instead."""
        while (frame := await self._frame()).opcode is Opcode.PING:
            await self._flush()
        assert frame.opcode in (Opcode.TEXT, Opcode.BINARY), frame
        return bytes(frame.data).decode() if frame.opcode is Opcode.TEXT else bytes(frame.data)

    async def silence(self) -> None:
        """Nothing was sent that has not been heard."""
        await self.say('42999["echo"]')
        assert await self.hear() == "43999[]"

    async def hear_event(self) -> list[Any]:
        """The next text message that is no ping, without its digits."""
        while (heard := await self.hear()) == "2":
            await self.say("3")
        assert isinstance(heard, str)
        return list(json.loads(heard[heard.index("[") :]))

    async def hear_or_notice(self) -> str | bytes | tuple[int, str]:
        """The next message that is no ping, or with what the server closes."""
        while (frame := await self._frame()).opcode is not Opcode.CLOSE:
            if frame.opcode is Opcode.BINARY:
                return bytes(frame.data)
            if frame.opcode is Opcode.TEXT and frame.data != b"2":
                return bytes(frame.data).decode()
        return int.from_bytes(frame.data[:2], "big"), bytes(frame.data[2:]).decode()

    async def notice(self) -> tuple[int, str]:
        """The code and the reason with which the server closes, whatever it says before."""
        while (frame := await self._frame()).opcode is not Opcode.CLOSE:
            pass
        with suppress(trio.BrokenResourceError):
            await self._flush()
        return int.from_bytes(frame.data[:2], "big"), bytes(frame.data[2:]).decode()

    async def _frame(self) -> Frame:
        while not self._frames:
            await self._read()
        return self._frames.pop(0)

    async def _read(self) -> None:
        with trio.fail_after(self.patience):
            data = await self.stream.receive_some(65_536)
        assert data, "closed without a frame"
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._frames.append(event)
            else:
                assert isinstance(event, Response)
                self.response = event

    async def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                await self.stream.send_all(data)
