"""Ways in: running games without a PIN, a co-teacher's take-over, and who was banned."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import HostPage, PlayerPage, watch
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

HELPER = "carl@demo.stoa"


def graphql(server: StoaServer, query: str, token: str = "", **variables: Any) -> dict[str, Any]:
    """One operation over HTTP; it must succeed."""
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    body = json.dumps({"query": query, "variables": variables}).encode()
    asked = urllib.request.Request(f"{server.url}/graphql", body, headers)
    with urllib.request.urlopen(asked, timeout=10) as response:
        answer = json.load(response)
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


@pytest.fixture(scope="module")
def co_teacher(stoa_server: StoaServer) -> str:
    """The address of a second teacher of the demonstration's course."""
    registered = graphql(
        stoa_server,
        """mutation ($e: String!, $p: String!) {
             register(input: {email: $e, password: $p, fullName: "Carl Helper", role: EDUCATOR}) {
               user { id } } }""",
        e=HELPER,
        p=PASSWORD,
    )
    token = graphql(
        stoa_server,
        "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }",
        e=EDUCATOR,
        p=PASSWORD,
    )["login"]["accessToken"]
    (course,) = graphql(stoa_server, "{ myCourses { nodes { id } } }", token)["myCourses"]["nodes"]
    added = graphql(
        stoa_server,
        "mutation ($c: ID!, $u: ID!) { addCoTeacher(courseId: $c, userId: $u) {"
        " teachers { profile { fullName } } } }",
        token,
        c=course["id"],
        u=registered["register"]["user"]["id"],
    )
    assert len(added["addCoTeacher"]["teachers"]) == 2
    return HELPER


@pytest.fixture
def second_host(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> Iterator[HostPage]:
    """Another teacher's laptop."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield HostPage(watch(context.new_page(), client_errors), stoa_server.url)
    context.close()


def test_a_student_enters_a_running_game_without_a_pin(
    host: HostPage, player: PlayerPage, second_player: PlayerPage
) -> None:
    host.sign_in()
    host.open_lobby()
    game = re.search(r"game=([\w-]+)", host.page.url)
    assert game is not None
    button = f"[data-running='{game.group(1)}']"
    for one, email in ((player, "student01@demo.stoa"), (second_player, "student02@demo.stoa")):
        one.page.goto(f"{one.url}/")
        expect(one.page.locator("#running-card")).to_be_hidden()
        one.sign_in(email)
        one.page.click(button)
        one.wait("lobby")
        assert one.fits()
    host.next("open")
    player.wait("open")
    player.choose("Jupiter")
    player.expect_saved()
    host.page.goto(f"{host.url}/host")
    line = host.page.locator("#running li", has=host.page.locator(button))
    expect(line).to_contain_text("Question 1 of")
    line.get_by_role("button").click()
    host.wait("open")
    expect(host.page.locator("#answered")).to_have_text("1 of 2")


def test_a_game_is_handed_over_and_taken_over_when_its_host_has_gone(
    host: HostPage, second_host: HostPage, player: PlayerPage, co_teacher: str
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    player.wait("lobby")
    host.next("open")
    game = host.page.url
    second_host.sign_in(co_teacher)
    expect(second_host.page.locator("#running")).to_contain_text("hosted by")
    second_host.page.goto(game)
    second_host.wait("open")
    second_host.page.click("#take-over")
    expect(second_host.page.locator("#controls")).to_contain_text("Another teacher hosts now")

    host.page.click("#players-button")
    host.page.click("#players-dialog summary")
    host.page.locator("#players-dialog li", has_text="Carl Helper").get_by_role("button").click()
    expect(second_host.page.locator("#pause")).to_be_visible()
    second_host.next("closed")

    second_host.page.goto(f"{second_host.url}/host")  # the acting host has left
    expect(host.page.locator("#take-over")).to_be_visible()
    host.page.keyboard.press("Escape")
    host.page.click("#take-over")
    host.next("reveal")
    player.wait("reveal")


def test_a_banned_guest_stays_out_in_this_browser_whatever_the_name(
    host: HostPage, player: PlayerPage
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    player.wait("lobby")
    host.page.click("#players-button")
    line = host.page.locator("#players-dialog li", has_text="Ada")
    line.get_by_role("button", name="Ban").click()
    hint = host.page.locator("#ban-hint")
    expect(hint).to_contain_text("private window")
    expect(player.page.locator("#join-error")).to_contain_text("removed you")
    player.join(pin, "Grace")
    expect(player.page.locator("#join-error")).to_contain_text("removed you")
    player.page.reload()
    player.join(pin, "Edith")
    expect(player.page.locator("#join-error")).to_contain_text("removed you")
    hint.get_by_role("button").click()
    expect(hint).to_be_hidden()
    host.page.keyboard.press("Escape")
    expect(host.page.locator("#unlock")).to_be_visible()
