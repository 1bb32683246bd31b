"""Subscribers that see the same: one document, one set of variables, one visibility.

A group is one member of its topic. It makes each payload once and passes it on to its own members.
Payloads that must be read keep the order of their events, whatever storage answers first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
import structlog

from gateway.fanout import FrameSink, Publication
from gateway.graphql.execution.call import Call
from gateway.graphql.execution.payloads import Draft
from gateway.graphql.execution.responses import assemble
from gateway.graphql.subscriptions.result import Result
from protocol.errors import Overloaded
from protocol.selection import Viewer

if TYPE_CHECKING:
    from gateway.graphql.domain import Feed, Payload
    from gateway.graphql.subscriptions.service import Subscriptions
    from gateway.graphql.subscriptions.subscription import Subscription

MAX_PENDING = 100
"""Events of one group that wait for storage; past it its subscriptions end, and may begin anew."""

log = structlog.get_logger(__name__)


class Pending:
    """An event whose payload is not there yet, or stands behind one that is not."""

    __slots__ = ("body", "draft", "publication", "volatile")

    def __init__(self, publication: Publication, draft: Draft | None, volatile: bool) -> None:
        self.publication = publication
        self.draft = draft
        self.volatile = volatile
        self.body: bytes | None = None


class Group:
    """See the module. `call` is that of whoever came first; all that is read of it is shared."""

    connection: FrameSink | None = None

    def __init__(
        self, service: Subscriptions, feed: Feed, call: Call, *, name: str, viewer: Viewer
    ) -> None:
        self.topics: tuple[str, ...] = ()
        self.name = name
        self.feed = feed
        self.viewer = viewer
        self.members: dict[Subscription, None] = {}
        self._service = service
        self._call = call
        self._root = call.variant.roots[0]
        self._pending: deque[Pending] = deque()

    # --- what the fan-out calls -------------------------------------------------------------------

    def deliver(self, publication: Publication, volatile: bool) -> bool:
        """Make the payload of an event; pass it on now, or when it has been read."""
        make = self.feed.payloads.get(publication.event)
        if make is None:
            return True
        if len(self._pending) >= MAX_PENDING:
            self._overflow()
            return True
        try:
            draft = self.draft(make(publication.data))
        except Exception as error:
            self._add(Pending(publication, None, volatile), self._failed(error))
            return True
        pending = Pending(publication, draft, volatile)
        if draft.complete:
            self._add(pending, self.body(draft.text()))
        else:
            self._pending.append(pending)
            self._service.read(self, pending)
        return True

    def topic_closed(self, topic: str, reason: str) -> None:
        """Nothing more will come."""
        for member in tuple(self.members):
            member.finish()

    # --- payloads ---------------------------------------------------------------------------------

    def draft(self, payload: Payload) -> Draft:
        """What the members' selection takes of `payload`."""
        return Draft(self._root, self._root.field, payload, self._call.variables)

    def body(self, value: bytes) -> bytes:
        """The execution result with this value."""
        return b'{"data":{%b%b}}' % (self._root.key, value)

    def answered(self, pending: Pending, answers: Sequence[bytes] | Exception) -> None:
        """Storage has read what an event lacked."""
        assert pending.draft is not None
        try:
            if isinstance(answers, Exception):
                raise answers
            pending.body = self.body(pending.draft.text(answers))
        except Exception as error:
            pending.body = self._failed(error)
        self._flush()

    def _failed(self, error: Exception) -> bytes:
        """A result that says so: whoever reads it knows that there was an event."""
        now = self._service.clock.now()
        request_id = f"{self.name}.{self._service.count_failure()}"
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
        self._service.fan_out.pass_on(self.name, result, volatile=pending.volatile)

    def _overflow(self) -> None:
        log.warning("graphql.group_overflowed", group=self.name, members=len(self.members))
        self._pending.clear()
        for member in tuple(self.members):
            member.end(Overloaded("Storage is too slow for the events; subscribe again"))
