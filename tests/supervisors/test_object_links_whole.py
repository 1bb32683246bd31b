"""Links to files of a whole node: its own routes, and the addresses that they name."""

from __future__ import annotations

import secrets
from pathlib import Path

import httpx

from protocol.uploads import LINK_SECONDS
from storage.objects.folder import FolderObjects
from tests.supervisors.test_subscriptions_whole import whole

KEY = "resources/aaaa-bbbb"


async def test_a_file_goes_in_and_comes_out_by_links(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    data = secrets.token_bytes(2_000_000)
    async with (
        whole(tmp_path, database_url, valkey_url) as world,
        httpx.AsyncClient(base_url=world.node.base_url, timeout=30) as client,
    ):
        objects = world.node.objects
        assert isinstance(objects, FolderObjects)
        upload = await objects.begin(KEY, content_type="application/pdf")
        sends = await objects.part_link(KEY, upload, 1, size=len(data), seconds=LINK_SECONDS)
        answer = await client.put(sends.url, content=data, headers=dict(sends.headers))
        assert answer.status_code == 204
        assert await objects.join(KEY, upload, [len(data)])
        assert (await client.put(sends.url, content=data)).status_code == 404
        gives = await objects.link(KEY, seconds=60, filename="a.pdf", inline=True)
        assert gives.startswith(world.node.base_url)
        answer = await client.get(gives, headers={"range": "bytes=5-1000004"})
        assert (answer.status_code, answer.content) == (206, data[5:1_000_005])
        assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''a.pdf"
        assert (await client.get("/objects/nothing")).status_code == 401
