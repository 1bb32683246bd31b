"""Redis is emptied, comes back with an older copy, is full, or may forget: a whole node on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import structlog
import trio

from protocol.envelope import Address
from protocol.users.commands import ChangeRole, DisableUser
from protocol.users.values import Role
from storage.valkey import Valkey
from supervisors.demo.school import EDUCATOR, PASSWORD
from supervisors.node import Node
from supervisors.operations import NodeOperations
from tests.supervisors.test_node import settings_for
from tests.supervisors.test_readiness import parts_when
from tests.supervisors.test_subscriptions_whole import ADA, LOGIN, Whole, whole
from tests.support.engines import TestValkey
from tests.support.running_node import running

GRACE = "student02@demo.stoa"
ADMIN = "11111111-1111-4111-8111-111111111111"
MAKE_ADMIN = """
insert into users (id, email, password_hash, role) values ($1, 'admin@school.example', '', 'admin')
"""
CREATE = """mutation { createCourse(input: {title: "Hers no more", description: "", category: "x",
    difficulty: BEGINNER}) { id } }"""
REFRESH = "mutation { refreshToken { accessToken } }"


async def asked(
    node: Node, query: str, token: str = "", cookies: Any = None, **variables: Any
) -> Any:
    """The answer's errors' codes and reasons, or its data."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(base_url=node.base_url, cookies=cookies, timeout=30) as client:
        body = {"query": query, "variables": variables}
        answer = (await client.post("/graphql", json=body, headers=headers)).json()
    if "errors" not in answer:
        return answer["data"]
    extensions = answer["errors"][0]["extensions"]
    return extensions["code"], extensions["details"].get("reason")


async def signed_in(node: Node, email: str) -> tuple[str, dict[str, str]]:
    """An access token, and the cookie that refreshes it."""
    async with httpx.AsyncClient(base_url=node.base_url, timeout=30) as client:
        body = {"query": LOGIN, "variables": {"e": email, "p": PASSWORD}}
        answer = (await client.post("/graphql", json=body)).json()
        return answer["data"]["login"]["accessToken"], dict(client.cookies)


async def end_two(world: Whole) -> None:
    """An administrator disables Ada and takes the educator's role away."""
    await world.node.database.run(lambda c: c.execute(MAKE_ADMIN, UUID(ADMIN)))
    by = {"by": ADMIN, "by_role": "admin"}
    users = Address("users", "")
    ask = world.node.directory.ask
    ada = str(await world.one("select id from users where email = $1", ADA))
    vera = str(await world.one("select id from users where email = $1", EDUCATOR))
    await ask(users, DisableUser(**by, user_id=ada, reason="left"))
    await ask(users, ChangeRole(**by, user_id=vera, role=Role.STUDENT))


async def test_what_was_refused_stays_refused_when_redis_is_emptied_and_the_node_starts_again(
    tmp_path: Path, database_url: str, valkey_url: str, valkey_server: TestValkey
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        ada, _ = await signed_in(world.node, ADA)
        vera, _ = await signed_in(world.node, EDUCATOR)
        grace, cookies = await signed_in(world.node, GRACE)
        assert (await asked(world.node, "{ me { id } }", vera))["me"]
        await end_two(world)
    valkey_server.flush()
    node = Node(settings_for(tmp_path, database_url, valkey_url))
    async with running(node):
        assert await asked(node, "{ me { id } }", ada) == ("AUTHENTICATION_ERROR", "revoked")
        assert await asked(node, CREATE, vera) == ("AUTHENTICATION_ERROR", "revoked")
        # Whom nobody put out goes on until the token ends, and then signs in again.
        assert (await asked(node, "{ me { id } }", grace))["me"]
        assert await asked(node, REFRESH, cookies=cookies) == ("AUTHENTICATION_ERROR", "revoked")
        assert (await signed_in(node, GRACE))[0]


async def test_a_redis_that_comes_back_with_an_older_copy_brings_no_session_back(
    tmp_path: Path, database_url: str, valkey_url: str, valkey: Valkey
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        _, ada = await signed_in(world.node, ADA)
        _, grace = await signed_in(world.node, GRACE)

        async def copied(redis: Any) -> dict[bytes, dict[bytes, bytes]]:
            return {key: await redis.hgetall(key) for key in await redis.keys("stoa:sessions:*")}

        async def put_back(redis: Any) -> None:
            for key, sessions in copy.items():
                await redis.hset(key, mapping=sessions)

        copy = await valkey.run(copied)
        await end_two(world)
        assert await asked(world.node, "mutation { logout }", cookies=grace) == {"logout": True}
        await valkey.run(put_back)
        for cookies in (ada, grace):
            assert await asked(world.node, REFRESH, cookies=cookies) == (
                "AUTHENTICATION_ERROR",
                "revoked",
            )


@asynccontextmanager
async def bounded(valkey: Valkey, policy: str) -> AsyncIterator[None]:
    """Redis is at its bound in the body."""

    async def configure(redis: Any, most: int, policy: str) -> None:
        await redis.config_set("maxmemory-policy", policy)
        await redis.config_set("maxmemory", most)

    try:
        await valkey.run(lambda redis: configure(redis, 1, policy))
        yield
    finally:
        with trio.CancelScope(shield=True):
            await valkey.run(lambda redis: configure(redis, 0, "noeviction"))


@pytest.mark.parametrize("policy", ["noeviction", "volatile-lru", "allkeys-lru"])
async def test_a_full_redis_is_named_to_clients_and_in_readiness_until_it_has_room(
    tmp_path: Path, database_url: str, valkey_url: str, valkey: Valkey, policy: str
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        token, _ = await signed_in(world.node, GRACE)
        async with bounded(valkey, policy):
            answer = await asked(world.node, LOGIN, e=ADA, p=PASSWORD)
            assert answer == ("STORAGE_UNAVAILABLE", "redis_full")
            status, parts = await parts_when(
                world.node, lambda parts: parts["redis writes"] != "ok"
            )
            assert (status, parts["redis writes"]) == (
                503,
                "Redis is full (maxmemory) and takes no writes; try again",
            )
            # What needs no counter goes on.
            assert (await asked(world.node, "{ me { id } }", token))["me"]
        assert (await signed_in(world.node, ADA))[0]
        status, parts = await parts_when(world.node, lambda parts: set(parts.values()) == {"ok"})
        assert status == 200


async def test_a_start_says_that_redis_may_forget_keys(
    tmp_path: Path, database_url: str, valkey_url: str, valkey: Valkey
) -> None:
    async def with_room(redis: Any) -> None:
        await redis.config_set("maxmemory", 1 << 30)

    async with bounded(valkey, "allkeys-lru"):
        await valkey.run(with_room)
        node = Node(settings_for(tmp_path, database_url, valkey_url))
        with structlog.testing.capture_logs() as logs:
            async with running(node):
                readiness = await NodeOperations(node).readiness()
    assert readiness["redis writes"] == "ok"
    [line] = [each for each in logs if each["event"] == "redis.may_evict"]
    assert (line["policy"], line["log_level"]) == ("allkeys-lru", "warning")
    assert "noeviction" in line["hint"]
