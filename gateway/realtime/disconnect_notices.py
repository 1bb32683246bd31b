"""Notices to actors about sockets that are gone, or that may have entered somewhere.

No client is left to report a failure to, so a notice whose outcome is unknown is repeated, at
growing intervals, a bounded number of times. All notices are safe to repeat.
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
"""Seconds before each retry: half a minute outlasts the restart of a database."""
MAX_WAITING = 20_000
"""Notices waiting to be repeated; more than the sockets of a node that leave at once."""

log = structlog.get_logger()


class DisconnectNotices:
    """Sends notices until they are accepted. `lost` counts those that were given up."""

    def __init__(self, post: Post, spawn: Spawn) -> None:
        self._post = post
        self._spawn = spawn
        self.lost = 0
        self.waiting = 0

    def say(self, address: Address, message: Message, tries: int = 0) -> None:
        """Send the notice; `tries` is how often that has failed."""
        failed = partial(self._failed, address, message, tries)
        self._post.request(address, message, Callback(_taken, failed))

    def _failed(self, address: Address, message: Message, tries: int, error: StoaError) -> None:
        """It was not accepted, or perhaps not: repeat it after a pause if that can help."""
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
    """It was accepted; nobody is left to tell."""
