"""Practice: a learner answers the questions of a finished game once more, until they are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.played import Bot, play
from tests.browser.stage import fits, wait_until_kept, watch
from tests.browser.test_browser_entry import graphql, token_of
from tests.browser.test_browser_results import (
    ADD_QUIZ,
    LESSONS,
    LOGIN,
    SPEAK,
    signed_in,
    tab_to,
)
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

TITLE = "Rivers and what they are"
LEARNER, PERFECT, CLASSMATE = (f"student0{n}@demo.stoa" for n in (1, 2, 3))
ALLOW = "mutation ($id: ID!, $i: UpdateQuizInput!) { updateQuiz(id: $id, input: $i) { id } }"
BOARD = """
query ($id: ID!) { liveQuiz(id: $id) { results { nodes { nickname score rank correct } } } }
"""
QUESTIONS = [
    {
        "type": "MULTIPLE_CHOICE",
        "questionText": "Which river is in Egypt?",
        "options": ["The Nile", "The Rhine", "The Amazon"],
        "answer": {"choice": {"correct": [0]}},
        "explanation": "It flows from south to north.",
    },
    {
        "type": "MULTIPLE_CHOICE",
        "questionText": "Which rivers flow into the North Sea?",
        "options": ["The Rhine", "The Elbe", "The Rhone"],
        "multiple": True,
        "answer": {"choice": {"correct": [0, 1]}},
    },
    {
        "type": "SHORT_ANSWER",
        "questionText": "Which river flows through Paris?",
        "answer": {"text": {"accepted": ["Seine", "The Seine"]}},
    },
    {
        "type": "FILL_BLANK",
        "questionText": "A river has a ____ and a ____.",
        "answer": {"blanks": [{"accepted": ["source"]}, {"accepted": ["mouth"]}]},
    },
    {
        "type": "MATCHING",
        "questionText": "Which city is on which river?",
        "answer": {
            "matching": {
                "pairs": [
                    {"prompt": "London", "match": "Thames"},
                    {"prompt": "Vienna", "match": "Danube"},
                ],
                "distractors": ["Tiber"],
            }
        },
    },
    {
        "type": "TRUE_FALSE",
        "questionText": "The Amazon has more water than the Nile.",
        "answer": {"trueFalse": True},
    },
    {"type": "ESSAY", "questionText": "Why do rivers wind?", "answer": {"essay": {}}},
]
WRONG = ["The Rhine", ["The Rhine", "The Elbe"], "Loire", ["source", "delta"], ["Tiber", "Danube"]]
RIGHT = ["The Nile", ["The Rhine", "The Elbe"], "Seine", ["source", "mouth"], ["Thames", "Danube"]]
REST = [True, "Because"]


@dataclass(frozen=True)
class Game:
    id: str
    quiz: str
    course: str
    teacher: str


@pytest.fixture(scope="module")
def game(stoa_server: StoaServer) -> Game:
    """One learner had four of six wrong, another nothing; a third was not there."""
    teacher = token_of(stoa_server)
    [course] = graphql(stoa_server, "{ myCourses { nodes { id } } }", teacher)["myCourses"]["nodes"]
    [lessons] = graphql(stoa_server, LESSONS, teacher)["myCourses"]["nodes"]
    made = {"settings": {"title": TITLE}, "questions": QUESTIONS}
    lesson = lessons["modules"][0]["lessons"][0]["id"]
    quiz = graphql(stoa_server, ADD_QUIZ, teacher, l=lesson, i=made)["createQuiz"]["id"]

    def token(email: str) -> str:
        answer = graphql(stoa_server, LOGIN, e=email, p=PASSWORD)
        return str(answer["login"]["accessToken"])

    players = [
        Bot("Dora", [*WRONG, *REST], token(LEARNER)),
        Bot("Emil", [*RIGHT, *REST], token(PERFECT)),
    ]
    return Game(play(stoa_server.url, quiz, players), quiz, course["id"], teacher)


def opened(
    chromium: Browser, server: StoaServer, errors: list[str], email: str, **options: object
) -> Page:
    shape = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options}
    context = chromium.new_context(**shape)  # type: ignore[arg-type]
    return signed_in(watch(context.new_page(), errors), server.url, email)


@pytest.fixture
def learner(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str], game: Game
) -> Iterator[Page]:
    page = opened(chromium, stoa_server, client_errors, LEARNER)
    yield page
    page.context.close()


def step(page: Page, name: str) -> None:
    page.locator(f"[data-step={name}]").wait_for()
    assert page.evaluate("document.activeElement !== document.body")


def progress(page: Page) -> str:
    return page.locator(".practice .progress-words").inner_text().replace("\n", " ")


def go_on(page: Page) -> None:
    page.locator("[data-step=told] button.primary").press("Enter")


def test_wrong_ones_are_asked_until_they_are_right_by_keyboard_alone(
    learner: Page, stoa_server: StoaServer, game: Game
) -> None:
    before = graphql(stoa_server, BOARD, game.teacher, id=game.id)
    page = learner
    page.goto(f"{stoa_server.url}/my-results/{game.id}")
    way = page.get_by_role("link", name="Practise my mistakes")
    tab_to(page, way)
    page.keyboard.press("Enter")
    page.wait_for_url("**/practice")
    expect(page.locator(".question-text")).to_have_text("Which river is in Egypt?")
    expect(page.get_by_text("1 question is graded by a person")).to_be_visible()
    assert progress(page) == "Right so far 0 of 4"
    assert_accessible(page)

    # A choice, wrong again: told at once, with the right one and why.
    tab_to(page, page.get_by_role("button", name="The Rhine"))
    page.keyboard.press("Enter")
    step(page, "told")
    expect(page.get_by_role("heading", name="Not this time")).to_be_focused()
    expect(page.get_by_text("It comes again later.")).to_be_visible()
    expect(page.locator(".option.right")).to_contain_text("The Nile")
    expect(page.locator(".option.chosen.other")).to_contain_text("The Rhine")
    expect(page.get_by_text("It flows from south to north.")).to_be_visible()
    expect(page.locator(".tally")).to_have_count(0)
    assert_accessible(page)
    tab_to(page, page.get_by_role("button", name="Go on"))
    page.keyboard.press("Enter")

    # A text.
    step(page, "asked")
    expect(page.locator(".question-text")).to_be_focused()
    tab_to(page, page.get_by_label("Your answer"))
    page.keyboard.type("the seine")
    page.keyboard.press("Enter")
    step(page, "told")
    expect(page.get_by_role("heading", name="Correct!")).to_be_focused()
    assert progress(page) == "Right so far 0 of 4"
    go_on(page)
    step(page, "asked")
    assert progress(page) == "Right so far 1 of 4"

    # Blanks, half of them right.
    for number, text in ((1, "source"), (2, "delta")):
        tab_to(page, page.get_by_label(f"Blank {number}"))
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    step(page, "told")
    expect(page.get_by_role("heading", name="Partly right")).to_be_focused()
    expect(page.get_by_text("source · mouth")).to_be_visible()
    assert_accessible(page)

    # A reload loses nothing, neither here nor in the next question.
    page.reload()
    expect(page.get_by_role("heading", name="Partly right")).to_be_visible()
    go_on(page)
    step(page, "asked")
    page.reload()
    expect(page.locator(".question-text")).to_have_text("Which city is on which river?")
    assert progress(page) == "Right so far 1 of 4"

    # Matches.
    for prompt, match in (("London", "Thames"), ("Vienna", "Danube")):
        page.get_by_label(prompt).select_option(label=match)
    assert_accessible(page)
    page.get_by_role("button", name="Send answer").press("Enter")
    step(page, "told")
    expect(page.get_by_role("heading", name="Correct!")).to_be_focused()
    assert_accessible(page)
    go_on(page)

    # Those that were wrong come again, with empty fields.
    step(page, "asked")
    expect(page.locator(".question-text")).to_have_text("Which river is in Egypt?")
    expect(page.locator(".practice .chip.warn")).to_have_text("Once more")
    page.get_by_role("button", name="The Nile").press("Enter")
    step(page, "told")
    go_on(page)
    step(page, "asked")
    expect(page.get_by_label("Blank 1")).to_have_value("")
    for number, text in ((1, "Source"), (2, "mouth")):
        page.get_by_label(f"Blank {number}").fill(text)
    page.keyboard.press("Enter")
    step(page, "told")
    tab_to(page, page.get_by_role("button", name="Finish"))
    page.keyboard.press("Enter")

    step(page, "done")
    expect(page.get_by_role("heading", name="All right!")).to_be_focused()
    assert page.locator(".practice .fact b").all_inner_texts() == ["4", "2", "6"]
    assert_accessible(page)
    page.reload()
    expect(page.get_by_role("heading", name="All right!")).to_be_visible()
    assert graphql(stoa_server, BOARD, game.teacher, id=game.id) == before

    page.get_by_role("button", name="Once more from the start").press("Enter")
    step(page, "asked")
    assert progress(page) == "Right so far 0 of 4"


def test_from_the_course_to_all_questions_and_back(
    learner: Page, stoa_server: StoaServer, game: Game
) -> None:
    page = learner
    page.goto(f"{stoa_server.url}/courses/{game.course}")
    expect(page.get_by_text("2 of 7 right")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name=f"Practise: {TITLE}").click()
    parts = page.get_by_role("navigation", name="What to practise")
    expect(parts.get_by_role("link", name="My mistakes")).to_have_attribute("aria-current", "page")
    parts.get_by_role("link", name="All questions").click()
    page.wait_for_url("**/practice?which=all")
    assert progress(page) == "Right so far 0 of 6"
    page.go_back()
    page.wait_for_url("**/practice")
    assert progress(page) == "Right so far 0 of 4"
    page.go_back()
    page.wait_for_url(f"**/courses/{game.course}")
    page.goto(f"{stoa_server.url}/games/{game.id}/practice?which=all")
    page.get_by_role("button", name="The Nile").click()
    step(page, "told")
    go_on(page)
    # Several may be chosen; the digits choose too.
    step(page, "asked")
    names = page.locator(".option .label").all_inner_texts()
    for text in ("The Rhine", "The Elbe"):
        page.keyboard.press(str(names.index(text) + 1))
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_role("heading", name="Correct!")).to_be_visible()


def test_without_a_connection_an_answer_waits_for_it(
    learner: Page, stoa_server: StoaServer, game: Game, client_errors: list[str]
) -> None:
    page = learner
    page.goto(f"{stoa_server.url}/games/{game.id}/practice")
    step_of = page.locator("[data-step=asked]")
    step_of.wait_for()
    wait_until_kept(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="The Nile").click()
    expect(page.get_by_text("No connection. Your answer is kept, and checked")).to_be_visible()
    expect(page.get_by_role("button", name="The Nile")).to_be_focused()
    assert_accessible(page)
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Correct!")).to_be_visible(timeout=20_000)
    go_on(page)
    step(page, "asked")
    page.get_by_role("link", name="My result").click()
    page.get_by_role("heading", name="Your answers").wait_for()
    wait_until_kept(page)
    page.context.set_offline(True)
    page.get_by_role("link", name="Practise my mistakes").click()
    expect(page.get_by_text("No connection. You can answer")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Your answer").fill("Loire")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your answer")).to_be_focused()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Not this time")).to_be_visible(timeout=20_000)


def test_what_the_server_refuses_is_said_and_the_answer_stays(
    learner: Page, stoa_server: StoaServer, game: Game
) -> None:
    page = learner
    page.goto(f"{stoa_server.url}/games/{game.id}/practice?which=all")
    page.get_by_role("button", name="The Nile").click()
    step(page, "told")
    go_on(page)
    setting = {"id": game.quiz, "i": {"allowPractice": False}}
    graphql(stoa_server, ALLOW, game.teacher, **setting)
    try:
        page.locator(".option").first.click()
        page.get_by_role("button", name="Send answer").click()
        expect(page.get_by_role("alert")).to_have_text("This quiz does not allow practice.")
        expect(page.locator(".option.chosen")).to_have_count(1)
        page.reload()
        expect(page.get_by_role("heading", name="No practice here")).to_be_visible()
        assert_accessible(page)
        page.get_by_role("link", name="My result").click()
        page.get_by_role("heading", name="Your answers").wait_for()
        expect(page.get_by_role("link", name="Practise my mistakes")).to_have_count(0)
    finally:
        setting["i"] = {"allowPractice": True}
        graphql(stoa_server, ALLOW, game.teacher, **setting)


def test_who_had_nothing_wrong_may_practise_all(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str], game: Game
) -> None:
    page = opened(chromium, stoa_server, client_errors, PERFECT)
    page.goto(f"{stoa_server.url}/games/{game.id}/practice")
    expect(page.get_by_role("heading", name="Nothing wrong: well done!")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Practise all questions").click()
    expect(page.locator(".question-text")).to_have_text("Which river is in Egypt?")
    page.context.close()


def test_who_did_not_play_is_told_so(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str], game: Game
) -> None:
    page = opened(chromium, stoa_server, client_errors, CLASSMATE)
    page.goto(f"{stoa_server.url}/games/{game.id}/practice")
    expect(page.get_by_role("heading", name="Not for you")).to_be_visible()
    expect(page.get_by_text("Only those who played this game")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{stoa_server.url}/games/{game.course}/practice")
    expect(page.get_by_role("heading", name="No such game")).to_be_visible()
    page.context.close()


def test_a_teacher_looks_at_it_from_the_results(
    chromium: Browser, stoa_server: StoaServer, client_errors: list[str], game: Game
) -> None:
    page = opened(chromium, stoa_server, client_errors, EDUCATOR)
    page.goto(f"{stoa_server.url}/games/{game.id}")
    page.get_by_role("link", name="Practice, as learners see it").click()
    expect(page.get_by_text("Preview: learners practise like this")).to_be_visible()
    assert progress(page) == "Right so far 0 of 6"
    page.get_by_role("button", name="The Amazon").click()
    expect(page.get_by_role("heading", name="Not this time")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Results").click()
    page.wait_for_url(f"**/games/{game.id}")
    page.context.close()


@pytest.mark.parametrize(("width", "language"), [(360, "ar"), (320, "de")])
def test_on_a_small_phone_in_the_dark(
    chromium: Browser,
    stoa_server: StoaServer,
    client_errors: list[str],
    game: Game,
    width: int,
    language: str,
) -> None:
    token = graphql(stoa_server, LOGIN, e=LEARNER, p=PASSWORD)["login"]["accessToken"]
    graphql(stoa_server, SPEAK, token, language=language)
    try:
        page = opened(
            chromium,
            stoa_server,
            client_errors,
            LEARNER,
            viewport={"width": width, "height": 740},
            color_scheme="dark",
        )
        page.goto(f"{stoa_server.url}/games/{game.id}/practice?which=all")
        answer_all(page)
        page.context.close()
    finally:
        graphql(stoa_server, SPEAK, token, language="en")


def answer_all(page: Page) -> None:
    """Each with the first that comes, and one look at each state."""
    for _ in range(len(QUESTIONS) - 1):
        page.locator("[data-step=asked]").wait_for()
        assert fits(page)
        assert_accessible(page)
        for field in page.locator("[data-step=asked] input").all():
            field.fill("Mississippi")
        for chooser in page.locator("[data-step=asked] select").all():
            chooser.select_option(index=1)
        if (option := page.locator("[data-step=asked] .option")).count():
            option.first.click()
        if page.locator("[data-step=asked] button.big").count():
            page.locator("[data-step=asked] button.big").click()
        step(page, "told")
        assert fits(page)
        assert_accessible(page)
        go_on(page)
    page.locator("[data-step=asked]").wait_for()


def test_progress_belongs_to_who_has_signed_in(
    learner: Page, stoa_server: StoaServer, game: Game
) -> None:
    """Two who share a browser do not continue each other's practice."""
    page = learner
    page.goto(f"{stoa_server.url}/games/{game.id}/practice?which=all")
    page.get_by_role("button", name="The Nile").click()
    step(page, "told")
    go_on(page)
    step(page, "asked")
    assert progress(page) == "Right so far 1 of 6"
    page.context.clear_cookies()
    signed_in(page, stoa_server.url, PERFECT)
    page.goto(f"{stoa_server.url}/games/{game.id}/practice?which=all")
    page.locator("[data-step=asked]").wait_for()
    assert progress(page) == "Right so far 0 of 6"
