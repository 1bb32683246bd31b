"""Accepted answers in which `*` stands for any characters, or none, and `\\*` for an asterisk.

As in Moodle's short answers (`qtype_shortanswer_question::compare_string_with_wildcard`), on texts
as `protocol.texts.comparable` has them. Time is linear in the answer for each piece of a pattern.
"""

from __future__ import annotations

import re
from functools import lru_cache

from protocol.assessments.quizzes import MAX_ANSWER_TEXT
from protocol.texts import comparable

_ANY = "\ue000"
"""Private, so that nothing is folded to it and it is folded to nothing."""
_STAR = re.compile(r"\\\*|\*")
MAX_SPLIT = 2_000
"""Patterns kept folded; a question has up to a thousand."""


def has_wildcard(text: str) -> bool:
    """Whether some asterisk in it is not escaped."""
    return any(star[0] == "*" for star in _STAR.finditer(text))


def as_shown(pattern: str) -> str:
    """The pattern without its escapes."""
    return pattern.replace("\\*", "*")


def matches(pattern: str, folded: str, *, case_sensitive: bool = False) -> bool:
    """Whether an answer, folded in the same way, is what the pattern describes."""
    first, *middle = _pieces(pattern, case_sensitive)
    if not middle:
        return folded == first
    *middle, last = middle
    at, end = len(first), len(folded) - len(last)
    if end < at or not (folded.startswith(first) and folded.endswith(last)):
        return False
    for piece in middle:
        at = folded.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


@lru_cache(maxsize=MAX_SPLIT)
def _pieces(pattern: str, case_sensitive: bool) -> tuple[str, ...]:
    """What stands between the wildcards, folded as one text, so that spaces beside them stay."""
    free = pattern.replace(_ANY, "\ufffd")
    marked = _STAR.sub(lambda star: _ANY if star[0] == "*" else "*", free)
    plain = comparable(marked, most=MAX_ANSWER_TEXT, case_sensitive=case_sensitive) or ""
    return tuple(plain.split(_ANY))
