"""What the assessments domain brings to the shared tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec.json import encode

from protocol.assessments import editing
from protocol.assessments.access import AccommodateInQuiz, QuizAccommodationSet, SetQuizAccess
from protocol.assessments.attempts import regrading, requests, sealed, similar, staff
from protocol.assessments.attempts.commands import SaveAnswer, SubmitAttempt
from protocol.assessments.attempts.events import QuizSubmitted
from protocol.assessments.attempts.progress import AttemptProgress
from protocol.assessments.attempts.rows import AttemptRow
from protocol.assessments.attempts.values import Activity, Ending
from protocol.assessments.attempts.views import AnswerSaved, AttemptHandedIn, KeptAnswer
from protocol.assessments.files import ExportQuiz, ImportFile, PreviewFile
from protocol.assessments.live import entry
from protocol.assessments.live.commands import LiveQuizStarted, StartLiveQuiz
from protocol.assessments.live.events import LiveBoardRewritten, LiveQuizFinished
from protocol.assessments.live.rows import (
    LiveAnswerResult,
    LiveQuestionRows,
    LiveQuizRow,
    LiveResultRows,
)
from protocol.assessments.pictures import UploadQuizPicture
from protocol.assessments.pools import GivenPool, SetQuizPools
from protocol.assessments.quizzes import (
    CreateQuiz,
    EssayKey,
    ImportGift,
    Question,
    QuestionType,
    QuizCreated,
    QuizSettings,
    TextKey,
)
from protocol.assessments.results import (
    AcceptAnswer,
    LiveQuizRescored,
    RecountResults,
    RemoveAcceptedAnswer,
    Rescored,
    ScoreEssay,
    ShowRecount,
)
from protocol.assessments.tags import TagQuestions
from protocol.envelope import Message
from protocol.permissions import Relation
from tests.domains.courses import LESSONS
from tests.storage.reads import attempts_resolvers, results_resolvers
from tests.storage.reads.resolvers.assessments import RESOLVERS
from tests.storage.reads.rows import START, School, uid
from tests.support.domain import (
    CommandSamples,
    DomainSamples,
    EventSamples,
    Further,
    ReadSamples,
)
from tests.support.world import Make, World, on

INSERT_GAME = """
insert into live_quizzes (id, course_id, quiz_id, host_id, title, question_count)
select gen_random_uuid(), $1::text::uuid, $2::text::uuid, c.instructor_id, 't', 1
from courses c where c.id::text = $1 returning id::text
"""
FINISH_GAME = """
update live_quizzes set phase = 'finished', finished_at = now() where id = $1::text::uuid
"""
INSERT_PLAYED = """
insert into live_quiz_question_results
values ($1::text::uuid, $2, $3, $4::text::jsonb, 'null', $2 = 1, false, 2, 2, 0, 0, 0, 2000, '[]',
        20000, '{}', now())
"""
INSERT_RESULTS = """
insert into live_quiz_results (live_quiz_id, player_id, user_id, nickname, score, rank, correct,
                               answered, answers)
values ($1::text::uuid, $2, $2::text::uuid, 'Mo', 0, 1, 0, 2, $3::text::jsonb),
       ($1::text::uuid, 'guest', null, 'Guest', 0, 1, 0, 2, $3::text::jsonb)
"""
TYPED = Question(
    id="typed", type=QuestionType.SHORT_ANSWER, text="?", key=TextKey(accepted=("colour",))
)
WRITTEN = Question(id="written", type=QuestionType.ESSAY, text="?", key=EssayKey())
GIVEN = (
    LiveAnswerResult("typed", "Color", correct=False, points=0, elapsed_ms=1_000),
    LiveAnswerResult("written", "Because", correct=None, points=0, elapsed_ms=1_000),
)
# Members of JSON values stand in the order in which jsonb keeps them: short names first.
QUESTIONS: list[tuple[str, Any, Any]] = [
    ("multiple_choice", ["a", 'b "quoted"'], {"k": "SECRET KEY", "type": "choice", "correct": [1]}),
    ("short_answer", None, {"type": "text", "accepted": ["SECRET KEY"]}),
]

RUBRIC = {
    "shown": False,
    "criteria": [
        {
            "name": "SECRET CRITERION",
            "levels": [{"name": "None", "points": 0, "description": ""}],
            "description": "",
        }
    ],
}
PASSAGE = {"end": 4, "start": 1, "comment": "Why?"}
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
    add_asked(school)
    add_board(school)
    add_attempts(school)


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
        allow_practice=True,
        available_from=None if open_now else datetime(2999, 1, 1, tzinfo=UTC),
        available_until=None,
        decimal_comma=False,
        attempts_count="best",
        review_short_answers=True,
        results_shown="graded",
        results_released_at=None,
        negative_marking=None if open_now else 25_000,
        late_answers="review" if open_now else "accept",
        pools=[{"draw": 1, "name": "SECRET POOL"}],
        second_grading=None if open_now else 10,
        revision=3,
        created_at=START,
        updated_at=START,
    )
    for order, (type_, options, answer) in enumerate(QUESTIONS):
        school.add(
            "questions",
            id=uid(f"{lesson}-{order}"),
            quiz_id=uid(f"{lesson}-quiz"),
            question_type=type_,
            question_text=f"What is {order}?",
            question_media_url=None,
            question_media_alt="A circle",
            notes=f"SECRET NOTE {order}",
            options=options,
            multiple=None if options is None else False,
            correct_answer=answer,
            explanation=f"SECRET WHY {order}",
            points=order + order % 2 / 4,
            formats=FORMATS if options else None,
            order_number=order,
            difficulty="hard",
            seconds=None if order else 30,
            revision=1 + order,
            lacks=None,
            pool="SECRET POOL" if order else None,
            tags=["SECRET TAG", f"{order} Ä"],
            all_or_nothing=order == 0,
            rubric=RUBRIC if order else None,
            created_at=START + timedelta(minutes=order),
        )
    add_draft(school, lesson)


def add_draft(school: School, lesson: str) -> None:
    """A question that only its teachers see."""
    school.add(
        "questions",
        id=uid(f"{lesson}-draft"),
        quiz_id=uid(f"{lesson}-quiz"),
        question_type="essay",
        question_text="",
        question_media_url=None,
        question_media_alt=None,
        notes=None,
        options=None,
        multiple=None,
        correct_answer={"type": "essay", "guidance": ""},
        explanation=None,
        points=1,
        formats=None,
        order_number=len(QUESTIONS),
        difficulty="easy",
        seconds=None,
        revision=1,
        pool=None,
        tags=["secret tag"],
        all_or_nothing=False,
        rubric=None,
        created_at=START,
        lacks=[{"code": "REQUIRED", "field": "input.text", "message": "is required"}],
    )


def add_games(school: School) -> None:
    """A lobby, games that go on, and one that is over."""
    for name, course, pin, phase, quiz in (
        ("before", "open", None, "finished", "open-2-1-quiz"),
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
            lesson_id=uid(quiz.removesuffix("-quiz")),
            config={"question_ms": 20000, "streaks": False, "host_away": "continue"},
        )


def add_asked(school: School) -> None:
    """What the games asked; that of `over` has another text now."""
    for name, lesson in (("over", "open-2-1"), ("draft", "hidden-1-1")):
        for question in school.rows("questions"):
            if question["quiz_id"] != uid(f"{lesson}-quiz") or question["lacks"]:
                continue
            left = ("id", "quiz_id", "revision", "lacks", "created_at", "pool")
            kept = {column: value for column, value in question.items() if column not in left}
            asked = {**kept, "question_text": f"Once: {kept['question_text']}"}
            school.add(
                "live_quiz_questions",
                live_quiz_id=uid(name),
                question_id=question["id"],
                decimal_comma=False,
                **asked,
            )


ANSWERS = [
    {
        "answer": ["a"],
        "points": 500,
        "correct": False,
        "elapsed_ms": 1200,
        "question_id": str(uid("open-2-1-0")),
    },
    {
        "answer": "Because",
        "points": 0,
        "correct": None,
        "elapsed_ms": 9000,
        "question_id": str(uid("open-2-1-1")),
    },
]


def add_board(school: School) -> None:
    """Of the game that is over, with a guest on it, and of one before it."""
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
            answers=ANSWERS if score else [],
            recounted={"1": {"points": 400.5, "correct": True}} if player == "stu" else None,
        )
    add_played(school, "over", 0, "multiple_choice", graded=4, correct=1)
    add_played(school, "over", 1, "essay", graded=2, correct=1)
    add_played(school, "before", 0, "multiple_choice", graded=3, correct=2)
    school.add(
        "live_quiz_accepted_answers",
        live_quiz_id=uid("over"),
        question_index=0,
        blank=0,
        folded="a",
        answer="A",
        accepted_by=uid("ada"),
        accepted_at=START,
    )
    school.add(
        "live_quiz_essay_scores",
        live_quiz_id=uid("over"),
        question_index=1,
        player_id="stu",
        points=400.5,
        feedback="Well argued",
        scored_by=uid("ada"),
        scored_at=START,
    )


SHOWN_QUESTION = {
    "id": str(uid("asked-0")),
    "type": "matching",
    "text": "Which?",
    "options": [],
    "key": {"type": "matching", "pairs": [["one", "SECRET KEY"]]},
    "explanation": "SECRET WHY",
    "points": 2,
    "formats": None,
    "rubric": RUBRIC,
}


def add_attempts(school: School) -> None:
    """Of students in every state, at quizzes that show results and that do not yet."""
    for quiz, shown in (("open-1-1", "graded"), ("open-2-1", "released"), ("hidden-1-1", "closed")):
        row = school.find("quizzes", id=uid(f"{quiz}-quiz"))
        assert row is not None
        row["results_shown"] = shown
        school.add(
            "quiz_versions",
            id=uid(f"{quiz}-version"),
            quiz_id=uid(f"{quiz}-quiz"),
            revision=1,
            settings={},
            questions=[
                SHOWN_QUESTION,
                *({**SHOWN_QUESTION, "id": str(uid(f"{quiz}-{n}"))} for n in range(2)),
            ],
            created_at=START,
        )
        school.add(
            "quiz_version_questions",
            version_id=uid(f"{quiz}-version"),
            order_number=0,
            question=SHOWN_QUESTION,
        )
    add_access(school)
    for n, enrollment in enumerate(school.rows("enrollments")):
        course = enrollment["course_id"]
        for quiz in ("open-1-1", "open-2-1", "hidden-1-1"):
            if course == uid(quiz.partition("-")[0]):
                add_attempt(school, quiz, enrollment, n)


def add_access(school: School) -> None:
    """A quiz for one student, with a password, from one network, in which one has more time."""
    school.add(
        "quiz_access",
        quiz_id=uid("open-1-1-quiz"),
        password_hash="SECRET HASH",
        networks=["192.0.2.0/24", "2001:db8::/32"],
        invited_only=True,
    )
    enrollment = uid("open-stu")
    school.add("quiz_invitations", quiz_id=uid("open-1-1-quiz"), enrollment_id=enrollment)
    for quiz, unlimited in (("open-1-1-quiz", True), ("open-2-1-quiz", False)):
        school.add(
            "quiz_accommodations",
            quiz_id=uid(quiz),
            enrollment_id=enrollment,
            extra_time=2.0,
            unlimited=unlimited,
        )


def add_attempt(school: School, quiz: str, enrollment: Any, number: int) -> None:
    """The newest of a student still runs; the one before is graded."""
    for attempt, status, grading in (
        (1, "submitted", ("graded", "pending_review", "auto_graded")[number % 3]),
        (2, "started", None),
    ):
        over = status == "submitted"
        name = f"{quiz}-{enrollment['id']}-{attempt}"
        school.add(
            "quiz_submissions",
            id=uid(name),
            quiz_id=uid(f"{quiz}-quiz"),
            version_id=uid(f"{quiz}-version"),
            student_id=enrollment["student_id"],
            enrollment_id=enrollment["id"],
            attempt_number=attempt,
            status=status,
            started_at=START + timedelta(hours=attempt, minutes=number),
            deadline_at=START + timedelta(days=9),
            submitted_at=START + timedelta(hours=3) if over else None,
            ending="deadline" if over else None,
            time_taken_seconds=90 if over else None,
            drawn=[str(uid(f"{quiz}-{attempt % 2}"))] if number % 3 else None,
            outages=[{"began": "2026-01-15T10:30:00.000Z", "vetoed": not over, "outageMs": 5}],
            points_earned=Decimal("1.5") if over else None,
            points_possible=Decimal(2) if over else None,
            score_percentage=Decimal(75) if over else None,
            grading_status=grading,
            sealed=("pending", "refused", None)[number % 3] if over else None,
            feedback="Well done" if over else None,
            graded_at=START if over else None,
            graded_by=uid("ada") if over else None,
            created_at=START,
            updated_at=START,
        )
        if over:
            school.add(
                "quiz_marks",
                submission_id=uid(name),
                question_id=uid("asked-0"),
                order_number=0,
                most=Decimal(2),
                automatic=Decimal(1),
                given=Decimal("1.5") if number % 2 else None,
                correct=False,
                review=False,
                comment="Nearly",
                answer=["nothing"],
                right_answer=["SECRET KEY"],
                left_out=number % 5 == 0,
                levels=[number % 3, 0] if number % 2 else None,
                passages=[PASSAGE] if number % 2 else [],
            )
            for place, grader in enumerate(("ada", "bob")[: number % 3], 1):
                school.add(
                    "quiz_grades",
                    submission_id=uid(name),
                    question_id=uid("asked-0"),
                    number=place,
                    grader_id=uid(grader),
                    points=Decimal("1.25"),
                    levels=[place] if number % 2 else None,
                    comment="SECRET GRADE",
                    passages=[PASSAGE] if number % 2 else [],
                    graded_at=START,
                )
            school.add(
                "quiz_mark_history",
                submission_id=uid(name),
                question_id=uid("asked-0"),
                at=START,
                cause=("person", "regrade", "grade")[number % 3],
                policy="only_upward" if number % 3 == 1 else None,
                by_id=uid("ada") if number % 3 else None,
                automatic_before=None,
                automatic=Decimal(1),
                given_before=Decimal("0.5") if number % 2 else None,
                given=Decimal("1.5") if number % 2 else None,
                left_out_before=False,
                left_out=number % 5 == 0,
                comment_before=None,
                comment="Nearly",
                levels_before=None,
                levels=[number % 3, 0] if number % 2 else None,
                passages_before=[],
                passages=[PASSAGE] if number % 2 else [],
            )


LATER = {"items": ["b", "\u00e4", "A", "c"], "unit_required": True, "find": None, "places": [1, 2]}
"""What the keys of later types have that everybody sees."""


def add_played(school: School, game: str, index: int, type_: str, **counts: int) -> None:
    """A question of the quiz of both games."""
    choice = type_ == "multiple_choice"
    school.add(
        "live_quiz_question_results",
        live_quiz_id=uid(game),
        question_index=index,
        question_id=str(uid(f"open-2-1-{index}")),
        question={
            "id": str(uid(f"open-2-1-{index}")),
            "type": type_,
            "text": f"What was {index}?",
            "options": ["a", "b"] if choice else [],
            "key": {"type": "text", "accepted": ["SECRET KEY"], **(LATER if index else {})},
            "explanation": "SECRET WHY",
            "points": 1.25,
            "formats": FORMATS if choice else None,
        },
        right_answer=["b"],
        by_person=not choice,
        skipped=False,
        asked=4,
        answered=3,
        **counts,
        partly=1,
        elapsed_ms=10_000,
        option_counts=[2, 1] if choice else [],
        allotted_ms=20_000,
        own_ms={},
        revealed_at=START + timedelta(hours=game == "over"),
    )


ESSAY = Question(id="", type=QuestionType.ESSAY, text="?", key=EssayKey())


def create_quiz(world: World, who: Relation) -> CreateQuiz:
    settings = QuizSettings(title="Quiz")
    return CreateQuiz(
        **world.by(who),
        lesson_id=world.ids["lesson"],
        settings=settings,
        questions=(ESSAY,),
        formats=(),
    )


FILTERS: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "QuestionFilter": {
        "text": st.sampled_from(["", "IS what", "0?", "nothing", "%", "x" * 2_000]),
        "type": st.sampled_from(["ESSAY", "MULTIPLE_CHOICE"]),
        "difficulty": st.sampled_from(["HARD", "EASY"]),
        "courseId": st.sampled_from([str(uid("open")), str(uid("other")), "nowhere"]),
        "quizId": st.sampled_from([str(uid("open-1-1-quiz")), "none"]),
    },
}


async def furnish(world: World) -> None:
    """A quiz, a game on it that goes on, and one that is over."""
    made = await world.do(create_quiz(world, Relation.INSTRUCTOR))
    world.ids["quiz"] = made.quiz_id
    for n in range(2):
        question = msgspec.structs.replace(ESSAY, text=f"Why {n}?")
        add = on("quiz", editing.AddQuestion, question=question)
        world.ids["question"] = (await world.do(add(world, Relation.INSTRUCTOR))).question_id
    [game] = await world.desk.school.rows(INSERT_GAME, world.ids["course"], made.quiz_id)
    world.ids["liveQuiz"] = game["id"]
    [game] = await world.desk.school.rows(INSERT_GAME, world.ids["course"], made.quiz_id)
    world.ids["playedQuiz"] = game["id"]
    await world.desk.school.rows(FINISH_GAME, game["id"])
    for index, question in enumerate((TYPED, WRITTEN)):
        row = (game["id"], index, question.id, encode(question).decode())
        await world.desk.school.rows(INSERT_PLAYED, *row)
    owner = world.people[Relation.OWNER]
    await world.desk.school.rows(INSERT_RESULTS, game["id"], owner, encode(GIVEN).decode())
    await furnish_attempts(world)


INSERT_VERSION = """
with kept as (
    insert into quiz_versions (id, quiz_id, revision, settings, questions, created_at)
    select gen_random_uuid(), q.id, 1000, '{"title": "Once"}', $2::text::jsonb, now() from quizzes q
    where q.id = $1::text::uuid returning id)
insert into quiz_version_questions (version_id, order_number, question)
select kept.id, 0, $2::text::jsonb -> 0 from kept returning version_id::text as id
"""
INSERT_ATTEMPT = """
insert into quiz_submissions (id, quiz_id, version_id, student_id, enrollment_id, attempt_number,
                              status, started_at, answers, created_at, updated_at)
select gen_random_uuid(), $1::text::uuid, $2::text::uuid, e.student_id, e.id, $3, $4, now(), $5,
       now(), now()
from enrollments e where e.student_id = $6::text::uuid and e.course_id = $7::text::uuid
returning id::text
"""


async def furnish_attempts(world: World) -> None:
    """One that has ended and is not graded, and one that runs, of whoever is the owner."""
    rows, quiz = world.desk.school.rows, world.ids["quiz"]
    asked = msgspec.structs.replace(WRITTEN, id=str(uid("written")))
    [version] = await rows(INSERT_VERSION, quiz, encode([asked]).decode())
    given = encode({asked.id: {"answer": "Because", "revision": 1, "at": 0}}).decode()
    for number, kind, status, answers in (
        (1, "ended", "submitted", given),
        (2, "submission", "started", "{}"),
    ):
        who = world.people[Relation.OWNER], world.ids["course"]
        [made] = await rows(INSERT_ATTEMPT, quiz, version["id"], number, status, answers, *who)
        world.ids[kind] = made["id"]
    world.post.replies |= as_attempt(world.ids["submission"], asked.id)


def as_attempt(submission: str, question: str) -> dict[type[Message], Message]:
    """What the actor of the one that runs says."""
    kept = KeptAnswer(question_id=question, answer_id="a", answer=None, revision=1, saved_at=0)
    saved = AnswerSaved(
        submission_id=submission,
        question_id=question,
        answer_id="a",
        revision=1,
        saved_at=0,
        kept=kept,
    )
    over = AttemptHandedIn(
        submission_id=submission,
        ended_at=0,
        ending=Ending.SUBMITTED,
        revision=1,
        answers=(kept,),
    )
    taken = sealed.SealTaken(submission_id=submission)
    kinds: tuple[type[Message], ...] = (sealed.CommitSeal, sealed.OpenSeal, sealed.DecideSeal)
    seals: dict[type[Message], Message] = dict.fromkeys(kinds, taken)
    return {SaveAnswer: saved, SubmitAttempt: over, **seals}


def on_played(kind: Any, **more: Any) -> Make:
    """About a question of the game that is over."""
    return lambda world, who: kind(**world.by(who), live_quiz_id=world.ids["playedQuiz"], **more)


def grade(world: World, who: Relation) -> Message:
    """Of the attempt that has ended."""
    by = world.by(who)
    return requests.GradeSubmission(
        by=by["by"], by_role=by["by_role"], submission_id=world.ids["ended"], all_reviewed=True
    )


def accommodate(world: World, who: Relation) -> Message:
    """The student of the attempts."""
    by, quiz = world.by(who), world.ids["quiz"]
    return AccommodateInQuiz(
        by=by["by"],
        by_role=by["by_role"],
        quiz_id=quiz,
        user_id=world.people[Relation.OWNER],
        extra_time=2.0,
        unlimited=True,
    )


SEAL = sealed.Seal(revision=0, anchor="a" * 43, head="h" * 43, length=1, clock=0)


def tag_questions(world: World, who: Relation) -> Message:
    """The question there is."""
    by = world.by(who)
    ids = (world.ids["question"],)
    return TagQuestions(by=by["by"], by_role=by["by_role"], question_ids=ids, add=("New",))


def set_pools(world: World, who: Relation) -> Message:
    """One of the question there is."""
    pool = GivenPool(name="Pool", draw=1, question_ids=(world.ids["question"],))
    return on("quiz", SetQuizPools, pools=(pool,))(world, who)


SIGNED_IN: Mapping[str, Make] = {
    "createQuiz": create_quiz,
    "importGiftQuiz": on("lesson", ImportGift, settings=QuizSettings(title="Q"), gift="Q {T}"),
    "updateQuiz": on("quiz", editing.UpdateQuiz, title="Other"),
    "deleteQuiz": on("quiz", editing.DeleteQuiz),
    "duplicateQuiz": lambda world, who: editing.DuplicateQuiz(
        **world.by(who), quiz_id=world.ids["quiz"], lesson_id=world.ids["lesson"]
    ),
    "addQuestion": on("quiz", editing.AddQuestion, question=ESSAY, position=1),
    "updateQuestion": on("question", editing.UpdateQuestion, question=ESSAY),
    "deleteQuestion": on("question", editing.DeleteQuestion),
    "reorderQuestions": on("quiz", editing.ReorderQuestions, question_ids=("q",)),
    "duplicateQuestion": on("question", editing.DuplicateQuestion),
    "copyQuestions": lambda world, who: editing.CopyQuestions(
        **world.by(who), quiz_id=world.ids["quiz"], question_ids=(world.ids["question"],)
    ),
    "uploadQuizPicture": on("quiz", UploadQuizPicture, image=b"\x89PNG\r\n\x1a\n"),
    "importGiftQuestions": on("quiz", editing.ImportQuestions, gift="Q {T}"),
    "previewGiftQuestions": on("quiz", editing.PreviewQuestions, gift="Q {T}"),
    "importQuestions": on("quiz", ImportFile, file=b"Q {T}"),
    "previewQuestions": on("quiz", PreviewFile, file=b"Q {T}"),
    "startQuizAttempt": on("quiz", requests.StartQuizAttempt),
    "tagQuestions": tag_questions,
    "setQuizPools": set_pools,
    "setQuizAccess": on("quiz", SetQuizAccess, networks=("192.0.2.0/24",), invited=()),
    "setQuizAccommodation": accommodate,
    "submitQuizAnswer": on(
        "submission",
        requests.SaveQuizAnswer,
        question_id="q",
        answer=None,
        answer_id="a",
        received_at=0,
    ),
    "noteQuizActivity": on("submission", requests.NoteQuizActivity, activity=Activity.LEFT),
    "submitQuiz": on("submission", requests.SubmitQuiz, received_at=0),
    "gradeQuizSubmission": grade,
    "regradeQuizQuestion": on(
        "quiz",
        regrading.RegradeQuestion,
        question_id=str(uid("written")),
        policy=regrading.RegradePolicy.FULL_POINTS,
    ),
    "releaseQuizResults": on("quiz", regrading.ReleaseResults),
    "holdQuizResults": on("quiz", regrading.HoldResults),
    "extendQuizAttempt": on("submission", requests.GiveTime, command_id="c", minutes=5),
    "endQuizAttempt": on("submission", requests.EndByTeacher),
    "reopenQuizAttempt": on("submission", requests.LetGoOn, command_id="c", minutes=5),
    "vetoOutageCredit": on("submission", requests.TakeBackCredit, began=0),
    "commitSealedAnswers": on("submission", sealed.CommitSealed, seal=SEAL, received_at=0),
    "sendSealedAnswers": on(
        "submission", sealed.SendSealed, head=SEAL.head, entries=(), received_at=0
    ),
    "decideSealedAnswers": on("submission", sealed.DecideSealed, number=1, accept=False),
    "startLiveQuiz": on("quiz", StartLiveQuiz),
    "messageQuizAttempt": on("submission", staff.SayToStudent, message_id="m", text="Hush"),
    "extendQuizAttempts": on("quiz", staff.GiveTimeToAll, command_id="c", minutes=5),
    "endQuizAttempts": on("quiz", staff.EndAll),
    "messageQuizAttempts": on("quiz", staff.SayToAll, message_id="m", text="Hush"),
    "acceptAnswer": on_played(AcceptAnswer, question_index=0, answer="color", add_to_quiz=True),
    "removeAcceptedAnswer": on_played(RemoveAcceptedAnswer, question_index=0, answer="color"),
    "scoreEssay": on_played(ScoreEssay, question_index=1, player_id="guest", points=500),
}


async def all_questions(world: World) -> Mapping[str, Any]:
    """In the other order."""
    rows = await world.desk.school.rows(
        "select id::text from questions where quiz_id::text = $1 order by order_number desc",
        world.ids["quiz"],
    )
    return {"question_ids": tuple(row["id"] for row in rows)}


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
    "exportQuiz": on("quiz", ExportQuiz),
}


async def with_actors(world: World) -> Mapping[str, Any]:
    """Lobbies open, and there is nobody in them."""
    world.post.open = True
    return {}


async def with_accepted(world: World) -> Mapping[str, Any]:
    """What is to be taken back was accepted."""
    await world.do(SIGNED_IN["acceptAnswer"](world, Relation.INSTRUCTOR))
    return {}


async def recounted(world: World) -> Message:
    """Something was decided about the game."""
    await with_accepted(world)
    await with_actors(world)
    return RecountResults(live_quiz_id=world.ids["playedQuiz"])


async def ended(world: World) -> Message:
    """An attempt that nobody has graded yet."""
    return requests.GradeEnded(submission_id=world.ids["ended"])


THROUGH_ACTORS = (
    *("startLiveQuiz", "startQuizAttempt", "submitQuizAnswer", "noteQuizActivity", "submitQuiz"),
    *("extendQuizAttempt", "endQuizAttempt", "reopenQuizAttempt", "vetoOutageCredit"),
    *("commitSealedAnswers", "sendSealedAnswers", "decideSealedAnswers"),
    *("messageQuizAttempt", "extendQuizAttempts", "endQuizAttempts", "messageQuizAttempts"),
)


async def shown(world: World) -> Message:
    """The game is to show what was decided."""
    await with_accepted(world)
    await with_actors(world)
    return ShowRecount(live_quiz_id=world.ids["playedQuiz"])


DOMAIN = DomainSamples(
    name="assessments",
    reads=ReadSamples(
        add_rows=add_rows,
        resolvers={
            **RESOLVERS,
            **results_resolvers.RESOLVERS,
            **attempts_resolvers.RESOLVERS,
        },
        columns={
            "Quiz.type": "quiz_type",
            "Quiz.passingScore": "passing_score_percentage",
            "Question.type": "question_type",
            "Question.mediaUrl": "question_media_url",
            "Question.problems": "lacks",
            "Question.mediaAlt": "question_media_alt",
            "PlayedQuestion.mediaAlt": "question_media_alt",
            "PlayedQuestion.type": "question_type",
            "PlayedQuestion.mediaUrl": "question_media_url",
            "PlayedQuestion.exactPoints": "points",
            "LiveQuiz.state": "phase",
            "LiveQuizQuestion.index": "question_index",
            "LiveQuizQuestion.partlyCorrect": "partly",
            "LiveQuizAnswer.index": "question_index",
        },
        enumerations=frozenset(
            {
                "Quiz.type",
                "Question.type",
                "Question.difficulty",
                "PlayedQuestion.type",
                "PlayedQuestion.difficulty",
                "LiveQuiz.state",
                "LiveQuizConfig.hostAway",
                "Quiz.attemptsCount",
                "Quiz.resultsShown",
                "Quiz.lateAnswers",
                "QuizSubmission.status",
                "QuizMarkChange.cause",
            }
        ),
        numbers=frozenset(
            {
                *("QuizMarkChange.givenBefore", "QuizMarkChange.given"),
                *("QuizMarkChange.automaticBefore", "QuizMarkChange.automatic"),
            }
        ),
        ids=(
            *("open-1-1-quiz", "open-2-1-quiz", "open-3-1-quiz", "open-1-2-quiz"),
            *("hidden-1-1-quiz", "other-1-1-quiz", "lobby", "over", "before"),
        ),
        filters=FILTERS,
        arguments={
            "pin": ("123456", "654321", "000000", "' or '1'='1"),
            "running": (True, False),
            "overGiven": (True, False),
            "toScore": (True, False),
            "scored": (True, False),
            "questionIndex": (0, 1, 2),
            "blank": (0, 1),
            "nickname": ("A", "nobody", "%"),
            "answer": ({"text": "Rome"}, {"trueFalse": True}),
        },
    ),
    commands=CommandSamples(
        furnish=furnish,
        signed_in=SIGNED_IN,
        entries=ENTRIES,
        fits={
            **dict.fromkeys(THROUGH_ACTORS, with_actors),
            "reorderQuestions": all_questions,
            "removeAcceptedAnswer": with_accepted,
        },
        owned=frozenset({"attempt"}),
        further={
            "gradeEnded": Further(make=ended, statements=5),
            "recountResults": Further(make=recounted, statements=9),
            "showRecount": Further(make=shown, statements=1),
        },
    ),
    events=EventSamples(
        announced=(
            *(QuizCreated, LiveQuizFinished, LiveBoardRewritten, LiveQuizRescored),
            *(QuizSubmitted, requests.QuizGraded, sealed.SealDecided),
            *(
                editing.QuizUpdated,
                editing.QuizDeleted,
                editing.QuestionSaved,
                editing.QuestionsAdded,
            ),
        ),
        quiet=(QuizAccommodationSet,),
        others=frozenset(
            {
                *(
                    AccommodateInQuiz,
                    LiveQuestionRows,
                    LiveQuizRow,
                    LiveQuizStarted,
                    LiveResultRows,
                ),
                *(Rescored, editing.QuizEvent, AttemptProgress, AttemptRow),
                *(regrading.QuestionRegraded, regrading.RegradePreview, regrading.ResultsSet),
                *(similar.SimilarAnswers,),
            }
        ),
    ),
)
