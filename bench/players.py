"""Players of a game in a process of their own, which gives way to what is measured.

`python -m bench.players URL PIN COUNT THINK` joins them, prints a line once all are in, and ends
with the game. In a hall each has a processor of its own.
"""

from __future__ import annotations

import asyncio
import os
import sys

from supervisors.simulation.player import Player
from supervisors.simulation.tally import Tally

JOINING_AT_ONCE = 20
GIVE_WAY = 5


async def play(url: str, pin: str, count: int, think: float) -> None:
    """Join, answer until the game is over, and leave."""
    tally = Tally()
    turns = asyncio.Semaphore(JOINING_AT_ONCE)

    async def join(number: int) -> Player:
        player = Player(url, pin, f"Player {number:04d}", tally, seed=number, think=think)
        async with turns:
            await player.play()
        return player

    players = await asyncio.gather(*(join(number) for number in range(count)))
    print(f"{tally.joins} in", flush=True)
    await asyncio.gather(*(player.finished.wait() for player in players))
    await asyncio.gather(*(player.close() for player in players))


if __name__ == "__main__":
    os.nice(GIVE_WAY)
    asyncio.run(play(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
