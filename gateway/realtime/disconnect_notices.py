"""What actors are told of sockets that are gone, or that may have entered somewhere.

Nobody is left to tell of a failure, so a notice whose outcome is unknown is said again, later
and later, a bounded number of times. All of them may safely be said twice.
"""

from __future__ import annotations

from functools import partial

import structlog
import trio

from gateway.realtime.pin_events import Spawn
from protocol.envelope import Address, Callback, Message, tag_of
from protocol.errors import StoaError
from protocol.ports import Post

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before each further try: half a minute outlasts the restart of a database."""
MAX_WAITING = 20_000
"""DisconnectNotices waiting to be said again; more than one node has sockets that go at once."""

log = structlog.get_logger()


class DisconnectNotices:
    """Says notices until they are taken. `lost` counts those that were given up."""

    def __init__(self, post: Post, spawn: Spawn) -> None:
        self._post = post
        self._spawn = spawn
        self.lost = 0
        self.waiting = 0

    def say(self, address: Address, message: Message, tries: int = 0) -> None:
        """Tell the actor; `tries` is how often that has failed."""
        failed = partial(self._failed, address, message, tries)
        self._post.request(address, message, Callback(_taken, failed))

    def _failed(self, address: Address, message: Message, tries: int, error: StoaError) -> None:
        """It was not taken, or perhaps not: say it again after a pause where that can help."""
        if not error.retryable or tries >= len(PAUSES) or self.waiting >= MAX_WAITING:
            self.lost += 1
            log.warning(
                "disconnect_notice.lost",
                address=str(address),
                message=tag_of(message),
                code=error.code,
            )
            return
        self.waiting += 1
        self._spawn(self._again, address, message, tries)

    async def _again(self, address: Address, message: Message, tries: int) -> None:
        try:
            await trio.sleep(PAUSES[tries])
        finally:
            self.waiting -= 1
        self.say(address, message, tries + 1)


def _taken(_reply: Message) -> None:
    """Nobody is left who would want to know."""
