"""Every form without a connection and after the session has ended: said, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.stage import BACK_MS, watch
from tests.browser.test_browser_courses import make_course, publish
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

STUDENT = "student09@demo.stoa"
EXPECTED = ("401", "ERR_INTERNET_DISCONNECTED")
SIGN_OUT = "mutation { logoutEverywhere }"
LOGIN = "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }"


@dataclass(frozen=True)
class Form:
    """A form: where it is, how it is opened, what is typed into it and what sends it."""

    path: str
    label: str
    text: str
    button: str
    done: str
    """What is there to be read once it has been sent."""
    opener: str = ""
    also: dict[str, str] = field(default_factory=dict)
    """Typed before it is sent, and kept nowhere, as passwords are."""
    by: str = EDUCATOR
    open_to_all: bool = False
    """Whether others read the page too, so that nobody is sent to sign in."""


EDIT = "/courses/{course}/edit"
FORMS = {
    "new course": Form(
        "/courses/new",
        "Title",
        "A course in a tunnel",
        "Create the course",
        "No modules yet",
        also={"Description": "Dark.", "Category": "trains"},
    ),
    "details": Form(f"{EDIT}/details", "Category", "tunnels", "Save", "Saved"),
    "module": Form(
        f"{EDIT}/curriculum", "Title", "A module in a tunnel", "Save", "Saved", "Add a module"
    ),
    "lesson": Form(
        f"{EDIT}/curriculum",
        "Title",
        "A lesson in a tunnel",
        "Save",
        "Saved",
        "Add a lesson to Part 1",
    ),
    "link": Form(
        f"{EDIT}/invite",
        "For how many students",
        "31",
        "Make the link",
        "Used 0 of 31 times",
        "New link",
    ),
    "invitations": Form(
        f"{EDIT}/invite",
        "Addresses",
        "tunnel@school.example",
        "Send the invitations",
        "1 invitation is on its way.",
    ),
    "profile": Form("/settings/profile", "About you", "I write in a tunnel", "Save", "Saved"),
    "address": Form(
        "/settings/address",
        "New address",
        "tunnel@demo.stoa",
        "Send the e-mail",
        "The e-mail is on its way.",
        also={"Password": PASSWORD},
        by=STUDENT,
    ),
    "review": Form(
        "/courses/{course}",
        "What you say about it",
        "It has tunnels",
        "Publish the review",
        "Your review is published.",
        by=STUDENT,
        open_to_all=True,
    ),
}


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, stoa_server: StoaServer, client_errors: list[str]) -> Page:
    errors: list[str] = []
    page = watch(context.new_page(), errors)
    page.on("close", lambda _: client_errors.extend(unexpected(errors)))
    return page


def unexpected(errors: list[str]) -> list[str]:
    """What a console said beside that a request failed."""
    return [each for each in errors if not any(part in each for part in EXPECTED)]


@pytest.fixture(scope="module")
def course(stoa_server: StoaServer) -> str:
    """Published, with the student in it."""
    made = make_course(stoa_server, "Tunnels")
    publish(stoa_server, made)
    token = graphql(stoa_server, LOGIN, e=STUDENT, p=PASSWORD)["login"]["accessToken"]
    enroll = "mutation ($c: ID!) { enrollInCourse(courseId: $c) { id } }"
    graphql(stoa_server, enroll, token, c=made)
    return made


def sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def open_form(page: Page, form: Form) -> None:
    """The form, which may be there already after a reload."""
    if form.opener:
        field = page.get_by_role("dialog").get_by_label(form.label, exact=True)
        opener = page.get_by_role("button", name=form.opener, exact=True)
        expect(opener.or_(field).first).to_be_visible(timeout=BACK_MS)
        if not field.is_visible():
            opener.click()
    expect(page.get_by_label(form.label, exact=True).first).to_be_visible(timeout=BACK_MS)


def send(page: Page, form: Form) -> None:
    for label, text in form.also.items():
        page.get_by_role("textbox", name=label).fill(text)
    if form.button == "Publish the review":
        page.get_by_text("4 stars").check(force=True)
    page.get_by_role("button", name=form.button, exact=True).click()


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_form_survives_a_lost_connection_and_the_end_of_the_session(
    context: BrowserContext, page: Page, course: str, stoa_server: StoaServer, form: Form
) -> None:
    address = stoa_server.url + form.path.format(course=course)
    page.goto(f"{stoa_server.url}/sign-in")
    sign_in(page, form.by)
    page.wait_for_url("**/home", timeout=BACK_MS)
    page.goto(address)
    open_form(page, form)
    typed = page.get_by_label(form.label, exact=True).first
    typed.fill(form.text)

    context.set_offline(True)
    send(page, form)
    said = page.get_by_role("alert").filter(has_text="The server does not answer.")
    expect(said.first).to_be_visible(timeout=BACK_MS)
    expect(typed).to_have_value(form.text)
    context.set_offline(False)

    token = graphql(stoa_server, LOGIN, e=form.by, p=PASSWORD)["login"]["accessToken"]
    graphql(stoa_server, SIGN_OUT, token)
    send(page, form)
    expect(page.get_by_text("Your session has ended.").first).to_be_visible(timeout=BACK_MS)
    if form.open_to_all:
        page.get_by_role("banner").get_by_role("link", name="Sign in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=BACK_MS)
    sign_in(page, form.by)
    open_form(page, form)
    expect(typed).to_have_value(form.text)
    send(page, form)
    expect(page.get_by_text(form.done).first).to_be_visible(timeout=BACK_MS)
    page.close()


def test_a_quiz_goes_on_where_it_was_when_the_session_has_ended(
    page: Page, stoa_server: StoaServer
) -> None:
    lessons = "{ myCourses(first: 20) { nodes { modules { lessons { id type } } } } }"
    token = token_of(stoa_server)
    courses = graphql(stoa_server, lessons, token)["myCourses"]["nodes"]
    modules = [module for each in courses for module in each["modules"]]
    found = [lesson for module in modules for lesson in module["lessons"]]
    [lesson, *_] = [lesson["id"] for lesson in found if lesson["type"] == "QUIZ"]
    create = """mutation ($l: ID!) { createQuiz(lessonId: $l, input: {settings: {title: "Ended"},
        questions: [{type: TRUE_FALSE, questionText: "So?",
        answer: {trueFalse: true}}]}) { id } }"""
    quiz = graphql(stoa_server, create, token, l=lesson)["createQuiz"]["id"]
    page.goto(f"{stoa_server.url}/quizzes/{quiz}/edit")
    sign_in(page, EDUCATOR)
    text = page.get_by_label("Question", exact=True)
    expect(text).to_have_value("So?", timeout=BACK_MS)
    graphql(stoa_server, SIGN_OUT, token_of(stoa_server))
    text.fill("Is it so?")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=BACK_MS)
    sign_in(page, EDUCATOR)
    expect(text).to_have_value("Is it so?", timeout=BACK_MS)
    expect(page.get_by_text("All changes are saved.")).to_be_visible(timeout=BACK_MS)
    stored = "query ($id: ID!) { quiz(id: $id) { questions { questionText } } }"
    [question] = graphql(stoa_server, stored, token_of(stoa_server), id=quiz)["quiz"]["questions"]
    assert question["questionText"] == "Is it so?"
    page.close()
