"""Bringing running games and attempts back into memory at a start, before the first sign of life.

The outage is counted from the last heartbeat to the return of each game, and for attempts to the
moment when the node serves everybody again. If the node gave a new one first and was killed again
before anybody had come back, the game would never hear of the outage before it.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
import trio

from protocol.envelope import Address
from protocol.errors import StoaError
from protocol.lifecycle import Reminded
from protocol.ports import Clock, Post, Reminders

SOON_MS = 24 * 3_600_000
"""Whatever has an alarm within this time may be running: a question is open for an hour at most, an
attempt at a quiz for a day at most while somebody works on it."""
MOST = 5_000
AT_ONCE = 8
"""Few, since a whole school may come back: whoever asks meanwhile is served between them."""
SECONDS = 10.0
"""The start goes on after that: the others come back with their first player."""

log = structlog.get_logger()


async def bring_back(post: Post, reminders: Reminders, clock: Clock, kinds: Sequence[str]) -> None:
    """Return once every actor of these kinds with an alarm soon knows of the outage, durably."""
    try:
        with trio.fail_after(SECONDS):
            before = clock.now() + SOON_MS
            found = await reminders.addresses(kinds, before=before, limit=MOST)
            limit = trio.CapacityLimiter(AT_ONCE)
            async with trio.open_nursery() as nursery:
                for address in found:
                    nursery.start_soon(_bring_back, post, address, limit)
    except (StoaError, trio.TooSlowError) as error:
        log.warning("games.not_brought_back", error=repr(error))


async def _bring_back(post: Post, address: Address, limit: trio.CapacityLimiter) -> None:
    """Ask for anything: the answer comes after what the actor did at its return is committed."""
    async with limit:
        try:
            await post.ask(address, Reminded(name="brought back", due_at=0))
        except StoaError as error:
            log.warning("games.not_brought_back", address=str(address), error=repr(error))
