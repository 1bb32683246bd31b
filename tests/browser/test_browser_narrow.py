"""All pages with words longer than a phone is wide: on narrow screens, with text of double size.

Nothing scrolls sideways, sticks out or is cut, in the languages with the longest words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.administered import ADMIN, start_with_admin
from tests.browser.journeys import sign_in
from tests.browser.narrow import LANGUAGES, LONG_WORD, misfits_on
from tests.browser.played import Bot, play
from tests.browser.shelf import add_link
from tests.browser.stage import BACK_MS, HostPage, PlayerPage, watch
from tests.browser.test_browser_courses import make_course, publish
from tests.browser.test_browser_entry import graphql, token_of
from tests.browser.test_browser_results import ADD_QUIZ, LOGIN, SPEAK
from tests.support.server import EDUCATOR, PASSWORD, StoaServer

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

LEARNER = "student01@demo.stoa"
RENAME = "mutation ($n: String!) { updateProfile(input: {fullName: $n}) { fullName } }"
ENROL = "mutation ($c: ID!) { enrollInCourse(courseId: $c) { id } }"
PLACES = "query ($c: ID!) { course(id: $c) { modules { id lessons { id } } } }"
ADD_LESSON = (
    """mutation ($m: ID!, $i: CreateLessonInput!) { addLesson(moduleId: $m, input: $i) { id } }"""
)
START = "mutation ($quiz: ID!) { startQuizAttempt(quizId: $quiz) { id } }"
SUBMIT = "mutation ($id: ID!) { submitQuiz(submissionId: $id) { id } }"
LONG_NAME = LONG_WORD[:40]
QUESTIONS: list[dict[str, Any]] = [
    {
        "type": "MULTIPLE_CHOICE",
        "questionText": f"Which? {LONG_WORD}",
        "options": [LONG_WORD, "Saturn", "Mars"],
        "answer": {"choice": {"correct": [0]}},
        "explanation": LONG_WORD,
    },
    {
        "type": "SHORT_ANSWER",
        "questionText": f"Which planet is called red? {LONG_WORD}",
        "answer": {"text": {"accepted": [LONG_WORD]}},
        "notes": LONG_WORD,
        "tags": [LONG_WORD[:50]],
    },
    {
        "type": "FILL_BLANK",
        "questionText": f"____ and {LONG_WORD} ____",
        "answer": {"blanks": [{"accepted": ["one"]}, {"accepted": [LONG_WORD]}]},
    },
    {
        "type": "MATCHING",
        "questionText": LONG_WORD,
        "answer": {
            "matching": {
                "pairs": [
                    {"prompt": LONG_WORD, "match": "Thames"},
                    {"prompt": "Vienna", "match": LONG_WORD},
                ],
                "distractors": [f"{LONG_WORD}er"],
            }
        },
    },
    {"type": "ESSAY", "questionText": LONG_WORD, "answer": {"essay": {"guidance": LONG_WORD}}},
]
ANSWERS = [LONG_WORD, LONG_WORD, ["one", LONG_WORD], ["Thames", LONG_WORD], LONG_WORD]
WRONG = ["Saturn", f"{LONG_WORD}er", ["two", "three"], [f"{LONG_WORD}er", "Thames"], LONG_WORD]


@dataclass(frozen=True)
class School:
    """What pages are about."""

    ids: dict[str, str]

    def path(self, pattern: str) -> str:
        return pattern.format(**self.ids)


PUBLIC = {
    "join": "/?pin=123456",
    "sign in": "/sign-in",
    "register": "/register",
    "forgotten": "/account",
    "catalogue": "/courses",
    "course, as a guest": "/courses/{course}",
    "verify": "/certificates",
    "a certificate that is none": "/certificates/ABCD-EFGH-JKMN-PQRS",
}
LEARNERS = {
    "home": "/home",
    "learning": "/learning",
    "course": "/courses/{course}",
    "lesson": "/courses/{course}/lessons/{lesson}",
    "lesson with a quiz": "/courses/{course}/lessons/{quiz_lesson}",
    "settings": "/settings",
    "settings, address": "/settings/address",
    "settings, devices": "/settings/devices",
    "settings, preferences": "/settings/preferences",
    "settings, data": "/settings/data",
    "join a course": "/join-course",
    "my certificates": "/my-certificates",
    "before an attempt": "/quizzes/{quiz}/take",
    "attempt": "/quizzes/{begun}/take",
    "result of an attempt": "/attempts/{attempt}",
    "own games": "/games",
    "own result": "/my-results/{game}",
    "practice": "/games/{game}/practice",
}
TEACHERS = {
    "home": "/home",
    "new course": "/courses/new",
    "details": "/courses/{course}/edit/details",
    "curriculum": "/courses/{course}/edit/curriculum",
    "materials": "/courses/{course}/edit/materials",
    "invite": "/courses/{course}/edit/invite",
    "students": "/courses/{course}/edit/students",
    "team": "/courses/{course}/edit/team",
    "publish": "/courses/{course}/edit/publish",
    "editor": "/quizzes/{quiz}/edit",
    "start": "/quizzes/{quiz}/start",
    "all questions": "/bank",
    "host": "/host",
    "games": "/games",
    "game": "/games/{game}",
}
ADMINISTRATORS = {
    "overview": "/admin",
    "people": "/admin/people",
    "audit trail": "/admin/audit",
    "certificates": "/admin/certificates",
}


@pytest.fixture(scope="module")
def stoa_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoaServer]:
    """One with an administrator."""
    path: Path = tmp_path_factory.mktemp("narrow")
    server = StoaServer(path / "data")
    start_with_admin(server)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def school(stoa_server: StoaServer) -> School:
    """A course, its lessons, quizzes, a game and an attempt, all of long words."""
    teacher = token_of(stoa_server)
    course = make_course(stoa_server, f"Course {LONG_WORD}", description=LONG_WORD)
    [module, *_] = graphql(stoa_server, PLACES, teacher, c=course)["course"]["modules"]

    def lesson(**values: Any) -> str:
        added = graphql(stoa_server, ADD_LESSON, teacher, m=module["id"], i=values)
        return str(added["addLesson"]["id"])

    def quiz(title: str, **settings: Any) -> str:
        made = {"settings": {"title": title, **settings}, "questions": QUESTIONS}
        created = graphql(stoa_server, ADD_QUIZ, teacher, l=quiz_lesson, i=made)["createQuiz"]
        return str(created["id"])

    text = f"# {LONG_WORD}\n\n{LONG_WORD}\n\n- [{LONG_WORD}](https://stoa.example)"
    read = lesson(title=f"Lesson {LONG_WORD}", type="TEXT", contentText=text)
    quiz_lesson = lesson(title=LONG_WORD, type="QUIZ")
    shown: dict[str, Any] = {"showCorrectAnswers": True, "showExplanations": True}
    played, begun, done = (quiz(f"{name} {LONG_WORD}", **shown) for name in "ABC")
    add_link(stoa_server, course, LONG_WORD, folder=LONG_WORD)
    publish(stoa_server, course)
    learner = signed_in_token(stoa_server, LEARNER)
    for token, name in ((teacher, "Vera"), (learner, "Lea")):
        graphql(stoa_server, RENAME, token, n=f"{name} {LONG_WORD}")
    admin = signed_in_token(stoa_server, ADMIN)
    graphql(stoa_server, RENAME, admin, n=f"Ada {LONG_WORD}")
    graphql(stoa_server, ENROL, learner, c=course)
    bots = [Bot(LONG_NAME, ANSWERS, learner), Bot("Ben", WRONG)]
    game = play(stoa_server.url, played, bots)
    graphql(stoa_server, START, learner, quiz=begun)
    attempt = graphql(stoa_server, START, learner, quiz=done)["startQuizAttempt"]["id"]
    graphql(stoa_server, SUBMIT, learner, id=attempt)
    return School(
        {
            "course": course,
            "lesson": read,
            "quiz_lesson": quiz_lesson,
            "quiz": played,
            "begun": begun,
            "attempt": str(attempt),
            "game": game,
        }
    )


def signed_in_token(server: StoaServer, email: str) -> str:
    return str(graphql(server, LOGIN, e=email, p=PASSWORD)["login"]["accessToken"])


@pytest.fixture
def page(chromium: Browser, client_errors: list[str]) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", locale="en"
    )
    yield watch(context.new_page(), client_errors)
    context.close()


@pytest.mark.parametrize(
    ("email", "paths"),
    [(LEARNER, LEARNERS), (EDUCATOR, TEACHERS), (ADMIN, ADMINISTRATORS)],
    ids=["learner", "teacher", "administrator"],
)
def test_pages_fit(
    page: Page, stoa_server: StoaServer, school: School, email: str, paths: dict[str, str]
) -> None:
    sign_in(page, stoa_server.url, email)
    token = signed_in_token(stoa_server, email)
    found = []
    for language in LANGUAGES:
        graphql(stoa_server, SPEAK, token, language=language)
        found += misfits_of(page, stoa_server, school, paths, language)
    graphql(stoa_server, SPEAK, token, language="en")
    assert found == [], "\n".join(found)


def misfits_of(
    page: Page, server: StoaServer, school: School, paths: dict[str, str], language: str
) -> list[str]:
    found = []
    for name, pattern in paths.items():
        page.goto(server.url + school.path(pattern))
        expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=BACK_MS)
        expect(page.locator(".skeleton")).to_have_count(0, timeout=BACK_MS)
        expect(page.locator("html")).to_have_attribute("lang", language)
        found += [f"{name}, {language}: {line}" for line in misfits_on(page)]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_for_everybody_fit(
    chromium: Browser, stoa_server: StoaServer, school: School, language: str
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale=language)
    page = context.new_page()  # its console complains of a certificate that is none
    found = misfits_of(page, stoa_server, school, PUBLIC, language)
    context.close()
    assert found == [], "\n".join(found)


def test_a_game_fits_the_host_and_the_players(
    host: HostPage, player: PlayerPage, school: School
) -> None:
    host.sign_in()
    pin = host.open_lobby(seconds=240)
    player.join(pin, LONG_NAME)
    player.wait("lobby")
    found = []
    for phase in ("open", "reveal", "leaderboard"):
        found += of_game(host, player)
        host.next(phase)
        player.wait(phase)
        if phase == "open":
            controls_leave_room(host)
    found += of_game(host, player)
    assert found == [], "\n".join(found)


def of_game(host: HostPage, player: PlayerPage) -> list[str]:
    pages = {"host": host.page, "player": player.page}
    return [f"{name}: {line}" for name, page in pages.items() for line in misfits_on(page)]


def controls_leave_room(host: HostPage) -> None:
    """On a phone two thirds of the screen are the question's."""
    desk = host.page.viewport_size
    host.page.set_viewport_size({"width": 360, "height": 740})
    box = host.controls.bounding_box()
    assert box is not None
    assert box["height"] < 740 / 3
    assert desk is not None
    host.page.set_viewport_size(desk)
