"""Questions whose author has chosen a format."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from actors.assessments import machine
from actors.assessments.formatting import MAX_BRACKETS, MAX_MARKDOWN
from actors.assessments.keys import texts
from protocol.assessments.formats import (
    MAX_FORMATTED,
    MAX_FORMATTED_OPTION,
    Formats,
    Formatted,
    TextFormat,
)
from protocol.assessments.quizzes import (
    MAX_OPTIONS,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    Question,
    QuestionType,
    TextKey,
)
from protocol.errors import ValidationError
from tests.actors.assessments.test_quizzes_machine import SETTINGS

HTML, MARKDOWN, PLAIN = TextFormat.HTML, TextFormat.MARKDOWN, TextFormat.PLAIN


def question(text: str = "Why?", **more: Any) -> Question:
    values = {"type": QuestionType.ESSAY, "key": EssayKey(), **more}
    return Question(id="theirs", text=text, **values)


def choice(*options: str, **more: Any) -> Question:
    key = ChoiceKey(correct=(0,))
    return question(type=QuestionType.MULTIPLE_CHOICE, key=key, options=options, **more)


def made(*questions: Question, formats: tuple[TextFormat, ...]) -> tuple[Question, ...]:
    numbers = itertools.count()
    return machine.quiz(SETTINGS, questions, lambda: f"id{next(numbers)}", formats)[1]


def wrong(given: Question, format: TextFormat) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refusal:
        made(given, formats=(format,))
    return [(p["field"], p["message"]) for p in refusal.value.details["fields"]]


def test_every_text_is_read_in_the_format_and_kept_plain_too() -> None:
    (read,) = made(
        choice("**a**", "b", explanation="<i>So</i>", text="Is `a` *b*?"), formats=(MARKDOWN,)
    )
    assert (read.text, read.options, read.explanation) == ("Is a b?", ("a", "b"), "So")
    assert read.formats == Formats(
        text=Formatted(format=MARKDOWN, html="Is <code>a</code> <em>b</em>?", source="Is `a` *b*?"),
        options=(
            Formatted(format=MARKDOWN, html="<strong>a</strong>", source="**a**"),
            Formatted(format=PLAIN, html="b"),
        ),
        explanation=Formatted(format=MARKDOWN, html="<i>So</i>", source="<i>So</i>"),
    )


def test_questions_without_a_format_are_plain_beside_those_with_one() -> None:
    given = [question("<b>a</b>")] * 3
    shown = [read.text for read in made(*given, formats=(PLAIN, HTML))]
    assert shown == ["<b>a</b>", "a", "<b>a</b>"]


def test_prompts_are_read_and_what_answers_are_compared_with_is_not() -> None:
    pairs = (("H<sub>2</sub>O", "<water>"), ("CO", "gas"))
    matching = question(type=QuestionType.MATCHING, key=MatchingKey(pairs=pairs))
    text = question(type=QuestionType.SHORT_ANSWER, key=TextKey(accepted=("<b>",)))
    read, short = made(matching, text, formats=(HTML, HTML))
    assert read.key == MatchingKey(pairs=(("H₂O", "<water>"), ("CO", "gas")))
    assert read.formats == Formats(
        prompts=(
            Formatted(format=HTML, html="H<sub>2</sub>O"),
            Formatted(format=PLAIN, html="CO"),
        )
    )
    assert (short.key, short.formats) == (TextKey(accepted=("<b>",)), None)


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        (question("<b></b>"), [("questions[0].text", "is required")]),
        (
            question("<math></math>"),
            [
                (
                    "questions[0].text",
                    "has a formula in MathML that cannot be shown; write it as text or as LaTeX",
                ),
                ("questions[0].text", "is required"),
            ],
        ),
        (
            question("<b>a</b> " * 1_600, explanation="<b>a</b>" * (MAX_FORMATTED // 8 + 1)),
            [
                ("questions[0].explanation", "must have at most 2000 elements"),
            ],
        ),
        (
            question(f"<b>a</b>{' ' * 9}" * 1_300),
            [
                (
                    "questions[0].text",
                    f"must be at most {MAX_FORMATTED} characters with its formatting",
                ),
            ],
        ),
        (
            choice("a<i></i>" * (MAX_FORMATTED_OPTION // 8 + 1), "b"),
            [
                (
                    "questions[0].options[0]",
                    f"must be at most {MAX_FORMATTED_OPTION} characters with its formatting",
                )
            ],
        ),
        (
            choice("<b>a</b>", "A"),
            [
                (
                    "questions[0].options",
                    texts.DIFFERENT,
                )
            ],
        ),
        (
            choice(*(f"<b>{n}</b>" for n in range(MAX_OPTIONS + 1))),
            [("questions[0].options", f"must be at most {MAX_OPTIONS}")],
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(
    given: Question, problems: list[tuple[str, str]]
) -> None:
    found = wrong(given, HTML)
    assert [problem for problem in problems if problem not in found] == []


def test_the_brackets_of_markdown_are_bounded_in_the_whole_quiz() -> None:
    questions = [choice("[" * 990, "b") for _ in range(MAX_BRACKETS // 990 + 1)]
    with pytest.raises(ValidationError) as refusal:
        made(*questions, formats=(MARKDOWN,) * len(questions))
    at = {p["field"].partition(".")[0] for p in refusal.value.details["fields"]}
    assert at == {f"questions[{len(questions) - 1}]"}


def test_the_characters_of_markdown_are_bounded_in_the_whole_quiz() -> None:
    fitting = [question("a" * 10_000)] * (MAX_MARKDOWN // 10_000)
    made(*fitting, formats=(MARKDOWN,) * len(fitting))
    with pytest.raises(ValidationError) as refusal:
        made(*fitting, question("a"), formats=(MARKDOWN,) * (len(fitting) + 1))
    first, *_ = refusal.value.details["fields"]
    assert (first["field"], first["message"]) == (
        f"questions[{len(fitting)}].text",
        f"is too much Markdown: all texts have over {MAX_MARKDOWN} characters",
    )


def test_whoever_stopped_waiting_is_asked_about_before_each_question() -> None:
    asked = itertools.count()

    def check() -> None:
        if next(asked) == 2:
            raise InterruptedError

    questions = (question(),) * 9
    with pytest.raises(InterruptedError):
        machine.quiz(SETTINGS, questions, lambda: "id", (MARKDOWN,) * 9, check)
    assert next(asked) == 3


@pytest.mark.parametrize(
    ("formats", "field"),
    [
        (Formats(text=Formatted(format=HTML, html="a" * (MAX_FORMATTED + 1))), "text"),
        (Formats(text=Formatted(format=HTML, html="a\x00")), "text"),
        (Formats(text=Formatted(format=MARKDOWN, html="a", source="\x00")), "text"),
        (Formats(explanation=Formatted(format=HTML, html="\ud800")), "explanation"),
        (Formats(options=(Formatted(format=HTML, html="a"),)), "options"),
        (Formats(prompts=(Formatted(format=HTML, html="a"),)), "options"),
    ],
)
def test_formats_that_could_not_be_stored_or_shown_are_refused(
    formats: Formats, field: str
) -> None:
    assert [at for at, _ in wrong(choice("a", "b", formats=formats), PLAIN)] == [
        f"questions[0].{field}"
    ]
