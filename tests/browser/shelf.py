"""Files for the materials of a course, and a course that has none yet."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from playwright.sync_api import Download, Page, Request, expect

from tests.browser.test_browser_courses import make_course, publish
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import PASSWORD, StoaServer

STUDENT = "student07@demo.stoa"
SHARE = """(percent) => {
    const words = document.querySelector(".uploads .progress-words")?.textContent ?? "";
    return Number(/([0-9]+)%/.exec(words)?.[1]) >= percent;
}"""
MIB = 1024 * 1024
LOGIN = "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }"
REGISTER = """mutation ($e: String!, $p: String!) { register(input: {
    email: $e, password: $p, fullName: "Asta Helper", role: EDUCATOR}) { user { id } } }"""
ADD_ASSISTANT = "mutation ($c: ID!, $u: ID!) { addAssistant(courseId: $c, userId: $u) { id } }"
ENROL = "mutation ($c: ID!) { enrollInCourse(courseId: $c) { id } }"
ADD_LINK = "mutation ($i: AddLinkInput!) { addCourseLink(input: $i) { id } }"


def course_with_a_student(server: StoaServer, title: str) -> str:
    """A published course of the demonstration's educator; its id."""
    course_id = make_course(server, title)
    publish(server, course_id)
    token = graphql(server, LOGIN, e=STUDENT, p=PASSWORD)["login"]["accessToken"]
    graphql(server, ENROL, token, c=course_id)
    return course_id


def add_link(server: StoaServer, course_id: str, title: str, *, folder: str = "") -> None:
    values = {"courseId": course_id, "url": "https://moon.example/tides", "folder": folder}
    graphql(server, ADD_LINK, token_of(server), i={**values, "title": title})


def make_assistant(server: StoaServer, course_id: str, email: str) -> None:
    """Somebody new who assists there."""
    made = graphql(server, REGISTER, e=email, p=PASSWORD)["register"]["user"]["id"]
    graphql(server, ADD_ASSISTANT, token_of(server), c=course_id, u=made)


def archive(path: Path, mib: int) -> bytes:
    """Make an archive with so much that cannot be compressed; its content."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
        for n in range(mib):
            made.writestr(f"picture-{n}.raw", os.urandom(MIB))
    return path.read_bytes()


def bytes_of(download: Download) -> bytes:
    """What the browser saved."""
    return Path(download.path()).read_bytes()


def saved(page: Page, title: str) -> tuple[str, bytes]:
    """The name and the bytes of what the button saves."""
    with page.expect_download() as begun:
        page.get_by_role("button", name=f"Download: {title}", exact=True).click()
    return begun.value.suggested_filename, bytes_of(begun.value)


def sent_parts(page: Page) -> list[str]:
    """Grows by the address of each part that the page sends."""
    found: list[str] = []

    def asked(request: Request) -> None:
        if request.method == "PUT":
            found.append(request.url)

    page.on("request", asked)
    return found


def choose(page: Page, *files: Path) -> None:
    """Through the place where files are dropped."""
    page.locator(".drop input[type=file]").set_input_files(list(files))


def expect_added(page: Page, name: str, *, timeout: float | None = None) -> None:
    told = page.get_by_role("region", name="Messages")
    expect(told.get_by_text(f"“{name}” is there now.")).to_be_visible(timeout=timeout)


def wait_for_share(page: Page, percent: int) -> None:
    """Until so much of the first upload is there."""
    page.wait_for_function(SHARE, arg=percent)
