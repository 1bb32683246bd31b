"""One simulated player: a real Socket.IO client that answers, reconnects and resumes by itself."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from typing import Any

import socketio

from supervisors.simulation.tally import Tally

CALL_SECONDS = 10.0
RETRYABLE_PAUSE = 0.2
GIVE_UP = {"QUESTION_CLOSED", "QUESTION_NOT_OPEN", "ALREADY_ANSWERED", "NOT_A_PLAYER"}


def choose_answer(question: dict[str, Any], rng: random.Random) -> Any:
    """A plausible answer of the right shape for a `live.question` payload."""
    kind = question["questionType"]
    options = [option["id"] for option in question.get("options", [])]
    if kind == "multiple_choice":
        return [rng.choice(options)]
    if kind == "true_false":
        return rng.random() < 0.5
    if kind == "matching":
        return [rng.choice(options) for _ in question["prompts"]]
    if kind == "hotspot":
        return [rng.randrange(10_001) for _ in range(2 * question["marks"])]
    if kind == "ordering":
        return rng.sample(options, len(options))
    if kind == "fill_blank":
        return [rng.choice(["water", "42", "Galileo"]) for _ in range(question["blanks"])]
    return rng.choice(["I think so", "Because of gravity", "Jupiter"])


def in_words(question: dict[str, Any], answer: Any) -> Any:
    """The answer as the results store it: texts instead of option ids."""
    if question["questionType"] not in ("multiple_choice", "matching", "ordering"):
        return answer
    texts = {option["id"]: option["text"] for option in question["options"]}
    return [texts[chosen] for chosen in answer]


class Player:
    """Plays one game. `think` bounds the thinking time in seconds."""

    def __init__(
        self, url: str, pin: str, nickname: str, tally: Tally, *, seed: int, think: float
    ) -> None:
        self.url, self.pin, self.nickname, self.tally = url, pin, nickname, tally
        self.think = think
        self.rng = random.Random(seed)  # noqa: S311 - simulated behaviour, not a secret
        self.player_id: str | None = None
        self.finished = asyncio.Event()
        self.final: dict[str, Any] | None = None
        self._resume: str | None = None
        self._joined = asyncio.Event()
        self._answers: dict[int, tuple[str, Any, Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._live_quiz_id = ""
        self.client = socketio.AsyncClient(
            reconnection=True, reconnection_delay=0.2, reconnection_delay_max=1.0
        )
        self.client.on("connect", self._connected)
        self.client.on("disconnect", self._disconnected)
        self.client.on("live.question", self._question)
        self.client.on("live.finished", self._finished)

    async def play(self) -> None:
        """Join and stay until the game has finished."""
        await self.client.connect(self.url, transports=["websocket"], retry=True)
        await self._joined.wait()

    async def close(self) -> None:
        """Disconnect."""
        for task in self._tasks:
            task.cancel()
        await self.client.disconnect()

    def _connected(self) -> None:
        self._start(self._join())

    def _disconnected(self, *_reason: object) -> None:
        self._joined.clear()
        if not self.finished.is_set():
            self.tally.reconnects += 1

    def _start(self, coroutine: Any) -> None:
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join(self) -> None:
        """Enter, or resume after a reconnect; retried until the server answers."""
        began = time.perf_counter()
        payload: dict[str, Any] = {"pin": self.pin, "nickname": self.nickname}
        if self._resume:
            payload = {"liveQuizId": self._live_quiz_id, "resumeToken": self._resume}
        while True:
            reply = await self._call("live.join", payload)
            if reply is None:
                return
            if reply.get("ok"):
                break
            if not reply["details"].get("retryable"):
                self.tally.refuse(f"join {reply['code']}")
                return
            await asyncio.sleep(RETRYABLE_PAUSE)
        view = reply["view"]
        if self._resume is None:
            self.tally.joins += 1
            self.tally.join_latencies.append(time.perf_counter() - began)
        self._resume = reply["resumeToken"]
        self.player_id, self._live_quiz_id = view["playerId"], view["liveQuizId"]
        self._joined.set()
        self._recognize(view)
        if view["phase"] == "finished":
            self._finished(view["leaderboard"])
        elif view["phase"] == "open" and view.get("answerId") is None and view.get("question"):
            self._question(view["question"])

    def _recognize(self, view: dict[str, Any]) -> None:
        """An answer in the view was saved, even if its acknowledgement was lost with a server."""
        if not view.get("question"):
            return
        index: int = view["question"]["index"]
        mine = self._answers.get(index)
        if mine is not None and view.get("answerId") == mine[0]:
            assert self.player_id is not None
            self.tally.acknowledged.setdefault((self.player_id, index), mine[2])

    def _question(self, question: dict[str, Any], _offset: str | None = None) -> None:
        self._start(self._answer(question))

    async def _answer(self, question: dict[str, Any]) -> None:
        index = question["index"]
        if index not in self._answers:
            answer = choose_answer(question, self.rng)
            self._answers[index] = (uuid.uuid4().hex, answer, in_words(question, answer))
            await asyncio.sleep(self.rng.uniform(0, self.think))
            self.tally.sent += 1
        elif (self.player_id, index) in self.tally.acknowledged:
            return
        else:
            self.tally.resent += 1
        await self._submit(index)

    async def _submit(self, index: int) -> None:
        answer_id, answer, words = self._answers[index]
        payload = {
            "liveQuizId": self._live_quiz_id,
            "index": index,
            "answerId": answer_id,
            "answer": answer,
        }
        while True:
            await self._joined.wait()  # a new connection is nobody's before
            began = time.perf_counter()
            reply = await self._call("live.answer", payload)
            if reply is None:
                return  # the connection is gone; `_join` sends it again
            if reply.get("ok"):
                assert self.player_id is not None
                self.tally.latencies.append(time.perf_counter() - began)
                self.tally.acknowledged[self.player_id, index] = words
                return
            if reply["code"] in GIVE_UP or not reply["details"].get("retryable"):
                self.tally.refuse(reply["code"])
                return
            await asyncio.sleep(RETRYABLE_PAUSE)

    async def _call(self, event: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        """The acknowledgement, or None if the connection was lost meanwhile."""
        try:
            reply = await self.client.call(event, payload, timeout=CALL_SECONDS)
        except (socketio.exceptions.SocketIOError, ConnectionError):
            return None
        return dict(reply)

    def _finished(self, board: dict[str, Any], _offset: str | None = None) -> None:
        self.final = board
        self.finished.set()
