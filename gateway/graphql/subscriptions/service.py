"""All subscriptions of this node, whatever transport they came by."""

from __future__ import annotations

from typing import Any

from gateway.fanout import LocalFanOut
from gateway.graphql.domain import Feed
from gateway.graphql.errors import RequestError
from gateway.graphql.execution.call import Call
from gateway.graphql.subscriptions.counts import Counts
from gateway.graphql.subscriptions.groups import Groups
from gateway.graphql.subscriptions.subscription import Environment, Later, Listener, Subscription
from gateway.rights import Rights
from protocol.access import Identity
from protocol.errors import AuthenticationError
from protocol.ports import Clock, Post, ReadsNowait


class Subscriptions:
    """Begins subscriptions. `later(seconds, callback)` calls back in the Trio thread."""

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
        self.rights = rights
        self._counts = Counts()
        self._groups = Groups(reads=reads, fan_out=fan_out, clock=clock, counts=self._counts)
        self._environment = Environment(
            post=post,
            clock=clock,
            rights=rights,
            later=later,
            groups=self._groups,
            counts=self._counts,
        )

    def start(self, call: Call, user: Identity | None, listener: Listener) -> Subscription:
        """Start a subscription; it may be over when this returns.

        Raises `RequestError` unless there is exactly one root field, `AuthenticationError` for a
        guest.
        """
        roots = call.variant.roots
        feed = roots[0].resolver if len(roots) == 1 else None
        if not isinstance(feed, Feed):
            message = "A subscription selects exactly one field"
            raise RequestError.of("GRAPHQL_VALIDATION_FAILED", message)
        if user is None:
            raise AuthenticationError
        self._counts.count_start()
        subscription = Subscription(self._environment, feed, call, user, listener)
        subscription.start()
        return subscription

    def statistics(self) -> dict[str, Any]:
        """What there is now, and totals since the start."""
        counts = self._counts
        return {
            "living": counts.living,
            "groups": len(self._groups),
            "reading": self._groups.reader.waiting,
            "started": counts.started,
            "ended": dict(counts.ended),
            "payload_failures": counts.payload_failures,
        }
