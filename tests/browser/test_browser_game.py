"""A teacher and two players in real Chromium: a whole game, exclusion, a crash of the server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.late import late_guest
from tests.browser.stage import BACK_MS, HostPage, PlayerPage
from tests.support.server import PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]


def test_a_game_from_the_lobby_to_the_podium(
    host: HostPage, player: PlayerPage, second_player: PlayerPage, tmp_path: Path
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    host.page.wait_for_function("document.querySelector('.qr').naturalWidth > 0")
    player.join(pin, "Ada")
    second_player.join(pin, "Grace")
    for one in (player, second_player):
        one.wait("lobby")
        assert one.fits()
    expect(host.page.locator("#names")).to_contain_text("Grace")
    expect(host.page.locator("#names")).to_contain_text("Ada")

    host.next("open")
    player.wait("open")
    assert player.fits()
    player.choose("Jupiter")
    player.expect_saved()
    expect(host.page.locator("#answered")).to_have_text("1 of 2")
    expect(host.page.locator("[data-tally='1']")).to_have_text("1")
    second_player.page.keyboard.press("1")  # Saturn
    host.wait("closed")  # everybody has answered
    host.next("reveal")
    player.wait("reveal")
    expect(player.page.locator("#game h1").first).to_have_text("Correct!")
    second_player.wait("reveal")
    expect(second_player.page.locator("#game h1").first).to_have_text("Not this time")
    expect(second_player.page.locator(".option.right")).to_contain_text("Jupiter")

    host.next("leaderboard")
    player.wait("leaderboard")
    expect(player.page.locator(".board li.me")).to_contain_text("Ada")
    host.next("open")
    host.page.click("#end")
    host.page.click("#end-yes")
    host.wait("finished")
    player.wait("finished")
    expect(host.page.locator(".place.first .name")).to_have_text("Ada")
    expect(player.page.locator("#game h1").first).to_have_text("You finished 1st")
    with host.page.expect_download() as download:
        host.page.click("#csv")
    download.value.save_as(tmp_path / "results.csv")
    text = (tmp_path / "results.csv").read_text(encoding="utf-8-sig")
    assert re.search(r"1,Ada,.*Jupiter", text)


def test_a_host_pauses_and_gives_more_time(host: HostPage, player: PlayerPage) -> None:
    host.sign_in()
    player.join(host.open_lobby(), "Ada")
    player.wait("lobby")
    host.next("open")
    player.wait("open")
    host.page.click("#pause")
    expect(player.page.locator(".saved")).to_contain_text("Paused")
    player.choose("Jupiter")
    expect(player.page.locator(".saved.no")).to_contain_text("paused")
    host.page.click("#resume")
    expect(player.page.locator(".saved")).to_have_text("")
    expect(player.page.locator(".seconds")).to_have_text(re.compile(r"^\d+$"))
    before = int(player.page.inner_text(".seconds"))
    host.page.click("#extend")
    player.page.wait_for_function(
        "before => Number(document.querySelector('.seconds').textContent) > before", arg=before
    )
    player.choose("Jupiter")
    host.wait("closed")
    expect(player.page.locator("#game h2")).to_have_text("Your answer is in.")


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
    expect(host.page.locator("#answered")).to_have_text("1 of 2")


def test_a_kicked_player_may_return_and_a_banned_one_may_not(
    host: HostPage, player: PlayerPage
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    player.wait("lobby")
    host.player("Ada", "Kick")
    expect(player.page.locator("#join-error")).to_contain_text("You may join again")
    player.join(pin, "Ada")
    player.wait("lobby")
    host.player("Ada", "Ban")
    expect(player.page.locator("#join-error")).to_contain_text("removed you")


def test_a_student_joins_a_game_without_guests_under_the_own_name(
    host: HostPage, player: PlayerPage
) -> None:
    host.sign_in()
    host.page.click("summary")
    host.page.uncheck("#allow-guests")
    host.page.click("summary")
    pin = host.open_lobby()
    player.join(pin, "Nobody")
    expect(player.page.locator("#join-error")).to_contain_text("Sign in")
    player.page.fill("#email", "student01@demo.stoa")
    player.page.fill("#password", PASSWORD)
    player.page.click("#login-form button")
    expect(player.page.locator("#signed-in")).to_be_visible()
    player.page.fill("#nickname", "")
    player.page.click("#join-button")
    player.wait("lobby")
    name = player.page.inner_text("#me-name")
    assert name not in {"", "Nobody"}
    player.page.goto(f"{player.url}/")
    player.wait("lobby")
    expect(player.page.locator("#me-name")).to_have_text(name)


def test_a_wrong_pin_is_told(player: PlayerPage) -> None:
    player.join("000000", "Ada")
    expect(player.page.locator("#join-error")).to_contain_text("no running game")


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
        host.page.click("#players-button")
        told = host.page.locator("#players-dialog li", has_text="later than the network explains")
        expect(told).to_have_count(1)
        expect(told).to_contain_text("Lea")
        assert host.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        host.page.keyboard.press("Escape")
        expect(host.page.locator("#late-chip")).to_have_text("1 connection to check")


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
    expect(host.page.locator("#awaited")).to_have_text(f"Waiting for {'W' * 40} to come back.")
    assert host.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(host.page.locator("#awaited")).to_be_hidden(timeout=BACK_MS)
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

    stoa_server.kill()
    expect(player.page.locator("#banner")).to_be_visible()
    second_player.choose("Jupiter")  # nobody is there to take it yet
    expect(second_player.page.locator(".saved")).to_have_text("Sending …")
    stoa_server.start("--demo")

    expect(player.page.locator("#banner")).to_be_hidden(timeout=BACK_MS)
    host.wait("closed", timeout=BACK_MS)  # both answers are there, so the question closes
    host.next("reveal")
    for one in (player, second_player):
        one.wait("reveal")
        expect(one.page.locator("#game h1").first).to_have_text("Correct!")
