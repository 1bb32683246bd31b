"""Forms whose record somebody else changes at the same time: neither loses work unseen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.stage import fits
from tests.browser.test_browser_courses import (
    DESK,
    PHONE,
    OpenPage,
    at_details,
    make_course,
    opened,
    sign_in,
)
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import EDUCATOR, StoaServer

__all__ = ["opened"]
pytestmark = [pytest.mark.browser, pytest.mark.heavy]

COURSE = "query ($c: ID!) { course(id: $c) { title category modules { id title lessons { id title"
COURSE += " contentText prerequisites { id } } } } }"
UPDATE = "mutation ($c: ID!, $i: UpdateCourseInput!) { updateCourse(id: $c, input: $i) { id } }"
UPDATE_LESSON = (
    "mutation ($l: ID!, $i: UpdateLessonInput!) { updateLesson(id: $l, input: $i) { id } }"
)
UPDATE_MODULE = (
    "mutation ($m: ID!, $i: UpdateModuleInput!) { updateModule(id: $m, input: $i) { id } }"
)
UPDATE_PROFILE = "mutation ($i: UpdateProfileInput!) { updateProfile(input: $i) { bio } }"


def state_of(server: StoaServer, course: str) -> dict[str, Any]:
    found: dict[str, Any] = graphql(server, COURSE, token_of(server), c=course)["course"]
    return found


def conflict_of(page: Page) -> Locator:
    return page.get_by_role("alert", name="Two versions")


def test_changes_of_different_fields_are_both_kept_without_a_question(
    opened: OpenPage, stoa_server: StoaServer
) -> None:
    page = opened(DESK)
    course = at_details(page, stoa_server, "Two at one course")
    page.get_by_label("Title").fill("A better title")
    graphql(stoa_server, UPDATE, token_of(stoa_server), c=course, i={"category": "music"})
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="A better title", level=1)).to_be_visible()
    expect(conflict_of(page)).to_have_count(0)
    expect(page.get_by_label("Category")).to_have_value("music")
    now = state_of(stoa_server, course)
    assert (now["title"], now["category"]) == ("A better title", "music")


def test_two_versions_of_one_field_stand_beside_each_other(
    opened: OpenPage, stoa_server: StoaServer
) -> None:
    page = opened(PHONE)
    course = at_details(page, stoa_server, "Two at one field")
    page.get_by_label("Title").fill("Mine")
    page.get_by_label("Category").fill("my category")
    theirs = {"title": "Theirs", "category": "their category"}
    graphql(stoa_server, UPDATE, token_of(stoa_server), c=course, i=theirs)
    page.get_by_role("button", name="Save").click()
    conflict = conflict_of(page)
    expect(conflict.get_by_role("group", name="Title")).to_contain_text("Theirs")
    expect(conflict.get_by_role("group", name="Title")).to_contain_text("Mine")
    assert_accessible(page)
    assert fits(page)
    assert state_of(stoa_server, course)["title"] == "Theirs"
    page.reload()  # the decision can wait
    title = conflict.get_by_role("group", name="Title")
    title.get_by_role("button", name="Keep yours").press("Enter")
    expect(title).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body")
    conflict.get_by_role("button", name="Take the other one").press("Enter")
    expect(conflict).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body")
    expect(page.get_by_label("Category")).to_have_value("their category")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Mine", level=1)).to_be_visible()
    now = state_of(stoa_server, course)
    assert (now["title"], now["category"]) == ("Mine", "their category")


def test_texts_of_a_lesson_and_of_a_module_are_not_overwritten(
    opened: OpenPage, stoa_server: StoaServer
) -> None:
    page = opened(DESK)
    course = make_course(stoa_server, "Two at one lesson")
    module = state_of(stoa_server, course)["modules"][0]
    lesson = module["lessons"][0]
    sign_in(page, stoa_server, EDUCATOR)
    editor = f"{stoa_server.url}/courses/{course}/edit/curriculum"
    page.goto(f"{editor}?lesson={lesson['id']}")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Text").fill("What I wrote")
    token = token_of(stoa_server)
    graphql(stoa_server, UPDATE_LESSON, token, l=lesson["id"], i={"contentText": "Theirs"})
    dialog.get_by_role("button", name="Save").click()
    conflict = conflict_of(page)
    expect(conflict.get_by_role("group", name="Text")).to_contain_text("What I wrote")
    expect(conflict).to_contain_text("Theirs")
    assert_accessible(page)
    conflict.get_by_role("button", name="Keep yours").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    assert state_of(stoa_server, course)["modules"][0]["lessons"][0]["contentText"] == (
        "What I wrote"
    )
    page.goto(f"{editor}?module={module['id']}")
    dialog.get_by_label("Title").fill("My part")
    graphql(stoa_server, UPDATE_MODULE, token, m=module["id"], i={"title": "Their part"})
    dialog.get_by_role("button", name="Save").click()
    conflict.get_by_role("button", name="Take the other one").click()
    expect(dialog.get_by_label("Title")).to_have_value("Their part")


def test_a_profile_is_not_overwritten_by_another_window(
    opened: OpenPage, stoa_server: StoaServer
) -> None:
    page = opened(DESK)
    sign_in(page, stoa_server, EDUCATOR)
    page.goto(f"{stoa_server.url}/settings/profile")
    page.get_by_label("About you").fill("Written here")
    graphql(stoa_server, UPDATE_PROFILE, token_of(stoa_server), i={"bio": "Written there"})
    page.get_by_role("button", name="Save").click()
    conflict = conflict_of(page)
    expect(conflict).to_contain_text("Written there")
    assert_accessible(page)
    conflict.get_by_role("button", name="Keep yours").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved").first).to_be_visible()
    page.goto(f"{stoa_server.url}/settings/preferences")
    page.get_by_label("Time zone").select_option("Europe/Paris")
    there = {"language": "de", "mutedEmails": ["GRADES"]}
    graphql(stoa_server, UPDATE_PROFILE, token_of(stoa_server), i=there)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Sprache", exact=True)).to_have_value("de")
    query = "{ me { profile { timezone language mutedEmails bio } } }"
    assert graphql(stoa_server, query, token_of(stoa_server))["me"]["profile"] == {
        "timezone": "Europe/Paris",
        "language": "de",
        "mutedEmails": ["GRADES"],
        "bio": "Written here",
    }
