"""Stand-ins for the ports and the socket, all in memory and under the test's control."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gateway.fanout import Publication
from gateway.pin_throttle import PinThrottle
from gateway.realtime.application import RealtimeApplication
from gateway.rights import Rights
from protocol.access import Identity
from protocol.envelope import Address, Message, ReplyTo
from protocol.errors import AuthenticationError, StoaError
from protocol.lifecycle import Done
from protocol.recovery import Kept, SocketSession
from protocol.users.commands import CheckAccount
from protocol.users.replies import AccountStatus
from protocol.users.session import OpenConnection
from protocol.users.values import Role
from tests.support import fakes
from tests.support.fakes import NOW

DONE = Done()


class FakePost(fakes.FakePost):
    """Keeps every request; the test answers the oldest unanswered one, or scripts replies."""

    def __init__(self) -> None:
        super().__init__()
        self.status: AccountStatus | StoaError | None = AccountStatus(role=Role.STUDENT)
        """What becomes of a CheckAccount; None holds it back like any other request."""

    def request(
        self,
        address: Address,
        message: Message,
        reply_to: ReplyTo,
        *,
        timeout_seconds: float = 10.0,
    ) -> None:
        if not isinstance(message, CheckAccount) or self.status is None:
            super().request(address, message, reply_to, timeout_seconds=timeout_seconds)
        elif isinstance(self.status, StoaError):
            reply_to.fail(self.status)
        else:
            reply_to.answer(self.status)

    def answer(self, reply: Message) -> None:
        self.waiting.pop(0).answer(reply)

    def fail(self, error: StoaError) -> None:
        self.waiting.pop(0).fail(error)

    def last(self) -> tuple[Address, Any]:
        return self.sent[-1]


class FakeTimers:
    """Timers that go off when the test says so."""

    def __init__(self) -> None:
        self.waiting: dict[FakeTimer, float] = {}

    def later(self, seconds: float, callback: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer(self, callback)
        self.waiting[timer] = seconds
        return timer

    def pass_seconds(self, seconds: float) -> None:
        """Call back what is due by then."""
        for timer, left in list(self.waiting.items()):
            self.waiting[timer] = left - seconds
            if left <= seconds:
                del self.waiting[timer]
                timer.callback()


class FakeTimer:
    def __init__(self, timers: FakeTimers, callback: Callable[[], None]) -> None:
        self.timers = timers
        self.callback = callback

    def cancel(self) -> None:
        self.timers.waiting.pop(self, None)


class FakeTokens(fakes.FakeTokens):
    """Tokens read `<user>` or `<user>:<expires at>`; anything with `bad` is refused."""

    def verify_access(self, token: str) -> Identity:
        if "bad" in token:
            raise AuthenticationError("Unusable token", reason="invalid")
        user, _, expires = token.partition(":")
        return Identity(
            user_id=user,
            email=f"{user}@school.test",
            role="student",
            session_id=f"session of {user}",
            expires_at=int(expires or NOW + 900_000),
            full_name=user.title(),
        )


class FakeSeal:
    """Remembers what it has sealed."""

    def __init__(self) -> None:
        self.sealed: dict[str, tuple[str, dict[str, Any]]] = {}

    def sign(self, purpose: str, claims: dict[str, Any]) -> str:
        token = f"sealed-{len(self.sealed)}"
        self.sealed[token] = (purpose, claims)
        return token

    def open(self, purpose: str, token: str) -> dict[str, Any]:
        found = self.sealed.get(token)
        if found is None or found[0] != purpose:
            raise AuthenticationError("Not sealed here", reason="invalid")
        return found[1]


@dataclass
class FakeRoundTrips:
    credited_ms: int = 0
    held_back_ms: int = 0


class FakeSocket:
    """Writes down, in order, all that is done to it."""

    def __init__(self, id: str = "c1", remote: str = "10.0.0.1") -> None:
        self.id = id
        self.context: Any = None
        self.remote = remote
        self.heard_at = NOW - 3
        self.headers: Mapping[bytes, bytes] = {b"user-agent": b"Browser/1.0"}
        self.round_trips = FakeRoundTrips()
        self.position = (1 << 40) + 5
        self.superseded: list[Callable[[Publication], bool]] = []
        self.holds = 0
        self.log: list[tuple[Any, ...]] = []
        self.topics: set[str] = set()
        self.asked: list[Callable[[bool], None]] = []
        """Those who wait to hear whether the client is there."""

    def join(self, topic: str) -> bool:
        self.log.append(("join", topic))
        self.topics.add(topic)
        return True

    def leave(self, topic: str) -> None:
        self.log.append(("leave", topic))
        self.topics.discard(topic)

    def ack(self, payload: Any) -> None:
        self.log.append(("ack", msgspec.to_builtins(payload)))

    def emit(self, name: str, *arguments: Any) -> None:
        self.log.append(("emit", name, *msgspec.json.decode(msgspec.json.encode(arguments))))

    def hold(self) -> None:
        self.holds += 1

    def release(self) -> None:
        self.holds -= 1
        self.log.append(("release",))

    def drop_held(self, superseded: Callable[[Publication], bool]) -> None:
        self.superseded.append(superseded)

    def replay(self, publications: Sequence[Publication]) -> None:
        self.log.append(("replay", [each.place for each in publications]))

    def ask_alive(self, seconds: float, told: Callable[[bool], None]) -> None:
        self.log.append(("ask alive", seconds))
        self.asked.append(told)

    def cut(self, reason: str) -> None:
        self.log.append(("cut", reason))

    def disconnect(self, *, close: bool = False) -> None:
        self.log.append(("disconnect", close))

    def let_go(self) -> None:
        self.holds = 0
        self.topics.clear()
        self.log.append(("let go",))

    @property
    def acks(self) -> list[dict[str, Any]]:
        return [entry[1] for entry in self.log if entry[0] == "ack"]


class FakeDecision:
    def __init__(self) -> None:
        self.outcome: list[Any] = []
        self.gone = False
        self.pid: str | None = None

    def accept(self, pid: str | None = None) -> bool:
        self.pid = pid
        if not self.gone:
            self.outcome.append("accepted")
        return not self.gone

    def refuse(self, error: dict[str, Any]) -> None:
        if not self.gone:
            self.outcome.append(error)


class FakeSessions:
    """Keeps sessions at once, or, with `held`, when the test calls what is in there."""

    def __init__(self) -> None:
        self.kept: dict[str, SocketSession] = {}
        self.left: list[str] = []
        self.forgotten: list[str] = []
        self.away_ms = 0
        self.error: StoaError | None = None
        self.held: list[Callable[[], None]] | None = None

    def save_nowait(self, session: SocketSession, done: Callable[[StoaError | None], None]) -> None:
        if self.error is not None:
            raise self.error
        self.kept[session.pid] = msgspec.json.decode(
            msgspec.json.encode(session), type=SocketSession
        )
        if self.held is None:
            done(None)
        else:
            self.held.append(lambda: done(None))

    def left_nowait(self, pid: str) -> None:
        if self.error is not None:
            raise self.error
        self.left.append(pid)

    def forget_nowait(self, pid: str) -> None:
        self.forgotten.append(pid)
        self.kept.pop(pid, None)

    async def find(self, pid: str) -> Kept | None:
        if self.error is not None:
            raise self.error
        session = self.kept.get(pid)
        return None if session is None else Kept(session, self.away_ms)

    async def sweep(self) -> int:
        return 0


class FakeHistory:
    """What each room has published, as positions; None: more than is sent again."""

    def __init__(self) -> None:
        self.rooms: dict[str, list[int] | None] = {}
        self.asked: list[tuple[str, int]] = []

    async def missed(self, course_id: str, after: int) -> Sequence[tuple[int, Publication]] | None:
        self.asked.append((course_id, after))
        positions = self.rooms.get(course_id, [])
        if positions is None:
            return None
        return [(p, Publication("room.message", DONE, position=p)) for p in positions if p > after]


class Stage:
    """An application with all its fakes, and the few moves that tests make."""

    def __init__(self) -> None:
        self.post = FakePost()
        self.seal = FakeSeal()
        self.throttle = fakes.FakeThrottle()
        self.clock = fakes.SetClock()
        self.pins = PinThrottle(self.throttle, self.clock)
        self.spawned: list[Any] = []
        self.sessions = FakeSessions()
        self.history = FakeHistory()
        self.rights = Rights()
        self.timers = FakeTimers()
        self.signer = fakes.FakeSigner()
        self.application = RealtimeApplication(
            post=self.post,
            tokens=FakeTokens(),
            seal=self.seal,
            pins=self.pins,
            clock=self.clock,
            spawn=lambda function, *args: self.spawned.append((function, args)),
            later=self.timers.later,
            sessions=self.sessions,
            history=self.history,
            rights=self.rights,
            signer=self.signer,
        )

    def guest(self, id: str = "c1") -> FakeSocket:
        socket = FakeSocket(id)
        self.application.connect(socket, None, FakeDecision())
        return socket

    def user(self, token: str = "ada", id: str = "c1") -> FakeSocket:
        socket, decision = FakeSocket(id), FakeDecision()
        self.application.connect(socket, {"token": token}, decision)
        if OpenConnection not in self.post.replies:
            self.post.waiting.pop().answer(DONE)
        assert decision.outcome == ["accepted"]
        return socket

    def emit(self, socket: FakeSocket, name: str, *args: Any, received_at: int = NOW) -> None:
        self.application.event(socket, name, args, socket.ack, received_at)

    async def run_spawned(self) -> None:
        while self.spawned:
            function, args = self.spawned.pop(0)
            await function(*args)
