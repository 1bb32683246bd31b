"""Leaving a page with something that is not sent: it is kept and said so, or it is asked first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.stage import BACK_MS, wait_until_kept, watch
from tests.browser.test_browser_courses import make_course
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

KEPT = "It is kept in this browser"
NO_ROOM = "this browser has no room to keep it"
FILL = """() => {
    // As full as it gets: by halves, until not one more character has room.
    for (let length = 8 * 2 ** 20, n = 0; length >= 1; ) {
        try { localStorage.setItem(`full.${n++}`, "x".repeat(length)); } catch { length /= 2; }
    }
}"""
LESSONS = "{ myCourses(first: 20) { nodes { modules { lessons { id type } } } } }"
CREATE = """mutation ($l: ID!) { createQuiz(lessonId: $l,
    input: {settings: {title: "Left"}, questions: [{type: TRUE_FALSE, questionText: "Is it so?",
    answer: {trueFalse: true}}]}) { id } }"""


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.fixture
def teacher(context: BrowserContext, stoa_server: StoaServer, client_errors: list[str]) -> Page:
    """Signed in, on the page of all courses, from the own one."""
    page = watch(context.new_page(), client_errors)
    page.goto(f"{stoa_server.url}/sign-in")
    page.get_by_label("E-mail").fill(EDUCATOR)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/home")
    page.get_by_role("link", name="Courses", exact=True).click()
    expect(page.get_by_role("heading", name="Courses", level=1)).to_be_visible()
    return page


@pytest.fixture
def quiz(stoa_server: StoaServer) -> str:
    """The address of a quiz of one question, in the editor."""
    token = token_of(stoa_server)
    courses = graphql(stoa_server, LESSONS, token)["myCourses"]["nodes"]
    modules = [module for course in courses for module in course["modules"]]
    lessons = [lesson for module in modules for lesson in module["lessons"]]
    [lesson, *_] = [lesson["id"] for lesson in lessons if lesson["type"] == "QUIZ"]
    made = graphql(stoa_server, CREATE, token, l=lesson)["createQuiz"]["id"]
    return f"/quizzes/{made}/edit"


def visit(page: Page, path: str) -> None:
    """Within the application, as a link does."""
    link = """(path) => {
        const link = Object.assign(document.createElement("a"), { href: path });
        document.body.append(link); link.click(); link.remove(); }"""
    page.evaluate(link, path)


def test_a_form_that_is_left_is_kept_and_says_so(teacher: Page, stoa_server: StoaServer) -> None:
    page = teacher
    visit(page, "/courses/new")
    page.get_by_label("Title").fill("Half a course")
    page.go_back()
    expect(page.get_by_role("region", name="Messages")).to_contain_text(KEPT)
    expect(page).to_have_url(f"{stoa_server.url}/courses")
    page.go_forward()
    expect(page.get_by_label("Title")).to_have_value("Half a course")
    expect(page.get_by_text("This is what you had typed and not saved.")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    visit(page, "/courses")
    expect(page.get_by_role("heading", name="Courses", level=1)).to_be_visible()
    expect(page.get_by_text(KEPT)).to_have_count(1)  # the first time alone


def test_a_dialog_that_is_closed_keeps_what_was_typed(
    teacher: Page, stoa_server: StoaServer
) -> None:
    page = teacher
    visit(page, f"/courses/{make_course(stoa_server, 'Dialogs', modules=1)}/edit/curriculum")
    page.get_by_role("button", name="Add a module").click()
    page.get_by_role("dialog").get_by_label("Title").fill("Half a module")
    page.keyboard.press("Escape")
    expect(page.get_by_text(KEPT).first).to_be_visible()
    page.get_by_role("button", name="Add a module").click()
    expect(page.get_by_role("dialog").get_by_label("Title")).to_have_value("Half a module")


def test_what_cannot_be_kept_is_asked_for_whichever_way_one_leaves(
    teacher: Page, stoa_server: StoaServer
) -> None:
    page = teacher
    visit(page, "/courses/new")
    title = page.get_by_label("Title")
    expect(title).to_be_visible()
    page.evaluate(FILL)
    title.fill("Nowhere to keep this")
    question = page.get_by_role("alertdialog", name="Leave this page?")

    page.go_back()
    expect(question).to_contain_text(NO_ROOM)
    expect(question.get_by_role("button", name="Stay")).to_be_focused()
    assert_accessible(page)
    expect(page).to_have_url(f"{stoa_server.url}/courses/new")
    page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    expect(title).to_have_value("Nowhere to keep this")
    assert page.evaluate("document.activeElement !== document.body")

    page.get_by_role("link", name="Games").click()
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(title).to_have_value("Nowhere to keep this")

    page.go_back()
    question.get_by_role("button", name="Leave").click()
    expect(page).to_have_url(f"{stoa_server.url}/courses")
    expect(page.get_by_role("heading", name="Courses", level=1)).to_be_visible()
    expect(page.get_by_text(KEPT)).to_have_count(0)  # it is not
    page.go_back()  # nothing is lost by that any more
    expect(page).to_have_url(f"{stoa_server.url}/home")


def test_a_quiz_that_is_left_without_a_server_says_where_the_work_is(
    teacher: Page, context: BrowserContext, stoa_server: StoaServer, quiz: str
) -> None:
    page = teacher
    visit(page, quiz)
    text = page.get_by_label("Question", exact=True)
    expect(text).to_have_value("Is it so?")
    wait_until_kept(page)
    context.set_offline(True)
    text.fill("Is it really so?")
    page.go_back()
    expect(page).to_have_url(f"{stoa_server.url}/courses")
    told = page.get_by_role("region", name="Messages")
    expect(told).to_contain_text("What you wrote is kept in this browser")
    context.set_offline(False)
    page.go_forward()
    expect(text).to_have_value("Is it really so?")
    expect(page.get_by_text("All changes are saved.")).to_be_visible(timeout=BACK_MS)


def test_a_quiz_that_cannot_be_kept_is_not_left_without_a_question(
    teacher: Page, context: BrowserContext, stoa_server: StoaServer, quiz: str
) -> None:
    page = teacher
    visit(page, quiz)
    text = page.get_by_label("Question", exact=True)
    expect(text).to_have_value("Is it so?")
    page.evaluate(FILL)
    wait_until_kept(page)
    context.set_offline(True)
    text.fill("Nobody keeps this")
    expect(page.get_by_text("This browser has no room to keep it.")).to_be_visible()
    page.go_back()
    question = page.get_by_role("alertdialog", name="Leave this page?")
    question.get_by_role("button", name="Stay").click()
    expect(page).to_have_url(stoa_server.url + quiz)
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitem", name="Sign out").click()
    question.get_by_role("button", name="Stay").click()
    context.set_offline(False)
    expect(text).to_have_value("Nobody keeps this")
    expect(page.get_by_text("All changes are saved.")).to_be_visible(timeout=BACK_MS)
    page.go_back()
    expect(page).to_have_url(f"{stoa_server.url}/courses")
