"""One subscription of one client: its right, its first payload, its group, and its end."""

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
from protocol.access import Identity
from protocol.envelope import Callback
from protocol.errors import AuthenticationError, StoaError
from protocol.ports import Clock, Post

RETRY_SECONDS = 1.0
"""Seconds after which a right is checked again if it could not be checked."""

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
    """Receives the results of a subscription for a transport. Its methods never wait or raise.

    `failed` or `completed` is the last call.
    """

    def next(self, result: Result, volatile: bool) -> None: ...

    def failed(self, errors: Sequence[dict[str, Any]]) -> None: ...

    def completed(self) -> None: ...


class State(Enum):
    """ASKING for the right, OPENING with a first payload, JOINED to a group, or OVER."""

    ASKING = "asking"
    OPENING = "opening"
    JOINED = "joined"
    OVER = "over"


class Subscription:
    """Begins with `start`. Ends with `stop`, or by itself; then the listener is called.

    `_doubted`: the right may have been lost while it was being granted.
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
        """Whether it has ended."""
        return self._state is State.OVER

    @property
    def _arguments(self) -> Arguments:
        slots = self.call.variant.roots[0].slots
        assert slots is not None
        return slots.arguments(self.call.values)

    # --- beginning --------------------------------------------------------------------------------

    def start(self) -> None:
        """Ask for the right. A refusal reaches the listener, maybe before this returns."""
        self.guard(self._begin)

    def _begin(self) -> None:
        right = self._feed.authorize(self._arguments, self._user)
        if right is None:
            self._granted()
        else:
            self._ask(right, lambda reply: self._granted(right.course(reply)), self.end)

    def _granted(self, course: str | None = None) -> None:
        self._watch_course(course)
        if self._feed.initial is None:
            self._join()
            self._settle_doubt()
            return
        self._state = State.OPENING
        initial = self._feed.initial(self._arguments)
        self._ask(initial, lambda reply: self._opened(initial, reply), self.end)

    def _opened(self, initial: Initial, reply: Any) -> None:
        """Join in the same step, so that no event is missed or doubled after the reply's state."""
        group = self._join()
        body = group.body(group.draft(initial.payload(reply)).text())
        self._listener.next(Result(Publication("initial", reply), body), False)
        self._settle_doubt()

    def _join(self) -> Group:
        self._state = State.JOINED
        topic = self._feed.topic(self._arguments, self._user)
        group = self._group = self._environment.groups.join(self, self.call, topic, self._feed)
        return group

    def _settle_doubt(self) -> None:
        if self._doubted and not self.over:
            self._doubted = False
            self._check_right_again()

    def _watch_course(self, course: str | None) -> None:
        """Have the right checked again when the user loses that course."""
        courses = self._environment.rights.courses
        if self._course is not None:
            courses.remove(self._course, self)
        self._course = course
        if course is not None:
            courses.add(course, self)

    # --- rights (`gateway.rights.Holder`) ---------------------------------------------------------

    def recheck(self, role: str | None = None) -> None:
        """Check the right again, and end if it is refused."""
        if role is not None:
            self._user = msgspec.structs.replace(self._user, role=role)
        if self._reads_as_former_role():
            reason = "Your role has changed; subscribe again"
            self.end(AuthenticationError(reason, reason="role_changed"))
        elif self._state is State.JOINED:
            self._check_right_again()
        else:
            self._doubted = True

    def close(self, reason: str) -> None:
        """The user was disabled, or the session ended: end."""
        self.end(AuthenticationError(reason, reason="disabled"))

    def renewed(self, user: Identity) -> None:
        """Take over a newer token of the user."""
        changed = user.role != self._user.role
        self._user = user
        if changed:
            self.recheck()

    def _reads_as_former_role(self) -> bool:
        """Whether payloads are read for a role that the user no longer has."""
        viewer = None if self._group is None else self._group.viewer
        return viewer is not None and viewer.user_id is not None and viewer != viewer_of(self._user)

    def _check_right_again(self) -> None:
        self.guard(self._ask_for_right_again)

    def _ask_for_right_again(self) -> None:
        right = self._feed.authorize(self._arguments, self._user)
        if right is not None:
            self._ask(
                right, lambda reply: self._watch_course(right.course(reply)), self._recheck_failed
            )

    def _recheck_failed(self, error: StoaError) -> None:
        """The right was refused, or could not be checked."""
        if error.retryable:
            self._environment.later(RETRY_SECONDS, self._check_right_again)
        else:
            self.end(error)

    # --- what the fan-out calls -------------------------------------------------------------------

    def deliver(self, publication: Publication, volatile: bool) -> bool:
        """A result of the group."""
        assert isinstance(publication, Result)
        self._listener.next(publication, volatile)
        return True

    def topic_closed(self, topic: str, reason: str) -> None:
        """Never called: only the group joins the topic itself."""

    # --- ending -----------------------------------------------------------------------------------

    def stop(self) -> None:
        """The client stopped or is gone. The listener is not called."""
        if self.over:
            return
        self._state = State.OVER
        self._watch_course(None)
        group, self._group = self._group, None
        self._environment.counts.living -= 1
        self._environment.groups.leave(self, group)

    def finish(self) -> None:
        """End without an error: the topic was closed."""
        if not self.over:
            self.stop()
            self._listener.completed()

    def end(self, error: Exception) -> None:
        """End with an error."""
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
        """Take a step unless the subscription is over; an exception ends it."""
        if self.over:
            return
        try:
            step(*arguments)
        except Exception as error:
            self.end(error)
