"""Writes questions as GIFT, to be read back."""

from __future__ import annotations

import re

from protocol.assessments.quizzes import (
    BlanksKey,
    ChoiceKey,
    MatchingKey,
    NumericKey,
    Question,
    TextKey,
    TrueFalseKey,
)


def write_gift(question: Question) -> str:
    """One paragraph. The explanation is written as general feedback."""
    inside = _answers(question)
    if question.explanation:
        inside += f"####{escape(question.explanation)}"
    before, _, after = question.text.partition("____")
    return f"::A title:: {escape(before)}{{{inside}}}{escape(after)}"


def escape(text: str) -> str:
    """Control characters as plain text."""
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")


def _answers(question: Question) -> str:
    key = question.key
    match key:
        case ChoiceKey():
            weight = f"~%{100 / len(key.correct):.3f}%"
            right, wrong = (weight, "~%-50%") if question.multiple else ("=", "~")
            return "\n".join(
                f"{right if n in key.correct else wrong}{escape(option)}"
                for n, option in enumerate(question.options)
            )
        case TrueFalseKey():
            return "TRUE" if key.value else "F"
        case TextKey():
            return " ".join(f"={escape(text)}" for text in key.accepted)
        case NumericKey():
            return f"#{key.answers[0].number}:{key.answers[0].tolerance}"
        case BlanksKey():
            return " ".join(f"={escape(text)}" for text in key.blanks[0])
        case MatchingKey():
            pairs = [f"={escape(prompt)} -> {escape(match)}" for prompt, match in key.pairs]
            return "\n".join(pairs + [f"= -> {escape(text)}" for text in key.distractors])
    return ""
