"""A new quiz that begins with a file, of whatever format."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.attempts import School
from tests.browser.stage import fits, watch
from tests.browser.test_browser_results import signed_in
from tests.support.server import EDUCATOR, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

TABLE = """type,question,answer,option 1,option 2
multiple_choice,Which planet has rings?,1,Saturn,Venus
essay,Why do planets not fall into the Sun?,,,
nonsense,What is this?,,,
"""


def test_a_quiz_of_a_lesson_begins_with_a_file(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    page = signed_in(watch(context.new_page(), client_errors), stoa_server.url, EDUCATOR)
    course = School(stoa_server).place["course"]
    page.goto(f"{stoa_server.url}/courses/{course}/edit/curriculum")
    button = page.get_by_role("button", name=re.compile("^New quiz from a file in")).first
    button.scroll_into_view_if_needed()
    assert fits(page)
    assert_accessible(page)
    before = page.get_by_role("link", name=re.compile("quiz", re.IGNORECASE)).count()
    button.click()
    page.get_by_role("dialog", name="Import").get_by_role("button", name="Cancel").click()
    page.wait_for_url("**/edit/curriculum")
    expect(button).to_be_visible()
    assert page.get_by_role("link", name=re.compile("quiz", re.IGNORECASE)).count() == before
    button.click()
    page.wait_for_url(re.compile(r"/quizzes/[^/]+/edit\?open=import"))
    dialog = page.get_by_role("dialog", name="Import")
    dialog.locator("input[type=file]").set_input_files(
        {"name": "planets.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    expect(dialog.get_by_role("status")).to_contain_text("2 questions")
    expect(dialog).to_contain_text("nonsense")
    assert_accessible(page)
    dialog.get_by_role("button", name=re.compile("^Add")).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Which planet has rings?").first).to_be_visible()
    assert "open=" not in page.url
    page.reload()
    expect(page.get_by_role("dialog")).to_have_count(0)
    context.close()
