"""Answers written without a connection, sent when the time was up: a teacher decides about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.attempts import LEARNER, OWN, School
from tests.browser.journeys import sign_in
from tests.browser.stage import BACK_MS, fits, wait_until_kept, watch
from tests.browser.test_browser_attempt import all_on_one, begin, kept, saved
from tests.browser.test_browser_entry import graphql
from tests.browser.test_browser_practice import QUESTIONS
from tests.browser.test_browser_results import signed_in
from tests.browser.waiting import until
from tests.support.server import EDUCATOR, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

ASKED: list[Any] = [QUESTIONS[2], QUESTIONS[5]]
SCORE = """query ($q: ID!) { quiz(id: $q) { mySubmissions {
  id sealed scorePercentage answers { answer } } } }"""
LOG = (
    "query ($s: ID!) { quizAttemptLog(submissionId: $s, first: 100) { entries { kind by text } } }"
)


@pytest.fixture(scope="module")
def school(stoa_server: StoaServer) -> School:
    return School(stoa_server)


class Line:
    """The student's connection: what a browser's offline mode leaves is cut off by hand."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.open: list[WebSocketRoute] = []
        self.entered = self.is_cut = False
        page.route_web_socket("**/socket.io/**", self._between)

    def _between(self, page_side: WebSocketRoute) -> None:
        if self.is_cut:  # what is between is no part of the browser
            page_side.close()
            return
        server = page_side.connect_to_server()
        self.open.append(server)

        def heard(message: str | bytes) -> None:
            self.entered = self.entered or "attempt.enter" in str(message)
            server.send(message)

        page_side.on_message(heard)

    def cut(self) -> None:
        self.is_cut = True
        self.page.context.set_offline(True)
        for each in self.open:
            each.close()

    def mend(self) -> None:
        self.is_cut = False
        self.page.context.set_offline(False)


@pytest.fixture
def learner(chromium: Browser, stoa_server: StoaServer, client_errors: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = watch(context.new_page(), client_errors)
    sign_in(page, stoa_server.url, LEARNER)
    yield page
    context.close()


def test_what_was_written_before_the_end_without_a_connection_counts_if_a_teacher_says_so(
    learner: Page, chromium: Browser, school: School, client_errors: list[str]
) -> None:
    closing = datetime.now(UTC) + timedelta(seconds=25)
    settings = {"availableUntil": closing.isoformat(), "reviewShortAnswers": False}
    quiz = school.quiz("Sealed", ASKED, **settings)
    page, line = learner, Line(learner)
    begin(page, school, quiz)
    page.get_by_role("button", name="All on one page").click()
    expect(page.locator("[data-question]")).to_have_count(2)
    page.get_by_label("Your answer").fill("Loire")
    saved(page)
    wait_until_kept(page)
    until(lambda: bool(page.title()) and line.entered, "connection that shows the attempt")

    line.cut()
    page.get_by_label("Your answer").fill("Seine")
    kept(page)
    page.get_by_role("radio", name="True").check()
    until(lambda: sealed_count(page) == 2, "two sealed entries")

    # A reload without a connection keeps the chain.
    page.reload()
    expect(page.get_by_label("Your answer")).to_have_value("Seine", timeout=BACK_MS)
    expect(page.get_by_text("Time is up, and")).to_be_visible(timeout=BACK_MS)
    assert sealed_count(page) == 2

    line.mend()
    expect(page.get_by_role("heading", name="Your time is up")).to_be_visible(timeout=BACK_MS)
    expect(page.locator("[data-sealed=PENDING]")).to_contain_text("Your teacher decides")
    expect(page.locator("dl.beside")).to_contain_text("Seine")
    assert_accessible(page)
    assert sealed_count(page) == 0
    token = school.token(LEARNER)
    [own] = graphql(school.server, SCORE, token, q=quiz)["quiz"]["mySubmissions"]
    assert (own["sealed"], own["scorePercentage"]) == ("PENDING", 0)

    # The teacher finds it in the grading desk, refuses first, and then thinks again.
    context = chromium.new_context(viewport={"width": 1366, "height": 900})
    desk = signed_in(watch(context.new_page(), client_errors), school.server.url, EDUCATOR)
    desk.goto(f"{school.server.url}/quizzes/{quiz}/grading")
    desk.get_by_role("link", name=re.compile("^Look and decide")).click()
    panel = desk.get_by_role("region", name="Written without a connection")
    expect(panel).to_contain_text("Waits for a decision")
    expect(panel).to_contain_text("Loire")
    expect(panel).to_contain_text("Seine")
    assert_accessible(desk)
    desk.set_viewport_size({"width": 360, "height": 800})
    assert fits(desk)
    desk.set_viewport_size({"width": 1366, "height": 900})
    panel.get_by_label("Reason").fill("You were seen in the library")
    desk.reload()
    expect(panel.get_by_label("Reason")).to_have_value("You were seen in the library")
    panel.get_by_role("button", name="Do not let it count").click()
    expect(panel).to_contain_text("Does not count")
    page.goto(f"{school.server.url}/attempts/{own['id']}")
    expect(page.get_by_text("You were seen in the library")).to_be_visible()
    assert_accessible(page)

    panel.get_by_role("button", name="Let it count").click()
    expect(panel.locator("[data-sealed=ACCEPTED]")).to_be_visible()
    page.reload()
    expect(page.get_by_text("100%").first).to_be_visible()
    [own] = graphql(school.server, SCORE, token, q=quiz)["quiz"]["mySubmissions"]
    assert (own["sealed"], own["scorePercentage"]) == ("ACCEPTED", 100)
    assert [each["answer"] for each in own["answers"]] == ["Seine", True]
    log = graphql(school.server, LOG, school.teacher, s=own["id"])["quizAttemptLog"]["entries"]
    kinds = [each["kind"] for each in log if "CONNECTED" not in each["kind"]]
    assert kinds[-5:] == ["ENDED", "SEALED", "SEALED", "SEALED_REFUSED", "SEALED_ACCEPTED"]
    desk.goto(f"{school.server.url}/attempts/{own['id']}/log")
    expect(desk.get_by_text("What came after the end counts")).to_be_visible()
    context.close()


def test_before_the_end_it_is_saved_as_always(learner: Page, school: School) -> None:
    quiz = school.quiz("In time after all", timeLimitMinutes=30)
    page, line = learner, written_offline(learner, school, quiz)
    line.mend()
    expect(page.locator("[data-saving]")).to_have_attribute("data-saving", "saved", timeout=BACK_MS)
    assert school.device(LEARNER, quiz).answers()[2] == "Seine"
    until(lambda: sealed_count(page) == 0, "chain that is not needed any more")


def written_offline(page: Page, school: School, quiz: str) -> Line:
    """Begin the quiz, and write an answer without a connection; the line that is cut."""
    line = Line(page)
    begin(page, school, quiz)
    all_on_one(page)
    line.cut()
    page.get_by_label("Your answer").first.fill("Seine")
    kept(page)
    until(lambda: sealed_count(page) == 1, "a sealed entry")
    return line


def written_before_it_was_closed(page: Page, school: School, title: str, **settings: Any) -> str:
    """A student who closed the page, offline, with sealed answers; the quiz. Its end has come."""
    closing = datetime.now(UTC) + timedelta(seconds=25)
    quiz = school.quiz(title, ASKED, availableUntil=closing.isoformat(), **settings)
    line = Line(page)
    begin(page, school, quiz)
    page.get_by_role("button", name="All on one page").click()
    page.get_by_label("Your answer").fill("Loire")
    saved(page)
    wait_until_kept(page)
    until(lambda: bool(page.title()) and line.entered, "connection that shows the attempt")
    line.cut()
    page.get_by_label("Your answer").fill("Seine")
    kept(page)
    until(lambda: sealed_count(page) == 1, "a sealed entry")
    expect(page.get_by_text("leave this page open")).to_be_visible(timeout=BACK_MS)
    token = school.token(LEARNER)

    def is_over() -> bool:
        [own] = graphql(school.server, OWN, token, quiz=quiz)["quiz"]["mySubmissions"]
        return bool(own["status"] == "SUBMITTED")

    until(is_over, "end on the server")
    return quiz


@pytest.mark.parametrize("first", ["/home", "/quizzes/{}/take", "/attempts/{}"])
def test_what_was_left_in_the_browser_is_handed_over_by_the_first_page(
    learner: Page, school: School, client_errors: list[str], first: str
) -> None:
    quiz = written_before_it_was_closed(learner, school, "Closed")
    context = learner.context
    learner.close()
    context.set_offline(False)
    token = school.token(LEARNER)
    [own] = graphql(school.server, SCORE, token, q=quiz)["quiz"]["mySubmissions"]
    page = watch(context.new_page(), client_errors)
    page.goto(school.server.url + first.format(own["id"] if "attempts" in first else quiz))
    if first == "/home":
        expect(page.locator(".toasts")).to_contain_text("Your teacher decides")
    elif "take" in first:
        expect(page.locator("[data-sealed=PENDING]")).to_contain_text("Your teacher decides")
        assert_accessible(page)
    else:
        panel = page.get_by_role("region", name="Written without a connection")
        expect(panel).to_contain_text("Seine")
    assert sealed_count(page) == 0
    [own] = graphql(school.server, SCORE, token, q=quiz)["quiz"]["mySubmissions"]
    assert own["sealed"] == "PENDING"


def test_a_page_that_was_reloaded_after_the_end_hands_over_when_it_is_back(
    learner: Page, school: School
) -> None:
    quiz = written_before_it_was_closed(learner, school, "Reloaded")
    learner.reload(wait_until="commit")
    learner.context.set_offline(False)
    expect(learner.locator("[data-sealed=PENDING]")).to_be_visible(timeout=BACK_MS)
    token = school.token(LEARNER)
    [own] = graphql(school.server, SCORE, token, q=quiz)["quiz"]["mySubmissions"]
    assert own["sealed"] == "PENDING"


def test_it_is_said_that_what_was_left_was_not_taken_and_why(
    learner: Page, school: School, client_errors: list[str]
) -> None:
    quiz = written_before_it_was_closed(learner, school, "Refused", lateAnswers="REFUSE")
    context = learner.context
    learner.close()
    context.set_offline(False)
    page = watch(context.new_page(), client_errors)
    page.goto(f"{school.server.url}/quizzes/{quiz}/take")
    note = page.locator("[data-sealed=NOT_TAKEN]")
    expect(note).to_contain_text("This quiz takes nothing that comes after its end.")
    page.get_by_role("link", name=re.compile("^Result")).click()
    page.wait_for_url("**/attempts/*")
    expect(note).to_contain_text("This quiz takes nothing that comes after its end.")


def test_what_was_left_is_saved_while_the_attempt_runs(
    learner: Page, school: School, client_errors: list[str]
) -> None:
    quiz = school.quiz("Left, and it runs", timeLimitMinutes=30)
    page = learner
    written_offline(page, school, quiz)
    context = page.context
    page.close(run_before_unload=False)
    context.set_offline(False)
    page = watch(context.new_page(), client_errors)
    page.goto(f"{school.server.url}/home")
    until(lambda: sealed_count(page) == 0, "chain that is not needed any more")
    until(lambda: school.device(LEARNER, quiz).answers()[2] == "Seine", "saved answer")


def sealed_count(page: Page) -> int:
    """Entries in this browser."""
    return int(
        page.evaluate(
            """() => Object.keys(localStorage).filter((key) => key.startsWith("stoa.sealed."))
              .flatMap((key) => JSON.parse(localStorage.getItem(key)).entries).length"""
        )
    )
