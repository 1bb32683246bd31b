"""A learner's journey: from the catalogue through all lessons to a certificate to be verified."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.certificates.languages import LANGUAGES
from tests.browser.journeys import SETTINGS, Setting, looked_at, register
from tests.browser.stage import BACK_MS
from tests.browser.test_browser_learner import LESSONS, Course, wait_for_file
from tests.support.server import PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

NAME = "Omar Haddad"


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_a_learner_finds_a_course_completes_it_and_gets_a_certificate(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str], setting: Setting
) -> None:
    course = Course(stoa_server, f"Bridges for {setting}")
    with setting.page(chromium, client_errors) as page:
        find(page, stoa_server, course, setting)
        describe_oneself(page, setting)
        register(page, stoa_server.url, email_of(setting), to=f"/courses/{course.id}")
        page.get_by_role("button", name=setting.words["courses.enrol"], exact=True).click()
        page.get_by_role("link", name=setting.words["courses.begin"]).click()
        read(page, setting)
        take_the_certificate(page, setting, f"Bridges for {setting}")


def find(page: Page, server: StoaServer, course: Course, setting: Setting) -> None:
    words = setting.words
    page.goto(f"{server.url}/courses")
    expect(page.get_by_role("heading", level=1)).to_have_text(words["nav.courses"])
    page.get_by_label(words["courses.find"]).fill(f"Bridges for {setting}")
    page.get_by_role("link", name=f"Bridges for {setting}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Bridges for {setting}")
    looked_at(page)
    page.get_by_role("link", name=words["courses.sign_in_to_enrol"]).click()


def email_of(setting: Setting) -> str:
    return f"omar.{setting}@school.example"


def describe_oneself(page: Page, setting: Setting) -> None:
    words = setting.words
    page.get_by_role("link", name=words["users.register"]).click()
    page.get_by_label(words["users.full_name"]).fill(NAME)
    page.get_by_label(words["users.email"]).fill(email_of(setting))
    page.get_by_label(words["users.password"], exact=True).fill(PASSWORD)
    looked_at(page)


def read(page: Page, setting: Setting) -> None:
    """One lesson after the other, as the page leads."""
    words = setting.words
    done = page.get_by_role("button", name=words["enrollments.mark_done"])
    for lesson, following in zip(LESSONS, (*LESSONS[1:], None), strict=True):
        expect(page.get_by_role("heading", name=lesson, level=1)).to_be_visible()
        expect(page.locator("article .katex").first).to_be_visible()
        looked_at(page)
        done.press("Enter")
        expect(done).to_have_count(0)
        if following:
            page.get_by_role("link", name=f"{words['enrollments.next']}: {following}").click()
    expect(page.get_by_text(words["enrollments.course_completed"])).to_be_visible()


def take_the_certificate(page: Page, setting: Setting, title: str) -> None:
    words = setting.words
    page.get_by_role("link", name=words["enrollments.see_certificate"]).click(timeout=BACK_MS)
    side = "right" if setting.language == "ar" else "left"
    expect(page.get_by_role("heading", name=title)).to_have_css("text-align", side)
    expect(page.get_by_text(NAME)).to_have_css("text-align", side)
    looked_at(page)
    wait_for_file(page, page.get_by_role("listitem").filter(has_text=NAME).locator("dd bdi"))
    with page.expect_download() as download:
        page.get_by_role("button", name=f"{words['certificates.pdf']}: {title}").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name=f"{words['certificates.public_page']}: {title}").click()
    expect(page.get_by_text(LANGUAGES[setting.language].valid)).to_be_visible()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    page.go_back()
    expect(page.get_by_text(NAME)).to_be_visible()
