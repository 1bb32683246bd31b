"""Lessons go from one module to another, by the mouse and by the keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.test_browser_courses import DESK, OpenPage, make_course, opened, sign_in
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import EDUCATOR, StoaServer

__all__ = ["opened"]
pytestmark = [pytest.mark.browser, pytest.mark.heavy]

LESSONS = "query ($c: ID!) { course(id: $c) { modules { lessons { title } } } }"


@pytest.fixture
def editor(opened: OpenPage, stoa_server: StoaServer) -> tuple[Page, str]:
    """The curriculum of a course with a lesson in each of three parts, and its id."""
    page = opened(DESK)
    course = make_course(stoa_server, "Lessons that move")
    sign_in(page, stoa_server, EDUCATOR)
    page.goto(f"{stoa_server.url}/courses/{course}/edit/curriculum")
    expect(page.get_by_role("list", name="Lessons of Part 3")).to_be_visible()
    return page, course


def kept(server: StoaServer, course: str) -> list[list[str]]:
    found = graphql(server, LESSONS, token_of(server), c=course)["course"]["modules"]
    return [[lesson["title"] for lesson in module["lessons"]] for module in found]


def shown(page: Page) -> list[list[str]]:
    lists = [page.get_by_role("list", name=f"Lessons of Part {n}", exact=True) for n in (1, 2, 3)]
    return [each.locator(".title-button").all_inner_texts() for each in lists]


def draw(page: Page, lesson: str, to: str, *, above: bool) -> None:
    """Press the grip of a lesson and draw it above or below another."""
    grip = page.locator(".module li", has_text=lesson).locator(".grip")
    grip.scroll_into_view_if_needed()
    start = grip.bounding_box()
    assert start is not None
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    end = page.locator(".module li", has_text=to).bounding_box()
    assert end is not None
    y = end["y"] + (4 if above else end["height"] - 4)
    page.mouse.move(start["x"] + 14, y, steps=12)


def test_a_lesson_is_dragged_into_another_module(
    editor: tuple[Page, str], stoa_server: StoaServer
) -> None:
    page, course = editor
    draw(page, "Lesson 1", "Lesson 2", above=True)
    expect(page.get_by_role("list", name="Lessons of Part 2")).to_have_class("sortable receives")
    with page.expect_response("**/graphql"):
        page.mouse.up()
    moved = [[], ["Lesson 1", "Lesson 2"], ["Lesson 3"]]
    assert shown(page) == moved
    expect(page.locator(".receives, .line-before, .line-after")).to_have_count(0)
    expect(
        page.get_by_text("This module has no lesson yet.").or_(page.get_by_text("No lesson"))
    ).to_have_count(1)
    page.reload()
    expect(page.get_by_role("button", name="Lesson 1", exact=True)).to_be_visible()
    assert shown(page) == kept(stoa_server, course) == moved
    draw(page, "Lesson 3", "Lesson 2", above=False)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert shown(page) == moved
    with page.expect_response("**/graphql"):
        draw(page, "Lesson 3", "Lesson 2", above=False)
        page.mouse.up()
    expect(
        page.get_by_role("list", name="Lessons of Part 2").get_by_role("listitem")
    ).to_have_count(3)
    assert shown(page) == [[], ["Lesson 1", "Lesson 2", "Lesson 3"], []]
    assert_accessible(page)


def test_a_lesson_goes_on_into_the_next_module_by_keyboard(
    editor: tuple[Page, str], stoa_server: StoaServer
) -> None:
    page, course = editor
    down = page.get_by_role("button", name="Move down: Lesson 1")
    with page.expect_response("**/graphql"):
        down.press("Enter")
    expect(down).to_be_focused()
    assert shown(page) == [[], ["Lesson 1", "Lesson 2"], ["Lesson 3"]]
    expect(page.get_by_text("Lesson 1 is now number 1 of Part 2.")).to_be_attached()
    # Faster than the server answers: what it said of the move before is not shown again.
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(down).to_be_focused()
    assert shown(page) == [[], ["Lesson 2"], ["Lesson 1", "Lesson 3"]]
    page.wait_for_load_state("networkidle")
    assert shown(page) == [[], ["Lesson 2"], ["Lesson 1", "Lesson 3"]]
    page.keyboard.press("Enter")
    expect(down).to_have_attribute("aria-disabled", "true")
    up = page.get_by_role("button", name="Move up: Lesson 2")
    up.press("Enter")
    expect(up).to_be_focused()
    expect(up).to_have_attribute("aria-disabled", "true")
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.get_by_role("button", name="Lesson 1", exact=True)).to_be_visible()
    assert shown(page) == kept(stoa_server, course) == [["Lesson 2"], [], ["Lesson 3", "Lesson 1"]]
