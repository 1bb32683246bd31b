"""A server is killed with SIGKILL in the middle of a game, several times over.

Fifty real Socket.IO clients play against a real server process on real PostgreSQL. The game is
compared with the same game played without interruption.
"""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from supervisors.simulation.game import Game, Plan
from supervisors.simulation.tally import Tally
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

PLAYERS = 50
QUESTIONS = 4
KILLS = 4

pytestmark = pytest.mark.heavy


def plan(server: StoaServer, *, think: float) -> Plan:
    return Plan(
        url=server.url,
        email=EDUCATOR,
        password=PASSWORD,
        players=PLAYERS,
        questions=QUESTIONS,
        think=think,
        seed=7,
        speed_weighted=False,
    )


def board(game: Game) -> dict[str, tuple[int, int]]:
    """Nickname to score and rank, as the server's final results have it."""
    return {row["nickname"]: (row["score"], row["rank"]) for row in game.results}


async def play_with_kills(server: StoaServer, game: Game, rng: random.Random) -> Tally:
    """Play, and kill the server at random moments while questions are open."""
    kills = 0

    async def killer() -> None:
        nonlocal kills
        while kills < KILLS:
            await game.host.wait_phase("open")
            await asyncio.sleep(rng.uniform(0.05, 1.0))
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            kills += 1
            await game.host.wait_reattached()

    async with asyncio.TaskGroup() as group:
        killing = group.create_task(killer())
        tally = await game.play()
        killing.cancel()
    assert kills >= 2, "the game was over before the server had been killed often enough"
    return tally


def test_a_killed_server_loses_no_answer_and_the_board_is_that_of_an_uninterrupted_game(
    tmp_path: Path,
) -> None:
    server = StoaServer(tmp_path / "data")
    server.start("--demo")
    try:
        calm = Game(plan(server, think=0.2))
        asyncio.run(calm.play())
        shaken = Game(plan(server, think=1.5))
        tally = asyncio.run(play_with_kills(server, shaken, random.Random()))
    finally:
        server.kill()
    assert tally.lost == []
    assert tally.joins == PLAYERS
    assert tally.reconnects >= PLAYERS
    assert tally.in_results == len(tally.acknowledged) == PLAYERS * QUESTIONS
    assert board(shaken) == board(calm)
    assert all(player.final == shaken.players[0].final for player in shaken.players)
