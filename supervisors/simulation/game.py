"""A whole simulated game: a host and many players against a running server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from supervisors.simulation.host import Host, SimulationError
from supervisors.simulation.player import Player
from supervisors.simulation.tally import Tally

JOINING_AT_ONCE = 50
FINISH_SECONDS = 60.0

Progress = Callable[[str, int, int], None]
"""Called with the progress: a text, how much is done, and out of how much."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The parameters of a game. `think` bounds a player's thinking time in seconds."""

    url: str
    email: str
    password: str
    players: int = 200
    questions: int = 10
    think: float = 2.0
    question_seconds: int = 20
    seed: int = 1
    speed_weighted: bool = True
    quiz_id: str | None = None


class Game:
    """One game. `host` and `players` are for callers that want details."""

    def __init__(self, plan: Plan, progress: Progress = lambda _text, _done, _total: None) -> None:
        self.plan, self.progress = plan, progress
        self.tally = Tally()
        self.host = Host(plan.url, plan.email, plan.password)
        self.players: list[Player] = []
        self.results: list[dict[str, Any]] = []

    async def play(self) -> Tally:
        """Play from the lobby to the checked results. Raises `SimulationError`."""
        try:
            await self._open()
            await self._join_all()
            await self._run()
            await self._settle()
            self.results = await self.host.results()
            self.tally.check(self.results)
        finally:
            await asyncio.gather(*(player.close() for player in self.players))
            await self.host.close()
        return self.tally

    async def _open(self) -> None:
        await self.host.sign_in()
        quiz_id = self.plan.quiz_id or await self.host.find_quiz()
        config = {
            "questionMs": self.plan.question_seconds * 1000,
            "speedWeighted": self.plan.speed_weighted,
            "allowGuests": True,
        }
        await self.host.open_lobby(quiz_id, config)

    async def _join_all(self) -> None:
        limit = asyncio.Semaphore(JOINING_AT_ONCE)
        joined = 0

        async def join(player: Player) -> None:
            nonlocal joined
            async with limit:
                await player.play()
            joined += 1
            self.progress("players joining", joined, self.plan.players)

        self.players = [
            Player(
                self.plan.url,
                self.host.pin,
                f"Player {number:04d}",
                self.tally,
                seed=self.plan.seed * 100_003 + number,
                think=self.plan.think,
            )
            for number in range(1, self.plan.players + 1)
        ]
        await asyncio.gather(*(join(player) for player in self.players))

    async def _run(self) -> None:
        """Start and step through; the last question ends the game early.

        Steps are not counted: while a command that opened a question is repeated because a server
        died, everybody may have answered it.
        """
        host = self.host
        total = min(self.plan.questions, int(host.view["questionCount"]))
        await host.command("start")
        while (phase := host.view["phase"]) != "finished":
            played = host.opened if phase == "leaderboard" else host.opened - 1
            self.progress("questions", max(played, 0), total)
            if phase == "open":
                await host.wait_phase("closed", "reveal", "leaderboard", "finished")
            elif phase == "leaderboard" and host.opened >= total:
                await host.command("end")
            else:
                await host.command("next", step=host.view["step"])

    async def _settle(self) -> None:
        """Wait until every player has seen the final board; report those that never do."""
        waiting = [player.finished.wait() for player in self.players]
        try:
            await asyncio.wait_for(asyncio.gather(*waiting), FINISH_SECONDS)
        except TimeoutError:
            silent = sum(not player.finished.is_set() for player in self.players)
            raise SimulationError(f"{silent} players never saw the end of the game") from None
