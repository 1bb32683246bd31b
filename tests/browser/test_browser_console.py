"""The operators' console in real Chromium, with a game running."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Dialog, expect

from tests.browser.stage import BACK_MS, HostPage, PlayerPage, watch
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

SHOWN_FIRST = 11
"""The numbers that an operator looks at first: every name that the console knows must exist."""


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
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    console.once("dialog", refuse)
    row.get_by_role("button", name=f"restart live_quiz/{game}").click()
    console.once("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name=f"restart live_quiz/{game}").click()
    assert asked[0].startswith(f"Restart live_quiz/{game}?")
    expect(console.locator("#done")).to_have_text(f"restart of live_quiz/{game[:8]}: done")
    summary = console.locator("#numbers summary")
    summary.click()
    expect(console.locator("#numbers h3", has_text="journal")).to_be_visible()
    assert "NaN" not in console.inner_text("body")
    assert console.locator("#numbers > .numbers > div").count() == SHOWN_FIRST
    drawn = console.locator("#tree").evaluate_handle("tree => tree.firstChild")
    summary.focus()
    console.wait_for_function("drawn => !drawn.isConnected", arg=drawn)
    assert summary.evaluate("summary => document.activeElement === summary")
    assert console.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()

    second_player.choose("Jupiter")
    host.wait("closed")  # both have answered: the first one's answer was not forgotten
    host.next("reveal")
    for one in (player, second_player):
        one.wait("reveal")
        expect(one.page.get_by_role("heading", name="Correct!")).to_be_visible()


def test_a_console_whose_server_is_gone_does_not_look_well(
    chromium: Browser, stoa_server: StoaServer
) -> None:
    context = chromium.new_context()
    console = context.new_page()
    console.goto(stoa_server.operators_url)
    expect(console.locator("#status")).to_have_text("everything answers")
    with stoa_server.away("--demo"):
        status = console.locator("#status")
        expect(status).to_contain_text("has not answered since", timeout=BACK_MS)
        expect(console.locator("body")).to_have_class("stale")
    expect(console.locator("#status")).to_have_text("everything answers", timeout=BACK_MS)
    expect(console.locator("body")).not_to_have_class("stale")
    context.close()
