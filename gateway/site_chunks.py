"""The application's modules joined into a few files, so that a first visit asks for few.

A chunk holds the modules that are needed together, each in a function of its own which runs once,
when the first other module imports it, as the browser would run it. What the documents begin with
is in `first` and `core`; other modules are together if the same pages need them, or if a page that
gets one in vain loses less than the others save. A source map leads from each line back to the
module's own.

The modules keep to a few forms, and another one is refused: imports stand at the top and are
literal, names are exported by `export function`, `class`, `const` with one name, `default` and
lists, nothing that is exported is assigned again, and no module imports itself by way of others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush
from itertools import combinations, count
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from gateway.site_assets import MADE
from gateway.site_modules import Module, module_names, read_module

FOLDER: Final = MADE.strip("/")
"""Where the chunks are on the site, beside the folders of the modules."""
FIRST: Final = "first"
CORE: Final = "core"
NEXT_LINE: Final = "AACA"
"""What a source map says of most lines: as the one before, a line further down."""
REQUEST: Final = 4_000
"""How many characters more are as dear as another request: about a kilobyte on the wire."""
LIBRARIES: Final = "vendor/"
"""What is loaded later from here stays a file of its own."""

RUNTIME: Final = """\
const makers = new Map();
const made = new Map();
export const __define = (name, make) => void makers.set(name, make);
export function __use(name) {
  if (!made.has(name)) made.set(name, makers.get(name)());
  return made.get(name);
}
export async function __later(name, ...chunks) {
  await Promise.all(chunks.map((chunk) => import(`./${chunk}.js`)));
  return __use(name);
}
"""
IMPORTED: Final = f'import {{ __define, __later, __use }} from "./{FIRST}.js";'

_literal = re.compile(r'\bimport\(\s*"([^"]+)"\s*\)')
_template = re.compile(r"\bimport\(`(\.[^`$]*)")


@dataclass(frozen=True)
class Chunks:
    """What a site's modules are joined into. `starts` are those that its documents name."""

    modules: Mapping[str, Module]
    chunk_of: Mapping[str, str]
    starts: tuple[str, ...]

    @cached_property
    def files(self) -> dict[str, str]:
        """The chunks and their source maps, by path on the site, without a slash before it."""
        members = defaultdict(list)
        for name in self.modules:
            members[self.chunk_of[name]].append(name)
        files = {}
        for chunk, names in members.items():
            script, places = self._written(chunk, names)
            files[f"{FOLDER}/{chunk}.js"] = script
            files[f"{FOLDER}/{chunk}.js.map"] = source_map(places)
        return files

    def needed(self, start: str) -> list[str]:
        """The chunks that hold a module and all that it imports at once."""
        return sorted({self.chunk_of[name] for name in closure(self.modules, start)})

    def _written(
        self, chunk: str, names: Iterable[str]
    ) -> tuple[str, list[tuple[str, int] | None]]:
        """A chunk's text, and for each of its lines the module and the line that it is of."""
        lines: list[str] = []
        places: list[tuple[str, int] | None] = []

        def write(text: str, name: str | None = None) -> None:
            added = text.split("\n")
            lines.extend(added)
            places.extend((name, n) if name else None for n in range(len(added)))

        write(RUNTIME if chunk == FIRST else IMPORTED)
        for name in names:
            module = self.modules[name]
            kind = "" if module.exports else "async "  # what nobody imports may wait
            write(f"__define({_quoted(name)}, {kind}() => {{")
            write(self._addressed(module), name)
            write(f"return {{ {', '.join(module.exports)} }};\n}});")
        for start in self.starts:
            if self.chunk_of[start] == chunk:
                write(f'__use("{start}");')
        write(f"//# sourceMappingURL={chunk}.js.map")
        return "\n".join(lines), places

    def _addressed(self, module: Module) -> str:
        """A module's text with addresses as they are seen from a chunk."""

        def later(found: re.Match[str]) -> str:
            name = module.resolved(found[1])
            if name not in self.modules:
                return f'import("../{name}")'
            there = {CORE, FIRST}
            chunks = [chunk for chunk in self.needed(name) if chunk not in there]
            return f"__later({', '.join(map(_quoted, (name, *chunks)))})"

        def some(found: re.Match[str]) -> str:
            folder, _, begun = found[1].rpartition("/")
            return f"import(`../{module.resolved(folder)}/{begun}"

        text = module.text
        if "import(" in text:
            text = _template.sub(some, _literal.sub(later, text))
        return text.replace("import.meta.url", f'new URL("../{module.name}", import.meta.url).href')


def join(
    root: Path, starts: tuple[str, str], bare: Mapping[str, str], pages: Iterable[str]
) -> Chunks:
    """The chunks of the modules below `root` that the two `starts` lead to, the smaller one first.

    `bare` are the modules with names instead of addresses, `pages` those that a first load is of:
    what else is loaded later, such as a dialog, has no say in what is together. `ValueError` for
    what is no module that can be joined.
    """
    modules: dict[str, Module] = {}
    without_cycles: set[str] = set()
    roots = list(starts)
    for start in roots:  # grows
        _read(root, start, bare, modules)
        _refuse_cycles(modules, start, without_cycles)
        for name in closure(modules, start):
            later = (each for each in modules[name].later if not each.startswith(LIBRARIES))
            roots += [each for each in later if each not in roots]
    _refuse_twins(root, modules)
    users: dict[str, int] = dict.fromkeys(modules, 0)
    for n, start in enumerate(roots):
        for name in closure(modules, start):
            users[name] |= 1 << n
    chunk_of: dict[str, str] = {}
    counted = sum(1 << n for n, start in enumerate(roots) if start in frozenset(pages))
    for group in _groups(modules, users, counted):
        chunk = _chunk_name(group, roots)
        chunk_of |= dict.fromkeys(group.names, chunk)
    return Chunks(modules, chunk_of, starts)


def closure(modules: Mapping[str, Module], start: str) -> list[str]:
    """A module and all that it imports at once, what is imported before who imports it."""
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in found:
            for imported in modules[name].imports:
                visit(imported)
            found[name] = None

    visit(start)
    return list(found)


def _read(root: Path, start: str, bare: Mapping[str, str], modules: dict[str, Module]) -> None:
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in modules:
            modules[name] = read_module(root, name, bare)
            waiting += modules[name].imports


class _Group(NamedTuple):
    """Modules for one chunk. `users` has a bit for each root that needs one of them."""

    names: tuple[str, ...]
    users: int
    size: int

    def with_all(self, other: _Group) -> _Group:
        return _Group(self.names + other.names, self.users | other.users, self.size + other.size)


def _groups(modules: Mapping[str, Module], users: Mapping[str, int], counted: int) -> list[_Group]:
    """What the same roots need, joined further as long as that saves the `counted` ones something.

    What the documents begin with stays apart: a page has it already.
    """
    found: dict[int, _Group] = {}
    for name, of in users.items():
        begun = of & -of if of & 0b11 else of  # the first that begins with it
        group = found.get(begun, _Group((), begun, 0))
        found[begun] = group.with_all(_Group((name,), begun, len(modules[name].text)))
    groups = [found.pop(bit) for bit in (0b01, 0b10) if bit in found]
    numbers = count()
    rest = {next(numbers): group for group in found.values()}
    # A heap, with signs changed to have the largest first. Pairs of what is gone stay until met.
    saved = [
        (-worth, -a, -b)
        for a, b in combinations(rest, 2)
        if (worth := _saved(rest[a], rest[b], counted)) > 0
    ]
    heapify(saved)
    while saved:
        _, a, b = heappop(saved)
        if -a not in rest or -b not in rest:
            continue
        both = rest.pop(-a).with_all(rest.pop(-b))
        new = next(numbers)
        for each, group in rest.items():
            if (worth := _saved(group, both, counted)) > 0:
                heappush(saved, (-worth, -each, -new))
        rest[new] = both
    return groups + list(rest.values())


def _saved(one: _Group, other: _Group, counted: int) -> int:
    """Characters that these roots save if it were one chunk: less than none if they lose."""
    first, second = one.users & counted, other.users & counted
    in_vain = (first & ~second).bit_count() * other.size
    in_vain += (second & ~first).bit_count() * one.size
    return (first & second).bit_count() * REQUEST - in_vain


def _chunk_name(group: _Group, roots: list[str]) -> str:
    if group.users in (0b01, 0b10):
        return (FIRST, CORE)[group.users - 1]
    own = [name for name in group.names if name in roots]
    return min(own or group.names).removesuffix(".js").replace("/", "-")


def _refuse_cycles(modules: Mapping[str, Module], start: str, done: set[str]) -> None:
    """Look at what `start` imports, but what is `done` already."""

    def visit(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            raise ValueError(f"modules import each other: {' → '.join([*way, name])}")
        if name not in done:
            for imported in modules[name].imports:
                visit(imported, (*way, name))
            done.add(name)

    visit(start, ())


def _refuse_twins(root: Path, modules: Mapping[str, Module]) -> None:
    """A library that is loaded by itself has nothing that is in a chunk too: it would run twice."""
    for module in modules.values():
        for name in module.later:
            if name in modules:
                continue
            twins = [part for part in module_names(root, name) if part in modules]
            if twins:
                raise ValueError(f"{name}, which is loaded by itself, imports {twins[0]}")


def _quoted(name: str) -> str:
    return f'"{name}"'


def source_map(places: list[tuple[str, int] | None]) -> str:
    """A source map (ECMA-426) that leads from the beginning of each line to that of another."""
    sources = list(dict.fromkeys(place[0] for place in places if place))
    lines, source, line = [], 0, 0
    for place in places:
        if place is None:
            lines.append("")
            continue
        at = sources.index(place[0])
        is_next = at == source and place[1] == line + 1
        steps = (0, at - source, place[1] - line, 0)
        lines.append(NEXT_LINE if is_next else "".join(map(_vlq, steps)))
        source, line = at, place[1]
    names: list[str] = []
    document = {
        "version": 3,
        "sources": [f"../{each}" for each in sources],
        "names": names,
        "mappings": ";".join(lines),
    }
    return msgspec.json.encode(document).decode()


def _vlq(value: int) -> str:
    """A number in the digits of a source map: five bits each, the smallest first, then the sign."""
    rest = abs(value) << 1 | (value < 0)
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    written = ""
    while True:
        rest, digit = rest >> 5, rest & 31
        written += digits[digit | (32 if rest else 0)]
        if not rest:
            return written
