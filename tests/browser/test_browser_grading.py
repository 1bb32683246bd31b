"""The grading desk: what waits for a person is graded by keyboard, alike answers together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.attempts import CLASSMATE, LEARNER, THIRD, Device, School
from tests.browser.journeys import sign_in
from tests.browser.stage import fits, watch
from tests.browser.test_browser_entry import graphql
from tests.support.server import EDUCATOR, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

QUESTIONS = [
    {
        "type": "SHORT_ANSWER",
        "questionText": "Which river flows through Paris?",
        "answer": {"text": {"accepted": ["Seine"]}},
        "points": 2,
    },
    {"type": "ESSAY", "questionText": "Why do rivers wind?", "answer": {"essay": {}}, "points": 4},
]
RESULT = """
query ($id: ID!) {
  quizSubmission(id: $id) { gradingStatus pointsEarned answers { earned comment } }
}
"""


@pytest.fixture(scope="module")
def school(stoa_server: StoaServer) -> School:
    return School(stoa_server)


@pytest.fixture
def teacher(chromium: Browser, stoa_server: StoaServer, client_errors: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = watch(context.new_page(), client_errors)
    sign_in(page, stoa_server.url, EDUCATOR)
    yield page
    context.close()


def taken(school: School, quiz: str) -> list[Device]:
    """Two wrote the same, a third something else; all wrote of their own why."""
    devices = []
    for email, river in ((LEARNER, "the seine"), (CLASSMATE, "The  Seine"), (THIRD, "Loire")):
        device = school.device(email, quiz)
        device.save(0, river)
        device.save(1, f"Because of {email}")
        device.submit()
        devices.append(device)
    return devices


def earned(school: School, device: Device) -> list[float]:
    found = graphql(school.server, RESULT, school.teacher, id=device.id)["quizSubmission"]
    return [each["earned"] for each in found["answers"]]


def test_answers_are_graded_by_keyboard_alike_ones_together(teacher: Page, school: School) -> None:
    page = teacher
    quiz = school.quiz("To be graded", QUESTIONS)
    devices = taken(school, quiz)
    page.goto(f"{school.server.url}/quizzes/{quiz}/grading")
    points = page.get_by_role("spinbutton")
    expect(page.get_by_text("2 students wrote this")).to_be_visible()
    expect(points).to_be_focused()
    assert_accessible(page)
    page.get_by_text("Keys", exact=True).click()
    assert_accessible(page)

    points.press("f")
    expect(points).to_have_value("2")
    points.press("c")
    page.keyboard.type("Yes!")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-graded]")).to_contain_text("Loire")
    expect(points).to_be_focused()
    assert [earned(school, device)[0] for device in devices] == [2, 2, 0]
    page.keyboard.press("Control+A")
    page.keyboard.type("0.25")
    page.keyboard.press("Enter")

    # Essays, one after the other; one is left for later.
    expect(page.get_by_role("heading", name="Why do rivers wind?")).to_be_visible()
    expect(points).to_be_focused()
    expect(points).to_have_value("")
    page.keyboard.press("Enter")
    expect(
        page.get_by_text("must be filled in").or_(page.locator(".error:not(:empty)")).first
    ).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    expect(page.locator(".progress-words")).to_contain_text("3 of 5")
    page.keyboard.type("3.5")
    page.keyboard.press("Enter")
    expect(page.locator(".progress-words")).to_contain_text("4 of 5")
    expect(points).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing waits to be graded")).to_be_visible()
    assert_accessible(page)
    marks = [tuple(map(Decimal, map(str, earned(school, device)))) for device in devices]
    assert sorted(mark[0] for mark in marks) == [Decimal("0.25"), 2, 2]
    assert sorted(mark[1] for mark in marks) == [0, 1, Decimal("3.5")]

    page.get_by_role("link", name="All attempts").click()
    expect(page.get_by_role("link", name="Result")).to_have_count(3)
    assert_accessible(page)
    page.get_by_role("link", name="Result").first.click()
    expect(page.locator(".answer-item")).to_have_count(2)
    assert_accessible(page)


def test_names_are_hidden_and_too_many_points_refused(teacher: Page, school: School) -> None:
    page = teacher
    quiz = school.quiz("Anonymous", QUESTIONS)
    taken(school, quiz)
    page.goto(f"{school.server.url}/quizzes/{quiz}/grading?view=students")
    shown = page.locator("section.card p.muted").first
    expect(shown).not_to_be_empty()
    name = shown.inner_text()
    page.get_by_label("Hide names").check()
    expect(page.get_by_text("Name hidden")).to_be_visible()
    expect(page.get_by_text(name, exact=True)).to_have_count(0)
    page.get_by_role("spinbutton").fill("9")
    page.get_by_role("button", name="Save and next").click()
    expect(page.locator(".error").filter(has_text=re.compile(r"\S")).first).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Hide names").uncheck()


def test_students_have_no_desk(chromium: Browser, school: School, client_errors: list[str]) -> None:
    context = chromium.new_context()
    page = watch(context.new_page(), client_errors)
    sign_in(page, school.server.url, LEARNER)
    page.goto(f"{school.server.url}/quizzes/{school.quiz('No desk')}/grading")
    expect(page.get_by_role("heading", name="Not for you")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [390, 320])
def test_the_desk_fits_on_a_phone(
    chromium: Browser, school: School, client_errors: list[str], width: int
) -> None:
    quiz = school.quiz("On a phone", QUESTIONS)
    taken(school, quiz)
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, color_scheme="dark", has_touch=True
    )
    page = watch(context.new_page(), client_errors)
    sign_in(page, school.server.url, EDUCATOR)
    page.goto(f"{school.server.url}/quizzes/{quiz}/grading")
    page.locator("[data-graded]").wait_for()
    assert fits(page)
    assert_accessible(page)
    context.close()
