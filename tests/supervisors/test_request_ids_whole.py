"""A caller's request id and trace, from the socket to the commit and to what follows from it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import trio
from structlog.testing import capture_logs

from supervisors.demo.school import EDUCATOR
from supervisors.logs import name_request
from tests.supervisors.test_redis_lost import ADMIN, MAKE_ADMIN, signed_in
from tests.supervisors.test_subscriptions_whole import ADA, Whole, whole

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
GIVEN = {"x-request-id": "school-7.1", "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
RENAME = 'mutation { updateProfile(input: {fullName: "Ada L."}) { fullName } }'
DISABLE = 'mutation($id: ID!) { disableUser(userId: $id, reason: "left") }'
RESET = 'mutation { requestPasswordReset(email: "nobody@school.example") }'
ANALYSED = """
select request_id from analytics_events where event_type = 'users.profile_updated'
"""
AUDITED = "select request_id from audit_trail where action = 'disable'"
MADE = re.compile(r"req_[0-9a-f]+")


@contextmanager
def lines() -> Iterator[list[Any]]:
    """The lines of the log, with what is added to each."""
    with capture_logs(processors=[name_request]) as found:
        yield found


async def post(
    world: Whole, query: str, token: str, headers: dict[str, str], **variables: Any
) -> httpx.Response:
    bearer = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(base_url=world.node.base_url, timeout=30) as client:
        body = {"query": query, "variables": variables}
        answer = await client.post("/graphql", json=body, headers={**headers, **bearer})
    assert answer.status_code == 200, answer.text
    return answer


def of(found: Sequence[Any], event: str) -> list[Any]:
    return [line for line in found if line["event"] == event]


async def eventually(wanted: int, look: Callable[[], Awaitable[Sequence[Any]]]) -> Sequence[Any]:
    """What there is to see once it is as many."""
    with trio.fail_after(30):
        while True:
            found = await look()
            if len(found) >= wanted:
                return found
            await trio.sleep(0.02)


async def analysed(world: Whole) -> Sequence[str]:
    """The requests of the changes of profiles that analytics knows."""
    rows = await world.node.database.run(lambda c: c.fetch(ANALYSED))
    return [row["request_id"] for row in rows]


async def test_a_command_is_one_request_from_the_header_to_what_follows_from_it(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        token, _ = await signed_in(world.node, ADA)
        with lines() as found:
            answer = await post(world, RENAME, token, GIVEN)
            [kept] = await eventually(1, lambda: analysed(world))
        assert answer.json()["data"]["updateProfile"]
        assert answer.headers["x-request-id"] == "school-7.1" == kept
        assert re.fullmatch(f"00-{TRACE}-[0-9a-f]{{16}}-01", answer.headers["traceparent"])
        [line] = of(found, "command.done")
        assert (line["command"], line["request_id"], line["trace_id"]) == (
            "users.update_profile",
            "school-7.1",
            TRACE,
        )
        assert "Ada L." not in str(found)


async def test_the_audit_trail_and_later_commands_name_the_request(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        await world.node.database.run(lambda c: c.execute(MAKE_ADMIN, UUID(ADMIN)))
        ada = str(await world.one("select id from users where email = $1", ADA))
        issued = await world.node.tokens.issue(
            user_id=ADMIN, email="admin@school.example", role="admin", device=""
        )
        with lines() as found:

            async def done() -> Sequence[Any]:
                return of(found, "command.done")

            await post(world, DISABLE, issued.access_token, GIVEN, id=ada)
            first, second = await eventually(2, done)
        assert await world.one(AUDITED) == "school-7.1"
        assert (first["command"], first["request_id"]) == ("users.disable_user", "school-7.1")
        assert (first["user"], first["user_id"]) == (ADMIN, ada)
        # The relay has told the users' handler to move the picture: for the same request.
        assert (second["command"], second["request_id"]) == ("users.move_avatar", "school-7.1")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-request-id": "two words", "traceparent": "nonsense"},
        {"x-request-id": "a" * 65, "traceparent": f"00-{'0' * 32}-00f067aa0ba902b7-01"},
    ],
)
async def test_a_malformed_header_is_replaced(
    tmp_path: Path, database_url: str, valkey_url: str, headers: dict[str, str]
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        with lines() as found:
            answer = await post(world, RESET, "", headers)
            line = of(found, "command.done")[0]
        assert (line["command"], line["request_id"]) == (
            "users.request_reset",
            answer.headers["x-request-id"],
        )
        assert MADE.fullmatch(line["request_id"])
        if headers:
            place = answer.headers["traceparent"]
            assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-00", place)
            assert line["trace_id"] == place.split("-")[1]
        else:
            assert "traceparent" not in answer.headers
            assert "trace_id" not in line


async def test_requests_at_once_keep_their_names(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        token, _ = await signed_in(world.node, ADA)
        names = [f"r{number}" for number in range(20)]
        with lines() as found:
            async with trio.open_nursery() as nursery:
                for name in names:
                    nursery.start_soon(post, world, RENAME, token, {"x-request-id": name})
        done = of(found, "command.done")
        assert sorted(line["request_id"] for line in done) == sorted(names)
        kept = await eventually(len(names), lambda: analysed(world))
        assert sorted(kept) == sorted(names)


async def test_a_database_error_says_for_which_request(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        token, _ = await signed_in(world.node, EDUCATOR)
        await world.node.database.run(
            lambda c: c.execute("alter table user_profiles rename column full_name to gone")
        )
        with lines() as found:
            await post(world, RENAME, token, GIVEN)
        line = of(found, "database.failed")[0]
        assert (line["sqlstate"], line["request_id"], line["trace_id"]) == (
            "42703",
            "school-7.1",
            TRACE,
        )
        [failed] = of(found, "command.failed")
        assert (failed["code"], failed["request_id"]) == ("DATABASE_ERROR", "school-7.1")


async def test_a_request_that_is_refused_before_anything_is_done_is_a_line_without_its_text(
    tmp_path: Path, database_url: str, valkey_url: str
) -> None:
    async with whole(tmp_path, database_url, valkey_url) as world:
        with lines() as found:
            async with httpx.AsyncClient(base_url=world.node.base_url, timeout=30) as client:
                body = {"query": 'mutation { logout(secret: "of mine") }'}
                await client.post("/graphql", json=body, headers=GIVEN)
                bad = {**GIVEN, "authorization": "Bearer of.mine.too"}
                await client.post("/graphql", json={"query": "{ me { id } }"}, headers=bad)
        told = of(found, "graphql.request_refused")
        assert [line["reason"] for line in told] == [
            "GRAPHQL_VALIDATION_FAILED",
            "AUTHENTICATION_ERROR",
        ]
        assert {line["request_id"] for line in told} == {"school-7.1"}
        assert "mine" not in str(found)
