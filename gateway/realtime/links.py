"""Telling games what the network to their players costs, when that has changed.

A game keeps a question open for those whose round trip is still to be credited, so it must know it
before they answer. Most clients are near, and then nothing is told.
"""

from __future__ import annotations

from typing import Final

from gateway.realtime.context import Context, Socket
from protocol.assessments.live.commands import KIND, Link, LinkMeasured
from protocol.envelope import Address
from protocol.errors import StoaError
from protocol.ports import Post

WORTH_TELLING_MS: Final = 10
"""A smaller change of the round trip moves the end of a question by less than anybody notices; an
answer is credited with what is measured when it comes, whatever was told."""


class Links:
    """Tells games of the links of their players."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def measured(self, socket: Socket) -> None:
        """The round trip of this socket was measured."""
        context: Context = socket.context
        link, told = link_of(socket), context.link
        if not context.players or not _differ(link, told):
            return
        try:
            for game, player in context.players.items():
                message = LinkMeasured(player_id=player.player_id, link=link)
                self._post.tell(Address(KIND, game), message)
        except StoaError:
            return  # busy or stopping: told at the next measurement
        context.link = link


def link_of(socket: Socket) -> Link:
    """The link of this socket as of now."""
    measures = socket.round_trips
    return Link(round_trip_ms=measures.credited_ms, held_back_ms=measures.held_back_ms)


def _differ(one: Link, other: Link) -> bool:
    return (
        abs(one.round_trip_ms - other.round_trip_ms) >= WORTH_TELLING_MS
        or abs(one.held_back_ms - other.held_back_ms) >= WORTH_TELLING_MS
    )
