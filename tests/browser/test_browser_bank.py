"""A teacher finds questions again by tags, and lets a quiz draw from a pool; a learner takes it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.attempts import CLASSMATE, LEARNER, School
from tests.browser.journeys import looked_at, sign_in
from tests.browser.stage import watch
from tests.support.server import EDUCATOR, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

TEXTS = [f"Is {n} a prime number?" for n in (2, 3, 4, 5, 6)]
QUESTIONS = [
    {"type": "TRUE_FALSE", "questionText": text, "answer": {"trueFalse": n != 2}}
    for n, text in enumerate(TEXTS)
]
SHOTS = os.environ.get("STOA_SHOTS")


@pytest.fixture(scope="module")
def school(stoa_server: StoaServer) -> School:
    return School(stoa_server)


@pytest.fixture
def desk(chromium: Browser, stoa_server: StoaServer, client_errors: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 800}, reduced_motion="reduce")
    page = watch(context.new_page(), client_errors)
    sign_in(page, stoa_server.url, EDUCATOR)
    yield page
    context.close()


def seen(page: Page, name: str) -> None:
    """On a desk and on a narrow phone the page has no faults."""
    for width in (1366, 320):
        page.set_viewport_size({"width": width, "height": 800})
        looked_at(page)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 800})


def test_questions_are_found_again_by_their_tags_and_copied(desk: Page, school: School) -> None:
    quiz, other = school.quiz("Primes", QUESTIONS), school.quiz("Primes again", QUESTIONS[:1])
    desk.get_by_role("navigation", name="Main").get_by_role("link", name="Questions").click()
    desk.get_by_role("searchbox", name="Search questions").fill("prime number")
    expect(desk.get_by_text("6 questions", exact=True)).to_be_visible()
    for text in TEXTS[1:3]:
        desk.get_by_role("checkbox", name=f"Choose: {text}").check()
    desk.get_by_role("button", name="Tag them").click()
    desk.get_by_label("Tags to add").fill("Number theory, year 7")
    seen(desk, "tag-dialog")
    desk.get_by_role("button", name="Save the tags").click()
    expect(desk.get_by_text("2 questions were changed.").first).to_be_visible()
    desk.get_by_label("Tag", exact=True).select_option(label="Number theory (2)")
    expect(desk.get_by_text("2 questions", exact=True)).to_be_visible()
    seen(desk, "bank")

    desk.get_by_role("button", name="Choose all that are shown").click()
    desk.get_by_role("button", name="Copy into a quiz").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("Course").select_option(index=1)
    dialog.get_by_label("Quiz").select_option(label="Primes again")
    seen(desk, "copy-dialog")
    dialog.get_by_role("button", name="Copy into a quiz").click()
    expect(desk.get_by_text("2 questions were copied.").first).to_be_visible()
    expect(desk.get_by_text("4 questions", exact=True)).to_be_visible()
    desk.get_by_label("Tag", exact=True).select_option(label="Any")
    desk.get_by_role("searchbox", name="Search questions").fill("nothing is like this")
    expect(desk.get_by_role("heading", name="Nothing found")).to_be_visible()
    looked_at(desk)

    desk.goto(f"{school.server.url}/quizzes/{other}/edit")
    desk.get_by_role("link", name=re.compile(re.escape(TEXTS[2]))).click()
    expect(desk.get_by_label("Tags", exact=True)).to_have_value("Number theory, year 7")
    assert quiz != other


def test_a_learner_gets_two_of_five_and_another_learner_others(
    desk: Page, school: School, chromium: Browser, client_errors: list[str]
) -> None:
    quiz = school.quiz("Drawn", QUESTIONS)
    desk.goto(f"{school.server.url}/quizzes/{quiz}/edit")
    desk.get_by_role("button", name="More", exact=True).click()
    desk.get_by_role("menuitem", name="Pools of questions").click()
    desk.get_by_role("button", name="Add a pool").click()
    expect(desk.get_by_text("No question is in this pool yet.")).to_be_visible()
    members = desk.get_by_role("group", name="Pool of each question")
    for text in TEXTS:
        members.get_by_label(text).select_option(label="Pool 1")
    draw = desk.get_by_label("How many are drawn")
    draw.fill("6")
    expect(desk.get_by_text("It draws more questions than it has.")).to_be_visible()
    draw.fill("2")
    expect(desk.get_by_text("2 of 5 are asked.")).to_be_visible()
    desk.get_by_label("Name of the pool").fill("Primes")
    seen(desk, "pools")
    desk.get_by_role("button", name="Save the pools").click()
    expect(desk.get_by_text("In the pool “Primes”: 2 of 5 are asked.")).to_be_visible()
    side = desk.get_by_role("navigation", name="Questions")
    expect(side.locator(".question-link", has_text="Primes")).to_have_count(5)
    seen(desk, "editor")
    points = desk.get_by_label("Points", exact=True)
    before = points.input_value()
    points.fill("3")
    expect(points).to_have_accessible_description(re.compile("worth the same points"))
    expect(side.get_by_text("not finished").first).to_be_visible()
    expect(desk.get_by_text("Until then nobody can begin an attempt.")).to_be_visible()
    points.fill(before)
    expect(desk.get_by_text("Until then nobody can begin an attempt.")).to_have_count(0)
    expect(desk.get_by_text("All changes are saved").first).to_be_visible()

    context = chromium.new_context(viewport={"width": 1366, "height": 800}, reduced_motion="reduce")
    phone = watch(context.new_page(), client_errors)
    sign_in(phone, school.server.url, LEARNER)
    phone.goto(f"{school.server.url}/quizzes/{quiz}/take")
    phone.get_by_role("button", name=re.compile("^Begin")).click()
    phone.get_by_role("button", name="All on one page").click()
    asked = phone.locator("[data-question]").get_by_text(re.compile(r"^Is \d a prime number\?$"))
    expect(asked).to_have_count(2)
    drawn = school.device(LEARNER, quiz).attempt()["questions"]
    assert [each["text"] for each in drawn] == asked.all_inner_texts()
    classmate = school.device(CLASSMATE, quiz).attempt()
    assert len(classmate["questions"]) == 2
    looked_at(phone)
    context.close()
