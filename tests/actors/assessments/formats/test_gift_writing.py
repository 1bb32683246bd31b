"""Whatever can be in a quiz is read back from the GIFT that is written of it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from actors.assessments import machine
from actors.assessments.formats.gift.reader import parse_gift
from actors.assessments.formats.gift.writer import write_gift
from protocol.assessments.formats import Formats, Formatted, TextFormat
from protocol.assessments.places import Rectangle
from protocol.assessments.quizzes import (
    WHOLE,
    AcceptedNumber,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    HotspotKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    QuestionDifficulty,
    QuestionType,
    QuizSettings,
    TextKey,
    TrueFalseKey,
    Unit,
)
from protocol.errors import ValidationError
from tests.actors.assessments.test_formatting import elements

SETTINGS = QuizSettings(title="A quiz")
SIGNS = "=~#{}:\\*->/[]<&;|_ \n%$.,'\"abAB09äß漢"
words = (
    st.text(st.sampled_from(SIGNS), min_size=1, max_size=12)
    | st.sampled_from(
        ["[html]x", "C#", "a -> b", "//x", "$CATEGORY: x", "::t::", "T", "a\\nb", "{}"]
    )
    | st.text(
        st.characters(exclude_categories=("C", "Z"), exclude_characters="\ufffd"),
        min_size=1,
        max_size=8,
    )
)
texts = words | elements
numbers = st.floats(-1e6, 1e6) | st.integers(-(10**9), 10**9).map(float)
tolerances = st.just(0.0) | st.floats(0, 100)
accepted = st.lists(words, max_size=3, unique=True).map(tuple)
credits_ = st.lists(
    st.builds(Credit, weight=st.integers(1, WHOLE), text=words)
    | st.builds(Credit, weight=st.integers(1, WHOLE), pattern=words)
    | st.builds(Credit, weight=st.integers(1, WHOLE), number=numbers, tolerance=tolerances),
    max_size=2,
).map(tuple)


def accepted_numbers() -> st.SearchStrategy[AcceptedNumber]:
    weights = st.just(WHOLE) | st.integers(1, WHOLE)
    return st.builds(
        AcceptedNumber,
        weight=weights,
        number=numbers,
        tolerance=tolerances,
        percent=st.booleans(),
    ) | st.builds(AcceptedNumber, weight=weights, low=numbers, high=numbers)


@st.composite
def choices(draw: st.DrawFn) -> dict[str, Any]:
    options = draw(st.lists(texts, min_size=2, max_size=5))
    places = st.integers(0, len(options) - 1)
    weight = st.integers(-WHOLE, WHOLE)
    weights = st.just(()) | st.tuples(*[weight] * len(options))
    key = ChoiceKey(
        correct=tuple(draw(st.lists(places, max_size=3))),
        weights=draw(weights),
        none_allowed=draw(st.booleans()),
    )
    return {"options": tuple(options), "key": key, "multiple": draw(st.booleans())}


@st.composite
def blanks(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(1, 3))
    numeric = st.none() | st.tuples(numbers, tolerances)
    key = BlanksKey(
        blanks=tuple(draw(accepted) for _ in range(count)),
        numbers=draw(st.just(()) | st.tuples(*[numeric] * count)),
        patterns=draw(st.just(()) | st.tuples(*[accepted] * count)),
        credits=draw(st.just(()) | st.tuples(*[credits_] * count)),
    )
    pieces = [draw(st.just("") | texts) for _ in range(count + 1)]
    return {"text": "____".join(pieces), "key": key}


KINDS: dict[QuestionType, st.SearchStrategy[dict[str, Any]]] = {
    QuestionType.MULTIPLE_CHOICE: choices(),
    QuestionType.TRUE_FALSE: st.booleans().map(lambda value: {"key": TrueFalseKey(value=value)}),
    QuestionType.SHORT_ANSWER: st.builds(
        TextKey,
        accepted=accepted,
        patterns=accepted,
        case_sensitive=st.booleans(),
        number=st.none() | numbers,
        tolerance=tolerances,
        credits=credits_,
    ).map(lambda key: {"key": key}),
    QuestionType.ESSAY: st.builds(EssayKey, guidance=st.just("") | texts).map(
        lambda key: {"key": key}
    ),
    QuestionType.FILL_BLANK: blanks(),
    QuestionType.MATCHING: st.builds(
        MatchingKey,
        pairs=st.lists(st.tuples(texts, words), min_size=2, max_size=4).map(tuple),
        distractors=accepted,
    ).map(lambda key: {"key": key}),
    QuestionType.ORDERING: st.lists(words, min_size=2, max_size=4, unique=True).map(
        lambda items: {"key": OrderingKey(items=tuple(items))}
    ),
    QuestionType.HOTSPOT: st.just(
        {
            "key": HotspotKey(places=(Rectangle(left=0, top=10, right=500, bottom=900, name="a"),)),
            "media_url": "/pictures/a.png",
            "media_alt": "A map",
        }
    ),
    QuestionType.NUMERIC: st.builds(
        NumericKey,
        answers=st.lists(accepted_numbers(), min_size=1, max_size=3).map(tuple),
        units=st.lists(st.builds(Unit, name=words, factor=st.floats(0.001, 1e3)), max_size=2).map(
            tuple
        ),
        unit_required=st.booleans(),
        unit_penalty=st.integers(0, WHOLE),
    ).map(lambda key: {"key": key}),
}


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """One that a teacher could have saved."""
    kind = draw(st.sampled_from(list(KINDS)))
    given_: dict[str, Any] = {
        "text": draw(texts),
        "explanation": draw(st.none() | texts),
        "points": draw(st.integers(0, 100_000)) / 100,
        "all_or_nothing": draw(st.booleans()),
        "difficulty": draw(st.sampled_from(list(QuestionDifficulty))),
        "seconds": draw(st.none() | st.integers(1, 3600)),
        "media_url": draw(st.none() | st.just("/pictures/a.png")),
        "media_alt": draw(st.none() | words),
        "tags": tuple(draw(st.lists(words | st.just("a]b\\"), max_size=2))),
        **draw(KINDS[kind]),
    }
    question = Question(id="", type=kind, **given_)
    format = draw(st.sampled_from(list(TextFormat)))
    try:
        _, (saved,) = machine.quiz(SETTINGS, (question,), lambda: "", (format,))
    except ValidationError:
        assume(False)
    return saved


@given(quiz=st.lists(questions(), min_size=1, max_size=4).map(tuple))
def test_a_quiz_that_is_exported_is_imported_as_it_was(quiz: tuple[Question, ...]) -> None:
    file = machine.imported(write_gift(quiz), lambda: "")
    assert tuple(read.question for read in file.questions) == quiz


def test_a_plain_option_beside_a_formatted_one_is_composed_in_both_forms() -> None:
    asked = Question(
        id="",
        type=QuestionType.MULTIPLE_CHOICE,
        text="Which?",
        options=("<b>0</b>", "\uf900"),
        key=ChoiceKey(correct=(0,)),
    )
    _, (saved,) = machine.quiz(SETTINGS, (asked,), lambda: "", (TextFormat.HTML,))
    assert saved.formats is not None
    assert (saved.options[1], saved.formats.options[1].html) == ("\u8c48", "\u8c48")
    assert machine.imported(write_gift((saved,)), lambda: "").questions[0].question == saved


def test_notes_are_left_out_and_the_file_says_so() -> None:
    one = question(QuestionType.ESSAY, "Why?", EssayKey())
    noted = msgspec.structs.replace(one, notes="Ask the last row")
    written = write_gift((noted, one), left_out=1)
    assert "last row" not in written
    first, second, *_ = written.splitlines()[::2]
    assert first == "// 1 unfinished questions are left out"
    assert second == "// the notes of 1 questions are left out"
    assert [read.question.notes for read in machine.imported(written, lambda: "").questions] == [
        None,
        None,
    ]


def question(kind: QuestionType, text: str, key: AnswerKey, **more: Any) -> Question:
    return Question(id="q", type=kind, text=text, key=key, **more)


@pytest.mark.parametrize(
    ("given_", "written"),
    [
        (
            question(
                QuestionType.MULTIPLE_CHOICE,
                "a=b?",
                ChoiceKey(correct=(0,)),
                options=("yes: {x}", "no"),
                multiple=False,
                explanation="So",
            ),
            "[plain]a\\=b?{=yes\\: \\{x\\}\n~no####So}",
        ),
        (
            question(
                QuestionType.MULTIPLE_CHOICE,
                "?",
                ChoiceKey(correct=(0, 1), weights=(33_333, 66_667, -50_000)),
                options=("a", "b", "c"),
                multiple=True,
            ),
            "[plain]?{~%33.333%a\n~%66.667%b\n~%-50%c}",
        ),
        (question(QuestionType.TRUE_FALSE, "Is\nit?", TrueFalseKey(value=False)), None),
        (
            question(
                QuestionType.SHORT_ANSWER,
                "?",
                TextKey(
                    accepted=("a*", "b"),
                    patterns=("c*",),
                    credits=(Credit(weight=50_000, text="d"),),
                ),
            ),
            "[plain]?{=a\\\\* =b =c* =%50%d}",
        ),
        (
            question(
                QuestionType.NUMERIC,
                "?",
                NumericKey(
                    answers=(
                        AcceptedNumber(number=8.0, tolerance=0.5),
                        AcceptedNumber(weight=50_000, low=9.0, high=10.0),
                    )
                ),
            ),
            "[plain]?{#=%100%8.0:0.5 =%50%9.0..10.0}",
        ),
        (
            question(QuestionType.FILL_BLANK, "a ____ b", BlanksKey(blanks=(("x", "y"),))),
            "[plain]a {=x =y} b",
        ),
        (
            question(
                QuestionType.FILL_BLANK, "a ____ b", BlanksKey(blanks=((),), numbers=((8.0, 0.0),))
            ),
            "[plain]a {#8.0} b",
        ),
        (
            question(
                QuestionType.MATCHING,
                "?",
                MatchingKey(pairs=(("a", "b"), ("c", "d")), distractors=("e",)),
            ),
            "[plain]?{=a -> b\n=c -> d\n= -> e}",
        ),
        (question(QuestionType.ESSAY, "Why?", EssayKey()), "[plain]Why?{}"),
    ],
)
def test_what_gift_can_say_is_said_in_gift_alone(given_: Question, written: str | None) -> None:
    expected = "[plain]Is\\nit?{FALSE}" if written is None else written
    assert write_gift((given_,)) == f"{expected}\n"


def test_what_gift_cannot_say_stands_in_a_comment() -> None:
    blanks = question(
        QuestionType.FILL_BLANK,
        "____ and ____",
        BlanksKey(blanks=(("x",), ("y",))),
        points=1.5,
        seconds=30,
        difficulty=QuestionDifficulty.HARD,
    )
    comment, text = write_gift((blanks,)).splitlines()
    assert text == "[plain]____ and ____{=x}"
    assert comment == (
        '// stoa: {"points":1.5,"difficulty":"hard","seconds":30,"kind":"fill_blank","key":'
        '{"type":"blanks","blanks":[["x"],["y"]],"numbers":[],"credits":[],"patterns":[]}}'
    )


def test_arrows_in_pairs_are_told_apart_by_the_comment() -> None:
    bold = Formatted(format=TextFormat.HTML, html="<b>a</b> -&gt; b")
    pairs = question(
        QuestionType.MATCHING,
        "?",
        MatchingKey(pairs=(("a -> b", "x -> y"), ("c", "d"))),
        formats=Formats(
            prompts=(bold, Formatted(format=TextFormat.PLAIN, html="c")),
        ),
    )
    file = parse_gift(write_gift((pairs,)), lambda: "q")
    assert [read.question for read in file.questions] == [pairs]


def test_unfinished_questions_are_mentioned() -> None:
    essay = question(QuestionType.ESSAY, "Why?", EssayKey())
    said = "// 2 unfinished questions are left out\n\n[plain]Why?{}\n"
    assert write_gift((essay,), left_out=2) == said
    assert parse_gift(said, lambda: "").skipped == ()


@pytest.mark.parametrize(
    "comment", ['{"points": "many"}', '{"key": {"type": "dragon"}}', '{"points": 1', "{}}"]
)
def test_a_comment_that_was_damaged_costs_only_itself(comment: str) -> None:
    file = parse_gift(f"// stoa: {comment}\nQ {{T}}", lambda: "")
    assert [read.question.text for read in file.questions] == ["Q"]
    if comment.endswith("}"):
        assert "cannot be read" in file.skipped[0]


def test_what_a_comment_says_is_checked_like_anything_else() -> None:
    gift = '// stoa: {"points":1e9,"media_url":"javascript:x"}\nQ {T}\n\nR {T}'
    file = machine.imported(gift, lambda: "")
    assert [read.question.text for read in file.questions] == ["R"]
    assert file.skipped[0].startswith("line 2: mediaUrl must start with")
