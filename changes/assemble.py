"""Makes a section of CHANGELOG.md of the fragments that lie beside this file.

`python -m changes.assemble` prints the section, `python -m changes.assemble 0.3.0` writes it and
removes the fragments. What a fragment is says `changes/README.md`.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
CHANGELOG = FOLDER.parent / "CHANGELOG.md"
KINDS = ("added", "changed", "deprecated", "removed", "fixed", "security")
"""In the order of Keep a Changelog."""
NAME = re.compile(rf"[a-z0-9-]+\.({'|'.join(KINDS)})\.md")
VERSION = re.compile(r"\d+\.\d+\.\d+")
WIDTH = 100


class Fragment(NamedTuple):
    """One change."""

    kind: str
    text: str


class Mistake(Exception):
    """A fragment that cannot be used; says why."""


def fragments(folder: Path) -> list[Path]:
    """The fragments in `folder`, by name."""
    return sorted(path for path in folder.glob("*.md") if path.name != "README.md")


def read(path: Path) -> Fragment:
    """Raises `Mistake`."""
    named = NAME.fullmatch(path.name)
    if named is None:
        raise Mistake(f"{path.name}: not called <change>.<kind>.md, kind one of {', '.join(KINDS)}")
    text = " ".join(path.read_text(encoding="utf-8").split())
    if not text or text[0] in "#-*":
        raise Mistake(f"{path.name}: must be a sentence, without a heading or a bullet")
    return Fragment(named[1], text)


def section(title: str, changes: Iterable[Fragment]) -> str:
    """The section in Markdown, by kind."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        by_kind[change.kind].append(
            textwrap.fill(f"- {change.text}", WIDTH, subsequent_indent="  ", break_on_hyphens=False)
        )
    parts = [f"## {title}"]
    for kind in KINDS:
        if kind in by_kind:
            parts += [f"### {kind.capitalize()}", "\n".join(by_kind[kind])]
    return "\n\n".join(parts) + "\n"


def insert(changelog: str, new: str) -> str:
    """Before the first version, or at the end where there is none."""
    head, newest, rest = changelog.partition("\n## ")
    return f"{head.rstrip()}\n\n{new}{newest and chr(10) + newest[1:]}{rest}"


def main(arguments: Sequence[str]) -> int:
    """Print or write. Returns the exit status."""
    paths = fragments(FOLDER)
    try:
        changes = [read(path) for path in paths]
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 1
    if not arguments:
        print(section("Next", changes), end="")
        return 0
    if not VERSION.fullmatch(arguments[0]) or not changes:
        print("Give a version such as 0.3.0, and have changes", file=sys.stderr)
        return 2
    title = f"{arguments[0]} ({datetime.now(UTC):%Y-%m-%d})"
    CHANGELOG.write_text(insert(CHANGELOG.read_text(encoding="utf-8"), section(title, changes)))
    for path in paths:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
