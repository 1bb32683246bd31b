"""Rubrics, passages and what similar answers were given, from the editor to the result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.attempts import CLASSMATE, LEARNER, School
from tests.browser.journeys import sign_in
from tests.browser.stage import fits, watch
from tests.browser.test_browser_entry import graphql, teaches
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

RUBRIC = {
    "shown": True,
    "criteria": [
        {
            "name": "Argument",
            "description": "Is it reasoned?",
            "levels": [
                {"name": "Compelling", "points": 2.5, "description": "Every step follows."},
                {"name": "Sketchy", "points": 1},
                {"name": "Missing", "points": 0},
            ],
        },
        {
            "name": "Language",
            "levels": [{"name": "Clear", "points": 1.5}, {"name": "Muddled", "points": 0.25}],
        },
    ],
}
ESSAY = {
    "type": "ESSAY",
    "questionText": "Why do rivers wind?",
    "answer": {"essay": {}},
    "points": 4,
    "rubric": RUBRIC,
}
FIRST = "Water 🌊 wears away the outer bank, and leaves sand on the inner one."
SECOND = "Water wears away the outer bank and it leaves sand on the inner one!"
COLLEAGUE = "second-grader@demo.stoa"
REGISTER = """
mutation ($e: String!, $p: String!) {
  register(input: {email: $e, password: $p, fullName: "Sam Second", role: EDUCATOR}) { user { id } }
}
"""
RUBRIC_OF = "query ($id: ID!) { quiz(id: $id) { questions { exactPoints rubric problems } } }"
RESULT = """
query ($id: ID!) { quizSubmission(id: $id) {
  gradingStatus pointsEarned answers { earned levels passages rubric }
} }
"""


@pytest.fixture(scope="module")
def school(stoa_server: StoaServer) -> School:
    return School(stoa_server)


@pytest.fixture(scope="module")
def colleague(stoa_server: StoaServer) -> Iterator[str]:
    """A second teacher of the demonstration's course."""
    graphql(stoa_server, REGISTER, e=COLLEAGUE, p=PASSWORD)
    teaches(stoa_server, COLLEAGUE, True)
    yield COLLEAGUE
    teaches(stoa_server, COLLEAGUE, False)


@pytest.fixture(params=[1280, 360])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def page(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str], width: int
) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    yield watch(context.new_page(), client_errors)
    context.close()


def leave(page: Page) -> None:
    """Whoever is signed in is not any more."""
    page.context.clear_cookies()
    page.evaluate("localStorage.clear()")


def result(school: School, submission_id: str) -> dict[str, Any]:
    found = graphql(school.server, RESULT, school.teacher, id=submission_id)["quizSubmission"]
    return dict(found)


def test_an_essay_is_marked_by_its_rubric_with_passages_and_what_is_similar(
    page: Page, school: School, width: int
) -> None:
    quiz = school.quiz(f"By a rubric, {width}", [ESSAY])
    one = school.device(LEARNER, quiz)
    sign_in(page, school.server.url, LEARNER)
    page.goto(f"{school.server.url}/quizzes/{quiz}/take")
    page.get_by_text("How it is graded").click()
    expect(page.get_by_text("Every step follows.")).to_be_visible()
    assert_accessible(page)
    assert fits(page)

    one.save(0, FIRST)
    one.submit()
    leave(page)
    sign_in(page, school.server.url, EDUCATOR)
    page.goto(f"{school.server.url}/quizzes/{quiz}/grading")
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Choose a level for each criterion.")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("[data-earned]")).to_have_text("2.75 of 4")
    page.keyboard.press("p")
    answer = page.get_by_label("Select a passage here")
    expect(answer).to_be_focused()
    before = answer.input_value()
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+End")
    page.keyboard.press("Delete")
    expect(answer).to_have_value(before)  # nothing is written there
    page.keyboard.press("Control+Home")
    for _ in range(7):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Comment on passage 1")).to_be_focused()
    page.keyboard.type("Which water?")
    assert_accessible(page)
    assert fits(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Nothing waits to be graded")).to_be_visible()
    marked = result(school, one.id)
    assert (marked["gradingStatus"], marked["pointsEarned"]) == ("GRADED", 2.75)
    [mark] = marked["answers"]
    assert mark["levels"] == [0, 1]
    assert mark["passages"] == [{"start": 0, "end": 7, "comment": "Which water?"}]
    assert mark["rubric"]["criteria"][1]["levels"][1]["points"] == 0.25

    two = school.device(CLASSMATE, quiz)
    two.save(0, SECOND)
    two.submit()
    page.reload()
    similar = page.locator("[data-similar]")
    expect(similar.get_by_text("2.75 of 4")).to_be_visible()
    similar.get_by_text("What was written").click()
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("radio").first.focus()
    page.keyboard.press("s")
    expect(page.locator("[data-earned]")).to_have_text("2.75 of 4")
    assert result(school, two.id)["gradingStatus"] == "PENDING_REVIEW"
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing waits to be graded")).to_be_visible()
    assert result(school, two.id)["answers"][0]["levels"] == [0, 1]

    page.goto(f"{school.server.url}/attempts/{one.id}")
    page.locator("summary", has_text="History").click()
    expect(page.get_by_text("Levels of the rubric: 1, 2")).to_be_visible()
    leave(page)
    sign_in(page, school.server.url, LEARNER)
    page.goto(f"{school.server.url}/attempts/{one.id}")
    expect(page.locator("mark.passage")).to_have_text("Water 🌊")
    expect(page.get_by_role("list", name="Comments on passages")).to_contain_text("Which water?")
    expect(page.locator(".levels .chosen")).to_have_count(2)
    assert_accessible(page)
    assert fits(page)


def write(page: Page, number: int, name: str, *levels: str) -> None:
    """The names of a criterion and of its levels."""
    criterion = page.get_by_role("group", name=f"Criterion {number}")
    criterion.get_by_role("textbox", name=f"Criterion {number}").fill(name)
    for n, level in enumerate(levels, 1):
        criterion.get_by_role("textbox", name=f"Level {n}").fill(level)


def test_a_rubric_is_written_in_the_editor_and_must_add_up(
    page: Page, school: School, width: int
) -> None:
    quiz = school.quiz(f"To be ruled, {width}", [{**ESSAY, "rubric": None}])
    sign_in(page, school.server.url, EDUCATOR)
    page.goto(f"{school.server.url}/quizzes/{quiz}/edit?question=1")
    if width < 900:
        page.get_by_role("link", name="Why do rivers wind?").click()
    page.get_by_role("button", name="Add a rubric").click()
    expect(page.get_by_text("needs a name")).to_be_visible()
    write(page, 1, "Depth", "Deep", "Shallow")
    expect(page.get_by_text("needs a name")).to_have_count(0)
    page.get_by_role("button", name="Add a criterion").click()
    write(page, 2, "Breadth", "Wide", "Narrow")
    expect(page.get_by_text("must add up to the points")).to_be_visible()
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("button", name="Make the question worth 5").click()
    expect(page.get_by_text("must add up to the points")).to_have_count(0)
    page.get_by_label("Show it before students answer").check()
    expect(page.get_by_text("All changes are saved.")).to_be_visible()
    [kept] = graphql(school.server, RUBRIC_OF, school.teacher, id=quiz)["quiz"]["questions"]
    assert (kept["exactPoints"], kept["problems"]) == (5, None)
    assert [each["name"] for each in kept["rubric"]["criteria"]] == ["Depth", "Breadth"]
    assert kept["rubric"]["shown"] is True


def test_two_grade_without_seeing_each_other_and_one_decides(
    page: Page, school: School, colleague: str, width: int
) -> None:
    essay = {**ESSAY, "rubric": None}
    quiz = school.quiz(f"Graded twice, {width}", [essay], secondGrading=10)
    device = school.device(LEARNER, quiz)
    device.save(0, FIRST)
    device.submit()
    grading = f"{school.server.url}/quizzes/{quiz}/grading"
    sign_in(page, school.server.url, EDUCATOR)
    page.goto(grading)
    page.get_by_role("spinbutton").fill("1")
    page.get_by_label("Comment", exact=True).fill("Too short")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text("Wait for another person's grade: 1")).to_be_visible()
    expect(page.get_by_text("Nothing waits to be graded")).to_be_visible()
    assert_accessible(page)

    leave(page)
    sign_in(page, school.server.url, colleague)
    page.goto(grading)
    expect(page.get_by_role("spinbutton")).to_have_value("")
    page.locator("summary", has_text="History").click()
    expect(page.get_by_text("No grade has changed.")).to_be_visible()
    expect(page.get_by_text("Too short")).to_have_count(0)
    page.get_by_role("spinbutton").fill("4")
    page.get_by_role("button", name="Save and next").click()
    both = page.locator("[data-disputed]")
    expect(both).to_contain_text("1 of 4")
    expect(both).to_contain_text("4 of 4")
    expect(both).to_contain_text("Too short")
    assert_accessible(page)
    assert fits(page)
    assert result(school, device.id)["gradingStatus"] == "PENDING_REVIEW"
    page.get_by_role("spinbutton").fill("3")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text("Nothing waits to be graded")).to_be_visible()
    decided = result(school, device.id)
    assert (decided["gradingStatus"], decided["pointsEarned"]) == ("GRADED", 3)
