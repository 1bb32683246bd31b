"""The same answers by the slow and obvious way: resolvers in Python over the rows of a school."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from graphql import ExecutionResult, GraphQLResolveInfo, GraphQLSchema, execute_sync, parse

from protocol.errors import AuthenticationError
from protocol.selection import Viewer
from tests.storage.reads.school import Row, School

COLUMNS = {
    "Lesson.type": "lesson_type",
    "Quiz.type": "quiz_type",
    "Quiz.passingScore": "passing_score_percentage",
    "Question.type": "question_type",
    "Question.mediaUrl": "question_media_url",
    "LiveQuiz.state": "phase",
}
ENUMERATIONS = {
    "User.role",
    "Course.difficulty",
    "Course.status",
    "Lesson.type",
    "Enrollment.status",
    "LessonProgress.status",
    "Quiz.type",
    "Question.type",
    "Question.difficulty",
    "LiveQuiz.state",
    "LiveQuizConfig.hostAway",
}
NUMBERS = {"Enrollment.progressPercentage", "Course.averageRating"}


class Oracle:
    """One viewer's look at a school."""

    def __init__(self, schema: GraphQLSchema, school: School, viewer: Viewer) -> None:
        self.schema = schema
        self.school = school
        self.viewer = viewer

    def ask(self, query: str, variables: dict[str, Any]) -> ExecutionResult:
        return execute_sync(
            self.schema, parse(query), variable_values=variables, field_resolver=self.resolve
        )

    def resolve(self, source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        """A method named after the field, or else the column."""
        name = f"{info.parent_type.name}.{info.field_name}"
        method = getattr(self, name.replace(".", "_"), None)
        if method is not None:
            return method(source, **arguments)
        value = source[COLUMNS.get(name, snake(info.field_name))]
        if value is None:
            return None
        if name in ENUMERATIONS:
            return value.upper()
        if name in NUMBERS:
            return float(value)
        return iso(value) if isinstance(value, datetime) else str_of_id(value)

    # --- rules ---

    def is_me(self, user_id: Any) -> bool:
        return self.viewer.user_id is not None and str(user_id) == self.viewer.user_id

    @property
    def is_admin(self) -> bool:
        return self.viewer.role == "admin"

    def teaches(self, course_id: Any) -> bool:
        course = self.school.find("courses", id=course_id)
        assert course is not None
        return (
            self.is_admin
            or self.is_me(course["instructor_id"])
            or any(
                self.is_me(row["user_id"])
                for row in self.school.rows("course_teachers")
                if row["course_id"] == course_id
            )
        )

    def enrollment(self, course_id: Any) -> Row | None:
        for row in self.school.rows("enrollments"):
            if row["course_id"] == course_id and self.is_me(row["student_id"]):
                return row
        return None

    def enrolled(self, course_id: Any) -> bool:
        row = self.enrollment(course_id)
        return row is not None and row["status"] != "dropped"

    def course_of_lesson(self, lesson_id: Any) -> Any:
        lesson = self.school.find("lessons", id=lesson_id)
        assert lesson is not None
        module = self.school.find("course_modules", id=lesson["module_id"])
        assert module is not None
        return module["course_id"]

    def sees_course(self, course: Row) -> bool:
        return (
            course["status"] == "published"
            or self.teaches(course["id"])
            or self.enrollment(course["id"]) is not None
        )

    def sees_quiz(self, quiz: Row) -> bool:
        course = self.course_of_lesson(quiz["lesson_id"])
        return self.teaches(course) or self.enrolled(course)

    def sees_game(self, game: Row) -> bool:
        return (
            self.hosts(game)
            or self.enrolled(game["course_id"])
            or any(
                self.is_me(row["user_id"])
                for row in self.school.rows("live_quiz_results")
                if row["live_quiz_id"] == game["id"]
            )
        )

    def hosts(self, game: Row) -> bool:
        return self.is_me(game["host_id"]) or self.teaches(game["course_id"])

    # --- roots ---

    def signed_in(self) -> None:
        if self.viewer.user_id is None:
            raise AuthenticationError

    def seen(self, table: str, wanted: str, rule: Any) -> Row | None:
        for row in self.school.rows(table):
            if str(row["id"]) == wanted:
                return row if rule(row) else None
        return None

    def Query_me(self, _: Any) -> Row | None:
        self.signed_in()
        return self.Query_user(_, str(self.viewer.user_id))

    def Query_user(self, _: Any, id: str) -> Row | None:
        self.signed_in()
        return self.seen("users", id, lambda row: row["deleted_at"] is None)

    def Query_mySessions(self, _: Any) -> list[Row]:
        self.signed_in()
        times = {"began_at": datetime.fromtimestamp(1, UTC)}
        return [
            {"id": "s", "device": "phone", **times, "expires_at": datetime.fromtimestamp(2, UTC)}
        ]

    def Query_users(self, _: Any, filter: Any = None, pagination: Any = None) -> dict[str, Any]:
        self.signed_in()
        given = filter or {}
        text = (given.get("text") or "").lower()
        rows = [
            row
            for row in self.school.rows("users")
            if self.is_admin
            and row["deleted_at"] is None
            and (given.get("role") or row["role"]).lower() == row["role"]
            and given.get("disabled") in (None, row["disabled_at"] is not None)
            and (text in row["email"] or text in self.name_of(row).lower())
        ]
        return page(newest(rows), (pagination or {}).get("first"))

    def name_of(self, user: Row) -> str:
        profile = self.User_profile(user)
        assert profile is not None
        return str(profile["full_name"])

    def Query_auditTrail(
        self, _: Any, filter: Any = None, pagination: Any = None
    ) -> dict[str, Any]:
        self.signed_in()
        given = filter or {}
        rows = [
            {"id": str(number), **row}
            for number, row in enumerate(self.school.rows("audit_trail"), 1)
            if self.is_admin
            and given.get("resourceType") in (None, row["resource_type"])
            and given.get("resourceId") in (None, row["resource_id"])
            and given.get("byId") in (None, str(row["by_id"]))
        ]
        rows.sort(key=lambda row: int(row["id"]), reverse=True)
        return page(rows, (pagination or {}).get("first"))

    def Query_course(self, _: Any, id: str) -> Row | None:
        return self.seen("courses", id, self.sees_course)

    def Query_quiz(self, _: Any, id: str) -> Row | None:
        return self.seen("quizzes", id, self.sees_quiz)

    def Query_liveQuiz(self, _: Any, id: str) -> Row | None:
        return self.seen("live_quizzes", id, self.sees_game)

    def Query_liveQuizByPin(self, _: Any, pin: str) -> Row | None:
        return self.school.find("live_quizzes", pin=pin)

    def Query_myEnrollments(self, _: Any, status: str | None = None) -> list[Row]:
        self.signed_in()
        rows = [
            row
            for row in self.school.rows("enrollments")
            if self.is_me(row["student_id"]) and (not status or row["status"] == status.lower())
        ]
        return sorted(rows, key=lambda row: row["enrolled_at"], reverse=True)

    def sees_enrollment(self, row: Row) -> bool:
        return self.is_me(row["student_id"]) or self.teaches(row["course_id"])

    def Query_enrollment(self, _: Any, id: str) -> Row | None:
        self.signed_in()
        return self.seen("enrollments", id, self.sees_enrollment)

    def Query_enrollmentProgress(self, _: Any, enrollmentId: str) -> Row | None:
        return self.Query_enrollment(_, enrollmentId)

    def Query_courseEnrollments(
        self, _: Any, courseId: str, status: str | None = None, pagination: Any = None
    ) -> dict[str, Any]:
        self.signed_in()
        rows = [
            row
            for row in self.school.rows("enrollments")
            if str(row["course_id"]) == courseId
            and self.sees_enrollment(row)
            and (not status or row["status"] == status.lower())
        ]
        rows.sort(key=lambda row: (row["enrolled_at"], row["id"]), reverse=True)
        return page(rows, (pagination or {}).get("first"))

    def Query_verifyCertificate(self, _: Any, certificateId: str) -> Row | None:
        return self.school.find("certificates", certificate_id=certificateId.strip().upper())

    def Query_myCertificates(self, _: Any) -> list[Row]:
        self.signed_in()
        return [
            row
            for row in self.school.rows("certificates")
            if self.is_me(self.enrollment_of(row)["student_id"])
        ]

    def enrollment_of(self, certificate: Row) -> Row:
        enrollment = self.school.find("enrollments", id=certificate["enrollment_id"])
        assert enrollment is not None
        return enrollment

    def Certificate_enrollment(self, row: Row) -> Row | None:
        enrollment = self.enrollment_of(row)
        return enrollment if self.sees_enrollment(enrollment) else None

    def Enrollment_certificate(self, row: Row) -> Row | None:
        return self.school.find("certificates", id=row["certificate_id"])

    def Query_courseBySlug(self, _: Any, slug: str) -> Row | None:
        course = self.school.find("courses", slug=slug)
        return course if course is not None and self.sees_course(course) else None

    def Query_courses(
        self, _: Any, filter: Any = None, sort: str | None = None, pagination: Any = None
    ) -> dict[str, Any]:
        given = filter or {}
        rows = [
            row
            for row in self.school.rows("courses")
            if row["status"] == "published"
            and given.get("category") in (None, row["category"])
            and (given.get("difficulty") or "").lower() in ("", row["difficulty"])
            and given.get("instructorId") in (None, str(row["instructor_id"]))
            and given.get("free") in (None, row["price"] == 0)
            and (given.get("maxPrice") is None or row["price"] <= given["maxPrice"])
            and (given.get("minRating") is None or rating(row) >= given["minRating"])
            and (given.get("title") or "").lower() in row["title"].lower()
        ]
        key, reverse = SORTS[sort or "NEWEST"]
        rows.sort(key=lambda row: (key(row), row["id"]), reverse=reverse)
        return page(rows, (pagination or {}).get("first"))

    def Query_myCourses(self, _: Any, pagination: Any = None) -> dict[str, Any]:
        self.signed_in()
        rows = [
            row
            for row in self.school.rows("courses")
            if self.is_me(row["instructor_id"])
            or any(
                self.is_me(each["user_id"])
                for each in self.school.rows("course_teachers")
                if each["course_id"] == row["id"]
            )
        ]
        return page(newest(rows), (pagination or {}).get("first"))

    # --- fields ---

    def User_email(self, row: Row) -> str | None:
        return row["email"] if self.is_me(row["id"]) or self.is_admin else None

    def confidential(self, row: Row) -> bool:
        return self.is_me(row["id"]) or self.is_admin

    def User_emailVerified(self, row: Row) -> bool | None:
        return row["email_verified"] if self.confidential(row) else None

    def User_pendingEmail(self, row: Row) -> str | None:
        return row["pending_email"] if self.confidential(row) else None

    def User_lastLogin(self, row: Row) -> str | None:
        return iso(row["last_login"]) if row["last_login"] and self.confidential(row) else None

    def User_disabledAt(self, row: Row) -> str | None:
        return iso(row["disabled_at"]) if row["disabled_at"] and self.confidential(row) else None

    def shown(self, row: Row) -> bool:
        audience = row["privacy_settings"].get("audience", "everybody")
        return self.is_me(row["user_id"]) or self.is_admin or audience == "everybody"

    def UserProfile_bio(self, row: Row) -> str | None:
        return row["bio"] if self.shown(row) else None

    def UserProfile_avatarUrl(self, row: Row) -> str | None:
        return row["avatar_url"] if self.shown(row) else None

    def UserProfile_audience(self, row: Row) -> str | None:
        if not self.is_me(row["user_id"]):
            return None
        return str(row["privacy_settings"].get("audience", "everybody").upper())

    def UserProfile_mutedLetters(self, row: Row) -> list[str] | None:
        return self.UserProfile_mutedEmails(row)

    def UserProfile_mutedEmails(self, row: Row) -> list[str] | None:
        if not self.is_me(row["user_id"]):
            return None
        return [each.upper() for each in row["notification_preferences"].get("muted_emails", [])]

    def User_profile(self, row: Row) -> Row | None:
        return self.school.find("user_profiles", user_id=row["id"])

    def Course_instructor(self, row: Row) -> Row | None:
        return self.school.find("users", id=row["instructor_id"])

    def Course_teachers(self, row: Row) -> list[Row]:
        return self.present({row["instructor_id"]} | self.staff(row, "co_teacher"))

    def Course_assistants(self, row: Row) -> list[Row]:
        return self.present(self.staff(row, "assistant"))

    def staff(self, course: Row, role: str) -> set[Any]:
        return {
            each["user_id"]
            for each in self.school.rows("course_teachers")
            if each["course_id"] == course["id"] and each["role"] == role
        }

    def present(self, ids: set[Any]) -> list[Row]:
        users = [u for u in self.school.rows("users") if u["id"] in ids]
        present = [u for u in users if u["deleted_at"] is None]
        return sorted(present, key=lambda user: (user["created_at"], user["id"]))

    def Course_liveQuizzes(self, row: Row) -> list[Row]:
        return newest(
            [
                game
                for game in self.school.rows("live_quizzes")
                if game["course_id"] == row["id"]
                and game["phase"] != "finished"
                and (self.hosts(game) or self.enrolled(row["id"]))
            ]
        )

    def Course_price(self, row: Row) -> Row:
        return {"amount": f"{row['price']:.2f}", "currency": row["currency"]}

    def Course_reviews(self, row: Row, first: int | None = None, after: Any = None) -> Any:
        rows = [r for r in self.school.rows("course_reviews") if r["course_id"] == row["id"]]
        return page(newest(rows), first)

    def CourseReview_course(self, row: Row) -> Row | None:
        return self.school.find("courses", id=row["course_id"])

    def CourseReview_student(self, row: Row) -> Row | None:
        return self.school.find("users", id=row["student_id"])

    def Course_modules(self, row: Row) -> list[Row]:
        return self.ordered("course_modules", course_id=row["id"])

    def CourseModule_lessons(self, row: Row) -> list[Row]:
        return self.ordered("lessons", module_id=row["id"])

    def CourseModule_prerequisite(self, row: Row) -> Row | None:
        return self.school.find("course_modules", id=row["prerequisite_module_id"])

    def Lesson_contentText(self, row: Row) -> str | None:
        course = self.course_of_lesson(row["id"])
        allowed = row["is_preview"] or self.teaches(course)
        if not allowed and self.enrolled(course):
            allowed = self.unlocked(row)
        return row["content_text"] if allowed else None

    def Lesson_prerequisites(self, row: Row) -> list[Row]:
        needed = self.needs(row)
        found = [each for each in self.school.rows("lessons") if each["id"] in needed]
        return sorted(found, key=lambda each: (each["created_at"], each["id"]))

    def needs(self, lesson: Row) -> set[Any]:
        return {
            each["prerequisite_id"]
            for each in self.school.rows("lesson_prerequisites")
            if each["lesson_id"] == lesson["id"]
        }

    def unlocked(self, lesson: Row) -> bool:
        """Every lesson that it needs, and every one of the module that its module needs."""
        return all(self.completed(each) for each in self.before(lesson))

    def before(self, lesson: Row) -> set[Any]:
        """What has to be completed first."""
        needed = self.module_of(lesson)["prerequisite_module_id"]
        return self.needs(lesson) | {
            each["id"] for each in self.school.rows("lessons") if each["module_id"] == needed
        }

    def completed(self, lesson_id: Any) -> bool:
        mine = {
            each["id"] for each in self.school.rows("enrollments") if self.is_me(each["student_id"])
        }
        return any(
            each["enrollment_id"] in mine
            and each["lesson_id"] == lesson_id
            and each["status"] == "completed"
            for each in self.school.rows("lesson_progress")
        )

    def Lesson_quizzes(self, row: Row) -> list[Row]:
        quizzes = self.school.rows("quizzes")
        return [q for q in quizzes if q["lesson_id"] == row["id"] and self.sees_quiz(q)]

    def Enrollment_student(self, row: Row) -> Row | None:
        return self.school.find("users", id=row["student_id"])

    def Enrollment_course(self, row: Row) -> Row | None:
        return self.school.find("courses", id=row["course_id"])

    def Enrollment_lessons(self, row: Row) -> list[Row]:
        rows = [
            each
            for each in self.school.rows("lesson_progress")
            if each["enrollment_id"] == row["id"]
        ]
        return sorted(rows, key=lambda each: self.place(each["lesson_id"]))

    def place(self, lesson_id: Any) -> tuple[int, int]:
        lesson = self.LessonProgress_lesson({"lesson_id": lesson_id})
        return self.module_of(lesson)["order_number"], lesson["order_number"]

    def module_of(self, lesson: Row) -> Row:
        module = self.school.find("course_modules", id=lesson["module_id"])
        assert module is not None
        return module

    def LessonProgress_lesson(self, row: Row) -> Row:
        lesson = self.school.find("lessons", id=row["lesson_id"])
        assert lesson is not None
        return lesson

    def Enrollment_modules(self, row: Row) -> list[Row]:
        modules: dict[Any, Row] = {}
        for each in self.Enrollment_lessons(row):
            module = self.module_of(self.LessonProgress_lesson(each))
            seen = modules.setdefault(
                module["id"],
                {
                    "module": module,
                    "completed_lessons": 0,
                    "total_lessons": 0,
                    "completed": True,
                    "time_spent_seconds": 0,
                },
            )
            done = each["status"] == "completed"
            seen["completed_lessons"] += done
            seen["total_lessons"] += 1
            seen["completed"] = seen["completed"] and done
            seen["time_spent_seconds"] += each["time_spent_seconds"]
        return list(modules.values())

    def ProgressSummary_enrollment(self, row: Row) -> Row:
        return row

    def ProgressSummary_completedLessons(self, row: Row) -> int:
        return sum(each["status"] == "completed" for each in self.Enrollment_lessons(row))

    def ProgressSummary_totalLessons(self, row: Row) -> int:
        return len(self.Enrollment_lessons(row))

    def ProgressSummary_estimatedTimeRemaining(self, row: Row) -> int:
        rows = [(each, self.LessonProgress_lesson(each)) for each in self.Enrollment_lessons(row)]
        done = [
            (each["time_spent_seconds"], lesson["duration_minutes"] * 60)
            for each, lesson in rows
            if each["status"] == "completed"
            and each["time_spent_seconds"]
            and lesson["duration_minutes"]
        ]
        pace = Decimal(1)
        if done:
            spent, planned = (Decimal(sum(column)) for column in zip(*done, strict=True))
            pace = min(Decimal(4), max(Decimal("0.25"), spent / planned))
        left = sum(
            max(
                Decimal(0),
                (lesson["duration_minutes"] or 0) * 60 * pace - each["time_spent_seconds"],
            )
            for each, lesson in rows
            if each["status"] != "completed"
        )
        return int(Decimal(left).quantize(Decimal(1), ROUND_HALF_UP))

    def ProgressSummary_nextRecommendedLesson(self, row: Row) -> Row | None:
        status = {each["lesson_id"]: each["status"] for each in self.Enrollment_lessons(row)}
        for each in self.Enrollment_lessons(row):
            lesson = self.LessonProgress_lesson(each)
            before = self.before(lesson)
            open_now = lesson["is_preview"] or all(
                status.get(needed, "completed") == "completed" for needed in before
            )
            if each["status"] != "completed" and open_now:
                return lesson
        return None

    def ProgressSummary_strugglingAreas(self, row: Row) -> list[str]:
        areas = {}
        for each in self.Enrollment_lessons(row):
            lesson = self.LessonProgress_lesson(each)
            planned = (lesson["duration_minutes"] or 0) * 60
            stuck = each["status"] != "completed" and (
                each["attempts_count"] >= 3
                or (planned > 0 and each["time_spent_seconds"] > 2 * planned)
            )
            if stuck or (each["quiz_score"] is not None and each["quiz_score"] < 60):
                module = self.module_of(lesson)
                areas[module["order_number"]] = module["title"]
        return [areas[order] for order in sorted(areas)]

    def Quiz_lesson(self, row: Row) -> Row | None:
        return self.school.find("lessons", id=row["lesson_id"])

    def Quiz_questions(self, row: Row) -> list[Row]:
        course = self.course_of_lesson(row["lesson_id"])
        now = datetime.now(UTC)
        open_now = row["available_from"] is None or row["available_from"] <= now
        games = self.school.rows("live_quizzes")
        if any(g["quiz_id"] == row["id"] and g["phase"] != "finished" for g in games):
            open_now = False
        if not (self.teaches(course) or (open_now and self.enrolled(course))):
            return []
        return self.ordered("questions", quiz_id=row["id"])

    def Question_correctAnswer(self, row: Row) -> Any:
        return row["correct_answer"] if self.teaches(self.course_of_question(row)) else None

    def Question_explanation(self, row: Row) -> Any:
        return row["explanation"] if self.teaches(self.course_of_question(row)) else None

    def course_of_question(self, row: Row) -> Any:
        quiz = self.school.find("quizzes", id=row["quiz_id"])
        assert quiz is not None
        return self.course_of_lesson(quiz["lesson_id"])

    def LiveQuiz_course(self, row: Row) -> Row | None:
        return self.Query_course(None, str(row["course_id"]))

    def LiveQuiz_quiz(self, row: Row) -> Row | None:
        return self.Query_quiz(None, str(row["quiz_id"]))

    def LiveQuiz_host(self, row: Row) -> Row | None:
        return self.school.find("users", id=row["host_id"])

    def LiveQuiz_pin(self, row: Row) -> str | None:
        return row["pin"] if self.hosts(row) else None

    def LiveQuiz_config(self, row: Row) -> Row:
        names = self.schema.type_map["LiveQuizConfig"].fields  # type: ignore[attr-defined]
        return {snake(name): row["config"].get(snake(name)) for name in names}

    def LiveQuiz_results(self, row: Row, first: int | None = None, after: Any = None) -> Any:
        rows = [r for r in self.school.rows("live_quiz_results") if r["live_quiz_id"] == row["id"]]
        return page(sorted(rows, key=lambda r: (r["rank"], r["player_id"])), first)

    def LiveQuizResult_user(self, row: Row) -> Row | None:
        user = self.school.find("users", id=row["user_id"]) if row["user_id"] else None
        return user if user and user["deleted_at"] is None else None

    def LiveQuizResult_answers(self, row: Row) -> Any:
        game = self.school.find("live_quizzes", id=row["live_quiz_id"])
        assert game is not None
        own = row["user_id"] is not None and self.is_me(row["user_id"])
        return row["answers"] if own or self.teaches(game["course_id"]) else None

    def ordered(self, table: str, **wanted: Any) -> list[Row]:
        rows = [
            row
            for row in self.school.rows(table)
            if all(row[key] == value for key, value in wanted.items())
        ]
        return sorted(rows, key=lambda row: row["order_number"])


def rating(row: Row) -> float:
    return float(row["average_rating"] or 0)


SORTS: dict[str, tuple[Any, bool]] = {
    "NEWEST": (lambda row: row["created_at"], True),
    "OLDEST": (lambda row: row["created_at"], False),
    "TITLE": (lambda row: row["title"].lower(), False),
    "POPULAR": (lambda row: row["enrollment_count"], True),
    "RATING": (rating, True),
    "PRICE": (lambda row: row["price"], False),
}


def newest(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["created_at"], row["id"]), reverse=True)


def page(rows: list[Row], first: int | None) -> dict[str, Any]:
    """A first page; cursors are tested apart."""
    size = 20 if first is None else first
    return {
        "nodes": rows[:size],
        "edges": [{"node": row} for row in rows[:size]],
        "total_count": len(rows),
        "page_info": {"has_next_page": len(rows) > size, "has_previous_page": False},
    }


def iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def str_of_id(value: Any) -> Any:
    return str(value) if type(value).__name__ == "UUID" else value


def snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
