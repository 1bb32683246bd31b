"""Who doubts a certificate types its number, and is told when there is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.stage import fits, watch
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

SAID = "Kein Zertifikat hat diese Nummer. Vergleichen Sie jedes Zeichen."


@pytest.fixture
def stranger(chromium: Browser, client_errors: list[str]) -> Iterator[Page]:
    """Somebody's phone, which speaks German."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="de", reduced_motion="reduce"
    )
    yield watch(context.new_page(), client_errors)
    context.close()


def test_a_number_that_nobody_has_stays_to_be_mended(
    stranger: Page, stoa_server: StoaServer
) -> None:
    stranger.goto(f"{stoa_server.url}/certificates/find?number=ABC")
    expect(stranger.get_by_text(SAID)).to_be_visible()
    number = stranger.get_by_label("Nummer")
    expect(number).to_have_value("ABC")
    number.fill("ABCD")
    expect(stranger.get_by_text(SAID)).to_have_count(0)
    number.press("Enter")
    expect(stranger.get_by_text(SAID)).to_be_visible()
    assert stranger.url.endswith("/certificates?number=ABCD")
    assert_accessible(stranger)
    assert fits(stranger)
    number.fill("")
    stranger.get_by_role("button", name="Prüfen").click()
    expect(number).to_have_attribute("aria-invalid", "true")
