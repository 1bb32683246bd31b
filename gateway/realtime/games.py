"""What sockets enter besides course rooms: live quizzes on both sides, and attempts on both."""

from __future__ import annotations

from typing import NamedTuple

from gateway.realtime.attempts import Attempts
from gateway.realtime.context import Socket
from gateway.realtime.hosts import Hosts
from gateway.realtime.players import Players
from gateway.realtime.watchers import Watchers


class Games(NamedTuple):
    """Admits sockets to games and attempts, and removes them."""

    players: Players
    hosts: Hosts
    attempts: Attempts
    watchers: Watchers

    def disconnect(self, socket: Socket) -> None:
        """Tell every game and attempt this socket was in, or may have been in, that it has gone."""
        self.players.disconnect(socket.context)
        self.hosts.disconnect(socket.context)
        self.attempts.disconnect(socket)
