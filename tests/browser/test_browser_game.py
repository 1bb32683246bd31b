"""A teacher and two players in real Chromium: a whole game, exclusion, a crash of the server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.late import late_guest
from tests.browser.stage import BACK_MS, HostPage, PlayerPage
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


def test_a_game_from_the_lobby_to_the_podium(
    host: HostPage, player: PlayerPage, second_player: PlayerPage, tmp_path: Path
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    code = host.page.get_by_role("img", name="QR code")
    expect(code).to_have_js_property("complete", True)
    assert code.evaluate("image => image.naturalWidth") > 0
    player.join(pin, "Ada")
    second_player.join(pin, "Grace")
    for one in (player, second_player):
        one.wait("lobby")
        assert one.fits()
    expect(host.names).to_contain_text("Grace")
    expect(host.names).to_contain_text("Ada")

    host.next("open")
    player.wait("open")
    assert player.fits()
    player.choose("Jupiter")
    player.expect_saved()
    expect(host.answered).to_have_text("1 of 2 answered")
    jupiter = host.page.locator(".option", has_text="Jupiter")
    expect(jupiter.locator(".tally")).to_be_hidden()
    host.press("Show answers")
    expect(jupiter.locator(".tally")).to_have_text("1")
    second_player.page.keyboard.press("1")  # Saturn
    host.wait("closed")  # everybody has answered
    host.next("reveal")
    player.wait("reveal")
    player.expect_heading("Correct!")
    second_player.wait("reveal")
    second_player.expect_heading("Not this time")
    expect(second_player.page.locator(".option.right")).to_contain_text("Jupiter")

    host.next("leaderboard")
    player.wait("leaderboard")
    expect(player.page.locator(".board li.me")).to_contain_text("Ada")
    host.next("open")
    host.press("End")
    host.page.get_by_role("button", name="End the game").click()
    host.wait("finished")
    player.wait("finished")
    expect(host.page.locator(".place.first .name")).to_have_text("Ada")
    player.expect_heading("You finished in place 1")
    with host.page.expect_download() as download:
        host.press("CSV")
    download.value.save_as(tmp_path / "results.csv")
    text = (tmp_path / "results.csv").read_text(encoding="utf-8-sig")
    assert re.search(r"1,Ada,.*Jupiter", text)


def test_a_host_pauses_and_gives_more_time(host: HostPage, player: PlayerPage) -> None:
    host.sign_in()
    player.join(host.open_lobby(), "Ada")
    player.wait("lobby")
    host.next("open")
    player.wait("open")
    host.press("Pause")
    paused = player.page.get_by_text("The game is paused").locator("visible=true")
    expect(paused.last).to_be_visible()
    expect(player.option("Jupiter")).to_be_disabled()
    player.page.keyboard.press("2")  # does no more than the button
    expect(host.controls.locator(".primary")).to_contain_text("Resume")
    for refused in ("Reveal", "Close", "Pause"):
        expect(host.controls.get_by_role("button", name=refused)).to_have_count(0)
    host.press("Resume")
    expect(player.page.locator(".paused")).to_be_hidden()
    expect(player.option("Jupiter")).to_be_enabled()
    expect(player.page.get_by_text("paused. Answer")).to_be_hidden()
    expect(player.seconds).to_have_text(re.compile(r"^\d+$"))
    before = int(player.seconds.inner_text())
    host.press("+10")
    no_more = "|".join(map(str, range(before + 1)))
    expect(player.seconds).not_to_have_text(re.compile(f"^({no_more})$"))
    player.choose("Jupiter")
    host.wait("closed")
    expect(player.page.get_by_role("heading", level=2)).to_have_text("Your answer is in.")


def test_a_reload_brings_the_player_back_with_the_answer_given(
    host: HostPage, player: PlayerPage, second_player: PlayerPage
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    second_player.join(pin, "Grace")
    player.wait("lobby")
    second_player.wait("lobby")
    host.next("open")
    player.wait("open")
    player.choose("Jupiter")
    player.expect_saved()
    player.page.goto(f"{player.url}/")
    player.wait("open")
    player.expect_saved()
    expect(player.page.locator(".option.chosen")).to_contain_text("Jupiter")
    host.page.reload()
    host.wait("open")
    expect(host.answered).to_have_text("1 of 2 answered")


def test_a_kicked_player_may_return_and_a_banned_one_may_not(
    host: HostPage, player: PlayerPage
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    player.wait("lobby")
    host.player("Ada", "Kick")
    expect(player.error).to_contain_text("You may join again")
    player.join(pin, "Ada")
    player.wait("lobby")
    host.player("Ada", "Ban")
    expect(player.error).to_contain_text("removed you")


def test_a_student_joins_a_game_without_guests_under_the_own_name(
    host: HostPage, player: PlayerPage
) -> None:
    host.sign_in()
    host.page.get_by_text("Settings of the game").click()
    host.page.get_by_label("Let guests in").uncheck()
    host.page.get_by_text("Settings of the game").click()
    pin = host.open_lobby()
    player.join(pin, "Nobody")
    expect(player.error).to_contain_text("Sign in")
    player.sign_in("student01@demo.stoa")
    expect(player.error).to_be_empty()
    player.page.get_by_label("Your name").fill("")
    player.press_join()
    player.wait("lobby")
    name = player.page.inner_text(".me-name")
    assert name not in {"", "Nobody"}
    player.page.goto(f"{player.url}/")
    player.wait("lobby")
    expect(player.page.locator(".me-name")).to_have_text(name)


def test_a_wrong_pin_is_told(player: PlayerPage) -> None:
    player.join("000000", "Ada")
    expect(player.error).to_contain_text("no running game")


def test_the_hosts_page_fits_a_phone(host: HostPage) -> None:
    host.page.set_viewport_size({"width": 390, "height": 780})
    host.sign_in()
    host.open_lobby()
    assert host.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_host_is_told_whose_replies_come_later_than_the_network_explains(
    host: HostPage, player: PlayerPage
) -> None:
    host.page.set_viewport_size({"width": 390, "height": 780})
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    player.wait("lobby")
    with late_guest(host.url, pin, "Lea"):
        host.open_players()
        told = host.line_of("later than the network explains")
        expect(told).to_have_count(1)
        expect(told).to_contain_text("Lea")
        assert host.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        host.page.keyboard.press("Escape")
        expect(host.page.locator(".late-chip")).to_have_text("1 connection to check")


def test_the_host_sees_whom_the_question_waits_for(
    host: HostPage, player: PlayerPage, second_player: PlayerPage
) -> None:
    host.page.set_viewport_size({"width": 390, "height": 780})
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "W" * 40)
    second_player.join(pin, "Grace")
    player.wait("lobby")
    second_player.wait("lobby")
    host.next("open")
    player.wait("open")
    player.page.goto("about:blank")  # the connection is lost
    expect(host.awaited).to_have_text(f"Waiting for {'W' * 40} to come back.")
    assert host.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(host.awaited).to_be_hidden(timeout=BACK_MS)
    second_player.wait("open")


def test_a_killed_server_comes_back_and_everybody_goes_on_by_themselves(
    host: HostPage, player: PlayerPage, second_player: PlayerPage, stoa_server: StoaServer
) -> None:
    host.sign_in()
    pin = host.open_lobby(seconds=120)
    player.join(pin, "Ada")
    second_player.join(pin, "Grace")
    player.wait("lobby")
    second_player.wait("lobby")
    host.next("open")
    player.wait("open")
    player.choose("Jupiter")
    player.expect_saved()

    with stoa_server.away("--demo"):
        expect(player.banner).to_be_visible()
        standing = re.compile(r"\bstands\b")  # nobody knows how the server's clock goes on
        expect(player.page.get_by_role("timer")).to_have_class(standing)
        expect(host.page.get_by_role("timer")).to_have_class(standing)
        second_player.choose("Jupiter")  # nobody is there to take it yet
        expect(second_player.page.get_by_text("Sending …")).to_be_visible()

    expect(player.banner).to_be_hidden(timeout=BACK_MS)
    host.wait("closed", timeout=BACK_MS)  # both answers are there, so the question closes
    host.next("reveal")
    for one in (player, second_player):
        one.wait("reveal")
        one.expect_heading("Correct!")
