"""The moves of a host and of players in a browser."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, expect

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


def watch(page: Page, client_errors: list[str]) -> Page:
    """Collect uncaught errors and the console's errors."""

    def said(message: ConsoleMessage) -> None:
        expected = any(part in message.text for part in EXPECTED_COMPLAINTS)
        if message.type == "error" and not expected:
            client_errors.append(message.text)

    page.on("console", said)
    page.on("pageerror", lambda error: client_errors.append(str(error)))
    return page


def fits(page: Page) -> bool:
    """Whether nothing sticks out sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


class HostPage:
    """The host's screen."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def sign_in(self, email: str = EDUCATOR) -> None:
        self.page.goto(f"{self.url}/host")
        self.page.fill("#email", email)
        self.page.fill("#password", PASSWORD)
        self.page.click("#login-form button")
        self.page.wait_for_selector("[data-quiz]")

    def open_lobby(self, *, seconds: int = 60) -> str:
        """Start a live quiz; returns its PIN."""
        self.page.click("summary")
        self.page.fill("#question-seconds", str(seconds))
        self.page.locator("[data-quiz]").first.click()
        self.page.wait_for_selector("#pin")
        return self.page.inner_text("#pin")

    def next(self, phase: str) -> None:
        """Press what comes next and wait for the phase it leads to."""
        self.page.click("#next")
        self.wait(phase)

    def wait(self, phase: str, *, timeout: float = 10_000) -> None:
        self.page.wait_for_selector(f"#game [data-phase={phase}]", timeout=timeout)

    def fits(self) -> bool:
        """Whether nothing sticks out sideways."""
        return fits(self.page)

    def player(self, name: str, button: str) -> None:
        """Press a button beside a player in the list."""
        self.page.click("#players-button")
        line = self.page.locator("#players-dialog li", has_text=name)
        line.get_by_role("button", name=button).click()
        self.page.keyboard.press("Escape")


class PlayerPage:
    """A player's screen."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def join(self, pin: str, nickname: str) -> None:
        self.page.goto(f"{self.url}/?pin={pin}")
        self.page.fill("#nickname", nickname)
        self.page.click("#join-button")

    def wait(self, phase: str, *, timeout: float = 10_000) -> None:
        self.page.wait_for_selector(f"#game [data-phase={phase}]", timeout=timeout)

    def sign_in(self, email: str) -> None:
        self.page.locator("#account").evaluate("details => { details.open = true; }")
        self.page.fill("#email", email)
        self.page.fill("#password", PASSWORD)
        self.page.click("#login-form button")
        expect(self.page.locator("#signed-in")).to_be_visible()

    def choose(self, text: str) -> None:
        self.page.locator("#game .option", has_text=text).click()

    def expect_saved(self, *, timeout: float = 10_000) -> None:
        expect(self.page.locator(".saved.yes")).to_be_visible(timeout=timeout)

    def fits(self) -> bool:
        """Whether nothing sticks out sideways."""
        return fits(self.page)
