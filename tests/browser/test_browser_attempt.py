"""Taking a quiz: each change is saved, through lost connections, reloads and a second device."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.attempts import CLASSMATE, LEARNER, OWN, School
from tests.browser.journeys import sign_in
from tests.browser.stage import BACK_MS, fits, wait_until_kept, watch
from tests.browser.test_browser_entry import graphql
from tests.browser.test_browser_results import SPEAK, signed_in, tab_to
from tests.browser.waiting import until
from tests.support.server import EDUCATOR, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

EXTEND = "mutation ($id: ID!) { extendQuizAttempt(submissionId: $id, minutes: 5) { id } }"
END = "mutation ($id: ID!) { endQuizAttempt(submissionId: $id) { id } }"
SEEN = "document.dispatchEvent(new Event('visibilitychange'))"


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


def begin(page: Page, school: School, quiz: str) -> None:
    page.goto(f"{school.server.url}/quizzes/{quiz}/take")
    page.get_by_role("button", name=re.compile("^Begin")).click()
    page.locator("[data-question]").first.wait_for()


def all_on_one(page: Page) -> None:
    page.get_by_role("button", name="All on one page").click()
    expect(page.locator("[data-question]")).to_have_count(7)


def saved(page: Page) -> None:
    expect(page.locator(".attempt-bar [data-saving]")).to_have_attribute("data-saving", "saved")


def kept(page: Page) -> None:
    expect(page.locator(".attempt-bar [data-saving]")).to_have_attribute("data-saving", "kept")


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Hand in").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Hand in").click()


def test_a_quiz_is_taken_by_keyboard_alone(learner: Page, school: School) -> None:
    quiz = school.quiz("Taken by keyboard", timeLimitMinutes=30, maxAttempts=2)
    page = learner
    page.goto(f"{school.server.url}/quizzes/{quiz}/take")
    expect(page.get_by_text("30 min")).to_be_visible()
    expect(page.get_by_text("2 of 2")).to_be_visible()
    assert_accessible(page)
    tab_to(page, page.get_by_role("button", name="Begin"))
    page.keyboard.press("Enter")

    # A choice.
    page.get_by_role("heading", name="Question 1 of 7").wait_for()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(30:00|29:5\d)$"))
    tab_to(page, page.get_by_role("radio", name="The Nile"))
    page.keyboard.press("Space")
    expect(page.locator("[data-saved=yes]")).to_contain_text("Saved at")
    assert_accessible(page)
    tab_to(page, page.get_by_role("button", name="Next"))
    page.keyboard.press("Enter")

    # Several, with a flag.
    expect(page.get_by_role("heading", name="Question 2 of 7")).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Flag"))
    page.keyboard.press("Space")
    for river in ("The Rhine", "The Elbe"):
        tab_to(page, page.get_by_role("checkbox", name=river))
        page.keyboard.press("Space")
    saved(page)
    place = page.get_by_role("navigation", name="Overview").get_by_role("button")
    expect(place.nth(1)).to_have_accessible_name("Question 2: answered, flagged")

    # From the overview to a text, blanks, and pairs.
    for number, name in ((3, "Your answer"), (4, "Blank 1")):
        tab_to(page, place.nth(number - 1))
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=f"Question {number} of 7")).to_be_focused()
        tab_to(page, page.get_by_label(name))
        page.keyboard.type("source")
    saved(page)
    tab_to(page, place.nth(4))
    page.keyboard.press("Enter")
    page.get_by_label("London").select_option(label="Thames")
    saved(page)
    assert_accessible(page)
    expect(place.nth(3)).to_have_accessible_name("Question 4: partly answered")
    device = school.device(LEARNER, quiz)
    expected = [["The Nile"], ["The Rhine", "The Elbe"], "source", ["source", ""], ["Thames", None]]
    assert texts_of(device.attempt())[:5] == expected

    # Handed in, once it is clear what is open.
    tab_to(page, page.get_by_role("button", name="Hand in"))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Not answered: questions 6 and 7")
    expect(dialog).to_contain_text("Only partly: questions 4 and 5")
    expect(dialog).to_contain_text("Flagged: question 2")
    assert_accessible(page)
    tab_to(page, dialog.get_by_role("button", name="Hand in"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/attempts/{device.id}")
    [own] = graphql(school.server, OWN, device.token, quiz=quiz)["quiz"]["mySubmissions"]
    assert own == {"id": device.id, "status": "SUBMITTED", "ending": "SUBMITTED"}


def texts_of(taken: dict) -> list:  # type: ignore[type-arg]
    """The answers, with the texts of what was chosen."""

    def read(question: dict) -> object:  # type: ignore[type-arg]
        answer = taken["attempt"]["answers"].get(question["id"], {}).get("answer")
        texts = {each["id"]: each["text"] for each in question["options"]}
        return [texts.get(each) for each in answer] if texts and answer is not None else answer

    return [read(question) for question in taken["questions"]]


def test_a_reload_and_another_device_go_on_where_one_was(learner: Page, school: School) -> None:
    quiz = school.quiz("Taken up")
    page = learner
    begin(page, school, quiz)
    all_on_one(page)
    page.get_by_label("Your answer").first.fill("Seine")
    page.get_by_role("radio", name="The Nile").check()
    page.get_by_role("button", name="Flag").first.click()
    saved(page)
    page.reload()
    expect(page.get_by_label("Your answer").first).to_have_value("Seine")
    expect(page.get_by_role("radio", name="The Nile")).to_be_checked()
    expect(page.get_by_role("button", name="Flag").first).to_have_attribute("aria-pressed", "true")

    device = school.device(LEARNER, quiz)
    assert device.answers()[2] == "Seine"
    device.save(6, "Because of the sand.")
    page.evaluate(SEEN)  # the tab is looked at again
    expect(page.get_by_label("Your answer").last).to_have_value("Because of the sand.")

    page.get_by_role("button", name="Clear answer").first.click()
    expect(page.get_by_role("radio", name="The Nile")).not_to_be_checked()
    saved(page)
    assert device.answers()[0] is None


def test_what_is_written_without_a_connection_is_sent_when_it_is_back(
    learner: Page, school: School
) -> None:
    quiz = school.quiz("Offline")
    page = learner
    begin(page, school, quiz)
    all_on_one(page)
    wait_until_kept(page)
    page.context.set_offline(True)
    page.get_by_label("Your answer").first.fill("Sein")
    kept(page)
    expect(page.locator("[data-saved=kept]")).to_contain_text("Kept in this browser")
    page.get_by_label("Your answer").first.fill("Seine")
    page.get_by_role("radio", name="True").check()
    expect(page.locator(".attempt-bar")).to_contain_text("2 answers are not sent yet")
    assert_accessible(page)

    # Handing in says so, and nothing is lost.
    page.get_by_role("button", name="Hand in").click()
    dialog = page.get_by_role("alertdialog")
    dialog.get_by_role("button", name="Hand in").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_role("button", name="Go on working").click()

    # Neither is it by a reload without a connection.
    page.reload()
    expect(page.get_by_label("Your answer").first).to_have_value("Seine", timeout=BACK_MS)
    device = school.device(LEARNER, quiz)
    assert device.answers() == [None] * 7

    page.context.set_offline(False)
    expect(page.locator("[data-saving]")).to_have_attribute("data-saving", "saved", timeout=BACK_MS)
    assert device.answers()[2] == "Seine"
    assert device.answers()[5] is True


def test_a_save_takes_the_connection_that_there_is_and_http_where_that_is_silent(
    learner: Page, school: School
) -> None:
    said: list[str] = []
    asked: list[str] = []
    silent = False

    def between(page_side: WebSocketRoute) -> None:
        server = page_side.connect_to_server()

        def heard(message: str | bytes) -> None:
            said.append(str(message))
            if not (silent and "attempt.answer" in str(message)):
                server.send(message)

        page_side.on_message(heard)

    page = learner
    page.route_web_socket("**/socket.io/**", between)
    page.on("request", lambda request: asked.append(request.post_data or ""))
    begin(page, school, school.quiz("Two ways"))
    all_on_one(page)

    def entered() -> bool:
        return bool(page.title()) and any("attempt.enter" in each for each in said)

    until(entered, "connection that shows the attempt")
    page.get_by_label("Your answer").first.fill("Seine")
    saved(page)
    assert [message for message in said if "attempt.answer" in message]
    assert not [body for body in asked if "SaveAnswer" in body]
    silent = True
    page.get_by_label("Your answer").first.fill("Loire")
    expect(page.get_by_text("Saved at").first).to_be_hidden()
    saved(page)
    assert len([body for body in asked if "SaveAnswer" in body]) == 1


def test_two_versions_are_shown_and_one_is_chosen(learner: Page, school: School) -> None:
    quiz = school.quiz("Two devices")
    page = learner
    begin(page, school, quiz)
    all_on_one(page)
    device = school.device(LEARNER, quiz)
    wait_until_kept(page)
    page.context.set_offline(True)  # else each would see at once what the other saves
    device.save(2, "Loire")
    device.save(6, "Wind")
    for field, text in ((0, "Seine"), (1, "Water")):
        page.get_by_label("Your answer").nth(field).fill(text)
    kept(page)
    page.context.set_offline(False)
    conflict = page.get_by_role("group", name="Question 3")
    expect(conflict).to_contain_text("Loire", timeout=BACK_MS)
    expect(conflict).to_contain_text("Seine")
    expect(page.get_by_role("group", name="Question 7")).to_contain_text("Wind")
    assert_accessible(page)
    assert device.answers()[2] == "Loire"

    page.get_by_role("button", name="Hand in").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alertdialog").get_by_role("alert")).to_contain_text("Look at your")
    page.keyboard.press("Escape")

    conflict.get_by_role("button", name="Keep yours").click()
    page.get_by_role("group", name="Question 7").get_by_role("button", name="Take").click()
    saved(page)
    expect(page.get_by_label("Your answer").last).to_have_value("Wind")
    assert device.answers()[2] == "Seine"
    assert device.answers()[6] == "Wind"
    hand_in(page)
    page.wait_for_url(f"**/attempts/{device.id}")


def test_at_the_deadline_what_is_saved_is_handed_in(learner: Page, school: School) -> None:
    closing = datetime.now(UTC) + timedelta(seconds=20)
    quiz = school.quiz("In time", availableUntil=closing.isoformat(), lateAnswers="REFUSE")
    page = learner
    begin(page, school, quiz)
    all_on_one(page)
    page.get_by_label("Your answer").first.fill("Seine")
    saved(page)
    # What the device's own clock says is of no matter.
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^00:[01]\d$"))
    page.context.set_offline(True)
    page.get_by_label("Your answer").last.fill("Too late")
    expect(page.get_by_text("Time is up, and there is no connection.")).to_be_visible(
        timeout=BACK_MS
    )
    expect(page.get_by_label("Your answer").last).to_have_attribute("readonly", "")
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Your time is up")).to_be_visible(timeout=BACK_MS)
    expect(page.get_by_text("1 of 7 questions was answered")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Too late")
    why = page.locator("[data-sealed=NOT_TAKEN]")
    expect(why).to_contain_text("takes nothing that comes after its end")
    assert_accessible(page)
    expect(page.get_by_role("link", name="Result")).to_be_visible()


def test_a_teacher_gives_more_time_and_ends_it(learner: Page, school: School) -> None:
    quiz = school.quiz("More time", timeLimitMinutes=4)
    page = learner
    begin(page, school, quiz)
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^0[34]:\d\d$"))
    device = school.device(LEARNER, quiz)
    graphql(school.server, EXTEND, school.teacher, id=device.id)
    page.evaluate(SEEN)
    expect(page.get_by_text("You have been given more time").first).to_be_visible()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^0[89]:\d\d$"))
    graphql(school.server, END, school.teacher, id=device.id)
    page.evaluate(SEEN)
    expect(page.get_by_role("heading", name="Your teacher has ended")).to_be_visible()
    assert_accessible(page)


def test_who_may_not_begin_is_told_why(learner: Page, school: School) -> None:
    page = learner
    url = school.server.url
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    cases: list[tuple[dict[str, Any], str]] = [
        ({"availableFrom": soon}, "It opens on"),
        ({"availableUntil": "2026-01-01T00:00:00Z"}, "It closed on"),
    ]
    for settings, why in cases:
        page.goto(f"{url}/quizzes/{school.quiz('Not now', **settings)}/take")
        expect(page.get_by_role("status").filter(has_text=why)).to_be_visible()
        expect(page.get_by_role("button", name="Begin")).to_have_count(0)
        assert_accessible(page)

    once = school.quiz("Once", maxAttempts=1)
    school.device(LEARNER, once).submit()
    page.goto(f"{url}/quizzes/{once}/take")
    expect(page.get_by_text("You have used your only attempt.")).to_be_visible()
    expect(page.get_by_role("link", name="Result: Attempt 1")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{url}/quizzes/{school.place['course']}/take")
    expect(page.get_by_role("heading", name="No such quiz")).to_be_visible()
    assert_accessible(page)


def test_a_teacher_sees_the_start_page_and_no_way_in(
    chromium: Browser, school: School, client_errors: list[str]
) -> None:
    context = chromium.new_context()
    page = signed_in(watch(context.new_page(), client_errors), school.server.url, EDUCATOR)
    page.goto(f"{school.server.url}/quizzes/{school.quiz('For students')}/take")
    expect(page.get_by_text("Only students of the course take this quiz.")).to_be_visible()
    context.close()


@pytest.mark.parametrize(("width", "language"), [(390, "ar"), (320, "de")])
def test_on_a_small_phone_in_the_dark(
    chromium: Browser, school: School, client_errors: list[str], width: int, language: str
) -> None:
    quiz = school.quiz("Klein und dunkel", timeLimitMinutes=90, description="Eine Stunde\nund mehr")
    token = school.token(CLASSMATE)
    graphql(school.server, SPEAK, token, language=language)
    context = chromium.new_context(
        viewport={"width": width, "height": 740}, color_scheme="dark", has_touch=True
    )
    page = signed_in(watch(context.new_page(), client_errors), school.server.url, CLASSMATE)
    try:
        page.goto(f"{school.server.url}/quizzes/{quiz}/take")
        page.locator("form button.primary").wait_for()
        looked_at(page)
        page.locator("form button.primary").click()
        for number in range(1, 8):
            page.locator(f"#question-{number}").wait_for()
            looked_at(page)
            if number < 7:
                page.locator("nav button.primary").click()
        page.locator(".mode button").last.click()
        expect(page.locator("[data-question]")).to_have_count(7)
        looked_at(page)
        page.locator("aside button.primary").click()
        page.get_by_role("alertdialog").wait_for()
        looked_at(page)
    finally:
        graphql(school.server, SPEAK, token, language="en")
        context.close()


def looked_at(page: Page) -> None:
    assert fits(page)
    assert_accessible(page)
