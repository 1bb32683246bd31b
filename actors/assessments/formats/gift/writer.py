"""Writes questions in Moodle's GIFT format, such that reading them gives the same questions.

What GIFT cannot say (points, times, several blanks, keys without weights) stands in a comment above
the question, which Moodle ignores and `reader` takes. What of a key has to is found by reading what
was written. A teacher's notes are left out: the file is for others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from actors.assessments.formats.extras import Extras, missing_in
from actors.assessments.formats.gift.reader import BLANK, parse_gift
from actors.assessments.formats.gift.texts import ESCAPABLE, FORMAT
from actors.assessments.formats.texts import source_of
from protocol.assessments.formats import Formats, Formatted, TextFormat
from protocol.assessments.quizzes import (
    WHOLE,
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    Credit,
    MatchingKey,
    NumericKey,
    Question,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import ValidationError

_ESCAPED = re.compile(f"([{re.escape(ESCAPABLE)}])")
_LINES = re.compile(r"\r\n?|\n")
_MARK = "// stoa: "


def write_gift(questions: tuple[Question, ...], left_out: int = 0) -> str:
    """The text of a file. `left_out` unfinished questions are mentioned in it, and left notes."""
    noted = sum(question.notes is not None for question in questions)
    said = [f"// {left_out} unfinished questions are left out"] if left_out else []
    ruled = sum(question.rubric is not None for question in questions)
    said += [f"// the notes of {noted} questions are left out"] if noted else []
    said += [f"// the rubrics of {ruled} questions are left out"] if ruled else []
    return "\n\n".join((*said, *map(_written, questions))) + "\n"


def _written(question: Question) -> str:
    """The question, with its comment if it needs one.

    Where its answers would be taken for something else, they are in the comment alone.
    """
    wanted = msgspec.structs.replace(question, id="", decimal_comma=False, notes=None, rubric=None)
    natural = _paragraph(question, _answers(question), within=_has_text_behind(question))
    written = _with_comment(question, natural)
    if _read(written) == wanted:
        return written
    return _with_comment(question, _paragraph(question, ""))


def _with_comment(question: Question, paragraph: str) -> str:
    """The paragraph below what is not read of it."""
    sayable = (tag for tag in question.tags if not tag.endswith("\\"))
    tags = " ".join(f"[tag:{_bracketed(tag)}]" for tag in sayable)
    labels = f"// {tags}\n" if tags else ""
    extras = missing_in(question, _read(labels + paragraph))
    comment = "" if extras == Extras() else f"{_MARK}{_json(extras)}\n"
    return labels + comment + paragraph


def _bracketed(tag: str) -> str:
    return tag.replace("]", "\\]")


def _read(text: str) -> Question | None:
    """What would be read; None if that is nothing."""
    try:
        file = parse_gift(text, lambda: "")
    except ValidationError:
        return None
    return file.questions[0].question if len(file.questions) == 1 else None


def _json(extras: Extras) -> str:
    """On one line."""
    return msgspec.json.encode(extras).decode()


def _paragraph(question: Question, inside: str, *, within: bool = False) -> str:
    """`within`: the braces stand in the place of the blank, and otherwise behind the text."""
    formats = question.formats or Formats()
    markup, text = source_of(question.text, formats.text)
    if question.explanation:
        inside += f"####{_text(question.explanation, formats.explanation, markup)}"
    if not within:
        return f"[{markup.value}]{_escape(text)}{{{inside}}}"
    before, _, after = text.partition(BLANK)
    return f"[{markup.value}]{_escape(before)}{{{inside}}}{_escape(after)}"


def _has_text_behind(question: Question) -> bool:
    """Whether this is a blank with a text behind it, by which GIFT tells it from a short answer."""
    _, text = source_of(question.text, (question.formats or Formats()).text)
    if not isinstance(question.key, BlanksKey) or text.count(BLANK) != 1:
        return False
    return bool(text.partition(BLANK)[2].strip())


def _answers(question: Question) -> str:
    """What stands in the braces."""
    formats = question.formats or Formats()
    markup, _ = source_of(question.text, formats.text)
    match question.key:
        case ChoiceKey() as key:
            return "\n".join(_options(question, key, markup))
        case TrueFalseKey() as key:
            return "TRUE" if key.value else "FALSE"
        case TextKey() as key:
            return _short(key, markup)
        case BlanksKey() as key:
            return _short(_as_text(key), markup)
        case MatchingKey() as key:
            return "\n".join(_pairs(key, formats, markup))
        case NumericKey() as key:
            return _numbers(key)
    return ""


def _options(question: Question, key: ChoiceKey, markup: TextFormat) -> Iterator[str]:
    formats = (question.formats or Formats()).options or (None,) * len(question.options)
    share = WHOLE // max(len(key.correct), 1)
    several = question.multiple or len(key.correct) == len(question.options)
    for place, (text, formatted) in enumerate(zip(question.options, formats, strict=True)):
        right = place in key.correct
        if key.weights:
            weight = key.weights[place]
        else:
            weight = (share if several else WHOLE) if right else 0
        sign = "~" if several or not right else "="
        usual = WHOLE if sign == "=" else 0
        part = "" if weight == usual else f"%{_percent(weight)}%"
        yield f"{sign}{part}{_text(text, formatted, markup)}"


def _percent(weight: int) -> str:
    """Of `WHOLE`, with as many digits as it needs."""
    return f"{weight / 1000:.3f}".rstrip("0").rstrip(".")


def _as_text(key: BlanksKey) -> TextKey:
    """The first blank as if it were a short answer."""
    number, tolerance = (key.numbers[0] if key.numbers else None) or (None, 0.0)
    return TextKey(
        accepted=key.blanks[0],
        patterns=key.patterns[0] if key.patterns else (),
        credits=key.credits[0] if key.credits else (),
        number=number,
        tolerance=tolerance,
    )


def _short(key: TextKey, markup: TextFormat) -> str:
    """Texts or numbers; GIFT has no answer that is both."""
    credits = [each for each in map(_credit, key.credits) if each]
    if key.number is not None:
        parts = [(WHOLE, _value(key.number, key.tolerance)), *credits]
        if len(parts) == 1:
            return f"#{parts[0][1]}"
        return "#" + " ".join(f"=%{_percent(weight)}%{text}" for weight, text in parts)
    full = [*(_starless(text) for text in key.accepted), *key.patterns]
    plain = [f"={_text(text, None, markup)}" for text in full]
    rated = [f"=%{_percent(w)}%{_text(text, None, markup)}" for w, text in credits]
    return " ".join((*plain, *rated))


def _numbers(key: NumericKey) -> str:
    """Without units, of which GIFT has none; their key is in the comment."""
    parts = [(answer.weight, _span(answer)) for answer in key.answers]
    if len(parts) == 1:
        return f"#{parts[0][1]}"
    return "#" + " ".join(f"=%{_percent(weight)}%{text}" for weight, text in parts)


def _span(answer: AcceptedNumber) -> str:
    if answer.number is None:
        return f"{answer.low!r}..{answer.high!r}"
    return _value(answer.number, answer.tolerance)


def _credit(credit: Credit) -> tuple[int, str]:
    if credit.number is not None:
        return credit.weight, _value(credit.number, credit.tolerance)
    if credit.pattern is not None:
        return credit.weight, credit.pattern
    return credit.weight, _starless(credit.text or "")


def _value(number: float, tolerance: float) -> str:
    return f"{number!r}:{tolerance!r}" if tolerance else repr(number)


def _starless(text: str) -> str:
    """The text with asterisks that stand for themselves."""
    return text.replace("*", "\\*")


def _pairs(key: MatchingKey, formats: Formats, markup: TextFormat) -> Iterator[str]:
    shown = formats.prompts or (None,) * len(key.pairs)
    for (prompt, match), formatted in zip(key.pairs, shown, strict=True):
        yield f"={_text(prompt, formatted, markup)} -> {_text(match, None, markup)}"
    for distractor in key.distractors:
        yield f"= -> {_text(distractor, None, markup)}"


def _text(text: str, formatted: Formatted | None, markup: TextFormat) -> str:
    """A text, with its prefix where it is not in the format of the question."""
    own, source = source_of(text, formatted)
    needed = own is not markup or FORMAT.match(source) or source[:1].isspace()
    prefix = f"[{own.value}]" if needed else ""
    return prefix + _escape(source)


def _escape(text: str) -> str:
    return _LINES.sub(r"\\n", _ESCAPED.sub(r"\\\1", text))
