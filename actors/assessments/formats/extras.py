"""What no format can say of a question. Our own files say it beside the question, and others ignore
that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from msgspec import structs

from actors.assessments.formats.keys import Read
from actors.assessments.formats.texts import FileText, Texts, all_formatted, source_of
from actors.assessments.tagging import tags_of_file
from protocol.assessments.formats import Formats, TextFormat
from protocol.assessments.points import Points
from protocol.assessments.quizzes import (
    AnswerKey,
    MatchingKey,
    Question,
    QuestionDifficulty,
    QuestionType,
)

_OURS = re.compile(r"\s*stoa: (\{.*\})\s*", re.DOTALL)
UNREADABLE_EXTRAS = "what the comment above it says, which cannot be read"


Source = tuple[TextFormat, str]
"""A text as it is written, with its format."""


class Sources(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The texts of a question as they are written, for formats that would change them."""

    text: Source
    options: tuple[Source, ...] = ()
    prompts: tuple[Source, ...] = ()
    explanation: Source | None = None


class Extras(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a format cannot say of a question. `type`, `key` and `multiple` go together.

    Nothing of it is shown as HTML before it was read like any other text (`reread`).
    """

    points: Points = 1
    difficulty: QuestionDifficulty = QuestionDifficulty.MEDIUM
    seconds: int | None = None
    media_url: str | None = None
    media_alt: str | None = None
    type: QuestionType | None = msgspec.field(default=None, name="kind")
    key: AnswerKey | None = None
    multiple: bool | None = None
    all_or_nothing: bool = False
    sources: Sources | None = None
    tags: tuple[str, ...] = ()

    def added_to(self, question: Question) -> Question:
        """The question with all of it."""
        question = structs.replace(
            question,
            points=self.points,
            difficulty=self.difficulty,
            seconds=self.seconds,
            media_url=self.media_url,
            media_alt=self.media_alt,
            all_or_nothing=self.all_or_nothing,
            tags=tags_of_file(self.tags or question.tags),
        )
        if self.type is None or self.key is None:
            return question
        return structs.replace(question, type=self.type, key=self.key, multiple=self.multiple)

    def told(self) -> Read | None:
        """What it says of the meaning, where it says everything."""
        if self.sources is None or self.type is None or self.key is None:
            return None
        return Read(self.type, self.key, multiple=self.multiple)

    def with_all_of(self, question: Question) -> Extras:
        """For a format whose own words would make another question of it."""
        return structs.replace(
            self,
            type=question.type,
            key=question.key,
            multiple=question.multiple,
            sources=sources_of(question),
        )


def comment_of_ours(comments: Iterable[str]) -> str | None:
    """What our own comment in XML says, which each question that we write has."""
    found = next(filter(None, map(_OURS.fullmatch, comments)), None)
    return found[1] if found else None


def extras_in(comment: str | bytes | None, texts: Texts) -> Extras:
    """What a comment says, if there is one; `texts` has lost one that cannot be read."""
    if comment is None:
        return Extras()
    try:
        return msgspec.json.decode(comment, type=Extras)
    except msgspec.MsgspecError:
        texts.lost[UNREADABLE_EXTRAS] = None
        return Extras()


def missing_in(question: Question, read: Question | None) -> Extras:
    """What a reader did not find of `question`, of which it has `read` so much."""
    extras = Extras(
        points=question.points,
        difficulty=question.difficulty,
        seconds=question.seconds,
        media_url=question.media_url,
        media_alt=question.media_alt,
        all_or_nothing=question.all_or_nothing,
        tags=() if read is not None and read.tags == question.tags else question.tags,
    )
    same = read is not None and (read.type, read.key, read.multiple) == (
        question.type,
        question.key,
        question.multiple,
    )
    if same:
        return extras
    return structs.replace(extras, type=question.type, key=question.key, multiple=question.multiple)


def sources_of(question: Question) -> Sources:
    """All texts of a question as they are written."""
    formats, key = question.formats or Formats(), question.key
    options = formats.options or (None,) * len(question.options)
    pairs = key.pairs if isinstance(key, MatchingKey) else ()
    prompts = formats.prompts or (None,) * len(pairs)
    explanation = question.explanation
    return Sources(
        text=source_of(question.text, formats.text),
        options=tuple(map(source_of, question.options, options)),
        prompts=tuple(
            source_of(each, shown) for (each, _), shown in zip(pairs, prompts, strict=True)
        ),
        explanation=None if explanation is None else source_of(explanation, formats.explanation),
    )


def reread(question: Question, sources: Sources, texts: Texts) -> Question:
    """The question with the texts of its comment. Raises `Refused`."""
    text = texts.long(sources.text[1], sources.text[0])
    options = tuple(texts.short(source, markup) for markup, source in sources.options)
    prompts = tuple(texts.short(source, markup) for markup, source in sources.prompts)
    explanation = FileText()
    if sources.explanation is not None:
        explanation = texts.long(sources.explanation[1], sources.explanation[0])
    formats = Formats(
        text=text.formatted,
        options=all_formatted(options),
        prompts=all_formatted(prompts),
        explanation=explanation.formatted,
    )
    return structs.replace(
        question,
        text=text.plain,
        options=tuple(option.plain for option in options),
        explanation=explanation.plain or None,
        formats=None if formats == Formats() else formats,
    )
