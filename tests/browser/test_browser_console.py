"""The operators' console in real Chromium, with a game running."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import HostPage, PlayerPage, watch
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


def test_an_operator_restarts_a_game_and_it_goes_on(
    host: HostPage,
    player: PlayerPage,
    second_player: PlayerPage,
    chromium: Browser,
    stoa_server: StoaServer,
    client_errors: list[str],
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    for one, name in ((player, "Ada"), (second_player, "Grace")):
        one.join(pin, name)
        one.wait("lobby")
    host.next("open")
    player.wait("open")
    player.choose("Jupiter")
    player.expect_saved()

    game = host.page.url.rpartition("game=")[2]
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    console = watch(context.new_page(), client_errors)
    console.goto(stoa_server.operators_url)
    expect(console.locator("#status")).to_have_text("everything answers")
    leaf = console.locator("#tree li", has=console.get_by_title(game)).last
    expect(leaf).to_contain_text("live · mailbox 0 · 0 restarts")
    row = console.locator("#actors tr", has=console.get_by_title(game))
    assert game not in row.inner_text()  # shortened; whole on pointing at it
    row.get_by_role("button", name="restart").click()
    expect(console.locator("#done")).to_have_text(f"restart of live_quiz/{game[:8]}: done")
    summary = console.locator("#numbers summary")
    summary.click()
    expect(console.locator("#numbers h3", has_text="journal")).to_be_visible()
    assert console.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()

    second_player.choose("Jupiter")
    host.wait("closed")  # both have answered: the first one's answer was not forgotten
    host.next("reveal")
    for one in (player, second_player):
        one.wait("reveal")
        expect(one.page.locator("#game h1").first).to_have_text("Correct!")
