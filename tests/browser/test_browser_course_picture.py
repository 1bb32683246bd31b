"""The picture of a course: chosen, described, shown everywhere, and removed."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.accessibility import assert_accessible
from tests.browser.stage import fits
from tests.browser.test_browser_courses import (
    DESK,
    OpenPage,
    make_course,
    opened,
    publish,
    sign_in,
)
from tests.support.pictures import picture
from tests.support.server import EDUCATOR, StoaServer

__all__ = ["opened"]
pytestmark = [pytest.mark.browser, pytest.mark.heavy]

WORDS = "A telescope on a hill"
PLACE = b"Lat 52.5"


def test_a_course_shows_its_picture_until_it_is_removed(
    opened: OpenPage, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page = opened(DESK)
    course = make_course(stoa_server, "With a picture")
    publish(stoa_server, course)
    sign_in(page, stoa_server, EDUCATOR)
    details = f"{stoa_server.url}/courses/{course}/edit/details"
    page.goto(details)
    broken = tmp_path / "broken.png"
    broken.write_bytes(picture("PNG", (64, 64))[:60])
    choose = page.locator("input[type=file]")
    choose.set_input_files(broken)
    expect(page.get_by_text("This file cannot be read. It may be damaged.")).to_be_visible()
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture("PNG", (320, 200), colour=(200, 30, 30)) + PLACE)
    choose.set_input_files(photo)
    page.get_by_label("What the picture shows").fill(WORDS)
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
    for address in (f"/courses/{course}", "/courses?q=With+a+picture", "/home"):
        page.goto(stoa_server.url + address)
        shown = page.get_by_role("img", name=WORDS)
        expect(shown).to_be_visible()
        shown.evaluate("image => image.decode()")
        assert shown.evaluate("image => image.naturalWidth") == 320
        assert fits(page)
    source = str(shown.get_attribute("src"))
    assert re.fullmatch(r"/pictures/[0-9a-f]{32}\.png", source)
    stored = page.request.get(stoa_server.url + source).body()
    assert Image.open(BytesIO(stored)).size == (320, 200)
    assert PLACE not in stored
    page.goto(details)
    page.get_by_role("button", name="Remove the picture").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
    page.goto(f"{stoa_server.url}/courses/{course}")
    expect(page.locator("div.cover")).to_be_visible()
    expect(page.get_by_role("img", name=WORDS)).to_have_count(0)
    assert_accessible(page)
