"""Where a journey is made: on a desk or a phone, light or dark, in which language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, expect

from gateway.site_assets import WEB
from tests.browser.accessibility import assert_accessible
from tests.browser.stage import BACK_MS, fits, watch
from tests.support.server import PASSWORD

TRIES = 4


def words_of(language: str) -> dict[str, str]:
    """The words of the pages in this language; of plurals, all forms."""
    words: dict[str, str] = json.loads(
        (WEB / "words" / f"{language}.json").read_text(encoding="utf-8")
    )
    return words


NO_ANSWER = {words_of(language)["errors.UNAVAILABLE"] for language in ("en", "ar")}


@dataclass(frozen=True)
class Setting:
    """One of the sparse set of settings in which journeys are tried."""

    language: str
    width: int
    scheme: str

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{self.scheme}"

    @property
    def words(self) -> dict[str, str]:
        """The words of the pages in its language."""
        return words_of(self.language)

    @contextmanager
    def page(self, browser: Browser, client_errors: list[str]) -> Iterator[Page]:
        """A browser of its own in this setting."""
        context = browser.new_context(
            viewport={"width": self.width, "height": 800 if self.width > 600 else 780},
            locale=self.language,
            color_scheme="dark" if self.scheme == "dark" else "light",
            has_touch=self.width < 600,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        yield watch(context.new_page(), client_errors)
        context.close()


SETTINGS = (Setting("en", 1366, "light"), Setting("ar", 390, "dark"))


def looked_at(page: Page) -> None:
    """The page in this state has no faults, fits, and reads in its language's direction."""
    assert_accessible(page)
    assert fits(page)
    language, direction = page.evaluate("[document.documentElement.lang, document.dir]")
    assert direction == ("rtl" if language == "ar" else "ltr")


def sign_in(page: Page, url: str, email: str, *, to: str = "/home") -> None:
    """In any language."""
    page.goto(f"{url}/sign-in?to={to}")
    page.locator("input[autocomplete=username]").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    send(page)
    page.wait_for_url(url + to, timeout=BACK_MS)


def register(page: Page, url: str, email: str, *, to: str = "/home") -> None:
    """Send the form that is filled in. If an answer came too late, the account is there already."""
    if send(page):
        sign_in(page, url, email, to=to)
    page.wait_for_url(url + to, timeout=BACK_MS)


def send(page: Page) -> bool:
    """Send the form, again while hashing takes longer than a page waits; whether it is refused."""
    refusal = page.get_by_role("alert").filter(has_text=re.compile(r"\S"))
    signed_in = page.locator("a.brand[href='/home']")
    for _ in range(TRIES):
        page.locator("form button.primary").click()
        expect(page.locator("form [aria-disabled=true]")).to_have_count(0, timeout=BACK_MS)
        expect(signed_in.or_(refusal)).to_be_visible(timeout=BACK_MS)
        if not refusal.is_visible() or refusal.inner_text() not in NO_ANSWER:
            break
    return refusal.is_visible()


def said(words: dict[str, Any], word: str, /, **parameters: str) -> str:
    """A sentence of the pages, with its parameters."""
    text = str(words[word])
    for parameter, value in parameters.items():
        text = text.replace(f"{{{parameter}}}", value)
    return text
