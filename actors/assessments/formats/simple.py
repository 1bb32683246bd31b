"""Formats that know a text, its options and which of them are right, and nothing else."""

from __future__ import annotations

from msgspec import structs

from actors.assessments.formats.keys import Answer, choice
from actors.assessments.formats.texts import FileText
from protocol.assessments.quizzes import (
    WHOLE,
    ChoiceKey,
    Question,
    QuestionDifficulty,
    QuestionType,
    TrueFalseKey,
)

TRUE_FALSE = ("True", "False")
KINDS = {
    QuestionType.SHORT_ANSWER: "typed answers",
    QuestionType.ESSAY: "essays",
    QuestionType.FILL_BLANK: "gaps",
    QuestionType.MATCHING: "matching",
    QuestionType.NUMERIC: "numbers to be written",
    QuestionType.ORDERING: "items to be put in order",
    QuestionType.HOTSPOT: "places on a picture",
}


def choice_of(text: str, options: list[str], right: list[int], new_id: str) -> Question:
    """A question of which any right option is enough. Raises `Refused`.

    One between true and false becomes a question of that type.
    """
    said = [option.casefold() for option in options]
    if len(right) == 1 and sorted(said) == ["false", "true"]:
        key = TrueFalseKey(value=said[right[0]] == "true")
        return Question(id=new_id, type=QuestionType.TRUE_FALSE, text=text, key=key)
    none = FileText()
    answers = [
        Answer("=", WHOLE if n in right else 0, FileText(option), none)
        for n, option in enumerate(options)
    ]
    read = choice(answers, single=True)
    return Question(
        id=new_id,
        type=read.type,
        text=text,
        options=read.options,
        key=read.key,
        multiple=read.multiple,
    )


def options_of(question: Question) -> tuple[tuple[str, ...], tuple[int, ...]] | None:
    """The options and the right ones; None for a question of another kind."""
    match question.key:
        case ChoiceKey() as key:
            return question.options, key.correct
        case TrueFalseKey() as key:
            return TRUE_FALSE, (0 if key.value else 1,)
    return None


def bare(question: Question) -> Question:
    """What such a format may carry of a question."""
    return structs.replace(
        question,
        id="",
        explanation=None,
        media_url=None,
        media_alt=None,
        points=1,
        difficulty=QuestionDifficulty.MEDIUM,
        seconds=None,
        decimal_comma=False,
        formats=None,
        notes=None,
        rubric=None,
        all_or_nothing=False,
        tags=(),
    )


def dropped(question: Question, *, time: bool) -> list[str]:
    """What of it is lost, in words. `time`: also the time that it has."""
    found = {
        "its explanation": question.explanation is not None,
        "its picture": question.media_url is not None,
        "its points": question.points != 1,
        "its difficulty": question.difficulty is not QuestionDifficulty.MEDIUM,
        "its time": time and question.seconds is not None,
        "how its texts look": question.formats is not None,
        "its notes": question.notes is not None,
        "that only all of it counts": question.all_or_nothing,
        "its tags": bool(question.tags),
    }
    return [what for what, there in found.items() if there]


def reported(number: int, lost: list[str]) -> list[str]:
    """As a line of the report."""
    return [f"question {number}: written without {', '.join(lost)}"] if lost else []
