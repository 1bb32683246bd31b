"""Fan-out to many members over real sockets."""

from __future__ import annotations

import json

import trio

from tests.gateway.socketio.harness import Note, running
from tests.gateway.socketio.rawclient import RawClient

MEMBERS = 600  # more than two chunks of the fan-out


async def test_six_hundred_members_get_every_publication_once_and_in_order() -> None:
    async with running() as server:
        application = server.application
        clients: list[RawClient] = []
        for _ in range(MEMBERS):
            client = await RawClient.open(server.port)
            await client.hear()
            await client.say('421["join","t"]')
            assert json.loads((await client.hear())[3:]) == [{"ok": True}]
            clients.append(client)
        for number in range(20):
            application.fan_out.publish(
                "t", "note", Note(text=str(number)), position=(1 << 40) + number
            )
        expected = [
            ["note", {"type": "test.note", "text": str(number)}, f"1.{number}"]
            for number in range(20)
        ]
        for client in clients:
            heard = [json.loads((await client.hear())[2:]) for _ in range(20)]
            assert heard == expected
        for client in clients:
            await client.aclose()
        await application.wait(lambda: len(application.reasons) == MEMBERS)
        assert application.fan_out.statistics()["members"] == 0
        assert server.server.statistics()["sessions"] == 0
        assert set(application.reasons) == {"transport close"}


async def test_thousands_of_events_at_once_are_answered_in_order_by_many() -> None:
    """Each client sends a burst; every acknowledgement comes back to it, in its order."""
    async with running() as server, trio.open_nursery() as nursery:

        async def play() -> None:
            client = await RawClient.open(server.port)
            await client.hear()
            for number in range(100):
                await client.say(f'42{number}["echo",{number}]')
            answers = [await client.hear() for _ in range(100)]
            assert answers == [f"43{number}[{number}]" for number in range(100)]
            await client.aclose()

        for _ in range(30):
            nursery.start_soon(play)
