"""A guest whose program answers pings late, as no browser does."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

HELD_BACK_SECONDS = 0.2
ECHOES = 4


class LateGuest:
    """Plays by Socket.IO over one blocking connection. Every echo waits; nothing else does."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), 30)
        uri = parse_uri(f"ws://{host}:{port}/socket.io/?EIO=4&transport=websocket")
        self._protocol = ClientProtocol(uri)
        self._protocol.send_request(self._protocol.connect())
        self._frames: list[Frame] = []
        self.echoes = 0
        self._flush()

    def say(self, text: str) -> None:
        self._protocol.send_text(text.encode())
        self._flush()

    def hear(self, start: str) -> str:
        """The next packet that begins like that; pings before it are answered, late."""
        while not (packet := self._packet()).startswith(start):
            pass
        return packet

    def call(self, number: int, event: str, payload: dict[str, Any]) -> Any:
        self.say(f"42{number}{json.dumps([event, payload])}")
        return json.loads(self.hear(f"43{number}[").removeprefix(f"43{number}"))[0]

    def close(self) -> None:
        self._socket.close()

    def _packet(self) -> str:
        while True:
            while not self._frames:
                self._receive()
            frame = self._frames.pop(0)
            if frame.opcode is Opcode.TEXT:
                return bytes(frame.data).decode()

    def _receive(self) -> None:
        self._protocol.receive_data(self._socket.recv(65_536))
        events = self._protocol.events_received()
        frames = [event for event in events if isinstance(event, Frame)]
        self._frames += frames
        if any(frame.opcode is Opcode.PING for frame in frames):
            threading.Event().wait(HELD_BACK_SECONDS)  # what it is for
            self._flush()
            self.echoes += 1

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            self._socket.sendall(data)


@contextmanager
def late_guest(url: str, pin: str, nickname: str) -> Iterator[None]:
    """Somebody in the lobby whose echoes have come late often enough to be noticed."""
    host, _, port = url.removeprefix("http://").partition(":")
    guest = LateGuest(host, int(port))
    try:
        guest.hear("0{")
        guest.say("40")
        guest.hear("40{")
        assert guest.call(1, "live.join", {"pin": pin, "nickname": nickname})["ok"] is True
        number = 1
        while guest.echoes < ECHOES:
            number += 1
            guest.call(number, "time.sync", {"t0": number})
        yield
    finally:
        guest.close()
