"""A live quiz on a rig: its quiz, and the host who opens it and steps through it."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import Mapping
from typing import Any

import asyncpg

from bench.rig import Rig
from bench.sockets import SocketIO

QUIZ = """
with m as (insert into course_modules (course_id, title, order_number)
      values ($1, 'M', 1) returning id),
l as (insert into lessons (module_id, title, lesson_type, order_number)
      select id, 'L', 'quiz', 1 from m returning id),
q as (insert into quizzes (lesson_id, title, quiz_type, passing_score_percentage)
      select id, 'Bench', 'formative', 50 from l returning id),
qs as (insert into questions (quiz_id, question_type, question_text, correct_answer, order_number)
       select q.id, 'true_false', 'Is it?', '{"type": "true_false", "value": true}', n
       from q, generate_series(1, $2) n)
select id::text from q
"""
START = """
mutation Start($quiz: ID!, $config: LiveQuizConfigInput!) {
  startLiveQuiz(quizId: $quiz, config: $config) { id }
}
"""
CONFIG = {"questionMs": 300_000, "closeWhenAllAnswered": False}
"""Nothing that is measured may run into a deadline, unless the bench says so."""


def make_quiz(rig: Rig, questions: int) -> str:
    """A quiz of true-or-false questions in the rig's course; its id."""

    async def insert() -> str:
        connection = await asyncpg.connect(rig.database_url)
        try:
            return str(await connection.fetchval(QUIZ, rig.course, questions))
        finally:
            await connection.close()

    return asyncio.run(insert())


def graphql(rig: Rig, query: str, variables: dict[str, Any], token: str) -> Any:
    """The `data` of an answer. Raises `ConnectionError` with its errors."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"{rig.server.url}/graphql", body, headers)
    with urllib.request.urlopen(request) as answer:
        result = json.load(answer)
    if result.get("errors"):
        raise ConnectionError(result["errors"])
    return result["data"]


class Host:
    """Opens a game and steps through it, on a connection of its own unless it is given one."""

    def __init__(
        self,
        rig: Rig,
        quiz_id: str,
        client: SocketIO | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        token = rig.token(rig.teacher, "educator")
        variables = {"quiz": quiz_id, "config": {**CONFIG, **(config or {})}}
        started = graphql(rig, START, variables, token)
        self.live_quiz_id: str = started["startLiveQuiz"]["id"]
        self.client = client or SocketIO(rig.server.port, {"token": token})
        view = self.view()
        self._step, self._phase, self._count = view["step"], view["phase"], 0

    def connect(self, rig: Rig) -> None:
        """On a new connection, after the old one was lost."""
        self.client = SocketIO(rig.server.port, {"token": rig.token(rig.teacher, "educator")})

    def view(self) -> dict[str, Any]:
        """What the host's screen shows."""
        view: dict[str, Any] = self.client.call("live.host", {"liveQuizId": self.live_quiz_id})[
            "view"
        ]
        return view

    def command(self, command: str) -> None:
        """Do it. Raises `ConnectionError` when it is refused."""
        self._count += 1
        reply = self.client.call(
            "live.command",
            {
                "liveQuizId": self.live_quiz_id,
                "command": command,
                "commandId": f"c{self._count}",
                "step": self._step,
            },
        )
        if not reply.get("ok"):
            raise ConnectionError(reply)
        self._step, self._phase = reply["step"], reply["phase"]

    def wait_closed(self) -> None:
        """Until the open question has closed by itself."""
        while (view := self.view())["phase"] == "open":
            time.sleep(0.1)
        self._step, self._phase = view["step"], view["phase"]

    def finish(self) -> None:
        """Reveal what is closed and end the game."""
        self.command("next")
        self.command("end")

    def open_next(self) -> None:
        """Step until a question is open."""
        self.command("start" if self._phase == "lobby" else "next")
        while self._phase != "open":
            self.command("next")
