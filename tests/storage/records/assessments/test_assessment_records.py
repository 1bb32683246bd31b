"""Quizzes, PINs and the rows of live quizzes in a real database."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import msgspec
import pytest

from protocol.assessments.formats import Formats, Formatted, TextFormat
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.rows import (
    LiveAnswerResult,
    LiveQuizRow,
    LiveResultRow,
    LiveResultRows,
)
from protocol.assessments.places import Ellipse, Polygon, Rectangle
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
    QuizType,
    TextKey,
    TrueFalseKey,
    Unit,
)
from protocol.errors import NotFoundError, Overloaded, RefusedError
from protocol.permissions import Relation
from protocol.records.assessments import NewLiveQuiz, NewQuiz
from protocol.records.common import CourseFacts
from storage.postgres import Database
from storage.records.assessments import RECORD_WRITERS, PostgresAssessmentRecords
from storage.records.communication import PostgresCommunicationRecords
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from tests.storage.records.school import NOW, School

CREDITS = (Credit(weight=500, text="Roma"), Credit(weight=WHOLE, number=1.5, tolerance=0.5))
NUMBERS = NumericKey(
    answers=(AcceptedNumber(number=0.1, tolerance=5, percent=True), AcceptedNumber(low=1, high=2)),
    units=(Unit(name="m"), Unit(name="cm", factor=100)),
    unit_required=True,
    unit_penalty=500,
)
PLACES = HotspotKey(
    places=(
        Ellipse(name="here", x=1, y=2, radius_x=3, radius_y=4),
        Rectangle(left=1, top=2, right=3, bottom=4),
        Polygon(corners=((0, 0), (5, 0), (0, 5))),
    ),
    find=2,
)
QUESTIONS: tuple[tuple[QuestionType, AnswerKey, tuple[str, ...]], ...] = (
    (QuestionType.MULTIPLE_CHOICE, ChoiceKey(correct=(0, 2)), ("a", "b", "c")),
    (QuestionType.TRUE_FALSE, TrueFalseKey(value=False), ()),
    (QuestionType.SHORT_ANSWER, TextKey(accepted=("Mars",), number=8.5, tolerance=0.5), ()),
    (QuestionType.SHORT_ANSWER, TextKey(patterns=("M*", "2\\*3")), ()),
    (QuestionType.FILL_BLANK, BlanksKey(blanks=((),), patterns=(("M*",),)), ()),
    (QuestionType.ESSAY, EssayKey(guidance="Be kind"), ()),
    (QuestionType.FILL_BLANK, BlanksKey(blanks=(("x",), ()), numbers=(None, (1.0, 0.0))), ()),
    (QuestionType.MULTIPLE_CHOICE, ChoiceKey(correct=(0,), weights=(WHOLE, -5)), ("a", "b")),
    (QuestionType.MULTIPLE_CHOICE, ChoiceKey(correct=(), none_allowed=True), ("a", "b")),
    (QuestionType.SHORT_ANSWER, TextKey(accepted=("Rome",), credits=CREDITS), ()),
    (QuestionType.FILL_BLANK, BlanksKey(blanks=(("Rome",),), credits=(CREDITS,)), ()),
    (QuestionType.MATCHING, MatchingKey(pairs=(("a", "b"), ("c", "d")), distractors=("e",)), ()),
    (QuestionType.NUMERIC, NUMBERS, ()),
    (QuestionType.ORDERING, OrderingKey(items=("a", "b", "c")), ()),
    (QuestionType.HOTSPOT, PLACES, ()),
)
SHOWN = Formatted(format=TextFormat.MARKDOWN, html="<b>5 &lt; 7</b>", source="**5 < 7**")
FORMATS = Formats(text=SHOWN, options=(SHOWN, SHOWN), explanation=SHOWN)
SETTINGS = QuizSettings(
    title="All types",
    description="<b>One</b> of each",
    type=QuizType.SUMMATIVE,
    time_limit_minutes=45,
    passing_score=70,
    max_attempts=3,
    randomize_questions=True,
    randomize_options=True,
    show_correct_answers=False,
    show_explanations=False,
    allow_practice=False,
    available_from=NOW,
    available_until=NOW + 1_234,
    decimal_comma=True,
    negative_marking=25_000,
    second_grading=10,
)


def allow(_course: CourseFacts) -> None:
    """Anybody may."""


def new_quiz(lesson_id: str) -> NewQuiz:
    questions = tuple(
        Question(
            id=str(uuid4()),
            type=kind,
            text=f"Question {n}",
            options=options,
            key=key,
            explanation="Because",
            media_url="/media/picture.png",
            points=n + 0.07 if n % 2 else n,
            all_or_nothing=n % 2 == 1,
            formats=FORMATS if options else None,
            difficulty=QuestionDifficulty.HARD,
            seconds=30,
            multiple=True if options else None,
            decimal_comma=True,
        )
        for n, (kind, key, options) in enumerate(QUESTIONS)
    )
    return NewQuiz(
        id=str(uuid4()), lesson_id=lesson_id, settings=SETTINGS, questions=questions, at=NOW
    )


class Hall:
    """A teacher with a quiz, and the records under test."""

    def __init__(self, database: Database) -> None:
        self.school = School(database)
        self.records = PostgresAssessmentRecords(database)

    async def furnish(self) -> NewQuiz:
        self.teacher = await self.school.user("educator", "Vera Castellan")
        self.course, lesson = await self.school.published_course(self.teacher)
        self.quiz = new_quiz(lesson)
        await self.records.create_quiz(self.quiz, allow)
        return self.quiz

    def game(self, *pins: str) -> NewLiveQuiz:
        return NewLiveQuiz(
            id=str(uuid4()),
            quiz_id=self.quiz.id,
            host_id=self.teacher,
            pins=pins,
            config=LiveConfig(allow_guests=False),
            at=NOW,
        )

    async def write(self, *rows: Any) -> None:
        async def unit(connection: Any) -> None:
            await RECORD_WRITERS[type(rows[0])](connection, rows)

        await self.school.database.run(unit)

    def row(self, live_quiz_id: str, **changes: Any) -> LiveQuizRow:
        row = LiveQuizRow(
            id=live_quiz_id,
            course_id=self.course,
            quiz_id=self.quiz.id,
            host_id=self.teacher,
            title="All types",
            pin="123456",
            phase=Phase.OPEN,
            question_index=0,
            question_count=6,
            player_count=2,
            opens_at=NOW,
            closes_at=NOW + 20_000,
            started_at=NOW,
            finished_at=None,
            created_at=NOW,
        )
        return msgspec.structs.replace(row, **changes)


@pytest.fixture
async def hall(database: Database) -> Hall:
    hall = Hall(database)
    await hall.furnish()
    return hall


async def test_a_quiz_of_all_six_types_comes_back_as_it_was_written(hall: Hall) -> None:
    """Property 29: Question type support; Property 30: Quiz configuration validation

    Validates: Requirements 6.1, 6.2
    """
    read = await hall.records.quiz(hall.quiz.id)
    assert read is not None
    assert read.settings == hall.quiz.settings
    assert read.questions == hall.quiz.questions
    assert (read.course_id, read.instructor_id) == (hall.course, hall.teacher)
    assert await hall.records.quiz("nonsense") is None
    assert await hall.school.announced("assessments.quiz_created") == 1


async def test_a_quiz_needs_a_lesson_that_exists(hall: Hall) -> None:
    for lesson in ("nonsense", hall.teacher):
        with pytest.raises(NotFoundError):
            await hall.records.create_quiz(new_quiz(lesson), allow)


async def test_a_pin_in_use_is_passed_over_and_a_finished_game_gives_it_back(hall: Hall) -> None:
    first = await hall.records.allot_live_quiz(hall.game("111111", "222222"), allow)
    second = await hall.records.allot_live_quiz(hall.game("111111", "222222"), allow)
    assert (first.pin, second.pin) == ("111111", "222222")
    with pytest.raises(Overloaded):
        await hall.records.allot_live_quiz(hall.game("111111"), allow)
    await hall.school.rows("update live_quizzes set pin = null, phase = 'finished'")
    third = await hall.records.allot_live_quiz(hall.game("111111"), allow)
    assert third.pin == "111111"


async def test_a_lobby_knows_its_quiz_its_host_and_who_may_take_over(hall: Hall) -> None:
    allotted = await hall.records.allot_live_quiz(hall.game("111111"), allow)
    assert allotted.quiz.questions == hall.quiz.questions
    assert allotted.host_name == "Vera Castellan"
    assert allotted.co_host_ids == ()


async def test_an_admin_hosts_with_the_instructor_as_co_host(hall: Hall) -> None:
    admin = await hall.school.user("admin")
    game = msgspec.structs.replace(hall.game("111111"), host_id=admin)
    assert (await hall.records.allot_live_quiz(game, allow)).co_host_ids == (hall.teacher,)


async def test_a_lobby_needs_a_quiz_with_questions_and_a_host(hall: Hall) -> None:
    with pytest.raises(NotFoundError):
        await hall.records.allot_live_quiz(
            msgspec.structs.replace(hall.game("111111"), quiz_id="nonsense"), allow
        )
    with pytest.raises(NotFoundError):
        await hall.records.allot_live_quiz(
            msgspec.structs.replace(hall.game("111111"), host_id=str(uuid4())), allow
        )
    await hall.school.rows("delete from questions")
    with pytest.raises(RefusedError) as refusal:
        await hall.records.allot_live_quiz(hall.game("111111"), allow)
    assert refusal.value.code == "QUIZ_EMPTY"


async def test_a_game_is_found_by_pin_and_by_id_with_what_the_user_is_to_it(hall: Hall) -> None:
    game = hall.game("111111")
    await hall.records.allot_live_quiz(game, allow)
    student, stranger = await hall.school.user(), await hall.school.user(name="A Stranger")
    await hall.school.enroll(student, hall.course)

    async def what(user_id: str | None) -> tuple[bool, bool, str | None]:
        """Enrolled, the host and instructor, and called what."""
        by_pin = await hall.records.find_live_quiz(pin="111111", live_quiz_id=None, user_id=user_id)
        by_id = await hall.records.find_live_quiz(pin=None, live_quiz_id=game.id, user_id=user_id)
        assert by_pin is not None
        assert by_pin == by_id
        assert not by_pin.allow_guests
        assert by_pin.course.id == hall.course
        hosts = by_pin.relations(user_id, "") >= {Relation.OWNER, Relation.INSTRUCTOR}
        return by_pin.enrolled, hosts, by_pin.full_name

    assert await what(student) == (True, False, "Mira Okafor")
    assert await what(stranger) == (False, False, "A Stranger")
    assert await what(hall.teacher) == (False, True, "Vera Castellan")
    assert await what(None) == (False, False, None)
    nothing = await hall.records.find_live_quiz(pin=None, live_quiz_id="no id", user_id=None)
    assert nothing is None


async def test_a_lobby_is_withdrawn_unless_its_game_came_to_life(hall: Hall) -> None:
    dead, alive = hall.game("111111"), hall.game("222222")
    for game in (dead, alive):
        await hall.records.allot_live_quiz(game, allow)
    await hall.school.rows(
        "insert into journal values ('live_quiz', $1, 1, 1, '{}', 0, 'test')", alive.id
    )
    for game in (dead, alive):
        await hall.records.withdraw_live_quiz(game.id)
    rows = await hall.school.rows("select id::text from live_quizzes")
    assert [row["id"] for row in rows] == [alive.id]


async def test_the_row_follows_the_game_and_keeps_its_configuration(hall: Hall) -> None:
    game = hall.game("123456")
    await hall.records.allot_live_quiz(game, allow)
    await hall.write(
        hall.row(game.id),
        hall.row(game.id, phase=Phase.FINISHED, pin=None, finished_at=NOW + 1),
    )
    (row,) = await hall.school.rows("select * from live_quizzes")
    assert (row["phase"], row["pin"], row["player_count"]) == ("finished", None, 2)
    assert row["finished_at"] > row["started_at"]
    assert '"allow_guests": false' in row["config"]


async def test_a_game_whose_course_was_deleted_goes_on_without_a_row(hall: Hall) -> None:
    await hall.write(hall.row(str(uuid4()), course_id=str(uuid4())))
    assert await hall.school.rows("select from live_quizzes") == []


async def test_a_game_whose_quiz_was_deleted_keeps_its_row(hall: Hall) -> None:
    await hall.write(hall.row(str(uuid4()), quiz_id=str(uuid4())))
    (row,) = await hall.school.rows("select quiz_id, lesson_id, title from live_quizzes")
    assert tuple(row) == (None, None, "All types")


async def test_a_game_whose_row_was_withdrawn_too_early_gets_it_back_with_its_questions(
    hall: Hall,
) -> None:
    game = hall.row(str(uuid4()))
    await hall.write(game, game)
    rows = await hall.school.rows("select question_text from live_quiz_questions")
    assert len(rows) == len(QUESTIONS)


async def test_a_final_board_replaces_the_one_before(hall: Hall) -> None:
    game = hall.game("123456")
    await hall.records.allot_live_quiz(game, allow)
    student = await hall.school.user()

    def result(player_id: str, user_id: str | None, score: int) -> LiveResultRow:
        answer = LiveAnswerResult("q", "a\0b \\u0000", True, score, 1_500)
        return LiveResultRow(
            player_id=player_id,
            user_id=user_id,
            nickname="Mira",
            score=score,
            rank=1,
            correct=1,
            answered=1,
            answers=(answer,),
        )

    board = LiveResultRows(
        live_quiz_id=game.id,
        rows=(result(student, student, 900), result("guest-1", None, 0)),
    )
    await hall.write(msgspec.structs.replace(board, rows=board.rows[:1]), board)
    await hall.write(board)
    rows = await hall.school.rows("select * from live_quiz_results order by score desc")
    assert [(row["player_id"], row["score"]) for row in rows] == [(student, 900), ("guest-1", 0)]
    assert str(rows[0]["user_id"]) == student
    assert rows[1]["user_id"] is None
    (answer,) = msgspec.json.decode(rows[0]["answers"])
    assert answer["answer"] == "a\ufffdb \\u0000"


async def test_a_board_written_after_an_erasure_names_nobody(hall: Hall) -> None:
    game = hall.game("123456")
    await hall.records.allot_live_quiz(game, allow)
    student = await hall.school.user()
    accounts = user_ports(hall.school.database, PERSONAL).administration
    await accounts.erase(student, student, NOW, lambda facts: None)
    row = LiveResultRow(
        player_id=student,
        user_id=student,
        nickname="Mira",
        score=1,
        rank=1,
        correct=1,
        answered=1,
        answers=(LiveAnswerResult("q", "Mira lives in Pune", True, 1, 1_500),),
    )
    await hall.write(LiveResultRows(live_quiz_id=game.id, rows=(row,)))
    [kept] = await hall.school.rows("select nickname, answers, score from live_quiz_results")
    assert tuple(kept) == ("Former user", "[]", 1)


async def test_the_board_of_a_game_without_a_row_is_left_out(hall: Hall) -> None:
    await hall.write(LiveResultRows(live_quiz_id=str(uuid4()), rows=()))


async def test_a_room_is_for_those_enrolled_and_their_teachers(hall: Hall) -> None:
    records = PostgresCommunicationRecords(hall.school.database)
    student = await hall.school.user()
    await hall.school.enroll(student, hall.course)
    room = await records.room(hall.course, student)
    assert room is not None
    assert room.enrolled
    assert room.course.taught_by(hall.teacher)
    assert not (await records.room(hall.course, hall.teacher)).enrolled  # type: ignore[union-attr]
    assert await records.room("nonsense", student) is None
