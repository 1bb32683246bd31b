"""Uploads of large files: they outlive a server that is away, a reload, and links that expire."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.shelf import (
    MIB,
    archive,
    choose,
    course_with_a_student,
    expect_added,
    saved,
    sent_parts,
    wait_for_share,
)
from tests.browser.stage import BACK_MS
from tests.browser.test_browser_courses import DESK, OpenPage, opened
from tests.browser.test_browser_materials import at_materials
from tests.support.server import StoaServer

__all__ = ["opened"]
pytestmark = [pytest.mark.browser, pytest.mark.heavy]

LARGE_MIB = 40
"""Three parts, the last of them smaller."""
SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 6 * MIB}
PARTS = "**/objects/*"


def test_an_upload_goes_on_when_the_server_is_back(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page = opened(DESK)
    course_id = course_with_a_student(stoa_server, "Away")
    at_materials(page, stoa_server, course_id)
    large = tmp_path / "large.zip"
    content = archive(large, LARGE_MIB)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW)
    choose(page, large)
    wait_for_share(page, 10)
    assert_accessible(page)
    with stoa_server.away("--demo"):
        expect(page.get_by_text("The server cannot be reached.")).to_be_visible()
        page.get_by_role("link", name="Details").click()  # it goes on elsewhere, too
        told = page.get_by_role("region", name="Messages")
        expect(told).to_contain_text("The upload goes on")
        devtools.send("Network.emulateNetworkConditions", {**SLOW, "uploadThroughput": -1})
    expect_added(page, "large.zip", timeout=2 * BACK_MS)
    page.get_by_role("link", name="Materials").click()
    assert saved(page, "large") == ("large.zip", content)


class FirstPart:
    """Lets the part through that comes first, whichever it is; the others wait."""

    def __init__(self, page: Page) -> None:
        self.let_through = 0
        page.route(PARTS, self._asked)

    def _asked(self, route: Route) -> None:
        if route.request.method != "PUT":
            route.continue_()
        elif self.let_through == 0:
            self.let_through += 1
            route.continue_()


def test_choosing_the_same_file_after_a_reload_sends_only_what_is_missing(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page = opened(DESK)
    course_id = course_with_a_student(stoa_server, "Reloaded")
    at_materials(page, stoa_server, course_id)
    large, other = tmp_path / "large.zip", tmp_path / "other.zip"
    content = archive(large, LARGE_MIB)
    archive(other, 1)
    FirstPart(page)
    page.get_by_label("Folder").fill("Large ones")
    choose(page, large)
    wait_for_share(page, 20)
    page.on("dialog", lambda dialog: dialog.accept())  # it asks before the page is left
    page.reload()
    left = page.get_by_text(re.compile("Choose large.zip again to go on; (20|40)% is there."))
    expect(left).to_be_visible()
    assert_accessible(page)
    again = page.get_by_label("Choose the file large.zip")
    again.set_input_files(other)
    expect(page.get_by_text("This is another file")).to_be_visible()
    page.unroute(PARTS)
    sent = sent_parts(page)
    page.get_by_label("Folder").fill("")
    again.set_input_files(large)
    expect_added(page, "large.zip", timeout=BACK_MS)
    assert len(sent) == 2
    expect(left).to_have_count(0)
    expect(page.locator("summary")).to_contain_text("Large ones")  # as it was begun
    assert saved(page, "large") == ("large.zip", content)


def test_what_was_left_can_be_given_up(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page = opened(DESK)
    course_id = course_with_a_student(stoa_server, "Given up")
    at_materials(page, stoa_server, course_id)
    large, small = tmp_path / "large.zip", tmp_path / "small.txt"
    archive(large, LARGE_MIB)
    small.write_text("Small.", encoding="utf-8")
    FirstPart(page)
    choose(page, large, small)
    wait_for_share(page, 20)
    expect(page.get_by_text("Waits its turn")).to_be_visible()
    page.get_by_role("button", name="Cancel: small.txt").click()
    expect(page.get_by_text("Waits its turn")).to_have_count(0)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    with page.expect_response(lambda found: "abandonUpload" in (found.request.post_data or "")):
        page.get_by_role("button", name="Give up: large.zip").click()
    expect(page.get_by_role("heading", name="Uploads")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="No materials yet")).to_be_visible()
    expect(page.get_by_role("heading", name="Uploads")).to_have_count(0)


def test_links_that_are_refused_are_asked_for_anew(
    opened: OpenPage, client_errors: list[str], stoa_server: StoaServer, tmp_path: Path
) -> None:
    page = opened(DESK)
    course_id = course_with_a_student(stoa_server, "Refused links")
    at_materials(page, stoa_server, course_id)
    small = tmp_path / "small.txt"
    small.write_text("Small.", encoding="utf-8")
    refusal = {"code": "AUTHORIZATION_ERROR", "message": "The link has expired", "details": {}}
    page.route(PARTS, lambda route: route.fulfill(status=403, json=refusal))
    sent = sent_parts(page)
    choose(page, small)
    again = page.get_by_role("button", name="Try again: small.txt")
    expect(again).to_be_visible(timeout=BACK_MS)
    assert len(set(sent)) == len(sent) > 1  # a fresh link each time
    assert_accessible(page)
    page.unroute(PARTS)
    again.click()
    expect_added(page, "small.txt")
    assert saved(page, "small") == ("small.txt", b"Small.")
    assert all("403" in each for each in client_errors)
    client_errors.clear()


def test_what_has_arrived_is_taken_over_after_a_reload_without_the_file(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page = opened(DESK)
    course_id = course_with_a_student(stoa_server, "All there")
    at_materials(page, stoa_server, course_id)
    small = tmp_path / "small.txt"
    small.write_text("Small.", encoding="utf-8")

    def hold(route: Route) -> None:
        if "addCourseResource" not in (route.request.post_data or ""):
            route.continue_()

    page.route("**/graphql", hold)
    choose(page, small)
    expect(page.get_by_text("All of it has arrived")).to_be_visible()
    assert_accessible(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("All of it has arrived")).to_be_visible()
    page.unroute("**/graphql")
    expect_added(page, "small.txt")
    expect(page.get_by_role("heading", name="Uploads")).to_have_count(0)
    assert saved(page, "small") == ("small.txt", b"Small.")
