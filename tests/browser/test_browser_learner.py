"""A learner's way: into a course by a link, through its lessons, to the certificate; on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.journeys import sign_in
from tests.browser.stage import BACK_MS, PlayerPage, wait_until_kept
from tests.browser.test_browser_account import link_of
from tests.browser.test_browser_certificate import LOGIN
from tests.browser.test_browser_entry import graphql
from tests.browser.waiting import until
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

COURSE = "How bridges stand"
LESSONS = ("Weight", "Arches", "Cables")
FORMULA = "A beam of length $l$ bends by $f = \\frac{F l^3}{48 E I}$."
STUDENT = "omar@school.example"
INVITED = "ines@school.example"
UNINVITED = "ute@school.example"
SECONDS_PER_STEP = 60
NOTE_SUBSCRIPTION = """
    const own = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
        window.subscribed ||= String(data).includes("progressUpdated");
        return own.call(this, data);
    };"""
LEFT_OVER = 6
"""Less than these are told when a page is left, beside whole steps."""


class Course:
    """A published course of three lessons, of which the last is locked by the one before."""

    def __init__(self, server: StoaServer, title: str = COURSE) -> None:
        self.server, self.title = server, title
        self.teacher = self.token_of(EDUCATOR)
        create = """mutation ($t: String!) { createCourse(input: {
          title: $t, description: "Loads", category: "science", difficulty: BEGINNER}) { id } }"""
        self.id = self.asked(create, t=title)["createCourse"]["id"]
        add = (
            "mutation ($c: ID!, $t: String!) { addModule(courseId: $c, input: {title: $t}) { id } }"
        )
        write = """mutation ($m: ID!, $t: String!, $x: String!) { addLesson(moduleId: $m, input: {
          title: $t, type: TEXT, contentText: $x, durationMinutes: 5}) { id } }"""
        self.lessons = []
        for number, lesson in enumerate(LESSONS):
            module = self.asked(add, c=self.id, t=f"Part {number + 1}")["addModule"]["id"]
            added = self.asked(write, m=module, t=lesson, x=FORMULA)["addLesson"]["id"]
            self.lessons.append(added)
        need = """mutation ($l: ID!, $p: [ID!]!) {
          setLessonPrerequisites(lessonId: $l, prerequisiteIds: $p) { id } }"""
        self.asked(need, l=self.lessons[2], p=[self.lessons[1]])
        self.asked("mutation ($c: ID!) { publishCourse(id: $c) { id } }", c=self.id)

    def asked(self, query: str, token: str = "", **variables: Any) -> dict[str, Any]:
        """As the teacher, or whose token this is."""
        return graphql(self.server, query, token or self.teacher, **variables)

    def token_of(self, email: str) -> str:
        return str(graphql(self.server, LOGIN, e=email, p=PASSWORD)["login"]["accessToken"])

    def link(self) -> str:
        """A link by which students enrol."""
        create = "mutation ($c: ID!) { createEnrollmentLink(courseId: $c) { token } }"
        token = self.asked(create, c=self.id)["createEnrollmentLink"]["token"]
        return f"{self.server.url}/join-course/{token}"

    def enrolled(self, email: str) -> str:
        """Enrol somebody of the demonstration; returns the enrolment."""
        enroll = "mutation ($c: ID!) { enrollInCourse(courseId: $c) { id } }"
        token = self.token_of(email)
        return str(self.asked(enroll, token, c=self.id)["enrollInCourse"]["id"])

    def address(self, lesson: int) -> str:
        return f"{self.server.url}/courses/{self.id}/lessons/{self.lessons[lesson]}"

    def seconds(self, enrollment: str) -> int:
        """All time spent in the course, as the server has it."""
        time = "query ($e: ID!) { enrollment(id: $e) { lessons { timeSpentSeconds } } }"
        lessons = self.asked(time, e=enrollment)["enrollment"]["lessons"]
        return sum(each["timeSpentSeconds"] for each in lessons)


def signed_in(player: PlayerPage, email: str) -> Page:
    page = player.page
    sign_in(page, player.url, email)
    expect(page.get_by_role("heading", name="My learning")).to_be_visible(timeout=BACK_MS)
    return page


def looked_at(player: PlayerPage) -> None:
    """The page in this state has no faults, and fits."""
    assert_accessible(player.page)
    assert player.fits()


def test_a_learner_comes_by_a_link_and_leaves_with_a_certificate(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    course, page = Course(stoa_server), player.page
    link = course.link()
    page.goto(link)
    expect(page.get_by_role("heading", name=COURSE)).to_be_visible()
    looked_at(player)
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Your name").fill("Omar Haddad")
    page.get_by_label("E-mail").fill(STUDENT)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    expect(page).to_have_url(link, timeout=BACK_MS)
    page.get_by_role("button", name="Take part").click()
    expect(page.get_by_text(f"You are now in {COURSE}.").first).to_be_visible()
    expect(page).to_have_url(f"{stoa_server.url}/courses/{course.id}")
    expect(page.get_by_role("link", name="Begin")).to_be_visible()

    page.get_by_role("link", name="My learning").press("Enter")
    expect(page.get_by_role("heading", name=COURSE)).to_be_visible()
    looked_at(player)
    page.get_by_role("link", name="Begin: Weight").press("Enter")
    read_the_lessons(player)

    page.get_by_role("link", name="See the certificate").press("Enter")
    expect(page.get_by_role("heading", name=COURSE)).to_be_visible()
    expect(page.get_by_text("Omar Haddad")).to_be_visible()
    looked_at(player)
    wait_for_file(page, page.get_by_role("listitem").filter(has_text="Omar").locator("dd bdi"))
    with page.expect_download() as download:
        page.get_by_role("button", name=f"PDF: {COURSE}").click()
    assert download.value.suggested_filename.startswith("certificate-")
    page.get_by_role("link", name=f"Public page: {COURSE}").click()
    expect(page.get_by_text("Valid certificate")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Omar Haddad")).to_be_visible()


def wait_for_file(page: Page, number: Locator) -> None:
    """Until the PDF is made: the page would wait too, but Chromium complains of each refusal."""
    address = page.url.replace("/my-certificates", f"/certificates/{number.inner_text()}.pdf")
    until(lambda: page.request.get(address, max_redirects=0).status != 503, "PDF")


def read_the_lessons(player: PlayerPage) -> None:
    """Three lessons by keyboard; the last is locked until the second is done."""
    page = player.page
    expect(page.get_by_role("heading", name="Weight", level=1)).to_be_visible()
    expect(page.locator("article .katex").first).to_be_visible()
    looked_at(player)
    page.get_by_text("Lessons of the course").click()
    page.get_by_role("link", name="Cables").click()
    expect(page.get_by_role("heading", name="This lesson is locked")).to_be_visible()
    looked_at(player)
    page.get_by_role("article").get_by_role("link", name="Arches", exact=True).click()
    page.get_by_role("button", name="Mark as done").press("Enter")
    onward = page.get_by_role("link", name="Next: Cables")
    expect(onward).to_be_focused()
    onward.press("Enter")
    expect(page.locator("article .katex").first).to_be_visible()
    page.get_by_role("button", name="Mark as done").press("Enter")
    expect(page.get_by_role("button", name="Mark as done")).to_have_count(0)
    page.go_back()
    page.get_by_role("link", name="Previous: Weight").click()
    page.get_by_role("button", name="Mark as done").press("Enter")
    expect(page.get_by_role("heading", name="You have completed the course")).to_be_visible()
    expect(page.get_by_text("Your certificate is there.")).to_be_visible(timeout=BACK_MS)


def test_time_counts_while_a_lesson_is_seen_and_is_sent_until_it_is_acknowledged(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    course = Course(stoa_server, "Time")
    enrollment = course.enrolled("student11@demo.stoa")
    page = signed_in(player, "student11@demo.stoa")
    page.clock.install()
    page.goto(course.address(0))
    expect(page.get_by_role("heading", name="Weight", level=1)).to_be_visible()
    with page.expect_response(
        lambda answer: '"timeSpentSeconds":' in str(answer.request.post_data)
    ):
        page.clock.run_for(1_000 * (SECONDS_PER_STEP + 2))
    assert SECONDS_PER_STEP <= course.seconds(enrollment) <= SECONDS_PER_STEP + 2

    page.route("**/graphql", lambda route: route.abort())
    page.clock.run_for(1_000 * (SECONDS_PER_STEP + 2))
    [step] = page.evaluate("JSON.parse(localStorage.getItem('stoa.time'))")
    before = course.seconds(enrollment)
    page.unroute("**/graphql")
    page.reload()
    page.wait_for_function("() => localStorage.getItem('stoa.time') === null")
    sent = course.seconds(enrollment) - before
    assert step["seconds"] <= sent < step["seconds"] + LEFT_OVER


def test_a_lesson_that_is_done_without_a_connection_is_sent_when_there_is_one(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    course = Course(stoa_server, "Tunnel")
    course.enrolled("student15@demo.stoa")
    page = signed_in(player, "student15@demo.stoa")
    page.goto(course.address(0))
    done = page.get_by_role("button", name="Mark as done")
    expect(done).to_be_visible()
    wait_until_kept(page)
    page.context.set_offline(True)
    done.click()
    kept = page.locator("p.hint").filter(has_text="Marked as done. It is kept in this browser")
    expect(kept).to_be_visible(timeout=BACK_MS)
    assert player.fits()
    assert_accessible(page)
    page.get_by_role("link", name="Next").click()
    page.go_back()
    expect(kept).to_be_visible()
    page.get_by_role("link", name="Next").click()
    page.context.set_offline(False)
    expect(page.get_by_role("complementary").get_by_text("33%")).to_be_visible(timeout=BACK_MS)
    page.go_back()
    expect(page.get_by_role("heading", name="Weight", level=1)).to_be_visible()
    expect(done).to_have_count(0)
    expect(kept).to_have_count(0)


def test_nothing_counts_in_a_page_that_nobody_looks_at(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    page = player.page
    page.goto(f"{stoa_server.url}/sign-in")
    counted = """async (steps) => {
        const base = document.querySelector('script[src*="joined/core.js"]').src;
        const { counted } = await import(new URL("../enrollments/lesson/time.js", base));
        let count = { seconds: 0, last: 0, sign: 0 };
        for (const [now, seen] of steps) count = counted(count, now, seen);
        return count.seconds;
    }"""
    assert page.evaluate(counted, [[1_000, True], [2_000, False], [3_000, True]]) == 2
    assert page.evaluate(counted, [[1_000, True], [60_000, True]]) == 3  # it slept
    assert page.evaluate(counted, [[300_000, True], [301_000, True]]) == 0  # no sign of life


def test_progress_that_is_made_elsewhere_is_shown_at_once(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    course = Course(stoa_server, "Elsewhere")
    enrollment = course.enrolled("student12@demo.stoa")
    page = signed_in(player, "student12@demo.stoa")
    page.add_init_script(NOTE_SUBSCRIPTION)
    page.goto(course.address(0))
    page.wait_for_function("() => window.subscribed")
    expect(page.get_by_role("button", name="Mark as done")).to_be_visible()
    progress = page.get_by_role("complementary").get_by_text("33%")
    expect(progress).to_have_count(0)
    advance = """mutation ($e: ID!, $l: ID!) {
      updateLessonProgress(enrollmentId: $e, lessonId: $l, progress: {status: COMPLETED}) {
        id } }"""
    token = course.token_of("student12@demo.stoa")
    course.asked(advance, token, e=enrollment, l=course.lessons[0])
    expect(progress).to_be_visible()
    expect(page.get_by_role("button", name="Mark as done")).to_have_count(0)


def test_who_is_invited_by_e_mail_makes_an_account_and_is_in_the_course(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    course, page = Course(stoa_server, "By invitation"), player.page
    invite = """mutation ($c: ID!, $a: [String!]) {
      inviteStudents(courseId: $c, addresses: $a) { invited } }"""
    assert course.asked(invite, c=course.id, a=[INVITED])["inviteStudents"]["invited"] == 1
    page.goto(link_of(stoa_server, "You are invited to a course", INVITED))
    assert "#" not in page.url
    expect(page.get_by_role("heading", name="By invitation")).to_be_visible()
    looked_at(player)
    page.reload()
    page.get_by_label("Your name").fill("Ines Almeida")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    told = page.get_by_text("You are now in By invitation.").first
    expect(told).to_be_visible(timeout=BACK_MS)
    page.goto(f"{stoa_server.url}/home")
    expect(page.get_by_role("heading", name="By invitation")).to_be_visible()


def test_an_invitation_that_was_taken_back_says_so_and_leads_to_the_courses(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    course, page = Course(stoa_server, "Taken back"), player.page
    invite = """mutation ($c: ID!, $a: [String!]) {
      inviteStudents(courseId: $c, addresses: $a) { invited } }"""
    course.asked(invite, c=course.id, a=[UNINVITED])
    link = link_of(stoa_server, "You are invited to a course", UNINVITED)
    waiting = "query ($c: ID!) { course(id: $c) { invitations(first: 1) { nodes { id } } } }"
    [invitation] = course.asked(waiting, c=course.id)["course"]["invitations"]["nodes"]
    remove = "mutation ($i: ID!) { removeInvitation(invitationId: $i) { removedInvitationId } }"
    course.asked(remove, i=invitation["id"])
    page.goto(link)
    page.get_by_label("Your name").fill("Ute Unger")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    said = page.get_by_role("alert").filter(has_text="Ask the teacher for another one.")
    expect(said).to_be_visible(timeout=BACK_MS)
    looked_at(player)
    page.get_by_role("main").get_by_role("link", name="Courses").click()
    expect(page).to_have_url(f"{stoa_server.url}/courses")


def test_what_is_not_there_or_not_for_the_reader_says_so(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    course, page = Course(stoa_server, "Closed doors"), player.page
    page.goto(f"{stoa_server.url}/join-course/nothing")
    expect(page.get_by_role("heading", name="This link is not good any more")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name="Courses")).to_be_visible()
    looked_at(player)
    page.goto(course.address(0))
    expect(page.get_by_role("heading", name="For students of the course")).to_be_visible()
    expect(page.get_by_role("button", name="Mark as done")).to_have_count(0)
    looked_at(player)
    page.goto(f"{stoa_server.url}/courses/{course.id}/lessons/{course.id}")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    page.goto(f"{stoa_server.url}/my-certificates")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    signed_in(player, "student13@demo.stoa")
    page.goto(f"{stoa_server.url}/my-certificates")
    expect(page.get_by_role("heading", name="No certificates yet")).to_be_visible()
    looked_at(player)
