"""What was typed, in groups of what is compared as the same."""

from __future__ import annotations

from collections.abc import Callable

from actors.assessments.answers import grading
from actors.assessments.answers.keys import accepting, folded
from protocol.assessments.quizzes import BlanksKey, Question
from protocol.assessments.results import MAX_GROUPS, TypedAnswers, TypedGroup
from protocol.records.assessments import PlayedTexts


def grouped(typed: PlayedTexts, blank: int) -> TypedAnswers:
    """The largest groups. Takes a while for thousands of texts: run it in a thread."""
    question = typed.played.question
    counts: dict[str, int] = {}
    written: dict[str, str] = {}
    for text, count in typed.texts:  # the most frequent first
        key = folded(question, text)
        written.setdefault(key, text)
        counts[key] = counts.get(key, 0) + count
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    is_right = _judge(accepting(question, typed.played.accepted), blank)
    groups = tuple(
        TypedGroup(answer=written[key], count=count, correct=is_right(written[key]))
        for key, count in largest[:MAX_GROUPS]
    )
    rest = sum(count for _, count in largest[MAX_GROUPS:])
    return TypedAnswers(groups=groups, distinct=len(counts), others=typed.others + rest)


def _judge(question: Question, blank: int) -> Callable[[str], bool | None]:
    if isinstance(question.key, BlanksKey):
        return lambda text: grading.is_right_in(question, blank, text)

    def judge(text: str) -> bool | None:
        found = grading.grade(question, (), text)
        return None if found is None else found.correct

    return judge
