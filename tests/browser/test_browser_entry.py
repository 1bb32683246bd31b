"""Ways in: running games without a PIN, a co-teacher's take-over, and who was banned."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.stage import HostPage, PlayerPage, watch
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

HELPER = "carl@demo.stoa"
TEACHERS = "{ myCourses { nodes { id teachers { id } } } }"


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


def token_of(server: StoaServer) -> str:
    """An access token of the course's instructor."""
    login = graphql(
        server,
        "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }",
        e=EDUCATOR,
        p=PASSWORD,
    )
    return str(login["login"]["accessToken"])


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
    token = token_of(stoa_server)
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


def teaches(server: StoaServer, email: str, does: bool) -> None:
    """Make somebody a co-teacher of the demonstration's course, or take that back."""
    token = token_of(server)
    (course,) = graphql(server, TEACHERS, token)["myCourses"]["nodes"]
    user_id = graphql(
        server,
        "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) { user { id } } }",
        e=email,
        p=PASSWORD,
    )["login"]["user"]["id"]
    if does is (user_id in {teacher["id"] for teacher in course["teachers"]}):
        return
    add = "addCoTeacher(courseId: $c, userId: $u) { id }"
    remove = "removeTeacher(courseId: $c, userId: $u)"
    change = f"mutation ($c: ID!, $u: ID!) {{ {add if does else remove} }}"
    graphql(server, change, token, c=course["id"], u=user_id)


def freeze(page: Page) -> None:
    """Its scripts stop in the middle, as on a computer that goes to sleep."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Debugger.enable")
    devtools.send("Debugger.pause")


@pytest.fixture
def phone_host(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str]
) -> Iterator[HostPage]:
    """Another teacher's phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 780}, has_touch=True)
    yield HostPage(watch(context.new_page(), client_errors), stoa_server.url)
    context.close()


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
        expect(one.page.get_by_role("heading", name="Join the quiz")).to_be_visible()
        expect(one.page.get_by_text("Running in your courses")).to_be_hidden()
        one.sign_in(email)
        one.page.click(button)
        one.wait("lobby")
        assert one.fits()
    host.next("open")
    player.wait("open")
    player.choose("Jupiter")
    player.expect_saved()
    host.page.goto(f"{host.url}/host")
    line = host.page.get_by_role("listitem").filter(has=host.page.locator(button))
    expect(line).to_contain_text("Question 1 of")
    line.get_by_role("link").click()
    host.wait("open")
    expect(host.answered).to_have_text("1 of 2 answered")


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
    expect(second_host.page.get_by_text("hosted by").first).to_be_visible()
    second_host.page.goto(game)
    second_host.wait("open")
    second_host.press("Take over")
    expect(second_host.controls).to_contain_text("The host is here")

    host.open_players()
    host.page.get_by_text("Hand the game over").click()
    host.line_of("Carl Helper").get_by_role("button").click()
    expect(second_host.controls.get_by_role("button", name="Pause")).to_be_visible()
    second_host.press("Close")
    second_host.wait("closed")

    second_host.page.goto(f"{second_host.url}/host")  # the acting host has left
    host.page.keyboard.press("Escape")
    expect(host.controls.get_by_role("button", name="Take over")).to_be_visible()
    expect(host.controls).to_contain_text("The host is away")
    host.press("Take over")
    expect(host.controls.get_by_role("button", name="Reveal the answer")).to_be_visible()
    host.next("reveal")
    player.wait("reveal")


def test_a_host_whose_page_does_not_answer_is_relieved_by_a_teacher_of_now(
    host: HostPage,
    phone_host: HostPage,
    player: PlayerPage,
    co_teacher: str,
    stoa_server: StoaServer,
    tmp_path: Path,
) -> None:
    teaches(stoa_server, co_teacher, False)
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    player.wait("lobby")
    host.next("open")
    player.wait("open")
    teaches(stoa_server, co_teacher, True)  # after the lobby was opened
    phone_host.sign_in(co_teacher)
    phone_host.page.goto(host.page.url)
    phone_host.wait("open")
    controls = phone_host.controls
    expect(controls).to_contain_text("Another teacher hosts this game")
    freeze(host.page)
    phone_host.press("Take over")
    expect(controls).to_contain_text("Asking whether the host is still there")
    phone_host.page.screenshot(path=tmp_path / "asking.png")
    expect(controls.get_by_role("button", name="Pause")).to_be_visible(timeout=15_000)
    phone_host.page.screenshot(path=tmp_path / "taken.png")
    assert phone_host.fits()
    phone_host.press("Close")
    phone_host.wait("closed")
    expect(player.page.get_by_text("The host is away")).to_be_hidden()


def test_a_banned_guest_stays_out_in_this_browser_whatever_the_name(
    host: HostPage, player: PlayerPage
) -> None:
    host.sign_in()
    pin = host.open_lobby()
    player.join(pin, "Ada")
    player.wait("lobby")
    host.open_players()
    host.line_of("Ada").get_by_role("button", name="Ban").click()
    hint = host.players.get_by_role("status")
    expect(hint).to_contain_text("private window")
    expect(player.error).to_contain_text("removed you")
    player.join(pin, "Grace")
    expect(player.error).to_contain_text("removed you")
    player.page.reload()
    player.join(pin, "Edith")
    expect(player.error).to_contain_text("removed you")
    hint.get_by_role("button").click()
    expect(hint).to_be_hidden()
    host.page.keyboard.press("Escape")
    expect(host.controls.get_by_role("button", name="Unlock")).to_be_visible()
