"""How many GraphQL requests a client may send: counted in a real Valkey, told in every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple

import httpx
import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.front.server import Front
from gateway.graphql.http.batches import BatchReader
from gateway.graphql.limits import Limits
from gateway.rate_limits import RateLimiter, Rates, seconds
from protocol.access import Allowance
from protocol.errors import StorageUnavailable
from protocol.lifecycle import Done
from protocol.networks import network_of
from protocol.selection import Viewer
from protocol.users.commands import Logout
from storage.asyncio_thread import open_asyncio_thread
from storage.rate_limits import PAUSE_MS, ValkeyRateLimits
from storage.valkey import Valkey
from tests.gateway.graphql.harness import JSON_BODY, FakeTokens, Response, Service
from tests.storage.records.school import SetClock
from tests.support.engines import TestValkey

PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
TINY = "{ __typename }"
LOGOUT = "mutation { logout }"
ANN = Viewer(user_id="ann", role="student")
V4, MAPPED, V6, NEIGHBOUR, ELSEWHERE = (
    *("192.0.2.7", "::ffff:192.0.2.7"),
    *("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1"),
)
NAMES = (b"x-ratelimit-limit", b"x-ratelimit-remaining", b"x-ratelimit-reset")


class Limited(Service):
    """The endpoint with its limits, and the clock that they go by."""

    def __init__(self, limits: Any, *, closed: bool = False, **rates: int) -> None:
        chosen = Rates(**{"per_address": 100, "per_user": 100, **rates}, open_on_failure=not closed)
        self.limiter = RateLimiter(limits, FakeTokens(), chosen)
        super().__init__(limiter=self.limiter, with_graphiql=True)

    async def tiny(
        self, remote: str = V4, viewer: Viewer | None = None, count: int = 1
    ) -> Response:
        """Something that costs nothing, `count` times in one body."""
        headers = {}
        if viewer is not None:
            headers[b"authorization"] = f"Bearer user:{viewer.user_id}:student".encode()
        body: Any = {"query": TINY} if count == 1 else [{"query": TINY}] * count
        return await self.post_json(body, headers, remote=remote)


def told(response: Response) -> tuple[int, ...]:
    """Limit, remaining and reset; nothing where the answer has no such headers."""
    return tuple(int(response.headers[name]) for name in NAMES if name in response.headers)


@asynccontextmanager
async def counting(server: TestValkey, **options: Any) -> AsyncIterator[Limited]:
    """For one example of a property, each of which has an event loop of its own."""
    server.flush()
    async with open_asyncio_thread() as asyncio_thread:
        valkey = await Valkey.open(asyncio_thread, server.url)
        yield Limited(ValkeyRateLimits(valkey, SetClock()), **options)
        await valkey.close()


class Sent(NamedTuple):
    """A request: from where, by whom, how many in one."""

    remote: str
    user: str | None
    requests: int


class Model:
    """What ought to happen, in plain arithmetic."""

    def __init__(self, per_address: int, per_user: int) -> None:
        self.limits = {"address": per_address, "user": per_user}
        self.used: dict[tuple[str, str], int] = {}

    def expect(self, sent: Sent) -> tuple[bool, tuple[int, int] | None]:
        """Whether it passes; limit and remaining, None where nothing is bounded."""
        keys = [("address", network_of(sent.remote))]
        keys += [("user", sent.user)] if sent.user is not None else []
        rooms = [
            (self.limits[key[0]], self.limits[key[0]] - self.used.get(key, 0), key)
            for key in keys
            if self.limits[key[0]]
        ]
        if not rooms:
            return True, None
        passes = all(room >= sent.requests for _, room, _ in rooms)
        if not passes:
            refusing = [(limit, room) for limit, room, _ in rooms if room < sent.requests]
            return False, refusing[0] if len(refusing) == 1 else None
        for _, _, key in rooms:
            self.used[key] = self.used.get(key, 0) + sent.requests
        limit, room, _ = min(rooms, key=lambda each: each[1])
        return True, (limit, room - sent.requests)


SENT = st.builds(
    Sent,
    remote=st.sampled_from([V4, MAPPED, V6, NEIGHBOUR, ELSEWHERE]),
    user=st.sampled_from([None, "ann", "ben"]),
    requests=st.sampled_from([1, 1, 1, 2, 5]),
)
TRAFFIC = st.lists(SENT, min_size=1, max_size=25)
LIMIT = st.integers(0, 8)


@PROPERTY
@given(traffic=TRAFFIC, per_address=LIMIT, per_user=LIMIT)
async def test_whoever_has_used_the_quota_up_is_refused_and_nobody_else(
    valkey_server: TestValkey, traffic: list[Sent], per_address: int, per_user: int
) -> None:
    """Property 65: Rate limit enforcement

    Validates: Requirements 13.5
    """
    model = Model(per_address, per_user)
    async with counting(valkey_server, per_address=per_address, per_user=per_user) as service:
        for sent in traffic:
            viewer = None if sent.user is None else Viewer(user_id=sent.user, role="student")
            response = await service.tiny(sent.remote, viewer, sent.requests)
            passes, _ = model.expect(sent)
            assert response.status == (200 if passes else 429), sent
            if not passes:
                assert response.codes == ["RATE_LIMITED"]
                assert 0 < int(response.headers[b"retry-after"]) <= 60


@PROPERTY
@given(traffic=TRAFFIC, per_address=st.integers(1, 8), per_user=LIMIT)
async def test_every_answer_says_how_the_tightest_quota_stands(
    valkey_server: TestValkey, traffic: list[Sent], per_address: int, per_user: int
) -> None:
    """Property 66: Rate limit response headers

    Validates: Requirements 13.6
    """
    model = Model(per_address, per_user)
    async with counting(valkey_server, per_address=per_address, per_user=per_user) as service:
        for sent in traffic:
            viewer = None if sent.user is None else Viewer(user_id=sent.user, role="student")
            response = await service.tiny(sent.remote, viewer, sent.requests)
            limit, remaining, reset = told(response)
            assert 0 < reset <= 60
            assert 0 <= remaining <= limit
            passes, expected = model.expect(sent)
            if not passes:
                assert response.headers[b"retry-after"] == response.headers[NAMES[2]]
                assert remaining < sent.requests
            if expected is not None:
                assert (limit, remaining) == expected, sent


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def limits(valkey: Valkey, clock: SetClock) -> ValkeyRateLimits:
    return ValkeyRateLimits(valkey, clock)


async def test_of_requests_at_once_exactly_as_many_as_the_limit_are_executed(
    limits: ValkeyRateLimits,
) -> None:
    service = Limited(limits, per_address=37)
    service.post.replies[Logout] = Done()
    statuses: list[int] = []

    async def ask() -> None:
        statuses.append((await service.ask(LOGOUT, headers={b"x-refresh-token": b"r"})).status)

    async with trio.open_nursery() as nursery:
        for _ in range(100):
            nursery.start_soon(ask)
    assert sorted(statuses) == [200] * 37 + [429] * 63
    assert len(service.post.commands) == 37


async def test_a_network_is_one_and_others_are_not_affected(limits: ValkeyRateLimits) -> None:
    service = Limited(limits, per_address=1)
    assert [(await service.tiny(each)).status for each in (V6, NEIGHBOUR, V4, MAPPED)] == [
        *(200, 429),
        *(200, 429),
    ]
    assert (await service.tiny(ELSEWHERE)).status == 200


async def test_a_user_has_one_quota_wherever_the_requests_come_from(
    limits: ValkeyRateLimits,
) -> None:
    service = Limited(limits, per_user=2)
    for remote, status in ((V4, 200), (V6, 200), (ELSEWHERE, 429)):
        assert (await service.tiny(remote, ANN)).status == status
    assert (await service.tiny(V4)).status == 200
    # A token that is no good is nobody's: it counts for the address, which has room.
    forged = await service.post_json({"query": TINY}, {b"authorization": b"Bearer ann"}, remote=V4)
    assert (forged.status, told(forged)[:2]) == (401, (100, 97))


async def test_a_window_ends(limits: ValkeyRateLimits, valkey: Valkey, clock: SetClock) -> None:
    service = Limited(limits, per_address=1)
    assert [(await service.tiny()).status for _ in range(2)] == [200, 429]

    async def end(redis: Any) -> None:
        [key] = await redis.keys("stoa:rate:*")
        await redis.pexpire(key, 0)

    await valkey.run(end)
    clock.at += 60_000
    assert (await service.tiny()).status == 200


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b'{"query":"{ nonsense }"}', {}, 200),
        (b'{"query":"{"}', {b"accept": b"application/graphql-response+json"}, 400),
        (b"no JSON", {}, 400),
        (b"[]", {}, 400),
        (b"[1, 2", {}, 400),
        (b"{}", {b"content-type": b"text/plain"}, 415),
        (b"{}", {b"accept": b"text/plain"}, 406),
        (b'{"query":"{ me { id } }"}', {}, 200),
        (b'{"query":"{ __typename }"}', {b"authorization": b"Bearer forged"}, 401),
        (b'{"query":"subscription { progressUpdated { progressPercentage } }"}', {}, 400),
    ],
)
async def test_errors_have_the_headers_too_and_count(
    limits: ValkeyRateLimits, body: bytes, headers: dict[bytes, bytes], status: int
) -> None:
    service = Limited(limits, per_address=1)
    first = await service.send("POST", headers={**JSON_BODY, **headers}, body=body)
    assert (first.status, told(first)[:2]) == (status, (1, 0))
    assert first.codes
    second = await service.send("POST", headers={**JSON_BODY, **headers}, body=body)
    assert (second.status, second.codes) == (429, ["RATE_LIMITED"])


async def test_a_refusal_is_an_error_as_all_others_are(limits: ValkeyRateLimits) -> None:
    service = Limited(limits, per_address=1)
    await service.tiny()
    refused = await service.tiny()
    [error] = refused.json["errors"]
    extensions = error["extensions"]
    assert set(extensions) == {"code", "details", "requestId", "timestamp"}
    wait = extensions["details"]["retry_after_seconds"]
    assert int(refused.headers[b"retry-after"]) - 1 <= wait <= int(refused.headers[b"retry-after"])
    assert "data" not in refused.json
    assert service.limiter.statistics() == {"refused": 1, "uncounted": 0}


async def test_each_request_of_a_batch_counts_and_a_batch_passes_whole_or_not(
    limits: ValkeyRateLimits,
) -> None:
    service = Limited(limits, per_address=5)
    assert told(await service.tiny(count=3))[:2] == (5, 2)
    refused = await service.tiny(count=3)
    assert (refused.status, told(refused)[:2]) == (429, (5, 2))
    assert told(await service.tiny(count=2))[:2] == (5, 0)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (b"[]", 1),
        (b"[{}]", 1),
        (b' [{"query":"{ a }"}, {}, 3]', 3),
        (b"[" + b"{}," * 5_000 + b"{}]", Limits().batch + 1),
        (b"[{}, {", 1),
        (b'["\xff"]', 1),
    ],
)
def test_what_a_batch_holds_is_counted_before_it_is_read(body: bytes, count: int) -> None:
    assert BatchReader(Limits()).count(body) == count


async def test_the_page_does_not_count(limits: ValkeyRateLimits) -> None:
    service = Limited(limits, per_address=1)
    for _ in range(3):
        page = await service.get(headers={b"accept": b"text/html"})
        assert (page.status, told(page)) == (200, ())
    assert (await service.get(TINY)).status == 200
    assert (await service.get(TINY)).status == 429


async def test_what_is_not_bounded_has_no_headers(limits: ValkeyRateLimits) -> None:
    service = Limited(limits, per_address=0, per_user=1)
    for _ in range(3):
        response = await service.tiny()
        assert (response.status, told(response)) == (200, ())
    assert [(await service.tiny(viewer=ANN)).status for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("closed", [False, True])
async def test_while_valkey_is_away_requests_pass_or_not_as_configured(
    limits: ValkeyRateLimits, clock: SetClock, valkey_server: TestValkey, closed: bool
) -> None:
    service = Limited(limits, closed=closed, per_address=2)
    service.post.replies[Logout] = Done()
    await service.tiny()
    valkey_server.engine.stop_now()
    try:
        for _ in range(4):
            response = await service.ask(LOGOUT, headers={b"x-refresh-token": b"r"})
            assert response.status == (503 if closed else 200)
            assert told(response) == ()
    finally:
        valkey_server.engine.start_now()
    assert len(service.post.commands) == (0 if closed else 4)
    assert service.limiter.statistics()["uncounted"] == 4
    if closed:
        [error] = response.json["errors"]
        assert error["extensions"]["code"] == "STORAGE_UNAVAILABLE"
        assert error["extensions"]["details"] == {"retryable": True}
        assert response.headers[b"retry-after"] == b"1"
    for _ in range(20):  # every connection of the pool has to find out that it is back
        clock.at += PAUSE_MS
        response = await service.tiny()
        if told(response):
            break
    assert (response.status, told(response)[:2]) == (200, (2, 1))


class Scripted:
    """Answers as the test says, at once."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def take_nowait(self, quotas: Any, count: int, done: Any) -> None:
        done(self.answers.pop(0))


LEFT = Allowance(True, 9, 8, 1_001)
NONE_LEFT = Allowance(False, 9, 0, 500)


async def test_over_a_socket_every_answer_has_the_headers_a_defect_too() -> None:
    answers = [LEFT, LEFT, NONE_LEFT, StorageUnavailable()]
    service = Limited(Scripted(*answers), closed=True)

    def defect(*_: Any) -> Any:
        raise ZeroDivisionError

    front = Front(service.routes, now=service.clock.now)
    async with trio.open_nursery() as nursery:
        port = await nursery.start(
            lambda task_status: front.serve(host="127.0.0.1", port=0, task_status=task_status)
        )
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            asked = await client.get("/graphql", params={"query": TINY})
            service.operations.plan_nowait = defect  # type: ignore[method-assign, assignment]
            broken = await client.get("/graphql", params={"query": TINY})
            refused = await client.get("/graphql", params={"query": TINY})
            away = await client.get("/graphql", params={"query": TINY})
            options = await client.options("/graphql")
        nursery.cancel_scope.cancel()
    statuses = [each.status_code for each in (asked, broken, refused, away, options)]
    assert statuses == [200, 500, 429, 503, 405]
    for response, expected in ((asked, "982"), (broken, "982"), (refused, "901")):
        assert "".join(response.headers[name.decode()] for name in NAMES) == expected
    assert (refused.headers["retry-after"], away.headers["retry-after"]) == ("1", "1")
    assert not [name for name in options.headers if "ratelimit" in name]


def test_an_answer_of_unknown_length_has_the_headers_too() -> None:
    taken: list[Any] = []
    request: Any = SimpleNamespace(remote=V4, headers={}, extra_headers=())
    limiter = Limited(Scripted(LEFT)).limiter
    guarded = limiter.guard(taken.append, lambda *_: None)
    guarded(request)
    assert taken == [request]
    assert dict(request.extra_headers)[b"X-RateLimit-Limit"] == b"9"


@pytest.mark.parametrize(("ms", "whole"), [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (60_000, 60)])
def test_who_waits_so_many_seconds_has_waited_long_enough(ms: int, whole: int) -> None:
    assert seconds(ms) == whole
