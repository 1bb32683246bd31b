"""A school of realistic size, the same for the same numbers of students and courses.

It has teachers, courses, students and their progress.

Popular courses have most of the students, most students are in the middle of a course, and counts
(enrolments, ratings, percentages) are computed from the generated rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from storage.records.bulk import Rows

SEED = 20_260_401
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""The date of the school: its content is the same whenever it is generated."""
FIRST = (
    *("Aaliyah", "Amara", "Anders", "Anouk", "Arjun", "Beatriz", "Björn", "Chiara", "Chloé"),
    *("Daniel", "Dmitri", "Elif", "Emeka", "Esra", "Fatima", "Finn", "Giulia", "Greta", "Hana"),
    *("Hiroshi", "Ines", "Ivan", "Jada", "Jonas", "Júlia", "Kamil", "Keiko", "Leila", "Liam"),
    *("Luca", "Magda", "Malik", "Mei", "Mira", "Noah", "Nour", "Olga", "Oskar", "Pedro", "Priya"),
    *("Quinn", "Rafael", "Rosa", "Ruth", "Samir", "Sanna", "Søren", "Tariq", "Tessa", "Thabo"),
    *("Uma", "Valentin", "Wanjiru", "Xin", "Yara", "Yuki", "Zeynep", "Zoë", "Юлия", "Νίκος"),
)
LAST = (
    *("Abebe", "Almeida", "Andersson", "Baptiste", "Bianchi", "Castellan", "Chen", "Diallo"),
    *("Dubois", "Eriksen", "Fernández", "Fischer", "García", "Haddad", "Hansen", "Horváth"),
    *("Ibrahim", "Ito", "Jansen", "Kaya", "Kim", "Kowalczyk", "Kumar", "Lindqvist", "López"),
    *("Marchetti", "Mbeki", "Meyer", "Moreau", "Müller", "Nakamura", "Nguyen", "Novák", "O'Brien"),
    *("Okafor", "Papadopoulou", "Park", "Petrov", "Rossi", "Sato", "Schmidt", "Silva", "Singh"),
    *("Svensson", "Tanaka", "Torres", "Usman", "Vargas", "Weber", "Yılmaz", "Zhang", "Żak"),
)
SUBJECTS: dict[str, tuple[str, ...]] = {
    "science": ("the night sky", "living cells", "rocks and rivers", "sound and light", "weather"),
    "math": ("fractions", "linear algebra", "probability", "graphs", "number theory"),
    "languages": ("everyday Spanish", "Japanese kana", "academic writing", "Latin poetry"),
    "history": ("the Silk Road", "ancient Athens", "the long 19th century", "writing systems"),
    "art": ("drawing", "photography", "the fugue", "colour"),
    "computing": ("Python", "databases", "how the Internet works", "algorithms", "security"),
}
FORMS = ("A first course in {}", "{}, step by step", "Understanding {}", "{} in practice")
PARTS = ("Where to begin", "First ideas", "Tools", "Going deeper", "Examples", "Looking back")
LESSONS = (
    "Introduction",
    "A closer look",
    "An experiment",
    "Common mistakes",
    "Practice",
    "Review",
)
OPINIONS = (
    "Clear and patient.",
    "I finally understand it.",
    "Good, but the middle part is hard.",
    "The examples made it.",
    None,
    None,
)
PER_STUDENT = 6
"""Average number of courses per student."""
SECONDS_A_DAY = 86_400


class Course(NamedTuple):
    """What the enrolment rows need of a course."""

    id: UUID
    instructor: UUID
    lessons: list[tuple[UUID, int]]
    """Lesson ids with their minutes, in order."""
    weight: float


class Crowd:
    """Makes the rows. `password_hash` is everybody's."""

    def __init__(self, students: int, courses: int, password_hash: str) -> None:
        self._random = Random(SEED)  # noqa: S311 - the same school every time, no secret
        self._students, self._courses = students, courses
        self._hash = password_hash
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}

    def tables(self) -> dict[str, Rows]:
        """The rows by table, in the order in which they can be loaded."""
        teachers = [self._person("teacher", n, "educator") for n in range(self._teachers)]
        students = [self._person("student", n, "student") for n in range(self._students)]
        courses = [self._course(number, teachers) for number in range(self._courses)]
        self._enrol(students, courses)
        return {
            table: Rows(columns=columns, rows=self._rows[table])
            for table, columns in COLUMNS.items()
        }

    @property
    def _teachers(self) -> int:
        return max(1, self._courses // 3)

    def _id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def _days_ago(self, low: int, high: int) -> datetime:
        return NOW - timedelta(seconds=self._random.randrange(low, high * SECONDS_A_DAY))

    def _person(self, kind: str, number: int, role: str) -> UUID:
        key, random = self._id(), self._random
        name = f"{random.choice(FIRST)} {random.choice(LAST)}"
        at = self._days_ago(200, 700)
        email = f"{kind}{number + 1}@crowd.stoa"
        self._rows["users"].append((key, email, self._hash, role, True, at, at))
        timezone = random.choice(("UTC", "Europe/Berlin", "America/Bogota", "Asia/Tokyo"))
        self._rows["user_profiles"].append((self._id(), key, name, None, timezone, "en", at, at))
        return key

    # --- courses ----------------------------------------------------------------------------------

    def _course(self, number: int, teachers: list[UUID]) -> Course:
        random, key = self._random, self._id()
        category = random.choice(list(SUBJECTS))
        title = random.choice(FORMS).format(random.choice(SUBJECTS[category]))
        title = title[0].upper() + title[1:]
        at = self._days_ago(100, 400)
        lessons: list[tuple[UUID, int]] = []
        for place in range(1, random.randrange(4, 9)):
            lessons += self._module(key, place, at)
        course = Course(key, random.choice(teachers), lessons, random.paretovariate(1.2))
        price = Decimal(random.choice((0, 0, 0, 19, 49)))
        self._rows["courses"].append(
            (
                key,
                course.instructor,
                title,
                f"<p>{title}: {len(lessons)} lessons with quizzes and examples.</p>",
                f"{slug(title)}-{number + 1}",
                category,
                random.choice(("beginner", "beginner", "intermediate", "advanced")),
                price,
                "published" if number % 12 else "draft",
                at if number % 12 else None,
                at,
                at,
            )
        )
        return course

    def _module(self, course: UUID, place: int, at: datetime) -> Iterator[tuple[UUID, int]]:
        random, key = self._random, self._id()
        minutes = [random.randrange(4, 25) for _ in range(random.randrange(3, 9))]
        title = PARTS[(place - 1) % len(PARTS)]
        self._rows["course_modules"].append((key, course, title, place, sum(minutes), at, at))
        for number, length in enumerate(minutes, 1):
            yield self._lesson(key, place, number, length, at), length

    def _lesson(self, module: UUID, place: int, number: int, minutes: int, at: datetime) -> UUID:
        random, key = self._random, self._id()
        kind = "quiz" if number % 4 == 0 else random.choice(("text", "text", "video"))
        title = LESSONS[(number - 1) % len(LESSONS)]
        text = f"<p>{title}. Read this slowly, and try it yourself.</p>" * random.randrange(3, 12)
        first = place == number == 1
        self._rows["lessons"].append(
            (key, module, title, kind, text, minutes, number, first, at, at)
        )
        if kind == "quiz":
            self._quiz(key, title, at)
        return key

    def _quiz(self, lesson: UUID, title: str, at: datetime) -> None:
        quiz = self._id()
        self._rows["quizzes"].append((quiz, lesson, title, "practice", 50, at, at))
        for number in range(1, 6):
            key = json.dumps({"type": "choice", "correct": [self._random.randrange(4)]})
            options = json.dumps([f"Answer {letter}" for letter in "ABCD"])
            self._rows["questions"].append(
                (
                    *(self._id(), quiz, "multiple_choice", f"Question {number}?", options, False),
                    *(key, 1, number, "medium", at, at),
                )
            )

    # --- students ---------------------------------------------------------------------------------

    def _enrol(self, students: list[UUID], courses: list[Course]) -> None:
        open_now = [each for number, each in enumerate(courses) if number % 12]
        counts: dict[UUID, int] = {}
        ratings: dict[UUID, list[int]] = {}
        weights = [each.weight for each in open_now]
        for student in students:
            wanted = min(len(open_now), self._random.randrange(1, 2 * PER_STUDENT))
            chosen = self._random.choices(range(len(open_now)), weights, k=wanted)
            for course in (open_now[number] for number in sorted(set(chosen))):
                counts[course.id] = counts.get(course.id, 0) + self._enrolment(student, course)
                if self._random.random() < 0.15:
                    ratings.setdefault(course.id, []).append(self._review(student, course))
        self._count(counts, ratings)

    def _enrolment(self, student: UUID, course: Course) -> int:
        """Add an enrolment; returns 1 if it counts, 0 if the student dropped out."""
        random, key = self._random, self._id()
        total = len(course.lessons)
        done = min(total, round(total * random.betavariate(0.8, 1.4)))
        began = self._days_ago(1, 100)
        status = "completed" if done == total else "dropped" if random.random() < 0.06 else "active"
        ended = began + timedelta(days=1) if status == "completed" else None
        left = NOW if status == "dropped" else None
        percentage = round(Decimal(100 * done) / total, 2)
        self._rows["enrollments"].append(
            (key, student, course.id, began, ended, percentage, NOW, status, left, began, NOW)
        )
        for number, (lesson, minutes) in enumerate(course.lessons):
            finished = number < done
            spent = round(minutes * 60 * random.uniform(0.5, 1.8)) if finished else 0
            self._rows["lesson_progress"].append(
                (
                    *(self._id(), key, lesson, "completed" if finished else "not_started", spent),
                    *(began if finished else None, random.randrange(40, 101) if finished else None),
                    *(int(finished), began if finished else None, began, NOW),
                )
            )
        return int(status != "dropped")

    def _review(self, student: UUID, course: Course) -> int:
        rating = self._random.choice((3, 4, 4, 5, 5, 5))
        opinion, at = self._random.choice(OPINIONS), self._days_ago(1, 90)
        self._rows["course_reviews"].append(
            (self._id(), course.id, student, rating, opinion, at, at)
        )
        return rating

    def _count(self, counts: dict[UUID, int], ratings: dict[UUID, list[int]]) -> None:
        """Compute the counts in the courses' rows."""
        whole = []
        for row in self._rows["courses"]:
            given = ratings.get(row[0], [])
            average = round(Decimal(sum(given)) / len(given), 2) if given else None
            whole.append((*row, counts.get(row[0], 0), average, len(given)))
        self._rows["courses"] = whole


def slug(title: str) -> str:
    """The slug of a title in Latin letters."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


TIMES = ("created_at", "updated_at")
COLUMNS: dict[str, tuple[str, ...]] = {
    "users": ("id", "email", "password_hash", "role", "email_verified", *TIMES),
    "user_profiles": ("id", "user_id", "full_name", "bio", "timezone", "language", *TIMES),
    "courses": (
        *("id", "instructor_id", "title", "description", "slug", "category", "difficulty"),
        *("price", "status", "published_at", *TIMES),
        *("enrollment_count", "average_rating", "total_reviews"),
    ),
    "course_modules": (
        *("id", "course_id", "title", "order_number", "duration_minutes"),
        *TIMES,
    ),
    "lessons": (
        *("id", "module_id", "title", "lesson_type", "content_text", "duration_minutes"),
        *("order_number", "is_preview", *TIMES),
    ),
    "quizzes": ("id", "lesson_id", "title", "quiz_type", "passing_score_percentage", *TIMES),
    "questions": (
        *("id", "quiz_id", "question_type", "question_text", "options", "multiple"),
        *("correct_answer", "points", "order_number", "difficulty", *TIMES),
    ),
    "enrollments": (
        *("id", "student_id", "course_id", "enrolled_at", "completed_at", "progress_percentage"),
        *("last_accessed_at", "status", "withdrawn_at", *TIMES),
    ),
    "lesson_progress": (
        *("id", "enrollment_id", "lesson_id", "status", "time_spent_seconds", "completed_at"),
        *("quiz_score", "attempts_count", "last_accessed_at", *TIMES),
    ),
    "course_reviews": ("id", "course_id", "student_id", "rating", "comment", *TIMES),
}
"""Tables in the order in which they can be loaded, with the columns given; others get defaults."""
