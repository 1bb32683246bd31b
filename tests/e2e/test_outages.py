"""PostgreSQL or Valkey dies in the middle of a game and comes back; so do the answers."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from supervisors.simulation.game import Game, Plan
from supervisors.simulation.tally import Tally
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

PLAYERS = 20
QUESTIONS = 3

pytestmark = pytest.mark.heavy


def engine_restarts(server: StoaServer, engine: str) -> int:
    """How often the tree says that this engine was restarted."""
    platform = server.operators("/tree")["children"][1]
    engines = next(child for child in platform["children"] if child["id"] == "engines")
    shown = next(child for child in engines["children"] if child["id"] == engine)
    assert isinstance(shown["restarts"], int)
    return shown["restarts"]


async def play_through(server: StoaServer, break_it: Callable[[], None]) -> tuple[Game, Tally]:
    """A whole game, broken once while the first question is open and answers come in."""
    plan = Plan(
        url=server.url,
        email=EDUCATOR,
        password=PASSWORD,
        players=PLAYERS,
        questions=QUESTIONS,
        think=1.0,
    )
    game = Game(plan)

    async def breaker() -> None:
        await game.host.wait_phase("open")
        while len(game.tally.acknowledged) < PLAYERS // 4:
            await asyncio.wait(
                [asyncio.ensure_future(game.players[0].finished.wait())], timeout=0.02
            )
        await asyncio.to_thread(break_it)

    async with asyncio.TaskGroup() as group:
        group.create_task(breaker())
        tally = await game.play()
    return game, tally


def check(game: Game, tally: Tally) -> None:
    """Nothing acknowledged is lost, nothing is in the results that was not acknowledged."""
    assert tally.lost == []
    assert tally.joins == PLAYERS
    assert tally.in_results == len(tally.acknowledged) == PLAYERS * QUESTIONS
    assert set(tally.refused) <= {"STORAGE_UNAVAILABLE", "ACTOR_STOPPED"}
    boards: list[Any] = [player.final for player in game.players]
    assert all(final == boards[0] for final in boards)


def test_postgresql_dies_under_a_game_and_nothing_acknowledged_is_lost(server: StoaServer) -> None:
    def kill_postgres() -> None:
        os.kill(server.engine_pid("postgres"), signal.SIGKILL)

    before = engine_restarts(server, "postgresql")
    game, tally = asyncio.run(play_through(server, kill_postgres))
    check(game, tally)
    assert engine_restarts(server, "postgresql") == before + 1
    assert server.operators("/readyz")["status"] == "ok"


def test_valkey_dies_under_a_game_and_nobody_notices(server: StoaServer) -> None:
    def kill_valkey() -> None:
        os.kill(server.engine_pid("valkey-server"), signal.SIGKILL)

    before = engine_restarts(server, "valkey")
    game, tally = asyncio.run(play_through(server, kill_valkey))
    check(game, tally)
    assert engine_restarts(server, "valkey") == before + 1
    assert server.operators("/readyz")["status"] == "ok"
