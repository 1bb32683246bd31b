"""What browsers feel: pages on a slow phone, and the pages of a game while a hall plays.

A phone is Chromium with a four times slower processor behind a slow mobile network, as Lighthouse
has it: 1.6 Mbit/s down, 0.75 up and 150 ms there and back. Interactive is the moment from which on
the page shows what it is about and no task holds it for more than 50 ms. Nothing is kept from
before: each visit is the first of a new browser. Lighthouse has a score of its own for that, of the
five main pages (Node.js and the packages of tests/web). While it runs, nothing else should.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.browsers import ask, chromium, on_a_phone, signed_in, token_of_teacher
from bench.page_games import HALL_QUESTIONS, PLAYERS, QUESTIONS, hall, phone
from bench.report import Measure, progress, publish
from tests.browser.stage import FLAGS
from tests.support.server import StoaServer
from tests.web.lighthouse_pages import FOLDER, ask_lighthouse

ROUNDS = 5
INTERACTIVE_SECONDS = 2.5
FIRST_LOAD_KIB = 90
SCORED = 3
SCORE = 90


def first_load(browser: Browser, url: str, path: str, shows: str) -> tuple[float, float]:
    """Seconds until a page is interactive, and how many KiB came over the network."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        is_mobile=True,
        has_touch=True,
        service_workers="block",
    )
    page, session = on_a_phone(signed_in(context, url))
    received = 0.0

    def count(event: dict[str, float]) -> None:
        nonlocal received
        received += event["encodedDataLength"]

    session.on("Network.loadingFinished", count)
    page.goto(url + path, wait_until="commit")
    page.locator(shows).first.wait_for()
    shown = page.evaluate("performance.now()")
    page.wait_for_function("() => performance.now() - window.watched.lastLong > 500")
    interactive = max(shown, page.evaluate("window.watched.lastLong"))
    context.close()
    return interactive / 1000, received / 1024


def loads(browser: Browser, url: str, name: str, path: str, shows: str) -> list[Measure]:
    """The first load of one page, the median of several."""
    visits = [first_load(browser, url, path, shows) for _ in range(ROUNDS)]
    seconds, kib = (statistics.median(each) for each in zip(*visits, strict=True))
    return [
        Measure.at_most(f"{name}: interactive", seconds, "s", INTERACTIVE_SECONDS),
        Measure.at_most(f"{name}: over the network", kib, "KiB", FIRST_LOAD_KIB),
    ]


def scores(url: str) -> list[Measure]:
    """What Lighthouse says of the speed of the main pages, the median of several visits."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules" / "lighthouse").is_dir():
        raise FileNotFoundError("Lighthouse is missing: `npm ci --prefix tests/web`")
    visits = [ask_lighthouse(node, chromium(), url, ["performance"]) for _ in range(SCORED)]
    return [
        Measure.at_least(
            f"Lighthouse, {name}: performance",
            statistics.median(visit[name].scores["performance"] for visit in visits),
            "of 100",
            SCORE,
        )
        for name in visits[0]
    ]


def run() -> None:
    """All measures against one server."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = StoaServer(Path(folder) / "data")
        server.start("--demo")
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        try:
            measures = []
            for name, path, shows in places(server.url):
                progress(f"first loads: {name}")
                measures += loads(browser, server.url, name, path, shows)
            progress("Lighthouse")
            measures += scores(server.url)
            progress(f"a game of {PLAYERS:,} and {HALL_QUESTIONS} questions")
            measures += hall(browser, server.url)
            progress(f"a game of {QUESTIONS} questions")
            measures += phone(browser, server.url)
        finally:
            browser.close()
            server.kill()
    publish("pages", measures)


def places(url: str) -> Iterator[tuple[str, str, str]]:
    """Pages by their names, each with its address and what it shows once it is there."""
    token = token_of_teacher(url)
    quizzes = "modules { lessons { quizzes { id } } }"
    [course] = ask(url, f"{{ myCourses(first: 1) {{ nodes {{ id title {quizzes} }} }} }}", token)[
        "myCourses"
    ]["nodes"]
    lessons = [lesson for module in course["modules"] for lesson in module["lessons"]]
    quiz = next(quiz for lesson in lessons for quiz in lesson["quizzes"])
    yield "course page", f"/courses/{course['id']}", f"h1:has-text('{course['title']}')"
    yield "quiz editor", f"/quizzes/{quiz['id']}/edit", "main li button:visible"


if __name__ == "__main__":
    run()
