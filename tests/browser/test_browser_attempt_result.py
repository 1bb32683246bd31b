"""Results of quizzes, as their students see them, and the ways that lead to quizzes and results."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.attempts import CLASSMATE, LEARNER, Device, School
from tests.browser.journeys import sign_in
from tests.browser.stage import fits, watch
from tests.browser.test_browser_entry import graphql
from tests.browser.test_browser_results import SPEAK
from tests.support.receipts import SCRIPT
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

GRADE = """
mutation ($id: ID!, $g: GradingInput!) {
  gradeQuizSubmission(submissionId: $id, grading: $g) { id }
}
"""


@pytest.fixture(scope="module")
def school(stoa_server: StoaServer) -> School:
    return School(stoa_server)


@pytest.fixture
def learner(chromium: Browser, stoa_server: StoaServer, client_errors: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = watch(context.new_page(), client_errors)
    sign_in(page, stoa_server.url, LEARNER)
    yield page
    context.close()


def answered(school: School, quiz: str, email: str = LEARNER) -> Device:
    """Three of seven right, one of them in half; the essay waits."""
    device = school.device(email, quiz)
    for index, answer in ((0, [0]), (2, "Loire"), (3, ["source", "delta"]), (6, "Sand\nand time")):
        device.save(index, answer)
    device.submit()
    return device


def grade(school: School, device: Device, **grading: object) -> None:
    graphql(school.server, GRADE, school.teacher, id=device.id, g=grading)


def test_a_result_waits_for_its_teacher_and_then_shows_it_all(
    learner: Page, school: School
) -> None:
    page = learner
    quiz = school.quiz("Rivers, graded", maxAttempts=2)
    device = answered(school, quiz)
    page.goto(f"{school.server.url}/attempts/{device.id}")
    expect(page.get_by_role("status").filter(has_text="still looks at")).to_be_visible()
    expect(page.locator(".answer-item")).to_have_count(0)
    assert_accessible(page)

    essay = device.attempt()["questions"][6]["id"]
    mark = {"questionId": essay, "points": "0.75", "comment": "Nearly: why is there sand?"}
    grade(school, device, marks=[mark], feedback="Well begun.", allReviewed=True)
    page.reload()
    expect(page.get_by_text("Well begun.")).to_be_visible()
    expect(page.locator(".answer-item")).to_have_count(7)
    expect(page.locator(".result-facts")).to_contain_text("2.25 of 7")
    expect(page.locator(".result-facts")).to_contain_text("Not passed")
    last = page.locator(".answer-item").last
    expect(last).to_contain_text("0.75 of 1 point")
    expect(last).to_contain_text("why is there sand?")
    first = page.locator(".answer-item").first
    expect(first).to_contain_text("It flows from south to north.")
    expect(page.locator(".answer-item").nth(2)).to_contain_text("Seine")
    assert_accessible(page)

    # Another attempt, which counts if it is better.
    page.get_by_role("link", name="Begin another attempt").click()
    page.get_by_role("button", name="Begin another attempt").click()
    page.locator("[data-question]").wait_for()
    page.goto(f"{school.server.url}/attempts/{device.id}")
    expect(page.get_by_role("link", name="Go on with the quiz")).to_be_visible()
    school.device(LEARNER, quiz).submit()
    page.reload()
    expect(page.get_by_text("You have used all 2 attempts.")).to_be_visible()
    expect(page.get_by_text("The best attempt")).to_be_visible()
    expect(page.locator("[aria-current=true]")).to_contain_text("counts")


def test_a_quiz_holds_back_what_it_does_not_show(learner: Page, school: School) -> None:
    page = learner
    closing = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    cases: list[tuple[dict[str, Any], str]] = [
        ({"resultsShown": "CLOSED", "availableUntil": closing}, "Your result is shown from"),
        ({"resultsShown": "RELEASED"}, "When the teacher releases it"),
    ]
    for settings, said in cases:
        device = answered(school, school.quiz("Held", **settings))
        grade(school, device, allReviewed=True)
        page.goto(f"{school.server.url}/attempts/{device.id}")
        expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
        expect(page.locator(".answer-item")).to_have_count(0)
        assert_accessible(page)

    quiz = school.quiz("No keys", showCorrectAnswers=False, showExplanations=False)
    device = answered(school, quiz)
    grade(school, device, allReviewed=True)
    page.goto(f"{school.server.url}/attempts/{device.id}")
    expect(page.get_by_text("The quiz does not show the right answers.")).to_be_visible()
    expect(page.locator(".answer-item").first).to_contain_text("The Nile")
    expect(page.get_by_text("It flows from south to north.")).to_have_count(0)


def test_a_student_keeps_what_proves_the_answers(
    learner: Page, school: School, tmp_path: Path
) -> None:
    page = learner
    url = school.server.url
    quiz = school.quiz("Kept for later")
    page.goto(f"{url}/quizzes/{quiz}/take")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("radio", name="The Nile").check()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy receipt").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    receipt = page.evaluate("navigator.clipboard.readText()")
    assert_accessible(page)
    page.get_by_role("button", name="Hand in").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Hand in").click()

    download = page.get_by_role("button", name="Download result sheet")
    download.wait_for()
    assert_accessible(page)
    with page.expect_download() as begun:
        download.click()
    sheet, keys = tmp_path / "sheet.json", tmp_path / "jwks.json"
    begun.value.save_as(sheet)
    keys.write_bytes(httpx.get(f"{url}/.well-known/jwks.json").content)
    told = subprocess.run(
        [sys.executable, str(SCRIPT), str(sheet), str(keys)], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stdout
    assert told.stdout.startswith("Valid result sheet:")
    assert receipt in sheet.read_text()


def test_a_student_practises_the_mistakes_of_an_attempt(learner: Page, school: School) -> None:
    page = learner
    device = answered(school, school.quiz("Practised"))
    practice = f"{school.server.url}/attempts/{device.id}/practice"
    page.goto(practice)
    expect(page.get_by_role("heading", name="No practice here")).to_be_visible()
    assert_accessible(page)
    grade(school, device, allReviewed=True)
    page.goto(f"{school.server.url}/attempts/{device.id}")
    page.get_by_role("link", name="Practise my mistakes").click()
    page.wait_for_url("**/practice")

    # Not answered, wrong, half right, and two more without an answer; the essay is for a person.
    expect(page.locator(".practice .progress-words")).to_contain_text("0 of 5")
    expect(page.get_by_text("1 question is graded by a person")).to_be_visible()
    expect(page.locator(".question-text")).to_have_text("Which rivers flow into the North Sea?")
    assert_accessible(page)
    for name in ("The Rhine", "The Elbe"):
        page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_role("heading", name="Correct!")).to_be_focused()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Your answer").fill("Rhine")
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_role("heading", name="Not this time")).to_be_focused()
    expect(page.locator("[data-step=told]")).to_contain_text("Seine")
    page.reload()
    expect(page.get_by_role("heading", name="Not this time")).to_be_visible()

    # All that can be graded by the key, the right ones too.
    page.get_by_role("link", name="All questions").click()
    expect(page.locator(".question-text")).to_have_text("Which river is in Egypt?")
    page.get_by_role("link", name="To the result").click()
    expect(page.locator(".result-facts")).to_contain_text("1.5 of 7")
    page.set_viewport_size({"width": 320, "height": 720})
    page.goto(practice)
    assert fits(page)


def test_another_student_sees_nothing_of_it(learner: Page, school: School) -> None:
    device = answered(school, school.quiz("Somebody's"), CLASSMATE)
    learner.goto(f"{school.server.url}/attempts/{device.id}")
    expect(learner.get_by_role("heading", name="No such attempt")).to_be_visible()
    assert_accessible(learner)


def test_lesson_course_and_learning_lead_to_a_quiz(learner: Page, school: School) -> None:
    page = learner
    url, place = school.server.url, school.place
    quiz = school.quiz("Found on the way", timeLimitMinutes=20)
    lesson = f"{url}/courses/{place['course']}/lessons/{place['lesson']}"
    line = page.locator(f"[data-quiz='{quiz}']")
    page.goto(lesson)
    expect(line).to_contain_text("Not begun yet")
    assert_accessible(page)
    page.get_by_role("link", name="Begin: Found on the way").click()
    page.get_by_role("button", name="Begin").click()
    page.locator("[data-question]").wait_for()
    page.goto(lesson)
    expect(line).to_contain_text("In progress, until")
    page.goto(f"{url}/courses/{place['course']}")
    expect(line).to_contain_text("In progress, until")
    assert_accessible(page)
    page.get_by_role("link", name="Go on with the quiz: Found on the way").click()
    page.locator("[data-question]").wait_for()

    device = answered(school, quiz)
    grade(school, device, allReviewed=True)
    page.goto(lesson)
    expect(line).to_contain_text("Handed in · 21.43%")
    page.goto(f"{url}/home")
    page.get_by_role("link", name="Found on the way").click()
    page.wait_for_url(f"**/attempts/{device.id}")
    expect(page.locator(".result-facts")).to_contain_text("21.43%")


@pytest.mark.parametrize(("width", "language"), [(390, "ar"), (320, "de")])
def test_a_result_on_a_small_phone_in_the_dark(
    chromium: Browser, school: School, client_errors: list[str], width: int, language: str
) -> None:
    device = answered(school, school.quiz("Klein"), CLASSMATE)
    grade(school, device, allReviewed=True, feedback="So!")
    graphql(school.server, SPEAK, school.token(CLASSMATE), language=language)
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, color_scheme="dark", has_touch=True
    )
    page = watch(context.new_page(), client_errors)
    try:
        sign_in(page, school.server.url, CLASSMATE)
        page.goto(f"{school.server.url}/attempts/{device.id}")
        expect(page.locator(".answer-item")).to_have_count(7)
        assert fits(page)
        assert_accessible(page)

    finally:
        graphql(school.server, SPEAK, school.token(CLASSMATE), language="en")
        context.close()
