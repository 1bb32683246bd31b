"""What the assessments domain brings to the shared tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from protocol.assessments.live import entry
from protocol.assessments.live.commands import LiveQuizStarted, StartLiveQuiz
from protocol.assessments.live.events import LiveQuizFinished
from protocol.assessments.live.rows import LiveQuizRow, LiveResultRows
from protocol.assessments.quizzes import (
    CreateQuiz,
    EssayKey,
    ImportGift,
    Question,
    QuestionType,
    QuizCreated,
    QuizSettings,
)
from protocol.envelope import Message
from protocol.permissions import Relation
from tests.domains.courses import LESSONS
from tests.storage.reads.resolvers.assessments import RESOLVERS
from tests.storage.reads.rows import START, School, uid
from tests.support.domain import CommandSamples, DomainSamples, EventSamples, ReadSamples
from tests.support.world import Make, World, on

INSERT_GAME = """
insert into live_quizzes (id, course_id, quiz_id, host_id, title, question_count)
select gen_random_uuid(), $1::text::uuid, $2::text::uuid, c.instructor_id, 't', 1
from courses c where c.id::text = $1 returning id::text
"""
# Members of JSON values stand in the order in which jsonb keeps them: short names first.
QUESTIONS: list[tuple[str, Any, Any]] = [
    ("multiple_choice", ["a", 'b "quoted"'], {"k": "SECRET KEY", "type": "choice", "correct": [1]}),
    ("short_answer", None, {"type": "text", "accepted": ["SECRET KEY"]}),
]

SHOWN = {"html": 'What <b>is</b> "0"?', "format": "html", "source": None}
FORMATS = {
    "text": SHOWN,
    "options": [{"html": html, "format": "plain"} for html in ("a", "<i>b</i>")],
    "prompts": [],
    "explanation": {"html": "<p>SECRET WHY 0</p>", "format": "markdown"},
}


def add_rows(school: School) -> None:
    """A quiz in each lesson, and games in every phase that a rule can tell apart."""
    for course, number, place in LESSONS:
        add_quiz(school, f"{course}-{number}-{place}", open_now=place == 1)
    add_games(school)
    add_board(school)


def add_quiz(school: School, lesson: str, *, open_now: bool) -> None:
    """Of two questions."""
    school.add(
        "quizzes",
        id=uid(f"{lesson}-quiz"),
        lesson_id=uid(lesson),
        title=f"Quiz {lesson}",
        description=None,
        quiz_type="practice",
        time_limit_minutes=None,
        passing_score_percentage=50,
        max_attempts=2,
        randomize_questions=False,
        randomize_options=True,
        show_correct_answers=True,
        show_explanations=False,
        available_from=None if open_now else datetime(2999, 1, 1, tzinfo=UTC),
        available_until=None,
        decimal_comma=False,
        created_at=START,
    )
    for order, (type_, options, answer) in enumerate(QUESTIONS):
        school.add(
            "questions",
            id=uid(f"{lesson}-{order}"),
            quiz_id=uid(f"{lesson}-quiz"),
            question_type=type_,
            question_text=f"What is {order}?",
            question_media_url=None,
            options=options,
            multiple=None if options is None else False,
            correct_answer=answer,
            explanation=f"SECRET WHY {order}",
            points=order + order % 2 / 2,
            formats=FORMATS if options else None,
            order_number=order,
            difficulty="hard",
            seconds=None if order else 30,
        )


def add_games(school: School) -> None:
    """A lobby, games that go on, and one that is over."""
    for name, course, pin, phase, quiz in (
        ("lobby", "open", "123456", "lobby", "open-1-1-quiz"),
        ("over", "open", None, "finished", "open-2-1-quiz"),
        ("running", "open", "654321", "open", "open-3-1-quiz"),
        ("draft", "hidden", "111222", "reveal", "hidden-1-1-quiz"),
    ):
        school.add(
            "live_quizzes",
            id=uid(name),
            course_id=uid(course),
            quiz_id=uid(quiz),
            host_id=uid("ada"),
            title=f"Game {name}",
            pin=pin,
            phase=phase,
            question_index=-1,
            question_count=2,
            player_count=3,
            opens_at=None,
            closes_at=None,
            started_at=START,
            finished_at=None,
            created_at=START,
            config={"question_ms": 20000, "streaks": False, "host_away": "continue"},
        )


def add_board(school: School) -> None:
    """Of the game that is over, with a guest on it."""
    for player, user, rank, score in (
        ("stu", "stu", 1, 900.5),
        ("una", "una", 2, 500),
        ("guest-1", None, 2, 500),
        ("gone", "gone", 4, 0),
    ):
        school.add(
            "live_quiz_results",
            live_quiz_id=uid("over"),
            player_id=player,
            user_id=uid(user) if user else None,
            nickname=player.title(),
            score=score,
            rank=rank,
            correct=1,
            answered=2,
            answers=[{"points": score, "question_id": "q"}],
        )


def create_quiz(world: World, who: Relation) -> CreateQuiz:
    question = Question(id="q", type=QuestionType.ESSAY, text="?", key=EssayKey())
    settings = QuizSettings(title="Quiz")
    return CreateQuiz(
        **world.by(who),
        lesson_id=world.ids["lesson"],
        settings=settings,
        questions=(question,),
        formats=(),
    )


async def furnish(world: World) -> None:
    """A quiz and a game on it."""
    made = await world.do(create_quiz(world, Relation.INSTRUCTOR))
    world.ids["quiz"] = made.quiz_id
    [game] = await world.desk.school.rows(INSERT_GAME, world.ids["course"], made.quiz_id)
    world.ids["liveQuiz"] = game["id"]


SIGNED_IN: Mapping[str, Make] = {
    "createQuiz": create_quiz,
    "importGiftQuiz": on("lesson", ImportGift, settings=QuizSettings(title="Q"), gift="Q {T}"),
    "startLiveQuiz": on("quiz", StartLiveQuiz),
}


def of_game(kind: Callable[..., Message], **more: Any) -> Make:
    """A question about the game."""

    def make(world: World, who: Relation) -> Message:
        by = world.by(who)
        return kind(
            user_id=by["by"], role=by["by_role"], live_quiz_id=world.ids["liveQuiz"], **more
        )

    return make


ENTRIES: Mapping[str, Make] = {
    "joinLiveQuiz": of_game(entry.MayJoinLiveQuiz),
    "joinLiveQuizByPin": of_game(entry.MayJoinLiveQuiz, joined=True),
    "hostLiveQuiz": of_game(entry.MayHostLiveQuiz),
    "exportLiveQuizResults": of_game(entry.MayExportLiveQuiz),
}


async def with_actors(world: World) -> Mapping[str, Any]:
    """Lobbies open, and there is nobody in them."""
    world.post.open = True
    return {}


DOMAIN = DomainSamples(
    name="assessments",
    reads=ReadSamples(
        add_rows=add_rows,
        resolvers=RESOLVERS,
        columns={
            "Quiz.type": "quiz_type",
            "Quiz.passingScore": "passing_score_percentage",
            "Question.type": "question_type",
            "Question.mediaUrl": "question_media_url",
            "LiveQuiz.state": "phase",
        },
        enumerations=frozenset(
            {
                "Quiz.type",
                "Question.type",
                "Question.difficulty",
                "LiveQuiz.state",
                "LiveQuizConfig.hostAway",
            }
        ),
        ids=(
            *("open-1-1-quiz", "open-2-1-quiz", "open-3-1-quiz", "open-1-2-quiz"),
            *("hidden-1-1-quiz", "other-1-1-quiz", "lobby", "over"),
        ),
        arguments={"pin": ("123456", "654321", "000000", "' or '1'='1")},
    ),
    commands=CommandSamples(
        furnish=furnish, signed_in=SIGNED_IN, entries=ENTRIES, fits={"startLiveQuiz": with_actors}
    ),
    events=EventSamples(
        announced=(QuizCreated, LiveQuizFinished),
        others=frozenset({LiveQuizRow, LiveQuizStarted, LiveResultRows}),
    ),
)
