"""graphql-transport-ws over real sockets: every close code, every kind of operation."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from gateway.front.limits import Limits as FrontLimits
from gateway.graphql.transport_ws.settings import Settings
from protocol.communication import MayEnterRoom, PresenceDiff, RoomMember, ViewRoom
from protocol.errors import AuthenticationError, AuthorizationError, StorageUnavailable
from protocol.users.commands import CheckAccount
from tests.gateway.graphql.living import ANN, BEN, PRESENCE, World, living, token


def change(world: World, joined: str, count: int = 2) -> None:
    diff = PresenceDiff(
        course_id="course-1", count=count, joined=(RoomMember(user_id=joined, full_name="N"),)
    )
    world.fan_out.publish("room:course-1", "room.presence", diff)


async def test_a_guest_is_acknowledged_and_asks_queries() -> None:
    async with living() as world:
        world.reads.answers["course"] = b'{"title":"A"}'
        client = await world.client()
        await client.subscribe("1", '{ course(id: "c") { title } }')
        assert await client.hear() == {
            "id": "1",
            "type": "next",
            "payload": {"data": {"course": {"title": "A"}}},
        }
        assert await client.hear() == {"id": "1", "type": "complete"}


async def test_the_acknowledgement_says_until_when_the_token_holds() -> None:
    async with living() as world:
        client = await world.connect()
        await client.say(type="connection_init", payload={"Authorization": f"Bearer {token(ANN)}"})
        ack = await client.hear()
        assert ack["payload"]["userId"] == ANN
        assert ack["payload"]["expiresAt"] > world.clock.now()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("{", 4400),
        ("[]", 4400),
        ('{"type":"hello"}', 4400),
        ('{"type":"subscribe","payload":{"query":"{ me { id } }"}}', 4400),
        ('{"type":"subscribe","id":"","payload":{"query":"{ me { id } }"}}', 4400),
        ('{"type":"subscribe","id":"1"}', 4400),
        ('{"type":"ping","payload":7}', 4400),
        ('{"type":"ping","payload":{"token":"t","a":1e999}}', 4400),
        ('{"type":"ping","payload":{"token":"t","a":' + "[" * 2000 + "]" * 2000 + "}}", 4400),
        ('{"type":"connection_init","payload":[1]}', 4400),
        ("[" * 5_000, 4400),
        ('{"type":"connection_init"}', 4429),
        ('{"type":"subscribe","id":"1","payload":{"query":"{ me { id } }"}}', None),
        ('{"type":"complete","id":"nobody"}', None),
        ('{"type":"pong","payload":{"a":1}}', None),
    ],
)
async def test_what_a_client_says_after_the_acknowledgement_is_judged(
    said: str, code: int | None
) -> None:
    async with living() as world:
        other, client = await world.client(), await world.client()
        await client.send_text(said)
        if code is None:
            await client.say(type="ping")
            while (await client.hear())["type"] != "pong":
                pass
        else:
            assert (await client.closing())[0] == code
        await other.say(type="ping", payload={"still": "here"})
        assert await other.hear() == {"type": "pong", "payload": {"still": "here"}}


async def test_a_binary_message_closes_with_4400() -> None:
    async with living() as world:
        client = await world.client()
        client.protocol.send_binary(b"{}")
        await client.flush()
        assert await client.closing() == (4400, "Invalid message: Messages are text")


async def test_subscribing_before_the_acknowledgement_closes_with_4401() -> None:
    async with living() as world:
        client = await world.connect()
        await client.subscribe("1", "{ me { id } }")
        assert await client.closing() == (4401, "Unauthorized")


@pytest.mark.parametrize(
    "payload",
    [{"token": "expired"}, {"token": 7}, {"authorization": "Basic abc"}, {"token": ""}],
)
async def test_a_bad_token_closes_with_4403(payload: dict[str, object]) -> None:
    async with living() as world:
        client = await world.connect()
        await client.say(type="connection_init", payload=payload)
        code, reason = await client.closing()
        assert code == 4403
        assert reason.startswith("Forbidden: ")


async def test_a_disabled_account_is_refused_whatever_its_token_says() -> None:
    async with living() as world:
        world.post.replies[CheckAccount] = AuthenticationError("It is disabled", reason="disabled")
        client = await world.connect()
        await client.say(type="connection_init", payload={"token": token(ANN)})
        assert await client.closing() == (4403, "Forbidden: It is disabled")


async def test_a_client_comes_back_later_when_nobody_could_say() -> None:
    async with living() as world:
        world.post.replies[CheckAccount] = StorageUnavailable("no answer")
        client = await world.connect()
        await client.say(type="connection_init", payload={"token": token(ANN)})
        assert (await client.closing())[0] == 1013


async def test_a_second_init_while_the_first_is_judged_closes_with_4429() -> None:
    async with living() as world:
        world.post.held.add(CheckAccount)
        client = await world.connect()
        await client.say(type="connection_init", payload={"token": token(ANN)})
        await client.say(type="connection_init")
        assert await client.closing() == (4429, "Too many initialisation requests")
        world.post.release()
        await world.settle()
        assert world.sockets.statistics()["refused"] == {"4429": 1}


@pytest.mark.parametrize("subprotocol", [None, "graphql-ws"])
async def test_another_subprotocol_closes_with_4406(subprotocol: str | None) -> None:
    async with living() as world:
        client = await world.connect(subprotocol=subprotocol)
        assert await client.closing() == (4406, "Subprotocol not acceptable")


async def test_saying_nothing_closes_with_4408() -> None:
    async with living(Settings(init_seconds=0.1)) as world:
        client = await world.connect()
        assert await client.closing() == (4408, "Connection initialisation timeout")


async def test_an_id_in_use_closes_with_4409() -> None:
    async with living() as world:
        client = await world.client(token(ANN))
        await client.present("same")
        await client.subscribe("same", "{ me { id } }")
        assert await client.closing() == (4409, "Subscriber for same already exists")
        await world.settle()
        assert world.subscriptions.statistics()["living"] == 0


async def test_a_silent_client_is_pinged_and_then_closed_with_4499() -> None:
    async with living(Settings(ping_seconds=0.1, pong_seconds=0.1)) as world:
        client = await world.client()
        assert await client.hear() == {"type": "ping"}
        await client.say(type="pong")
        assert await client.hear() == {"type": "ping"}
        assert await client.closing() == (4499, "No pong in time")


async def test_a_foreign_page_is_refused_before_the_handshake() -> None:
    async with living() as world:
        client = await world.connect(Origin="https://evil.test")
        assert client.protocol.handshake_exc is not None
        assert "403" in str(client.protocol.handshake_exc)


async def test_the_connections_of_one_user_are_bounded() -> None:
    async with living(Settings(max_sockets_per_user=2)) as world:
        first = await world.client(token(ANN))
        await world.client(token(ANN))
        third = await world.connect()
        await third.say(type="connection_init", payload={"token": token(ANN)})
        assert await third.closing() == (4403, "Forbidden: A user may have at most 2 connections")
        await world.client(token(BEN))
        await first.wire.stream.aclose()
        await world.settle()
        await world.client(token(ANN))


async def test_operations_at_the_same_time_are_bounded() -> None:
    async with living(Settings(max_operations=2)) as world:
        client = await world.client(token(ANN))
        await client.present("1")
        await client.present("2")
        refused = await client.present("3")
        assert refused["type"] == "error"
        assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
        await client.say(type="complete", id="1")
        assert (await client.present("3"))["type"] == "next"


async def test_a_client_over_its_rate_is_refused_and_then_closed() -> None:
    settings = Settings(messages_per_second=0.1, messages_burst=3, max_refused_in_a_row=2)
    async with living(settings) as world:
        client = await world.client()
        for id in ("1", "2", "3"):
            await client.subscribe(id, "{ __typename }")
        heard = [await client.hear() for _ in range(5)]
        assert heard[-1]["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        await client.say(type="ping")
        await client.say(type="ping")
        assert await client.closing() == (4429, "Too many messages")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a: __typename }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription($s: Boolean = true) { notificationReceived @skip(if: $s) { id } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { notificationReceived { id } }", "AUTHENTICATION_ERROR"),
    ],
)
async def test_what_cannot_be_executed_is_an_error_message(query: str, code: str) -> None:
    async with living() as world:
        client = await world.client()
        await client.subscribe("1", query)
        message = await client.hear()
        assert (message["type"], message["id"]) == ("error", "1")
        extensions = message["payload"][0]["extensions"]
        assert extensions["code"] == code
        assert {"requestId", "timestamp"} <= set(extensions)
        await client.subscribe("1", "{ __typename }")
        assert (await client.hear())["type"] == "next"


async def test_presence_begins_with_a_snapshot_that_changes_follow() -> None:
    async with living() as world:
        world.post.held.add(ViewRoom)
        client = await world.client(token(ANN))
        await client.subscribe("p", PRESENCE, c="course-1")
        await world.settle()
        change(world, "before")
        world.post.release()
        change(world, "after")
        snapshot, update = await client.hear(), await client.hear()
        shown = snapshot["payload"]["data"]["userPresence"]
        assert (shown["kind"], shown["joined"]) == ("SNAPSHOT", [{"userId": "teacher"}])
        shown = update["payload"]["data"]["userPresence"]
        assert (shown["kind"], shown["joined"]) == ("CHANGE", [{"userId": "after"}])


async def test_a_client_that_completes_hears_nothing_more() -> None:
    async with living() as world:
        client = await world.client(token(ANN))
        await client.present("p")
        await client.say(type="complete", id="p")
        await client.say(type="ping")
        assert (await client.hear())["type"] == "pong"
        change(world, "somebody")
        await client.say(type="ping")
        assert (await client.hear())["type"] == "pong"
        assert world.fan_out.statistics()["members"] == 0


async def test_completing_while_the_right_is_asked_for_begins_nothing() -> None:
    async with living() as world:
        world.post.held.add(MayEnterRoom)
        client = await world.client(token(ANN))
        await client.subscribe("p", PRESENCE, c="course-1")
        await client.say(type="complete", id="p")
        await client.say(type="ping")
        assert (await client.hear())["type"] == "pong"
        world.post.release()
        await client.say(type="ping")
        assert (await client.hear())["type"] == "pong"
        assert world.subscriptions.statistics()["living"] == 0


async def test_completing_a_mutation_cancels_the_wait_for_it() -> None:
    cancelled = trio.Event()

    async def never(*_: object, **__: object) -> None:
        try:
            await trio.sleep_forever()
        finally:
            cancelled.set()

    async with living() as world:
        world.post.ask = never  # type: ignore[method-assign]
        client = await world.client(token(ANN))
        query = 'mutation { enrollInCourse(courseId: "c") { id } }'
        await client.subscribe("m", query)
        await world.settle()
        await client.say(type="complete", id="m")
        with trio.fail_after(5):
            await cancelled.wait()
        await client.subscribe("m", "{ __typename }")
        assert (await client.hear())["payload"] == {"data": {"__typename": "Query"}}


async def test_many_share_one_payload_and_each_gets_it_under_its_own_id() -> None:
    async with living() as world:
        clients = [await world.client(token(name)) for name in ("a", "b", "c")]
        for number, client in enumerate(clients):
            await client.present(str(number // 2))
        assert world.subscriptions.statistics()["groups"] == 1
        change(world, "newcomer")
        heard = [await client.hear() for client in clients]
        assert [message["id"] for message in heard] == ["0", "0", "1"]
        assert len({str(message["payload"]) for message in heard}) == 1


async def test_a_hundred_subscriptions_on_one_socket_are_told_apart() -> None:
    async with living() as world:
        client = await world.client(token(ANN))
        for number in range(100):
            await client.present(f"s{number}", "course-1")
        change(world, "newcomer")
        heard = {(await client.hear())["id"] for _ in range(100)}
        assert heard == {f"s{number}" for number in range(100)}


async def test_one_that_stops_reading_is_cut_and_costs_the_others_nothing() -> None:
    async with living(limits=FrontLimits(outbox_bytes=20_000)) as world:
        reader, sleeper = await world.client(token(ANN)), await world.client(token(BEN))
        await reader.present("p")
        await sleeper.present("p")
        names = "n" * 4_000
        for number in range(2_000):
            change(world, f"{number}{names}")
            assert (await reader.hear())["id"] == "p"
            if world.sockets.statistics()["open"] == 1:
                break
        assert (await sleeper.closing())[0] == 4008
        assert world.subscriptions.statistics()["living"] == 1


async def test_a_broken_connection_leaves_nothing_behind() -> None:
    async with living() as world:
        client = await world.client(token(ANN))
        await client.present("p")
        await trio.aclose_forcefully(client.wire.stream)
        await world.settle()
        assert world.subscriptions.statistics()["living"] == 0
        assert world.fan_out.statistics()["topics"] == 0
        assert world.rights.statistics()["users"] == world.rights.statistics()["courses"] == 0
        assert world.sockets.statistics()["open"] == 0


async def test_a_refused_subscription_says_why() -> None:
    async with living() as world:
        world.post.replies[MayEnterRoom] = AuthorizationError("Only members")
        client = await world.client(token(ANN))
        message = await client.present("p")
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "AUTHORIZATION_ERROR"
        assert message["payload"][0]["path"] == ["userPresence"]
