"""The moves of a host and of players in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, TimeoutError, expect

from tests.support.server import EDUCATOR, PASSWORD

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # CI runs as root, where Chromium's sandbox cannot
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BACK_MS = 30_000
"""How long clients may take to find back after the server was started again."""
EXPECTED_COMPLAINTS = ("ERR_CONNECTION", "WebSocket connection to", "net::ERR")
"""What Chromium itself prints while there is no server."""

OF_STAND_IN = "WebSocket is already in CLOSING or CLOSED state."
"""What Playwright's stand-in for WebSocket throws (where a test routes it) at who sends on one that
closes. The browser's own never throws it."""


def watch(page: Page, client_errors: list[str]) -> Page:
    """Collect uncaught errors and the console's errors."""

    def said(message: ConsoleMessage) -> None:
        expected = any(part in message.text for part in EXPECTED_COMPLAINTS)
        if message.type == "error" and not expected:
            client_errors.append(message.text)

    def thrown(error: Error) -> None:
        if error.message != OF_STAND_IN:
            client_errors.append(str(error))

    page.on("console", said)
    page.on("pageerror", thrown)
    return page


WORKERS = """async () => (await navigator.serviceWorker.getRegistrations()).map(
  (each) => [each.installing, each.waiting, each.active].map((worker) => worker?.state ?? null))"""
"""The states of those that are being installed, wait and are active."""


def wait_until_kept(page: Page) -> None:
    """Wait for the worker that keeps the application: from then on it needs no network.

    The first page of a new browser is shown before; how long before depends on the machine.
    """
    try:
        page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=BACK_MS)
    except TimeoutError as late:
        raise AssertionError(f"no worker keeps the application: {page.evaluate(WORKERS)}") from late


def fits(page: Page) -> bool:
    """Whether nothing sticks out sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


class HostPage:
    """The host's screen."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.controls = page.get_by_role("navigation", name="Controls of the game")
        self.names = page.get_by_role("list", name="Players")
        self.answered = page.locator(".answered")
        self.awaited = page.locator(".awaited")
        self.players = page.get_by_role("dialog")

    def sign_in(self, email: str = EDUCATOR) -> None:
        self.page.goto(f"{self.url}/host")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        quiz = self.page.locator("[data-quiz]").first
        late = self.page.get_by_role("alert").filter(has_text="does not answer")
        expect(quiz.or_(late)).to_be_visible(timeout=BACK_MS)
        if late.is_visible():  # hashing took longer than a page waits
            self.page.get_by_role("button", name="Sign in").click()
        expect(quiz).to_be_visible(timeout=BACK_MS)

    def open_lobby(self, *, seconds: int = 60) -> str:
        """Start a live quiz; returns its PIN."""
        self.page.get_by_text("Settings of the game").click()
        self.page.get_by_label("Seconds per question").fill(str(seconds))
        self.page.locator("[data-quiz]").first.click()
        self.wait("lobby")
        return self.page.locator(".pin").inner_text()

    def press(self, name: str) -> None:
        """Press a button of the bar."""
        self.controls.get_by_role("button", name=name).click()

    def next(self, phase: str) -> None:
        """Press what comes next and wait for the phase it leads to."""
        self.controls.locator(".primary").click()
        self.wait(phase)

    def wait(self, phase: str, *, timeout: float = 10_000) -> None:
        self.page.wait_for_selector(f"[data-phase={phase}]", timeout=timeout)

    def fits(self) -> bool:
        """Whether nothing sticks out sideways."""
        return fits(self.page)

    def open_players(self) -> None:
        self.page.locator(".chips").get_by_role("button").click()

    def line_of(self, name: str) -> Locator:
        """A line of the list of players."""
        return self.players.get_by_role("listitem").filter(has_text=name)

    def player(self, name: str, button: str) -> None:
        """Press a button beside a player in the list."""
        self.open_players()
        self.line_of(name).get_by_role("button", name=button).click()
        self.page.keyboard.press("Escape")


class PlayerPage:
    """A player's screen."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.error = page.locator("form .error[role=alert]").first
        self.banner = page.locator(".live > .banner")
        self.seconds = page.get_by_role("timer").locator(".seconds")

    def join(self, pin: str, nickname: str) -> None:
        self.page.goto(f"{self.url}/?pin={pin}")
        self.page.get_by_label("Your name").fill(nickname)
        self.press_join()

    def press_join(self) -> None:
        self.page.get_by_role("button", name="Join", exact=True).click()

    def wait(self, phase: str, *, timeout: float = 10_000) -> None:
        self.page.wait_for_selector(f"[data-phase={phase}]", timeout=timeout)

    def sign_in(self, email: str) -> None:
        self.page.locator("details").evaluate("details => { details.open = true; }")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_text("You are signed in")).to_be_visible()

    def option(self, text: str) -> Locator:
        return self.page.get_by_role("button", name=text)

    def choose(self, text: str) -> None:
        self.option(text).click()

    def expect_saved(self, *, timeout: float = 10_000) -> None:
        expect(self.page.get_by_text("Answer saved").locator("visible=true").first).to_be_visible(
            timeout=timeout
        )

    def expect_heading(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("[data-phase]").get_by_role("heading").first).to_have_text(text)

    def fits(self) -> bool:
        """Whether nothing sticks out sideways."""
        return fits(self.page)
