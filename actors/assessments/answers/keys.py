"""Keys that accept an answer more."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from actors.assessments.answers import grading
from protocol.assessments.quizzes import AnswerKey, BlanksKey, Question, TextKey
from protocol.records.assessments import Accepted


def is_typed(question: Question, blank: int) -> bool:
    """Whether the question has such a blank, or is one text (then there is blank 0 alone)."""
    match question.key:
        case TextKey():
            return blank == 0
        case BlanksKey(blanks=blanks):
            return 0 <= blank < len(blanks)
    return False


def folded(question: Question, text: str) -> str:
    """The text as answers to this question are compared; empty if there is nothing in it."""
    case_sensitive = isinstance(question.key, TextKey) and question.key.case_sensitive
    return grading.folded(text, case_sensitive=case_sensitive)


def texts_of(question: Question, blank: int) -> tuple[str, ...]:
    """What the key of a typed question accepts."""
    key = question.key
    if isinstance(key, BlanksKey):
        return key.blanks[blank]
    return key.accepted if isinstance(key, TextKey) else ()


def accepting(question: Question, accepted: Iterable[Accepted]) -> Question:
    """The question as if its key had accepted these answers, too."""
    key = question.key
    for each in accepted:
        key = with_text(key, each.answer, each.blank)
    return msgspec.structs.replace(question, key=key)


def with_text(key: AnswerKey, text: str, blank: int) -> AnswerKey:
    """The key of a typed question, with one text more."""
    if isinstance(key, TextKey):
        return msgspec.structs.replace(key, accepted=(*key.accepted, text))
    assert isinstance(key, BlanksKey)
    blanks = list(key.blanks)
    blanks[blank] = (*blanks[blank], text)
    return msgspec.structs.replace(key, blanks=tuple(blanks))
