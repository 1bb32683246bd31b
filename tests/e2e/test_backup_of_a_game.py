"""A running game is backed up, restored into a PostgreSQL of one's own, and from there back."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from supervisors.simulation.game import Game, Plan
from tests.e2e.test_commands import stoa
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

PLAYERS = 20
EVENTS = "select convert_from(event, 'UTF8') from journal where kind = 'live_quiz' and key = $1"

pytestmark = pytest.mark.heavy


async def back_up_in_the_middle(server: StoaServer, place: Path) -> tuple[Game, set[Any]]:
    """Play, back up while the second question is open; what had been acknowledged before."""
    game = Game(
        Plan(
            url=server.url,
            email=EDUCATOR,
            password=PASSWORD,
            players=PLAYERS,
            questions=3,
            think=2.0,
        )
    )
    known: set[Any] = set()

    async def back_up() -> None:
        await game.host.wait_phase("open")
        await game.host.wait_phase("closed", "reveal", "leaderboard")
        await game.host.wait_phase("open")
        known.update(game.tally.acknowledged)
        environ = {"STOA_DATA_DIR": str(server.data_dir)}
        done = await asyncio.to_thread(stoa, "backup", str(place), **environ)
        assert done.returncode == 0, done.stderr
        assert "rows" in done.stdout

    async with asyncio.TaskGroup() as group:
        group.create_task(back_up())
        await game.play()
    return game, known


async def answers_in(url: str, game_id: str) -> set[Any]:
    """Player and question of every answer in the journal."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(EVENTS, game_id)
    finally:
        await connection.close()
    events = [json.loads(row[0]) for row in rows]
    return {
        (event["player_id"], event["question_index"])
        for event in events
        if event["type"] == "assessments.answer_submitted"
    }


def test_a_game_that_runs_is_backed_up_and_restored_elsewhere(
    tmp_path: Path, empty_database_url: str, valkey_url: str
) -> None:
    server = StoaServer(tmp_path / "data")
    server.start("--demo")
    try:
        game, known = asyncio.run(back_up_in_the_middle(server, tmp_path / "backup"))
    finally:
        server.kill()
    assert game.tally.lost == []
    assert len(known) >= PLAYERS

    own = {
        "STOA_DATA_DIR": str(tmp_path / "own"),
        "STOA_DATABASE_URL": empty_database_url,
        "STOA_REDIS_URL": valkey_url,
    }
    restored = stoa("restore", str(tmp_path / "backup"), **own)
    assert restored.returncode == 0, restored.stderr
    secrets = [(tmp_path / name / "secret").read_bytes() for name in ("data", "own")]
    assert secrets[0] == secrets[1]
    assert known <= asyncio.run(answers_in(empty_database_url, game.host.live_quiz_id))
    assert "not empty" in stoa("restore", str(tmp_path / "backup"), **own).stderr
    again = StoaServer(tmp_path / "own", environ=own)
    again.start()
    try:
        live = again.operators("/actors?kind=live_quiz")
        assert game.host.live_quiz_id in json.dumps(live)
        assert (
            "works on the database"
            in stoa("restore", str(tmp_path / "backup"), "--replace", **own).stderr
        )
        beside = stoa("backup", str(tmp_path / "second"), **own)
        assert beside.returncode == 0, beside.stderr
    finally:
        again.kill()

    back = {"STOA_DATA_DIR": str(tmp_path / "back")}
    done = stoa("restore", str(tmp_path / "second"), **back)
    assert done.returncode == 0, done.stderr
    doctor = stoa("doctor", **back)
    assert doctor.returncode == 0, doctor.stdout
    assert stoa("restore", str(tmp_path / "second"), "--check", **back).returncode == 0
