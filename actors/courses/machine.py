"""The rules of courses: what they must contain, and who may change them.

The functions that return a rule are called by the handler; the rule itself runs inside the
transaction that it guards (see `protocol.records`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UnsetType

from actors import course_rules
from actors.courses.prerequisites import circle, circle_through, said
from actors.fields import MAX_TITLE, Fields
from protocol.courses.commands import AddLesson, AddModule, CreateCourse
from protocol.courses.values import MIN_MODULES, CourseStatus, LessonType
from protocol.errors import AuthorizationError, RefusedError, ValidationError
from protocol.idempotency import once
from protocol.money import exponent
from protocol.permissions import Relation, by_role, permits, require
from protocol.records.common import CourseFacts, CourseRule
from protocol.records.courses import (
    LessonFacts,
    LessonRule,
    NewCourse,
    NewLesson,
    NewModule,
    PrerequisiteRule,
    Prerequisites,
    PublishFacts,
    PublishRule,
    Removal,
    RemovalRule,
    ReviewRule,
    StudentRule,
    TeacherRule,
)
from protocol.texts import Form, normal
from protocol.users.values import Role
from protocol.validation import Rule, problem

MAX_CATEGORY = 100
MAX_PRICE = 99_999_999
"""In major units: the largest value of the column numeric(10, 2)."""
MAX_LIMIT = 1_000_000
MAX_MINUTES = 7 * 24 * 60
MAX_SLUG = 80
NUMBERED_SLUGS = 5
MAX_EXPANDED = 18
"""Characters that NFKD makes of one."""
CURRENCY = re.compile(r"[A-Z]{3}")
THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""Currencies of ISO 4217 whose smallest unit the price column cannot hold."""


def new_course(command: CreateCourse, course_id: str, now: int) -> NewCourse:
    """Clean and check. Raises `AuthorizationError`, `ValidationError` with every wrong field."""
    require("createCourse", by_role(command.by, command.by_role), command.by_role)
    fields = Fields()
    price, currency = clean_price(fields, command.price, command.currency)
    clean = msgspec.structs.replace(
        command,
        title=fields.line("title", command.title),
        description=fields.html("description", command.description),
        category=fields.line("category", command.category, most=MAX_CATEGORY),
        price=price,
        currency=currency,
        enrollment_limit=fields.optional_number(
            "enrollmentLimit", command.enrollment_limit, 1, MAX_LIMIT
        ),
    )
    fields.check()
    return NewCourse(
        id=course_id,
        command=clean,
        slugs=slugs(clean.title, course_id),
        at=now,
        once=once(command),
    )


def clean_price(fields: Fields, price: int, currency: str) -> tuple[int, str]:
    """An amount in minor units and its currency."""
    currency = currency.strip().upper()
    if not CURRENCY.fullmatch(currency):
        fields.wrong(
            "currency", Rule.INVALID_FORMAT, "must be a code of three letters, such as USD"
        )
    elif currency in THREE_DECIMALS:
        fields.wrong("currency", Rule.UNSUPPORTED, "is not supported")
    return fields.number("price", price, 0, MAX_PRICE * 10 ** exponent(currency)), currency


def clone_title(title: str | None) -> str | None:
    """The title of a copy; None: as the original. Raises `ValidationError`."""
    if title is None:
        return None
    fields = Fields()
    clean = fields.line("title", title)
    fields.check()
    return clean


def slugs(title: str, course_id: str) -> tuple[str, ...]:
    """The slugs to try for a course, best first; the last is certainly free."""
    base = slug(title)
    numbered = (f"{base}-{n}" for n in range(2, NUMBERED_SLUGS + 1))
    return (base, *numbered, f"{base}-{course_id}")


def slug(title: str) -> str:
    """Letters and digits of any script, in lower case, joined by hyphens.

    Latin letters lose their accents; other scripts are unchanged, including their vowel signs. A
    title without any letter or digit is `course`.
    """
    plain = re.sub(r"(?<=[a-z])[\u0300-\u036f]+", "", _normal("NFKD", title).lower())
    words = "".join(c if _in_slug(c) else "-" for c in _normal("NFC", plain))
    return re.sub("-+", "-", words)[:MAX_SLUG].strip("-") or "course"


def _normal(form: Form, title: str) -> str:
    """As it is where it cannot be normalised, which no title is that was checked."""
    return normal(form, title, most=MAX_EXPANDED * MAX_TITLE) or title


def _in_slug(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def permitted(operation: str, by: str, role: str, *, archived: bool = False) -> CourseRule:
    """The rule from the table of permissions; `archived`: also while the course is archived."""

    of_any = course_rules.permitted if archived else course_rules.changeable
    return of_any(operation, by, role)


def limited(rule: CourseRule, limit: int | UnsetType | None) -> CourseRule:
    """Like `rule`, and the limit must not be below the number of enrolled students."""

    def limiting(course: CourseFacts) -> None:
        rule(course)
        if isinstance(limit, int) and limit < course.enrollment_count:
            raise RefusedError(
                "LIMIT_BELOW_ENROLLED",
                "More students than that are enrolled already",
                enrolled=course.enrollment_count,
            )

    return limiting


def restorable(by: str, role: str) -> CourseRule:
    """The rule for restoring: only an archived course."""
    owner = permitted("restoreCourse", by, role, archived=True)

    def rule(course: CourseFacts) -> None:
        owner(course)
        if course.status != CourseStatus.ARCHIVED:
            raise RefusedError("COURSE_NOT_ARCHIVED", "This course is not archived")

    return rule


def deletable(by: str, role: str) -> CourseRule:
    """The rule for deleting: only while nobody is enrolled, except for admins."""
    owner = permitted("deleteCourse", by, role, archived=True)

    def rule(course: CourseFacts) -> None:
        owner(course)
        if course.enrollment_count and role != Role.ADMIN:
            raise RefusedError(
                "COURSE_HAS_STUDENTS",
                "Students are enrolled; archive the course instead",
                enrolled=course.enrollment_count,
            )

    return rule


def removable(user_id: str, by: str, role: str) -> CourseRule:
    """The rule for removing teachers: the instructor and admins may; every teacher may leave."""
    own = {Relation.OWNER} if by == user_id else set[Relation]()

    def rule(course: CourseFacts) -> None:
        require("removeTeacher", course.relations(by, role) | own, role)

    return rule


def reassignable(by: str, role: str) -> TeacherRule:
    """The rule for changing a teacher's role: whoever may remove them may."""

    def rule(course: CourseFacts, user_id: str) -> None:
        removable(user_id, by, role)(course)

    return rule


def publishable(by: str, role: str) -> PublishRule:
    """The rule for publishing: the owner may, if the course has enough content.

    A published course stays published.
    """
    owner = permitted("publishCourse", by, role)

    def rule(facts: PublishFacts) -> None:
        owner(facts.course)
        missing: list[dict[str, Any]] = []
        if facts.modules_with_lessons < MIN_MODULES:
            there = facts.modules_with_lessons
            needed = f"{MIN_MODULES} modules with lessons are needed, there are {there}"
            few = problem(Rule.TOO_FEW, needed, min=MIN_MODULES)
            missing.append(few.at("modules"))
        for lesson_id, title in facts.lessons_without_video:
            none = problem(Rule.REQUIRED, f"the video of lesson {title!r} is missing")
            missing.append({**none.at("contentUrl"), "lesson_id": lesson_id})
        for lesson_id, title in facts.lessons_in_processing:
            later = problem(Rule.NOT_READY, f"the video of lesson {title!r} is not processed yet")
            missing.append({**later.at("video"), "lesson_id": lesson_id})
        if found := circle(facts.prerequisites):
            way = said(facts.prerequisites, found)
            waiting = problem(Rule.CYCLE, f"these wait for each other: {way}")
            missing.append({**waiting.at("prerequisites"), "ids": list(found)})
        if missing:
            text = "; ".join(each["message"] for each in missing)
            raise RefusedError(
                "COURSE_INCOMPLETE", f"The course is incomplete: {text}", missing=missing
            )

    return rule


def complete_lesson(lesson: LessonFacts) -> None:
    """Raise `ValidationError` if something that the lesson's type needs is missing."""
    fields = Fields()
    _check_content(fields, lesson, has_video=lesson.has_video)
    fields.check()


def _check_content(fields: Fields, lesson: LessonFacts | NewLesson, *, has_video: bool) -> None:
    if lesson.type == LessonType.VIDEO and lesson.content_url is None and not has_video:
        fields.wrong("contentUrl", Rule.REQUIRED, "or a film is required for a video")
    if lesson.type == LessonType.TEXT and lesson.content_text is None:
        fields.wrong("contentText", Rule.REQUIRED, "is required for a text")


def lesson_change_rule(rule: CourseRule) -> LessonRule:
    """Like `rule`, and the lesson must be complete after the change."""

    def changing(course: CourseFacts, lesson: LessonFacts) -> None:
        rule(course)
        complete_lesson(lesson)

    return changing


def without_circle(rule: CourseRule, field: str) -> PrerequisiteRule:
    """Like `rule`, and none of `needs`, which `one` will need, may itself need `one`, even
    indirectly and over modules and lessons."""

    def asking(course: CourseFacts, facts: Prerequisites, one: str, needs: Sequence[str]) -> None:
        rule(course)
        if found := circle_through(facts, one, needs):
            way = said(facts, found)
            message = f"would make a cycle of prerequisites: {way}"
            raise ValidationError.of(field, Rule.CYCLE, message)

    return asking


def reviewable(by: str, role: str) -> StudentRule:
    """The rule for reviews: students of the course may write them, its teachers may not.

    Nor may those who became teachers while they were its students.
    """

    def rule(course: CourseFacts, studies: frozenset[Relation]) -> None:
        teaches = course.staffed_by(by)
        relations = course.relations(by, role) | (frozenset() if teaches else studies)
        if not permits("reviewCourse", relations) and not teaches:
            left = Relation.FORMER in studies
            raise AuthorizationError(
                "You have left this course" if left else "You are not enrolled in this course",
                required_role="student of this course",
                user_role="former student of this course" if left else role,
            )
        require("reviewCourse", relations, role)

    return rule


def keeping_lessons(rule: CourseRule) -> RemovalRule:
    """Like `rule`, and a published course keeps a lesson.

    Without one nobody could complete it any more, and those who did would stand at 0 %.
    """

    def removing(removal: Removal) -> None:
        rule(removal.course)
        if removal.course.status == CourseStatus.PUBLISHED and removal.taken and not removal.left:
            raise RefusedError(
                "LAST_LESSON", "A published course keeps a lesson; archive the course instead"
            )

    return removing


def own_review(by: str, role: str) -> ReviewRule:
    """The rule for deleting a review: the author and admins may."""

    def rule(student_id: str) -> None:
        owner = {Relation.OWNER} if by == student_id else set[Relation]()
        require("deleteReview", by_role(by, role) | owner, role)

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
        once=once(command),
    )
    fields.check()
    return module


def new_lesson(command: AddLesson, lesson_id: str, now: int) -> NewLesson:
    """Clean and check a lesson, also for what its type needs. Raises `ValidationError`."""
    fields = Fields()
    lesson = NewLesson(
        id=lesson_id,
        module_id=command.module_id,
        title=fields.line("title", command.title, most=MAX_TITLE),
        type=str(command.type.value),
        description=fields.optional_html("description", command.description),
        content_url=fields.url("contentUrl", command.content_url),
        video_id=command.video_id or None,
        content_text=fields.optional_html("contentText", command.content_text),
        duration_minutes=fields.optional_number(
            "durationMinutes", command.duration_minutes, 0, MAX_MINUTES
        ),
        is_preview=command.is_preview,
        at=now,
        once=once(command),
    )
    _check_content(fields, lesson, has_video=lesson.video_id is not None)
    fields.check()
    return lesson
