"""Both sides of the live quizzes: a socket may play in some and host others."""

from __future__ import annotations

from typing import NamedTuple

from gateway.realtime.context import Context
from gateway.realtime.hosts import Hosts
from gateway.realtime.players import Players


class Games(NamedTuple):
    """Admits sockets to games and removes them."""

    players: Players
    hosts: Hosts

    def disconnect(self, context: Context) -> None:
        """Tell every game this socket was in, or may have been in, that it has gone."""
        self.players.disconnect(context)
        self.hosts.disconnect(context)
