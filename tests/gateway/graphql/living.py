"""A front with GraphQL over WebSocket and over events, and clients of its protocols."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import trio
import trio.testing
from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.uri import parse_uri

from gateway.fanout import LocalFanOut
from gateway.front.limits import Limits as FrontLimits
from gateway.front.routes import Routes
from gateway.front.server import Front
from gateway.graphql.event_streams.server import EventStreams
from gateway.graphql.execution.operations import Operations
from gateway.graphql.http.endpoint import graphql_routes
from gateway.graphql.subscriptions.service import Subscriptions
from gateway.graphql.transport_ws.server import SUBPROTOCOL, TransportServer
from gateway.graphql.transport_ws.settings import Settings
from gateway.pin_throttle import PinThrottle
from gateway.rate_limits import RateLimiter
from gateway.rights import Rights
from protocol.access import Identity
from protocol.assessments.live.entry import AddTeacherToGames, RemoveTeacherFromGames
from protocol.communication import (
    MayEnterRoom,
    MayReadAnnouncements,
    MayReadThread,
    PresenceState,
    RoomMember,
    ThreadReadable,
    ViewRoom,
)
from protocol.envelope import Address, Message, ReplyTo
from protocol.errors import AuthenticationError, StoaError
from protocol.lifecycle import Done
from protocol.selection import Field
from protocol.users.commands import CheckAccount, MoveAvatar
from protocol.users.replies import AccountStatus
from protocol.users.values import Role
from tests.gateway.front.harness import SocketClient, Wire
from tests.gateway.graphql.harness import NOW
from tests.support import fakes

ANN, BEN = "ann", "ben"
PRESENCE = (
    "subscription($c: ID!) { userPresence(courseId: $c) { kind count left joined { userId } } }"
)


class Clock:
    """Milliseconds that go on with Trio's clock."""

    def __init__(self) -> None:
        self._start = trio.current_time()

    def now(self) -> int:
        return NOW + int((trio.current_time() - self._start) * 1000)


class Tokens(fakes.FakeTokens):
    """`<user>:<role>:<ms to live>`; anything else is bad."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.ended: set[str] = set()
        """Users whose sessions are over."""

    def require_valid(self, identity: Identity) -> None:
        if identity.user_id in self.ended:
            raise AuthenticationError("Sign in again", reason="revoked")

    def verify_access(self, token: str) -> Identity:
        parts = token.split(":")
        if len(parts) != 3:
            raise AuthenticationError("The token has expired", reason="expired")
        user_id, role, left = parts
        return Identity(
            user_id=user_id,
            email="e",
            role=role,
            session_id=f"session of {user_id}",
            expires_at=self._clock.now() + int(left),
        )


def token(user_id: str, role: str = "student", left: int = 900_000) -> str:
    return f"{user_id}:{role}:{left}"


class Post(fakes.FakePost):
    """Answers requests at once, or, of a type in `held`, when `release` is called; whoever asks
    and waits does so until `held_asks` is set, if there is one."""

    held_asks: trio.Event | None = None

    def __init__(self) -> None:
        super().__init__()
        self.held: set[type[Message]] = set()
        self._waiting: list[tuple[Address, Message, ReplyTo]] = []
        self.replies = {
            CheckAccount: AccountStatus(role=Role.STUDENT),
            MoveAvatar: Done(),
            MayEnterRoom: Done(),
            RemoveTeacherFromGames: Done(),
            AddTeacherToGames: Done(),
            MayReadAnnouncements: Done(),
            MayReadThread: lambda question: ThreadReadable(course_id="course-1"),
            ViewRoom: PresenceState(
                course_id="course-1",
                count=1,
                members=(RoomMember(user_id="teacher", full_name="T"),),
            ),
        }

    def request(
        self,
        address: Address,
        message: Message,
        reply_to: ReplyTo,
        *,
        timeout_seconds: float = 10.0,
    ) -> None:
        self.sent.append((address, message))
        if type(message) in self.held:
            self._waiting.append((address, message, reply_to))
        else:
            self._reply(message, reply_to)

    async def ask(
        self, address: Address, message: Message, *, timeout_seconds: float = 10.0
    ) -> Any:
        if self.held_asks is not None:
            await self.held_asks.wait()
        return await super().ask(address, message, timeout_seconds=timeout_seconds)

    def release(self) -> None:
        self.held.clear()
        waiting, self._waiting = self._waiting, []
        for _, message, reply_to in waiting:
            self._reply(message, reply_to)

    def _reply(self, message: Message, reply_to: ReplyTo) -> None:
        reply = self.reply_for(message)
        if isinstance(reply, StoaError):
            reply_to.fail(reply)
        else:
            assert isinstance(reply, Message)
            reply_to.answer(reply)


class Reads(fakes.FakeReads):
    """A selection depends on the viewer if it asks for somebody's email."""

    def depends_on_viewer(self, field: Field) -> bool:
        return field.name == "email" or any(map(self.depends_on_viewer, field.children))


class World:
    """What is behind the front, and the way to it."""

    def __init__(
        self,
        settings: Settings | None = None,
        limits: FrontLimits | None = None,
        limiter: RateLimiter | None = None,
    ) -> None:
        self.post = Post()
        self.reads = Reads()
        self.clock = Clock()
        self.fan_out = LocalFanOut()
        self.rights = Rights()
        self.tokens = Tokens(self.clock)
        operations = Operations(
            post=self.post,
            reads=self.reads,
            tokens=self.tokens,
            clock=self.clock,
            pins=PinThrottle(fakes.FakeThrottle(), self.clock),
        )
        self.subscriptions = Subscriptions(
            post=self.post,
            reads=self.reads,
            clock=self.clock,
            fan_out=self.fan_out,
            rights=self.rights,
            later=lambda seconds, callback: self.front.services.timers.call_later(0.01, callback),
        )
        self.sockets = TransportServer(operations, self.subscriptions, settings, limiter)
        routes = Routes()
        endpoint = graphql_routes(routes, operations)
        self.streams = endpoint.streams = EventStreams(
            operations,
            self.subscriptions,
            lambda request, mutates: endpoint.requester(request, mutates=mutates),
            endpoint.cookie_of,
            beat_seconds=0.05,
        )
        self.streams.mount(routes)
        self.sockets.mount(routes)
        self.front = Front(routes, limits=limits, now=self.clock.now)
        self.front.on_drain(self.streams.end_all)
        self.port = 0
        self.wires: list[Wire] = []

    async def wire(self) -> Wire:
        """A connection that ends with the world."""
        self.wires.append(Wire(await trio.open_tcp_stream("127.0.0.1", self.port)))
        return self.wires[-1]

    async def connect(self, *, subprotocol: str | None = SUBPROTOCOL, **headers: str) -> Client:
        """An open WebSocket that has said nothing yet."""
        client = Client(await self.wire(), subprotocol, headers)
        await client.handshake()
        return client

    async def client(self, token: str | None = None) -> Client:
        """An acknowledged WebSocket."""
        client = await self.connect()
        payload = {} if token is None else {"token": token}
        await client.say(type="connection_init", payload=payload)
        assert (await client.hear())["type"] == "connection_ack"
        return client

    async def settle(self) -> None:
        """Return when the server has nothing left to do."""
        await trio.testing.wait_all_tasks_blocked(0.01)


class Client(SocketClient):
    """Says and hears messages of graphql-transport-ws."""

    def __init__(self, wire: Wire, subprotocol: str | None, headers: dict[str, str]) -> None:
        super().__init__(wire)
        offered: Any = [subprotocol] if subprotocol else None
        self.protocol = ClientProtocol(parse_uri("ws://stoa/graphql"), subprotocols=offered)
        self._headers = headers

    async def handshake(self) -> None:
        request = self.protocol.connect()
        for name, value in self._headers.items():
            request.headers[name] = value
        self.protocol.send_request(request)
        await self.flush()
        while self.protocol.state.name == "CONNECTING" and not self.protocol.handshake_exc:
            self.protocol.receive_data(await self.wire.receive())
            self._collect()

    async def say(self, **message: Any) -> None:
        await self.send_text(msgspec.json.encode(message).decode())

    async def hear(self) -> dict[str, Any]:
        """The next message; fails when the socket closes instead."""
        frame = await self.frame()
        assert frame.opcode is Opcode.TEXT, frame
        message: dict[str, Any] = msgspec.json.decode(frame.data)
        return message

    async def subscribe(self, id: str, query: str, **variables: Any) -> None:
        payload = {"query": query, "variables": variables}
        await self.say(type="subscribe", id=id, payload=payload)

    async def present(self, id: str, course_id: str = "course-1") -> dict[str, Any]:
        """Follow a room's presence and hear the snapshot."""
        await self.subscribe(id, PRESENCE, c=course_id)
        return await self.hear()

    async def closing(self) -> tuple[int, str]:
        """Code and reason of the close frame that must come."""
        while (frame := await self.frame()).opcode is not Opcode.CLOSE:
            pass
        return int.from_bytes(frame.data[:2], "big"), bytes(frame.data[2:]).decode()


@asynccontextmanager
async def living(
    settings: Settings | None = None,
    limits: FrontLimits | None = None,
    change: Callable[[World], None] | None = None,
    limiter: RateLimiter | None = None,
) -> AsyncIterator[World]:
    """A world that serves, gone at the end of the block."""
    world = World(settings, limits, limiter)
    if change is not None:
        change(world)
    async with trio.open_nursery() as nursery:

        async def serve(task_status: trio.TaskStatus[int]) -> None:
            await world.front.serve(host="127.0.0.1", port=0, task_status=task_status)

        world.port = await nursery.start(serve)
        try:
            yield world
        finally:
            for wire in world.wires:
                await trio.aclose_forcefully(wire.stream)
            nursery.cancel_scope.cancel()
