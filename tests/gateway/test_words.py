"""The words of the pages: every language says all that English says, with the same parameters."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gateway.site_assets import WEB
from protocol.validation import MEANINGS

WORDS = WEB / "words"
PLURALS = {
    "en": {"one", "other"},
    "de": {"one", "other"},
    "fr": {"one", "many", "other"},
    "es": {"one", "many", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
}
"""The forms that each language must have: the cardinal plurals of CLDR."""
OPTIONAL = {"many"}  # in French and Spanish, for whole millions


def load(path: Path) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
        return dict(pairs)

    found: dict[str, Any] = json.loads(path.read_text("utf-8"), object_pairs_hook=unique)
    return found


ENGLISH = load(WORDS / "en.json")


def forms(wording: Any) -> list[str]:
    return list(wording.values()) if isinstance(wording, dict) else [wording]


def parameters(wording: Any) -> set[str]:
    return {name for form in forms(wording) for name in re.findall(r"\{(\w+)\}", form)}


def test_there_are_exactly_these_languages() -> None:
    assert {path.stem for path in WORDS.iterdir()} == set(PLURALS)


@pytest.mark.parametrize("language", PLURALS)
def test_a_language_says_all_that_english_says(language: str) -> None:
    words = load(WORDS / f"{language}.json")
    assert list(words) == list(ENGLISH)
    for word, wording in words.items():
        assert all(form.strip() for form in forms(wording)), word
        assert parameters(wording) == parameters(ENGLISH[word]), word
        assert isinstance(wording, dict) == isinstance(ENGLISH[word], dict), word


@pytest.mark.parametrize("language", PLURALS)
def test_a_word_that_counts_has_every_plural_of_its_language(language: str) -> None:
    needed = PLURALS[language] - (OPTIONAL if language in ("fr", "es") else set())
    for word, wording in load(WORDS / f"{language}.json").items():
        if isinstance(wording, dict):
            assert needed <= set(wording) <= PLURALS[language], word


def test_every_word_that_a_page_says_is_there_and_none_is_there_for_nothing() -> None:
    scripts = [
        path.read_text("utf-8")
        for path in WEB.rglob("*.js")
        if not {"vendor", "graphiql"} & set(path.parts)
    ]
    said = {word for text in scripts for word in re.findall(r'"([a-z_]+\.[A-Za-z_.]+)"', text)}
    called = {word for text in scripts for word in re.findall(r'\bt\(\s*"([^"$]+)"', text)}
    assert called <= set(ENGLISH), called - set(ENGLISH)
    made = ("errors.", "rules.", *PREFIXES)
    assert {word for word in ENGLISH if word not in said and not word.startswith(made)} == set()


def test_every_rule_that_a_field_can_break_is_said() -> None:
    assert {f"rules.{rule.value.lower()}" for rule in MEANINGS} <= set(ENGLISH)


PREFIXES = (
    *("enums.", "log.ending.", "log.kind.", "quiz.file_format.", "quiz.save_as."),
    *("admin.detail_", "admin.did_", "admin.kind_", "content.refused."),
    *("films.fault.", "player.failure."),
)
"""Words whose names are put together, as of a role or a state."""
