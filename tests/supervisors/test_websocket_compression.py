"""Where WebSockets may be compressed, a long event is read by a real client."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import trio
from websockets.sync.client import connect

from protocol import topics
from protocol.communication import RoomSignal
from supervisors.node import Node
from tests.supervisors.test_node import settings_for
from tests.support.running_node import running

TOPIC = topics.room("course")
LONG = "a word " * 500


@pytest.mark.parametrize("setting", ["on", "off"])
async def test_a_long_event_is_smaller_on_the_wire_where_it_is_switched_on(
    tmp_path: Path, database_url: str, valkey_url: str, setting: str
) -> None:
    settings = settings_for(tmp_path, database_url, valkey_url)
    node = Node(msgspec.structs.replace(settings, websocket_compression=setting))

    def publish() -> int:
        """The bytes that were sent."""
        [session] = node.socketio.engine.sessions.values()
        node.fan_out.join(TOPIC, session._main)  # type: ignore[attr-defined]
        before = node.front.services.counters.bytes_sent
        event = RoomSignal(course_id="course", user_id="u", data=LONG)
        node.fan_out.publish(TOPIC, "room.signal", event)
        return node.front.services.counters.bytes_sent - before

    def talk() -> None:
        port = node.base_url.rsplit(":", 1)[1]
        url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
        with connect(url, compression="deflate") as client:
            agreed = [one.name for one in client.protocol.extensions]
            assert agreed == (["permessage-deflate"] if setting == "on" else [])
            assert str(client.recv(10)).startswith("0{")
            client.send("40")
            assert str(client.recv(10)).startswith("40{")
            sent = trio.from_thread.run_sync(publish)
            assert (sent < 500) is (setting == "on")
            while not (packet := str(client.recv(10))).startswith("42"):
                pass
            assert msgspec.json.decode(packet[2:])[1]["data"] == LONG

    async with running(node):
        await trio.to_thread.run_sync(talk)
