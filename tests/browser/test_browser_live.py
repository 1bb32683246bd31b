"""What players and hosts met in games: coming late, coming back, keyboards, other scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.stage import HostPage, PlayerPage, watch
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

FIRST_QUIZ = "{ myCourses { nodes { modules { lessons { quizzes { id } } } } } }"
START = "mutation ($q: ID!) { startLiveQuiz(quizId: $q) { pin } }"


@pytest.fixture
def arabic_player(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> Iterator[PlayerPage]:
    """A phone whose owner reads Arabic."""
    context = chromium.new_context(viewport={"width": 390, "height": 780}, locale="ar")
    yield PlayerPage(watch(context.new_page(), client_errors), stoa_server.url)
    context.close()


def focused(player_or_host: PlayerPage | HostPage) -> str:
    """What has the focus."""
    return str(player_or_host.page.evaluate("document.activeElement.textContent.trim()"))


def test_who_comes_while_a_question_is_open_waits_for_the_next_one(
    host: HostPage, player: PlayerPage, second_player: PlayerPage
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    player.wait("lobby")
    host.next("open")
    player.wait("open")
    second_player.join(pin, "Grace")
    second_player.wait("open")
    expect(second_player.page.get_by_text("You get the next one")).to_be_visible()
    expect(second_player.banner).to_be_hidden()
    assert "pin=" not in second_player.page.url
    second_player.page.reload()  # the address leads to the place, not to the door
    second_player.wait("open")
    host.press("Close")
    second_player.wait("closed")
    expect(second_player.page.get_by_text("You get the next one")).to_be_visible()
    host.next("reveal")
    second_player.wait("reveal")
    expect(second_player.page.locator(".option.right")).to_contain_text("Jupiter")
    host.press("Next question")
    host.wait("open")
    second_player.wait("open")
    second_player.page.locator(".option").first.click()
    second_player.expect_saved()


def test_two_presses_a_question_by_keyboard_and_the_focus_stays(
    host: HostPage, player: PlayerPage, second_player: PlayerPage
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    second_player.join(pin, "Grace")
    player.wait("lobby")
    second_player.wait("lobby")
    main = host.controls.locator(".primary")
    main.focus()
    host.page.keyboard.press("Enter")
    second_player.wait("open")
    player.wait("open")
    assert focused(host) == "Reveal the answer"
    second_player.option("Jupiter").focus()
    second_player.page.keyboard.press("Enter")
    second_player.expect_saved()
    assert "Jupiter" in focused(second_player)
    host.page.keyboard.press("Enter")  # closes and reveals
    host.wait("reveal")
    second_player.wait("reveal")
    assert focused(second_player) == second_player.page.locator(".question-text").inner_text()
    assert focused(host) == "Show leaderboard"
    for one in (host, player, second_player):
        assert_accessible(one.page)
    host.press("Next question")
    host.wait("open")
    expect(main).to_be_enabled()  # a second press too soon does nothing
    host.page.keyboard.press("PageDown")  # as presenters have it
    host.wait("reveal")
    assert host.page.evaluate("document.activeElement !== document.body")
    assert second_player.page.evaluate("document.activeElement !== document.body")


def test_a_finished_game_can_be_opened_again_and_nobody_is_put_out_of_it(
    host: HostPage, player: PlayerPage
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    player.wait("lobby")
    host.next("open")
    host.press("End")
    host.page.get_by_role("button", name="End the game").click()
    host.wait("finished")
    game = re.search(r"game=([\w-]+)", host.page.url)
    assert game is not None
    host.page.goto(f"{host.url}/host")
    host.page.locator(f"[data-over='{game[1]}']").click()
    host.wait("finished")
    expect(host.page.locator(".place.first .name")).to_have_text("Ada")
    expect(host.controls.get_by_role("button", name="CSV")).to_be_visible()
    host.open_players()
    expect(host.line_of("Ada")).to_be_visible()
    expect(host.line_of("Ada").get_by_role("button")).to_have_count(0)


def test_no_host_is_missed_who_was_never_there(player: PlayerPage, stoa_server: StoaServer) -> None:
    token = token_of(stoa_server)
    (course,) = graphql(stoa_server, FIRST_QUIZ, token)["myCourses"]["nodes"]
    quizzes = [q for m in course["modules"] for n in m["lessons"] for q in n["quizzes"]]
    pin = graphql(stoa_server, START, token, q=quizzes[0]["id"])["startLiveQuiz"]["pin"]
    player.join(pin, "Ada")
    player.wait("lobby")
    expect(player.page.get_by_text("The game begins soon")).to_be_visible()
    expect(player.page.get_by_text("host is away")).to_be_hidden()


def test_names_and_pages_in_arabic_stand_on_the_right(
    host: HostPage, arabic_player: PlayerPage
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    page = arabic_player.page
    page.goto(f"{arabic_player.url}/?pin={pin}")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_label("اسمك").fill("عمر الخيام")
    assert_accessible(page)
    page.keyboard.press("Enter")
    arabic_player.wait("lobby")
    assert arabic_player.fits()
    name = host.names.get_by_role("listitem").filter(has_text="عمر")
    expect(name).to_have_css("direction", "rtl")
    host.next("open")
    arabic_player.wait("open")
    assert arabic_player.fits()
    assert_accessible(page)
    question = page.locator(".question-text")
    expect(question).to_have_css("direction", "ltr")  # it is in English


def test_the_room_sees_the_game_alone_and_the_teachers_phone_steers_it(
    host: HostPage, player: PlayerPage, client_errors: list[str]
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    player.wait("lobby")
    with host.page.expect_popup() as opened:
        host.page.get_by_role("link", name="Projector window").click()
    room = HostPage(watch(opened.value, client_errors), host.url)
    room.wait("lobby")
    expect(room.controls).to_be_hidden()
    host.page.set_viewport_size({"width": 390, "height": 780})
    host.page.get_by_role("link", name="As a remote").click()
    following = host.page.locator(".next")
    expect(following).to_contain_text("Which planet of the solar system is the largest?")
    expect(following).to_contain_text("Right: Jupiter")
    assert host.fits()
    assert_accessible(host.page)
    host.next("open")
    room.wait("open")
    expect(room.page.get_by_text("Jupiter")).to_be_visible()
    player.wait("open")
    room.page.keyboard.press("PageDown")  # the clicker is at the projector
    room.wait("reveal")
    host.wait("reveal")
    expect(following).not_to_contain_text("largest")
    room.page.close()
    host.press("Next question")
    player.wait("open")
    expect(player.page.get_by_text("host is away")).to_be_hidden()
