"""The results of games: a teacher's pages from the list to paper, and what a learner sees of it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.played import Bot, play
from tests.browser.stage import fits, wait_until_kept, watch
from tests.browser.test_browser_entry import graphql, token_of
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

TITLE = "Planets, and why it gets cold"
LEARNER = "student01@demo.stoa"
TABS_AT_MOST = 80
ADD_QUIZ = (
    """mutation ($l: ID!, $i: CreateQuizInput!) { createQuiz(lessonId: $l, input: $i) { id } }"""
)
LESSONS = "{ myCourses { nodes { modules { lessons { id } } } } }"
SPEAK = "mutation ($language: String) { updateProfile(input: {language: $language}) { language } }"
LOGIN = "mutation ($e: String!, $p: String!) { login(email: $e, password: $p) { accessToken } }"
QUESTIONS = [
    {
        "type": "MULTIPLE_CHOICE",
        "questionText": "Which planet is the largest?",
        "options": ["Jupiter", "Saturn", "Mars"],
        "answer": {"choice": {"correct": [0]}},
        "explanation": "More than eleven Earths would fit side by side.",
    },
    {
        "type": "SHORT_ANSWER",
        "questionText": "Which planet is called red?",
        "answer": {"text": {"accepted": ["Mars"]}},
    },
    {
        "type": "ESSAY",
        "questionText": "Why are there seasons?",
        "answer": {"essay": {"guidance": "The axis is tilted."}},
    },
]
EARLIER = tuple((f"Pupil {n:02}", ["Saturn", "Mars", "Because"]) for n in range(1, 61))
CLASS = (
    ("Ada", ["Jupiter", "Mars", "The axis is tilted."]),
    ("Ben", ["Jupiter", "the red one", "It is further away."]),
    ("Cleo", ["Saturn", "The red one", "Winter comes."]),
    ("Dora", ["Jupiter", "Venus", "Its axis."]),
)


@dataclass(frozen=True)
class Games:
    """Two games of one quiz, the second of which is looked at."""

    earlier: str
    game: str


@pytest.fixture(scope="module")
def games(stoa_server: StoaServer) -> Games:
    """Dora is the learner, who was signed in."""
    teacher = token_of(stoa_server)
    [course] = graphql(stoa_server, LESSONS, teacher)["myCourses"]["nodes"]
    lesson = course["modules"][0]["lessons"][0]["id"]
    made = {
        "settings": {"title": TITLE, "showCorrectAnswers": True, "showExplanations": True},
        "questions": QUESTIONS,
    }
    quiz = graphql(stoa_server, ADD_QUIZ, teacher, l=lesson, i=made)["createQuiz"]["id"]
    learner = graphql(stoa_server, LOGIN, e=LEARNER, p=PASSWORD)["login"]["accessToken"]
    tokens = {"Dora": learner}
    url = stoa_server.url
    earlier = play(url, quiz, [Bot(name, answers) for name, answers in EARLIER])
    game = play(url, quiz, [Bot(name, answers, tokens.get(name)) for name, answers in CLASS])
    return Games(earlier, game)


def signed_in(page: Page, url: str, email: str) -> Page:
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/home")
    return page


@pytest.fixture
def desk(chromium: Browser, stoa_server: StoaServer, client_errors: list[str]) -> Iterator[Page]:
    """A teacher at a desk."""
    context = chromium.new_context(
        viewport={"width": 1366, "height": 900}, reduced_motion="reduce", accept_downloads=True
    )
    yield signed_in(watch(context.new_page(), client_errors), stoa_server.url, EDUCATOR)
    context.close()


@pytest.fixture
def phone(chromium: Browser, stoa_server: StoaServer, client_errors: list[str]) -> Iterator[Page]:
    """Nobody's phone yet, dark."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 780},
        has_touch=True,
        color_scheme="dark",
        reduced_motion="reduce",
    )
    yield watch(context.new_page(), client_errors)
    context.close()


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(TABS_AT_MOST):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def row_of(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def cells(page: Page, name: str) -> list[str]:
    """Place, score, right answers of one player on the board."""
    [rank, score, correct, _answered] = row_of(page, name).get_by_role("cell").all_inner_texts()
    return [rank, score, correct]


def question(page: Page, text: str) -> Locator:
    return page.locator(".question-result", has=page.get_by_role("heading", name=text))


def test_a_teacher_reads_decides_and_takes_the_results_along(
    desk: Page, games: Games, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page, url = desk, stoa_server.url
    page.goto(f"{url}/games")
    expect(page.get_by_role("link", name=TITLE).first).to_be_visible()
    assert_accessible(page)
    tab_to(page, page.locator(f"a[href='/games/{games.game}']"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_text("4 answers wait for somebody to read them.")).to_be_visible()
    expect(page.locator(".question-result h2").first).to_contain_text("Which planet is called red?")
    assert_accessible(page)

    # Typed answers, by keyboard alone: two wrote the same but for a capital.
    red = question(page, "Which planet is called red?")
    tab_to(page, red.get_by_role("button", name="What was typed, question 2"))
    page.keyboard.press("Enter")
    accept = red.get_by_role("button", name="Count this as right too: the red one")
    expect(accept).to_have_count(1)
    assert "question=2" in page.url
    tab_to(page, accept)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("alertdialog", name="Count this as right too")
    expect(dialog).to_contain_text("was typed by 2 players")
    assert_accessible(page)
    tab_to(page, dialog.get_by_role("button", name="Count this as right too"))
    page.keyboard.press("Enter")
    changes = red.locator(".changes")
    expect(changes).to_contain_text("2 players have another score.")
    expect(red.locator(".right-share")).to_contain_text("75%")
    # It is not the hardest any more, but stays where its teacher works, and so does the focus.
    expect(page.locator(".question-result h2").first).to_contain_text("Which planet is called red?")
    assert page.evaluate("document.activeElement.closest('.question-result') !== null")
    changes.locator("summary").click()
    expect(row_of(page, "Ben")).to_contain_text("1,000 → 2,000")
    assert_accessible(page)

    page.get_by_role("link", name="Players").click()
    expect(row_of(page, "Ben")).to_contain_text("2,000")
    assert cells(page, "Ada") == ["1", "2,000", "2 of 3"]
    assert cells(page, "Cleo")[1:] == ["1,000", "1 of 3"]
    assert_accessible(page)

    # Essays: what is typed survives a reload, and is saved once.
    page.goto(f"{url}/games/{games.game}?question=3")
    form = page.get_by_role("form", name="Score of Ada")
    expect(form.get_by_label("Points, 0 to 1,000")).to_be_empty()
    form.get_by_label("Points").fill("1000.5")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_label("Points")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("Points").fill("850.5")
    form.get_by_label("Feedback").fill("Say what it is tilted to.")
    page.reload()
    expect(form.get_by_label("Points")).to_have_value("850.5")
    assert_accessible(page)
    form.get_by_role("button", name="Save").click()
    expect(form).to_contain_text("Saved: 850.5 points")
    expect(page.get_by_text("3 answers wait for somebody to read them.")).to_be_visible()

    page.get_by_role("link", name="Players").click()
    expect(row_of(page, "Ada")).to_contain_text("2,850.5")
    page.get_by_role("link", name="Ada").click()
    expect(page.get_by_role("heading", name="Ada")).to_be_visible()
    expect(page.get_by_text("Say what it is tilted to.")).to_be_visible()
    assert_accessible(page)
    page.go_back()
    expect(row_of(page, "Ada")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Results as CSV").click()
    target = tmp_path / "results.csv"
    download.value.save_as(target)
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["Name"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {"Ada", "Ben", "Cleo", "Dora"}
    assert [rows[name]["Score"] for name in ("Ada", "Ben", "Cleo")] == ["2850.5", "2000", "1000"]
    with page.expect_download() as download:
        page.get_by_role("button", name="Results as XLSX").click()
    assert download.value.suggested_filename.endswith(".xlsx")

    # The game itself, opened again, has the board that counts now.
    page.goto(f"{url}/host?game={games.game}")
    expect(page.locator(".place.first")).to_contain_text("2,850.5 points")
    expect(page.locator(".place.second")).to_contain_text("Ben")
    expect(page.get_by_text("3 answers wait for somebody to read them.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="To the results").click()
    page.wait_for_url(f"**/games/{games.game}")


def test_what_waits_at_home_leads_to_the_answers_to_score(desk: Page, games: Games) -> None:
    waiting = desk.get_by_role("region", name="Waiting for you").get_by_role("listitem")
    line = waiting.filter(has=desk.locator(f'a[href^="/games/{games.earlier}?"]'))
    expect(line).to_contain_text(f"{len(EARLIER)} answers to score")
    assert_accessible(desk)
    line.get_by_role("link", name=TITLE).click()
    # Not all of them are on the first page, in an order that no test can tell.
    names = re.compile("|".join(name for name, _ in EARLIER))
    expect(desk.get_by_role("heading", name=names).first).to_be_visible()


def test_a_decision_can_be_taken_back(desk: Page, games: Games, stoa_server: StoaServer) -> None:
    page = desk
    page.goto(f"{stoa_server.url}/games/{games.game}?question=2")
    red = question(page, "Which planet is called red?")
    red.get_by_role("button", name="Count this as right too: Venus").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Count this as right too").click()
    expect(red.locator(".changes")).to_contain_text("“Venus” counts as right now.")
    red.get_by_role("button", name="Take back: Venus").click()
    expect(red.locator(".changes")).to_contain_text("“Venus” does not count any more.")
    expect(red.locator(".changes")).to_contain_text("1 player has another score.")


def test_the_board_is_sorted_and_searched_at_an_address(
    desk: Page, games: Games, stoa_server: StoaServer
) -> None:
    page = desk
    page.goto(f"{stoa_server.url}/games/{games.game}?tab=pupils&sort=name-down")
    names = page.locator("tbody th")
    expect(names).to_have_text(["Dora", "Cleo", "Ben", "Ada"])
    page.get_by_role("button", name="Place").click()
    expect(names.first).to_have_text("Ada")
    page.go_back()
    expect(names.first).to_have_text("Dora")
    page.get_by_label("Find a player").fill("LEO")
    expect(names).to_have_text(["Cleo"])
    assert "name=LEO" in page.url
    page.get_by_label("Find a player").fill("Zoe")
    expect(page.get_by_text("Nobody of that name")).to_be_visible()


def test_a_long_board_comes_page_by_page(desk: Page, games: Games, stoa_server: StoaServer) -> None:
    page = desk
    page.goto(f"{stoa_server.url}/games/{games.earlier}?tab=pupils&sort=name")
    names = page.locator("tbody th")
    expect(names).to_have_count(50)
    expect(page.get_by_text("50 of 60")).to_be_visible()
    page.get_by_role("button", name="Show more").click()
    expect(names).to_have_count(len(EARLIER))
    expect(names.last).to_have_text("Pupil 60")


def test_games_of_one_quiz_are_compared(desk: Page, games: Games, stoa_server: StoaServer) -> None:
    page = desk
    page.goto(f"{stoa_server.url}/games/{games.game}")
    expect(question(page, "largest").locator(".earlier")).to_contain_text("0%")
    page.get_by_role("link", name="Earlier games").click()
    largest = row_of(page, "Which planet is the largest?")
    expect(largest).to_contain_text("75%")
    expect(largest).to_contain_text("75 percentage points better")
    assert_accessible(page)
    page.goto(f"{stoa_server.url}/games/{games.earlier}?tab=compare")
    expect(page.get_by_text("No earlier game")).to_be_visible()


def test_everything_is_printed_and_nothing_that_is_pressed(
    desk: Page, games: Games, stoa_server: StoaServer, tmp_path: Path
) -> None:
    page = desk
    page.goto(f"{stoa_server.url}/games/{games.game}")
    page.get_by_role("link", name="For printing").click()
    expect(page.get_by_role("button", name="Print")).not_to_have_attribute("aria-disabled", "true")
    expect(page.locator(".question-result")).to_have_count(3)
    expect(page.locator("tbody tr")).to_have_count(4)
    assert_accessible(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("navigation")).to_be_hidden()
    picture = tmp_path / "printed.png"
    page.screenshot(path=picture, full_page=True)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_a_learner_reads_the_own_answers_beside_the_right_ones(
    phone: Page, games: Games, stoa_server: StoaServer
) -> None:
    page = signed_in(phone, stoa_server.url, LEARNER)
    page.goto(f"{stoa_server.url}/my-results/{games.game}")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    red = page.locator(".answer-item").nth(1)
    expect(red).to_contain_text("Venus")
    expect(red).to_contain_text("Mars")
    expect(page.get_by_text("More than eleven Earths")).to_be_visible()
    assert fits(page)
    assert_accessible(page)
    page.goto(f"{stoa_server.url}/my-results/{games.earlier}")
    expect(page.get_by_text("You did not play in this game.")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{stoa_server.url}/games/{games.game}")
    expect(page.get_by_text("are for those who teach its course")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="My result").click()
    expect(page.get_by_role("heading", name="Your answers")).to_be_visible()
    page.goto(f"{stoa_server.url}/games")
    expect(page.get_by_text("No game is over yet")).to_be_visible()


@pytest.fixture(params=["en", "ar"])
def language(request: pytest.FixtureRequest, stoa_server: StoaServer) -> Iterator[str]:
    """The teacher's language; afterwards it is English again."""
    graphql(stoa_server, SPEAK, token_of(stoa_server), language=request.param)
    yield request.param
    graphql(stoa_server, SPEAK, token_of(stoa_server), language="en")


def test_everything_fits_a_phone(
    phone: Page, games: Games, stoa_server: StoaServer, language: str
) -> None:
    page = signed_in(phone, stoa_server.url, EDUCATOR)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    here = f"/games/{games.game}"
    for address in (
        "/games",
        here,
        f"{here}?question=2",
        f"{here}?question=3",
        f"{here}?tab=pupils",
        f"{here}?tab=compare",
        f"{here}?view=print",
    ):
        page.goto(stoa_server.url + address)
        expect(page.locator("main h1")).to_be_visible()
        expect(page.locator(".skeleton")).to_have_count(0)
        assert fits(page), address
        assert_accessible(page)


def test_a_page_says_that_it_cannot_be_loaded_and_comes_back(
    desk: Page, games: Games, stoa_server: StoaServer
) -> None:
    page = desk
    refuse = json.dumps({"errors": [{"message": "No", "extensions": {"code": "INTERNAL_ERROR"}}]})
    page.route(
        "**/graphql",
        lambda route: (
            route.fulfill(body=refuse, content_type="application/json")
            if "query Game(" in (route.request.post_data or "")
            else route.continue_()
        ),
    )
    page.goto(f"{stoa_server.url}/games/{games.game}")
    expect(page.get_by_role("alert").get_by_role("button", name="Try again")).to_be_visible()
    page.unroute("**/graphql")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    wait_until_kept(page)
    page.context.set_offline(True)
    page.get_by_role("link", name="Players").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.context.set_offline(False)
    expect(row_of(page, "Ada")).to_be_visible(timeout=15_000)
