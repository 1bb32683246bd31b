"""Numbers, orders and places on a picture: answered and authored in Chromium without a server."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.components import mounted
from tests.browser.stage import fits

PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='300' height='200'%3E"
    "%3Crect width='300' height='200' fill='%23ccc'/%3E%3C/svg%3E"
)
ANSWER = """async (question) => {
  const { render } = await import("preact");
  const { html } = await import("/app/html.js");
  const { showLanguage } = await import("/app/locale.js");
  const { AnswerForm } = await import("/assessments/live/answer-form.js");
  const { Asked } = await import("/assessments/live/asked.js");
  const { Revealed } = await import("/assessments/live/revealed.js");
  await showLanguage("en");
  const style = document.createElement("link");
  const loaded = new Promise((resolve) => (style.onload = resolve));
  Object.assign(style, { rel: "stylesheet", href: "/assessments/live/live.css" });
  document.head.append(style);
  await loaded;
  const send = (answer) => (window.sent = answer);
  const { order, reveal, own } = question;
  const asked = { question, order, given: null, locked: false, send };
  const after = { question, reveal, given: own };
  render(html`
    <${Asked} question=${question} />
    <${AnswerForm} ...${asked} />
    ${reveal && html`<section><${Revealed} ...${after} /></section>`}`,
    document.getElementById("at"));
}"""
EDIT = """async ([type, loaded]) => {
  const { render } = await import("preact");
  const { html } = await import("/app/html.js");
  const { showLanguage } = await import("/app/locale.js");
  const { AnswerFields } = await import("/assessments/editor/fields/answer-fields.js");
  const { emptyForm, formOf } = await import("/assessments/editor/form.js");
  const { inputOf, lacksOf } = await import("/assessments/editor/input.js");
  await showLanguage("en");
  for (const href of ["/assessments/live/live.css", "/assessments/editor/editor.css"]) {
    const style = document.createElement("link");
    const loaded = new Promise((resolve) => (style.onload = resolve));
    Object.assign(style, { rel: "stylesheet", href });
    document.head.append(style);
    await loaded;
  }
  const { useState } = await import("preact/hooks");
  let form;
  window.input = () => inputOf(form);
  window.lacks = () => lacksOf(form);
  function Editor() {
    const [edited, edit] = useState({ ...emptyForm("k", type), text: "?", ...loaded });
    form = edited;
    const change = (tag, part) => edit((before) => ({ ...before, ...part }));
    return html`<h1>A question</h1><${AnswerFields} form=${edited} change=${change} />`;
  }
  render(html`<${Editor} />`, document.getElementById("at"));
}"""
ITEMS = [{"id": 0, "text": "whale"}, {"id": 1, "text": "mouse"}, {"id": 2, "text": "cat"}]
ORDERING = {"liveQuizId": "g", "index": 0, "questionType": "ordering", "text": "By size"}
HOTSPOT = {
    "liveQuizId": "g",
    "index": 0,
    "questionType": "hotspot",
    "text": "Where is it?",
    "mediaUrl": PICTURE,
    "mediaAlt": "A map",
    "marks": 2,
}


def answering(chromium: Browser, client_errors: list[str], question: dict[str, Any]) -> Page:
    """On a phone."""
    phone = {"width": 390, "height": 780}
    return mounted(chromium, client_errors, ANSWER, question, viewport=phone)


def editing(chromium: Browser, client_errors: list[str], type_: str, **loaded: Any) -> Page:
    return mounted(chromium, client_errors, EDIT, [type_, loaded])


def test_items_are_put_in_order_by_the_keyboard(
    chromium: Browser, client_errors: list[str]
) -> None:
    question = {**ORDERING, "options": ITEMS, "order": [1, 0, 2]}
    page = answering(chromium, client_errors, question)
    items = page.locator(".sortable > li .grow")
    expect(items).to_contain_text(["mouse", "whale", "cat"])
    down = page.get_by_role("button", name="Move down: whale")
    down.focus()
    page.keyboard.press("Enter")
    expect(items).to_contain_text(["mouse", "cat", "whale"])
    expect(down).to_be_focused()
    assert_accessible(page)
    page.get_by_role("button", name="Send answer").click()
    assert page.evaluate("window.sent") == [1, 2, 0]
    assert fits(page)
    page.close()


def test_an_order_that_is_right_already_is_sent_as_it_stands_and_revealed(
    chromium: Browser, client_errors: list[str]
) -> None:
    reveal = {"correct": [1, 2, 0], "counts": {}}
    question = {**ORDERING, "options": ITEMS, "reveal": reveal, "own": [0, 1, 2]}
    page = answering(chromium, client_errors, question)
    page.get_by_role("button", name="Send answer").click()
    assert page.evaluate("window.sent") == [0, 1, 2]
    expect(page.locator(".revealed-order li")).to_contain_text(["mouse", "cat", "whale"])
    expect(page.locator(".revealed-order li").first).to_contain_text("2.")
    page.close()


def test_a_number_says_whether_its_unit_is_wanted(
    chromium: Browser, client_errors: list[str]
) -> None:
    question = {
        "liveQuizId": "g",
        "index": 0,
        "questionType": "numeric",
        "text": "How tall?",
        "unitRequired": True,
    }
    page = answering(chromium, client_errors, question)
    field = page.get_by_label("Your answer")
    expect(field).to_have_accessible_description("Write the unit too.")
    field.fill("1.8 m")
    page.keyboard.press("Enter")
    assert page.evaluate("window.sent") == "1.8 m"
    page.close()


def test_places_are_marked_by_the_keyboard_alone(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = answering(chromium, client_errors, HOTSPOT)
    expect(page.get_by_role("img", name="A map")).to_have_count(1)
    page.get_by_role("button", name="Set a mark").focus()
    page.keyboard.press("Enter")
    mark = page.locator("[data-mark='0']")
    expect(mark).to_be_focused()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(mark).to_have_accessible_name("Mark 1: 48% from the left, 49.1% from the top")
    page.get_by_role("button", name="Set a mark").press("Enter")
    expect(page.get_by_role("button", name="Set a mark")).to_have_count(0)
    page.keyboard.press("Delete")
    expect(mark).to_be_focused()
    assert_accessible(page)
    page.get_by_role("button", name="Send answer").click()
    assert page.evaluate("window.sent") == [4_800, 4_910]
    page.close()


def test_places_are_marked_by_tapping_and_shown_with_what_was_right(
    chromium: Browser, client_errors: list[str]
) -> None:
    places = [
        {"type": "ellipse", "name": "Here", "x": 5000, "y": 5000, "radius_x": 900, "radius_y": 900},
        {"type": "polygon", "name": "", "corners": [[0, 0], [900, 0], [0, 900]]},
    ]
    reveal = {"correct": [5000, 5000], "places": places, "counts": {}}
    page = answering(
        chromium, client_errors, {**HOTSPOT, "marks": 1, "reveal": reveal, "own": [100, 100]}
    )
    picture = page.locator(".places-answer .places")
    box = picture.bounding_box()
    assert box is not None
    picture.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    picture.click(position={"x": box["width"] / 2, "y": box["height"] / 4})  # the same mark
    page.get_by_role("button", name="Send answer").click()
    x, y = page.evaluate("window.sent")
    assert abs(x - 5_000) < 60
    assert abs(y - 2_500) < 60
    shown = page.locator("section")
    expect(shown.locator("ellipse, polygon")).to_have_count(2)
    expect(
        shown.get_by_role("img", name="Mark 1: 1% from the left, 1% from the top")
    ).to_be_visible()
    expect(shown).to_contain_text("Here")
    assert fits(page)
    page.close()


def test_places_are_drawn_on_the_picture_and_set_by_their_numbers(
    chromium: Browser, client_errors: list[str]
) -> None:
    picture = {"mediaUrl": PICTURE, "mediaAlt": "A map"}
    page = editing(chromium, client_errors, "HOTSPOT", **picture)
    assert page.evaluate("window.lacks()") == ["quiz.lacks_places"]
    canvas = page.locator(".places-canvas")
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    expect(canvas.locator("ellipse")).to_have_count(1)
    page.get_by_label("Shape").select_option("rectangle")
    page.get_by_role("button", name="Add this shape").click()
    place = page.get_by_role("group", name="Place 2")
    place.get_by_label("Begin: from the left").fill("12.5")
    place.get_by_label("What is there").fill("A lake")
    assert_accessible(page)
    [circle, rectangle] = page.evaluate("window.input().answer.hotspot.places")
    ellipse = circle["ellipse"]
    assert abs(ellipse["radiusX"] - 1_000) < 60
    assert abs(ellipse["radiusY"] / ellipse["radiusX"] - box["width"] / box["height"]) < 0.02
    assert rectangle["rectangle"]["left"] == 1_250
    assert rectangle["rectangle"]["name"] == "A lake"
    assert page.evaluate("window.lacks()") == []
    page.close()


def test_a_polygon_is_drawn_corner_by_corner(chromium: Browser, client_errors: list[str]) -> None:
    page = editing(chromium, client_errors, "HOTSPOT", mediaUrl=PICTURE, mediaAlt="A map")
    page.get_by_label("Shape").select_option("polygon")
    canvas = page.locator(".places-canvas")
    for x, y in ((20, 20), (120, 20), (20, 90)):
        canvas.click(position={"x": x, "y": y})
    page.get_by_role("button", name="Finish the polygon").click()
    [place] = page.evaluate("window.input().answer.hotspot.places")
    assert len(place["polygon"]["corners"]) == 3
    page.close()


def test_numbers_and_units_are_written_in_the_editor(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = editing(chromium, client_errors, "NUMERIC")
    assert page.evaluate("window.lacks()") == ["quiz.lacks_number"]
    first = page.get_by_role("group", name="Number 1")
    first.get_by_label("Number").fill("9.81")
    first.get_by_label("May differ by").fill("0.05")
    page.get_by_role("button", name="Add a number").click()
    second = page.get_by_role("group", name="Number 2")
    second.get_by_label("Kind").select_option("range")
    second.get_by_label("From").fill("9")
    second.get_by_label("To", exact=True).fill("10")
    second.get_by_label("Share of the points").fill("50")
    page.get_by_role("button", name="Add a unit").click()
    page.get_by_label("Unit 1", exact=True).last.fill("m/s²")
    page.get_by_label("The unit must be there").check()
    assert_accessible(page)
    assert page.evaluate("window.input().answer.numeric") == {
        "answers": [
            {"weight": 100_000, "number": 9.81, "tolerance": 0.05, "percent": False},
            {"weight": 50_000, "low": 9, "high": 10},
        ],
        "units": [{"name": "m/s²", "factor": 1}],
        "unitRequired": True,
        "unitPenalty": 100_000,
    }
    page.close()


def test_items_are_written_and_moved_in_the_editor(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = editing(chromium, client_errors, "ORDERING")
    assert page.evaluate("window.lacks()") == ["quiz.lacks_items"]
    page.get_by_label("Item 1", exact=True).fill("cat")
    page.get_by_label("Item 2", exact=True).fill("mouse")
    page.get_by_role("button", name="Move up: mouse").click()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowUp")
    assert_accessible(page)
    assert page.evaluate("window.input().answer.ordering.items") == ["mouse", "cat"]
    page.close()
