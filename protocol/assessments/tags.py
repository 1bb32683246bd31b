"""Tags of questions: a few short texts, by which those who teach find them again in all courses."""

from __future__ import annotations

from typing import Final

from protocol.envelope import Message

MAX_TAGS: Final = 10
MAX_TAG: Final = 50
MAX_TAGGED: Final = 100
"""Questions that are tagged together; each may be of another quiz, which is locked."""


class TagQuestions(Message, frozen=True, kw_only=True, tag="assessments.tag_questions"):
    """Give questions tags, and take others from them. Replies `QuestionsTagged`.

    `by` must teach all the courses. What is so already changes nothing. ValidationError for a
    question that would have too many tags, and for more questions than `MAX_TAGGED`.
    """

    by: str
    by_role: str
    question_ids: tuple[str, ...]
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class QuestionsTagged(Message, frozen=True, kw_only=True, tag="assessments.questions_tagged"):
    """Reply: so many questions have changed."""

    count: int
