"""Quizzes, their types of question, and the commands that create them.

What a student is asked (`Question`) and the right answer (`AnswerKey`) are separate, so a message
to a student cannot carry the key by accident.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

import msgspec

from protocol.assessments.formats import Formats, TextFormat
from protocol.assessments.places import Place
from protocol.assessments.points import Points
from protocol.assessments.rubrics import Rubric
from protocol.envelope import Message
from protocol.idempotency import Repeatable

MAX_QUESTIONS = 200
MAX_QUIZ_BYTES = 1024 * 1024
"""Of all questions of a quiz: their texts, options, keys, notes, formats and rubrics, as JSON in
UTF-8. Several times the questions of a long exam; what each may be, two hundred may not all be."""
MAX_OPTIONS = 20
MAX_TEXT = 10_000
MAX_ALT = 500
MAX_NOTES = 2_000
MAX_ANSWER_TEXT = 5_000
MAX_UNIT = 50


class QuestionType(StrEnum):
    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    SHORT_ANSWER = "short_answer"
    ESSAY = "essay"
    FILL_BLANK = "fill_blank"
    MATCHING = "matching"
    NUMERIC = "numeric"
    ORDERING = "ordering"
    HOTSPOT = "hotspot"


class QuizType(StrEnum):
    FORMATIVE = "formative"
    SUMMATIVE = "summative"
    PRACTICE = "practice"


class AttemptsCount(StrEnum):
    """Which of several attempts counts."""

    BEST = "best"
    LAST = "last"
    AVERAGE = "average"


class ResultsShown(StrEnum):
    """When students see what an attempt has earned, and the right answers where they may."""

    GRADED = "graded"
    CLOSED = "closed"
    """Once the quiz has closed, and it is graded."""
    RELEASED = "released"
    """Once a teacher has released them."""


class LateAnswers(StrEnum):
    """What becomes of answers that a student wrote without a connection and could send only when
    the attempt had ended: `docs/client-protocols/sealed-answers.md`."""

    REFUSE = "refuse"
    REVIEW = "review"
    """A teacher decides about each student's."""
    ACCEPT = "accept"
    """What was written before the end counts."""


class QuestionDifficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


WHOLE = 100_000
"""The points of a question, of which an answer may earn a part."""
ROUNDING = 100
"""Parts such as a third, written with a few digits, may be short of the whole by so much."""


class ChoiceKey(msgspec.Struct, frozen=True, kw_only=True, tag="choice"):
    """Indices into `options`; with several, exactly these must be chosen.

    With `weights`, one for each option in parts of `WHOLE`, those of what was chosen are added up
    instead, and `correct` are the options to show as right. With `none_allowed` an empty choice is
    an answer, and right if `correct` is empty.
    """

    correct: tuple[int, ...]
    none_allowed: bool = False
    weights: tuple[int, ...] = ()


class TrueFalseKey(msgspec.Struct, frozen=True, kw_only=True, tag="true_false"):
    value: bool


class Credit(msgspec.Struct, frozen=True, kw_only=True):
    """What earns `weight` parts of `WHOLE`: a text, a pattern, or a number within its tolerance."""

    weight: int
    text: str | None = None
    pattern: str | None = None
    number: float | None = None
    tolerance: float = 0.0


class TextKey(msgspec.Struct, frozen=True, kw_only=True, tag="text"):
    """Accepted texts, compared as `protocol.texts.comparable` has it.

    `patterns` are compared in the same way, and `*` in them stands for any characters (`\\*` for
    an asterisk). Nothing accepted and no number: only a person can grade it. `number` with
    `tolerance` accepts any number within that distance. `credits` are looked at after these; the
    best counts.
    """

    accepted: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    case_sensitive: bool = False
    number: float | None = None
    tolerance: float = 0.0
    credits: tuple[Credit, ...] = ()


class BlanksKey(msgspec.Struct, frozen=True, kw_only=True, tag="blanks"):
    """For each blank in the text (written `____`), its accepted texts, compared like `TextKey`.

    `number`s go per blank in `numbers` as (value, tolerance) or None; empty when none is numeric.
    `patterns` and `credits` likewise, empty when there are none.
    """

    blanks: tuple[tuple[str, ...], ...]
    numbers: tuple[tuple[float, float] | None, ...] = ()
    credits: tuple[tuple[Credit, ...], ...] = ()
    patterns: tuple[tuple[str, ...], ...] = ()


class MatchingKey(msgspec.Struct, frozen=True, kw_only=True, tag="matching"):
    """Pairs of a prompt and its match. Players see the distinct matches, shuffled."""

    pairs: tuple[tuple[str, str], ...]
    distractors: tuple[str, ...] = ()


class AcceptedNumber(msgspec.Struct, frozen=True, kw_only=True):
    """What earns `weight` parts of `WHOLE`: a number within its tolerance, or a range with ends.

    `percent`: the tolerance is in percent of the number. What is compared is what was written: the
    shortest decimal that a float is told by, so 0.3 is exactly 0.1 away from 0.2.
    """

    weight: int = WHOLE
    number: float | None = None
    tolerance: float = 0.0
    percent: bool = False
    low: float | None = None
    high: float | None = None


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """`factor` of it make one of the unit that the key's numbers are in: 100 cm make one m."""

    name: str
    factor: float = 1.0


class NumericKey(msgspec.Struct, frozen=True, kw_only=True, tag="numeric"):
    """A number, with a unit if there are `units`; the best of `answers` counts.

    A unit that is missing where it is required, or is none of them, takes `unit_penalty` parts of
    `WHOLE` of what the number earns, which is read in the key's own unit then. Without `units`
    nothing but a number is right.
    """

    answers: tuple[AcceptedNumber, ...] = ()
    units: tuple[Unit, ...] = ()
    unit_required: bool = False
    unit_penalty: int = WHOLE


class OrderingKey(msgspec.Struct, frozen=True, kw_only=True, tag="ordering"):
    """Items in their right order. Whoever answers sees them in another one.

    The parts of an answer are its pairs of neighbours: those are right that are neighbours, in that
    order, here too. Moodle calls it "relative to the next item".
    """

    items: tuple[str, ...]


class HotspotKey(msgspec.Struct, frozen=True, kw_only=True, tag="hotspot"):
    """Places on the picture of the question, of which `find` are to be marked; None: all.

    Each counts once, however many marks are in it.
    """

    places: tuple[Place, ...]
    find: int | None = None

    @property
    def wanted(self) -> int:
        """How many marks an answer may have."""
        return len(self.places) if self.find is None else self.find


class EssayKey(msgspec.Struct, frozen=True, kw_only=True, tag="essay"):
    """Graded by a person; `guidance` is for the grader."""

    guidance: str = ""


AnswerKey = (
    ChoiceKey
    | TrueFalseKey
    | TextKey
    | BlanksKey
    | MatchingKey
    | NumericKey
    | OrderingKey
    | HotspotKey
    | EssayKey
)

Answer = list[int | str] | bool | str
"""A list holds ints alone or texts alone (one array type, because msgspec's unions take only one).

multiple_choice: the ids of the chosen options; matching: for each prompt in order, the id of its
match; ordering: the ids of all items, in order; hotspot: x and y of each mark, one after the other,
in parts of `places.SCALE`; true_false: a bool; short_answer, numeric and essay: a text; fill_blank:
a text for each blank."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its key, as authored. `seconds` is its time in a live quiz, None: default.

    `options` are the choices of multiple_choice in authored order, empty for the other types.
    `all_or_nothing`: an answer that is not wholly right earns nothing.
    `multiple` says whether several options of multiple_choice may be chosen. The author sets it;
    derived from the key it would reveal how many are right. None for the other types.
    `pool` is the name of its pool in the quiz, None: it is always asked; whoever writes a question
    does not set it. `decimal_comma` is that of the quiz's settings: how `1,000` and `1.000` are
    read. All texts are plain; `formats` has how those look that are more than that, None if none
    is. `media_alt` says in words what is at `media_url`. `notes` are the teacher's own, as `tags`
    are, by which the question is found again, and `rubric` is for answers of attempts that persons
    mark: no game is given them.
    """

    id: str
    type: QuestionType
    text: str
    options: tuple[str, ...] = ()
    key: AnswerKey
    explanation: str | None = None
    media_url: str | None = None
    media_alt: str | None = None
    points: Points = 1
    difficulty: QuestionDifficulty = QuestionDifficulty.MEDIUM
    seconds: int | None = None
    multiple: bool | None = None
    decimal_comma: bool = False
    formats: Formats | None = None
    notes: str | None = None
    all_or_nothing: bool = False
    pool: str | None = None
    tags: tuple[str, ...] = ()
    rubric: Rubric | None = None


def question_bytes(questions: Iterable[Question]) -> int:
    """What counts towards `MAX_QUIZ_BYTES`: all but tags, which have bounds that are small."""
    untagged = (msgspec.structs.replace(each, tags=()) for each in questions)
    return sum(len(msgspec.json.encode(each)) for each in untagged)


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """Questions of a quiz of which each attempt asks `draw`; `name` is what they call it by."""

    name: str
    draw: int


class QuizSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a quiz, with the specification's defaults.

    `allow_practice`: those who played a game may answer its questions once more, by themselves, if
    the quiz shows right answers. `decimal_comma`: numbers in answers are written as in 1.000,5 and
    not as in 1,000.5. `review_short_answers`: a person looks at each typed answer of an attempt,
    and the key only suggests. `negative_marking`: what an answer of an attempt of which nothing is
    right takes away, in parts of `WHOLE` of the points of its question; weights below zero count as
    they are. None: nothing is taken away. An answer that is not given never costs anything, and no
    attempt scores less than zero. `second_grading`: two persons grade what waits for one, and their
    mean counts if they differ by at most so many per cent of the points; None: one is enough.
    """

    title: str
    description: str | None = None
    type: QuizType = QuizType.FORMATIVE
    time_limit_minutes: int | None = None
    passing_score: int = 50
    max_attempts: int = 0
    randomize_questions: bool = False
    randomize_options: bool = False
    show_correct_answers: bool = True
    show_explanations: bool = True
    allow_practice: bool = True
    available_from: int | None = None
    available_until: int | None = None
    decimal_comma: bool = False
    attempts_count: AttemptsCount = AttemptsCount.BEST
    review_short_answers: bool = True
    results_shown: ResultsShown = ResultsShown.GRADED
    negative_marking: int | None = None
    late_answers: LateAnswers = LateAnswers.REVIEW
    second_grading: int | None = None


class CreateQuiz(Repeatable, frozen=True, kw_only=True, tag="assessments.create_quiz"):
    """`by` must teach the course of the lesson. Replies `QuizCreated`.

    `formats`: how the texts of each question are written; where it has none, they are plain. Those
    that answers are compared with always are.
    """

    lesson_id: str
    settings: QuizSettings
    questions: tuple[Question, ...]
    formats: tuple[TextFormat, ...] = ()


class ImportGift(Repeatable, frozen=True, kw_only=True, tag="assessments.import_gift"):
    """Like `CreateQuiz`, with the questions of a text in Moodle's GIFT format."""

    lesson_id: str
    settings: QuizSettings
    gift: str


class QuizCreated(Message, frozen=True, kw_only=True, tag="assessments.quiz_created"):
    """Reply, and domain event. `skipped` names what an import could not take, by line."""

    actor: ClassVar[str | None] = "by"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "quiz_id", "lesson_id", "question_count", "skipped"}
    )

    by: str = ""
    quiz_id: str
    lesson_id: str
    question_count: int
    skipped: tuple[str, ...] = ()


class Quiz(msgspec.Struct, frozen=True, kw_only=True):
    """A whole quiz as the records port returns it."""

    id: str
    lesson_id: str
    course_id: str
    instructor_id: str
    settings: QuizSettings
    questions: tuple[Question, ...]
    pools: tuple[Pool, ...] = ()


DOMAIN_EVENTS: tuple[type[Message], ...] = (QuizCreated,)
"""The events announced to other domains."""
