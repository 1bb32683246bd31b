"""The pages of a game while it is played: that they follow it, and what it costs them.

The bench is the host, on a connection of its own, and goes on only once the page shows what it has
to show: each question, how many have answered, what was right, the board. A page that does not is
an error of the bench. What the page counted is compared with what the server has.

The hall is on the same machine as the page, so that by the clock a task takes as long as others
have the processor. Its own time, of the thread, is what the teacher's machine would need.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from bench.browsers import (
    WATCH,
    Held,
    ask,
    busy_percent,
    held,
    signed_in,
    token_of_teacher,
    watching,
)
from bench.report import Measure, progress
from supervisors.simulation.host import Host
from tests.support.server import EDUCATOR, PASSWORD

PLAYERS = 1_000
HALL_QUESTIONS = 20
OTHERS = 20
QUESTIONS = 60
SETTLED = 10
"""The question after which a page has drawn everything once: memory is compared with that."""
FRAME_MS = 50
STEADY_MIB = 1.0
STEADY_NODES = 200
IDLE_CORE_PERCENT = 1.0
REST_SECONDS = 10
WAIT_MS = 60_000
STEP_SECONDS = 60.0
CONFIG = {"questionMs": 300_000, "closeWhenAllAnswered": False, "allowGuests": True}
"""A question is open until the bench has seen on the page that all have answered."""
MAKE_QUIZ = """mutation Make($lesson: ID!, $input: CreateQuizInput!) {
  createQuiz(lessonId: $lesson, input: $input) { id } }"""
LESSONS = "{ myCourses(first: 1) { nodes { modules { lessons { id } } } } }"
ANSWERED = "query Answered($id: ID!) { liveQuiz(id: $id) { questions { index answered } } }"


def questions(count: int) -> list[dict[str, Any]]:
    """Formatted choices, true or false, and typed answers in turn."""
    kinds: tuple[dict[str, Any], ...] = (
        {
            "type": "MULTIPLE_CHOICE",
            "format": "MARKDOWN",
            "options": ["`a`", "**b**", "c", "d"],
            "answer": {"choice": {"correct": [0]}},
            "explanation": "Because *a* comes first.",
        },
        {"type": "TRUE_FALSE", "answer": {"trueFalse": True}},
        {"type": "SHORT_ANSWER", "answer": {"text": {"accepted": ["I think so"]}}},
    )
    return [
        {"questionText": f"What is **true** of {n}?", **kinds[n % len(kinds)]} for n in range(count)
    ]


class Desk:
    """The host of a game, in a thread of its own: Playwright's loop runs in ours."""

    def __init__(self, url: str, count: int) -> None:
        self.url = url
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        token = token_of_teacher(url)
        course = ask(url, LESSONS, token)["myCourses"]["nodes"][0]
        lesson = next(each["id"] for module in course["modules"] for each in module["lessons"])
        quiz = {"settings": {"title": "Of a bench"}, "questions": questions(count)}
        made = ask(url, MAKE_QUIZ, token, lesson=lesson, input=quiz)
        self._host = self._run(self._opened(made["createQuiz"]["id"]))
        self.id, self.pin = self._host.live_quiz_id, self._host.pin

    async def _opened(self, quiz_id: str) -> Host:
        host = Host(self.url, EDUCATOR, PASSWORD)
        await host.sign_in()
        await host.open_lobby(quiz_id, CONFIG)
        return host

    def _run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(STEP_SECONDS)

    def command(self, command: str) -> str:
        """The phase it leads to. Raises `ConnectionError` when it is refused."""
        more = {} if command == "start" else {"step": self._host.view["step"]}
        reply = self._run(self._host.command(command, **more))
        if not reply.get("ok"):
            raise ConnectionError(reply)
        return str(reply["phase"])

    def answered(self) -> list[int]:
        """How many answered each question, as the server has it."""
        found = ask(self.url, ANSWERED, token_of_teacher(self.url), id=self.id)
        rows = sorted(found["liveQuiz"]["questions"], key=lambda row: row["index"])
        return [row["answered"] for row in rows]

    def answers_of(self, nickname: str) -> int:
        """How many questions a player has answered, as the final board has it."""
        rows = self._run(self._host.results())
        [answers] = (row["answers"] for row in rows if row["nickname"] == nickname)
        return sum(answer is not None for answer in answers)

    def close(self) -> None:
        """Leave."""
        self._run(self._host.close())
        self._loop.call_soon_threadsafe(self._loop.stop)


@contextmanager
def game(url: str, count: int, players: int, think: float) -> Iterator[Desk]:
    """A lobby with players, in which the game can be started."""
    desk = Desk(url, count)
    command = [sys.executable, "-m", "bench.players", url, desk.pin, str(players), str(think)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as played:
        try:
            assert played.stdout is not None
            joined = played.stdout.readline()
            if joined != f"{players} in\n":
                raise ConnectionError(f"of {players} players: {joined}")
            yield desk
        finally:
            played.kill()
            desk.close()


def shows(page: Page, text: str, place: str = ".live") -> None:
    """Wait until the page shows it. `TimeoutError` if it does not follow the game."""
    page.wait_for_function(
        "([place, text]) => document.querySelector(place)?.textContent.includes(text)",
        arg=[place, text],
        timeout=WAIT_MS,
    )


def is_at(page: Page, phase: str) -> None:
    """Wait for a phase on the host's page."""
    page.wait_for_selector(f".stage[data-phase={phase}]", timeout=WAIT_MS)


def play_in_hall(page: Page, desk: Desk, numbers: Iterable[int]) -> Iterator[int]:
    """Play questions while the host's page shows all of it; how many have answered each by it."""
    for number in numbers:
        desk.command("start" if number == 1 else "next")
        shows(page, f"Question {number} of {HALL_QUESTIONS}")
        is_at(page, "open")
        shows(page, f"{PLAYERS:,} of {PLAYERS:,} answered", ".answered")
        for phase in ("closed", "reveal", "leaderboard"):
            if desk.command("next") != phase:
                raise ConnectionError(f"the game does not come to {phase}")
            is_at(page, phase)
            if phase == "reveal":
                told = page.locator(".scene-head .chip.brandy").inner_text()
                yield int(told.split()[0].replace(",", ""))


def hall(browser: Browser, url: str) -> list[Measure]:
    """A host's page while a thousand play."""
    context = signed_in(
        browser.new_context(viewport={"width": 1366, "height": 768}, service_workers="block"), url
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    parts = (range(1, SETTLED + 1), range(SETTLED + 1, HALL_QUESTIONS + 1))
    counted: list[int] = []
    watched, memory = [], []
    with game(url, HALL_QUESTIONS, PLAYERS, think=2.0) as desk:
        page.goto(f"{url}/host?game={desk.id}")
        shows(page, f"{PLAYERS:,} players here")
        for part in parts:
            with watching(browser, page) as found:
                counted += play_in_hall(page, desk, part)
            watched.append(found)
            memory.append(held(session))
        if counted != desk.answered():
            raise AssertionError(f"the page counted {counted}, the server {desk.answered()}")
    context.close()
    name = "host's page, 1,000 players"
    most = {key: max(each[key] for each in watched) for key in watched[0]}
    return [
        Measure.at_most(f"{name}: longest task, its own time", most["own"], "ms", FRAME_MS),
        Measure(name=f"{name}: longest task by the clock", value=most["longest"], unit="ms"),
        Measure(name=f"{name}: longest frame by the clock", value=most["frame"], unit="ms"),
        *growth(f"{name}, question {SETTLED} to {HALL_QUESTIONS}", *memory),
    ]


def play_on_a_phone(page: Page, desk: Desk, session: CDPSession) -> Iterator[Mapping[str, Any]]:
    """Play: the page answers every question, and shows what became of it."""
    for number in range(1, QUESTIONS + 1):
        desk.command("start" if number == 1 else "next")
        shows(page, f"Question {number} of {QUESTIONS}")
        answer(page)
        shows(page, "Answer saved")
        if number in (SETTLED, QUESTIONS):
            yield {"busy": busy_percent(page, session, REST_SECONDS)}
        desk.command("next")
        shows(page, "Your answer is in")
        desk.command("next")
        page.locator(".question-again").wait_for(timeout=WAIT_MS)
        desk.command("next")
        page.locator(".board, .own-place").first.wait_for(timeout=WAIT_MS)
        if number in (SETTLED, QUESTIONS):
            yield {"held": held(session)}


def answer(page: Page) -> None:
    """As a player would: tap an option, or write and send."""
    field = page.locator("main .card input, main .card textarea")
    option = page.locator("button.option").first
    option.or_(field).first.wait_for(timeout=WAIT_MS)
    if option.is_visible():
        option.click()
    else:
        field.first.fill("I think so")
        page.get_by_role("button", name="Send").click()


def phone(browser: Browser, url: str) -> list[Measure]:
    """A player's page through a long game, of which it answers every question."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
    page = context.new_page()
    session = context.new_cdp_session(page)
    with game(url, QUESTIONS, OTHERS, think=0.2) as desk:
        page.goto(f"{url}/?pin={desk.pin}")
        page.get_by_label("Your name").fill("Ada")
        page.get_by_role("button", name="Join").click()
        shows(page, "You’re in!")
        found = list(play_on_a_phone(page, desk, session))
        desk.command("end")
        page.locator(".podium, .board").first.wait_for(timeout=WAIT_MS)
        if (came := desk.answers_of("Ada")) != QUESTIONS:
            raise AssertionError(f"of {QUESTIONS} answers of the page {came} came to the server")
        after_it = busy_percent(page, session, REST_SECONDS)
    context.close()
    busy = [each["busy"] for each in found if "busy" in each]
    settled, after = (each["held"] for each in found if "held" in each)
    name = "player's page"
    return [
        *growth(f"{name}, question {SETTLED} to {QUESTIONS}", settled, after),
        Measure.at_most(f"{name}: of a core, question open", max(busy), "%", IDLE_CORE_PERCENT),
        Measure.at_most(f"{name}: of a core after the game", after_it, "%", IDLE_CORE_PERCENT),
    ]


def growth(name: str, before: Held, after: Held) -> list[Measure]:
    """What a page holds more, each after a collection."""
    progress(f"{name}: {before} {after}")
    return [
        Measure.at_most(f"{name}: growth", after.mib - before.mib, "MiB", STEADY_MIB),
        Measure.at_most(f"{name}: growth", after.nodes - before.nodes, "nodes", STEADY_NODES),
        Measure.at_most(
            f"{name}: growth", after.listeners - before.listeners, "listeners", STEADY_NODES
        ),
    ]
