"""A generated quiz, written as GIFT and read back."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.formats.gift.reader import parse_gift
from actors.assessments.formatting import render
from protocol.assessments.formats import Formats, TextFormat
from protocol.assessments.quizzes import (
    WHOLE,
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    NumericKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from tests.actors.assessments.formats.gift_writer import escape, write_gift
from tests.actors.assessments.test_formatting import elements

HALF = WHOLE // 2

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="*[%&<«\ufffd"),
    min_size=1,
    max_size=12,
).filter(lambda word: "->" not in word and not word.startswith("//") and "____" not in word)
explanations = st.none() | words
distinct = st.lists(words, min_size=2, max_size=5, unique=True)
numbers = st.integers(-1000, 1000).map(float)


def question(kind: QuestionType, text: str, key: object, **more: object) -> Question:
    return Question(id="", type=kind, text=text, key=key, **more)  # type: ignore[arg-type]


def choice_key(right: set[int], options: int, multiple: bool) -> ChoiceKey:
    """Parts of the whole for each, or the whole for each and something wrong."""
    right = right if multiple or len(right) < options else {0}
    part = WHOLE // len(right) if multiple else WHOLE
    weights = tuple(part if n in right else -HALF if multiple else 0 for n in range(options))
    plain = not multiple and len(right) == 1
    return ChoiceKey(correct=tuple(sorted(right)), weights=() if plain else weights)


choices = st.builds(
    lambda text, options, right, why, multiple: question(
        QuestionType.MULTIPLE_CHOICE,
        text,
        choice_key({n % len(options) for n in right}, len(options), multiple),
        options=tuple(options),
        explanation=why,
        multiple=multiple,
    ),
    words,
    distinct,
    st.lists(st.integers(0, 10), min_size=1, max_size=3),
    explanations,
    st.booleans(),
)
truths = st.builds(
    lambda text, value, why: question(
        QuestionType.TRUE_FALSE, text, TrueFalseKey(value=value), explanation=why
    ),
    words,
    st.booleans(),
    explanations,
)
shorts = st.builds(
    lambda text, accepted, why: question(
        QuestionType.SHORT_ANSWER, text, TextKey(accepted=tuple(accepted)), explanation=why
    ),
    words,
    distinct,
    explanations,
)
numericals = st.builds(
    lambda text, number, tolerance: question(
        QuestionType.NUMERIC,
        text,
        NumericKey(answers=(AcceptedNumber(number=number, tolerance=abs(tolerance)),)),
    ),
    words,
    numbers,
    numbers,
)
blanks = st.builds(
    lambda before, accepted, after: question(
        QuestionType.FILL_BLANK, f"{before} ____ {after}", BlanksKey(blanks=(tuple(accepted),))
    ),
    words,
    distinct,
    words,
)
matchings = st.builds(
    lambda text, prompts, matches, distractors: question(
        QuestionType.MATCHING,
        text,
        MatchingKey(
            pairs=tuple(zip(prompts, itertools.cycle(matches), strict=False)),
            distractors=tuple(text for text in distractors if text not in matches[: len(prompts)]),
        ),
    ),
    words,
    distinct,
    distinct,
    st.lists(words, max_size=2, unique=True),
)
essays = st.builds(lambda text: question(QuestionType.ESSAY, text, EssayKey()), words)
quizzes = st.lists(
    st.one_of(choices, truths, shorts, numericals, blanks, matchings, essays),
    min_size=1,
    max_size=8,
)


@given(quiz=quizzes)
def test_a_quiz_written_as_gift_is_read_back_as_it_was(quiz: list[Question]) -> None:
    file = parse_gift("\n\n".join(map(write_gift, quiz)), lambda: "")
    assert file.skipped == (f"line 1: titles are not kept ({len(quiz)})",)
    assert [read.question for read in file.questions] == quiz


@given(source=elements, answer=elements, format=st.sampled_from(list(TextFormat)))
def test_a_formatted_text_written_as_gift_is_kept_as_it_is_rendered(
    source: str, answer: str, format: TextFormat
) -> None:
    text = f"[{format.value}]{escape(source)}{{={escape(answer)} ~[plain]?#{escape(answer)}}}"
    (read,) = parse_gift(text, lambda: "").questions
    formats = read.question.formats or Formats()
    shown, option = render(source, format), render(answer, format, links=False)
    assert (read.question.text, formats.text) == (shown.text, shown.formatted)
    assert read.question.options == (option.text, "?")
    assert [text.html for text in formats.options[:1]] == (
        [option.formatted.html] if option.formatted else []
    )
    assert read.question.explanation == f"?: {render(answer, format).text}"


def test_the_writer_escapes_what_the_reader_reads() -> None:
    assert escape("a=b\n{") == "a\\=b\\n\\{"
