"""Connection state recovery with the official JavaScript client, against a real `stoa serve`."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio

from tests.clients.node import NodeClient, node_client
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.heavy, pytest.mark.node]

LOGIN = "mutation($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }"
COURSE = "{ myCourses { nodes { id } } }"
RUNNING = "{ myCourses { nodes { liveQuizzes { id } } } }"


def graphql(server: StoaServer, query: str, token: str | None = None, **variables: Any) -> Any:
    """The data of one operation."""
    headers = {"content-type": "application/json"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(server.url + "/graphql", body, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        reply = json.load(answer)
    assert "errors" not in reply, reply
    return reply["data"]


def login(server: StoaServer, email: str) -> str:
    return str(graphql(server, LOGIN, e=email, p=PASSWORD)["login"]["accessToken"])


@pytest.fixture
def school(tmp_path: Path) -> Any:
    server = StoaServer(tmp_path / "data")
    server.start("--demo")
    yield server
    server.kill()


@asynccontextmanager
async def member(
    server: StoaServer, email: str | None, **options: Any
) -> AsyncIterator[NodeClient]:
    """A client that comes back only when it is told to."""
    auth = {} if email is None else {"token": login(server, email)}
    async with node_client() as client:
        await client.open(server.url, auth=auth, reconnection=False, **options)
        assert (await client.hear("connect"))["recovered"] is False
        yield client


async def say(client: NodeClient, course: str, text: str) -> None:
    [reply] = await client.ask("room.say", {"courseId": course, "messageId": text, "text": text})
    assert reply["ok"], reply


async def next_text(client: NodeClient) -> str:
    data, place = await client.event("room.message")
    assert isinstance(place, str)
    return str(data["text"])


async def come_back(client: NodeClient) -> dict[str, Any]:
    await client.do("connect")
    happening: dict[str, Any] = await client.hear("connect")
    return happening


def course_of(server: StoaServer) -> str:
    data = graphql(server, COURSE, login(server, EDUCATOR))
    return str(data["myCourses"]["nodes"][0]["id"])


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_client_that_lost_its_connection_gets_what_it_missed_once_and_in_order(
    school: StoaServer, transport: str
) -> None:
    course = course_of(school)
    with trio.fail_after(60):
        async with (
            member(school, EDUCATOR) as vera,
            member(school, "student01@demo.stoa", transports=[transport]) as ada,
        ):
            await vera.ask("room.join", {"courseId": course})
            await say(vera, course, "before")
            [joined] = await ada.ask("room.join", {"courseId": course})
            assert [m["text"] for m in joined["view"]["messages"]] == ["before"]
            await say(vera, course, "seen")
            assert await next_text(ada) == "seen"
            await ada.do("drop")
            await ada.hear("disconnect")
            for text in ("one", "two", "three"):
                await say(vera, course, text)
            assert (await come_back(ada))["recovered"] is True
            assert [await next_text(ada) for _ in range(3)] == ["one", "two", "three"]
            [state] = await ada.event("room.view")
            assert state["view"]["messages"] == []
            assert state["view"]["count"] == 2
            await say(vera, course, "after")
            assert await next_text(ada) == "after"


async def test_a_client_that_has_seen_nothing_yet_gets_what_came_after_its_view(
    school: StoaServer,
) -> None:
    course = course_of(school)
    with trio.fail_after(60):
        async with member(school, EDUCATOR) as vera, member(school, "student01@demo.stoa") as ada:
            await vera.ask("room.join", {"courseId": course})
            await say(vera, course, "in the view")
            await ada.ask("room.join", {"courseId": course})
            await ada.do("drop")
            await ada.hear("disconnect")
            await say(vera, course, "missed")
            assert (await come_back(ada))["recovered"] is True
            assert await next_text(ada) == "missed"


async def test_it_is_recovered_after_the_server_was_killed(school: StoaServer) -> None:
    course = course_of(school)
    game = graphql(school, RUNNING, login(school, EDUCATOR))["myCourses"]["nodes"][0]
    live_quiz_id = game["liveQuizzes"][0]["id"]
    with trio.fail_after(120):
        async with (
            member(school, EDUCATOR) as vera,
            member(school, "student01@demo.stoa") as ada,
            member(school, "student02@demo.stoa") as ben,
        ):
            for client in (vera, ada):
                await client.ask("room.join", {"courseId": course})
            await vera.ask("live.host", {"liveQuizId": live_quiz_id})
            [joined] = await ben.ask("live.join", {"liveQuizId": live_quiz_id, "nickname": "Ben"})
            assert joined["ok"], joined
            await say(vera, course, "seen")
            assert await next_text(ada) == "seen"
            await ada.do("drop")
            await ada.hear("disconnect")
            for text in ("one", "two"):
                await say(vera, course, text)
            school.kill()
            for client in (vera, ben):
                await client.hear("disconnect")
            await trio.to_thread.run_sync(school.start)
            for client in (ada, vera, ben):
                assert (await come_back(client))["recovered"] is True
            assert [await next_text(ada) for _ in range(2)] == ["one", "two"]
            [state] = await vera.event("live.view")
            assert (state["role"], state["view"]["phase"]) == ("host", "lobby")
            [state] = await ben.event("live.view")
            assert (state["role"], state["view"]["nickname"]) == ("player", "Ben")
            command = {"liveQuizId": live_quiz_id, "command": "start", "commandId": "go"}
            [started] = await vera.ask("live.command", command)
            assert started["ok"], started
            await ben.event("live.question")
            await say(vera, course, "after")
            assert await next_text(ada) == "after"


async def test_a_client_that_left_on_purpose_begins_anew_and_is_told_so(
    school: StoaServer,
) -> None:
    course = course_of(school)
    with trio.fail_after(60):
        async with member(school, "student01@demo.stoa") as ada:
            await ada.ask("room.join", {"courseId": course})
            await ada.do("disconnect")
            await ada.hear("disconnect")
            assert (await come_back(ada))["recovered"] is False
            [reset] = await ada.event("session.reset")
            assert reset["reason"] == "expired"
            [joined] = await ada.ask("room.join", {"courseId": course})
            assert joined["ok"]
