"""What a question shows to those who are to answer it: all but its key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from actors.assessments.answers import grading
from actors.assessments.answers.shapes import blanks_of, marks_of, may_be_none, prompts_of
from protocol.assessments.formats import Formats, Formatted
from protocol.assessments.live.publications import ShownOption
from protocol.assessments.quizzes import NumericKey, Question, QuestionType

PLAIN = Formats()


class ShownContent(TypedDict):
    """The members that games and attempts show of a question under the same names."""

    type: QuestionType
    text: str
    text_html: str | None
    media_url: str | None
    media_alt: str | None
    options: tuple[ShownOption, ...]
    options_html: tuple[str, ...]
    prompts: tuple[str, ...]
    prompts_html: tuple[str, ...]
    blanks: int
    multiple: bool
    none_allowed: bool
    unit_required: bool
    marks: int


def shown_content(question: Question, places: Sequence[int]) -> ShownContent:
    """`places` are those of the options in `grading.choices`, in the order in which they stand."""
    texts = grading.choices(question)
    formats = question.formats or PLAIN
    return ShownContent(
        type=question.type,
        text=question.text,
        text_html=html_of(formats.text),
        media_url=question.media_url,
        media_alt=question.media_alt,
        options=tuple(ShownOption(id=i, text=texts[place]) for i, place in enumerate(places)),
        options_html=tuple(formats.options[place].html for place in places if formats.options),
        prompts=prompts_of(question),
        prompts_html=tuple(prompt.html for prompt in formats.prompts),
        blanks=blanks_of(question),
        multiple=_multiple(question),
        none_allowed=may_be_none(question),
        unit_required=isinstance(question.key, NumericKey) and question.key.unit_required,
        marks=marks_of(question),
    )


def _multiple(question: Question) -> bool:
    """As the author set it. Older journals do not have it; then several may be chosen."""
    return question.type is QuestionType.MULTIPLE_CHOICE and question.multiple is not False


def html_of(text: Formatted | None) -> str | None:
    """A text as it is shown where it has a format."""
    return None if text is None else text.html
