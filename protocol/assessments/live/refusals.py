"""Refusals of a game that somebody inside the server acts on."""

from __future__ import annotations

from protocol.errors import RefusedError


class AnotherHosts(RefusedError):
    """Another teacher is the acting host.

    `screens` are that host's connections, as far as the game knows. Clients are not told.
    """

    def __init__(self, host_id: str, screens: frozenset[str]) -> None:
        super().__init__("NOT_ACTING_HOST", "Another teacher hosts now", host_id=host_id)
        self.host_id = host_id
        self.screens = screens
