"""The rules of courses: what they must be made of, and who may change them.

The functions that return a rule are called by the handler; the rule itself runs inside the
transaction that it guards (see `protocol.records`).
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

from actors.fields import MAX_TITLE, Fields
from protocol.courses import AddLesson, AddModule, CourseStatus, CreateCourse, LessonType
from protocol.errors import AuthorizationError, RefusedError
from protocol.money import exponent
from protocol.records import (
    CourseFacts,
    CourseRule,
    NewCourse,
    NewLesson,
    NewModule,
    PublishFacts,
    PublishRule,
)
from protocol.users import Role

MAX_CATEGORY = 100
MAX_PRICE = 99_999_999
"""In major units: what the column numeric(10, 2) holds."""
MAX_LIMIT = 1_000_000
MAX_MINUTES = 7 * 24 * 60
MIN_MODULES = 3
"""With a lesson each, before a course can be published (requirement 3.5)."""
MAX_SLUG = 80
NUMBERED_SLUGS = 5
CURRENCY = re.compile(r"[A-Z]{3}")
THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""Currencies of ISO 4217 whose smallest unit the price column cannot hold."""


def new_course(command: CreateCourse, course_id: str, now: int) -> NewCourse:
    """Clean and check. Raises `AuthorizationError`, `ValidationError` with every wrong field."""
    if command.by_role not in (Role.EDUCATOR, Role.ADMIN):
        raise AuthorizationError(
            "Only educators can make courses", required_role="educator", user_role=command.by_role
        )
    fields = Fields()
    currency = command.currency.strip().upper()
    if not CURRENCY.fullmatch(currency):
        fields.wrong("currency", "must be a code of three letters, such as USD")
    elif currency in THREE_DECIMALS:
        fields.wrong("currency", "is not supported")
    clean = msgspec.structs.replace(
        command,
        title=fields.line("title", command.title),
        description=fields.html("description", command.description),
        category=fields.line("category", command.category, most=MAX_CATEGORY),
        price=fields.number("price", command.price, 0, MAX_PRICE * 10 ** exponent(currency)),
        currency=currency,
        enrollment_limit=fields.optional_number(
            "enrollmentLimit", command.enrollment_limit, 1, MAX_LIMIT
        ),
    )
    fields.check()
    return NewCourse(id=course_id, command=clean, slugs=slugs(clean.title, course_id), at=now)


def slugs(title: str, course_id: str) -> tuple[str, ...]:
    """What the course may be called in an address, best first; the last is free for certain."""
    base = slug(title)
    numbered = (f"{base}-{n}" for n in range(2, NUMBERED_SLUGS + 1))
    return (base, *numbered, f"{base}-{course_id}")


def slug(title: str) -> str:
    """Letters and digits of any script, in lower case, joined by hyphens.

    Latin letters lose their accents; other scripts stay what they are, and so do their vowel
    signs. A title without any letter or digit is `course`.
    """
    plain = re.sub(r"(?<=[a-z])[\u0300-\u036f]+", "", unicodedata.normalize("NFKD", title).lower())
    words = "".join(c if _in_slug(c) else "-" for c in unicodedata.normalize("NFC", plain))
    return re.sub("-+", "-", words)[:MAX_SLUG].strip("-") or "course"


def _in_slug(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def editors_only(by: str, by_role: str) -> CourseRule:
    """Teachers of the course and admins, while it is not archived."""

    def rule(course: CourseFacts) -> None:
        if by_role != Role.ADMIN and not course.taught_by(by):
            raise AuthorizationError(
                "Only teachers of this course may change it",
                required_role="educator",
                user_role=by_role,
            )
        if course.status == CourseStatus.ARCHIVED:
            raise RefusedError("COURSE_ARCHIVED", "An archived course cannot be changed")

    return rule


def owner_only(by: str, by_role: str) -> CourseRule:
    """The instructor and admins, while the course is not archived."""
    editors = editors_only(by, by_role)

    def rule(course: CourseFacts) -> None:
        if by_role != Role.ADMIN and by != course.instructor_id:
            raise AuthorizationError(
                "Only the instructor of this course may do this",
                required_role="educator",
                user_role=by_role,
            )
        editors(course)

    return rule


def publishable(by: str, by_role: str) -> PublishRule:
    """The owner may, when there is enough to learn. One that is published stays so."""
    owner = owner_only(by, by_role)

    def rule(facts: PublishFacts) -> None:
        owner(facts.course)
        missing = []
        if facts.modules_with_lessons < MIN_MODULES:
            missing.append(f"{MIN_MODULES} modules with lessons")
        missing.extend(f"the video of lesson {title!r}" for title in facts.lessons_without_video)
        if missing:
            raise RefusedError(
                "COURSE_INCOMPLETE", "The course still needs " + ", ".join(missing), missing=missing
            )

    return rule


def new_module(command: AddModule, module_id: str, now: int) -> NewModule:
    """Clean and check. Raises `ValidationError` with every wrong field."""
    fields = Fields()
    module = NewModule(
        id=module_id,
        course_id=command.course_id,
        title=fields.line("title", command.title),
        description=fields.optional_html("description", command.description),
        prerequisite_module_id=command.prerequisite_module_id or None,
        at=now,
    )
    fields.check()
    return module


def new_lesson(command: AddLesson, lesson_id: str, now: int) -> NewLesson:
    """Clean and check, also what the type of lesson needs. Raises `ValidationError`."""
    fields = Fields()
    lesson = NewLesson(
        id=lesson_id,
        module_id=command.module_id,
        title=fields.line("title", command.title, most=MAX_TITLE),
        type=str(command.type.value),
        description=fields.optional_html("description", command.description),
        content_url=fields.url("contentUrl", command.content_url),
        content_text=fields.optional_html("contentText", command.content_text),
        duration_minutes=fields.optional_number(
            "durationMinutes", command.duration_minutes, 0, MAX_MINUTES
        ),
        is_preview=command.is_preview,
        at=now,
    )
    if command.type is LessonType.VIDEO and lesson.content_url is None:
        fields.wrong("contentUrl", "is required for a video")
    if command.type is LessonType.TEXT and lesson.content_text is None:
        fields.wrong("contentText", "is required for a text")
    fields.check()
    return lesson
