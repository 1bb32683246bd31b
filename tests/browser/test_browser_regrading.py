"""A key was wrong: it is corrected for all who answered, and results are released."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.attempts import CLASSMATE, LEARNER, THIRD, Device, School
from tests.browser.journeys import sign_in
from tests.browser.stage import fits, watch
from tests.browser.test_browser_entry import graphql
from tests.browser.waiting import until
from tests.support.server import EDUCATOR, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


def asked(right: int) -> dict[str, Any]:
    return {
        "type": "MULTIPLE_CHOICE",
        "questionText": "Which river flows through Paris?",
        "options": ["Loire", "Seine"],
        "answer": {"choice": {"correct": [right]}},
        "points": 2,
    }


QUESTIONS = "query ($id: ID!) { quiz(id: $id) { questions { id } } }"
CORRECT = """
mutation ($id: ID!, $input: QuestionInput!) { updateQuestion(id: $id, input: $input) { id } }
"""
PROGRESS = """
query ($lesson: ID!) { lesson(id: $lesson) { myProgress { status quizScore } } }
"""


@pytest.fixture(scope="module")
def school(stoa_server: StoaServer) -> School:
    return School(stoa_server)


@pytest.fixture
def page_of(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_page(email: str, **options: Any) -> Page:
        size = {"width": 1280, "height": 900}
        context = chromium.new_context(**{"viewport": size, "reduced_motion": "reduce", **options})
        contexts.append(context)
        page = watch(context.new_page(), client_errors)
        sign_in(page, stoa_server.url, email)
        return page

    yield open_page
    for context in contexts:
        context.close()


def answered(school: School, quiz: str) -> dict[str, Device]:
    """Two know better than the key."""
    devices = {}
    for email, option in ((LEARNER, 1), (CLASSMATE, 1), (THIRD, 0)):
        devices[email] = school.device(email, quiz)
        devices[email].save(0, [option])
        devices[email].submit()
    return devices


def progress(school: School, email: str) -> dict[str, Any] | None:
    lesson = school.place["lesson"]
    found = graphql(school.server, PROGRESS, school.token(email), lesson=lesson)
    shown: dict[str, Any] | None = found["lesson"]["myProgress"]
    return shown


def test_a_wrong_key_is_corrected_for_all_and_results_are_released(
    page_of: Callable[..., Page], school: School
) -> None:
    quiz = school.quiz("A wrong key", [asked(0)], resultsShown="RELEASED")
    devices = answered(school, quiz)
    before = progress(school, LEARNER)
    learner = page_of(LEARNER)
    learner.goto(f"{school.server.url}/attempts/{devices[LEARNER].id}")
    expect(learner.get_by_role("status").filter(has_text="releases it")).to_be_visible()

    page = page_of(EDUCATOR)
    page.goto(f"{school.server.url}/quizzes/{quiz}/grading")
    expect(page.get_by_text("Students do not see their results yet.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Regrade a question").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("No score changes.")).to_be_visible()
    page.keyboard.press("Escape")

    [question] = graphql(school.server, QUESTIONS, school.teacher, id=quiz)["quiz"]["questions"]
    graphql(school.server, CORRECT, school.teacher, id=question["id"], input=asked(1))
    page.get_by_role("button", name="Regrade a question").click()
    expect(dialog.get_by_text("3 scores change. 2 students pass now.")).to_be_visible()
    expect(dialog.get_by_text("1 student does not pass any more.")).to_be_visible()
    assert_accessible(page)
    dialog.get_by_label("What counts").select_option("ONLY_UPWARD")
    expect(dialog.get_by_text("2 scores change. 2 students pass now.")).to_be_visible()
    expect(dialog.get_by_role("row")).to_have_count(3)
    dialog.get_by_role("button", name="Regrade", exact=True).click()
    expect(page.get_by_text("2 scores have changed.").first).to_be_visible()
    assert progress(school, LEARNER) == before or before is None

    page.get_by_role("button", name="Release results").click()
    expect(page.get_by_text("Students see their results since")).to_be_visible()
    assert_accessible(page)
    learner.reload()
    expect(learner.locator(".result-facts")).to_contain_text("100%")
    for email in devices:
        until(partial(_passed, school, email), "completed lesson")

    page.goto(f"{school.server.url}/attempts/{devices[LEARNER].id}")
    page.get_by_text("History of the grade").click()
    expect(
        page.get_by_text("Regraded: What the key says now, but nobody gets less")
    ).to_be_visible()
    assert_accessible(page)

    page.goto(f"{school.server.url}/quizzes/{quiz}/grading")
    page.get_by_role("button", name="Hold results back").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Hold results back").click()
    expect(page.get_by_text("Students do not see their results yet.")).to_be_visible()
    learner.reload()
    expect(learner.get_by_role("status").filter(has_text="releases it")).to_be_visible()
    expect(learner.locator(".result-facts")).to_have_count(0)


def _passed(school: School, email: str) -> bool:
    return progress(school, email) == {"status": "COMPLETED", "quizScore": 100}


def test_regrading_fits_on_a_small_phone_in_the_dark(
    page_of: Callable[..., Page], school: School
) -> None:
    quiz = school.quiz("Small", [asked(0)])
    answered(school, quiz)
    small = {"width": 320, "height": 740}
    page = page_of(EDUCATOR, viewport=small, color_scheme="dark", has_touch=True)
    page.goto(f"{school.server.url}/quizzes/{quiz}/grading")
    assert fits(page)
    page.get_by_role("button", name="Regrade a question").click()
    page.get_by_label("What counts").select_option("FULL_POINTS")
    expect(page.get_by_text("2 scores change.")).to_be_visible()
    assert fits(page)
    assert_accessible(page)
