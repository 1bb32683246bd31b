"""Stand-ins for the ports, in memory and under the test's control; mypy holds them to the ports.

What a fake does not do on its own it refuses with an `AssertionError`, so that a test that relies
on it says so. A test that needs something special inherits and overrides one method.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Coroutine, Sequence
from typing import Any, NoReturn

import trio

from protocol.access import Identity, IssuedTokens, Throttle, Tokens
from protocol.envelope import Address, Message, ReplyTo
from protocol.errors import (
    AuthenticationError,
    ClientError,
    NotFoundError,
    RateLimited,
    StoaError,
)
from protocol.objects import StoredObject, check_key
from protocol.ports import Clock, FanOut, Post, ReadsNowait
from protocol.selection import Field, Selection, Viewer
from protocol.uploads import StoredPart, UploadLink
from protocol.users.replies import SessionFacts

NOW = 1_700_000_000_000
"""Where the clocks of tests stand, in milliseconds."""


class SetClock:
    """A clock that stands still until the test sets `at`."""

    def __init__(self, now: int = NOW) -> None:
        self.at = now

    def now(self) -> int:
        return self.at


class Collector:
    """A `ReplyTo` that remembers what it was given."""

    def __init__(self) -> None:
        self.replies: list[Message] = []
        self.errors: list[StoaError] = []

    def answer(self, reply: Message) -> None:
        self.replies.append(reply)

    def fail(self, error: StoaError) -> None:
        self.errors.append(error)

    @property
    def count(self) -> int:
        return len(self.replies) + len(self.errors)


class FakeSigner:
    """Signs nothing: a receipt is its type and what it states, or None for a `mute` one."""

    def __init__(self, *, mute: bool = False) -> None:
        self.mute = mute

    def sign(self, type: str, payload: bytes) -> str | None:
        return None if self.mute else f"{type} {payload.decode()}"


Script = Message | Exception | Callable[[Any], Message | Exception]


class FakePost:
    """Answers messages from `replies` by their class: a reply, an error, or a function of either.

    A request that has no script waits in `waiting` for the test; an ask that has none is a mistake.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[Address, Message]] = []
        self.replies: dict[type[Message], Script] = {}
        self.waiting: list[ReplyTo] = []

    @property
    def commands(self) -> list[Message]:
        return [message for _, message in self.sent]

    def tell(self, address: Address, message: Message) -> None:
        self.sent.append((address, message))

    def request(
        self,
        address: Address,
        message: Message,
        reply_to: ReplyTo,
        *,
        timeout_seconds: float = 10.0,
    ) -> None:
        self.sent.append((address, message))
        reply = self.reply_for(message)
        if reply is None:
            self.waiting.append(reply_to)
        elif isinstance(reply, StoaError):
            reply_to.fail(reply)
        else:
            assert isinstance(reply, Message)
            reply_to.answer(reply)

    async def ask(
        self, address: Address, message: Message, *, timeout_seconds: float = 10.0
    ) -> Any:
        self.sent.append((address, message))
        await trio.lowlevel.checkpoint()
        reply = self.reply_for(message)
        assert reply is not None, f"no reply is scripted for {message}"
        if isinstance(reply, Exception):
            raise reply
        return reply

    def reply_for(self, message: Message) -> Message | Exception | None:
        script = self.replies.get(type(message))
        if script is None or isinstance(script, Message | Exception):
            return script
        return script(message)


class FakeTokens:
    """Access tokens read `<user>` or `<user>:<role>`; one that begins with `bad` is refused."""

    def __init__(self, role: str = "student") -> None:
        self.role = role

    def verify_access(self, token: str) -> Identity:
        if token.startswith("bad"):
            raise AuthenticationError("Unusable token", reason="invalid")
        user_id, _, role = token.partition(":")
        return Identity(
            user_id=user_id,
            email=f"{user_id}@school.test",
            role=role or self.role,
            session_id="s",
            expires_at=2**50,
        )

    def require_valid(self, identity: Identity) -> None:
        """Whom it has let in is good for ever."""

    def verify_refresh(self, token: str, *, allow_expired: bool = False) -> Identity:
        self._not_here()

    async def issue(
        self, *, user_id: str, email: str, role: str, device: str, full_name: str = ""
    ) -> IssuedTokens:
        self._not_here()

    async def rotate(
        self,
        refresh_token: str,
        *,
        email: str = "",
        role: str = "",
        full_name: str = "",
        client: str = "",
    ) -> tuple[Identity, IssuedTokens]:
        self._not_here()

    async def revoke(self, refresh_token: str) -> None:
        self._not_here()

    async def revoke_all(self, user_id: str) -> None:
        self._not_here()

    async def revoke_session(self, user_id: str, session_id: str) -> bool:
        self._not_here()

    async def sessions(self, user_id: str) -> Sequence[SessionFacts]:
        self._not_here()

    def _not_here(self) -> NoReturn:
        raise AssertionError("only the users domain issues and revokes tokens")


class FakeThrottle:
    """Counts hits; the window lasts until the test empties `hits`."""

    def __init__(self) -> None:
        self.hits: dict[str, int] = {}
        self.error: StoaError | None = None

    async def hit(self, key: str, limit: int, window_seconds: int) -> None:
        await trio.lowlevel.checkpoint()
        if self.error is not None:
            raise self.error
        if self.hits.get(key, 0) >= limit:
            raise RateLimited(window_seconds)
        self.hits[key] = self.hits.get(key, 0) + 1

    async def release(self, key: str) -> None:
        self.hits[key] -= 1


class FakeReads:
    """Answers root fields from a table of JSON texts by name, and keeps what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes | Exception] = {}
        self.executed: list[tuple[list[Selection], Viewer]] = []

    @property
    def viewers(self) -> list[Viewer]:
        return [viewer for _, viewer in self.executed]

    async def execute(self, selections: Sequence[Selection], viewer: Viewer) -> Sequence[bytes]:
        self.executed.append((list(selections), viewer))
        return [self.answer_to(selection, viewer) for selection in selections]

    def answer_to(self, selection: Selection, viewer: Viewer) -> bytes:
        """The JSON text of one root field. Raises what the table has in its place."""
        answer = self.answers.get(selection.field.name, b"null")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def execute_nowait(
        self,
        selections: Sequence[Selection],
        viewer: Viewer,
        done: Callable[[Sequence[bytes] | Exception], None],
    ) -> Callable[[], None]:
        execute_at_once(self.execute(selections, viewer), done)
        return lambda: None

    def depends_on_viewer(self, field: Field) -> bool:
        return True


def execute_at_once(
    execution: Coroutine[Any, Any, Sequence[bytes]],
    done: Callable[[Sequence[bytes] | Exception], None],
) -> None:
    """`execute_nowait` of a fake whose `execute` never waits; refusals are raised at once."""
    try:
        execution.send(None)
    except StopIteration as returned:
        done(returned.value)
    except ClientError:
        raise
    except Exception as error:
        done(error)


class FakeFanOut:
    """Remembers what was published; raises for a topic event named `raise`."""

    def __init__(self) -> None:
        self.published: list[str] = []
        self.data: list[Message] = []
        self.closed: list[str] = []
        self.positions: list[int | None] = []

    def publish(
        self,
        topic: str,
        event: str,
        data: Message,
        *,
        position: int | None = None,
        volatile: bool = False,
    ) -> None:
        if event == "raise":
            raise RuntimeError("broken")
        self.positions.append(position)
        self.published.append(event)
        self.data.append(data)

    def close_topic(self, topic: str, *, reason: str) -> None:
        self.closed.append(topic)


def _fit() -> tuple[Clock, ReplyTo, Post, Tokens, Throttle, ReadsNowait, FanOut]:
    """For mypy alone: each fake is what its port asks for."""
    return (
        SetClock(),
        Collector(),
        FakePost(),
        FakeTokens(),
        FakeThrottle(),
        FakeReads(),
        FakeFanOut(),
    )


class Shelf:
    """Objects in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, StoredObject] = {}
        self.begun: dict[str, tuple[str, str, dict[int, bytes]]] = {}

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        self.kept[check_key(key)] = StoredObject(data=data, content_type=content_type)

    async def get(self, key: str) -> StoredObject | None:
        return self.kept.get(check_key(key))

    async def delete(self, key: str) -> None:
        self.kept.pop(check_key(key), None)

    async def link(self, key: str, *, seconds: int, filename: str, inline: bool = False) -> str:
        return f"/objects/{key}?seconds={seconds}&name={filename}&inline={inline}"

    # Uploads: the test sends their parts with `send`.

    async def begin(self, key: str, *, content_type: str) -> str:
        name = f"upload-{len(self.begun) + 1}"
        self.begun[name] = (check_key(key), content_type, {})
        return name

    async def part_link(
        self, key: str, upload: str, number: int, *, size: int, seconds: int
    ) -> UploadLink:
        url = f"/parts/{upload}/{number}?size={size}&seconds={seconds}"
        return UploadLink(url=url, headers={"content-type": "application/octet-stream"})

    def send(self, upload: str, number: int, data: bytes) -> None:
        self.begun[upload][2][number] = data

    async def parts(self, key: str, upload: str) -> Sequence[StoredPart]:
        if upload not in self.begun:
            return []
        parts = self.begun[upload][2]
        return [StoredPart(number=n, size=len(parts[n])) for n in sorted(parts)]

    async def join(self, key: str, upload: str, sizes: Sequence[int]) -> bool:
        if upload not in self.begun:
            return key in self.kept
        _, content_type, parts = self.begun[upload]
        if [len(parts.get(n, b"")) for n in range(1, len(sizes) + 1)] != list(sizes):
            return False
        data = b"".join(parts[n] for n in sorted(parts))
        self.kept[key] = StoredObject(data=data, content_type=content_type)
        del self.begun[upload]
        return True

    async def abandon(self, key: str, upload: str) -> None:
        self.begun.pop(upload, None)

    async def store(self, key: str, pieces: AsyncIterable[bytes], content_type: str) -> None:
        await self.put(key, b"".join([piece async for piece in pieces]), content_type)

    async def size(self, key: str) -> int | None:
        found = self.kept.get(key)
        return None if found is None else len(found.data)

    async def read(self, key: str, start: int, length: int) -> bytes:
        found = self.kept.get(key)
        if found is None:
            raise NotFoundError("file", key)
        return found.data[start : start + length]
