"""A teacher's journey: an account, a course, a quiz, a game with a whole year, results on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.journeys import looked_at
from tests.browser.journeys import register as send_registration
from tests.browser.played import Bot, crowd
from tests.browser.stage import BACK_MS, HostPage, PlayerPage, watch
from tests.browser.test_browser_courses import add_lesson, add_module, publish_in_the_browser
from tests.browser.test_browser_quiz_editor import SAVED, add, press, tab_to, write
from tests.support.server import PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

COURSE = "The sky above us"
PUPILS = 30
"""Each with a browser of its own."""
BOTS = 200
RIGHT_BOTS = 150
EVERYBODY = PUPILS + BOTS
SLOW_MS = 90_000
"""For what thirty browsers do at once on a machine of two cores."""


def test_a_teacher_goes_from_an_account_to_results_on_paper(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> None:
    with chromium.new_context(
        viewport={"width": 1366, "height": 768}, reduced_motion="reduce"
    ) as context:
        page = watch(context.new_page(), client_errors)
        register(page, stoa_server.url)
        make_course(page)
        write_quiz(page)
        publish(page)
        host = open_lobby(page, stoa_server.url)
        bots = [
            Bot(f"Bot {n:03}", ["Jupiter" if n <= RIGHT_BOTS else "Saturn", n <= RIGHT_BOTS])
            for n in range(1, BOTS + 1)
        ]
        pin = page.locator(".pin").inner_text()
        game = page.url.rpartition("game=")[2]
        with (
            crowd(stoa_server.url, pin, game, bots),
            classroom(chromium, stoa_server.url, pin, client_errors) as pupils,
        ):
            play(host, pupils)
        read_results(page, stoa_server.url)
        print_results(page)


def register(page: Page, url: str) -> None:
    page.goto(f"{url}/register")
    page.get_by_label("to teach").check()
    page.get_by_label("Your name").fill("Stella Polaris")
    page.get_by_label("E-mail").fill("stella@school.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    send_registration(page, url, "stella@school.example")
    expect(page.get_by_role("heading", name="No courses yet")).to_be_visible(timeout=BACK_MS)
    looked_at(page)


def make_course(page: Page) -> None:
    page.get_by_role("link", name="New course").first.click()
    page.get_by_label("Title").fill(COURSE)
    page.get_by_role("textbox", name="Description").fill("What moves up there, and why.")
    page.get_by_label("Category").fill("astronomy")
    page.get_by_role("button", name="Create the course").click()
    for module in ("Sun", "Moon", "Planets"):
        add_module(page, module)
    add_lesson(page, "Sun", "A star", text="It shines by $E = mc^2$.")
    add_lesson(page, "Moon", "A companion", text="It **reflects**.")
    page.get_by_role("button", name="Add a lesson to Planets").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("What do you know?")
    dialog.get_by_role("radio", name="Quiz").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()


def write_quiz(page: Page) -> None:
    page.get_by_role("button", name="New quiz in What do you know?").click()
    expect(page.get_by_role("heading", name="No questions yet")).to_be_visible()
    add(page, "Multiple choice")
    write(page, "The largest planet?")
    tab_to(page, "Option 1")
    tab_to(page, "Option 1")
    write(page, "Saturn", "Jupiter")
    press(page, "Control+Enter")  # that one is right
    add(page, "True or false")
    write(page, "The Sun is a star.")
    expect(page.get_by_text(SAVED)).to_be_visible()
    looked_at(page)


def publish(page: Page) -> None:
    page.go_back()
    while "/curriculum" not in page.url:  # questions are addresses, too
        page.go_back()
    publish_in_the_browser(page)


def open_lobby(page: Page, url: str) -> HostPage:
    page.get_by_role("link", name="Curriculum").click()
    page.get_by_role("link", name="Start a game: What do you know?").click()
    page.get_by_label("Seconds for a question").fill("300")
    page.get_by_role("button", name="Open the lobby").click()
    host = HostPage(page, url)
    host.wait("lobby", timeout=BACK_MS)
    return host


@contextmanager
def classroom(
    chromium: Browser, url: str, pin: str, client_errors: list[str]
) -> Iterator[list[PlayerPage]]:
    """Thirty phones in the lobby. What a browser keeps for a life without a network is left out."""
    with ExitStack() as open_browsers:
        pupils = []
        for number in range(1, PUPILS + 1):
            context = chromium.new_context(
                viewport={"width": 390, "height": 780},
                reduced_motion="reduce",
                service_workers="block",
            )
            open_browsers.enter_context(context)
            pupil = PlayerPage(watch(context.new_page(), client_errors), url)
            pupil.join(pin, f"Pupil {number:02}")
            pupils.append(pupil)
        for pupil in pupils:
            pupil.wait("lobby", timeout=SLOW_MS)
        yield pupils


def play(host: HostPage, pupils: list[PlayerPage]) -> None:
    heading = host.page.get_by_role("heading", name=f"{EVERYBODY} players here")
    expect(heading).to_be_visible(timeout=SLOW_MS)
    looked_at(host.page)
    for answer in ("Jupiter", "True"):
        host.next("open")
        for pupil in pupils:
            pupil.wait("open", timeout=SLOW_MS)
            pupil.choose(answer)
        host.wait("closed", timeout=SLOW_MS)  # everybody has answered
        expect(host.answered).to_have_text(f"{EVERYBODY} of {EVERYBODY} answered")
        host.next("reveal")
        for pupil in pupils:
            pupil.wait("reveal", timeout=SLOW_MS)
            pupil.expect_heading("Correct!")
        host.next("leaderboard")
        if answer == "Jupiter":
            looked_at(host.page)
    host.next("finished")
    for pupil in pupils:
        pupil.wait("finished", timeout=SLOW_MS)
        pupil.expect_heading(re.compile(r"You finished in place \d+"))


def read_results(page: Page, url: str) -> None:
    page.goto(f"{url}/games")
    page.get_by_role("main").get_by_role("link", name="What do you know?").first.click()
    first = page.locator(".question-result").first
    right = first.get_by_role("listitem").filter(has_text="Jupiter")
    expect(right).to_contain_text(str(PUPILS + RIGHT_BOTS))
    looked_at(page)


def print_results(page: Page) -> None:
    page.get_by_role("link", name="For printing").click()
    printing = page.get_by_role("button", name="Print", exact=True)
    expect(printing).not_to_have_attribute("aria-disabled", "true", timeout=BACK_MS)
    page.emulate_media(media="print")
    expect(printing).to_be_hidden()
    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(page.locator("tbody tr")).to_have_count(EVERYBODY)
    for text in ("The largest planet?", "The Sun is a star.", "Pupil 01", f"Bot {BOTS}"):
        expect(page.get_by_text(text, exact=True).first).to_be_visible()
    paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) > 3  # two hundred lines have no room on less
