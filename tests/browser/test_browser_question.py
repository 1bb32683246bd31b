"""The fields of a question by themselves, in Chromium without a server."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from playwright.sync_api import Browser, Page, expect

from actors.assessments.formatting import render
from actors.markup import UnboundedMarkup
from protocol.assessments.formats import TextFormat
from tests.actors.assessments.test_formatting import VECTORS
from tests.browser.accessibility import assert_accessible
from tests.browser.components import mounted
from tests.browser.stage import fits

OPTIONS = [{"id": n, "text": text} for n, text in enumerate(("4", "6", "8", "9"))]
QUESTION = {
    "liveQuizId": "g",
    "index": 0,
    "questionType": "multiple_choice",
    "text": "Which are prime?",
    "options": OPTIONS,
}
MOUNT = """async ([question, given]) => {
  const { render } = await import("preact");
  const { html } = await import("/app/html.js");
  const { showLanguage } = await import("/app/locale.js");
  const { AnswerForm } = await import("/assessments/live/answer-form.js");
  const { Asked, Explanation } = await import("/assessments/live/asked.js");
  const { Revealed } = await import("/assessments/live/revealed.js");
  await showLanguage("en");
  const send = (answer) => (window.sent = answer);
  const reveal = { correct: [], counts: {}, ...question.reveal };
  const parts = html`
    <${Asked} question=${question} />
    <${AnswerForm} question=${question} given=${given} locked=${false} send=${send} />
    <section>
      <${Explanation} reveal=${reveal} />
      <${Revealed} question=${question} reveal=${reveal} given=${question.own ?? null} />
    </section>`;
  render(parts, document.getElementById("at"));
}"""
SHOW = """async (shown) => {
  const { sanitised } = await import("/text/sanitised.js");
  window.alert = () => (window.alerted = true);
  const at = document.getElementById("at");
  at.replaceChildren();
  for (const html of shown) at.append(sanitised(html));
  for (const each of document.querySelectorAll("#at *")) {
    for (const event of ["click", "focus", "pointerover", "error", "load", "toggle"]) {
      each.dispatchEvent(new Event(event, { bubbles: true, cancelable: true }));
    }
  }
}"""


def shown(chromium: Browser, client_errors: list[str], question: dict[str, Any]) -> Page:
    """On a phone."""
    phone = {"width": 390, "height": 780}
    return mounted(chromium, client_errors, MOUNT, [question, None], viewport=phone)


def test_none_of_the_options_can_be_answered_where_the_question_allows_it(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = shown(chromium, client_errors, {**QUESTION, "multiple": True, "noneAllowed": True})
    send = page.locator("button.primary")
    expect(send).to_have_text("None of these")
    page.locator("button[data-option='2']").click()
    expect(send).to_have_text("Send answer")
    page.locator("button[data-option='2']").click()
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
    expect(page.get_by_role("button", name="Send answer")).to_be_disabled()
    assert page.evaluate("document.querySelector('button.primary').click(), window.sent") is None
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
    page.get_by_role("button", name="1: 103 (triangle)").click()
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
    page.get_by_role("button", name="Send answer").click()
    assert page.evaluate("window.sent") == ["1+1", "2+2"]
    page.close()


def test_blanks_that_the_formatted_text_has_not_stand_in_the_plain_one(
    chromium: Browser, client_errors: list[str]
) -> None:
    question = {"questionType": "fill_blank", "text": "____ a", "textHtml": "<b>a</b>", "blanks": 1}
    page = shown(chromium, client_errors, question)
    page.locator(".blanks input").fill("x")
    page.get_by_role("button", name="Send answer").click()
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
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_role("alert")).to_have_text("Something is still missing in your answer.")
    expect(page.get_by_label("CO")).to_be_focused()
    assert page.evaluate("window.sent") is None
    page.get_by_label("CO").select_option("<gas>")
    page.get_by_role("button", name="Send answer").click()
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
    page.evaluate("() => import('/text/sanitised.js').then(() => {})")
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


def test_code_keeps_its_indentation_and_formulas_are_drawn(
    chromium: Browser, client_errors: list[str]
) -> None:
    code = "What prints $x^2$?\nfor x in y:\n    print(x)"
    options = [{"id": 0, "text": "$\\frac{1}{2}$"}, {"id": 1, "text": "  two"}]
    page = shown(chromium, client_errors, {**QUESTION, "text": code, "options": options})
    text = page.locator(".question-text .rich")
    expect(text.locator(".katex").first).to_be_visible()
    expect(text).to_have_css("white-space", "pre-wrap")
    assert "\n    print(x)" in text.inner_text()
    expect(page.locator("button[data-option='0'] .katex").first).to_be_visible()
    assert_accessible(page)
    page.close()


def test_the_reveal_of_pairs_shows_what_one_chose_oneself(
    chromium: Browser, client_errors: list[str]
) -> None:
    question = {
        "liveQuizId": "g",
        "index": 0,
        "questionType": "matching",
        "text": "Match",
        "prompts": ["H₂O", "CO"],
        "options": [{"id": 0, "text": "gas"}, {"id": 1, "text": "water"}, {"id": 2, "text": "ice"}],
        "reveal": {"correct": [1, 0]},
        "own": [2, 0],
    }
    page = shown(chromium, client_errors, question)
    wrong, right = page.locator(".pairs").get_by_role("listitem").all()
    expect(wrong.locator("s")).to_have_text("ice")
    expect(wrong.locator(".pair.right")).to_contain_text("water")
    expect(right.locator("s")).to_have_count(0)
    expect(right.locator(".pair.right")).to_contain_text("gas")
    page.close()


def test_what_was_typed_is_there_after_a_reload(
    chromium: Browser, client_errors: list[str]
) -> None:
    question = {**QUESTION, "questionType": "short_answer", "options": []}
    page = shown(chromium, client_errors, question)
    page.get_by_label("Your answer").fill("half an ans")
    page.reload()
    page.evaluate(MOUNT, [question, None])
    expect(page.get_by_label("Your answer")).to_have_value("half an ans")
    page.evaluate(MOUNT, [{**question, "index": 1}, None])  # the next question begins empty
    expect(page.get_by_label("Your answer")).to_have_value("")
    page.close()


COUNT = """async (seconds) => {
  const { render } = await import("preact");
  const { html } = await import("/app/html.js");
  const { Countdown } = await import("/assessments/live/countdown.js");
  const { showLanguage } = await import("/app/locale.js");
  await showLanguage("en");
  const began = Date.now();
  const time = { opensAt: began, closesAt: began + seconds * 1000 };
  const now = () => Date.now() + (window.slept ?? 0);
  window.draw = (held) => render(html`<${Countdown} ...${{ time, now, held }} />`, at);
  const at = document.getElementById("at");
  window.draw(false);
  const bar = document.querySelector(".countdown .left");
  window.changes = 0;
  const count = (list) => { window.changes += list.length; };
  new MutationObserver(count).observe(bar, { attributes: true });
  window.share = () => new DOMMatrix(getComputedStyle(bar).transform).a;
}"""


def test_a_countdown_goes_on_without_scripts_between_two_seconds(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = mounted(chromium, client_errors, COUNT, 30)
    seconds = page.locator(".seconds")
    page.wait_for_function("document.getAnimations().length === 1 && window.share() < 0.999")
    expect(seconds).to_have_text("28")
    assert page.evaluate("window.changes") <= 6  # two seconds, and the first drawing
    page.evaluate("window.slept = 15_000")  # the clock goes on in a sleeping machine
    expect(seconds).to_have_text(re.compile("1[0-3]"))
    page.wait_for_function("window.share() < 0.45")
    page.evaluate("window.draw(true)")  # nobody knows the time without a connection
    page.wait_for_function("document.getAnimations().length === 0")
    stood = page.evaluate("window.share()")
    assert 0.1 < stood < 0.45
    assert page.evaluate("new Promise(requestAnimationFrame).then(() => window.share())") == stood


def test_a_picture_has_the_words_of_its_author(chromium: Browser, client_errors: list[str]) -> None:
    picture = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAAC"
    for words, alt in (("A temple", "A temple"), (None, "Picture of the question")):
        question = {**QUESTION, "mediaUrl": picture, "mediaAlt": words}
        page = shown(chromium, client_errors, question)
        expect(page.get_by_role("img", name=alt, exact=True)).to_be_visible()
        page.close()
