"""An administrator's journey: a person asks to be forgotten, and is, everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.administered import ADMIN, start_with_admin
from tests.browser.journeys import SETTINGS, Setting, looked_at, said, sign_in
from tests.browser.stage import BACK_MS, watch
from tests.browser.test_browser_entry import graphql
from tests.browser.test_browser_learner import Course
from tests.browser.waiting import until
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

NAME = "Mira Okafor"
LOGIN = "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }"
REGISTER = """mutation ($e: String!, $p: String!) {
  register(input: {email: $e, password: $p, fullName: "Mira Okafor"}) { accessToken } }"""
SPEAK = "mutation ($language: String) { updateProfile(input: {language: $language}) { language } }"
ADVANCE = """mutation ($e: ID!, $l: ID!) {
  updateLessonProgress(enrollmentId: $e, lessonId: $l, progress: {status: COMPLETED}) { id } }"""
REVIEW = """mutation ($c: ID!) {
  reviewCourse(courseId: $c, input: {rating: 5, comment: "I liked the arches"}) { id } }"""
ENROLL = "mutation ($c: ID!) { enrollInCourse(courseId: $c) { id } }"
CERTIFICATES = "{ myCertificates { certificateId } }"


@pytest.fixture(scope="module")
def stoa_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoaServer]:
    """In the place of the one without an administrator."""
    path: Path = tmp_path_factory.mktemp("erasure")
    server = StoaServer(path / "data")
    start_with_admin(server)
    yield server
    server.kill()


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_a_person_is_erased_and_nobody_finds_a_trace(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str], setting: Setting
) -> None:
    course = Course(stoa_server, f"Bridges for {setting}")
    email = f"mira.{setting}@school.example"
    number = learned(course, email)
    with chromium.new_context(reduced_motion="reduce") as own:
        person = watch(own.new_page(), [])  # that its session has gone is no complaint
        sign_in(person, stoa_server.url, email)
        person.goto(f"{stoa_server.url}/settings/profile")
        expect(person.get_by_label("Your name")).to_have_value(NAME)
        with setting.page(chromium, client_errors) as page:
            admin = graphql(stoa_server, LOGIN, e=ADMIN, p=PASSWORD)["login"]["accessToken"]
            graphql(stoa_server, SPEAK, admin, language=setting.language)
            erase(page, stoa_server, email, setting)
            expect_no_certificate(page, stoa_server, number, setting)
        person.get_by_label("About you").fill("Am I still here?")
        person.get_by_role("button", name="Save").click()
        expect(person.get_by_text("Your session has ended.").first).to_be_visible()
        person.get_by_label("E-mail").fill(email)
        person.get_by_label("Password", exact=True).fill(PASSWORD)
        person.get_by_role("button", name="Sign in").click()
        wrong = person.get_by_role("alert").filter(has_text="E-mail or password is wrong.")
        expect(wrong).to_be_visible(timeout=BACK_MS)
    expect_no_student(chromium, course, email)


def learned(course: Course, email: str) -> str:
    """Somebody new completes the course and says something about it; the certificate's number."""
    server = course.server
    token = graphql(server, REGISTER, e=email, p=PASSWORD)["register"]["accessToken"]
    enrollment = course.asked(ENROLL, token, c=course.id)["enrollInCourse"]["id"]
    for lesson in course.lessons:
        course.asked(ADVANCE, token, e=enrollment, l=lesson)
    course.asked(REVIEW, token, c=course.id)
    found = until(lambda: course.asked(CERTIFICATES, token)["myCertificates"], "certificate")
    return str(found[0]["certificateId"])


def erase(page: Page, server: StoaServer, email: str, setting: Setting) -> None:
    words = setting.words
    sign_in(page, server.url, ADMIN)
    page.get_by_role("link", name=words["nav.admin"], exact=True).click()
    page.get_by_role("main").get_by_role("link", name=words["admin.people"]).first.click()
    page.get_by_label(words["admin.find_person"]).fill(email)
    found = page.get_by_role("row").filter(has_text=email)
    expect(page.get_by_role("row").filter(has_text=NAME)).to_have_count(1)
    looked_at(page)
    found.get_by_role("button", name=said(words, "admin.actions_for", name=NAME)).click()
    page.get_by_role("menuitem", name=words["admin.erase"]).click()
    dialog = page.get_by_role("dialog", name=words["admin.erase"])
    expect(dialog).to_contain_text(words["admin.erase_final"])
    looked_at(page)
    dialog.get_by_label(said(words, "admin.erase_type", word=email)).fill(email)
    dialog.get_by_role("button", name=words["admin.erase"]).click()
    done = page.get_by_text(said(words, "admin.erased", name=NAME)).first
    expect(done).to_be_visible(timeout=BACK_MS)
    expect(page.get_by_role("heading", name=words["admin.nobody"])).to_be_visible()
    assert page.evaluate("document.activeElement !== document.body")
    page.go_back()  # and not to the person
    expect(page.get_by_text(email)).to_have_count(0)


def expect_no_certificate(page: Page, server: StoaServer, number: str, setting: Setting) -> None:
    """Neither programs find it nor people, who are asked for another number."""
    address = f"{server.url}/certificates/{number}"
    assert page.request.get(address, headers={"accept": "application/json"}).status == 404
    page.goto(address)
    expect(page.get_by_text(setting.words["certificates.no_such_number"])).to_be_visible()


def expect_no_student(chromium: Browser, course: Course, email: str) -> None:
    """Neither the teacher nor whoever reads the course finds a name or an address."""
    url = course.server.url
    with chromium.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        sign_in(page, url, EDUCATOR)
        for address in (f"/courses/{course.id}", f"/courses/{course.id}/edit/students"):
            page.goto(url + address)
            expect(page.get_by_role("heading", level=1)).to_have_text(course.title)
            expect(page.locator(".skeleton")).to_have_count(0)
            for trace in (NAME, email):
                expect(page.get_by_text(trace)).to_have_count(0)
