"""Subscribers that see the same: one document, one set of variables, one viewer if it matters.

A group is one member of its topic. It makes each payload once and passes it on to its own members.
Payloads keep the order of their events, whichever of them storage answers first.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Protocol

import msgspec
import structlog

from gateway.fanout import FrameSink, LocalFanOut, Publication, Subscriber
from gateway.graphql.domain import Feed, Payload
from gateway.graphql.execution.call import Call
from gateway.graphql.execution.payloads import Draft
from gateway.graphql.execution.responses import assemble
from gateway.graphql.subscriptions.counts import Counts
from gateway.graphql.subscriptions.payload_reader import Answers, PayloadReader, Reading
from gateway.graphql.subscriptions.result import Result
from protocol.errors import Overloaded
from protocol.ports import Clock
from protocol.selection import Viewer

MAX_PENDING = 100
"""Events of one group that wait for storage. Past it the group's subscriptions end; clients may
subscribe again."""

log = structlog.get_logger(__name__)


class Member(Subscriber, Protocol):
    """A subscriber that a group can end."""

    def finish(self) -> None:
        """Nothing more will come."""

    def end(self, error: Exception) -> None:
        """It ends with an error."""


class Pending:
    """An event that waits for its payload, or for one before it."""

    __slots__ = ("body", "publication", "volatile")

    def __init__(self, publication: Publication, volatile: bool) -> None:
        self.publication = publication
        self.volatile = volatile
        self.body: bytes | None = None


class Group:
    """One member of its topic, `name` for its own members.

    `call` is that of the first member; what is used of it is the same for all of them.
    """

    connection: FrameSink | None = None

    def __init__(
        self,
        feed: Feed,
        call: Call,
        *,
        name: str,
        viewer: Viewer,
        reader: PayloadReader,
        fan_out: LocalFanOut,
        clock: Clock,
        counts: Counts,
    ) -> None:
        self.topics: tuple[str, ...] = ()
        self.name = name
        self.feed = feed
        self.viewer = viewer
        self.members: dict[Member, None] = {}
        self._reader = reader
        self._fan_out = fan_out
        self._clock = clock
        self._counts = counts
        self._call = call
        self._root = call.variant.roots[0]
        self._pending: deque[Pending] = deque()

    # --- what the fan-out calls -------------------------------------------------------------------

    def deliver(self, publication: Publication, volatile: bool) -> bool:
        """Make the payload of an event and pass it on, now or after it was read."""
        make = self.feed.payloads.get(publication.event)
        if make is None:
            return True
        if len(self._pending) >= MAX_PENDING:
            self._overflow()
            return True
        pending = Pending(publication, volatile)
        try:
            draft = self.draft(make(publication.data))
        except Exception as error:
            self._add(pending, self._failed(error))
            return True
        if draft.complete:
            self._add(pending, self.body(draft.text()))
        else:
            self._pending.append(pending)
            self._read(pending, draft)
        return True

    def _read(self, pending: Pending, draft: Draft) -> None:
        answered = partial(self._answered, pending, draft)
        self._reader.read(Reading(draft.selections, self.viewer, self._is_wanted, answered))

    def _is_wanted(self) -> bool:
        return bool(self.members)

    def topic_closed(self, topic: str, reason: str) -> None:
        """Nothing more will come."""
        for member in tuple(self.members):
            member.finish()

    # --- payloads ---------------------------------------------------------------------------------

    def draft(self, payload: Payload) -> Draft:
        """The part of `payload` that the members select."""
        return Draft(self._root, self._root.field, payload, self._call.variables)

    def body(self, value: bytes) -> bytes:
        """The execution result with this value."""
        return b'{"data":{%b%b}}' % (self._root.key, value)

    def _answered(self, pending: Pending, draft: Draft, answers: Answers) -> None:
        """Fill the gaps of an event's payload."""
        try:
            if isinstance(answers, Exception):
                raise answers
            pending.body = self.body(draft.text(answers))
        except Exception as error:
            pending.body = self._failed(error)
        self._flush()

    def _failed(self, error: Exception) -> bytes:
        """A result with the error, so that clients know there was an event."""
        now = self._clock.now()
        request_id = f"{self.name}.{self._counts.count_failure()}"
        call = msgspec.structs.replace(self._call, request_id=request_id, now=now)
        return assemble(call, [error])

    def _add(self, pending: Pending, body: bytes) -> None:
        if self._pending:
            pending.body = body
            self._pending.append(pending)
        else:
            self._pass_on(pending, body)

    def _flush(self) -> None:
        while self._pending and self._pending[0].body is not None:
            pending = self._pending.popleft()
            assert pending.body is not None
            self._pass_on(pending, pending.body)

    def _pass_on(self, pending: Pending, body: bytes) -> None:
        result = Result(pending.publication, body)
        self._fan_out.pass_on(self.name, result, volatile=pending.volatile)

    def _overflow(self) -> None:
        log.warning("graphql.group_overflowed", group=self.name, members=len(self.members))
        self._pending.clear()
        for member in tuple(self.members):
            member.end(Overloaded("Storage is too slow for the events; subscribe again"))
