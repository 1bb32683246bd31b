"""Films of a whole node: a domain makes the link, the front serves what is below it."""

from __future__ import annotations

import secrets
from pathlib import Path

import httpx

from protocol.transcoding import prefix_of
from tests.supervisors.test_subscriptions_whole import whole

PREFIX = prefix_of("aaaa-bbbb")


async def test_a_film_plays_by_a_link_of_the_node(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    film = secrets.token_bytes(2_000_000)
    async with (
        whole(tmp_path, database_url, valkey_url) as world,
        httpx.AsyncClient(base_url=world.node.base_url, timeout=30) as client,
    ):
        await world.node.objects.put(PREFIX + "v0.mp4", film, "video/mp4")
        await world.node.objects.put(PREFIX + "master.m3u8", b"#EXTM3U", "text/plain")
        link = world.node.streams.stream_link(PREFIX, seconds=60)
        assert link.startswith("/streams/")
        playlist = await client.get(link + "master.m3u8")
        assert (playlist.status_code, playlist.content) == (200, b"#EXTM3U")
        assert playlist.headers["content-type"] == "application/vnd.apple.mpegurl"
        for start in (0, 500_000, 1_500_000):
            wanted = {"range": f"bytes={start}-{start + 499_999}"}
            answer = await client.get(link + "v0.mp4", headers=wanted)
            assert (answer.status_code, answer.content) == (206, film[start : start + 500_000])
        assert (await client.get(link + "v1.mp4")).status_code == 404
        assert (await client.get("/streams/nothing/v0.mp4")).status_code == 401
        posted = await client.post(link + "v0.mp4")
        assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD")
