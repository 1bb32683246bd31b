"""A game that bots play over the sockets, each answering what it was told to."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import socketio

from supervisors.simulation.host import Host
from tests.support.server import EDUCATOR, PASSWORD

SECONDS = 60.0
AT_ONCE = 20
"""How many of a crowd come through the door at a time."""
CONFIG = {"speedWeighted": False, "streaks": False, "questionMs": 60_000}
"""Every right answer is worth the same, so that scores can be told beforehand."""


@dataclass(frozen=True)
class Bot:
    """Who plays, and the answers by question: texts of options, what is typed, or as it is sent."""

    nickname: str
    answers: Sequence[Any]
    token: str | None = None
    """Of a user; without one it is a guest."""
    client: socketio.AsyncClient = field(default_factory=socketio.AsyncClient)

    async def join(self, url: str, pin: str, live_quiz_id: str) -> None:
        answering: set[asyncio.Task[None]] = set()

        def asked(question: dict[str, Any], _offset: str | None = None) -> None:
            task = asyncio.ensure_future(self._answer(question, live_quiz_id))
            answering.add(task)
            task.add_done_callback(answering.discard)

        self.client.on("live.question", asked)
        auth = {"token": self.token} if self.token else None
        await self.client.connect(url, transports=["websocket"], auth=auth)
        reply = await self.client.call("live.join", {"pin": pin, "nickname": self.nickname})
        assert reply["ok"], reply

    async def _answer(self, question: dict[str, Any], live_quiz_id: str) -> None:
        answer = self.answers[question["index"]]
        options = {each["text"]: each["id"] for each in question.get("options") or ()}
        if options:
            answer = [options[text] for text in ([answer] if isinstance(answer, str) else answer)]
        given = {
            "liveQuizId": live_quiz_id,
            "index": question["index"],
            "answerId": uuid.uuid4().hex,
            "answer": answer,
        }
        reply = await self.client.call("live.answer", given)
        assert reply["ok"], reply


@contextmanager
def crowd(url: str, pin: str, live_quiz_id: str, bots: Sequence[Bot]) -> Iterator[None]:
    """Bots that are in the game and answer by themselves, beside what a browser does."""

    async def join_all() -> None:
        door = asyncio.Semaphore(AT_ONCE)

        async def join(bot: Bot) -> None:
            async with door:
                await bot.join(url, pin, live_quiz_id)

        await asyncio.gather(*map(join, bots))

    async def leave_all() -> None:
        await asyncio.gather(*(bot.client.disconnect() for bot in bots))

    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(join_all(), loop).result(SECONDS)
        yield
        asyncio.run_coroutine_threadsafe(leave_all(), loop).result(SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def play(url: str, quiz_id: str, bots: Sequence[Bot]) -> str:
    """Play the quiz to its end; the id of the game. In a thread: Playwright's loop runs in ours."""
    with ThreadPoolExecutor(1) as thread:
        playing = asyncio.wait_for(_play(url, quiz_id, bots), SECONDS)
        return thread.submit(asyncio.run, playing).result()


async def _play(url: str, quiz_id: str, bots: Sequence[Bot]) -> str:
    host = Host(url, EDUCATOR, PASSWORD)
    try:
        await host.sign_in()
        await host.open_lobby(quiz_id, CONFIG)
        for bot in bots:
            await bot.join(url, host.pin, host.live_quiz_id)
        await _walk(host)
    finally:
        for bot in bots:
            await bot.client.disconnect()
        await host.close()
    return host.live_quiz_id


async def _walk(host: Host) -> None:
    """Step through the game. A question closes by itself once everybody has answered."""
    await host.command("start")
    while (phase := host.view["phase"]) != "finished":
        if phase == "open":
            await host.wait_phase("closed", "reveal")
        await host.command("next", step=host.view["step"])
