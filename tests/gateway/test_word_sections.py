"""The words of pages in parts: each page names the sections that it says, and no others."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gateway.site_assets import WEB
from gateway.word_sections import BASE, BASE_SECTIONS, parts, word_parts

ENGLISH: dict[str, Any] = json.loads((WEB / "words" / "en.json").read_text("utf-8"))
IMPORT = re.compile(r'(?:from|^import|=> import\(|await import\() ?"(\.[^"]+\.js)"', re.MULTILINE)
LATE = re.compile(r'withWords\(\[([^\]]*)\], \(\) => import\("(\.[^"]+\.js)"\)\)')
"""A module that brings sections of words along when it is shown."""
ROUTE = re.compile(
    r'path: "(?P<path>[^"]+)", page: \(\) => import\("(?P<page>[^"]+)"\), title: "(?P<title>[^"]+)"'
)
NAMED = re.compile(r"\bwords: \[([^\]]*)\]")


def modules(start: Path, *, late: bool = False) -> set[Path]:
    """A module and all that it loads, then or later, but for other pages.

    `late`: those too that bring words along.
    """
    found: set[Path] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path not in found and "vendor" not in path.parts and path.name != "routes.js":
            found.add(path)
            text = path.read_text("utf-8")
            names = IMPORT.findall(text if late else LATE.sub("", text))
            waiting += [(path.parent / name).resolve() for name in names]
    return found


def said(paths: set[Path]) -> set[str]:
    """The sections of the words in these modules that are not in the base."""
    texts = [path.read_text("utf-8") for path in paths]
    words = {word for text in texts for word in re.findall(r'"([a-z_]+\.[A-Za-z_.]+)"', text)}
    return {word.partition(".")[0] for word in words if word in ENGLISH} - BASE_SECTIONS


def pages() -> list[Any]:
    """Of every page that names its sections: its address, module, title and sections."""
    found = []
    for file in sorted(WEB.rglob("routes.js")):
        for line in file.read_text("utf-8").splitlines():
            route, named = ROUTE.search(line), NAMED.search(line)
            if route is None or named is None:
                continue
            page = (file.parent / route["page"]).resolve()
            sections = set(re.findall(r"\w+", named[1]))
            found.append(pytest.param(page, route["title"], sections, id=route["path"]))
    return found


@pytest.mark.parametrize(("page", "title", "sections"), pages())
def test_a_page_names_exactly_the_sections_that_it_says(
    page: Path, title: str, sections: set[str]
) -> None:
    assert sections == said(modules(page)) | {title.partition(".")[0]} - BASE_SECTIONS


def late_parts() -> list[Any]:
    """Of every module that brings words along: itself, the sections, and who loads it."""
    found = []
    for path in sorted(WEB.rglob("*.js")):
        for named, name in (
            LATE.findall(path.read_text("utf-8")) if "vendor" not in path.parts else ()
        ):
            part = (path.parent / name).resolve()
            sections = set(re.findall(r"\w+", named))
            found.append(pytest.param(part, sections, id=f"{path.name}-{part.name}"))
    return found


@pytest.mark.parametrize(("part", "sections"), late_parts())
def test_what_comes_late_brings_the_sections_that_no_page_with_it_names(
    part: Path, sections: set[str]
) -> None:
    said_there = said(modules(part))
    assert sections <= said_there
    for page, _, named in (each.values for each in pages()):
        if part in modules(page, late=True):
            assert said_there <= named | sections, page


def test_the_frame_says_nothing_beside_the_base() -> None:
    frame = [WEB / "app" / name for name in ("main.js", "frame.js", "navigation.js")]
    kit = WEB.glob("kit/*.js")
    assert {word for path in [*frame, *kit] for word in said({path})} == set()


def test_the_parts_of_a_language_are_its_words_and_nothing_twice() -> None:
    found = parts(ENGLISH)
    assert {word: wording for part in found.values() for word, wording in part.items()} == ENGLISH
    assert sum(map(len, found.values())) == len(ENGLISH)
    assert {word.partition(".")[0] for word in found[BASE]} == BASE_SECTIONS
    served = dict(word_parts("/words/en.json", json.dumps(ENGLISH).encode()))
    assert json.loads(served["/words/en/admin.json"]) == found["admin"]
