"""Every relative link in a Markdown file leads to a file, and every anchor to a heading."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"^(`{3,}).*?^\1`*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//")


def markdown_files() -> list[Path]:
    """What git knows or would know, so that no dependency's documents are read."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    named = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in named.splitlines() if (ROOT / name).exists()]


def without_code(text: str) -> str:
    """Links in code are examples."""
    return CODE.sub(lambda code: "`" if code[0].startswith("```") else code[0], text)


def anchor_of(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def anchors(path: Path) -> set[str]:
    """Those of all headings; repeated ones are numbered."""
    found: dict[str, int] = {}
    for heading in HEADING.findall(CODE.sub(_keep_inline, path.read_text())):
        anchor = anchor_of(heading)
        number = found.get(anchor, 0)
        found[anchor] = number + 1
        if number:
            found[f"{anchor}-{number}"] = 1
    return set(found)


def _keep_inline(code: re.Match[str]) -> str:
    return "" if code[0].startswith("```") else code[0]


def broken_links(path: Path) -> list[str]:
    broken = []
    for target in LINK.findall(without_code(path.read_text())):
        if OUTSIDE.match(target):
            continue
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        is_broken = not there.exists() or not there.is_relative_to(ROOT)
        if is_broken or (anchor and (there.suffix != ".md" or anchor not in anchors(there))):
            broken.append(target)
    return broken


@pytest.mark.parametrize("path", markdown_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    assert broken_links(path) == []


def test_a_link_to_nowhere_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    page = tmp_path / "page.md"
    (tmp_path / "other.md").write_text("# A `b` [c](d): e\n\n## Twice\n\n## Twice\n")
    page.write_text(
        "# Here\n[1](gone.md) [2](other.md#gone) [3](#gone) [4](../out.md) [5](https://x.test/y)\n"
        "[6](other.md#a-b-c-e) [7](other.md#twice-1) [8](#here)\n\n```\n[9](gone.md)\n```\n"
    )
    assert broken_links(page) == ["gone.md", "other.md#gone", "#gone", "../out.md"]
