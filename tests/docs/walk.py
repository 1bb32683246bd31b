"""Types a walk of CONTRIBUTING.md into a copy of the repository, as a newcomer would.

A fenced block whose info string names a file is that file. One of the language `diff` changes a
file that is there: its lines are context, `+` and `-`, and `@@` parts one place from the next. A
block of the language `console` is run: every line after `$ ` has to succeed. A block of the
language `text` is only read.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 600.0
"""For one command; what hangs is to fail."""


class Step(NamedTuple):
    """One block: a `file` to write, a `diff` to apply, or a `console` with commands."""

    kind: str
    path: str
    text: str


class Misleading(Exception):
    """The walk says something that cannot be done."""


def steps(page: str, title: str) -> list[Step]:
    """The blocks under the heading of that title, in order."""
    _, found, section = page.partition(f"\n## {title}\n")
    if not found:
        raise Misleading(f"there is no section {title}")
    section = section.partition("\n## ")[0]
    return [_step(*block) for block in FENCE.findall(section) if block[0] != "text"]


def _step(language: str, path: str, text: str) -> Step:
    if language == "console":
        return Step("console", "", text)
    if not path:
        raise Misleading(f"a block of {language} does not say which file it is")
    return Step("diff" if language == "diff" else "file", path, text)


def copy_of_the_repository(place: Path) -> Path:
    """What git knows or would know of, in `place`, with the environment that runs this.

    The environment is a link, so that make leaves it as it is.
    """
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    (place / ".venv").symlink_to(sys.prefix)
    for cache in (".mypy_cache", "tests/clients/node_modules"):
        if (ROOT / cache).is_dir():
            shutil.copytree(ROOT / cache, place / cache, symlinks=True)
    return place


def take(step: Step, place: Path) -> None:
    """Do what the block says. Raises `Misleading`."""
    if step.kind == "console":
        for command in commands(step.text):
            run(command, place)
        return
    path = place / step.path
    if step.kind == "file":
        if path.exists():
            raise Misleading(f"{step.path} is there already")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.text)
    else:
        path.write_text(changed(path.read_text(), step))


def changed(text: str, step: Step) -> str:
    """The file after the diff. Each place must be found exactly once."""
    for hunk in re.split(r"^@@.*\n", step.text, flags=re.MULTILINE):
        lines = hunk.splitlines()
        old = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
        new = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
        places = [found.start() for found in re.finditer(f"^(?={re.escape(old)})", text, re.M)]
        if not lines or len(places) != 1:
            raise Misleading(f"{step.path}: found {len(places)} times, not once:\n{old}")
        text = text[: places[0]] + new + text[places[0] + len(old) :]
    return text


def commands(console: str) -> Iterator[str]:
    """What is typed; the other lines are what is printed."""
    for line in console.splitlines():
        if line.startswith("$ "):
            yield line[2:].partition("  # ")[0]


def run(command: str, place: Path) -> None:
    """Raises `Misleading` with the output of what failed."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=place,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=SECONDS,
    )
    if done.returncode:
        raise Misleading(f"$ {command}\n{done.stdout[-8_000:]}")


def environment() -> dict[str, str]:
    """That of a terminal: without what tells pytest, make and coverage that they are nested."""
    nested = ("PYTEST", "COV_", "COVERAGE", "MAKE", "MFLAGS", "STOA_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(nested)}
    return {**kept, "HYPOTHESIS_PROFILE": "quick"}
