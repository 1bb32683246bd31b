"""Every screen of a player by itself in Chromium: accessible, and narrow phones show all of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.components import mounted
from tests.browser.narrow import Screen, misfits
from tests.browser.noise import until

pytestmark = pytest.mark.browser

MOUNT = """async (shown) => {
  const { PlayerScreen } = await import("/assessments/live/player-screens.js");
  const { render } = await import("preact");
  const { html } = await import("/app/html.js");
  const { showLanguage } = await import("/app/locale.js");
  await showLanguage("en");
  const seat = { link: "connected", pending: null, notice: null };
  const player = { now: () => 5000, give: (answer) => { window.given = answer; }, leave: () => {} };
  const at = document.getElementById("at");
  at.className = "live player";
  const draw = (game) => render(html`
    <section class="medium live-body" data-phase=${game.phase}>
      <${PlayerScreen} seat=${seat} game=${game} player=${player} />
    </section>`, at);
  draw(shown);
  await document.fonts.ready;
}"""
PHONE: Any = {"width": 320, "height": 780}
LONG_WORD = "W" * 60
OPTIONS = [{"id": 0, "text": "Jupiter"}, {"id": 1, "text": LONG_WORD}, {"id": 2, "text": "Mars"}]
ASKED: dict[str, Any] = {
    "liveQuizId": "g",
    "index": 0,
    "total": 2,
    "points": 1000,
    "text": f"Which? {LONG_WORD}",
    "options": [],
}
QUESTIONS: dict[str, dict[str, Any]] = {
    "multiple_choice": {"options": OPTIONS, "multiple": True},
    "true_false": {},
    "short_answer": {},
    "essay": {},
    "fill_blank": {"text": f"____ and {LONG_WORD} ____", "blanks": 2},
    "matching": {"prompts": ["A moon", LONG_WORD], "options": OPTIONS},
}
CORRECT: dict[str, Any] = {
    "multiple_choice": [0],
    "true_false": True,
    "short_answer": "Jupiter",
    "essay": None,
    "fill_blank": ["one", LONG_WORD],
    "matching": [1, 0],
}
GIVEN: dict[str, Any] = {
    "multiple_choice": [1, 2],
    "true_false": False,
    "short_answer": LONG_WORD,
    "essay": f"Because {LONG_WORD}",
    "fill_blank": ["one", "two"],
    "matching": [2, 0],
}
RESULT = {"points": 0, "score": 900, "rank": 2, "streak": 0, "correct": False}
BOARD = [
    {
        "rank": n + 1,
        "playerId": f"p{n}",
        "nickname": LONG_WORD[:40],
        "score": 1000 - n,
        "correct": 1,
    }
    for n in range(5)
]
COMING = {"opensAt": 0, "closesAt": 20_000, "paused": False}


def game(phase: str, question: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A player in third place, whose name is as long as one may be."""
    return {
        "liveQuizId": "g",
        "title": "The planets, their moons and everything else",
        "playerId": "p2",
        "nickname": LONG_WORD[:40],
        "phase": phase,
        "names": [LONG_WORD[:40], "Ada 👩‍🚀"],
        "players": 200,
        "rank": 3,
        "score": 998,
        "order": [],
        "answer": None,
        "answerId": None,
        "question": question,
        "reveal": None,
        "result": None,
        "leaderboard": None,
        "skipped": False,
        "time": COMING,
        **more,
    }


def of_question(kind: str) -> dict[str, dict[str, Any]]:
    """The screens through which a question of that type goes, by their names."""
    question = {**ASKED, "questionType": kind, **QUESTIONS[kind]}
    given = {"answer": GIVEN[kind], "answerId": "a"}
    reveal = {
        "correct": CORRECT[kind],
        "counts": {"0": 7, "1": 100},
        "answered": 107,
        "explanation": f"So it is. {LONG_WORD}",
    }
    return {
        "open": game("open", question),
        "paused": game("open", question, time={**COMING, "paused": True}),
        "answered": game("open", question, **given),
        "closed": game("closed", question, **given),
        "reveal": game("reveal", question, reveal=reveal, result=RESULT, **given),
    }


OTHERS = {
    "lobby": game("lobby"),
    "late": game("open"),
    "leaderboard": game("leaderboard", leaderboard={"top": BOARD}),
    "finished": game("finished", leaderboard={"top": BOARD}),
}
SCREENS = {
    **{f"{kind}, {name}": each for kind in QUESTIONS for name, each in of_question(kind).items()},
    **OTHERS,
}


@pytest.mark.parametrize(
    ("width", "text", "scheme"), [(390, 100, "light"), (320, 100, "dark"), (360, 200, "light")]
)
def test_every_screen_is_accessible_and_fits_a_phone(
    chromium: Browser, client_errors: list[str], width: int, text: int, scheme: str
) -> None:
    phone = {"width": width, "height": 780}
    page = mounted(
        chromium, client_errors, MOUNT, SCREENS["lobby"], viewport=phone, color_scheme=scheme
    )
    Screen(width, text).show(page)
    for name, each in SCREENS.items():
        page.evaluate(MOUNT, each)
        expect(page.locator(f"[data-phase={each['phase']}]")).to_be_visible()
        assert page.get_by_role("heading", level=1).count() == 1, name
        assert misfits(page) == [], name
        assert_accessible(page)
    page.close()


def test_what_was_not_sent_is_shown_once_the_question_has_closed(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = mounted(chromium, client_errors, MOUNT, SCREENS["lobby"], viewport=PHONE)
    written = {**ASKED, "questionType": "short_answer", **QUESTIONS["short_answer"]}
    page.evaluate(MOUNT, game("open", written))
    page.get_by_label("Your answer").fill("Half a te")
    unsent = page.get_by_text("You had not sent this: Half a te")
    reveal = {"reveal": {"correct": "Jupiter"}, "result": RESULT}
    for closed in (game("closed", written), game("reveal", written, **reveal)):
        page.evaluate(MOUNT, closed)
        expect(unsent).to_be_visible()
        assert_accessible(page)
    sent = {"answer": "Half a text", "answerId": "a"}
    page.evaluate(MOUNT, game("reveal", written, **reveal, **sent))
    expect(unsent).to_have_count(0)
    pairs = {**ASKED, "questionType": "matching", **QUESTIONS["matching"], "index": 1}
    page.evaluate(MOUNT, game("open", pairs))
    page.get_by_label("A moon").select_option("Mars")
    page.evaluate(MOUNT, game("closed", pairs))
    expect(page.get_by_text("You had not sent this: A moon → Mars")).to_be_visible()
    assert misfits(page) == []


def test_what_is_filled_in_is_given_when_the_time_is_over(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = mounted(chromium, client_errors, MOUNT, SCREENS["lobby"], viewport=PHONE)
    written = {**ASKED, "questionType": "essay", **QUESTIONS["essay"]}
    page.evaluate(MOUNT, game("open", written))
    page.get_by_label("Your answer").fill("Because")
    assert page.evaluate("window.given") is None
    over = {**COMING, "closesAt": 5_000}  # the clock of these screens stands at that
    page.evaluate(MOUNT, game("open", written, time={**over, "paused": True}))
    assert page.evaluate("window.given") is None
    page.evaluate(MOUNT, game("open", written, time=over))
    until(page, "window.given === 'Because'")
    pairs = {**ASKED, "questionType": "matching", **QUESTIONS["matching"], "index": 1}
    page.evaluate(MOUNT, game("open", pairs))
    page.get_by_label("A moon").select_option("Mars")  # which is half of it
    page.evaluate(MOUNT, game("open", pairs, time=over))
    page.evaluate("new Promise((done) => setTimeout(done))")
    assert page.evaluate("window.given") == "Because"
