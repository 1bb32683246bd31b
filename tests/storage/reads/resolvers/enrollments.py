"""Enrolments and the progress in them, as obvious resolvers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from tests.storage.reads.look import Look, Resolver, newest, page
from tests.storage.reads.resolvers.courses import before, module_of
from tests.storage.reads.rows import START, Row


def query_my_enrollments(look: Look, _: Any, status: str | None = None) -> list[Row]:
    look.signed_in()
    rows = [
        row
        for row in look.school.rows("enrollments")
        if look.is_me(row["student_id"]) and (not status or row["status"] == status.lower())
    ]
    return sorted(rows, key=lambda row: row["enrolled_at"], reverse=True)


def sees_enrollment(look: Look, row: Row) -> bool:
    return look.is_me(row["student_id"]) or look.teaches(row["course_id"])


def query_enrollment(look: Look, _: Any, id: str) -> Row | None:
    look.signed_in()
    return look.seen("enrollments", id, partial(sees_enrollment, look))


def query_enrollment_progress(look: Look, _: Any, enrollmentId: str) -> Row | None:
    return query_enrollment(look, _, enrollmentId)


def query_course_enrollments(
    look: Look, _: Any, courseId: str, status: str | None = None, **paging: Any
) -> dict[str, Any]:
    look.signed_in()
    rows = [
        row
        for row in look.school.rows("enrollments")
        if str(row["course_id"]) == courseId
        and sees_enrollment(look, row)
        and (not status or row["status"] == status.lower())
    ]
    rows.sort(key=lambda row: (row["enrolled_at"], row["id"]), reverse=True)
    return page(rows, **paging)


def enrollment_student(look: Look, row: Row) -> Row | None:
    return look.school.find("users", id=row["student_id"])


def enrollment_course(look: Look, row: Row) -> Row | None:
    return look.school.find("courses", id=row["course_id"])


def enrollment_removed_by(look: Look, row: Row) -> Row | None:
    if not look.teaches(row["course_id"]):
        return None
    return look.school.find("users", id=row["removed_by"])


def enrollment_removal_reason(look: Look, row: Row) -> Any:
    return row["removal_reason"] if look.teaches(row["course_id"]) else None


def enrollment_extra_time(look: Look, row: Row) -> float | None:
    return row["extra_time"] if sees_enrollment(look, row) else None


def enrollment_unlimited_time(look: Look, row: Row) -> bool | None:
    return row["unlimited_time"] if sees_enrollment(look, row) else None


def enrollment_lessons(look: Look, row: Row) -> list[Row]:
    rows = [
        each for each in look.school.rows("lesson_progress") if each["enrollment_id"] == row["id"]
    ]
    return sorted(rows, key=lambda each: place(look, each["lesson_id"]))


def place(look: Look, lesson_id: Any) -> tuple[int, int]:
    lesson = lesson_progress_lesson(look, {"lesson_id": lesson_id})
    return module_of(look, lesson)["order_number"], lesson["order_number"]


def lesson_progress_lesson(look: Look, row: Row) -> Row:
    lesson = look.school.find("lessons", id=row["lesson_id"])
    assert lesson is not None
    return lesson


def enrollment_modules(look: Look, row: Row) -> list[Row]:
    modules: dict[Any, Row] = {}
    for each in enrollment_lessons(look, row):
        module = module_of(look, lesson_progress_lesson(look, each))
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


def progress_summary_enrollment(look: Look, row: Row) -> Row:
    return row


def progress_summary_completed_lessons(look: Look, row: Row) -> int:
    return sum(each["status"] == "completed" for each in enrollment_lessons(look, row))


def progress_summary_total_lessons(look: Look, row: Row) -> int:
    return len(enrollment_lessons(look, row))


def progress_summary_estimated_time_remaining(look: Look, row: Row) -> int:
    rows = [(each, lesson_progress_lesson(look, each)) for each in enrollment_lessons(look, row)]
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


def progress_summary_next_recommended_lesson(look: Look, row: Row) -> Row | None:
    status = {each["lesson_id"]: each["status"] for each in enrollment_lessons(look, row)}
    for each in enrollment_lessons(look, row):
        lesson = lesson_progress_lesson(look, each)
        needed_first = before(look, lesson)
        open_now = lesson["is_preview"] or all(
            status.get(needed, "completed") == "completed" for needed in needed_first
        )
        if each["status"] != "completed" and open_now:
            return lesson
    return None


def progress_summary_struggling_areas(look: Look, row: Row) -> list[str]:
    areas = {}
    for each in enrollment_lessons(look, row):
        lesson = lesson_progress_lesson(look, each)
        planned = (lesson["duration_minutes"] or 0) * 60
        stuck = each["status"] != "completed" and (
            each["attempts_count"] >= 3
            or (planned > 0 and each["time_spent_seconds"] > 2 * planned)
        )
        if stuck or (each["quiz_score"] is not None and each["quiz_score"] < 60):
            module = module_of(look, lesson)
            areas[module["order_number"]] = module["title"]
    return [areas[order] for order in sorted(areas)]


def sees_link(look: Look, row: Row) -> bool:
    """Those who may change the course."""
    course = look.school.find("courses", id=row["course_id"])
    assert course is not None
    return look.is_admin or any(map(look.is_me, staff(look, course)))


def staff(look: Look, course: Row) -> list[Any]:
    co_teachers = [
        row["user_id"]
        for row in look.school.rows("course_teachers")
        if row["course_id"] == course["id"] and row["role"] == "co_teacher"
    ]
    return [course["instructor_id"], *co_teachers]


def sees_invitation(look: Look, row: Row) -> bool:
    return sees_link(look, row) and is_future(row["expires_at"])


def is_future(moment: datetime) -> bool:
    return moment.year > START.year


def link_open(look: Look, row: Row) -> bool:
    used_up = row["max_uses"] is not None and row["uses"] >= row["max_uses"]
    return row["revoked_at"] is None and is_future(row["expires_at"]) and not used_up


def link_url(look: Look, row: Row) -> str:
    [address] = look.school.rows("public_addresses")
    return f"{address['address']}/join-course/{row['token']}"


def link_created_by(look: Look, row: Row) -> Row | None:
    return look.school.find("users", id=row["created_by"])


def invitation_invited_by(look: Look, row: Row) -> Row | None:
    return look.school.find("users", id=row["invited_by"])


def course_enrollment_links(look: Look, course: Row) -> list[Row]:
    rows = look.school.rows("enrollment_links")
    return newest(
        [each for each in rows if each["course_id"] == course["id"] and sees_link(look, each)]
    )


def course_invitations(look: Look, course: Row, **paging: Any) -> dict[str, Any]:
    rows = [
        each
        for each in look.school.rows("enrollment_invitations")
        if each["course_id"] == course["id"] and sees_invitation(look, each)
    ]
    rows.sort(key=lambda row: (row["sent_at"], row["id"]), reverse=True)
    return page(rows, **paging)


def query_course_by_link(look: Look, _: Any, token: str) -> Row | None:
    link = look.school.find("enrollment_links", token=token)
    if link is None or not link_open(look, link):
        return None
    course = enrollment_course(look, link)
    assert course is not None
    return course if course["status"] == "published" else None


def enrollment_progress(look: Look, row: Row) -> Row:
    return row


def lesson_my_progress(look: Look, lesson: Row) -> Row | None:
    for row in look.school.rows("lesson_progress"):
        enrollment = look.school.find("enrollments", id=row["enrollment_id"])
        assert enrollment is not None
        if row["lesson_id"] == lesson["id"] and look.is_me(enrollment["student_id"]):
            return row
    return None


def course_my_enrollment(look: Look, course: Row) -> Row | None:
    mine = [each for each in look.school.rows("enrollments") if look.is_me(each["student_id"])]
    return next((each for each in mine if each["course_id"] == course["id"]), None)


RESOLVERS: Mapping[str, Resolver] = {
    "Enrollment.progress": enrollment_progress,
    "Lesson.myProgress": lesson_my_progress,
    "Query.courseByLink": query_course_by_link,
    "Course.myEnrollment": course_my_enrollment,
    "Course.enrollmentLinks": course_enrollment_links,
    "Course.invitations": course_invitations,
    "EnrollmentLink.course": enrollment_course,
    "EnrollmentLink.url": link_url,
    "EnrollmentLink.createdBy": link_created_by,
    "EnrollmentLink.open": link_open,
    "StudentInvitation.course": enrollment_course,
    "StudentInvitation.invitedBy": invitation_invited_by,
    "Query.myEnrollments": query_my_enrollments,
    "Query.enrollment": query_enrollment,
    "Query.enrollmentProgress": query_enrollment_progress,
    "Query.courseEnrollments": query_course_enrollments,
    "Enrollment.student": enrollment_student,
    "Enrollment.extraTime": enrollment_extra_time,
    "Enrollment.unlimitedTime": enrollment_unlimited_time,
    "Enrollment.course": enrollment_course,
    "Enrollment.removedBy": enrollment_removed_by,
    "Enrollment.removalReason": enrollment_removal_reason,
    "Enrollment.lessons": enrollment_lessons,
    "LessonProgress.lesson": lesson_progress_lesson,
    "Enrollment.modules": enrollment_modules,
    "Enrollment.nextLesson": progress_summary_next_recommended_lesson,
    "ProgressSummary.enrollment": progress_summary_enrollment,
    "ProgressSummary.completedLessons": progress_summary_completed_lessons,
    "ProgressSummary.totalLessons": progress_summary_total_lessons,
    "ProgressSummary.estimatedTimeRemaining": progress_summary_estimated_time_remaining,
    "ProgressSummary.nextRecommendedLesson": progress_summary_next_recommended_lesson,
    "ProgressSummary.strugglingAreas": progress_summary_struggling_areas,
}
