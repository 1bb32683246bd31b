"""Fragments of the changelog: those in the repository are good, and a version is made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from changes import assemble
from changes.assemble import Fragment, Mistake, fragments, insert, read, section


@pytest.mark.parametrize("path", fragments(assemble.FOLDER), ids=lambda path: path.name)
def test_every_fragment_can_be_used(path: Path) -> None:
    assert read(path).text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.better.md", "A change."),
        ("added.md", "A change."),
        ("Two Words.added.md", "A change."),
        ("x.added.md", " \n"),
        ("x.added.md", "- A bullet."),
        ("x.added.md", "# A heading"),
    ],
)
def test_a_fragment_that_cannot_be_used_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(Mistake, match=r"\.md: "):
        read(tmp_path / name)


def test_a_section_has_the_kinds_in_order_and_wraps_lines() -> None:
    made = section("1.2.3", [Fragment("fixed", "Two."), Fragment("added", "One " * 30 + "end.")])
    assert made.startswith("## 1.2.3\n\n### Added\n\n- One One")
    assert made.endswith("end.\n\n### Fixed\n\n- Two.\n")
    assert max(map(len, made.splitlines())) <= assemble.WIDTH


def test_a_version_is_put_before_the_older_ones_and_the_fragments_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Changelog\n\nWords.\n\n## 0.1.0\n\n- Old.\n")
    (tmp_path / "x.added.md").write_text("New\nthing.\n")
    monkeypatch.setattr(assemble, "FOLDER", tmp_path / "changes")
    monkeypatch.setattr(assemble, "CHANGELOG", changelog)
    (tmp_path / "changes").mkdir()
    assert assemble.main(["0.2.0"]) == 2, "nothing has changed"
    (tmp_path / "x.added.md").rename(tmp_path / "changes" / "x.added.md")
    assert assemble.main(["next"]) == 2
    assert assemble.main([]) == 0
    assert assemble.main(["0.2.0"]) == 0
    assert fragments(tmp_path / "changes") == []
    lines = changelog.read_text().splitlines()
    assert lines[4].startswith("## 0.2.0 (")
    assert lines[5:] == ["", "### Added", "", "- New thing.", "", "## 0.1.0", "", "- Old."]


def test_the_first_version_comes_after_the_words_at_the_top() -> None:
    assert insert("# Changelog\n\nWords.\n", "## 1.0.0\n") == "# Changelog\n\nWords.\n\n## 1.0.0\n"
