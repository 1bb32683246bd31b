"""How a game goes on: counted down to, revealed by itself, without the board; who has moved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.stage import HostPage, PlayerPage, fits, watch
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import EDUCATOR, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

LESSONS = "{ myCourses(first: 1) { nodes { modules { lessons { id type } } } } }"
CREATE = """mutation ($lesson: ID!, $questions: [QuestionInput!]!) { createQuiz(lessonId: $lesson,
    input: {settings: {title: "Planets"}, questions: $questions}) { id } }"""
START = """mutation ($quiz: ID!, $config: LiveQuizConfigInput) {
    startLiveQuiz(quizId: $quiz, config: $config) { id pin } }"""
NOTES = "Ask the last row first\nThen show the map"
TYPED: dict[str, Any] = {
    "type": "SHORT_ANSWER",
    "questionText": "The red planet?",
    "answer": {"text": {"accepted": ["Mars"]}},
    "notes": NOTES,
}
TRUTH: dict[str, Any] = {
    "type": "TRUE_FALSE",
    "questionText": "The Sun is a star.",
    "answer": {"trueFalse": True},
}
FORMATTED: dict[str, Any] = {
    "type": "MULTIPLE_CHOICE",
    "format": "MARKDOWN",
    "questionText": "What is *printed*?\n\n```\nfor x in (1, 2):\n    print(x)\n```",
    "options": ["$\\frac{1}{2}$ and `x = 1`", "**both**"],
    "answer": {"choice": {"correct": [1]}},
    "explanation": "Because $x^2 = 4$, and\n\n```\nif x:\n    go()\n```",
}

NewGame = Callable[..., tuple[str, str]]
Window = Callable[[str, str], Page]


@pytest.fixture
def new_game(stoa_server: StoaServer) -> NewGame:
    """Opens a lobby for a new quiz of these questions; the id of the game, and its PIN."""

    def made(*questions: dict[str, Any], **config: Any) -> tuple[str, str]:
        token = token_of(stoa_server)
        [course] = graphql(stoa_server, LESSONS, token)["myCourses"]["nodes"]
        lessons = [lesson for module in course["modules"] for lesson in module["lessons"]]
        lesson = next(lesson["id"] for lesson in lessons if lesson["type"] == "QUIZ")
        quiz = graphql(stoa_server, CREATE, token, lesson=lesson, questions=list(questions))
        config = {"questionMs": 60_000, "speedWeighted": False, **config}
        quiz_id = quiz["createQuiz"]["id"]
        game = graphql(stoa_server, START, token, quiz=quiz_id, config=config)["startLiveQuiz"]
        return game["id"], game["pin"]

    return made


@pytest.fixture
def teacher(chromium: Browser) -> Iterator[BrowserContext]:
    """The teacher's browser, which may have several windows."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def window(teacher: BrowserContext, stoa_server: StoaServer, client_errors: list[str]) -> Window:
    """Another window on a game; the first one signs in."""
    HostPage(watch(teacher.new_page(), client_errors), stoa_server.url).sign_in(EDUCATOR)

    def opened(game: str, view: str) -> Page:
        page = watch(teacher.new_page(), client_errors)
        page.goto(f"{stoa_server.url}/host?game={game}{view and f'&view={view}'}")
        page.wait_for_selector("[data-phase]")
        return page

    return opened


def give(player: PlayerPage, text: str) -> None:
    player.page.get_by_label("Your answer").fill(text)
    player.page.get_by_role("button", name="Send answer").click()


def write(player: PlayerPage, text: str) -> None:
    give(player, text)
    player.expect_saved()


def test_two_presses_a_question_with_a_countdown_and_no_board(
    new_game: NewGame, window: Window, player: PlayerPage, second_player: PlayerPage
) -> None:
    game, pin = new_game(
        TYPED, TRUTH, boardEvery=0, autoReveal=True, countdownMs=2_000, shuffleQuestions=True
    )
    player.join(pin, "Ada")
    second_player.join(pin, "Grace")
    player.wait("lobby")
    second_player.wait("lobby")
    host = HostPage(window(game, ""), "")
    remote = window(game, "remote")
    expect(host.names).to_contain_text("Grace")
    seen = phases_of(host.page)
    for number in (1, 2):
        host.next("announced")  # the one press between two questions
        player.wait("announced")
        player.expect_heading(f"Question {number} of 2")
        assert player.fits()
        expect(player.page.get_by_text("The red planet?")).to_have_count(0)
        player.wait("open")
        for one in (player, second_player):
            one.wait("open")
            if one.page.get_by_label("Your answer").count():
                give(one, "Mars")
            else:
                one.choose("True")
        host.wait("reveal")  # by itself
    expect(remote.locator(".remote")).to_have_attribute("data-phase", "reveal")
    expect(host.controls.locator(".primary")).to_have_text("Finish")
    host.next("finished")
    steps = ["announced", "open", "closed", "reveal"]
    assert seen() == ["lobby", *steps * 2, "finished"]


def phases_of(page: Page) -> Callable[[], list[str]]:
    """Watches which phases the page shows; none is too short to be seen."""
    page.evaluate(
        """() => {
          const phase = () => document.querySelector("[data-phase]").dataset.phase;
          window.phases = [phase()];
          const options = { subtree: true, attributes: true, attributeFilter: ["data-phase"] };
          new MutationObserver(() => window.phases.push(phase())).observe(document.body, options);
        }"""
    )
    return lambda: page.evaluate("window.phases")


def test_the_board_is_left_out_or_shown_as_the_host_wants(
    new_game: NewGame, window: Window, player: PlayerPage
) -> None:
    game, pin = new_game(TRUTH, TRUTH, TRUTH)
    player.join(pin, "Ada")
    player.wait("lobby")
    host = HostPage(window(game, ""), "")
    seen = phases_of(host.page)
    host.next("open")
    host.next("reveal")
    host.press("Next question")
    expect(host.page.get_by_text("Question 2 of 3")).to_be_visible()
    host.wait("open")
    host.next("reveal")
    host.next("leaderboard")
    host.next("open")
    assert "leaderboard" not in seen()[: seen().index("reveal") + 2]
    assert seen()[-3:] == ["reveal", "leaderboard", "open"]


def test_who_has_moved_is_the_same_on_every_screen_and_after_a_reload(
    new_game: NewGame,
    window: Window,
    player: PlayerPage,
    second_player: PlayerPage,
) -> None:
    game, pin = new_game(TRUTH, TRUTH, leaderboardSize=1)
    host = HostPage(window(game, ""), "")
    player.join(pin, "Ada")
    second_player.join(pin, "Grace")
    player.wait("lobby")
    second_player.wait("lobby")
    for ada, grace in (("True", "False"), ("False", "True")):
        host.next("open")
        player.wait("open")
        second_player.wait("open")
        player.choose(ada)
        second_player.choose(grace)
        host.wait("closed")
        host.next("reveal")
        if ada == "True":
            second_player.wait("reveal")
            told = second_player.page.locator(".behind")
            expect(told).to_have_text("1,000 points behind place 1")
            host.next("leaderboard")
    second_player.wait("reveal")
    expect(second_player.page.locator(".fact .moved .sr-only")).to_have_text("up 1 place")
    host.next("leaderboard")
    projector = window(game, "projector")
    for page in (host.page, projector):
        expect(page.locator(".board li")).to_have_count(1)
        expect(page.locator(".board .moved .sr-only")).to_have_text("same place as before")
    host.page.reload()
    host.wait("leaderboard")
    expect(host.page.locator(".board .moved .sr-only")).to_have_text("same place as before")
    second_player.wait("leaderboard")
    for _ in range(2):
        own = second_player.page.locator(".board.below li")
        expect(own).to_contain_text("Grace")
        expect(own.locator(".moved .sr-only")).to_have_text("up 1 place")
        second_player.page.reload()
        second_player.wait("leaderboard")
    assert_accessible(second_player.page)
    assert second_player.fits()


def test_how_many_are_right_is_the_hosts_alone_unless_the_room_is_to_see_it(
    new_game: NewGame, window: Window, player: PlayerPage, second_player: PlayerPage
) -> None:
    game, pin = new_game(TYPED, closeWhenAllAnswered=False)
    host = HostPage(window(game, ""), "")
    projector, remote = window(game, "projector"), window(game, "remote")
    player.join(pin, "Ada")
    second_player.join(pin, "Grace")
    player.wait("lobby")
    second_player.wait("lobby")
    host.next("open")
    player.wait("open")
    write(player, "mars")
    second_player.wait("open")
    write(second_player, "Venus")
    expect(remote.locator(".right-so-far")).to_have_text("1 of 2 right")
    for page in (host.page, projector):
        expect(page.locator(".answered")).to_have_text("2 of 2 answered")
        expect(page.locator(".right-so-far")).to_have_count(0)
    host.press("Show right count")
    for page in (host.page, projector):  # the projector follows the teacher's other window
        expect(page.locator(".right-so-far")).to_have_text("1 of 2 right")
    for one in (player, second_player):
        expect(one.page.get_by_text(re.compile("of 2 right"))).to_have_count(0)
    host.next("reveal")
    expect(projector.locator(".typed li")).to_have_text([re.compile("mars"), re.compile("Venus")])
    host.page.evaluate("localStorage.clear()")


def test_the_host_counts_what_was_typed_as_right_and_everybody_sees_it(
    new_game: NewGame, window: Window, player: PlayerPage, second_player: PlayerPage
) -> None:
    game, pin = new_game(TYPED, TRUTH, closeWhenAllAnswered=False)
    host = HostPage(window(game, ""), "")
    projector, remote = window(game, "projector"), window(game, "remote")
    remote.set_viewport_size({"width": 360, "height": 740})
    player.join(pin, "Ada")
    second_player.join(pin, "Grace")
    player.wait("lobby")
    second_player.wait("lobby")
    host.next("open")
    player.wait("open")
    write(player, "mars")
    second_player.wait("open")
    write(second_player, "Ares")
    host.next("reveal")
    second_player.wait("reveal")
    points = second_player.page.locator(".points").first
    expect(points).to_have_text("+0")
    name = "Count as right too: Ares"
    expect(projector.locator(".typed li")).to_have_count(2)
    expect(projector.get_by_role("button", name=name)).to_have_count(0)
    expect(host.page.get_by_role("button", name=name)).to_be_visible()
    assert_accessible(host.page)
    assert fits(remote)
    assert_accessible(remote)
    remote.get_by_role("button", name=name).click()
    dialog = remote.get_by_role("alertdialog", name="Count as right too")
    expect(dialog).to_contain_text("was typed by 1 player")
    dialog.get_by_role("button", name="Count as right too").click()
    messages = remote.get_by_role("region", name="Messages")
    expect(messages).to_contain_text("“Ares” counts as right now.")
    for page in (host.page, projector, remote):
        expect(page.locator(".typed li.right")).to_have_count(2)
    expect(points).to_have_text("+1,000")
    second_player.page.reload()
    expect(points).to_have_text("+1,000")


def test_notes_are_on_the_remote_and_nowhere_else(
    new_game: NewGame, window: Window, player: PlayerPage
) -> None:
    game, pin = new_game(TRUTH, TYPED)
    host = HostPage(window(game, ""), "")
    projector, remote = window(game, "projector"), window(game, "remote")
    remote.set_viewport_size({"width": 360, "height": 740})
    player.join(pin, "Ada")
    player.wait("lobby")
    host.next("open")
    coming = remote.locator(".next .own-notes")
    expect(coming).to_contain_text(NOTES)
    assert fits(remote)
    assert_accessible(remote)
    host.next("reveal")
    host.press("Next question")
    player.wait("open")
    expect(remote.locator(".own-notes")).to_contain_text(NOTES)
    for page in (player.page, projector, host.page):
        expect(page.locator(".question-text")).to_have_text("The red planet?")
        assert "last row" not in page.content()


def test_code_and_formulas_are_on_every_screen(
    new_game: NewGame, window: Window, player: PlayerPage
) -> None:
    game, pin = new_game(FORMATTED)
    host = HostPage(window(game, ""), "")
    projector, remote = window(game, "projector"), window(game, "remote")
    player.join(pin, "Ada")
    player.wait("lobby")
    code = "for x in (1, 2):\n    print(x)\n"
    expect(remote.locator(".next .question-text pre")).to_have_text(code)
    host.next("open")
    player.wait("open")
    expect(remote.locator("[role=heading] pre")).to_have_text(code)
    for page in (host.page, projector, player.page):
        expect(page.locator(".question-text pre")).to_have_text(code)
        expect(page.locator(".question-text em")).to_have_text("printed")
        expect(page.locator(".option .katex").first).to_be_visible()
        expect(page.locator(".option code").first).to_have_text("x = 1")
        expect(page.locator(".option strong")).to_have_text("both")
        assert fits(page)
    player.choose("both")
    host.wait("closed")
    host.next("reveal")
    player.wait("reveal")
    for page in (host.page, projector, player.page):
        expect(page.locator(".explanation .katex").first).to_be_visible()
        expect(page.locator(".explanation pre")).to_have_text("if x:\n    go()\n")
        assert fits(page)
