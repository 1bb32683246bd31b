"""The rules of quizzes, field by field."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments import machine
from actors.assessments.live.openings import check_opening
from actors.assessments.live.scoring import highest
from actors.course_rules import changeable
from protocol.assessments import bounds
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.places import (
    MAX_CORNERS,
    SCALE,
    Ellipse,
    Polygon,
    Rectangle,
)
from protocol.assessments.quizzes import (
    MAX_QUESTIONS,
    MAX_QUIZ_BYTES,
    WHOLE,
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    HotspotKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    QuestionType,
    QuizSettings,
    TextKey,
    TrueFalseKey,
    Unit,
    question_bytes,
)
from protocol.errors import AuthorizationError, RefusedError, ValidationError
from protocol.records.common import CourseFacts
from tests.actors.assessments.live.games import opening

SETTINGS = QuizSettings(title="A quiz")
SQUARE = Rectangle(name=" here ", left=0, top=0, right=SCALE, bottom=SCALE)
CIRCLE = Ellipse(x=5_000, y=5_000, radius_x=100, radius_y=200)
TRIANGLE = Polygon(corners=((0, 0), (SCALE, 0), (0, SCALE)))
RIGHT: dict[QuestionType, dict[str, Any]] = {
    QuestionType.MULTIPLE_CHOICE: {
        "key": ChoiceKey(correct=(1, 0, 1)),
        "options": ("a", "b "),
        "multiple": True,
    },
    QuestionType.TRUE_FALSE: {"key": TrueFalseKey(value=True)},
    QuestionType.SHORT_ANSWER: {"key": TextKey(accepted=(" x ", "x", "y"), number=1.5)},
    QuestionType.ESSAY: {"key": EssayKey(guidance=" kind ")},
    QuestionType.FILL_BLANK: {
        "key": BlanksKey(blanks=(("x",), ()), numbers=(None, (1.0, 0.5))),
        "text": "a ____ b ____",
    },
    QuestionType.MATCHING: {"key": MatchingKey(pairs=(("a", "b"), ("c", "b")))},
    QuestionType.NUMERIC: {
        "key": NumericKey(answers=(AcceptedNumber(number=1.5),), units=(Unit(name=" m "),))
    },
    QuestionType.ORDERING: {"key": OrderingKey(items=(" a ", "b", "c"))},
    QuestionType.HOTSPOT: {
        "key": HotspotKey(places=(SQUARE, CIRCLE, TRIANGLE), find=2),
        "media_url": "/pictures/a.png",
        "media_alt": "A map",
    },
}


def make(kind: QuestionType, **changes: Any) -> Question:
    values = {"id": "theirs", "text": " Why? ", **RIGHT[kind], **changes}
    return Question(type=kind, **values)


def clean(*questions: Question, settings: QuizSettings = SETTINGS) -> tuple[Question, ...]:
    numbers = itertools.count()
    return machine.quiz(settings, questions, lambda: f"id{next(numbers)}")[1]


def wrong(*questions: Question, settings: QuizSettings = SETTINGS) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        clean(*questions, settings=settings)
    return [problem["field"] for problem in refusal.value.details["fields"]]


def test_all_types_are_taken_and_cleaned() -> None:
    """Property 29: Question type support

    Validates: Requirements 6.1
    """
    choice, truth, short, essay, blank, matching, *later = clean(*map(make, RIGHT))
    assert (choice.id, choice.text, choice.options) == ("id0", "Why?", ("a", "b"))
    assert choice.key == ChoiceKey(correct=(0, 1))
    assert truth.key == TrueFalseKey(value=True)
    assert short.key == TextKey(accepted=("x", "y"), number=1.5)
    assert essay.key == EssayKey(guidance="kind")
    assert blank.key == RIGHT[QuestionType.FILL_BLANK]["key"]
    assert matching.key == RIGHT[QuestionType.MATCHING]["key"]
    assert [question.key for question in later] == [
        NumericKey(answers=(AcceptedNumber(number=1.5),), units=(Unit(name="m"),)),
        OrderingKey(items=("a", "b", "c")),
        HotspotKey(places=(msgspec.structs.replace(SQUARE, name="here"), CIRCLE, TRIANGLE), find=2),
    ]


def test_several_may_be_chosen_where_the_author_says_so_whatever_the_key() -> None:
    one = {"key": ChoiceKey(correct=(1,))}
    yes = clean(make(CHOICE, **one, multiple=True), make(CHOICE, multiple=True))
    no = clean(make(CHOICE, **one, multiple=False), make(CHOICE, **one, multiple=None))
    assert [question.multiple for question in yes + no] == [True, True, False, False]
    (truth,) = clean(make(QuestionType.TRUE_FALSE, multiple=False))
    assert truth.multiple is None


def test_none_of_the_options_may_be_right_where_the_author_allows_it() -> None:
    (question,) = clean(make(CHOICE, key=ChoiceKey(correct=(), none_allowed=True)))
    assert question.key == ChoiceKey(correct=(), none_allowed=True)


def test_a_text_that_only_a_person_can_grade_has_nothing_accepted() -> None:
    (question,) = clean(make(QuestionType.SHORT_ANSWER, key=TextKey()))
    assert question.key == TextKey()


CHOICE, SHORT = QuestionType.MULTIPLE_CHOICE, QuestionType.SHORT_ANSWER
BLANK, MATCHING = QuestionType.FILL_BLANK, QuestionType.MATCHING
NONE_ALLOWED = ChoiceKey(correct=(), none_allowed=True)
NOTHING = Credit(weight=0, text="b")
ENDLESS = Credit(weight=WHOLE // 2, number=float("inf"))
PART = Credit(weight=WHOLE // 2, text="almost")
LONG = tuple(str(n) for n in range(60))


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (CHOICE, {"text": " "}, "text"),
        (CHOICE, {"text": "x" * 10_001}, "text"),
        (CHOICE, {"options": ("a",), "key": ChoiceKey(correct=(0,))}, "options"),
        (CHOICE, {"options": LONG[:21]}, "options"),
        (CHOICE, {"options": ("a", "a ")}, "options"),
        (CHOICE, {"options": ("a", "A")}, "options"),
        (CHOICE, {"options": ("it's", "It\u2019s")}, "options"),
        (CHOICE, {"options": ("a-b", "a\u2013\u00adB")}, "options"),
        (CHOICE, {"options": ("a", "")}, "options[1]"),
        (CHOICE, {"key": ChoiceKey(correct=())}, "key.correct"),
        (CHOICE, {"key": ChoiceKey(correct=(2,))}, "key.correct"),
        (CHOICE, {"key": ChoiceKey(correct=(-1, 0))}, "key.correct"),
        (CHOICE, {"key": TrueFalseKey(value=True)}, "key"),
        (CHOICE, {"multiple": False}, "multiple"),
        (CHOICE, {"multiple": None}, "multiple"),
        (CHOICE, {"key": NONE_ALLOWED, "multiple": False}, "multiple"),
        (CHOICE, {"key": ChoiceKey(correct=(0, 2), none_allowed=True)}, "key.correct"),
        (CHOICE, {"key": ChoiceKey(correct=(0,), weights=(WHOLE,))}, "key.weights"),
        (SHORT, {"key": TextKey(accepted=("a",), credits=(NOTHING,))}, "key.credits[0].weight"),
        (
            SHORT,
            {"key": TextKey(accepted=("a",), credits=(ENDLESS,))},
            "key.credits[0].number",
        ),
        (
            BLANK,
            {"key": BlanksKey(blanks=(("x",), ("y",)), credits=((PART,),))},
            "key.credits",
        ),
        (
            BLANK,
            {"key": BlanksKey(blanks=(("x",), ("y",)), credits=((PART,), (NOTHING,)))},
            "key.credits[1][0].weight",
        ),
        (SHORT, {"multiple": True}, "multiple"),
        (CHOICE, {"points": -1}, "points"),
        (CHOICE, {"points": 1_001}, "points"),
        (CHOICE, {"seconds": 0}, "seconds"),
        (CHOICE, {"media_url": "javascript:x"}, "mediaUrl"),
        (CHOICE, {"explanation": "x" * 10_001}, "explanation"),
        (SHORT, {"options": ("a", "b")}, "options"),
        (SHORT, {"key": TextKey(accepted=LONG)}, "key.accepted"),
        (SHORT, {"key": TextKey(accepted=("",))}, "key.accepted[0]"),
        (SHORT, {"key": TextKey(accepted=("\u200b",))}, "key.accepted[0]"),
        (SHORT, {"key": TextKey(number=float("nan"))}, "key.number"),
        (SHORT, {"key": TextKey(number=1, tolerance=-1)}, "key.tolerance"),
        (SHORT, {"key": TextKey(number=1, tolerance=float("inf"))}, "key.tolerance"),
        (QuestionType.ESSAY, {"key": EssayKey(guidance="x" * 10_001)}, "key.guidance"),
        (BLANK, {"key": BlanksKey(blanks=())}, "key.blanks"),
        (BLANK, {"text": "one ____"}, "key.blanks"),
        (BLANK, {"key": BlanksKey(blanks=(("x",), ("",)))}, "key.blanks[1][0]"),
        (BLANK, {"key": BlanksKey(blanks=(("x",), ()))}, "key.blanks[1]"),
        (BLANK, {"key": BlanksKey(blanks=(("x",), ("y",)), numbers=(None,))}, "key.numbers"),
        (MATCHING, {"key": MatchingKey(pairs=(("a", "b"),))}, "key.pairs"),
        (MATCHING, {"key": MatchingKey(pairs=(("a", "b"), ("a", "c")))}, "key.pairs.prompt"),
        (MATCHING, {"key": MatchingKey(pairs=(("a", "b"), ("A", "c")))}, "key.pairs.prompt"),
        (MATCHING, {"key": MatchingKey(pairs=(("a", "b"), ("c", "B")))}, "key.pairs.match"),
        (MATCHING, {"key": MatchingKey(pairs=(("a", "b"), ("c", "")))}, "key.pairs[1].match"),
        (
            MATCHING,
            {"key": MatchingKey(pairs=(("a", "b"), ("c", "d")), distractors=("b",))},
            "key.distractors",
        ),
    ],
)
def test_what_is_wrong_in_a_question_is_named(
    kind: QuestionType, changes: dict[str, Any], field: str
) -> None:
    good = make(QuestionType.TRUE_FALSE)
    assert wrong(good, make(kind, **changes)) == [f"questions[1].{field}"]


@pytest.mark.parametrize(
    "options",
    [("x2", "x\u00b2", "x\u2082"), ("102", "10\u00b2"), ("1\u00bd", "11/2"), ("-1", "+1")],
)
def test_options_that_a_reader_can_tell_apart_are_taken(options: tuple[str, ...]) -> None:
    (question,) = clean(make(CHOICE, options=options))
    assert question.options == options


def test_a_blank_with_a_wrong_number_is_named() -> None:
    key = BlanksKey(blanks=((), ("y",)), numbers=((float("inf"), -1.0), None))
    assert wrong(make(BLANK, key=key)) == [
        "questions[0].key.numbers[0].number",
        "questions[0].key.numbers[0].tolerance",
    ]


def test_all_wrong_fields_are_named_at_once() -> None:
    settings = msgspec.structs.replace(
        SETTINGS,
        title="",
        passing_score=101,
        max_attempts=-1,
        time_limit_minutes=0,
        available_from=5,
        available_until=5,
    )
    assert set(wrong(make(CHOICE, text="", options=()), settings=settings)) == {
        *("title", "passingScore", "maxAttempts", "timeLimitMinutes", "availableUntil"),
        *("questions[0].text", "questions[0].options", "questions[0].key.correct"),
    }


@given(
    minutes=st.none() | st.integers(1, machine.MAX_MINUTES),
    score=st.integers(0, 100),
    attempts=st.integers(0, machine.MAX_ATTEMPTS),
    flags=st.tuples(*[st.booleans()] * 5),
)
def test_every_option_of_a_quiz_can_be_set(
    minutes: int | None, score: int, attempts: int, flags: tuple[bool, ...]
) -> None:
    """Property 30: Quiz configuration validation

    Validates: Requirements 6.2
    """
    given_settings = msgspec.structs.replace(
        SETTINGS,
        time_limit_minutes=minutes,
        passing_score=score,
        max_attempts=attempts,
        randomize_questions=flags[0],
        randomize_options=flags[1],
        show_correct_answers=flags[2],
        show_explanations=flags[3],
        allow_practice=flags[4],
    )
    kept, _ = machine.quiz(given_settings, (make(CHOICE),), lambda: "id")
    assert kept == given_settings


def test_a_quiz_may_begin_without_questions_and_has_not_too_many() -> None:
    assert clean() == ()
    assert wrong(*[make(CHOICE)] * (MAX_QUESTIONS + 1)) == ["questions"]


def test_all_questions_of_a_quiz_have_one_bound() -> None:
    large = make(QuestionType.ESSAY, notes="\u00e4" * 2_000, explanation="\u00e4" * 2_000)
    fitting = MAX_QUIZ_BYTES // question_bytes([large])
    clean(*[large] * min(fitting, MAX_QUESTIONS))
    assert fitting < MAX_QUESTIONS
    with pytest.raises(ValidationError) as refusal:
        clean(*[large] * MAX_QUESTIONS)
    (problem,) = refusal.value.details["fields"]
    assert (problem["field"], problem["code"]) == ("questions", "TOO_MANY_BYTES")
    assert problem["max"] == MAX_QUIZ_BYTES


def test_the_report_of_problems_is_bounded() -> None:
    assert len(wrong(*[make(CHOICE, text="")] * MAX_QUESTIONS)) == 100


def test_an_import_takes_what_is_right_and_names_the_rest_in_order() -> None:
    gift = f"A{{T}}\n\nB \x07{{=x}}\n\nC\n\nD <audio>{{=a ~{'b' * 1001}}}"
    kept, questions, skipped = machine.imported_quiz(SETTINGS, gift, lambda: "id")
    assert kept == SETTINGS
    assert [question.text for question in questions] == ["A"]
    assert skipped == (
        "line 3: text contains characters that are no text",
        "line 5: a description is not a question",
        "line 7: options[1] must be at most 1000 characters",
    )


def test_an_import_with_nothing_right_is_refused() -> None:
    with pytest.raises(ValidationError) as refusal:
        machine.imported_quiz(SETTINGS, "B ____ {=x} c\n\nC", lambda: "id")
    assert len(refusal.value.details["fields"]) == 2


def test_an_import_of_which_no_question_fits_says_why_of_each() -> None:
    long = "x" * 1001
    with pytest.raises(ValidationError) as refusal:
        machine.imported_quiz(SETTINGS, f"A {{=1 ~{long}}}\n\nB {{=1 ~{long}}}", lambda: "id")
    told = [(each["code"], each["message"]) for each in refusal.value.details["fields"]]
    assert told == [
        ("NOT_IMPORTED", f"line {line}: options[1] must be at most 1000 characters")
        for line in (1, 3)
    ]


def test_the_settings_of_an_import_are_checked_first() -> None:
    with pytest.raises(ValidationError) as refusal:
        machine.imported_quiz(msgspec.structs.replace(SETTINGS, title=""), "nothing", lambda: "id")
    assert refusal.value.details["fields"][0]["field"] == "title"


def test_the_options_of_a_game_are_bounded() -> None:
    assert machine.live_config(LiveConfig()) == LiveConfig(half_points=False)
    with pytest.raises(ValidationError) as refusal:
        machine.live_config(
            LiveConfig(
                question_ms=0,
                points=-1,
                auto_advance_ms=0,
                leaderboard_size=0,
                max_players=0,
                latency_cap_ms=-1,
            )
        )
    assert len(refusal.value.details["fields"]) == 6


@pytest.mark.parametrize("end", [0, 1])
def test_every_quiz_and_game_at_the_end_of_its_bounds_can_be_played(end: int) -> None:
    (question,) = clean(
        make(CHOICE, points=bounds.QUESTION_POINTS[end], seconds=bounds.QUESTION_SECONDS[end])
    )
    numbers: dict[str, Any] = {name: allowed[end] for name, allowed in bounds.CONFIG.items()}
    config = LiveConfig(
        **numbers,
        auto_advance_ms=bounds.AUTO_ADVANCE_MS[end],
        streaks=True,
        half_points=bool(end),
    )
    assert machine.live_config(config) == config
    check_opening(opening(config=config, questions=(question,)))


@pytest.mark.parametrize("beyond", [-1, 1])
@pytest.mark.parametrize("name", [*bounds.CONFIG, "auto_advance_ms"])
def test_what_is_refused_of_a_game_is_refused_when_it_is_chosen(name: str, beyond: int) -> None:
    allowed = bounds.CONFIG.get(name, bounds.AUTO_ADVANCE_MS)
    config = LiveConfig(**{name: (allowed.low if beyond < 0 else allowed.high) + beyond})  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        machine.live_config(config)
    with pytest.raises(ValidationError):
        check_opening(opening(config=config))


@pytest.mark.parametrize(
    ("points", "given", "counted"),
    [(1, None, True), (99, None, True), (100, None, False), (1, False, False), (1000, True, True)],
)
def test_a_game_for_few_points_counts_halves_unless_somebody_says(
    points: int, given: bool | None, counted: bool
) -> None:
    config = LiveConfig(points=points, half_points=given)
    assert machine.live_config(config).half_points is counted


def test_patterns_are_cleaned_and_accept_something_by_themselves() -> None:
    text, blank = clean(
        make(SHORT, key=TextKey(patterns=(" a* ", "a*", "*"))),
        make(
            QuestionType.FILL_BLANK,
            key=BlanksKey(blanks=((), ("x",)), patterns=((" b* ",), ())),
        ),
    )
    assert text.key == TextKey(patterns=("a*", "*"))
    assert blank.key == BlanksKey(blanks=((), ("x",)), patterns=(("b*",), ()))


@pytest.mark.parametrize(
    ("key", "field"),
    [
        (BlanksKey(blanks=(("x",), ("y",)), patterns=(("b*",),)), "patterns"),
        (BlanksKey(blanks=(("x",), ()), patterns=((), ())), "blanks[1]"),
        (BlanksKey(blanks=(("x",), ("y",)), patterns=(("a\x00",), ())), "patterns[0][0]"),
    ],
)
def test_patterns_that_say_nothing_or_too_little_are_refused(key: BlanksKey, field: str) -> None:
    assert wrong(make(QuestionType.FILL_BLANK, key=key)) == [f"questions[0].key.{field}"]


@pytest.mark.parametrize(
    ("given", "kept"), [(1.5, 1.5), (2.0, 2), (0.25, 0.25), (0.07, 0.07), (1000, 1000)]
)
def test_points_may_have_hundredths(given: float, kept: float) -> None:
    (question,) = clean(make(CHOICE, points=given))
    assert (question.points, type(question.points)) == (kept, type(kept))
    check_opening(opening(questions=(question,)))


@pytest.mark.parametrize(
    "points", [0.255, 1.001, -0.5, 1000.5, float("nan"), float("inf"), 1e300, 0.5 + 2**-40]
)
def test_points_between_two_hundredths_or_out_of_bounds_are_refused(points: float) -> None:
    assert wrong(make(CHOICE, points=points)) == ["questions[0].points"]
    question = msgspec.structs.replace(clean(make(CHOICE))[0], points=points)
    with pytest.raises(ValidationError):
        check_opening(opening(questions=(question,)))


def test_the_highest_score_fits_the_column_it_is_kept_in() -> None:
    config = LiveConfig(points=bounds.GAME_POINTS.high, streaks=True)
    assert MAX_QUESTIONS * highest(config, bounds.QUESTION_POINTS.high) < 2**31


@given(randomness=st.binary(max_size=160))
def test_pins_are_six_digits(randomness: bytes) -> None:
    pins = machine.pins(randomness[: len(randomness) // 8 * 8])
    assert len(pins) == len(randomness) // 8
    assert all(machine.is_pin(pin) for pin in pins)


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "１２３４５６", "-12345"])
def test_what_is_no_pin_is_known(text: str) -> None:
    assert not machine.is_pin(text)


def test_only_teachers_and_admins_make_quizzes_and_not_in_the_archive() -> None:
    course = CourseFacts(id="c", instructor_id="vera", co_teacher_ids=("ben",))
    changeable("createQuiz", "vera", "educator")(course)
    changeable("createQuiz", "ben", "educator")(course)
    changeable("createQuiz", "root", "admin")(course)
    with pytest.raises(AuthorizationError):
        changeable("createQuiz", "stranger", "educator")(course)
    with pytest.raises(RefusedError):
        changeable("createQuiz", "vera", "educator")(
            msgspec.structs.replace(course, status="archived")
        )


NUMERIC, ORDERING, HOTSPOT = QuestionType.NUMERIC, QuestionType.ORDERING, QuestionType.HOTSPOT
ONE = AcceptedNumber(number=1)


def numeric(*answers: AcceptedNumber, **more: Any) -> dict[str, Any]:
    return {"key": NumericKey(answers=answers, **more)}


def hotspot(*places: Any, find: int | None = None) -> dict[str, Any]:
    return {"key": HotspotKey(places=places, find=find)}


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (NUMERIC, numeric(), "key.answers"),
        (NUMERIC, numeric(AcceptedNumber(weight=5, number=1)), "key.answers"),
        (NUMERIC, numeric(*[ONE] * 21), "key.answers"),
        (NUMERIC, numeric(ONE, AcceptedNumber(weight=0, number=1)), "key.answers[1].weight"),
        (NUMERIC, numeric(AcceptedNumber()), "key.answers[0].number"),
        (NUMERIC, numeric(AcceptedNumber(low=1)), "key.answers[0].number"),
        (NUMERIC, numeric(AcceptedNumber(number=1, low=1)), "key.answers[0].low"),
        (NUMERIC, numeric(AcceptedNumber(low=2, high=1)), "key.answers[0].high"),
        (NUMERIC, numeric(AcceptedNumber(number=float("nan"))), "key.answers[0].number"),
        (NUMERIC, numeric(AcceptedNumber(low=1, high=float("inf"))), "key.answers[0].high"),
        (NUMERIC, numeric(AcceptedNumber(number=1, tolerance=-1)), "key.answers[0].tolerance"),
        (NUMERIC, numeric(ONE, unit_required=True), "key.units"),
        (NUMERIC, numeric(ONE, unit_penalty=WHOLE + 1), "key.unitPenalty"),
        (
            NUMERIC,
            numeric(ONE, units=tuple(Unit(name="m" + "x" * n) for n in range(21))),
            "key.units",
        ),
        (NUMERIC, numeric(ONE, units=(Unit(name="m^2"), Unit(name="m\u00b2"))), "key.units"),
        (NUMERIC, numeric(ONE, units=(Unit(name=" "),)), "key.units[0].name"),
        (NUMERIC, numeric(ONE, units=(Unit(name="^"),)), "key.units[0].name"),
        (NUMERIC, numeric(ONE, units=(Unit(name="2m"),)), "key.units[0].name"),
        (NUMERIC, numeric(ONE, units=(Unit(name="m", factor=0),)), "key.units[0].factor"),
        (ORDERING, {"key": OrderingKey(items=("a",))}, "key.items"),
        (ORDERING, {"key": OrderingKey(items=("a", "A "))}, "key.items"),
        (ORDERING, {"key": OrderingKey(items=("a", " "))}, "key.items[1]"),
        (ORDERING, {"key": OrderingKey(items=LONG)}, "key.items"),
        (HOTSPOT, hotspot(), "key.places"),
        (HOTSPOT, hotspot(*[SQUARE] * 21), "key.places"),
        (HOTSPOT, hotspot(SQUARE, find=2), "key.find"),
        (HOTSPOT, hotspot(SQUARE, find=0), "key.find"),
        (HOTSPOT, hotspot(Rectangle(left=5, top=0, right=5, bottom=9)), "key.places[0]"),
        (HOTSPOT, hotspot(Rectangle(left=0, top=0, right=SCALE + 1, bottom=9)), "key.places[0]"),
        (HOTSPOT, hotspot(Ellipse(x=-1, y=0, radius_x=1, radius_y=1)), "key.places[0]"),
        (HOTSPOT, hotspot(Ellipse(x=0, y=0, radius_x=0, radius_y=1)), "key.places[0]"),
        (HOTSPOT, hotspot(Polygon(corners=((0, 0), (1, 1)))), "key.places[0].corners"),
        (
            HOTSPOT,
            hotspot(Polygon(corners=tuple((n, n) for n in range(MAX_CORNERS + 1)))),
            "key.places[0].corners",
        ),
        (
            HOTSPOT,
            hotspot(Rectangle(name="x" * 101, left=0, top=0, right=1, bottom=1)),
            "key.places[0].name",
        ),
        (HOTSPOT, {"media_url": None}, "mediaUrl"),
        (HOTSPOT, {"media_alt": " "}, "mediaAlt"),
        (HOTSPOT, {"key": OrderingKey(items=("a", "b"))}, "key"),
    ],
)
def test_later_types_are_refused_field_by_field(
    kind: QuestionType, changes: dict[str, Any], field: str
) -> None:
    assert wrong(make(kind, **changes)) == [f"questions[0].{field}"]


@pytest.mark.parametrize("penalty", [-1, WHOLE + 1])
def test_negative_marking_is_a_part_of_the_points(penalty: int) -> None:
    settings = msgspec.structs.replace(SETTINGS, negative_marking=penalty)
    assert wrong(settings=settings) == ["negativeMarking"]
