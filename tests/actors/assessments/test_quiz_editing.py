"""The rules of changes to quizzes and questions, and of drafts."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from actors.assessments import editing
from protocol.assessments.editing import AddQuestion, UpdateQuestion, UpdateQuiz
from protocol.assessments.formats import TextFormat
from protocol.assessments.quizzes import (
    MAX_OPTIONS,
    MAX_QUESTIONS,
    WHOLE,
    BlanksKey,
    ChoiceKey,
    Credit,
    MatchingKey,
    Question,
    QuestionType,
    QuizType,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import AuthorizationError, RefusedError, ValidationError
from protocol.records.assessments import EditFacts, SavedQuestion
from protocol.records.common import CourseFacts

VERA: dict[str, Any] = {"by": "vera", "by_role": "educator"}
COURSE = CourseFacts(id="c", instructor_id="vera")
CHOICE, BLANK = QuestionType.MULTIPLE_CHOICE, QuestionType.FILL_BLANK
TRUTH = Question(id="", type=QuestionType.TRUE_FALSE, text="Is it?", key=TrueFalseKey(value=True))
PART = Credit(weight=WHOLE // 2, text="almost")


def saved(question: Question, *, draft: bool = False, **more: Any) -> SavedQuestion:
    command = AddQuestion(**VERA, quiz_id="q", question=question, draft=draft, **more)
    return editing.saved_question(command, lambda: "new")


def wrong(question: Question, *, draft: bool = False) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refusal:
        saved(question, draft=draft)
    return [(each["field"], each["code"]) for each in refusal.value.details["fields"]]


def lacking(question: Question) -> list[tuple[str, str]]:
    return [(each["field"], each["code"]) for each in saved(question, draft=True).lacks]


# --- settings -------------------------------------------------------------------------------------


def test_only_what_is_given_of_the_settings_changes() -> None:
    change = editing.quiz_change(
        UpdateQuiz(
            **VERA,
            quiz_id="q",
            title=" New ",
            description=" ",
            type=QuizType.SUMMATIVE,
            passing_score=60,
            time_limit_minutes=None,
        )
    )
    given = {name: getattr(change, name) for name in change.__struct_fields__}
    assert {name: value for name, value in given.items() if value is not msgspec.UNSET} == {
        "quiz_id": "q",
        "title": "New",
        "description": None,
        "quiz_type": "summative",
        "passing_score_percentage": 60,
        "time_limit_minutes": None,
    }


def test_settings_that_are_wrong_or_none_are_refused() -> None:
    with pytest.raises(ValidationError) as refusal:
        editing.quiz_change(UpdateQuiz(**VERA, quiz_id="q", title="", passing_score=101))
    assert [each["field"] for each in refusal.value.details["fields"]] == ["title", "passingScore"]
    with pytest.raises(ValidationError) as nothing:
        editing.quiz_change(UpdateQuiz(**VERA, quiz_id="q"))
    assert nothing.value.details["fields"][0]["code"] == "NO_CHANGE"


def test_a_quiz_ends_after_it_opens() -> None:
    for opens, ends in ((None, None), (5, None), (None, 5), (5, 6)):
        editing.opening(opens, ends)
    with pytest.raises(ValidationError):
        editing.opening(5, 5)


def test_a_copy_may_have_a_title_of_its_own() -> None:
    assert editing.copied_title(None) is None
    assert editing.copied_title(" Mine ") == "Mine"
    with pytest.raises(ValidationError):
        editing.copied_title("two\nlines")


@pytest.mark.parametrize("position", [0, -1, MAX_QUESTIONS + 1])
def test_positions_count_from_one(position: int) -> None:
    assert (editing.place(None), editing.place(1)) == (None, 1)
    with pytest.raises(ValidationError):
        editing.place(position)


# --- questions ------------------------------------------------------------------------------------


def test_a_finished_question_lacks_nothing_and_is_cleaned() -> None:
    given = msgspec.structs.replace(TRUTH, text=" <b>Is</b> it? ")
    kept = saved(given, draft=True, format=TextFormat.HTML)
    assert kept.lacks == ()
    assert (kept.question.id, kept.question.text) == ("new", "Is it?")
    assert kept.question.formats is not None
    update = UpdateQuestion(**VERA, question_id="old", question=TRUTH)
    again = editing.saved_question(update, lambda: "old")
    assert again.question == msgspec.structs.replace(TRUTH, id="old")


DRAFTS: tuple[tuple[Question, list[tuple[str, str]]], ...] = (
    (
        Question(id="", type=CHOICE, text="", options=("a", "", ""), key=ChoiceKey(correct=(0, 7))),
        [
            ("input.text", "REQUIRED"),
            ("input.options[1]", "REQUIRED"),
            ("input.options[2]", "REQUIRED"),
            ("input.key.correct", "UNKNOWN_REFERENCE"),
            ("input.multiple", "MUST_BE_TRUE"),
        ],
    ),
    (
        Question(id="", type=CHOICE, text="?", options=("a",), key=ChoiceKey(correct=())),
        [("input.options", "TOO_FEW"), ("input.key.correct", "REQUIRED")],
    ),
    (
        Question(id="", type=CHOICE, text="?", options=("a", "A"), key=ChoiceKey(correct=(0,))),
        [("input.options", "DUPLICATE")],
    ),
    (
        Question(id="", type=BLANK, text="a ____ b", key=BlanksKey(blanks=())),
        [("input.key.blanks", "TOO_FEW")],
    ),
    (
        Question(id="", type=BLANK, text="a ____ b", key=BlanksKey(blanks=(("x",), ()))),
        [("input.key.blanks", "COUNT_MISMATCH"), ("input.key.blanks[1]", "REQUIRED")],
    ),
    (
        Question(id="", type=QuestionType.MATCHING, text="?", key=MatchingKey(pairs=(("a", ""),))),
        [("input.key.pairs", "TOO_FEW"), ("input.key.pairs[0].match", "REQUIRED")],
    ),
    (
        Question(
            id="",
            type=QuestionType.SHORT_ANSWER,
            text="?",
            key=TextKey(credits=(Credit(weight=1),)),
        ),
        [("input.key.credits[0]", "REQUIRED")],
    ),
)


@pytest.mark.parametrize(("question", "missing"), DRAFTS)
def test_a_draft_may_lack_what_it_needs_to_be_played(
    question: Question, missing: list[tuple[str, str]]
) -> None:
    assert lacking(question) == missing
    assert wrong(question) == missing


def test_of_a_draft_only_what_fits_together_is_kept() -> None:
    choice = Question(
        id="",
        type=CHOICE,
        text="?",
        options=("a", "b"),
        key=ChoiceKey(correct=(-1, 0, 9), weights=(1, 2, 3)),
    )
    assert saved(choice, draft=True).question.key == ChoiceKey(correct=(0,))
    blanks = BlanksKey(
        blanks=(("x",),), numbers=(None, None), patterns=((), ()), credits=((PART,), (PART,))
    )
    blank = Question(id="", type=BLANK, text="____", key=blanks)
    assert saved(blank, draft=True).question.key == BlanksKey(blanks=(("x",),))
    assert [code for _, code in lacking(blank)] == ["COUNT_MISMATCH"] * 3


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (msgspec.structs.replace(TRUTH, text="x" * 10_001), "input.text"),
        (msgspec.structs.replace(TRUTH, text="a\x00"), "input.text"),
        (msgspec.structs.replace(TRUTH, points=1.003), "input.points"),
        (msgspec.structs.replace(TRUTH, type=CHOICE, options=("a", "b")), "input.key"),
        (
            Question(
                id="", type=BLANK, text="?", key=BlanksKey(blanks=(("x",),) * (MAX_OPTIONS + 1))
            ),
            "input.key.blanks",
        ),
        (
            Question(
                id="",
                type=QuestionType.MATCHING,
                text="?",
                key=MatchingKey(pairs=tuple((str(n), str(n)) for n in range(MAX_OPTIONS + 1))),
            ),
            "input.key.pairs",
        ),
        (
            Question(
                id="",
                type=CHOICE,
                text="?",
                options=("a", "b"),
                key=ChoiceKey(correct=(0,), weights=(WHOLE + 1, 0)),
            ),
            "input.key.weights",
        ),
        (
            Question(
                id="", type=QuestionType.SHORT_ANSWER, text="?", key=TextKey(credits=(PART,) * 51)
            ),
            "input.key.credits",
        ),
    ],
)
def test_a_draft_stays_in_bounds(question: Question, field: str) -> None:
    assert field in {each for each, _ in wrong(question, draft=True)}


def test_what_a_draft_lacks_is_bounded() -> None:
    nothing = TextKey(credits=(Credit(weight=1),) * 50, accepted=("",) * 50, patterns=("",) * 50)
    question = Question(id="", type=QuestionType.SHORT_ANSWER, text="?", key=nothing)
    assert len(lacking(question)) == 100


# --- who, and at which revision -------------------------------------------------------------------


def facts(**more: Any) -> EditFacts:
    return EditFacts(**{"course": COURSE, "revision": 3, **more})


def refusal(rule: Any, seen: EditFacts) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        rule(seen)
    return caught.value


def test_a_stale_change_is_refused_with_the_revision_of_now() -> None:
    for expected in (None, 3):
        editing.editable("updateQuiz", **VERA, expected=expected)(facts())
    stale = refusal(editing.editable("updateQuiz", **VERA, expected=2), facts())
    assert (stale.code, stale.details) == ("QUIZ_CHANGED", {"revision": 3})
    rule = editing.editable("updateQuestion", **VERA, expected=4, code="QUESTION_CHANGED")
    assert refusal(rule, facts()).code == "QUESTION_CHANGED"


def test_what_is_so_already_is_not_refused() -> None:
    editing.editable("updateQuiz", **VERA, expected=2)(facts(unchanged=True))


def test_a_quiz_has_only_so_many_questions() -> None:
    rule = editing.editable("addQuestion", **VERA)
    rule(facts(questions=MAX_QUESTIONS))
    assert refusal(rule, facts(questions=MAX_QUESTIONS + 1)).code == "QUIZ_FULL"


def test_only_teachers_change_quizzes_and_not_in_the_archive() -> None:
    with pytest.raises(AuthorizationError):
        editing.editable("deleteQuiz", "stranger", "educator")(facts())
    archived = msgspec.structs.replace(COURSE, status="archived")
    rule = editing.editable("deleteQuiz", **VERA)
    assert refusal(rule, facts(course=archived)).code == "COURSE_ARCHIVED"
