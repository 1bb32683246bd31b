"""Volatile events of a live quiz: true of one activation only, and never journalled."""

from __future__ import annotations

from protocol.assessments.live.commands import Link
from protocol.envelope import Message


class PlayerConnected(Message, frozen=True, kw_only=True, tag="assessments.player_connected"):
    player_id: str
    connection_id: str
    link: Link = Link()


class PlayerLinked(Message, frozen=True, kw_only=True, tag="assessments.player_linked"):
    """The network to the player was measured again."""

    player_id: str
    link: Link


class PlayerDisconnected(Message, frozen=True, kw_only=True, tag="assessments.player_disconnected"):
    """`awaited_until`: how long an open question still waits for the player, if it does."""

    player_id: str
    connection_id: str
    awaited_until: int | None = None


class ReturnsExpired(Message, frozen=True, kw_only=True, tag="assessments.returns_expired"):
    """Whoever was awaited until `at` or earlier counts as gone."""

    at: int


class ReturnsDelayed(Message, frozen=True, kw_only=True, tag="assessments.returns_delayed"):
    """Nobody could come back in that time, so those who are awaited have so much longer."""

    since: int
    until: int


class HostAttached(Message, frozen=True, kw_only=True, tag="assessments.host_attached"):
    user_id: str
    connection_id: str


class HostDetached(Message, frozen=True, kw_only=True, tag="assessments.host_detached"):
    user_id: str
    connection_id: str


class HostScreensGone(Message, frozen=True, kw_only=True, tag="assessments.host_screens_gone"):
    """These screens of a user are gone, and any that was only presumed."""

    user_id: str
    connection_ids: tuple[str, ...]


class BatchDue(Message, frozen=True, kw_only=True, tag="assessments.batch_due"):
    """The alarm of a batched publication, or of the check for an abandoned game, is set."""

    name: str
    due_at: int


class Awoken(Message, frozen=True, kw_only=True, tag="assessments.awoken"):
    """A new activation: it knows nothing of sockets, except that after an outage all are gone.

    Then whoever was there at `since` is awaited from `at` until `awaited_until`.
    """

    sockets_kept: bool
    at: int = 0
    since: int = 0
    awaited_until: int = 0
