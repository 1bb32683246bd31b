"""All subscriptions of this node, whatever transport they came by."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import msgspec

from gateway.fanout import LocalFanOut
from gateway.graphql.domain import Feed
from gateway.graphql.errors import RequestError
from gateway.graphql.execution.call import ANONYMOUS, Call
from gateway.graphql.planning.root_fields import RootField
from gateway.graphql.subscriptions.group import Group, Pending
from gateway.graphql.subscriptions.subscription import Listener, Subscription
from gateway.rights import Rights
from protocol.errors import AuthenticationError, InternalError, StoaError
from protocol.ports import Clock, Identity, Post, ReadsNowait
from protocol.selection import Field, Viewer

MAX_READING: Final = 32
"""Payloads that are being read at the same time; an event that each viewer sees otherwise must not
take all connections of the pool."""

Key = tuple[str, int, bytes, Viewer]
Later = Callable[[float, Callable[[], None]], Any]


class Subscriptions:
    """Groups those that see the same. `later(seconds, callback)` calls back in the Trio thread."""

    def __init__(
        self,
        *,
        post: Post,
        reads: ReadsNowait,
        clock: Clock,
        fan_out: LocalFanOut,
        rights: Rights,
        later: Later,
    ) -> None:
        self.post = post
        self.clock = clock
        self.fan_out = fan_out
        self.rights = rights
        self.later = later
        self._reads = reads
        self._living = 0
        self._groups: dict[Key, Group] = {}
        self._keys: dict[Group, Key] = {}
        self._started = 0
        self._grouped = 0
        self._failures = 0
        self._ended: Counter[str] = Counter()
        self._reading = 0
        self._queue: deque[tuple[Group, Pending]] = deque()

    # --- one subscription -------------------------------------------------------------------------

    def start(self, call: Call, user: Identity | None, listener: Listener) -> Subscription:
        """Begin what `call` asks; it may be over when this returns.

        Raises `RequestError` where there is not exactly one thing to follow, `AuthenticationError`
        for a guest.
        """
        roots = call.variant.roots
        feed = roots[0].resolver if len(roots) == 1 else None
        if not isinstance(feed, Feed):
            message = "A subscription selects exactly one field"
            raise RequestError.of("GRAPHQL_VALIDATION_FAILED", message)
        if user is None:
            raise AuthenticationError
        self._started += 1
        self._living += 1
        subscription = Subscription(self, feed, call, user, listener)
        subscription.start()
        return subscription

    def join(self, subscription: Subscription, topic: str, feed: Feed) -> Group:
        """Serve it from now on, together with all that see the same."""
        call = subscription.call
        given = msgspec.json.encode(call.given, order="sorted")
        key = (topic, id(call.variant), given, self._viewer(call, feed))
        group = self._groups.get(key)
        if group is None:
            group = self._open(key, call, feed)
        group.members[subscription] = None
        self.fan_out.join(group.name, subscription)
        return group

    def _open(self, key: Key, call: Call, feed: Feed) -> Group:
        self._grouped += 1
        group = Group(self, feed, call, name=f"graphql:{self._grouped}", viewer=key[3])
        self._groups[key] = group
        self._keys[group] = key
        self.fan_out.join(key[0], group)
        return group

    def leave(self, subscription: Subscription, group: Group | None) -> None:
        """It is over; the last of a group takes the group with it."""
        self._living -= 1
        self.fan_out.leave_all(subscription)
        if group is None:
            return
        group.members.pop(subscription, None)
        if not group.members:
            self.fan_out.leave_all(group)
            del self._groups[self._keys.pop(group)]

    def _viewer(self, call: Call, feed: Feed) -> Viewer:
        """Who looks, where that makes a difference; nobody, where all see the same."""
        root = call.variant.roots[0]
        fields = readings(root, root.field, feed.reads)
        depends = any(self._reads.depends_on_viewer(field) for field in fields)
        return call.viewer if depends else ANONYMOUS

    # --- payloads ---------------------------------------------------------------------------------

    def read(self, group: Group, pending: Pending) -> None:
        """Have storage fill the gaps of a payload, now or when it is its turn."""
        self._queue.append((group, pending))
        self._read_next()

    def _read_next(self) -> None:
        while self._queue and self._reading < MAX_READING:
            group, pending = self._queue.popleft()
            if not group.members or pending.draft is None:
                continue
            self._reading += 1
            answered = partial(self._answered, group, pending)
            try:
                self._reads.execute_nowait(pending.draft.selections, group.viewer, answered)
            except Exception as error:
                answered(error)

    def _answered(self, group: Group, pending: Pending, answers: Any) -> None:
        self._reading -= 1
        group.answered(pending, answers)
        self._read_next()

    # --- counting ---------------------------------------------------------------------------------

    def count_failure(self) -> int:
        """The number of another payload that is an error."""
        self._failures += 1
        return self._failures

    def count_end(self, error: Exception) -> None:
        """A subscription has ended with an error."""
        self._ended[error.code if isinstance(error, StoaError) else InternalError.code] += 1

    def statistics(self) -> dict[str, Any]:
        """What there is now, and totals since the start."""
        return {
            "living": self._living,
            "groups": len(self._groups),
            "reading": self._reading + len(self._queue),
            "started": self._started,
            "ended": dict(self._ended),
            "payload_failures": self._failures,
        }


def readings(root: RootField, field: Field, reads: Mapping[str, str]) -> list[Field]:
    """The selections that payloads of this field have storage read."""
    found: list[Field] = []
    for child in field.children:
        if child.name in reads:
            found.append(root.reading(child, reads[child.name]))
        else:
            found += readings(root, child, reads)
    return found
