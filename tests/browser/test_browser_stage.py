"""What a room sees of a game, by itself in Chromium: it fits every screen, and can be read."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.components import blank, mounted
from tests.browser.stage import fits

pytestmark = pytest.mark.browser

SIZES = [(1024, 768), (1366, 768), (1920, 1080), (3840, 2160)]
MOUNT = """async ([desk, language, bars, quiet]) => {
  const { Stage } = await import("/assessments/live/stage.js");
  const { fromView } = await import("/assessments/live/host-state.js");
  const { render } = await import("preact");
  const { html } = await import("/app/html.js");
  const { showLanguage } = await import("/app/locale.js");
  await showLanguage(language);
  const now = () => 5000;
  const at = document.getElementById("at");
  at.className = quiet ? "live host quiet-mode" : "live host";
  render(null, at);
  render(html`
    <div class="bar"><span class="brand">Stoa</span></div>
    <${Stage} ...${{ desk: fromView(desk), now, bars, quiet, site: location.origin }} />
    <nav class="controls"><button class="primary big">Next</button></nav>
  `, at);
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode()));
}"""
ON_A_PHONE = """async ([standings, language]) => {
  const { Board, OwnPlace } = await import("/assessments/live/board.js");
  const { render } = await import("preact");
  const { html } = await import("/app/html.js");
  const { showLanguage } = await import("/app/locale.js");
  await showLanguage(language);
  const at = document.getElementById("at");
  at.className = "live player";
  const own = { playerId: "me", nickname: "Me", rank: 117, score: 8000.5, moved: -20 };
  const told = { ...own, ahead: 116, behind: 0.5 };
  render(html`<div class="live-body"><div class="card">
    <${Board} standings=${standings} movement=${true} />
    <${OwnPlace} standings=${standings} own=${told} />
  </div></div>`, at);
}"""
PICTURE = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='1600' height='1200'>"
    "<rect width='1600' height='1200' fill='teal'/></svg>"
)
LONG = (
    "Which of these describes most exactly what happens to the light of a distant galaxy on its"
    " way to a telescope on Earth, if space itself expands while the light is travelling?"
)
OPTIONS = [
    {"id": n, "text": f"{n + 1}. Its waves are stretched and it is redder than it was"}
    for n in range(8)
]
QUESTION: dict[str, Any] = {
    "liveQuizId": "g",
    "index": 0,
    "total": 5,
    "step": 1,
    "questionType": "multiple_choice",
    "text": LONG,
    "options": OPTIONS,
    "points": 1000,
    "opensAt": 0,
    "closesAt": 20_000,
}
SMALL = """(share) => {
  const walker = document.createTreeWalker(document.querySelector(".stage"), NodeFilter.SHOW_TEXT);
  const small = [];
  while (walker.nextNode()) {
    const box = walker.currentNode.parentElement;
    const shown = walker.currentNode.data.trim() && !box.closest(".sr-only, .chip, .katex");
    const size = parseFloat(getComputedStyle(box).fontSize);
    if (shown && size < innerHeight * share) small.push([walker.currentNode.data, size]);
  }
  return small;
}"""


def view(phase: str, **more: Any) -> dict[str, Any]:
    return {
        "liveQuizId": "g",
        "courseId": "c",
        "title": "Light",
        "pin": "123456",
        "phase": phase,
        "step": 1,
        "hostId": "h",
        "locked": False,
        "paused": False,
        "questionCount": 5,
        "players": [],
        **more,
    }


def players(count: int) -> list[dict[str, Any]]:
    names = ((f"player-{n}", f"Player {n}") for n in range(count))
    return [
        {"playerId": player_id, "nickname": name, "score": 0, "connected": True}
        for player_id, name in names
    ]


def standings(count: int) -> list[dict[str, Any]]:
    return [
        {
            "rank": n + 1,
            "playerId": f"p{n}",
            "nickname": f"A rather long name {n}",
            "score": 9000 - n,
            "correct": 3,
            "streak": n % 4,
            "moved": [0, 12, -3, None][n % 4],
        }
        for n in range(count)
    ]


REVEAL = {
    "liveQuizId": "g",
    "index": 0,
    "correct": [0],
    "counts": {"0": 100, "3": 7},
    "answered": 107,
    "explanation": "Space expands, and with it every wave that is on its way. " * 3,
}
BOARD = {"liveQuizId": "g", "index": 0, "step": 3, "totalPlayers": 202, "top": standings(10)}
ANNOUNCED = {"liveQuizId": "g", "index": 2, "total": 5, "step": 1, "opensAt": 8_000}
HISTOGRAM = {"liveQuizId": "g", "index": 0, "answered": 23, "connected": 30, "counts": {}}
TYPING = {**QUESTION, "questionType": "short_answer", "options": []}
SCENES: dict[str, dict[str, Any]] = {
    "lobby": view("lobby", players=players(202)),
    "announced": view("announced", announced=ANNOUNCED),
    "typing": view("open", question=TYPING, histogram={**HISTOGRAM, "right": 17}),
    "picture": view("open", question={**QUESTION, "mediaUrl": PICTURE}),
    "paused": view("open", question=QUESTION, paused=True),
    "reveal": view("reveal", question=QUESTION, reveal=REVEAL),
    "leaderboard": view("leaderboard", leaderboard=BOARD),
    "finished": view("finished", leaderboard=BOARD),
}
TYPED: dict[str, dict[str, Any]] = {
    "short": view(
        "reveal", question=QUESTION | {"options": QUESTION["options"][:4]}, reveal=REVEAL
    ),
    "typed": view(
        "reveal",
        question={**QUESTION, "questionType": "short_answer", "options": []},
        reveal={**REVEAL, "correct": "red shift", "accepted": ["red shift", "redshift"]},
        typed=[{"text": f"{n} times shifted", "count": 20 - n, "right": n < 2} for n in range(20)],
    ),
    "pairs": view(
        "reveal",
        question={
            **QUESTION,
            "text": "Match",
            "questionType": "matching",
            "prompts": ["one", "two", "three"],
            "options": OPTIONS[:3],
        },
        reveal={**REVEAL, "correct": [2, 0, 1]},
    ),
    "leaderboard": SCENES["leaderboard"],
    "finished": SCENES["finished"],
}
SCENES["typed"] = TYPED["typed"]


def shown(chromium: Browser, errors: list[str], desk: dict[str, Any], size: Any) -> Page:
    return staged(blank(chromium, errors, viewport=viewport(size)), drawn(desk))


def viewport(size: tuple[int, int]) -> dict[str, int]:
    return {"width": size[0], "height": size[1]}


def staged(page: Page, argument: list[Any]) -> Page:
    """The page with all that its scene shows, of which parts are fetched when they are drawn."""
    page.evaluate(MOUNT, argument)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".typed")).to_have_count(1 if argument[0].get("typed") else 0)
    return page


def drawn(
    desk: dict[str, Any], *, language: str = "en", bars: bool = True, quiet: bool = True
) -> list[Any]:
    """What is mounted; `bars`: what was given is shown before the reveal."""
    return [desk, language, bars, quiet]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_everything_fits_without_scrolling_and_above_the_controls(
    chromium: Browser, client_errors: list[str], size: tuple[int, int]
) -> None:
    page = blank(chromium, client_errors, viewport=viewport(size))
    for name, desk in SCENES.items():
        staged(page, drawn(desk))
        room, bar = page.locator(".stage").bounding_box(), page.locator(".controls").bounding_box()
        assert room is not None
        assert bar is not None
        assert room["y"] + room["height"] <= bar["y"] + 1, name
        fits = "(e) => e.scrollHeight <= e.clientHeight + 1 && e.scrollWidth <= e.clientWidth + 1"
        assert page.locator(".stage").evaluate(fits), name
    page.close()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_last_row_can_read_it(
    chromium: Browser, client_errors: list[str], size: tuple[int, int]
) -> None:
    """At least a fortieth of the screen's height."""
    page = blank(chromium, client_errors, viewport=viewport(size))
    for name, desk in TYPED.items():
        staged(page, drawn(desk))
        assert page.evaluate(SMALL, 0.025) == [], name
    page.close()


def test_who_is_not_named_in_the_lobby_is_counted(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = shown(chromium, client_errors, SCENES["lobby"], (1366, 768))
    names = page.get_by_role("list", name="Players").get_by_role("listitem")
    named = names.count() - 1
    expect(names.last).to_have_text(f"and {202 - named} more")
    expect(page.get_by_role("heading")).to_have_text("202 players here")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_scene_is_accessible(
    chromium: Browser, client_errors: list[str], scheme: str
) -> None:
    page = blank(chromium, client_errors, viewport=viewport((1366, 768)), color_scheme=scheme)
    for desk in (*SCENES.values(), *TYPED.values()):
        staged(page, drawn(desk, quiet=False))
        assert_accessible(page)
    page.close()


def test_a_row_says_in_signs_and_in_words_how_its_place_has_changed(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = shown(chromium, client_errors, SCENES["leaderboard"], (1366, 768))
    rows = page.locator(".board li")
    said = [row.locator(".moved .sr-only").all_text_contents() for row in rows.all()[:4]]
    assert said == [["same place as before"], ["up 12 places"], ["down 3 places"], []]
    expect(rows.nth(1).locator(".moved [aria-hidden]")).to_have_text("▲12")
    expect(rows.nth(2).locator(".moved [aria-hidden]")).to_have_text("▼3")
    page.close()
    first = {**BOARD, "top": [{**each, "moved": None} for each in standings(10)]}
    page = shown(chromium, client_errors, view("leaderboard", leaderboard=first), (1366, 768))
    expect(page.locator(".moved")).to_have_count(0)  # the first question moves nobody
    page.close()
    page = shown(chromium, client_errors, SCENES["finished"], (1366, 768))
    expect(page.locator(".moved")).to_have_count(0)
    page.close()


def test_the_room_sees_how_many_are_right_only_if_the_host_wants_it(
    chromium: Browser, client_errors: list[str]
) -> None:
    for bars, count in ((True, 1), (False, 0)):
        page = staged(blank(chromium, client_errors), drawn(SCENES["typing"], bars=bars))
        expect(page.locator(".answered")).to_have_text("23 of 30 answered")
        expect(page.locator(".right-so-far")).to_have_count(count)
        page.close()


def test_a_question_is_counted_down_to_and_quietly_only_announced(
    chromium: Browser, client_errors: list[str]
) -> None:
    page = staged(blank(chromium, client_errors), drawn(SCENES["announced"], quiet=False))
    expect(page.get_by_role("heading")).to_have_text("Question 3 of 5")
    expect(page.get_by_role("timer")).to_have_text("3")
    assert moving(page) > 0
    page.close()
    page = staged(blank(chromium, client_errors), drawn(SCENES["announced"]))
    expect(page.get_by_text("Question 3 opens in a moment")).to_be_visible()
    expect(page.get_by_role("timer")).to_have_count(0)
    page.close()


def moving(page: Page) -> int:
    """How many animations there are."""
    return int(page.evaluate("document.getAnimations().length"))


@pytest.mark.parametrize("scene", ["announced", "leaderboard", "finished"])
def test_nothing_moves_in_quiet_or_where_people_want_less_motion(
    chromium: Browser, client_errors: list[str], scene: str
) -> None:
    for quiet, motion, moves in (
        (False, "no-preference", True),
        (True, "no-preference", False),
        (False, "reduce", False),
    ):
        argument = drawn(SCENES[scene], quiet=quiet)
        page = staged(blank(chromium, client_errors, reduced_motion=motion), argument)
        assert (moving(page) > 0) is moves, (quiet, motion)
        expect(page.locator(".confetti i:visible")).to_have_count(
            70 if scene == "finished" and moves else 0
        )
        page.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_names_have_room_on_the_board_of_a_small_phone(
    chromium: Browser, client_errors: list[str], language: str
) -> None:
    argument = [standings(4), language]
    page = mounted(chromium, client_errors, ON_A_PHONE, argument, viewport=viewport((320, 640)))
    expect(page.locator(".board li")).to_have_count(5)
    for name in page.locator(".board .name").all():
        box = name.bounding_box()
        assert box is not None
        assert box["width"] > 70
    assert fits(page)
    assert page.evaluate(STICKING_OUT) == 0
    if language == "en":
        expect(page.locator(".behind")).to_have_text("0.5 points behind place 116")
    page.close()


STICKING_OUT = """() => [...document.querySelectorAll(".board li")]
  .filter((row) => row.scrollWidth > row.clientWidth + 1).length"""
