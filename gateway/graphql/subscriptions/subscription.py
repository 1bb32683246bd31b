"""One subscription of one client: asked for, opened, served, and ended when its right is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, Protocol

import msgspec

from gateway.fanout import FrameSink, Publication
from gateway.graphql.domain import Arguments, Feed, Initial, Right
from gateway.graphql.errors import stamp
from gateway.graphql.execution.call import Call
from gateway.graphql.execution.operations import viewer_of
from gateway.graphql.execution.responses import described
from gateway.graphql.subscriptions.counts import Counts
from gateway.graphql.subscriptions.group import Group
from gateway.graphql.subscriptions.groups import Groups
from gateway.graphql.subscriptions.result import Result
from gateway.rights import Rights
from protocol.envelope import Callback
from protocol.errors import AuthenticationError, StoaError
from protocol.ports import Clock, Identity, Post

RETRY_SECONDS = 1.0
"""After which a right is asked about again when nobody could say."""

Later = Callable[[float, Callable[[], None]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What all subscriptions of a node share."""

    post: Post
    clock: Clock
    rights: Rights
    later: Later
    groups: Groups
    counts: Counts


class Listener(Protocol):
    """Who a subscription brings its results to; belongs to a transport. Nothing waits or raises.

    After `failed` or `completed` nothing more comes.
    """

    def next(self, result: Result, volatile: bool) -> None: ...

    def failed(self, errors: Sequence[dict[str, Any]]) -> None: ...

    def completed(self) -> None: ...


class State(Enum):
    """It is ASKING whether it may begin, OPENING with a first payload, JOINED, or OVER."""

    ASKING = "asking"
    OPENING = "opening"
    JOINED = "joined"
    OVER = "over"


class Subscription:
    """Begins with `start`; ends with `stop`, or by itself, which the listener is told.

    `doubted`: a right may have been lost while it was being granted.
    """

    __slots__ = (
        "_course",
        "_doubted",
        "_environment",
        "_feed",
        "_group",
        "_listener",
        "_state",
        "_user",
        "call",
        "topics",
    )

    connection: FrameSink | None = None

    def __init__(
        self, environment: Environment, feed: Feed, call: Call, user: Identity, listener: Listener
    ) -> None:
        self.topics: tuple[str, ...] = ()
        self.call = call
        self._environment = environment
        self._feed = feed
        self._user = user
        self._listener = listener
        self._course: str | None = None
        self._group: Group | None = None
        self._state = State.ASKING
        self._doubted = False

    @property
    def over(self) -> bool:
        """Whether nothing more comes."""
        return self._state is State.OVER

    @property
    def _arguments(self) -> Arguments:
        slots = self.call.variant.roots[0].slots
        assert slots is not None
        return slots.arguments(self.call.values)

    # --- beginning --------------------------------------------------------------------------------

    def start(self) -> None:
        """Ask for the right. What refuses is told to the listener, maybe before this returns."""
        self.guard(self._begin)

    def _begin(self) -> None:
        right = self._feed.authorize(self._arguments, self._user)
        if right is None:
            self._granted()
        else:
            self._ask(right, lambda reply: self._granted(right.course(reply)), self.end)

    def _granted(self, course: str | None = None) -> None:
        self._rest_on(course)
        if self._feed.initial is None:
            self._join()
            self._settle()
            return
        self._state = State.OPENING
        initial = self._feed.initial(self._arguments)
        self._ask(initial, lambda reply: self._opened(initial, reply), self.end)

    def _opened(self, initial: Initial, reply: Any) -> None:
        """In one step: what is published from now on follows the state in the reply."""
        group = self._join()
        body = group.body(group.draft(initial.payload(reply)).text())
        self._listener.next(Result(Publication("initial", reply), body), False)
        self._settle()

    def _join(self) -> Group:
        self._state = State.JOINED
        topic = self._feed.topic(self._arguments, self._user)
        group = self._group = self._environment.groups.join(self, self.call, topic, self._feed)
        return group

    def _settle(self) -> None:
        if self._doubted and not self.over:
            self._doubted = False
            self._ask_again()

    def _rest_on(self, course: str | None) -> None:
        """From now on the loss of that course is this subscription's concern."""
        courses = self._environment.rights.courses
        if self._course is not None:
            courses.remove(self._course, self)
        self._course = course
        if course is not None:
            courses.add(course, self)

    # --- rights (`gateway.rights.Holder`) ---------------------------------------------------------

    def recheck(self, role: str | None = None) -> None:
        """The right may be lost: ask again, and end if it is refused."""
        if role is not None:
            self._user = msgspec.structs.replace(self._user, role=role)
        if self._sees_otherwise():
            reason = "Your role has changed; subscribe again"
            self.end(AuthenticationError(reason, reason="role_changed"))
        elif self._state is State.JOINED:
            self._ask_again()
        else:
            self._doubted = True

    def close(self, reason: str) -> None:
        """Its user is not served any more."""
        self.end(AuthenticationError(reason, reason="disabled"))

    def renewed(self, user: Identity) -> None:
        """The user has shown a newer token."""
        changed = user.role != self._user.role
        self._user = user
        if changed:
            self.recheck()

    def _sees_otherwise(self) -> bool:
        """Whether payloads are read for somebody whom the user no longer is."""
        viewer = None if self._group is None else self._group.viewer
        return viewer is not None and viewer.user_id is not None and viewer != viewer_of(self._user)

    def _ask_again(self) -> None:
        self.guard(self._begin_again)

    def _begin_again(self) -> None:
        right = self._feed.authorize(self._arguments, self._user)
        if right is not None:
            self._ask(right, lambda reply: self._rest_on(right.course(reply)), self._not_again)

    def _not_again(self, error: StoaError) -> None:
        """The answer is no, or nobody could say."""
        if error.retryable:
            self._environment.later(RETRY_SECONDS, self._ask_again)
        else:
            self.end(error)

    # --- what the fan-out calls -------------------------------------------------------------------

    def deliver(self, publication: Publication, volatile: bool) -> bool:
        """A result of the group."""
        assert isinstance(publication, Result)
        self._listener.next(publication, volatile)
        return True

    def topic_closed(self, topic: str, reason: str) -> None:
        """Never: only the group knows the name of its topic."""

    # --- ending -----------------------------------------------------------------------------------

    def stop(self) -> None:
        """The client wants no more, or is gone. The listener is not told."""
        if self.over:
            return
        self._state = State.OVER
        self._rest_on(None)
        group, self._group = self._group, None
        self._environment.counts.living -= 1
        self._environment.groups.leave(self, group)

    def finish(self) -> None:
        """Nothing more will come."""
        if not self.over:
            self.stop()
            self._listener.completed()

    def end(self, error: Exception) -> None:
        """It is refused, or may not go on."""
        if self.over:
            return
        self.stop()
        self._environment.counts.count_end(error)
        call = self.call
        shown = described(error, call.variant.roots[0], call.request_id)
        now = self._environment.clock.now()
        self._listener.failed(stamp([shown], request_id=call.request_id, now=now))

    # --- asking -----------------------------------------------------------------------------------

    def _ask(
        self,
        asked: Right | Initial,
        then: Callable[[Any], None],
        refused: Callable[[StoaError], None],
    ) -> None:
        reply_to = Callback(partial(self.guard, then), partial(self.guard, refused))
        self._environment.post.request(asked.address, asked.message, reply_to)

    def guard(self, step: Callable[..., None], *arguments: Any) -> None:
        """Take a step, unless it is over; what the step raises ends it."""
        if self.over:
            return
        try:
            step(*arguments)
        except Exception as error:
            self.end(error)
