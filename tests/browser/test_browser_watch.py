"""A teacher watches a quiz while it is taken and steps in; the student's page follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.attempts import LEARNER, School
from tests.browser.journeys import sign_in
from tests.browser.stage import BACK_MS, fits, watch
from tests.support.server import EDUCATOR, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


@pytest.fixture(scope="module")
def school(stoa_server: StoaServer) -> School:
    return School(stoa_server)


@pytest.fixture
def pair(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> Iterator[tuple[Page, Page]]:
    """A teacher at a desk, and a student on a phone."""
    desk = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    phone = chromium.new_context(viewport={"width": 390, "height": 780}, has_touch=True)
    pages = [watch(context.new_page(), client_errors) for context in (desk, phone)]
    for page, email in zip(pages, (EDUCATOR, LEARNER), strict=True):
        sign_in(page, stoa_server.url, email)
    yield pages[0], pages[1]
    desk.close()
    phone.close()


def test_a_teacher_sees_who_is_how_far_and_steps_in(
    pair: tuple[Page, Page], school: School
) -> None:
    teacher, student = pair
    quiz = school.quiz("Watched", timeLimitMinutes=4)
    teacher.goto(f"{school.server.url}/quizzes/{quiz}/watch")
    expect(teacher.get_by_text("Nobody is taking this quiz now.")).to_be_visible()
    assert_accessible(teacher)

    student.goto(f"{school.server.url}/quizzes/{quiz}/take")
    student.get_by_role("button", name="Begin").click()
    row = teacher.locator("[data-attempt]")
    expect(row).to_contain_text("0 of 7")
    expect(row.get_by_text("connected")).to_be_visible(timeout=BACK_MS)
    expect(row).to_contain_text(re.compile(r"0[34]:\d\d"))
    assert_accessible(teacher)
    student.get_by_role("radio", name="The Nile").check()
    expect(row).to_contain_text("1 of 7")

    teacher.get_by_role("button", name=re.compile("^More for")).click()
    teacher.get_by_role("menuitem", name="5 minutes more").click()
    expect(student.get_by_role("timer")).to_have_text(re.compile(r"^0[89]:\d\d$"))
    expect(row).to_contain_text(re.compile(r"0[89]:\d\d"))

    teacher.get_by_role("button", name="Message to all").click()
    teacher.get_by_label("Message", exact=True).fill("Question 3 asks for <one> river.")
    assert_accessible(teacher)
    teacher.get_by_role("button", name="Send").click()
    expect(student.get_by_role("log")).to_contain_text("Question 3 asks for <one> river.")
    assert fits(student)
    assert_accessible(student)

    # What another device saves is shown at once.
    school.device(LEARNER, quiz).save(0, [1])
    expect(student.get_by_role("radio", name="The Rhine")).to_be_checked()

    teacher.get_by_role("button", name="End for all").click()
    teacher.get_by_role("alertdialog").get_by_role("button", name="End for all").click()
    expect(student.get_by_role("heading", name="Your teacher has ended")).to_be_visible()
    expect(teacher.get_by_role("link", name=re.compile("^Result"))).to_be_visible()
    teacher.get_by_role("button", name=re.compile("^More for")).click()
    teacher.get_by_role("menuitem", name="Reopen for 5 minutes").click()
    expect(student.get_by_role("timer")).to_be_visible()
    expect(student.get_by_role("radio", name="The Rhine")).to_be_checked()
    student.close()
    expect(row.get_by_text("away")).to_be_visible(timeout=BACK_MS)


@pytest.mark.parametrize("width", [390, 320])
def test_it_fits_on_a_phone_in_the_dark(
    chromium: Browser, school: School, client_errors: list[str], width: int
) -> None:
    quiz = school.quiz("Watched on a phone", timeLimitMinutes=100)
    school.device(LEARNER, quiz)
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, color_scheme="dark", has_touch=True
    )
    page = watch(context.new_page(), client_errors)
    sign_in(page, school.server.url, EDUCATOR)
    page.goto(f"{school.server.url}/quizzes/{quiz}/watch")
    page.locator("[data-attempt]").wait_for()
    assert fits(page)
    assert_accessible(page)
    context.close()
