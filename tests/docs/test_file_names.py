"""Every file of ours that a document names is there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import pytest

from tests.docs.test_links import ROOT, markdown_files
from tests.docs.walk import FENCE

PLACES = frozenset(
    ("actors", "bench", "changes", "docs", "gateway", "protocol", "storage", "supervisors", "tests")
)
NAMED = re.compile(r"`([\w./-]+)`")
PAST = ("CHANGELOG.md",)
"""Documents that speak of what was."""


def files() -> list[str]:
    """What git knows or would know."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.splitlines()


def is_there(name: str, known: Iterable[str]) -> bool:
    """Whether it is a file or folder from the root on, or the end of a module's path."""
    name = name.rstrip("/")
    if name.partition("/")[0] in PLACES and "/" in name:
        return any(file == name or file.startswith(f"{name}/") for file in known)
    if name.endswith(".py"):
        parts = PurePosixPath(name).parts
        return any(PurePosixPath(file).parts[-len(parts) :] == parts for file in known)
    return True


def missing(text: str, known: Iterable[str]) -> list[str]:
    """The names in a document that lead nowhere. What it has its reader write is there."""
    known = [*known, *(path for _, path, _ in FENCE.findall(text) if path)]
    return [name for name in NAMED.findall(FENCE.sub("", text)) if not is_there(name, known)]


@pytest.mark.parametrize(
    "path",
    [path for path in markdown_files() if path.name not in PAST],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_every_file_that_a_document_names_is_there(path: Path) -> None:
    assert missing(path.read_text(), files()) == []


def test_a_name_of_nothing_is_found() -> None:
    known = ["gateway/front/reactor.py", "docs/style.md"]
    text = (
        "`gateway/front/reactor.py` `gateway/front` `reactor.py` `front/reactor.py` `docs/`\n"
        "`gateway/front/gone.py` `gateway/gone` `actor.py` `application/json` `a.b`\n\n"
        "```python actors/new.py\n`gateway/unread.py`\n```\n`actors/new.py`\n"
    )
    assert missing(text, known) == ["gateway/front/gone.py", "gateway/gone", "actor.py"]
