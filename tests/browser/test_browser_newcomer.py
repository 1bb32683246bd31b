"""A teacher's first minutes: from the page of players to a lobby, and ways out of wrong turns."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import assert_accessible
from tests.browser.journeys import register, send, sign_in
from tests.browser.stage import BACK_MS, HostPage, PlayerPage
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

TEACHER = "newton@school.example"
LEARNER = "leibniz@school.example"


def test_a_new_teacher_gets_to_the_editor_of_a_first_quiz_with_a_title_alone(
    host: HostPage,
) -> None:
    page = host.page
    page.goto(f"{host.url}/")
    page.get_by_role("link", name="Host a live quiz").click()
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_label("to teach")).to_be_checked()
    page.get_by_label("Your name").fill("Isaac Newton")
    page.get_by_label("E-mail").fill(TEACHER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    register(page, host.url, TEACHER, to="/host")
    expect(page.get_by_role("link", name="To the start")).to_be_visible()
    page.get_by_role("button", name="Write the questions").click()
    expect(
        page.get_by_text("characters are needed").or_(page.get_by_text("is needed"))
    ).to_be_visible()
    page.get_by_label("Title of your first quiz").fill("Apples")
    assert_accessible(page)
    page.get_by_role("button", name="Write the questions").click()
    expect(page.get_by_role("heading", name="No questions yet")).to_be_visible()
    page.goto(f"{host.url}/host")
    expect(page.locator("[data-quiz]")).to_have_count(1)


def test_a_learner_on_a_page_for_teachers_reads_why_and_comes_out(player: PlayerPage) -> None:
    page = player.page
    page.goto(f"{player.url}/register")
    expect(page.get_by_label("to learn")).to_be_checked()
    page.get_by_label("Your name").fill("Gottfried")
    page.get_by_label("E-mail").fill(EDUCATOR)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("There is an account with this address")
    page.get_by_label("E-mail").fill(LEARNER)
    register(page, player.url, LEARNER)
    page.goto(f"{player.url}/host")
    expect(page.get_by_role("heading", name="Not for you")).to_be_visible()
    expect(page.get_by_text("signed in as Gottfried, with an account to learn")).to_be_visible()
    assert_accessible(page)
    assert player.fits()
    page.get_by_role("button", name="Use another account").click()
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_label("to teach")).to_be_checked()
    page.get_by_label("to learn").check()
    expect(page.get_by_label("to teach")).not_to_be_checked()


def test_a_lobby_that_no_phone_can_reach_says_so(host: HostPage) -> None:
    host.sign_in()
    host.open_lobby()
    expect(host.page.get_by_text("Only this computer can open this address")).to_be_visible()
    assert_accessible(host.page)
    assert host.fits()
    host.page.route(
        "**/site.json", lambda route: route.fulfill(json={"publicUrl": "http://192.0.2.2:8000"})
    )
    host.page.reload()
    expect(host.page.locator(".address")).to_have_text("192.0.2.2:8000")
    expect(host.page.get_by_text("Only this computer")).to_have_count(0)


def test_who_deletes_the_own_account_reads_that_it_is_done(
    player: PlayerPage, stoa_server: StoaServer
) -> None:
    page = player.page
    sign_in(page, stoa_server.url, "student40@demo.stoa")
    page.goto(f"{stoa_server.url}/settings/data")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("I am sure that I want to leave").check()
    page.get_by_role("button", name="Delete my account").click()
    messages = page.get_by_role("region", name="Messages")
    expect(messages).to_contain_text("Your account is deleted", timeout=BACK_MS)
    expect(page).to_have_url(f"{stoa_server.url}/sign-in")


def test_a_place_in_an_earlier_game_is_not_offered_beside_another_pin(
    host: HostPage, player: PlayerPage
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    player.wait("lobby")
    again = player.page.get_by_role("button", name="Continue as Ada")
    player.page.goto(f"{player.url}/?pin={pin}")
    expect(again).to_be_visible()
    player.page.goto(f"{player.url}/?pin=1{pin[:-1]}")
    expect(player.page.get_by_label("Game PIN")).to_be_visible()
    expect(again).to_have_count(0)
