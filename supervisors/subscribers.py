"""What follows from domain events: one subscriber of the outbox, driven by the domains' tables.

An event may end sessions, revoke rights of connections, be published to connections and lead to
commands, several of each. All of it happens at least once, in order per aggregate: clients
recognise a repeated publication by its id, and the commands are idempotent. Publications reach the
connections of this node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog

from gateway.rights import Rights
from protocol.decoding import MessageDecoder, UnreadableEvent
from protocol.envelope import Address, Message, tag_of
from protocol.errors import ClientError, HistoryUnreadable
from protocol.ports import FanOut, OutboxEntry, Post

log = structlog.get_logger()

RefuseTokens = Callable[[str, int, str | None], None]
"""`Revocations.refuse`: refuse access tokens of the user's sessions from before that moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What reactions need to act."""

    fan_out: FanOut
    rights: Rights
    refuse_tokens: RefuseTokens
    post: Post


def _every_session(event: Any) -> None:
    """Selects every session of the user."""


@dataclass(frozen=True, slots=True)
class EndSessions:
    """End sessions that `event.user_id` began before `event.at`: one by id, or all (None)."""

    session_id: Callable[[Any], str | None] = _every_session

    async def perform(self, event: Any, means: Means) -> None:
        """Refuse their tokens before anything else follows. Never waits.

        The transaction that announced the event has written it down for every process.
        """
        means.refuse_tokens(event.user_id, event.at, self.session_id(event))


@dataclass(frozen=True, slots=True)
class RevokeRights:
    """Tell the holders of a right that it was, or may have been, lost."""

    tell: Callable[[Rights, Any], None]

    async def perform(self, event: Any, means: Means) -> None:
        """Perform the reaction. Never waits."""
        self.tell(means.rights, event)


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish the event itself under that name on its topic."""

    name: str
    topic: Callable[[Any], str]

    async def perform(self, event: Any, means: Means) -> None:
        """Perform the reaction. Never waits."""
        means.fan_out.publish(self.topic(event), self.name, event)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Send an idempotent command."""

    address: Address
    command: Callable[[Any], Message]

    async def perform(self, event: Any, means: Means) -> None:
        """Send the command. A refusal is logged, also of one whose history cannot be read: it must
        not hold up what happens to others. Other errors are raised."""
        command = self.command(event)
        try:
            await means.post.ask(self.address, command)
        except (ClientError, HistoryUnreadable) as refusal:
            log.warning("follow_up.refused", command=tag_of(command), code=refusal.code)


Reaction = EndSessions | RevokeRights | Publish | FollowUp
Reactions = Mapping[type[Message], tuple[Reaction, ...]]
"""The reactions of one domain, or of all, by event class."""

URGENCY = (EndSessions, RevokeRights, Publish, FollowUp)
"""Reactions that revoke rights come first, so that later failures do not delay them."""


def merge(tables: Iterable[Reactions]) -> Reactions:
    """All reactions to each event, the most urgent kind first, otherwise in the order of the
    tables."""
    merged: dict[type[Message], list[Reaction]] = {}
    for table in tables:
        for event, reactions in table.items():
            merged.setdefault(event, []).extend(reactions)
    return {
        event: tuple(sorted(reactions, key=lambda reaction: URGENCY.index(type(reaction))))
        for event, reactions in merged.items()
    }


class Subscribers:
    """Performs the reactions to each event. Events without reactions are skipped."""

    def __init__(self, reactions: Reactions, means: Means) -> None:
        self._reactions = reactions
        self._means = means
        self._decoder = MessageDecoder(reactions)

    async def deliver(self, entry: OutboxEntry) -> None:
        """React to one event. If it raises, the event is delivered again.

        Raises `UnreadableEvent` for one that will never be read.
        """
        try:
            event = self._decoder.decode(entry.event)
        except msgspec.MsgspecError as error:
            raise UnreadableEvent(str(error)) from error
        if event is not None:
            for reaction in self._reactions[type(event)]:
                await reaction.perform(event, self._means)
