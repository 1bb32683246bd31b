"""The application without a network: it starts, says so, and goes on when the server is back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import BACK_MS, PlayerPage, wait_until_kept
from tests.support.server import PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

STUDENT = "student02@demo.stoa"
COURSE = "A walk through the solar system"
KEPT = """async () => {
  const names = await caches.keys();
  return Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).length));
}"""


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail").fill(STUDENT)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="My learning")).to_be_visible(timeout=BACK_MS)


def test_what_one_was_reading_can_be_read_without_a_server(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    page = player.page
    sign_in(page, stoa_server.url)
    course = page.get_by_role("heading", name=COURSE)
    expect(course).to_be_visible()
    wait_until_kept(page)
    files, answers = page.evaluate(KEPT)
    assert files > 30
    assert answers > 0

    with stoa_server.away("--demo"):
        page.reload()
        expect(page.get_by_role("status").filter(has_text="No connection")).to_be_visible()
        expect(course).to_be_visible()
        page.goto(f"{stoa_server.url}/sign-in?to=/settings")
        expect(page.get_by_role("heading", name="Profile")).to_be_visible()
        expect(page.get_by_role("alert").filter(has_text="does not answer")).to_be_visible()

    expect(page.get_by_label("Your name")).to_be_visible(timeout=BACK_MS)
    expect(page.get_by_role("status").filter(has_text="No connection")).to_be_hidden()


def test_nothing_stays_to_be_read_after_signing_out(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    page = player.page
    sign_in(page, stoa_server.url)
    expect(page.get_by_role("heading", name=COURSE)).to_be_visible()
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.wait_for_function("async () => !(await caches.has('stoa-reading'))")


def test_a_start_asks_for_its_words_and_the_session_once(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    page = player.page
    sign_in(page, stoa_server.url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")[:40]))
    page.reload()
    expect(page.get_by_role("heading", name=COURSE)).to_be_visible()
    parts = [url.rsplit("/", 1)[1] for url in asked if "/words/" in url]
    assert sorted(parts) == ["base.json", "courses.json", "enrollments.json", "quizzes.json"]
    assert len([each for each in asked if "mutation Refresh" in each]) == 1


def test_small_numbers_are_written_as_the_browser_would(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    player.page.goto(f"{stoa_server.url}/sign-in")
    differ = player.page.evaluate("""async () => {
      const { formatNumber, showLanguage } = await import("/app/locale.js");
      const differ = [];
      for (const language of ["en", "de", "fr", "es", "ar"]) {
        await showLanguage(language);
        const numbers = new Intl.NumberFormat(language);
        for (const each of [0, 7, 999, 1000, -1, 0.5, 12345])
          if (formatNumber(each) !== numbers.format(each)) differ.push([language, each]);
      }
      return differ;
    }""")
    assert differ == []
