"""What follows from domain events: one subscriber of the outbox, driven by the domains' tables.

An event may end sessions, take rights away from those who live on them, be published to living
connections and lead to commands, several of each. All of it happens at least once, in order per
aggregate: clients know a repeated publication by its id, and the commands are idempotent. What is
published reaches the connections of this node.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from gateway.rights import Rights
from protocol.decoding import MessageDecoder
from protocol.envelope import Address, Message, tag_of
from protocol.errors import ClientError
from protocol.ports import FanOut, OutboxEntry, Post

log = structlog.get_logger()

RefuseTokens = Callable[[str, int, str | None], Awaitable[None]]
"""`JwtTokens.refuse`: no access token of the user's sessions before that moment is good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What reactions act upon."""

    fan_out: FanOut
    rights: Rights
    refuse_tokens: RefuseTokens
    post: Post


def _every_session(event: Any) -> None:
    """No single session is meant."""


@dataclass(frozen=True, slots=True)
class EndSessions:
    """End what `event.user_id` began before `event.at`: the session of that id, None for all."""

    session_id: Callable[[Any], str | None] = _every_session

    async def perform(self, event: Any, means: Means) -> None:
        """Waits until the refusal would survive a restart."""
        await means.refuse_tokens(event.user_id, event.at, self.session_id(event))


@dataclass(frozen=True, slots=True)
class RevokeRights:
    """Tell those who live on a right that it was lost, or may have been."""

    tell: Callable[[Rights, Any], None]

    async def perform(self, event: Any, means: Means) -> None:
        """Never waits."""
        self.tell(means.rights, event)


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish the event itself under that name, on the topic it belongs to."""

    name: str
    topic: Callable[[Any], str]

    async def perform(self, event: Any, means: Means) -> None:
        """Never waits."""
        means.fan_out.publish(self.topic(event), self.name, event)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Send the idempotent command that follows."""

    address: Address
    command: Callable[[Any], Message]

    async def perform(self, event: Any, means: Means) -> None:
        """What a rule refuses stays undone; other errors are raised."""
        command = self.command(event)
        try:
            await means.post.ask(self.address, command)
        except ClientError as refusal:
            log.warning("follow_up.refused", command=tag_of(command), code=refusal.code)


Reaction = EndSessions | RevokeRights | Publish | FollowUp
Reactions = Mapping[type[Message], tuple[Reaction, ...]]
"""The reactions of one domain, or of all, by the class of the event."""

URGENCY = (EndSessions, RevokeRights, Publish, FollowUp)
"""What takes rights away goes first: what fails after it holds it back no longer."""


def merge(tables: Iterable[Reactions]) -> Reactions:
    """All reactions to each event, the most urgent kind first, else in the order of the tables."""
    merged: dict[type[Message], list[Reaction]] = {}
    for table in tables:
        for event, reactions in table.items():
            merged.setdefault(event, []).extend(reactions)
    return {
        event: tuple(sorted(reactions, key=lambda reaction: URGENCY.index(type(reaction))))
        for event, reactions in merged.items()
    }


class Subscribers:
    """Performs what follows from each event. Events without reactions are passed over."""

    def __init__(self, reactions: Reactions, means: Means) -> None:
        self._reactions = reactions
        self._means = means
        self._decoder = MessageDecoder(reactions)

    async def deliver(self, entry: OutboxEntry) -> None:
        """React to one event. What is raised asks for the event to be delivered again."""
        event = self._decoder.decode(entry.event)
        if event is not None:
            for reaction in self._reactions[type(event)]:
                await reaction.perform(event, self._means)
