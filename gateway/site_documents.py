"""The documents of the application: one for each address, naming all that its page loads.

A browser finds a module when it has read the one that imports it: on a mobile network each step
costs a way there and back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from gateway.site_chunks import CORE, FIRST, FOLDER, Chunks, join
from gateway.site_modules import resolved

START: Final = "app/first.js"
MAIN: Final = "app/main.js"
EVERY_WORD: Final = ("all",)
"""For a page that names no sections."""

_routes = re.compile(r'path: "(/[^"]*)"(.*?)(?=path: "|\Z)', re.DOTALL)
_page = re.compile(r'import\("([^"]+)"\)')
_quoted = re.compile(r'"([^"]+)"')
_lists = {name: re.compile(rf"{name}: \[([^\]]*)\]") for name in ("styles", "words")}
_import_map = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)


class Route(NamedTuple):
    """A page: its URL rule, its module, style sheets of it alone, and the sections of its words."""

    rule: str
    module: str
    styles: tuple[str, ...]
    words: tuple[str, ...]


def joined(root: Path, shell: str) -> Chunks:
    """The scripts that the documents load, made of the modules that `shell` names."""
    pages = {route.module for route in read_routes(root)}
    return join(root, (START, MAIN), bare_names(shell), pages)


def documents(root: Path, shell: str, chunks: Chunks) -> Iterator[tuple[str, str]]:
    """The URL rule of each address of the application, and its document, made from `shell`."""
    for module, chunk in ((START, FIRST), (MAIN, CORE)):
        shell = shell.replace(f'"/{module}"', f'"/{FOLDER}/{chunk}.js"')
    for route in read_routes(root):
        needed = sorted({FIRST, CORE, *chunks.needed(route.module)})
        yield route.rule, _linked(shell, needed, route)


def bare_names(shell: str) -> dict[str, str]:
    """The modules that a document's import map gives names, by these."""
    [import_map] = _import_map.findall(shell)
    return {name: address[1:] for name, address in json.loads(import_map)["imports"].items()}


def read_routes(root: Path) -> list[Route]:
    """The pages that the `routes.js` below `root` name."""
    found = []
    for file in sorted(root.rglob("routes.js")):
        own = file.relative_to(root).as_posix()
        for path, route in _routes.findall(file.read_text(encoding="utf-8")):
            [page] = _page.findall(route)
            styles, words = (_list(name, route) for name in ("styles", "words"))
            rule = re.sub(r":(\w+)", r"<\1>", path)
            found.append(
                Route(
                    rule, resolved(own, page), styles or (), EVERY_WORD if words is None else words
                )
            )
    return found


def _list(name: str, route: str) -> tuple[str, ...] | None:
    found = _lists[name].search(route)
    return None if found is None else tuple(_quoted.findall(found[1]))


def _linked(shell: str, chunks: Iterable[str], route: Route) -> str:
    links = [f'  <meta name="words" content="{" ".join(route.words)}">\n']
    links += [f'  <link rel="modulepreload" href="/{FOLDER}/{name}.js">\n' for name in chunks]
    links += [f'  <link rel="preload" as="style" href="/{name}">\n' for name in route.styles]
    return shell.replace("</head>", f"{''.join(links)}</head>")
