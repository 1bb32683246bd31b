"""The groups of this node, by what their members see."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gateway.fanout import LocalFanOut
from gateway.graphql.domain import Feed
from gateway.graphql.execution.call import ANONYMOUS, Call
from gateway.graphql.planning.root_fields import RootField
from gateway.graphql.subscriptions.counts import Counts
from gateway.graphql.subscriptions.group import Group, Member
from gateway.graphql.subscriptions.payload_reader import PayloadReader
from protocol.ports import Clock, ReadsNowait
from protocol.selection import Field, Viewer

Key = tuple[str, int, bytes, Viewer]
"""Topic, plan, variables and viewer."""


class Groups:
    """Puts subscribers that see the same into one group; opens and closes groups."""

    def __init__(
        self, *, reads: ReadsNowait, fan_out: LocalFanOut, clock: Clock, counts: Counts
    ) -> None:
        self.reader = PayloadReader(reads)
        self._reads = reads
        self._fan_out = fan_out
        self._clock = clock
        self._counts = counts
        self._groups: dict[Key, Group] = {}
        self._keys: dict[Group, Key] = {}
        self._opened = 0

    def __len__(self) -> int:
        return len(self._groups)

    def join(self, member: Member, call: Call, topic: str, feed: Feed) -> Group:
        """Put the member into the group of those that see the same."""
        given = msgspec.json.encode(call.given, order="sorted")
        key = (topic, id(call.variant), given, self._viewer(call, feed))
        group = self._groups.get(key)
        if group is None:
            group = self._open(key, call, feed)
        group.members[member] = None
        self._fan_out.join(group.name, member)
        return group

    def leave(self, member: Member, group: Group | None) -> None:
        """Remove the member. The last one closes the group."""
        self._fan_out.leave_all(member)
        if group is None:
            return
        group.members.pop(member, None)
        if not group.members:
            self._fan_out.leave_all(group)
            del self._groups[self._keys.pop(group)]

    def _open(self, key: Key, call: Call, feed: Feed) -> Group:
        self._opened += 1
        group = Group(
            feed,
            call,
            name=f"graphql:{self._opened}",
            viewer=key[3],
            reader=self.reader,
            fan_out=self._fan_out,
            clock=self._clock,
            counts=self._counts,
        )
        self._groups[key] = group
        self._keys[group] = key
        self._fan_out.join(key[0], group)
        return group

    def _viewer(self, call: Call, feed: Feed) -> Viewer:
        """The viewer if the payload depends on it, otherwise the anonymous one."""
        root = call.variant.roots[0]
        fields = readings(root, root.field, feed.reads)
        depends = any(self._reads.depends_on_viewer(field) for field in fields)
        return call.viewer if depends else ANONYMOUS


def readings(root: RootField, field: Field, reads: Mapping[str, str]) -> list[Field]:
    """The selections that payloads of this field have storage read."""
    found: list[Field] = []
    for child in field.children:
        if child.name in reads:
            found.append(root.reading(child, reads[child.name]))
        else:
            found += readings(root, child, reads)
    return found
