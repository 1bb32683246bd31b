"""Courses in a browser: a teacher makes one and publishes it, a student finds and reviews it.

Each step that shows another page or state is looked at by axe, and on a phone nothing sticks out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.stage import fits, watch
from tests.browser.test_browser_account import link_of
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

STUDENT = "student07@demo.stoa"
COLLEAGUE = "uwe@school.example"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
HASHING_MS = 30_000
"""How long signing in may take where much else runs."""
CODE = "```c\n#include <stdio.h>\n```"

OpenPage = Callable[[dict[str, int]], Page]


@pytest.fixture
def opened(chromium: Browser, client_errors: list[str]) -> Iterator[OpenPage]:
    """Opens pages of people who share nothing."""
    contexts = []

    def open_page(size: dict[str, int]) -> Page:
        context = chromium.new_context(
            viewport={"width": size["width"], "height": size["height"]}, reduced_motion="reduce"
        )
        contexts.append(context)
        return watch(context.new_page(), client_errors)

    yield open_page
    for context in contexts:
        context.close()


def sign_in(page: Page, server: StoaServer, email: str) -> None:
    page.goto(f"{server.url}/sign-in")
    fill_sign_in(page, email)


def fill_sign_in(page: Page, email: str) -> None:
    """Pressed once more where hashing took longer than a page waits, as a user would."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    signed_in = page.get_by_role("button", name="Account of")
    late = page.get_by_role("alert").filter(has_text="does not answer")
    expect(signed_in.or_(late)).to_be_visible(timeout=HASHING_MS)
    if late.is_visible():
        page.get_by_role("button", name="Sign in").click()
        expect(signed_in).to_be_visible(timeout=HASHING_MS)


def make_course(server: StoaServer, title: str, *, modules: int = 3, **values: object) -> str:
    """A draft of the demonstration's educator, with a lesson in each module; its id."""
    token = token_of(server)
    given = {"title": title, "description": "About it.", "category": "tests", **values}
    create = "mutation ($i: CreateCourseInput!) { createCourse(input: $i) { id } }"
    course = graphql(server, create, token, i={"difficulty": "BEGINNER", **given})
    course_id = str(course["createCourse"]["id"])
    for n in range(1, modules + 1):
        add = (
            "mutation ($c: ID!, $t: String!) { addModule(courseId: $c, input: {title: $t}) { id } }"
        )
        module = graphql(server, add, token, c=course_id, t=f"Part {n}")["addModule"]["id"]
        lesson = {"title": f"Lesson {n}", "type": "TEXT", "contentText": "Read.", "isPreview": True}
        add = (
            "mutation ($m: ID!, $i: CreateLessonInput!)"
            " { addLesson(moduleId: $m, input: $i) { id } }"
        )
        graphql(server, add, token, m=module, i=lesson)
    return course_id


def publish(server: StoaServer, course_id: str) -> None:
    mutation = "mutation ($c: ID!) { publishCourse(id: $c) { status } }"
    graphql(server, mutation, token_of(server), c=course_id)


def add_module(page: Page, title: str) -> None:
    page.get_by_role("button", name="Add a module").click()
    page.get_by_role("dialog").get_by_label("Title").fill(title)
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=title, level=3)).to_be_visible()


def add_lesson(page: Page, module: str, title: str, *, text: str) -> None:
    page.get_by_role("button", name=f"Add a lesson to {module}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill(title)
    dialog.get_by_role("textbox", name="Text").fill(text)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name=title, exact=True)).to_be_visible()


def test_a_teacher_makes_a_course_and_a_student_finds_and_reviews_it(
    opened: OpenPage, stoa_server: StoaServer
) -> None:
    teacher = opened(DESK)
    sign_in(teacher, stoa_server, EDUCATOR)
    expect(teacher.get_by_role("heading", name="Running games")).to_be_visible()
    assert_accessible(teacher)
    describe_new_course(teacher)
    fill_curriculum(teacher)
    order_by_keyboard(teacher)
    publish_in_the_browser(teacher)
    address = teacher.url.split("/edit")[0]

    student = opened(PHONE)
    find_course(student, stoa_server)
    enrol_and_review(student, address)

    teacher.goto(f"{address}/edit/students")
    expect(teacher.get_by_role("rowheader")).to_have_count(1)
    assert_accessible(teacher)
    remove_and_readmit(teacher)


def describe_new_course(page: Page) -> None:
    page.get_by_role("link", name="New course").first.click()
    expect(page.get_by_role("heading", name="New course")).to_be_visible()
    page.get_by_role("button", name="Create the course").click()
    expect(page.get_by_text("This is needed.").first).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Title").fill("Tides")
    page.reload()
    expect(page.get_by_label("Title")).to_have_value("Tides")
    page.get_by_role("textbox", name="Description").fill("The **moon** pulls: $a < b$ & more.")
    page.get_by_label("Category").fill("physics")
    page.get_by_role("button", name="Create the course").press("Enter")
    expect(page.get_by_role("heading", name="No modules yet")).to_be_visible()
    assert_accessible(page)


def fill_curriculum(page: Page) -> None:
    add_module(page, "Moon")
    add_module(page, "Sun")
    add_module(page, "Coast")
    expect(page.get_by_text("3 modules with lessons are needed.")).to_be_visible()
    add_lesson(page, "Moon", "Ebb", text=CODE)
    add_lesson(page, "Moon", "Flow", text="It **comes** back.")
    add_lesson(page, "Sun", "Spring tide", text="Both pull.")
    add_lesson(page, "Coast", "Mud", text="Walk on it.")
    expect(page.get_by_text("modules with lessons are needed")).to_have_count(0)
    page.get_by_role("button", name="Ebb", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Text")).to_have_value(
        "```c\n#include <stdio.h>\n```"
    )
    dialog.get_by_label("Everybody may read it before enrolling").check()
    assert_accessible(page)
    page.reload()  # the dialog and what was changed in it are there again
    expect(dialog.get_by_label("Everybody may read it before enrolling")).to_be_checked()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)


def order_by_keyboard(page: Page) -> None:
    """Lessons and modules change places, and one lesson waits for another."""
    lessons = page.get_by_role("list", name="Lessons of Moon").get_by_role("listitem")
    page.get_by_role("button", name="Move down: Ebb").focus()
    page.keyboard.press("Enter")
    expect(lessons.first).to_contain_text("Flow")
    expect(page.get_by_role("button", name="Move down: Ebb")).to_be_focused()
    with page.expect_response(lambda response: "reorder" in (response.request.post_data or "")):
        page.get_by_role("button", name="Move up: Coast").press("Enter")
    page.reload()
    expect(lessons.first).to_contain_text("Flow")
    titles = page.get_by_role("list", name="Modules").get_by_role("heading", level=3)
    expect(titles).to_have_text(["Moon", "Coast", "Sun"])

    page.get_by_role("button", name="More for Spring tide").press("Enter")
    page.get_by_role("menuitem", name="Move to another module").press("Enter")
    assert_accessible(page)
    page.get_by_label("To the module").select_option("Coast")
    page.get_by_role("button", name="Move", exact=True).press("Enter")
    coast = page.get_by_role("list", name="Lessons of Coast").get_by_role("listitem")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(coast).to_have_count(2)
    page.get_by_role("button", name="More for Spring tide").press("Enter")
    page.get_by_role("menuitem", name="Move to another module").press("Enter")
    page.get_by_label("To the module").select_option("Sun")
    page.get_by_role("button", name="Move", exact=True).press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(coast).to_have_count(1)

    page.get_by_role("button", name="Change what comes before Mud").press("Enter")
    page.get_by_role("dialog").get_by_label("Flow").press("Space")
    page.get_by_role("dialog").get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("After: Flow")).to_be_visible()
    expect(page.locator(".needs-picture path[marker-end]")).to_have_count(1)
    assert_accessible(page)
    page.get_by_role("button", name="Change what comes before Flow").press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Mud")).to_be_disabled()
    assert_accessible(page)
    page.keyboard.press("Escape")


def publish_in_the_browser(page: Page) -> None:
    page.get_by_role("link", name="Publishing").click()
    expect(page.get_by_text("Nothing is missing.")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Published")).to_be_visible()
    assert_accessible(page)


def find_course(page: Page, server: StoaServer) -> None:
    page.goto(f"{server.url}/courses")
    page.get_by_label("Find courses").fill("tide")
    expect(page.get_by_text("1 course", exact=True)).to_be_visible()
    page.get_by_label("Level").select_option("BEGINNER")
    assert "q=tide" in page.url
    assert "difficulty=BEGINNER" in page.url
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("link", name="Tides").click()
    expect(page.get_by_role("heading", name="Tides")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Find courses")).to_have_value("tide")
    page.get_by_role("link", name="Tides").click()
    page.get_by_role("button", name="Preview: Ebb").click()
    expect(page.get_by_role("dialog")).to_contain_text("#include <stdio.h>")
    assert_accessible(page)
    assert fits(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Sign in to enrol").click()
    fill_sign_in(page, STUDENT)


def enrol_and_review(page: Page, address: str) -> None:
    page.wait_for_url(address, timeout=HASHING_MS)
    page.get_by_role("button", name="Enrol", exact=True).click()
    expect(page.get_by_role("link", name="Begin")).to_be_visible()
    page.get_by_role("button", name="Publish the review").click()
    expect(page.get_by_text("This is needed.")).to_be_visible()
    page.get_by_text("4 stars").check(force=True)
    page.get_by_label("What you say about it").fill("I <3 the sea & the mud")
    page.get_by_role("button", name="Publish the review").click()
    expect(page.get_by_text("I <3 the sea & the mud")).to_be_visible()
    expect(page.get_by_text("1 rating")).to_be_visible()
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("button", name="Leave the course").click()
    assert_accessible(page)
    page.get_by_role("button", name="Cancel").click()


def remove_and_readmit(page: Page) -> None:
    page.get_by_role("button", name="More for").last.click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("This is needed.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Reason").fill("In the wrong class")
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("In the wrong class")).to_be_visible()
    page.get_by_role("button", name="More for").last.click()
    page.get_by_role("menuitem", name="Readmit").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Readmit").click()
    expect(page.get_by_text("In the wrong class")).to_have_count(0)


def test_students_come_by_links_and_by_a_list_of_addresses(
    opened: OpenPage, stoa_server: StoaServer
) -> None:
    page = opened(PHONE)
    course_id = make_course(stoa_server, "By invitation")
    sign_in(page, stoa_server, EDUCATOR)
    page.goto(f"{stoa_server.url}/courses/{course_id}/edit/invite")
    page.get_by_role("button", name="New link").click()
    page.get_by_label("For how many students").fill("3")
    assert_accessible(page)
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_text("Used 0 of 3 times")).to_be_visible()
    expect(page.get_by_text("once the course is published")).to_have_count(2)
    publish(stoa_server, course_id)
    page.reload()
    page.get_by_label("Addresses").fill("nora@school.example\nno address\nnora@school.example")
    page.get_by_role("button", name="Send the invitations").click()
    expect(page.get_by_text("1 invitation is on its way.")).to_be_visible()
    expect(page.get_by_text("Same as line 1")).to_be_visible()
    assert_accessible(page)
    assert fits(page)
    page.get_by_role("button", name="Take back from nora@school.example").click()
    expect(page.get_by_role("heading", name="Invitations that wait")).to_have_count(0)
    page.get_by_role("button", name="Revoke").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Revoked", exact=True)).to_be_visible()


def test_each_tab_and_page_fits_a_phone_and_is_accessible(
    opened: OpenPage, stoa_server: StoaServer
) -> None:
    page = opened(PHONE)
    course_id = make_course(stoa_server, "W" * 120, modules=2)
    sign_in(page, stoa_server, EDUCATOR)
    paths = ["details", "curriculum", "materials", "students", "invite", "team", "publish"]
    for address in ["/courses/new", *(f"/courses/{course_id}/edit/{tab}" for tab in paths)]:
        page.goto(stoa_server.url + address)
        expect(page.locator("main :is(h2, form)").first).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        assert_accessible(page)
        assert fits(page), address
    page.goto(f"{stoa_server.url}/home")
    expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    expect(page.get_by_text("3 modules with lessons are needed.").first).to_be_visible()
    assert_accessible(page)
    assert fits(page)


def test_the_team_grows_and_the_course_is_handed_over(
    opened: OpenPage, stoa_server: StoaServer
) -> None:
    page, other = opened(DESK), opened(PHONE)
    course_id = make_course(stoa_server, "Team work")
    make_educator(other, stoa_server)
    sign_in(page, stoa_server, EDUCATOR)
    page.goto(f"{stoa_server.url}/courses/{course_id}/edit/team")
    adding, handing = page.locator("form").first, page.locator("form").last
    adding.get_by_label("E-mail of the teacher").fill("nobody@school.example")
    adding.get_by_role("button", name="Add to the team").click()
    expect(page.get_by_text("No teacher has this address.")).to_be_visible()
    assert_accessible(page)
    adding.get_by_label("E-mail of the teacher").fill(COLLEAGUE)
    adding.get_by_role("button", name="Add to the team").press("Enter")
    expect(page.get_by_role("button", name="Remove Uwe Helper")).to_be_visible()

    other.goto(f"{stoa_server.url}/courses/{course_id}/edit/curriculum")
    expect(other.get_by_text("You are an assistant")).to_be_visible()
    expect(other.get_by_role("button", name="Add a module")).to_have_count(0)
    assert_accessible(other)

    handing.get_by_label("E-mail of the teacher").fill(COLLEAGUE)
    handing.get_by_role("button", name="Offer it").click()
    expect(page.get_by_text("Offered to Uwe Helper")).to_be_visible()
    other.goto(f"{stoa_server.url}/home")
    expect(other.get_by_text("offers you the course")).to_be_visible()
    assert_accessible(other)
    assert fits(other)
    other.get_by_role("button", name="Accept: Team work").click()
    expect(other.get_by_text("offers you the course")).to_have_count(0)
    other.goto(f"{stoa_server.url}/courses/{course_id}/edit/team")
    expect(other.get_by_role("button", name="Remove Vera Castellan")).to_be_visible()


def make_educator(page: Page, server: StoaServer) -> None:
    """An account that may be named by its address, signed in."""
    register = (
        "mutation ($e: String!, $p: String!) { register(input: {email: $e, password: $p,"
        ' fullName: "Uwe Helper", role: EDUCATOR}) { accessToken } }'
    )
    graphql(server, register, e=COLLEAGUE, p=PASSWORD)
    page.goto(link_of(server, "Confirm your e-mail address", COLLEAGUE))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    sign_in(page, server, COLLEAGUE)


def test_an_archived_course_is_read_only_and_comes_back(
    opened: OpenPage, stoa_server: StoaServer
) -> None:
    page = opened(DESK)
    course_id = make_course(stoa_server, "Old times")
    publish(stoa_server, course_id)
    sign_in(page, stoa_server, EDUCATOR)
    page.goto(f"{stoa_server.url}/courses/{course_id}/edit/publish")
    page.get_by_role("button", name="Archive").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Archive").click()
    expect(page.get_by_role("heading", name="Archived")).to_be_visible()
    page.get_by_role("link", name="Details").click()
    expect(page.get_by_label("Title")).to_be_disabled()
    page.get_by_role("link", name="Publishing").click()
    page.get_by_role("button", name="Restore").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Restore").click()
    expect(page.get_by_role("heading", name="Published")).to_be_visible()
    page.get_by_role("button", name="Copy the course").click()
    page.get_by_role("dialog").get_by_role("button", name="Copy the course").click()
    expect(page.get_by_role("heading", name="Old times (copy)")).to_be_visible()
    page.get_by_role("link", name="Publishing").click()
    page.get_by_role("button", name="Delete the course").click()
    assert_accessible(page)
    page.get_by_role("alertdialog").get_by_role("button", name="Delete the course").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def test_only_its_teachers_edit_a_course(opened: OpenPage, stoa_server: StoaServer) -> None:
    page = opened(PHONE)
    course_id = make_course(stoa_server, "Not yours")
    page.goto(f"{stoa_server.url}/courses/{course_id}")
    expect(page.get_by_role("heading", name="No such course")).to_be_visible()
    assert_accessible(page)
    sign_in(page, stoa_server, STUDENT)
    page.goto(f"{stoa_server.url}/courses/{course_id}/edit")
    expect(page.get_by_role("heading", name="Not for you")).to_be_visible()
    assert_accessible(page)


def test_a_slug_leads_to_its_course_and_a_full_one_says_so(
    opened: OpenPage, stoa_server: StoaServer
) -> None:
    page = opened(PHONE)
    course_id = make_course(stoa_server, "A single seat", enrollmentLimit=1)
    publish(stoa_server, course_id)
    login = f'mutation {{ login(email: "{STUDENT}", password: "{PASSWORD}") {{ accessToken }} }}'
    token = graphql(stoa_server, login)["login"]["accessToken"]
    graphql(stoa_server, f'mutation {{ enrollInCourse(courseId: "{course_id}") {{ id }} }}', token)
    page.goto(f"{stoa_server.url}/courses/a-single-seat")
    page.wait_for_url(f"**/courses/{course_id}")
    expect(page.get_by_text("Every place is taken.")).to_be_visible()
    assert_accessible(page)


def at_details(page: Page, server: StoaServer, title: str) -> str:
    """The educator stands at the details of a new course. Its id."""
    course_id = make_course(server, title)
    sign_in(page, server, EDUCATOR)
    page.goto(f"{server.url}/courses/{course_id}/edit/details")
    return course_id


def test_what_is_typed_outlives_a_lost_connection(
    opened: OpenPage, stoa_server: StoaServer
) -> None:
    page = opened(DESK)
    at_details(page, stoa_server, "Far away")
    page.get_by_label("Category").fill("geography")
    page.route("**/graphql", lambda route: route.abort())
    page.route("**/site.json", lambda route: route.abort())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()
    expect(page.get_by_text("No connection.")).to_be_visible()
    page.unroute("**/graphql")
    page.unroute("**/site.json")
    page.reload()
    expect(page.get_by_label("Category")).to_have_value("geography")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
    expect(page.get_by_label("Category")).to_have_value("geography")
