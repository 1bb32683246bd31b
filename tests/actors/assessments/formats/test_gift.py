"""Reading GIFT: a real export, every form of the format, and whatever else a text may be."""

from __future__ import annotations

import itertools
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.formats.gift import answers as gift_answers
from actors.assessments.formats.gift.answers import IN_A_TAG, MAX_ANSWERS, SHARP
from actors.assessments.formats.gift.reader import (
    MAX_CHARACTERS,
    ONE_PAIR,
    OTHER_BLANK,
    UNREADABLE,
    parse_gift,
)
from actors.assessments.formats.keys import value
from actors.assessments.formats.reading import MAX_SKIPPED, QuestionFile
from protocol.assessments.quizzes import (
    MAX_QUESTIONS,
    WHOLE,
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    MatchingKey,
    NumericKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import ValidationError
from tests.support.turns import slowness

HALF = WHOLE // 2
ONE_CHOICE = (
    "there must be two answers to choose from; where the answer is written, leave out the ~"
)
ONLY_HTML = "an answer is nothing but HTML (write &lt;p&gt; to show a tag, and words for a picture)"
MATHML = "a text has a formula in MathML that cannot be shown; write it as text or as LaTeX"
LARGE = MAX_CHARACTERS // 10
MOST_SECONDS = 3.0
"""CPU time of a large file; the slowest takes a tenth of it."""
CELLS = Path(__file__).parents[3] / "data" / "cells.gift"


def parse(text: str) -> QuestionFile:
    numbers = itertools.count()
    return parse_gift(text, lambda: str(next(numbers)))


def one(text: str) -> Question:
    (read,) = parse(text).questions
    return read.question


def numeric(**number: float) -> NumericKey:
    return NumericKey(answers=(AcceptedNumber(**number),))  # type: ignore[arg-type]


def refusal(text: str) -> list[str]:
    with pytest.raises(ValidationError) as error:
        parse(text)
    return [problem["message"] for problem in error.value.details["fields"]]


def test_a_teachers_export_is_read_whole() -> None:
    file = parse(CELLS.read_text("utf-8"))
    kinds = [read.question.type.value for read in file.questions]
    assert kinds == [
        *("multiple_choice", "multiple_choice", "true_false", "fill_blank", "short_answer"),
        *("matching", "numeric", "numeric", "numeric", "short_answer"),
        *("multiple_choice", "essay"),
    ]
    assert file.skipped == (
        "line 6: titles are not kept (12)",
        "line 2: categories are not kept (1)",
        "line 55: a description is not a question",
    )
    power_house, plants, bacteria = (read.question for read in file.questions[:3])
    assert power_house.text == "Which organelle is called the power house of the cell?"
    assert power_house.options[0] == "The mitochondrion"
    assert power_house.explanation == (
        "It makes most of the cell's ATP.\nThe ribosome: Ribosomes build proteins."
    )
    assert plants.key == ChoiceKey(correct=(0, 1), weights=(HALF, HALF, -HALF, -HALF))
    assert (power_house.multiple, plants.multiple, bacteria.multiple) == (False, True, None)
    assert plants.explanation == "Both kinds of cell have membranes and mitochondria."
    assert bacteria.explanation == (
        "Right: bacteria are prokaryotes.\nTrue: Their DNA lies free in the cell."
    )
    magnification = file.questions[10].question
    assert magnification.text.endswith("objective of 40× magnifies ____ times.")
    assert magnification.explanation == "10 × 40 = 400"


@pytest.mark.parametrize(
    ("text", "multiple"),
    [
        ("Q{=a ~b}", False),
        ("Q{=a ~%50%b}", False),
        ("Q{=a =b ~c}", False),
        ("Q{~%50%a ~%50%b ~c}", True),
        ("Q{~%100%a ~b}", True),
        ("Q{T}", None),
    ],
)
def test_weights_or_several_right_answers_let_several_be_chosen(
    text: str, multiple: bool | None
) -> None:
    assert parse(text).questions[0].question.multiple is multiple


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("Q{=a ~b}", QuestionType.MULTIPLE_CHOICE, ChoiceKey(correct=(0,))),
        ("Q{~a ~=b ~c}", QuestionType.MULTIPLE_CHOICE, ChoiceKey(correct=(1,))),
        (
            "Q{=a ~%-50%b}",
            QuestionType.MULTIPLE_CHOICE,
            ChoiceKey(correct=(0,), weights=(WHOLE, -WHOLE // 2)),
        ),
        (
            "Q{~a =b =c ~%50%d}",
            QuestionType.MULTIPLE_CHOICE,
            ChoiceKey(correct=(1, 2), weights=(0, WHOLE, WHOLE, HALF)),
        ),
        (
            "Q{~%50%a ~%-100%b ~%50%c}",
            QuestionType.MULTIPLE_CHOICE,
            ChoiceKey(correct=(0, 2), weights=(HALF, -WHOLE, HALF)),
        ),
        (
            "Q{~%100%Paris ~%50%Lyon ~Berlin}",
            QuestionType.MULTIPLE_CHOICE,
            ChoiceKey(correct=(0,), weights=(WHOLE, HALF, 0)),
        ),
        (
            "Q{~%33.333%a ~%33.333%b ~%33.333%c ~d}",
            QuestionType.MULTIPLE_CHOICE,
            ChoiceKey(correct=(0, 1, 2), weights=(33333, 33333, 33333, 0)),
        ),
        ("Q{T}", QuestionType.TRUE_FALSE, TrueFalseKey(value=True)),
        ("Q{ FALSE }", QuestionType.TRUE_FALSE, TrueFalseKey(value=False)),
        ("Q{t}", QuestionType.SHORT_ANSWER, TextKey(accepted=("t",))),
        ("Q{false}", QuestionType.SHORT_ANSWER, TextKey(accepted=("false",))),
        (
            "Q{=Rome =%50%Roma =%0%*#No}",
            QuestionType.SHORT_ANSWER,
            TextKey(accepted=("Rome",), credits=(Credit(weight=HALF, text="Roma"),)),
        ),
        (
            "Q {=Rome =%50%Roma} r",
            QuestionType.FILL_BLANK,
            BlanksKey(blanks=(("Rome",),), credits=((Credit(weight=HALF, text="Roma"),),)),
        ),
        ("Q{#3:2~#wrong}", QuestionType.NUMERIC, numeric(number=3, tolerance=2)),
        ("Q{#=3 =%0%*#wrong}", QuestionType.NUMERIC, numeric(number=3)),
        (
            "Q{=Oracle -> Java =Microsoft -> C# ####Both are languages}",
            QuestionType.MATCHING,
            MatchingKey(pairs=(("Oracle", "Java"), ("Microsoft", "C#"))),
        ),
        (
            "Q{=if a<b =x <y}",
            QuestionType.SHORT_ANSWER,
            TextKey(accepted=("if a<b", "x <y")),
        ),
        ("Q{=a =b =a}", QuestionType.SHORT_ANSWER, TextKey(accepted=("a", "b"))),
        ("Q{Mars}", QuestionType.SHORT_ANSWER, TextKey(accepted=("Mars",))),
        ("Q{=a*}", QuestionType.SHORT_ANSWER, TextKey(patterns=("a*",))),
        ("Q{=*}", QuestionType.SHORT_ANSWER, TextKey(patterns=("*",))),
        (
            "Q{=2\\*3* =%50%c\\*? =%25%*x}",
            QuestionType.SHORT_ANSWER,
            TextKey(
                patterns=("2\\*3*",),
                credits=(Credit(weight=HALF, text="c*?"), Credit(weight=HALF // 2, pattern="*x")),
            ),
        ),
        (
            "Q {=a* =b} r",
            QuestionType.FILL_BLANK,
            BlanksKey(blanks=(("b",),), patterns=(("a*",),)),
        ),
        (
            "Q{~%33,3%a ~%66,7%b ~%-10,5%c}",
            QuestionType.MULTIPLE_CHOICE,
            ChoiceKey(correct=(0, 1), weights=(33_300, 66_700, -10_500)),
        ),
        ("Q{#1,5..2,5}", QuestionType.NUMERIC, numeric(low=1.5, high=2.5)),
        ("Q{#3,14:0,005}", QuestionType.NUMERIC, numeric(number=3.14, tolerance=0.005)),
        ("Q{=2\\*3}", QuestionType.SHORT_ANSWER, TextKey(accepted=("2*3",))),
        ("Q{}", QuestionType.ESSAY, EssayKey()),
        ("Q{####Only this}", QuestionType.ESSAY, EssayKey()),
        ("Q{#8}", QuestionType.NUMERIC, numeric(number=8)),
        ("Q{# -1.5e2 : .5 }", QuestionType.NUMERIC, numeric(number=-150, tolerance=0.5)),
        ("Q{#1..5}", QuestionType.NUMERIC, numeric(low=1, high=5)),
        ("Q{#\u22125:1}", QuestionType.NUMERIC, numeric(number=-5, tolerance=1)),
        ("Q{=a}\u200b", QuestionType.SHORT_ANSWER, TextKey(accepted=("a",))),
        ("Q{#-5 .. -1}", QuestionType.NUMERIC, numeric(low=-5, high=-1)),
        (
            "Q{#=3:1#good =%50%3:2#close}",
            QuestionType.NUMERIC,
            NumericKey(
                answers=(
                    AcceptedNumber(number=3, tolerance=1),
                    AcceptedNumber(weight=HALF, number=3, tolerance=2),
                )
            ),
        ),
        (
            "Q{#=3 =7:1}",
            QuestionType.NUMERIC,
            NumericKey(answers=(AcceptedNumber(number=3), AcceptedNumber(number=7, tolerance=1))),
        ),
        ("Q {=a} r", QuestionType.FILL_BLANK, BlanksKey(blanks=(("a",),))),
        ("Q {#4:1}.", QuestionType.FILL_BLANK, BlanksKey(blanks=((),), numbers=((4, 1),))),
        (
            "Q{=a->b = c -> d = -> e}",
            QuestionType.MATCHING,
            MatchingKey(pairs=(("a", "b"), ("c", "d")), distractors=("e",)),
        ),
        (
            "Q{=a->b = c -> b = -> b = -> e = -> e}",
            QuestionType.MATCHING,
            MatchingKey(pairs=(("a", "b"), ("c", "b")), distractors=("e",)),
        ),
    ],
)
def test_every_form_of_answer_becomes_its_type(text: str, kind: QuestionType, key: object) -> None:
    question = one(text)
    assert (question.type, question.key) == (kind, key)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("::Q{}", "the title is not closed with ::"),
        ("{}", "the question has no text"),
        ("Q{=a", "there is a { without a } after it (a question must not contain an empty line)"),
        ("Q=a}", "there is a } without a { before it"),
        ("Q}{", "there is a } without a { before it"),
        ("Q{=a}{=b}", ONE_PAIR),
        ("Q{{=a}}", ONE_PAIR),
        ("Q{~a ~b}", "no answer is correct; mark the right one with = (or with ~%100%)"),
        ("Q{~%100%a}", ONE_CHOICE),
        ("Q{=a ~}", ONE_CHOICE),
        ("Q{=a ~#why}", "an answer is empty"),
        ("Q{=a ~a}", "two answers are the same; change one or remove it"),
        ("Q{~%50%a ~b}", "the weights add up to 50% and not to 100%"),
        (
            "Q{=a -> b =a -> c}",
            "two pairs begin with the same; a prompt can have one match only",
        ),
        ("Q \\frac{1}{2}?{T}", ONE_PAIR),
        ("Q{=a ~<p>}", ONLY_HTML),
        ("Q{=a ~[html]<img src\\='x'> ~b}", ONLY_HTML),
        ("Q{=<b></b> -> b =c -> d}", ONLY_HTML),
        ("Q<math><mi>x</mi></math>{T}", MATHML),
        ("Q \u00abmath\u00bb\u00abmi\u00bbx\u00ab/mi\u00bb\u00ab/math\u00bb{T}", MATHML),
        ("[html]<p>Q</p>{=\u00abmath xmlns\\=\u00a8x\u00a8\u00bb ~b}", MATHML),
        ('Q{~<span style="color:red">a</span> =b}', IN_A_TAG),
        ("Q{~a#<a href = 'x'>y</a> =b}", IN_A_TAG),
        ('Q{=<img src="x" alt="a"> -> b =c -> d}', IN_A_TAG),
        ('Q{~<b style\\="color\\: #fff">a</b> =b}', IN_A_TAG),
        ("Q{a ~b}", "there is text before the first answer"),
        ("Q{=a -> b}", "there must be two pairs to match"),
        ("Q{=a -> b =c}", "a pair is not written as = this -> that"),
        ("Q {=} r", "the answer is empty"),
        ("Q{=#why}", "the answer is empty"),
        ("Q{1:SHORTANSWER:=a}", "there is text before the first answer"),
        ("Q{=%50%a}", "no answer is worth 100%"),
        ("Q{#*}", "the wildcard * stands for no number"),
        ("Q{#1,000}", "1,000 may be 1.000 or 1000; write it without comma"),
        ("Q{#-1,000..2}", "-1,000 may be -1.000 or -1000; write it without comma"),
        ("Q{#}", "no answer is worth 100%"),
        ("Q{#eight}", "'eight' is no number"),
        ("Q{#1e999}", "a number is too large"),
        ("Q{#1:-1}", "a tolerance is below zero"),
        ("Q{#5..1}", "a range begins above its end"),
        ("The ____ is {=a} now", OTHER_BLANK),
        ("Q", "a description is not a question"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_line(text: str, reason: str) -> None:
    assert refusal(f"\n// a comment\n{text}") == [f"line 3: {reason}"]
    file = parse(f"Good{{T}}\n\n{text}\n\nGood too{{F}}")
    assert file.skipped == (f"line 3: {reason}",)
    assert [read.line for read in file.questions] == [1, 5]


def test_a_text_without_questions_is_refused() -> None:
    assert refusal("") == ["line 1: contains no question"]
    assert refusal("// only a comment\n$CATEGORY: x") == ["line 1: contains no question"]


def test_a_file_is_bounded() -> None:
    assert refusal("x" * (MAX_CHARACTERS + 1))[0].startswith("line 1: must be at most")
    assert len(parse("Q{T}\n\n" * MAX_QUESTIONS).questions) == MAX_QUESTIONS
    (message,) = refusal("Q{T}\n\n" * (MAX_QUESTIONS + 1))
    assert message == f"line {2 * MAX_QUESTIONS + 1}: more than {MAX_QUESTIONS} questions"


def test_byte_order_mark_and_line_ends_of_windows_are_understood() -> None:
    file = parse("\ufeff::A::One{T}\r\n\r\nTwo{\r\n=a\r\n~b\r\n}\r\n")
    assert [(read.line, read.question.text) for read in file.questions] == [(1, "One"), (3, "Two")]


def test_files_that_were_joined_are_read_without_their_byte_order_marks() -> None:
    joined = (
        "\ufeffOne{T}\n\n\ufeff\n \ufeff\ufeff// a comment\n\ufeff$CATEGORY: x\n\ufeff::A::Two{T}\n"
    )
    file = parse(joined)
    assert [(read.line, read.question.text) for read in file.questions] == [(1, "One"), (6, "Two")]


def test_a_comment_may_stand_inside_a_question() -> None:
    assert one("Q{\n=a\n  // not this\n~b\n}").options == ("a", "b")


def test_escaped_characters_are_plain_text() -> None:
    question = one(r"::x\::: Is \{x \= 1\} \~ \# \: \\ (\alpha)?\nWhy{=\=1 ~\#2#no\n\}}")
    assert question.text == "Is {x = 1} ~ # : \\ (\\alpha)?\nWhy"
    assert question.options == ("=1", "#2")


@pytest.mark.parametrize(
    ("text", "explanation"),
    [
        ("Q{=a#Yes ~b#No ~c}", "Yes\nb: No"),
        ("Q{=a#Same =b#Same}", "Same"),
        ("Q{#3:2~#wrong}", "Other answers: wrong"),
        ("Q{#=3#ok =%50%4#near =%0%*#far####All}", "ok\n4: near\nOther answers: far\nAll"),
        ("Q{=Rome#Yes =%50%Roma#Nearly =%0%*#No}", "Yes\nRoma: Nearly\nOther answers: No"),
        ("Q{T#wrong}", "wrong"),
        ("Q{T#wrong#right}", "right\nFalse: wrong"),
        ("Q{=a -> b#c =d -> e####General}", "General"),
    ],
)
def test_no_feedback_is_dropped(text: str, explanation: str) -> None:
    file = parse(text)
    assert file.questions[0].question.explanation == explanation
    assert file.skipped == ()


def test_titled_questions_without_empty_lines_between_them_are_all_read() -> None:
    file = parse("::A::One{T}\n::B::Two{\n=a\n~b\n}\n::C::Three {=x}\nrest\n::D::Four{{T}}")
    assert [(read.line, read.question.text) for read in file.questions] == [
        (1, "One"),
        (2, "Two"),
        (6, "Three ____\nrest"),
    ]
    assert file.skipped == ("line 1: titles are not kept (3)", f"line 8: {ONE_PAIR}")


def test_a_category_needs_no_empty_line_before_or_after_it() -> None:
    file = parse("One{T}\n$CATEGORY: a\nTwo{F}\n$CATEGORY: b\n$CATEGORY: c\nThree {\n=a\n~b\n}")
    read = [(read.line, read.question.text) for read in file.questions]
    assert read == [(1, "One"), (3, "Two"), (6, "Three")]
    assert file.skipped == ("line 2: categories are not kept (3)",)


def test_a_category_in_the_middle_of_answers_does_not_end_them() -> None:
    assert one("Q {\n=a\n$CATEGORY: x\n~b\n}").options == ("a", "b")


def test_tags_of_newer_exports_are_kept_and_ids_are_named() -> None:
    file = parse("// question: 7  name: A [id:a] [tag:b]\n::A::Q{T}\n\n// [tag:c] \nR{F}\n// [x]")
    assert file.skipped == (
        "line 2: titles are not kept (1)",
        "line 1: ids are not kept (1)",
    )
    assert [read.question.tags for read in file.questions] == [("b",), ("c",)]


def test_tags_stand_above_their_question() -> None:
    above = "// [tag:a\\]b] [tag:A\\]B]\n// [tag: c ]\n"
    first, second = parse(f"{above}Q{{T}}\n\n\nR{{F}}").questions
    assert (first.question.tags, second.question.tags) == (("a]b", "c"), ())


def test_tags_that_no_question_can_have_are_named() -> None:
    many = " ".join(f"[tag:{n}]" for n in range(11))
    file = parse(f"// [tag:{'x' * 51}] [tag:a,b] [tag:c]\nQ{{T}}\n\n// {many}\nR{{T}}")
    assert [len(read.question.tags) for read in file.questions] == [1, 10]
    assert file.skipped == (
        "line 1: more tags than 10, longer ones than 50 characters, and commas in them are not"
        " kept (2)",
    )


def test_spaces_around_a_blank_are_those_of_the_author() -> None:
    assert one("Two{=2}s and").text == "Two____s and"
    assert one("{=Paris} is").text == "____ is"
    assert one("[html]{=Paris} is").text == "____ is"


def test_questions_without_empty_lines_and_titles_are_named_one_by_one() -> None:
    file = parse("One{T}\nTwo{\n=a\n~b\n}\nThree{F}\n\nFour{T}")
    assert [read.question.text for read in file.questions] == ["Four"]
    assert file.skipped == tuple(f"line {line}: {ONE_PAIR}" for line in (1, 2, 6))


def test_questions_with_a_missing_word_are_named_one_by_one() -> None:
    lines = ["Paris is {=in} France.", "Rome {", "=is", "~was", "} in Italy.", "Oslo is {T}?"]
    assert refusal("\n".join(lines)) == [f"line {line}: {ONE_PAIR}" for line in (1, 2, 6)]
    assert refusal("Half is\n\\frac{1}{2} or\n\\frac{2}{4}?\n{T}") == [f"line 1: {ONE_PAIR}"]


def test_lines_that_only_look_empty_are() -> None:
    file = parse("One{T}\n\u200b\nTwo{T}\n\u00a0\ufeff\u2060\nThree{T}")
    assert [read.line for read in file.questions] == [1, 3, 5]


def test_a_file_in_another_encoding_is_named() -> None:
    assert parse("Caf\ufffd{T}\n\nTh\ufffd\n{T}").skipped == (f"line 1: {UNREADABLE} (2)",)
    assert refusal("Caf\ufffd")[0] == f"line 1: {UNREADABLE} (1)"


@pytest.mark.parametrize("answers", ["{=C# ~C++}", "{=C#}", "{~a ~=F#\n~=[html]<b>C# ~b}"])
def test_a_sharp_that_moodle_takes_for_feedback_is_named(answers: str) -> None:
    assert SHARP in parse(f"Q{answers}").skipped[0]
    assert parse("Q{=a# ~A\\# ~Vitamin C#yes}").skipped == ()


def test_what_is_skipped_beyond_the_bound_is_counted() -> None:
    file = parse("Q{T}\n\n" + "text\n\n" * (MAX_SKIPPED + 5))
    assert len(file.skipped) == MAX_SKIPPED
    assert file.skipped[-1].endswith("here and below are 6 more such lines")


pieces = st.sampled_from(
    [
        *"{}=~#:\\%*[]<>8aT",
        *("::", "->", "\n\n", "\n", "\r\n", "#", "%50%", "1..5", "[html]", "//", "####"),
        *(
            "$CATEGORY:",
            "<b>",
            "&lt;",
            "<sup>",
            "</sup>",
            "<a href=x>",
            "\ufeff",
            "\0",
            "\U0010ff3d",
        ),
    ]
)


@given(text=st.lists(pieces, max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    try:
        file = parse(text)
    except ValidationError as error:
        problems = [problem["message"] for problem in error.details["fields"]]
        assert problems
    else:
        assert file.questions
        problems = list(file.skipped)
    for problem in problems:
        line = int(problem.removeprefix("line ").partition(":")[0])
        assert 1 <= line <= text.count("\n") + text.count("\r") + 1


@pytest.mark.parametrize("answers", ["~x", "=x", "=a -> b", "#=1"])
def test_a_question_with_far_too_many_answers_is_refused_before_they_are_read(
    answers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gift_answers, "_answer", None)
    head, sign = ("#", "=1") if answers.startswith("#") else ("", answers)
    text = "a{" + head + sign * (MAX_ANSWERS + 1) + "}"
    assert refusal(text) == [f"line 1: there are more than {MAX_ANSWERS} answers"]


@pytest.mark.heavy  # so that it is not measured with coverage
@pytest.mark.parametrize("begin", ["", "Q{\n"])
@pytest.mark.parametrize(
    "piece",
    [
        *("$CATEGORY:\n", "// [id:x]\n", "//\n", "x\n", "{\n", "}\n", "{}\n", "Q{T}\n", "::a\n"),
        *("::t::Q{T}\n", "::", "{", "}", "\\", "\\n", "~", "=", "#", "####", "%50%", "\r", " \n"),
        *("\n", "[html]", "<", "_", "\ufeff", "\U0010ff3d", "// [", "->"),
    ],
)
def test_reading_a_file_takes_time_in_bounds(piece: str, begin: str) -> None:
    source = (begin + piece * LARGE)[:LARGE]
    began = time.thread_time()
    with suppress(ValidationError):
        parse(source)
    assert time.thread_time() - began < MOST_SECONDS * slowness()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("3.141..3.142", (3.1415, 0.0005)),
        ("0.1..0.3", (0.2, 0.1)),
        ("-1,5..2", (0.25, 1.75)),
        ("2.5:0.1", (2.5, 0.1)),
    ],
)
def test_a_number_in_a_sentence_is_what_a_person_would_write(
    written: str, read: tuple[float, float]
) -> None:
    assert value(written) == read
