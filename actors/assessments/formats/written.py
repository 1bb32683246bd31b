"""What is written of a quiz in a format, and what the format could not carry."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from actors.assessments.formats.reading import FilePicture
from protocol.assessments.quizzes import HotspotKey, Question

Pictures = Mapping[str, FilePicture]
"""The stored pictures of questions, by the `media_url` that these have."""
NO_PICTURES: Pictures = MappingProxyType({})
PLACES = "its places are in a comment, which other programs do not read"
NOTES = "its notes are left out: the file is for others"
RUBRIC = "its rubric is left out: the format has no place for it"


class Written(msgspec.Struct, frozen=True):
    """A file. `left_out` has texts such as "question 3: why", in the order of the questions."""

    data: bytes
    left_out: tuple[str, ...] = ()


def unfinished(left_out: int) -> list[str]:
    """What there is to say of questions that are not finished."""
    return [f"{left_out} unfinished questions are left out"] if left_out else []


def places_in_comments(questions: tuple[Question, ...]) -> list[str]:
    """Of questions for places on a picture, which formats have in ways of their own."""
    found = (n for n, each in enumerate(questions, 1) if isinstance(each.key, HotspotKey))
    return [f"question {n}: {PLACES}" for n in found]


def own_left_out(questions: tuple[Question, ...]) -> list[str]:
    """What no file has of its teacher's own, by question."""
    found = []
    for n, each in enumerate(questions, 1):
        found += [f"question {n}: {NOTES}"] if each.notes is not None else []
        found += [f"question {n}: {RUBRIC}"] if each.rubric is not None else []
    return found
