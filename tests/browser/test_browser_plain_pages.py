"""Pages that are documents by themselves, and the doors: accessible, and they fit a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.stage import fits
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

WRONG = "ABCD-EFGH-JKMN-PQRS"
PAGES = {
    "/": "Join the quiz",
    "/host": "Sign in",
    "/sign-in": "Sign in",
    "/register": "Create an account",
    "/account": "Forgot your password?",
    "/courses": "Courses",
    "/join-course/nothing": "Join a course",
    "/certificates": "Verify a certificate",
    f"/certificates/{WRONG}": "Verify a certificate",
    "/nothing/here": "404",
}


@pytest.fixture(params=["desk, light", "phone, dark"])
def visitor(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Somebody who is not signed in. The console is not looked at: Chromium complains of a 404."""
    device, scheme = request.param.split(", ")
    context = chromium.new_context(
        viewport={"width": 390 if device == "phone" else 1280, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def test_every_page_that_anybody_opens_is_accessible(
    visitor: Page, stoa_server: StoaServer
) -> None:
    for path, heading in PAGES.items():
        visitor.goto(stoa_server.url + path)
        expect(visitor.get_by_role("heading", level=1)).to_have_text(heading)
        expect(visitor.locator(".skeleton")).to_have_count(0)
        assert fits(visitor), path
        assert_accessible(visitor)


def test_the_operators_console_is_accessible(visitor: Page, stoa_server: StoaServer) -> None:
    visitor.goto(stoa_server.operators_url)
    expect(visitor.locator("#status")).to_have_text("everything answers")
    expect(visitor.locator("#actors tr").first).to_be_visible()
    assert fits(visitor)
    assert_accessible(visitor)
