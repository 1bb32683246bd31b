"""GraphQL over server-sent events, over real sockets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import trio

from gateway.front.limits import Limits as FrontLimits
from gateway.graphql.event_streams.server import accepts_stream, prefers_stream
from gateway.graphql.event_streams.stream import EventStream
from protocol.communication import MayEnterRoom, PresenceDiff, RoomMember
from protocol.errors import AuthenticationError, AuthorizationError
from protocol.users.commands import CheckAccount, Login
from tests.gateway.front.harness import Wire
from tests.gateway.graphql.harness import signed_in
from tests.gateway.graphql.living import ANN, PRESENCE, World, living, token


class Reader:
    """A stream of events on its own connection."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._text = b""
        self.beats = 0

    async def head(self) -> int:
        """The status."""
        while b"\r\n\r\n" not in self._text:
            data = await self.wire.receive()
            assert data, "closed"
            self._text += data
        head, _, self._text = self._text.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1])

    async def event(self) -> tuple[str, Any]:
        """The next event; fails when the stream ends instead."""
        while True:
            lines = [line for line in self._text.split(b"\n") if line]
            for index, line in enumerate(lines):
                if line.startswith(b"event: ") and index + 1 < len(lines):
                    data = lines[index + 1].removeprefix(b"data: ").strip()
                    self._text = b"\n".join(lines[index + 2 :])
                    return line[7:].decode(), msgspec.json.decode(data) if data else None
            await self.more()

    async def more(self) -> None:
        """Some more of the stream."""
        data = await self.wire.receive()
        assert data, "closed"
        self.beats += data.count(b":\n\n")
        self._text += data


ALIKE = "application/graphql-response+json, application/json, text/event-stream"
"""As a client names them that can read all, without a preference."""


async def post(
    world: World,
    query: str,
    *,
    as_: str = "",
    accept: str = "text/event-stream",
    **variables: Any,
) -> Reader:
    wire = await world.wire()
    body = msgspec.json.encode({"query": query, "variables": variables})
    bearer = f"Authorization: Bearer {as_}\r\n" if as_ else ""
    await wire.send(
        (
            "POST /graphql HTTP/1.1\r\nHost: stoa\r\nContent-Type: application/json\r\n"
            f"Accept: {accept}\r\n{bearer}Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        + body
    )
    return Reader(wire)


async def test_a_subscription_streams_a_snapshot_and_changes() -> None:
    async with living() as world:
        reader = await post(world, PRESENCE, as_=token(ANN), c="course-1")
        assert await reader.head() == 200
        kind, payload = await reader.event()
        assert kind == "next"
        assert payload["data"]["userPresence"]["kind"] == "SNAPSHOT"
        member = RoomMember(user_id="new", full_name="N")
        diff = PresenceDiff(course_id="course-1", count=2, joined=(member,))
        world.fan_out.publish("room:course-1", "room.presence", diff)
        _, payload = await reader.event()
        assert payload["data"]["userPresence"]["joined"] == [{"userId": "new"}]


@pytest.mark.parametrize("path", ["/graphql", "/graphql/stream"])
async def test_a_query_is_one_result_and_the_end(path: str) -> None:
    async with living() as world:
        wire = await world.wire()
        await wire.send(
            f"GET {path}?query=%7B__typename%7D HTTP/1.1\r\nHost: stoa\r\n"
            "Accept: text/event-stream\r\n\r\n".encode()
        )
        answer = await wire.answer()
        assert answer.headers[b"content-type"].startswith(b"text/event-stream")
        assert answer.body == (
            b'event: next\ndata: {"data":{"__typename":"Query"}}\n\nevent: complete\ndata: \n\n'
        )


@pytest.mark.parametrize(
    ("method", "target", "headers", "status", "code"),
    [
        ("GET", "/graphql/stream?query=%7B__typename%7D", "", 406, "NOT_ACCEPTABLE"),
        (
            "GET",
            "/graphql/stream?query=mutation%7Blogout%7D",
            "Accept: text/event-stream\r\n",
            405,
            "METHOD_NOT_ALLOWED",
        ),
        (
            "POST",
            "/graphql/stream",
            "Accept: text/event-stream\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n",
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            "GET",
            "/graphql/stream?query=%7Bme%7Bid%7D%7D",
            "Accept: text/event-stream\r\nAuthorization: Bearer bad\r\n",
            401,
            "AUTHENTICATION_ERROR",
        ),
    ],
)
async def test_what_http_can_refuse_is_refused_by_a_status(
    method: str, target: str, headers: str, status: int, code: str
) -> None:
    async with living() as world:
        wire = await world.wire()
        await wire.send(f"{method} {target} HTTP/1.1\r\nHost: stoa\r\n{headers}\r\n".encode())
        answer = await wire.answer()
        assert answer.status == status
        assert msgspec.json.decode(answer.body)["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { notificationReceived { id } }", "AUTHENTICATION_ERROR"),
    ],
)
async def test_an_error_of_graphql_is_an_event(query: str, code: str) -> None:
    async with living() as world:
        reader = await post(world, query)
        assert await reader.head() == 200
        kind, payload = await reader.event()
        assert (kind, payload["errors"][0]["extensions"]["code"]) == ("next", code)
        assert await reader.event() == ("complete", None)


async def test_a_disabled_account_streams_nothing() -> None:
    async with living() as world:
        world.post.replies[CheckAccount] = AuthenticationError("Disabled", reason="disabled")
        reader = await post(world, PRESENCE, as_=token(ANN), c="course-1")
        assert await reader.head() == 401


async def test_a_stream_ends_when_the_right_is_lost() -> None:
    async with living() as world:
        reader = await post(world, PRESENCE, as_=token(ANN), c="course-1")
        await reader.event()
        world.post.replies[MayEnterRoom] = AuthorizationError("Not a member")
        world.rights.user_lost(ANN)
        _, payload = await reader.event()
        assert payload["errors"][0]["extensions"]["code"] == "AUTHORIZATION_ERROR"
        assert await reader.event() == ("complete", None)
        assert world.streams.statistics()["open"] == 0


async def test_a_stream_ends_with_its_token() -> None:
    async with living() as world:
        reader = await post(world, PRESENCE, as_=token(ANN, left=200), c="course-1")
        await reader.event()
        _, payload = await reader.event()
        assert payload["errors"][0]["extensions"]["details"] == {"reason": "expired"}
        assert reader.beats >= 1


async def test_a_client_that_goes_leaves_nothing_behind() -> None:
    async with living() as world:
        reader = await post(world, PRESENCE, as_=token(ANN), c="course-1")
        await reader.event()
        await trio.aclose_forcefully(reader.wire.stream)
        await world.settle()
        assert world.streams.statistics()["open"] == 0
        assert world.subscriptions.statistics()["living"] == 0
        assert world.rights.statistics()["users"] == 0


async def test_a_client_that_does_not_read_is_cut() -> None:
    async with living(limits=FrontLimits(outbox_bytes=20_000)) as world:
        reader = await post(world, PRESENCE, as_=token(ANN), c="course-1")
        await reader.event()
        member = RoomMember(user_id="n" * 4_000, full_name="N")
        diff = PresenceDiff(course_id="course-1", count=2, joined=(member,))
        for _ in range(3_000):
            world.fan_out.publish("room:course-1", "room.presence", diff)
            if not world.subscriptions.statistics()["living"]:
                break
            await trio.lowlevel.checkpoint()
        assert world.streams.statistics()["open"] == 0
        assert world.front.services.counters.slow_consumers == 1


async def test_a_drain_ends_streams_unfinished_so_that_clients_come_back() -> None:
    async with living() as world:
        reader = await post(world, PRESENCE, as_=token(ANN), c="course-1")
        await reader.event()
        await world.front.drain(2)
        rest = await reader.wire.rest()
        assert b"complete" not in rest
        assert rest.endswith(b"0\r\n\r\n")


async def test_the_bound_of_a_users_streams_holds_when_all_begin_at_once() -> None:
    async with living() as world:
        world.post.held_asks = trio.Event()
        readers = [await post(world, PRESENCE, as_=token(ANN), c="course-1") for _ in range(103)]
        statuses: list[int] = []

        async def head(reader: Reader) -> None:
            statuses.append(await reader.head())

        async with trio.open_nursery() as nursery:
            for reader in readers:
                nursery.start_soon(head, reader)
            await world.settle()
            world.post.held_asks.set()
        assert sorted(statuses) == [200] * 100 + [429] * 3
        # What was refused or has gone takes no place.
        for reader in readers:
            await trio.aclose_forcefully(reader.wire.stream)
        await world.settle()
        again = await post(world, PRESENCE, as_=token(ANN), c="course-1")
        assert await again.head() == 200


async def test_who_goes_while_the_account_is_asked_for_takes_no_place() -> None:
    async with living() as world:
        world.post.held_asks = trio.Event()
        reader = await post(world, PRESENCE, as_=token(ANN), c="course-1")
        await world.settle()
        await trio.aclose_forcefully(reader.wire.stream)
        await world.settle()
        world.post.held_asks.set()
        await world.settle()
        assert world.streams._of_user == {}


async def test_a_role_is_that_of_now_and_not_that_of_the_token() -> None:
    async with living() as world:
        await (await post(world, PRESENCE, as_=token(ANN, role="admin"), c="course-1")).event()
        [asked] = [each for each in world.post.commands if isinstance(each, MayEnterRoom)]
        assert asked.role == "student"


async def test_head_says_what_get_would_and_streams_nothing() -> None:
    async with living() as world:
        wire = await world.wire()
        query = "subscription%7BnotificationReceived%7Bid%7D%7D"
        for method in ("HEAD", "HEAD"):
            await wire.send(
                f"{method} /graphql/stream?query={query} HTTP/1.1\r\nHost: stoa\r\n"
                f"Authorization: Bearer {token(ANN)}\r\nAccept: text/event-stream\r\n\r\n".encode()
            )
            answer = await wire.answer("HEAD")
            assert answer.status == 200
            assert answer.headers[b"content-type"].startswith(b"text/event-stream")
        assert world.streams.statistics()["opened"] == 0


async def test_a_mutation_over_a_stream_sets_the_cookie_as_over_plain_http() -> None:
    async with living() as world:
        world.post.replies[Login] = signed_in(ANN)
        world.reads.answers["user"] = b'{"id":"ann"}'
        reader = await post(
            world, 'mutation { login(email: "a@b.c", password: "p") { refreshToken user { id } } }'
        )
        while b"\r\n\r\n" not in reader._text:
            await reader.more()
        assert b"Set-Cookie: stoa_refresh=refresh-me" in reader._text.replace(
            b"set-cookie", b"Set-Cookie"
        )


@pytest.mark.parametrize(
    ("accept", "streams"),
    [
        (b"text/event-stream", True),
        (b"Text/Event-Stream, */*", True),
        (b"application/json;q=0.5, text/event-stream", True),
        (b"application/json, text/event-stream;q=0.1", False),
        (b"text/event-stream;q=0", False),
        (b"application/json", False),
        (b"", False),
    ],
)
def test_who_would_rather_have_json_gets_no_stream(accept: bytes, streams: bool) -> None:
    request: Any = SimpleNamespace(headers={b"accept": accept})
    assert accepts_stream(request) is streams


@pytest.mark.parametrize(
    ("accept", "rather"),
    [
        (b"text/event-stream", True),
        (b"text/event-stream, */*", True),
        (b"application/json;q=0.5, text/event-stream", True),
        (ALIKE.encode(), False),
        (b"text/event-stream, application/json", False),
        (b"application/json, text/event-stream;q=0.1", False),
        (b"text/event-stream;q=0", False),
        (b"", False),
    ],
)
def test_json_and_a_stream_alike_is_no_preference_for_a_stream(accept: bytes, rather: bool) -> None:
    request: Any = SimpleNamespace(headers={b"accept": accept})
    assert prefers_stream(request) is rather


@pytest.mark.parametrize("query", ["{ __typename }", "{ nonsense }", "mutation { logout }"])
async def test_who_takes_both_alike_gets_json_for_queries_and_mutations(query: str) -> None:
    async with living() as world:
        reader = await post(world, query, accept=ALIKE)
        answer = await reader.wire.answer("POST")
        media = b"application/graphql-response+json; charset=utf-8"
        assert answer.headers[b"content-type"] == media
        assert isinstance(msgspec.json.decode(answer.body), dict)


@pytest.mark.parametrize("accept", [ALIKE, "application/json, text/event-stream;q=0.1"])
async def test_a_subscription_of_who_takes_a_stream_too_is_streamed(accept: str) -> None:
    async with living() as world:
        reader = await post(world, PRESENCE, as_=token(ANN), accept=accept, c="course-1")
        assert await reader.head() == 200
        kind, payload = await reader.event()
        assert (kind, payload["data"]["userPresence"]["kind"]) == ("next", "SNAPSHOT")


async def test_a_subscription_of_who_takes_no_stream_is_refused() -> None:
    async with living() as world:
        accept = "application/json, text/event-stream;q=0"
        reader = await post(world, PRESENCE, as_=token(ANN), accept=accept, c="course-1")
        assert (await reader.wire.answer("POST")).status == 400


async def test_what_is_volatile_is_spared_a_client_that_reads_slowly() -> None:
    stream: Any = SimpleNamespace(written=[], waiting=True)
    stream.write = stream.written.append
    events = object.__new__(EventStream)
    events._out = stream
    result: Any = SimpleNamespace(streamed=b"x")
    events.next(result, volatile=True)
    events.next(result, volatile=False)
    stream.waiting = False
    events.next(result, volatile=True)
    assert stream.written == [b"x", b"x"]


async def test_a_stream_ends_with_its_session() -> None:
    async with living() as world:
        reader = await post(world, PRESENCE, as_=token(ANN), c="course-1")
        await reader.event()
        world.rights.session_closed(f"session of {ANN}", "The session has ended")
        _, payload = await reader.event()
        assert payload["errors"][0]["extensions"]["code"] == "AUTHENTICATION_ERROR"
        assert await reader.event() == ("complete", None)
        assert len(world.rights.sessions) == 0
