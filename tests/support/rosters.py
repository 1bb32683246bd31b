"""A client's list of who is in a room, as `docs/client-protocols/realtime.md` says to keep it."""

from __future__ import annotations

from protocol.communication import PresenceDiff, PresenceState, RoomView


class RosterFollower:
    """Begins with a view and follows the diffs. `resets` counts how often to enter again."""

    def __init__(self, view: RoomView | PresenceState) -> None:
        self.resets = 0
        self.count = 0
        self.names: dict[str, str] = {}
        self.take(view)

    def take(self, view: RoomView | PresenceState) -> None:
        """Begin anew with this view."""
        self.count = view.count
        self.names = {member.user_id: member.full_name for member in view.members}

    def follow(self, diff: PresenceDiff) -> None:
        """Apply a diff."""
        joined = {member.user_id: member.full_name for member in diff.joined}
        self.resets += diff.reset
        self.count = diff.count
        if len(joined) == diff.count:
            self.names = joined
            return
        for user_id in diff.left:
            self.names.pop(user_id, None)
        self.names.update(joined)

    @property
    def known(self) -> set[str] | None:
        """The ids of those who are there; None if only their number is known."""
        return set(self.names) if len(self.names) == self.count else None
