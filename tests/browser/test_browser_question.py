"""The fields of a question by themselves, in Chromium without a server."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, expect

import gateway
from actors.assessments.formatting import render
from actors.markup import UnboundedMarkup
from protocol.assessments.formats import TextFormat
from tests.actors.assessments.test_formatting import VECTORS
from tests.browser.stage import fits, watch

WEB = Path(gateway.__file__).parent / "web"
ORIGIN = "http://stoa.test"
PAGE = '<link rel="stylesheet" href="/style.css"><main id="at"></main>'
OPTIONS = [{"id": n, "text": text} for n, text in enumerate(("4", "6", "8", "9"))]
QUESTION = {"questionType": "multiple_choice", "text": "Which are prime?", "options": OPTIONS}
MOUNT = """async ([question, given]) => {
  const { answerForm, asked, explanation, revealedTiles } = await import("/question.js");
  const send = (answer) => (window.sent = answer);
  const form = answerForm(question, [], { given, locked: false, send });
  const reveal = { correct: [], counts: {}, ...question.reveal };
  const tiles = revealedTiles(question, [], reveal, given);
  const parts = [asked(question)[0], form, explanation(reveal), tiles].filter(Boolean);
  document.getElementById("at").replaceChildren(...parts);
}"""
SHOW = """async (shown) => {
  const { rich } = await import("/dom.js");
  window.alert = () => (window.alerted = true);
  const at = document.getElementById("at");
  at.replaceChildren();
  for (const html of shown) at.append(...rich(html, ""));
  for (const each of document.querySelectorAll("#at *")) {
    for (const event of ["click", "focus", "pointerover", "error", "load", "toggle"]) {
      each.dispatchEvent(new Event(event, { bubbles: true, cancelable: true }));
    }
  }
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


def test_formatted_texts_are_shown_as_they_were_written(
    chromium: Browser, client_errors: list[str]
) -> None:
    formatted = {
        "textHtml": "Is 2<sup>5</sup> <em>even</em>?<ul><li>a</li></ul>",
        "optionsHtml": ["10<sup>3</sup>", "<b>b</b>", "c", "<p>d</p><p>e</p>"],
        "reveal": {"explanation": "So", "explanationHtml": "<b>So</b>"},
    }
    page = shown(chromium, client_errors, {**QUESTION, **formatted})
    expect(page.get_by_role("heading")).to_contain_text("Is 25 even?")
    expect(page.locator(".question-text sup")).to_have_text("5")
    expect(page.locator("[data-option='0'] .label sup")).to_have_count(2)
    expect(page.locator("[data-option='3'] .label p")).to_have_count(4)
    expect(page.locator(".explanation b").first).to_have_text("So")
    page.get_by_role("button", name="1: 4 (triangle)").first.click()
    assert page.evaluate("window.sent") == [0]
    assert fits(page)
    page.close()


def test_blanks_stand_in_a_formatted_text(chromium: Browser, client_errors: list[str]) -> None:
    question = {
        "questionType": "fill_blank",
        "text": "____ is two and ____ four",
        "textHtml": "<b>____</b> is two<br>and <i>____ four</i>",
        "blanks": 2,
    }
    page = shown(chromium, client_errors, question)
    expect(page.locator(".question-text")).to_contain_text("…… is two")
    page.locator(".blanks b input").fill("1+1")
    page.locator(".blanks i input").fill("2+2")
    page.locator("#send").click()
    assert page.evaluate("window.sent") == ["1+1", "2+2"]
    page.close()


def test_blanks_that_the_formatted_text_has_not_stand_in_the_plain_one(
    chromium: Browser, client_errors: list[str]
) -> None:
    question = {"questionType": "fill_blank", "text": "____ a", "textHtml": "<b>a</b>", "blanks": 1}
    page = shown(chromium, client_errors, question)
    page.locator(".blanks input").fill("x")
    page.locator("#send").click()
    assert page.evaluate("window.sent") == ["x"]
    page.close()


def test_prompts_are_formatted_and_matches_plain(
    chromium: Browser, client_errors: list[str]
) -> None:
    question = {
        "questionType": "matching",
        "text": "Match",
        "prompts": ["H₂O", "CO"],
        "promptsHtml": ["H<sub>2</sub>O", "CO"],
        "options": [{"id": 0, "text": "<gas>"}, {"id": 1, "text": "water"}],
    }
    page = shown(chromium, client_errors, question)
    expect(page.locator("label sub")).to_have_text("2")
    page.get_by_label("H2O").select_option("water")
    page.get_by_label("CO").select_option("<gas>")
    page.locator("#send").click()
    assert page.evaluate("window.sent") == [1, 0]
    page.close()


def test_known_attacks_do_nothing_in_a_browser_even_without_a_policy(
    chromium: Browser, client_errors: list[str]
) -> None:
    texts = []
    for source in VECTORS:
        for format in TextFormat:
            with suppress(UnboundedMarkup):
                shown_as = render(source, format).formatted
                texts += [shown_as.html] if shown_as else []
    assert len(texts) > len(VECTORS)
    page = shown(chromium, client_errors, QUESTION)
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.evaluate(SHOW, texts)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.alerted") is None
    assert asked_for == []
    assert page.locator("#at :is(script, style, img, iframe, svg, form, input)").count() == 0
    page.close()


def test_long_words_do_not_widen_the_page(chromium: Browser, client_errors: list[str]) -> None:
    word = "https://a.example/" + "x" * 200
    blanks = {"questionType": "fill_blank", "text": f"{word} ____ {word}", "blanks": 1}
    matching = {
        "questionType": "matching",
        "text": word,
        "prompts": [word, "b"],
        "options": [{"id": 0, "text": word}, {"id": 1, "text": "d"}],
    }
    choice = {**QUESTION, "text": word, "options": [{"id": 0, "text": word}]}
    table = "<table><tr>" + "<td>photosynthesis</td>" * 12 + "</tr></table>"
    formatted = {**QUESTION, "textHtml": f"{table}<pre>{word}</pre>", "optionsHtml": [table] * 4}
    for question in (blanks, matching, choice, formatted):
        page = shown(chromium, client_errors, question)
        assert fits(page), question["questionType"]
        page.close()
