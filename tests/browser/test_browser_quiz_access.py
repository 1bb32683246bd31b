"""A teacher says who may take a quiz and how long, a student follows, and the log shows it all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.attempts import LEARNER, School
from tests.browser.journeys import sign_in
from tests.browser.stage import fits, watch
from tests.support.server import EDUCATOR, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


@pytest.fixture(scope="module")
def school(stoa_server: StoaServer) -> School:
    return School(stoa_server)


@pytest.fixture
def pair(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> Iterator[tuple[Page, Page]]:
    """A teacher and a student, each on a narrow phone, the student in the dark."""
    size = {"width": 320, "height": 700}
    desk = chromium.new_context(viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
    phone = chromium.new_context(viewport=size, color_scheme="dark", reduced_motion="reduce")  # type: ignore[arg-type]
    pages = [watch(context.new_page(), client_errors) for context in (desk, phone)]
    for page, email in zip(pages, (EDUCATOR, LEARNER), strict=True):
        sign_in(page, stoa_server.url, email)
    yield pages[0], pages[1]
    desk.close()
    phone.close()


def is_well(page: Page) -> None:
    assert fits(page)
    assert_accessible(page)


def test_a_password_opens_the_quiz_and_its_clock_goes_away(
    pair: tuple[Page, Page], school: School
) -> None:
    teacher, student = pair
    quiz = school.quiz("Locked", timeLimitMinutes=4)
    at = f"{school.server.url}/quizzes/{quiz}"
    teacher.goto(f"{at}/access")
    teacher.get_by_label("New password").fill("sesame")
    teacher.locator("[aria-labelledby=access-password]").get_by_role("button", name="Save").click()
    expect(teacher.get_by_text("Has a password")).to_be_visible()
    networks = teacher.locator("[aria-labelledby=access-networks]")
    networks.get_by_role("textbox").fill("10.0.0.0/8\nour room")
    teacher.reload()
    expect(networks.get_by_role("textbox")).to_have_value("10.0.0.0/8\nour room")
    expect(networks.get_by_text("Not saved yet")).to_be_visible()
    networks.get_by_role("button", name="Save").click()
    expect(networks.get_by_text("These are no networks: our room")).to_be_visible()
    is_well(teacher)
    networks.get_by_role("textbox").fill("127.0.0.0/8\n::1")
    networks.get_by_role("button", name="Save").click()
    expect(networks.get_by_role("textbox")).to_have_value("127.0.0.0/8\n::1/128")

    student.goto(f"{at}/take")
    password = student.get_by_label("Password of the quiz")
    password.fill("barley")
    student.get_by_role("button", name="Begin").click()
    expect(student.get_by_text("This is not the quiz’s password.")).to_be_visible()
    is_well(student)
    password.fill("sesame")
    student.get_by_role("button", name="Begin").click()
    expect(student.get_by_role("timer")).to_be_visible()
    student.get_by_role("radio", name="The Nile").check()

    teacher.goto(f"{at}/watch")
    teacher.get_by_role("button", name=re.compile("^More for")).click()
    teacher.get_by_role("menuitem", name="Time in this quiz").click()
    teacher.get_by_label("Time in this quiz").select_option(label="No time limit")
    is_well(teacher)
    teacher.get_by_role("button", name="Save").click()
    expect(student.get_by_role("timer")).to_have_count(0)
    expect(student.get_by_text("You have no time limit any more.").first).to_be_visible()
    expect(teacher.locator("[data-attempt]")).to_contain_text("No time limit")

    teacher.get_by_role("button", name=re.compile("^More for")).click()
    teacher.get_by_role("menuitem", name="What happened").click()
    lines = teacher.locator("[data-kind]")
    expect(lines.first).to_contain_text("Began")
    expect(teacher.locator("[data-kind=ANSWERED]")).to_contain_text("The Nile")
    expect(teacher.locator("[data-kind=ACCOMMODATED]")).to_contain_text("No time limit")
    is_well(teacher)


def test_a_quiz_for_others_says_so(pair: tuple[Page, Page], school: School) -> None:
    teacher, student = pair
    quiz = school.quiz("For some")
    teacher.goto(f"{school.server.url}/quizzes/{quiz}/access")
    students = teacher.locator("[aria-labelledby=access-students]")
    students.get_by_role("switch", name=re.compile("^Only for students")).check()
    expect(students.get_by_text("Not saved yet")).to_be_in_viewport()
    expect(students.get_by_role("button", name="Save")).to_be_in_viewport()
    names = students.locator("[data-student] bdi").all_text_contents()
    assert names == sorted(names)
    students.get_by_role("searchbox", name="Find a student").fill(names[1].lower())
    expect(students.locator("[data-student] bdi")).to_have_text([names[1]])
    is_well(teacher)
    students.get_by_role("button", name="Undo the change").click()
    expect(students.get_by_role("switch")).not_to_be_checked()
    students.get_by_role("switch").check()
    students.get_by_role("button", name="Save").click()
    expect(students.get_by_text("Not saved yet")).to_have_count(0)
    student.goto(f"{school.server.url}/quizzes/{quiz}/take")
    expect(student.get_by_text("This quiz is for other students of the course.")).to_be_visible()
    expect(student.get_by_role("button", name="Begin")).to_have_count(0)
