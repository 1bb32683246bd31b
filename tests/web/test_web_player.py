"""How the pages reckon a film: link, keys, where one goes on, captions and kinds."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.content.uses import USES, FileUse
from tests.clients.node import require_node
from tests.support.profiles import share
from tests.web.test_web_checks import FOLDER

pytestmark = pytest.mark.node

CONTENT = Path("gateway/web/content").resolve()
MODULES = ("player/reckoning.js", "player/keys.js", "films/kinds.js", "films/text-file.js")
IMPORTS = "\n".join(
    f'import * as from{n} from "{(CONTENT / name).as_uri()}";' for n, name in enumerate(MODULES)
)
ASK = f"""{IMPORTS}
import {{ readFileSync }} from "node:fs";
const all = {{ {", ".join(f"...from{n}" for n in range(len(MODULES)))} }};
all.decoded = (numbers) => all.textOf(new Uint8Array(numbers));
const asked = JSON.parse(readFileSync(0));
const answer = ([name, ...given]) => {{
    const found = all[name];
    return typeof found === "function" ? found(...given) : found;
}};
console.log(JSON.stringify(asked.map(answer)));
"""
HOUR_MS = 3_600_000
DAY = "2026-01-02T00:00:00Z"
DAY_MS = 1_767_312_000_000


def answers(*questions: tuple[Any, ...]) -> list[Any]:
    """What the functions of the modules answer, in one process."""
    node = require_node("acorn", FOLDER)
    done = subprocess.run(
        [node, "--input-type=module", "-e", ASK],
        input=msgspec.json.encode(questions),
        capture_output=True,
        check=True,
    )
    found: list[Any] = msgspec.json.decode(done.stdout)
    return found


def test_a_link_lives_no_longer_than_the_film_whatever_the_clock_says() -> None:
    stream = {"durationSeconds": 600, "expiresAt": DAY}
    on_time, ahead, behind, late = answers(
        ("lifeOf", stream, DAY_MS - 600_000),
        ("lifeOf", stream, DAY_MS - 60_000),
        ("lifeOf", stream, DAY_MS - 5 * HOUR_MS),
        ("lifeOf", stream, DAY_MS + 5 * HOUR_MS),
    )
    assert (on_time, ahead, behind, late) == (600_000, 60_000, 600_000, 600_000)


def test_every_file_goes_by_the_newest_link() -> None:
    page = "https://stoa.example/courses/1/lessons/2"
    old = "https://stoa.example/streams/old/v1.mp4?x=1"
    assert answers(
        ("fileBelow", "master.m3u8", "/streams/new/", page),
        ("fileBelow", old, "/streams/new/", page),
    ) == [
        "https://stoa.example/streams/new/master.m3u8",
        "https://stoa.example/streams/new/v1.mp4",
    ]


@settings(max_examples=share(0.05))
@given(st.lists(st.floats(min_value=1, max_value=30_000), min_size=1, max_size=20))
def test_one_goes_on_inside_a_film_and_not_at_its_edges(durations: list[float]) -> None:
    def near(duration: float) -> float:
        return min(5, duration * 0.01)

    asked = [
        ("isInside", at, duration)
        for duration in durations
        for at in (0, near(duration), duration / 2, duration - near(duration), duration)
    ]
    assert answers(*asked) == [False, False, True, False, False] * len(durations)


@pytest.mark.parametrize(
    ("chosen", "page", "shown"),
    [
        (None, "de", "de"),
        (None, "fr", ""),
        (None, "pt", "pt-BR"),
        ("", "de", ""),
        ("en", "de", "en"),
        ("fr", "de", "de"),
        ("en-GB", "de", "en"),
    ],
)
def test_captions_are_those_chosen_last_or_of_the_language_of_the_page(
    chosen: str | None, page: str, shown: str
) -> None:
    there = [{"language": tag} for tag in ("de", "en", "pt-BR")]
    assert answers(("firstCaptions", there, chosen, page)) == [shown]


def test_keys_do_what_players_do() -> None:
    def pressed(key: str, **held: bool) -> dict[str, Any]:
        return {"key": key, "ctrlKey": False, "metaKey": False, "altKey": False, **held}

    deeds = {
        **{"k": "play", "J": "back", "l": "forward", "f": "fullscreen", "m": "mute"},
        **{"c": "captions", "<": "slower", ">": "faster", "x": None},
    }
    on_film = {" ": "play", "ArrowLeft": "back", "ArrowRight": "forward", "ArrowUp": None}
    assert answers(*(("deedOf", pressed(key), False) for key in deeds)) == list(deeds.values())
    assert answers(*(("deedOf", pressed(key), True) for key in on_film)) == list(on_film.values())
    assert answers(*(("deedOf", pressed(key), False) for key in on_film)) == [None] * 4
    assert answers(("deedOf", pressed("f", ctrlKey=True), True)) == [None]


def test_speeds_go_up_and_down_and_have_ends() -> None:
    asked = [(1, 1), (1, -1), (2, 1), (0.5, -1), (1.1, 1), (1.1, -1)]
    assert answers(*(("nextRate", *each) for each in asked)) == [1.25, 0.75, 2, 0.5, 1.25, 1]


def test_the_pages_offer_the_kinds_that_the_server_takes() -> None:
    endings, most = answers(("ENDINGS",), ("MAX_BYTES",))
    assert set(endings) == USES[FileUse.VIDEO].extensions
    assert most == USES[FileUse.VIDEO].most_bytes


@settings(max_examples=share(0.05))
@given(st.text(st.characters(codec="utf-8"), max_size=50).filter(lambda text: "\x00" not in text))
def test_captions_in_utf_8_are_read_as_they_are(text: str) -> None:
    said = text.removeprefix("\ufeff")
    assert answers(("decoded", list(text.encode()))) == [said]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_captions_of_other_programs_are_read_too(encoding: str) -> None:
    text = "Größe, déjà vu — “so” €"
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    assert answers(("decoded", list((mark + text).encode(encoding)))) == [text]
