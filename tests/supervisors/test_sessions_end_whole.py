"""The end of a session on a whole node: from a mutation, by the relay, to what the device holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import trio
from websockets.frames import Opcode

from supervisors.demo.school import PASSWORD
from tests.gateway.graphql.living import Client
from tests.supervisors.test_subscriptions_whole import ADA, Whole, whole

LOGIN = """mutation($e: String!, $p: String!) {
    login(email: $e, password: $p) { accessToken } }"""
REFRESH = "mutation { refreshToken { accessToken } }"


class Devices:
    """A school, and browsers that are closed before it."""

    def __init__(self, world: Whole, stack: AsyncExitStack) -> None:
        self.world = world
        self.stack = stack

    async def browser(self, name: str, cookies: dict[str, str] | None = None) -> httpx.AsyncClient:
        return await self.stack.enter_async_context(
            httpx.AsyncClient(
                base_url=self.world.node.base_url,
                headers={"user-agent": name},
                cookies=cookies,
                timeout=20,
            )
        )

    async def device(self, name: str) -> Device:
        return await Device(self.world, await self.browser(name)).begin()


@asynccontextmanager
async def devices(tmp_path: Path, database_url: str, valkey_url: str) -> AsyncIterator[Devices]:
    async with whole(tmp_path, database_url, valkey_url) as world, AsyncExitStack() as stack:
        yield Devices(world, stack)


class Device:
    """A browser of Ada's with its cookie jar, a GraphQL socket and a Socket.IO connection."""

    def __init__(self, world: Whole, browser: httpx.AsyncClient) -> None:
        self.world = world
        self.browser = browser
        self.token = ""
        self.socket: Client
        self.sid = ""

    async def ask(self, query: str, **variables: Any) -> Any:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        body = {"query": query, "variables": variables}
        return (await self.browser.post("/graphql", json=body, headers=headers)).json()

    async def begin(self) -> Device:
        data = (await self.ask(LOGIN, e=ADA, p=PASSWORD))["data"]
        self.token = data["login"]["accessToken"]
        self.socket = await self.world.client(ADA, self.token)
        self.sid = (await self.polled()).split('"sid":"')[1].split('"')[0]
        await self.post(f'40{{"token":"{self.token}"}}')
        assert (await self.polled()).startswith("40")
        return self

    async def polled(self) -> str:
        """What a GET of the Engine.IO session brings; its status where that is no success."""
        at = f"&sid={self.sid}" if self.sid else ""
        answer = await self.browser.get(f"/socket.io/?EIO=4&transport=polling{at}")
        return answer.text if answer.status_code == 200 else str(answer.status_code)

    async def post(self, packet: str) -> None:
        await self.browser.post(
            f"/socket.io/?EIO=4&transport=polling&sid={self.sid}", content=packet
        )

    async def ended(self) -> None:
        """Everything that this device held is over, and its token is worth nothing."""
        with trio.fail_after(30):
            assert (await self.socket.closing())[0] == 4403
            while (said := await self.polled()) in ("2", "3"):
                await self.post("3")
            assert said.startswith("41") or said == "400"
        assert (await self.ask("{ me { id } }"))["errors"][0]["extensions"]["details"] == {
            "reason": "revoked"
        }

    async def lives(self) -> None:
        await self.socket.say(type="ping")
        frame = await self.socket.frame()
        assert frame.opcode is Opcode.TEXT
        assert (await self.ask("{ me { id } }"))["data"]["me"] is not None


async def test_every_end_of_a_session_ends_what_its_device_holds_and_nothing_else(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with devices(tmp_path, database_url, valkey_url) as school:
        stays = await school.device("stays")

        out = await school.device("signs out")
        assert (await out.ask("mutation { logout }"))["data"] == {"logout": True}
        await out.ended()

        put_out = await school.device("is put out")
        sessions = (await stays.ask("{ mySessions { id device } }"))["data"]["mySessions"]
        [session_id] = [each["id"] for each in sessions if each["device"] == "is put out"]
        await stays.ask("mutation($id: ID!) { endSession(id: $id) }", id=session_id)
        await put_out.ended()

        copied = await school.device("is copied")
        cookies = dict(copied.browser.cookies)
        assert (await copied.ask(REFRESH))["data"]
        thief = await school.browser("a thief's", cookies)
        body = (await thief.post("/graphql", json={"query": REFRESH})).json()
        assert body["errors"][0]["extensions"]["details"] == {"reason": "reused"}
        await copied.ended()

        await stays.lives()
        await stays.ask("mutation { logoutEverywhere }")
        await stays.ended()


async def test_two_restored_tabs_stay_signed_in(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with devices(tmp_path, database_url, valkey_url) as school:
        device = await school.device("two tabs")
        cookies = dict(device.browser.cookies)
        tokens: list[str] = []

        async def restore() -> None:
            tab = await school.browser("two tabs", cookies)
            body = (await tab.post("/graphql", json={"query": REFRESH})).json()
            tokens.append(body["data"]["refreshToken"]["accessToken"])

        async with trio.open_nursery() as nursery:
            nursery.start_soon(restore)
            nursery.start_soon(restore)
        for device.token in tokens:
            assert (await device.ask("{ me { id } }"))["data"]["me"] is not None
