"""A small school with one of everything that a rule of visibility can tell apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import msgspec

from protocol.selection import Viewer
from storage.postgres import Connection, Database

START = datetime(2026, 1, 1, 8, 0, 0, 123456, tzinfo=UTC)
Row = dict[str, Any]


def uid(name: str) -> UUID:
    """The same id for the same name, always."""
    return uuid5(UUID(int=7), name)


@dataclass
class School:
    """Rows by table, in the order in which they are inserted."""

    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, **row: Any) -> Row:
        self.tables.setdefault(table, []).append(row)
        return row

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def find(self, table: str, **wanted: Any) -> Row | None:
        """The only row with these values."""
        for row in self.rows(table):
            if all(row[key] == value for key, value in wanted.items()):
                return row
        return None


PEOPLE = {
    "admin": "admin",
    "ada": "educator",
    "bob": "educator",
    "cora": "educator",
    "stu": "student",
    "tim": "student",
    "una": "student",
    "tess": "student",
    "gone": "student",
}


def viewers() -> dict[str, Viewer]:
    """Every kind of viewer, nobody among them."""
    signed_in = {name: Viewer(user_id=str(uid(name)), role=role) for name, role in PEOPLE.items()}
    return {"nobody": Viewer(), **signed_in}


def make_school() -> School:
    """Ada teaches with Cora; Stu is enrolled, Tim has dropped out, Una never came."""
    school = School()
    for index, (name, role) in enumerate(PEOPLE.items()):
        add_person(school, name, role, index)
    for index, (name, owner, status) in enumerate(
        [
            ("open", "ada", "published"),
            ("hidden", "ada", "draft"),
            ("old", "ada", "archived"),
            ("other", "bob", "published"),
        ]
    ):
        add_course(school, name, owner, status, index)
    for name, student, status in [
        ("open", "stu", "active"),
        ("old", "stu", "completed"),
        ("open", "tim", "dropped"),
        ("hidden", "tim", "dropped"),
    ]:
        school.add(
            "enrollments",
            id=uid(f"{name}-{student}"),
            student_id=uid(student),
            course_id=uid(name),
            enrolled_at=START + timedelta(hours=len(school.rows("enrollments"))),
            completed_at=START if status == "completed" else None,
            progress_percentage=Decimal("33.33"),
            last_accessed_at=None,
            status=status,
            withdrawn_at=START if status == "dropped" else None,
            certificate_id=uid("certificate") if status == "completed" else None,
        )
    school.add(
        "certificates",
        id=uid("certificate"),
        enrollment_id=uid("old-stu"),
        certificate_id="AAAA-BBBB-CCCC-DDDD",
        pdf_url="https://school.example/certificates/AAAA-BBBB-CCCC-DDDD.pdf",
        verification_url="https://school.example/certificates/AAAA-BBBB-CCCC-DDDD",
        student_name="Stu of old",
        course_title="Course of old",
        instructor_name="Ada of old",
        completed_at=START,
        issued_at=START + timedelta(days=1),
        print_due_at=START,
        revoked_at=START + timedelta(days=2),
        revocation_reason='Only "pretended"',
    )
    for course, user, role in [
        ("open", "cora", "co_teacher"),
        ("hidden", "gone", "co_teacher"),
        ("open", "tess", "assistant"),
        ("hidden", "tess", "assistant"),
    ]:
        school.add("course_teachers", course_id=uid(course), user_id=uid(user), role=role)
    add_progress(school)
    add_reviews(school)
    add_games(school)
    for index, action in enumerate(["disable", "erase"], 1):
        school.add(
            "audit_trail",
            at=START + timedelta(minutes=index),
            by_id=uid("admin"),
            action=action,
            resource_type="user",
            resource_id=str(uid("una")),
            details={"reason": "SECRET REASON"},
        )
    return school


def add_person(school: School, name: str, role: str, index: int) -> None:
    """A user; `gone` was deleted."""
    school.add(
        "users",
        id=uid(name),
        email=f"{name}@school.example",
        password_hash="x",
        role=role,
        created_at=START + timedelta(minutes=index),
        deleted_at=START if name == "gone" else None,
        email_verified=index % 2 == 0,
        pending_email=f"{name}@new.example" if name == "stu" else None,
        last_login=START if index % 3 == 0 else None,
        disabled_at=START if name == "una" else None,
    )
    school.add(
        "user_profiles",
        user_id=uid(name),
        full_name=f'{name.title()} "\\ \u2028é\n😀',
        bio=None if index % 2 else "Says\thello",
        avatar_url=None,
        timezone="UTC",
        language="en",
        privacy_settings={"audience": "nobody"} if name in ("stu", "bob") else {},
        notification_preferences={"muted_emails": ["grades"]} if name == "stu" else {},
    )


def add_course(school: School, name: str, owner: str, status: str, index: int) -> None:
    """A course of two modules, each of two lessons with a quiz."""
    school.add(
        "courses",
        id=uid(name),
        instructor_id=uid(owner),
        title=f"Course {name}",
        description="What it is 'about'",
        slug=f"course-{name}",
        category="math" if index % 2 else "art",
        difficulty=("beginner", "advanced")[index % 2],
        price=Decimal("19.90") * index,
        currency="USD",
        enrollment_limit=None if index else 30,
        enrollment_count=index,
        average_rating=None if index else Decimal("4.50"),
        total_reviews=0 if index else 2,
        thumbnail_url=None,
        status=status,
        published_at=START if status == "published" else None,
        # The last two are equally old, so that a page must break the tie.
        created_at=START + timedelta(days=min(index, 2)),
        updated_at=START + timedelta(days=3),
    )
    before = None
    for number in (1, 2, 3):
        module = school.add(
            "course_modules",
            id=uid(f"{name}-{number}"),
            course_id=uid(name),
            title=f"Module {number}",
            description=None,
            order_number=number,
            duration_minutes=number * 10,
            prerequisite_module_id=before,
        )
        before = module["id"]
        for place in (1, 2):
            add_lesson(school, name, number, place)


def add_lesson(school: School, name: str, number: int, place: int) -> None:
    """The first lesson of a course is a preview; second lessons have quizzes that are not open."""
    key = f"{name}-{number}-{place}"
    school.add(
        "lessons",
        id=uid(key),
        module_id=uid(f"{name}-{number}"),
        title=f"Lesson {place}",
        description=None,
        lesson_type=("text", "quiz")[place - 1],
        content_url=None,
        content_text=f"SECRET TEXT {key}",
        duration_minutes=place,
        order_number=place,
        is_preview=number == place == 1,
        created_at=START + timedelta(minutes=10 * number + place),
    )
    school.add(
        "quizzes",
        id=uid(f"{key}-quiz"),
        lesson_id=uid(key),
        title=f"Quiz {key}",
        description=None,
        quiz_type="practice",
        time_limit_minutes=None,
        passing_score_percentage=50,
        max_attempts=2,
        randomize_questions=False,
        randomize_options=True,
        show_correct_answers=True,
        show_explanations=False,
        available_from=None if place == 1 else datetime(2999, 1, 1, tzinfo=UTC),
        available_until=None,
        created_at=START,
    )
    for order, (type_, options, answer) in enumerate(QUESTIONS):
        school.add(
            "questions",
            id=uid(f"{key}-{order}"),
            quiz_id=uid(f"{key}-quiz"),
            question_type=type_,
            question_text=f"What is {order}?",
            question_media_url=None,
            options=options,
            multiple=None if options is None else False,
            correct_answer=answer,
            explanation=f"SECRET WHY {order}",
            points=order,
            order_number=order,
            difficulty="hard",
            seconds=None if order else 30,
        )


# Members of JSON values stand in the order in which jsonb keeps them: short names first.
QUESTIONS: list[tuple[str, Any, Any]] = [
    ("multiple_choice", ["a", 'b "quoted"'], {"k": "SECRET KEY", "type": "choice", "correct": [1]}),
    ("short_answer", None, {"type": "text", "accepted": ["SECRET KEY"]}),
]


def add_progress(school: School) -> None:
    """Stu has completed the first module of `open` but for its last lesson, and all of `old`'s
    first; second lessons need the first of their module."""
    for course in ("open", "old"):
        for number in (1, 2, 3):
            school.add(
                "lesson_prerequisites",
                lesson_id=uid(f"{course}-{number}-2"),
                prerequisite_id=uid(f"{course}-{number}-1"),
            )
            for place in (1, 2):
                done = number == 1 and (place == 1 or course == "old")
                school.add(
                    "lesson_progress",
                    id=uid(f"{course}-stu-{number}-{place}"),
                    enrollment_id=uid(f"{course}-stu"),
                    lesson_id=uid(f"{course}-{number}-{place}"),
                    status="completed" if done else "not_started",
                    time_spent_seconds=(75, 0, 130)[number - 1],
                    completed_at=START if done else None,
                    quiz_score=40 if course == "open" and number == 2 else None,
                    attempts_count=3 if place == 2 else 0,
                    last_accessed_at=START if done else None,
                )


def add_reviews(school: School) -> None:
    """Two opinions of `open`, one of them of somebody who has gone."""
    for index, (student, rating) in enumerate([("stu", 5), ("gone", 4)]):
        school.add(
            "course_reviews",
            id=uid(f"review-{student}"),
            course_id=uid("open"),
            student_id=uid(student),
            rating=rating,
            comment=None if index else "Good <b>stars</b>",
            created_at=START + timedelta(hours=index),
            updated_at=START + timedelta(hours=index),
        )


def add_games(school: School) -> None:
    """A lobby, games that go on, and one that is over, with a guest on its board."""
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
    for player, user, rank, score in (
        ("stu", "stu", 1, 900),
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


async def insert(database: Database, school: School) -> None:
    """Write the whole school, unless it is there already."""

    async def unit(connection: Connection) -> None:
        if await connection.fetchval("select exists (select 1 from users)"):
            return
        for table, rows in school.tables.items():
            for row in rows:
                values = [
                    msgspec.json.encode(value).decode()
                    if isinstance(value, (dict, list))
                    else value
                    for value in row.values()
                ]
                marks = ", ".join(f"${index + 1}" for index in range(len(row)))
                await connection.execute(
                    f"insert into {table} ({', '.join(row)}) values ({marks})", *values
                )

    await database.run(unit)
