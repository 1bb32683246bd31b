"""A bare WebSocket client on a Trio stream, for tests with many connections at once."""

from __future__ import annotations

import struct

import trio

MASK = b"\x00\x00\x00\x00"
"""A legal mask that changes nothing."""

PING = b"\x89"
"""A protocol's ping, whatever is in it: this client does not echo."""


class RawClient:
    """Speaks just enough RFC 6455 for a test: short text out, text frames in."""

    def __init__(self, stream: trio.SocketStream):
        self._stream = stream
        self._buffer = bytearray()

    @classmethod
    async def open(cls, port: int, auth: str = "") -> RawClient:
        """Connect, shake hands and enter the main namespace."""
        client = cls(await trio.open_tcp_stream("127.0.0.1", port))
        await client._stream.send_all(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        while (end := client._buffer.find(b"\r\n\r\n")) < 0:
            await client._read()
        assert client._buffer.startswith(b"HTTP/1.1 101")
        del client._buffer[: end + 4]
        assert (await client.hear()).startswith("0{")
        await client.say("40" + auth)
        assert (await client.hear()).startswith("40{")
        return client

    async def say(self, text: str) -> None:
        payload = text.encode()
        assert len(payload) < 126
        await self._stream.send_all(b"\x81%c%b%b" % (0x80 | len(payload), MASK, payload))

    async def hear(self) -> str:
        """The next text message that is not a ping."""
        while True:
            while (frame := self._frame()) is None:
                await self._read()
            if frame not in (b"2", PING):
                return frame.decode()

    def _frame(self) -> bytes | None:
        if len(self._buffer) < 2:
            return None
        size, start = self._buffer[1], 2
        if size == 126:
            size, start = struct.unpack_from("!H", self._buffer, 2)[0], 4
        if len(self._buffer) < start + size:
            return None
        opcode = self._buffer[0]
        payload = bytes(self._buffer[start : start + size])
        del self._buffer[: start + size]
        if opcode == 0x89:
            return PING
        assert opcode == 0x81
        return payload

    async def _read(self) -> None:
        data = await self._stream.receive_some(65_536)
        assert data, "the server has closed the connection"
        self._buffer += data

    async def notice(self) -> tuple[int, str]:
        """Wait for the server's close frame, answer it, and see the connection end."""
        while not self._buffer.startswith(b"\x88"):
            if self._frame() is None:
                await self._read()
        while len(self._buffer) < 2 or len(self._buffer) < 2 + self._buffer[1]:
            await self._read()
        payload = bytes(self._buffer[2:])
        await self._stream.send_all(b"\x88%c%b%b" % (0x82, MASK, payload[:2]))
        assert await self._stream.receive_some(1) == b""
        return int.from_bytes(payload[:2], "big"), payload[2:].decode()

    async def aclose(self) -> None:
        await self._stream.aclose()
