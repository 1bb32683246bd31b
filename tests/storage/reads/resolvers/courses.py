"""Courses, their curriculum, staff and reviews, as obvious resolvers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from protocol.searching import found
from tests.storage.reads.look import Look, Resolver, newest, page
from tests.storage.reads.rows import Row


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


def sees_course(look: Look, course: Row) -> bool:
    return (
        course["status"] == "published"
        or look.teaches(course["id"])
        or look.enrollment(course["id"]) is not None
    )


def query_course(look: Look, _: Any, id: str) -> Row | None:
    return look.seen("courses", id, partial(sees_course, look))


def query_course_by_slug(look: Look, _: Any, slug: str) -> Row | None:
    course = look.school.find("courses", slug=slug)
    return course if course is not None and sees_course(look, course) else None


def query_courses(
    look: Look, _: Any, filter: Any = None, sort: str | None = None, **paging: Any
) -> dict[str, Any]:
    given = filter or {}
    rows = [
        row
        for row in look.school.rows("courses")
        if row["status"] == "published"
        and given.get("category") in (None, row["category"])
        and (given.get("difficulty") or "").lower() in ("", row["difficulty"])
        and given.get("instructorId") in (None, str(row["instructor_id"]))
        and given.get("free") in (None, row["price"] == 0)
        and (given.get("maxPrice") is None or row["price"] <= given["maxPrice"])
        and (given.get("minRating") is None or rating(row) >= given["minRating"])
        and found(row["title"], given.get("title") or "")
    ]
    key, reverse = SORTS[sort or "NEWEST"]
    rows.sort(key=lambda row: (key(row), row["id"]), reverse=reverse)
    return page(rows, **paging)


def query_course_categories(look: Look, _: Any) -> list[dict[str, Any]]:
    counted = Counter(
        row["category"] for row in look.school.rows("courses") if row["status"] == "published"
    )
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return [{"name": name, "courses": courses} for name, courses in ordered]


def query_my_courses(look: Look, _: Any, **paging: Any) -> dict[str, Any]:
    look.signed_in()
    rows = [
        row
        for row in look.school.rows("courses")
        if look.is_me(row["instructor_id"])
        or any(
            look.is_me(each["user_id"])
            for each in look.school.rows("course_teachers")
            if each["course_id"] == row["id"]
        )
    ]
    return page(newest(rows), **paging)


def course_instructor(look: Look, row: Row) -> Row | None:
    return look.school.find("users", id=row["instructor_id"])


def course_teachers(look: Look, row: Row) -> list[Row]:
    return present(look, {row["instructor_id"]} | staff(look, row, "co_teacher"))


def course_assistants(look: Look, row: Row) -> list[Row]:
    return present(look, staff(look, row, "assistant"))


def staff(look: Look, course: Row, role: str) -> set[Any]:
    return {
        each["user_id"]
        for each in look.school.rows("course_teachers")
        if each["course_id"] == course["id"] and each["role"] == role
    }


def present(look: Look, ids: set[Any]) -> list[Row]:
    users = [u for u in look.school.rows("users") if u["id"] in ids]
    present = [u for u in users if u["deleted_at"] is None]
    return sorted(present, key=lambda user: (user["created_at"], user["id"]))


def course_price(look: Look, row: Row) -> Row:
    return {"amount": f"{row['price']:.2f}", "currency": row["currency"]}


def course_reviews(look: Look, row: Row, **paging: Any) -> Any:
    rows = [r for r in look.school.rows("course_reviews") if r["course_id"] == row["id"]]
    return page(newest(rows), **paging)


def course_my_review(look: Look, course: Row) -> Row | None:
    mine = [each for each in look.school.rows("course_reviews") if look.is_me(each["student_id"])]
    return next((each for each in mine if each["course_id"] == course["id"]), None)


def course_review_course(look: Look, row: Row) -> Row | None:
    return look.school.find("courses", id=row["course_id"])


def course_review_student(look: Look, row: Row) -> Row | None:
    return look.school.find("users", id=row["student_id"])


def course_modules(look: Look, row: Row) -> list[Row]:
    return look.ordered("course_modules", course_id=row["id"])


def course_module_lessons(look: Look, row: Row) -> list[Row]:
    return look.ordered("lessons", module_id=row["id"])


def course_module_prerequisite(look: Look, row: Row) -> Row | None:
    return look.school.find("course_modules", id=row["prerequisite_module_id"])


def lesson_content_text(look: Look, row: Row) -> str | None:
    course = look.course_of_lesson(row["id"])
    allowed = row["is_preview"] or look.teaches(course)
    if not allowed and look.enrolled(course):
        allowed = unlocked(look, row)
    return row["content_text"] if allowed else None


def lesson_prerequisites(look: Look, row: Row) -> list[Row]:
    needed = needs(look, row)
    found = [each for each in look.school.rows("lessons") if each["id"] in needed]
    return sorted(found, key=lambda each: (each["created_at"], each["id"]))


def needs(look: Look, lesson: Row) -> set[Any]:
    return {
        each["prerequisite_id"]
        for each in look.school.rows("lesson_prerequisites")
        if each["lesson_id"] == lesson["id"]
    }


def unlocked(look: Look, lesson: Row) -> bool:
    """Every lesson that it needs, and every one of the module that its module needs."""
    return all(completed(look, each) for each in before(look, lesson))


def before(look: Look, lesson: Row) -> set[Any]:
    """What has to be completed first."""
    needed = module_of(look, lesson)["prerequisite_module_id"]
    return needs(look, lesson) | {
        each["id"] for each in look.school.rows("lessons") if each["module_id"] == needed
    }


def completed(look: Look, lesson_id: Any) -> bool:
    mine = {
        each["id"] for each in look.school.rows("enrollments") if look.is_me(each["student_id"])
    }
    return any(
        each["enrollment_id"] in mine
        and each["lesson_id"] == lesson_id
        and each["status"] == "completed"
        for each in look.school.rows("lesson_progress")
    )


def module_of(look: Look, lesson: Row) -> Row:
    module = look.school.find("course_modules", id=lesson["module_id"])
    assert module is not None
    return module


def sees_offer(look: Look, row: Row) -> bool:
    course = look.school.find("courses", id=row["course_id"])
    assert course is not None
    theirs = look.is_me(row["to_id"]) or look.is_me(course["instructor_id"])
    return row["expires_at"].year == 2999 and (theirs or look.is_admin)


def course_offer(look: Look, row: Row) -> Row | None:
    offer = look.school.find("course_offers", course_id=row["id"])
    return offer if offer is not None and sees_offer(look, offer) else None


def query_my_course_offers(look: Look, _: Any) -> list[Row]:
    look.signed_in()
    rows = look.school.rows("course_offers")
    return [row for row in rows if look.is_me(row["to_id"]) and sees_offer(look, row)]


def course_offer_course(look: Look, row: Row) -> Row | None:
    return look.school.find("courses", id=row["course_id"])


def course_offer_offered_to(look: Look, row: Row) -> Row | None:
    return look.school.find("users", id=row["to_id"])


def course_offer_offered_by(look: Look, row: Row) -> Row | None:
    return look.school.find("users", id=row["by_id"])


def query_lesson(look: Look, _: Any, id: str) -> Row | None:
    return look.seen("lessons", id, partial(sees_its_course, look))


def sees_its_course(look: Look, lesson: Row) -> bool:
    course = look.school.find("courses", id=look.course_of_lesson(lesson["id"]))
    assert course is not None
    return sees_course(look, course)


def course_module_course(look: Look, row: Row) -> Row | None:
    return look.school.find("courses", id=row["course_id"])


def in_order(look: Look, lesson: Row) -> list[Row]:
    """All lessons of its course."""
    course = module_of(look, lesson)["course_id"]
    modules = look.ordered("course_modules", course_id=course)
    return [each for module in modules for each in look.ordered("lessons", module_id=module["id"])]


def lesson_previous(look: Look, row: Row) -> Row | None:
    lessons = in_order(look, row)
    place = lessons.index(row)
    return lessons[place - 1] if place else None


def lesson_next(look: Look, row: Row) -> Row | None:
    return next(iter(in_order(look, row)[in_order(look, row).index(row) + 1 :]), None)


def lesson_unlocked(look: Look, row: Row) -> bool:
    return lesson_content_text(look, row) is not None


def course_missing(look: Look, row: Row) -> list[Row]:
    """Modules with lessons and videos; `test_course_gaps` has the rest."""
    if row["status"] not in ("draft", "pending_review") or not look.teaches(row["id"]):
        return []
    modules = look.ordered("course_modules", course_id=row["id"])
    lessons = [each for m in modules for each in look.ordered("lessons", module_id=m["id"])]
    few = {"field": "modules", "code": "TOO_FEW", "min": 3, "lesson": None}
    gaps = [few] if len({each["module_id"] for each in lessons}) < 3 else []
    return gaps + [
        {**gap, "min": None, "lesson": each}
        for each in lessons
        if each["lesson_type"] == "video"
        for gap in _video_gaps(look, each)
    ]


def _video_gaps(look: Look, lesson: Row) -> list[Row]:
    video = look.school.find("videos", id=lesson.get("video_id"))
    if video is not None and video["shown_id"] is None:
        return [{"field": "video", "code": "NOT_READY"}]
    if video is None and lesson["content_url"] is None:
        return [{"field": "contentUrl", "code": "REQUIRED"}]
    return []


RESOLVERS: Mapping[str, Resolver] = {
    "Query.lesson": query_lesson,
    "Course.missing": course_missing,
    "CourseModule.course": course_module_course,
    "Lesson.module": module_of,
    "Lesson.previous": lesson_previous,
    "Lesson.next": lesson_next,
    "Lesson.unlocked": lesson_unlocked,
    "Query.course": query_course,
    "Query.courseBySlug": query_course_by_slug,
    "Query.courses": query_courses,
    "Query.courseCategories": query_course_categories,
    "Query.myCourses": query_my_courses,
    "Course.instructor": course_instructor,
    "Course.teachers": course_teachers,
    "Course.assistants": course_assistants,
    "Course.offer": course_offer,
    "CourseOffer.course": course_offer_course,
    "CourseOffer.offeredTo": course_offer_offered_to,
    "CourseOffer.offeredBy": course_offer_offered_by,
    "Query.myCourseOffers": query_my_course_offers,
    "Course.price": course_price,
    "Course.reviews": course_reviews,
    "Course.myReview": course_my_review,
    "CourseReview.course": course_review_course,
    "CourseReview.student": course_review_student,
    "Course.modules": course_modules,
    "CourseModule.lessons": course_module_lessons,
    "CourseModule.prerequisite": course_module_prerequisite,
    "Lesson.contentText": lesson_content_text,
    "Lesson.prerequisites": lesson_prerequisites,
}
