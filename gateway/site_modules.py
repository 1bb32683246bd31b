"""The modules of the pages as texts: what they import and export, and how they become functions.

No parser of the whole language: imports and exports are found by where they stand, as the modules
write them (`site_chunks`), and a test compares what is found with what a parser finds.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

_comment = re.compile(r"/\*\*.*?\*/[ \t]*|^[ \t]*//[^\n]*$", re.DOTALL | re.MULTILINE)
# Each begins with a word, which makes looking for it quick: `_statement` says whether it stands
# where a statement begins.
_import = re.compile(r'import\b\s*([^"\'()]*?)\s*(?:\bfrom\s*)?["\']([^"\']+)["\'];?')
_passed_on = re.compile(r'export\s*(\*|\{[^}]*\})\s*from\s*["\']([^"\']+)["\'];?')
_list = re.compile(r"export\s*\{([^}]*)\};?")
_default = re.compile(
    r"export\s+default\s+"
    r"((?:async\s+)?(?:function\b\s*\*?|class\b(?!\s+extends\b))\s*([\w$]+))?"
)
_declared = re.compile(r"export\s+((?:async\s+)?function\b\s*\*?\s*|class\s+|const\s+)([\w$]+)")
_later = re.compile(r'import\(\s*"([^"]+)"\s*\)')
_other = re.compile(r"^(?:export\b|import\b(?!\s*[(.])).*", re.MULTILINE)
_taken_names = re.compile(r"\b__(?:use|define|later|default|from_\d+(?:_default)?)\b")
"""Of what joined modules have around them, or get."""


@dataclass(frozen=True)
class Module:
    """A module as the inside of a function, line for line.

    `imports` are those it needs at once, `later` those it may load, by path below the root;
    `exports` the properties of the object that the function is to return.
    """

    name: str
    text: str
    imports: tuple[str, ...]
    later: tuple[str, ...]
    exports: tuple[str, ...]

    def resolved(self, address: str) -> str:
        """The path below the root of what this module calls `address`."""
        return resolved(self.name, address)


def module_names(root: Path, start: str) -> set[str]:
    """A module and all that it imports by address at once, by their paths below `root`."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            text = (root / name).read_text(encoding="utf-8")
            for each in (*_import.finditer(text), *_passed_on.finditer(text)):
                if _statement(each) and each[2].startswith("."):
                    waiting.append(resolved(name, each[2]))
    return found


def read_module(root: Path, name: str, bare: Mapping[str, str]) -> Module:
    """A module that can be joined with others. `ValueError` if it has a form that is not known."""
    text = _comment.sub(lambda found: _lines(found, ""), (root / name).read_text(encoding="utf-8"))
    if taken := _taken_names.search(text):
        raise ValueError(f"{name}: {taken[0]} is a name that joined modules are given")
    reader = _Reader(name, bare)
    text = reader.rewritten(text)
    if other := _other.search(text):
        raise ValueError(f"{name}: a form that is not joined: {other[0][:80]}")
    later = tuple(resolved(name, address) for address in _later.findall(text))
    return Module(name, text, tuple(reader.imports), later, tuple(reader.exports))


class _Reader:
    """Rewrites what a module imports and exports, and says what that was.

    What it imports is from `__use` then, which gives the object that the other one returned.
    """

    def __init__(self, name: str, bare: Mapping[str, str]) -> None:
        self.imports: list[str] = []
        self.exports: list[str] = []
        self._name = name
        self._bare = bare

    def rewritten(self, text: str) -> str:
        """The text of a module as that of a function."""
        for form, rewrite in (
            (_import, self._import),
            (_passed_on, self._pass_on),
            (_list, self._list),
            (_default, self._default),
            (_declared, self._declare),
        ):
            text = form.sub(_where_statements_begin(rewrite), text)
        return text

    def _use(self, address: str) -> str:
        if address.startswith("."):
            self.imports.append(resolved(self._name, address))
        elif address in self._bare:
            self.imports.append(self._bare[address])
        else:
            raise ValueError(f"{self._name}: {address} is not in the import map")
        return f'__use("{self.imports[-1]}")'

    def _import(self, found: re.Match[str]) -> str:
        taken = _taken(found[1])
        return _lines(found, f"{taken and f'const {taken} = '}{self._use(found[2])};")

    def _pass_on(self, found: re.Match[str]) -> str:
        there = f"__from_{len(self.imports)}"
        if found[1] == "*":
            self.exports.insert(0, f"...{there}")  # what the module itself exports comes after it
            there = f"{{ default: {there}_default, ...{there} }}"
        else:
            self.exports += [f"{new}: {there}.{old}" for old, new in _pairs(found[1])]
        return _lines(found, f"const {there} = {self._use(found[2])};")

    def _list(self, found: re.Match[str]) -> str:
        self.exports += [f"{new}: {old}" for old, new in _pairs(found[1])]
        return _lines(found, "")

    def _default(self, found: re.Match[str]) -> str:
        self.exports.append(f"default: {found[2] or '__default'}")
        return found[1] or "const __default = "

    def _declare(self, found: re.Match[str]) -> str:
        self.exports.append(found[2])
        return found[1] + found[2]


def _where_statements_begin(
    rewritten: Callable[[re.Match[str]], str],
) -> Callable[[re.Match[str]], str]:
    return lambda found: rewritten(found) if _statement(found) else found[0]


def _statement(found: re.Match[str]) -> bool:
    """Whether a statement begins here: on a new line, or behind another as in what was packed."""
    return found.start() == 0 or found.string[found.start() - 1] in "\n;}"


def _taken(clause: str) -> str:
    """What stands between `import` and `from`, as the left side of an assignment."""
    before, brace, names = clause.partition("{")
    parts = [part.strip() for part in before.split(",") if part.strip()]
    if parts and parts[-1].startswith("*"):
        if len(parts) > 1:
            raise ValueError(f"a form that is not joined: import {clause}")
        return parts[0].split()[-1]
    taken = [f"default: {part}" for part in parts]
    if brace:
        taken += [old if old == new else f"{old}: {new}" for old, new in _pairs(names)]
    return f"{{ {', '.join(taken)} }}" if taken else ""


def _pairs(names: str) -> list[tuple[str, str]]:
    """The names of a list in braces, each with the one it has afterwards."""
    each = (part.split() for part in names.strip("{} \n").split(",") if part.strip())
    return [(part[0], part[-1]) for part in each]


def _lines(found: re.Match[str], text: str) -> str:
    """The text instead of what was found, with as many ends of lines."""
    return text + "\n" * found[0].count("\n")


def resolved(name: str, address: str) -> str:
    """The path below the root of what the module `name` calls `address`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
