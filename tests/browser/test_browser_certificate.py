"""From enrolling to a certificate that a stranger verifies on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.stage import PlayerPage
from tests.browser.test_browser_entry import graphql
from tests.browser.waiting import until
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

COURSE = "What the sky is made of"
LOGIN = "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }"


def issued(server: StoaServer, token: str) -> dict[str, Any]:
    """The student's certificate, as soon as there is one."""
    asked = "{ myCertificates { certificateId pdfUrl } }"
    found = until(lambda: graphql(server, asked, token)["myCertificates"], "certificate")
    certificate: dict[str, Any] = found[0]
    return certificate


def new_course(server: StoaServer, teacher: str) -> tuple[str, list[str]]:
    """A published course of three lessons: its id and theirs."""
    create = """mutation ($t: String!) { createCourse(input: {
      title: $t, description: "Stars", category: "science", difficulty: BEGINNER}) { id } }"""
    course = graphql(server, create, teacher, t=COURSE)["createCourse"]["id"]
    add = 'mutation ($c: ID!) { addModule(courseId: $c, input: {title: "One"}) { id } }'
    write = """mutation ($m: ID!) {
      addLesson(moduleId: $m, input: {title: "Look", type: TEXT, contentText: "Up"}) { id } }"""
    lessons = []
    for _ in range(3):
        module = graphql(server, add, teacher, c=course)["addModule"]["id"]
        lessons.append(graphql(server, write, teacher, m=module)["addLesson"]["id"])
    graphql(server, "mutation ($c: ID!) { publishCourse(id: $c) { id } }", teacher, c=course)
    return course, lessons


def completed(server: StoaServer) -> str:
    """A new student completes a new course; returns the access token."""
    teacher = graphql(server, LOGIN, e=EDUCATOR, p=PASSWORD)["login"]["accessToken"]
    course, lessons = new_course(server, teacher)
    register = """mutation ($p: String!) {
      register(input: {email: "mira@school.example", password: $p, fullName: "Mira Okafor"}) {
        accessToken } }"""
    token: str = graphql(server, register, p=PASSWORD)["register"]["accessToken"]
    enroll = "mutation ($c: ID!) { enrollInCourse(courseId: $c) { id } }"
    enrollment = graphql(server, enroll, token, c=course)["enrollInCourse"]["id"]
    advance = """mutation ($e: ID!, $l: ID!) {
      updateLessonProgress(enrollmentId: $e, lessonId: $l, progress: {status: COMPLETED}) {
        id } }"""
    for lesson in lessons:
        graphql(server, advance, token, e=enrollment, l=lesson)
    return token


def test_a_certificate_is_given_downloaded_verified_and_revoked(
    player: PlayerPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    certificate = issued(stoa_server, completed(stoa_server))
    number = certificate["certificateId"]
    page = player.page
    page.goto(f"{stoa_server.url}/certificates")
    page.get_by_label("Number").fill(number.lower())
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("Valid certificate")).to_be_visible()
    expect(page.get_by_role("heading", name="Mira Okafor")).to_be_visible()
    expect(page.get_by_role("heading", name=COURSE)).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    until(lambda: page.request.get(certificate["pdfUrl"]).status != 503, "PDF")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the PDF").click()
    assert download.value.suggested_filename == f"certificate-{number}.pdf"
    target = tmp_path / "certificate.pdf"
    download.value.save_as(target)
    assert target.read_bytes().startswith(b"%PDF-")
    badge = page.request.get(f"{stoa_server.url}/certificates/{number}/badge")
    assert badge.headers["content-type"].startswith("application/vc+jwt")

    teacher = graphql(stoa_server, LOGIN, e=EDUCATOR, p=PASSWORD)["login"]["accessToken"]
    revoke = (
        'mutation ($n: String!) { revokeCertificate(certificateId: $n, reason: "A test") { id } }'
    )
    graphql(stoa_server, revoke, teacher, n=number)
    page.reload()
    expect(page.get_by_text("Not valid any more")).to_be_visible()
    expect(page.get_by_text("A test")).to_be_visible()
