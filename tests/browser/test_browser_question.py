"""The fields of a question by themselves, in Chromium without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, expect

import gateway
from tests.browser.stage import fits, watch

WEB = Path(gateway.__file__).parent / "web"
ORIGIN = "http://stoa.test"
PAGE = '<link rel="stylesheet" href="/style.css"><main id="at"></main>'
OPTIONS = [{"id": n, "text": text} for n, text in enumerate(("4", "6", "8", "9"))]
QUESTION = {"questionType": "multiple_choice", "text": "Which are prime?", "options": OPTIONS}
MOUNT = """async ([question, given]) => {
  const { answerForm, revealedTiles } = await import("/question.js");
  const send = (answer) => (window.sent = answer);
  const form = answerForm(question, [], { given, locked: false, send });
  const reveal = { correct: [], counts: {} };
  document.getElementById("at").replaceChildren(form, revealedTiles(question, [], reveal, given));
}"""


def serve(route: Route) -> None:
    name = route.request.url.removeprefix(f"{ORIGIN}/")
    if name:
        route.fulfill(path=WEB / name)
    else:
        route.fulfill(body=PAGE, content_type="text/html")


def shown(chromium: Browser, client_errors: list[str], question: dict[str, Any]) -> Page:
    """On a phone."""
    page = watch(chromium.new_page(viewport={"width": 390, "height": 780}), client_errors)
    page.route("**/*", serve)
    page.goto(f"{ORIGIN}/")
    page.evaluate(MOUNT, [question, None])
    return page


def test_none_of_the_options_can_be_answered_where_the_question_allows_it(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = shown(chromium, client_errors, {**QUESTION, "multiple": True, "noneAllowed": True})
    send = page.locator("#send")
    expect(send).to_have_text("None of these")
    page.locator("[data-option='2']").first.click()
    expect(send).to_have_text("Send answer")
    page.locator("[data-option='2']").first.click()
    expect(send).to_have_text("None of these")
    send.click()
    assert page.evaluate("window.sent") == []
    expect(page.locator(".explanation")).to_have_text("None of these ✓")
    assert fits(page)
    page.close()


def test_an_empty_choice_cannot_be_sent_otherwise(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = shown(chromium, client_errors, {**QUESTION, "multiple": True, "noneAllowed": False})
    expect(page.locator("#send")).to_be_disabled()
    expect(page.locator("#send")).to_have_text("Send answer")
    page.close()
