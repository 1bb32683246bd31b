"""The simulated host: signs in, opens a lobby and walks a game from start to finish."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import aiohttp
import socketio

CALL_SECONDS = 10.0

LOGIN = """mutation Login($email: String!, $password: String!) {
  login(email: $email, password: $password) { accessToken user { id } } }"""
QUIZZES = """query { myCourses { nodes { modules { lessons { quizzes {
  id title questions { id } } } } } } }"""
START = """mutation Start($quizId: ID!, $config: LiveQuizConfigInput) {
  startLiveQuiz(quizId: $quizId, config: $config) { id pin } }"""
RESULTS = """query Results($id: ID!, $after: String) { liveQuiz(id: $id) { state
  results(first: 100, after: $after) {
    nodes { playerId nickname score rank answers }
    pageInfo { hasNextPage endCursor } } } }"""


class SimulationError(Exception):
    """The server refused, or cannot be reached; the text is for a person."""


class Host:
    """Drives one game over GraphQL and Socket.IO, and continues after a reconnect."""

    def __init__(self, url: str, email: str, password: str) -> None:
        self.url, self.email, self.password = url, email, password
        self.token = ""
        self.view: dict[str, Any] = {}
        self.opened = 0
        """How many questions have been opened, as far as this host has heard."""
        self.live_quiz_id = self.pin = ""
        self._changed = asyncio.Event()
        self._attached = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.client = socketio.AsyncClient(
            reconnection=True, reconnection_delay=0.2, reconnection_delay_max=1.0
        )
        self.client.on("connect", self._connected)
        self.client.on("disconnect", self._disconnected)
        for event in ("question", "closed", "reveal", "leaderboard", "finished"):
            self.client.on(f"live.{event}", self._moved(event))

    async def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        """Run one operation. Raises `SimulationError` with the server's message."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = {"query": query, "variables": variables}
        async with aiohttp.ClientSession() as session:
            try:
                async with session.post(f"{self.url}/graphql", json=body, headers=headers) as got:
                    answer = await got.json(content_type=None)
            except aiohttp.ClientError as error:
                raise SimulationError(f"{self.url} does not answer ({error})") from None
        if answer.get("errors"):
            raise SimulationError(answer["errors"][0]["message"])
        return dict(answer["data"])

    async def sign_in(self) -> None:
        """Get an access token."""
        data = await self.graphql(LOGIN, email=self.email, password=self.password)
        self.token = data["login"]["accessToken"]

    async def find_quiz(self) -> str:
        """The id of the quiz with the most questions among the host's own."""
        data = await self.graphql(QUIZZES)
        quizzes = [
            quiz
            for course in data["myCourses"]["nodes"]
            for module in course["modules"]
            for lesson in module["lessons"]
            for quiz in lesson["quizzes"]
        ]
        if not quizzes:
            raise SimulationError(f"{self.email} has no quiz to play")
        return str(max(quizzes, key=lambda quiz: len(quiz["questions"]))["id"])

    async def open_lobby(self, quiz_id: str, config: dict[str, Any]) -> None:
        """Start a live quiz and attach to it as host."""
        data = await self.graphql(START, quizId=quiz_id, config=config)
        self.live_quiz_id, self.pin = data["startLiveQuiz"]["id"], data["startLiveQuiz"]["pin"]
        await self.client.connect(
            self.url, transports=["websocket"], auth={"token": self.token}, retry=True
        )
        await asyncio.wait_for(self._attached.wait(), CALL_SECONDS)

    async def results(self) -> list[dict[str, Any]]:
        """Rows of the final board with the given answers, as the tally needs them."""
        rows: list[dict[str, Any]] = []
        page: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
        while page["hasNextPage"]:
            data = await self.graphql(RESULTS, id=self.live_quiz_id, after=page["endCursor"])
            found = data["liveQuiz"]["results"]
            rows += found["nodes"]
            page = found["pageInfo"]
        return [{**row, "answers": [a["answer"] for a in row["answers"]]} for row in rows]

    async def command(self, command: str, **more: Any) -> dict[str, Any]:
        """Send one host command with a new id, repeated until the server has answered."""
        payload = {
            "liveQuizId": self.live_quiz_id,
            "command": command,
            "commandId": uuid.uuid4().hex,
            **more,
        }
        while True:
            await self._attached.wait()
            try:
                reply = await self.client.call("live.command", payload, timeout=CALL_SECONDS)
            except (socketio.exceptions.SocketIOError, ConnectionError):
                await asyncio.sleep(0.1)
                continue
            if reply.get("ok"):
                self.view |= {"phase": reply["phase"], "step": reply["step"]}
                return dict(reply)
            if reply["code"] == "STALE_STEP" or not reply["details"].get("retryable"):
                return dict(reply)
            await asyncio.sleep(0.2)

    async def wait_phase(self, *phases: str) -> None:
        """Wait until the game is in one of `phases`."""
        while self.view.get("phase") not in phases:
            self._changed.clear()
            await self._changed.wait()

    async def wait_reattached(self) -> None:
        """Wait until this host's screen is connected to the game again."""
        await self._attached.wait()

    async def close(self) -> None:
        """Disconnect."""
        for task in self._tasks:
            task.cancel()
        await self.client.disconnect()

    def _moved(self, event: str) -> Any:
        phase = {"question": "open"}.get(event, event)

        def moved(payload: dict[str, Any], _offset: str | None = None) -> None:
            self.view |= {"phase": phase, "step": payload["step"], "index": payload["index"]}
            self._heard_of(payload["index"])
            if event == "question":
                self.view["question"] = payload
            self._changed.set()

        return moved

    def _heard_of(self, index: int) -> None:
        self.opened = max(self.opened, index + 1)

    def _connected(self) -> None:
        task = asyncio.ensure_future(self._attach())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _disconnected(self, *_reason: object) -> None:
        self._attached.clear()

    async def _attach(self) -> None:
        while True:
            try:
                reply = await self.client.call(
                    "live.host", {"liveQuizId": self.live_quiz_id}, timeout=CALL_SECONDS
                )
            except (socketio.exceptions.SocketIOError, ConnectionError):
                return
            if reply.get("ok"):
                break
            await asyncio.sleep(0.2)
        self.view = dict(reply["view"])
        shown = self.view.get("question") or self.view.get("leaderboard")
        if shown:
            self._heard_of(shown["index"])
        self._attached.set()
        self._changed.set()
