"""The courses domain in the read model."""

from __future__ import annotations

from protocol.courses.values import MIN_MODULES
from storage.course_of import course_of_module
from storage.reads import rules
from storage.reads.model import (
    Connection,
    Domain,
    Embedded,
    Form,
    Key,
    Many,
    One,
    Root,
    Type,
    Value,
    enumeration,
    identifier,
    instant,
    plain,
    text,
)
from storage.reads.unlocking import unlocked


def course_visible(course: str = "{t}") -> str:
    """The viewer sees the course with that alias."""
    return (
        f"{course}.status = 'published' or {course}.instructor_id = {{viewer}}"
        f" or {rules.visible('Course', f'{course}.id')}"
    )


CONTENT = "{t}.is_preview or " + rules.visible(
    "Lesson.contentText", course_of_module("{t}.module_id"), students=unlocked("{t}")
)
"""Who may open a lesson. Everybody who sees the course sees its title and length."""

UNPUBLISHED = "status in ('draft', 'pending_review')"
LESSONS = "lessons l join course_modules m on m.id = l.module_id"
NEEDED = f"""
    select m.id as one, m.prerequisite_module_id as needs, m.course_id,
           n.order_number < m.order_number as earlier
    from course_modules m join course_modules n on n.id = m.prerequisite_module_id
    union all select l.id, m.prerequisite_module_id, m.course_id, true
    from {LESSONS} where m.prerequisite_module_id is not null
    union all select m.id, l.id, m.course_id, true from {LESSONS}
    union all select l.id, p.prerequisite_id, m.course_id,
        (nm.order_number, n.order_number) < (m.order_number, l.order_number)
    from {LESSONS} join lesson_prerequisites p on p.lesson_id = l.id
        join lessons n on n.id = p.prerequisite_id join course_modules nm on nm.id = n.module_id
"""
"""What each module and lesson of a course needs, as `actors.courses.prerequisites` has it.

No circle is without a step to what does not stand earlier in the course: the search begins there.
"""
CIRCLE = f"""
    exists (with recursive edges as materialized (
                select * from ({NEEDED}) e where e.course_id = c.id),
            ahead (origin, at) as (
                select e.one, e.needs from edges e where not e.earlier
                union select a.origin, e.needs from ahead a join edges e on e.one = a.at)
            select from ahead where at = origin)
"""
GAPS = f"""(
    select c.id as course_id, 0 as place, 'modules' as field, 'TOO_FEW' as code,
           {MIN_MODULES} as least, null::uuid as lesson_id
    from courses c where c.{UNPUBLISHED} and {MIN_MODULES} > (
        select count(distinct l.module_id) from {LESSONS} where m.course_id = c.id)
    union all
    select c.id, (m.order_number + 1) * 1000 + l.order_number, 'contentUrl', 'REQUIRED', null, l.id
    from courses c join course_modules m on m.course_id = c.id join lessons l on l.module_id = m.id
    where c.{UNPUBLISHED} and l.lesson_type = 'video' and l.content_url is null
        and l.video_id is null
    union all
    select c.id, (m.order_number + 1) * 1000 + l.order_number, 'video', 'NOT_READY', null, l.id
    from courses c join course_modules m on m.course_id = c.id join lessons l on l.module_id = m.id
        join videos v on v.id = l.video_id
    where c.{UNPUBLISHED} and l.lesson_type = 'video' and v.shown_id is null
    union all
    select c.id, 1000000, 'prerequisites', 'CYCLE', null, null
    from courses c where c.{UNPUBLISHED} and {CIRCLE}
)"""

GAP = Type(
    name="CourseGap",
    table=GAPS,
    fields={
        "field": text("field"),
        "code": text("code"),
        "min": plain("least", nullable=True),
        "lesson": One(type="Lesson", join="{t}.id = {p}.lesson_id", nullable=True),
    },
    visible=rules.visible("Course.missing", "{t}.course_id"),
)

CATEGORIES = 100
"""Those with most courses; a school has a few."""
CATEGORY = Type(
    name="CourseCategory",
    table=(
        "(select category as name, count(*) as courses from courses"
        " where status = 'published' group by category)"
    ),
    fields={"name": text("name"), "courses": plain("courses")},
)

NEWEST_FIRST = (
    Key("{t}.created_at", "instant", descending=True),
    Key("{t}.id", "uuid", descending=True),
)

SORTS = {
    "NEWEST": NEWEST_FIRST,
    "OLDEST": (Key("{t}.created_at", "instant"), Key("{t}.id", "uuid")),
    "TITLE": (Key("lower({t}.title)", "text"), Key("{t}.id", "uuid")),
    "POPULAR": (
        Key("{t}.enrollment_count", "int", descending=True),
        Key("{t}.id", "uuid", descending=True),
    ),
    "RATING": (
        Key("coalesce({t}.average_rating, 0)", "number", descending=True),
        Key("{t}.id", "uuid", descending=True),
    ),
    "PRICE": (Key("{t}.price", "number"), Key("{t}.id", "uuid")),
}

COURSE = Type(
    name="Course",
    table="courses",
    fields={
        "id": identifier(),
        "title": text("title"),
        "description": text("description"),
        "slug": text("slug"),
        "instructor": One(type="User", join="{t}.id = {p}.instructor_id"),
        "teachers": Many(
            type="User",
            join=(
                "{t}.id = {p}.instructor_id or {t}.id in"
                " (select ct.user_id from course_teachers ct"
                " where ct.course_id = {p}.id and ct.role = 'co_teacher')"
            ),
            order="{t}.created_at, {t}.id",
        ),
        "assistants": Many(
            type="User",
            join=(
                "{t}.id in (select ct.user_id from course_teachers ct"
                " where ct.course_id = {p}.id and ct.role = 'assistant')"
            ),
            order="{t}.created_at, {t}.id",
        ),
        "offer": One(type="CourseOffer", join="{t}.course_id = {p}.id", nullable=True),
        "category": text("category"),
        "difficulty": enumeration("difficulty"),
        "price": Embedded(type="Money"),
        "status": enumeration("status"),
        "modules": Many(
            type="CourseModule", join="{t}.course_id = {p}.id", order="{t}.order_number"
        ),
        "enrollmentCount": plain("enrollment_count"),
        "enrollmentLimit": plain("enrollment_limit", nullable=True),
        "averageRating": plain("average_rating", nullable=True),
        "totalReviews": plain("total_reviews"),
        "reviews": Connection(
            type="CourseReview", join="{t}.course_id = {p}.id", keys=NEWEST_FIRST
        ),
        "myReview": One(
            type="CourseReview",
            join="{t}.course_id = {p}.id and {t}.student_id = {viewer}",
            nullable=True,
        ),
        "missing": Many(type="CourseGap", join="{t}.course_id = {p}.id", order="{t}.place"),
        "thumbnailUrl": text("thumbnail_url", nullable=True),
        "thumbnailAlt": text("thumbnail_alt", nullable=True),
        "publishedAt": instant("published_at", nullable=True),
        "createdAt": instant("created_at"),
        "updatedAt": instant("updated_at"),
        "revision": plain("revision"),
    },
    visible=course_visible(),
)

OFFER_OPEN = "{t}.expires_at > now()"
OFFER = Type(
    name="CourseOffer",
    table="course_offers",
    fields={
        "course": One(type="Course", join="{t}.id = {p}.course_id"),
        "offeredTo": One(type="User", join="{t}.id = {p}.to_id"),
        "offeredBy": One(type="User", join="{t}.id = {p}.by_id"),
        "offeredAt": instant("offered_at"),
        "expiresAt": instant("expires_at"),
    },
    visible=(
        f"{OFFER_OPEN} and " + rules.visible("CourseOffer", "{t}.course_id", owner="{t}.to_id")
    ),
)

MONEY = Type(
    name="Money",
    fields={
        "amount": Value(sql="{t}.price", form=Form.QUOTED),
        "currency": text("currency"),
    },
)

MODULE = Type(
    name="CourseModule",
    table="course_modules",
    fields={
        "id": identifier(),
        "course": One(type="Course", join="{t}.id = {p}.course_id"),
        "title": text("title"),
        "description": text("description", nullable=True),
        "orderNumber": plain("order_number"),
        "lessons": Many(type="Lesson", join="{t}.module_id = {p}.id", order="{t}.order_number"),
        "durationMinutes": plain("duration_minutes"),
        "revision": plain("revision"),
        "prerequisite": One(
            type="CourseModule", join="{t}.id = {p}.prerequisite_module_id", nullable=True
        ),
    },
)


def beside(which: str, direction: str) -> str:
    """The lesson before or after another one, over the whole course."""
    return (
        "{t}.id = (select l.id from course_modules own"
        " join course_modules m on m.course_id = own.course_id"
        " join lessons l on l.module_id = m.id where own.id = {p}.module_id and"
        f" (m.order_number, l.order_number) {which} (own.order_number, {{p}}.order_number)"
        f" order by m.order_number {direction}, l.order_number {direction} limit 1)"
    )


LESSON = Type(
    name="Lesson",
    table="lessons",
    fields={
        "id": identifier(),
        "title": text("title"),
        "description": text("description", nullable=True),
        "type": enumeration("lesson_type"),
        "contentUrl": text("content_url", nullable=True, visible=CONTENT),
        "contentText": text("content_text", nullable=True, visible=CONTENT),
        "durationMinutes": plain("duration_minutes", nullable=True),
        "orderNumber": plain("order_number"),
        "isPreview": plain("is_preview"),
        "revision": plain("revision"),
        "module": One(type="CourseModule", join="{t}.id = {p}.module_id"),
        "previous": One(type="Lesson", join=beside("<", "desc"), nullable=True),
        "next": One(type="Lesson", join=beside(">", "asc"), nullable=True),
        "unlocked": Value(sql=f"coalesce({CONTENT}, false)", form=Form.PLAIN),
        "prerequisites": Many(
            type="Lesson",
            join=(
                "{t}.id in (select need.prerequisite_id from lesson_prerequisites need"
                " where need.lesson_id = {p}.id)"
            ),
            order="{t}.created_at, {t}.id",
        ),
    },
)

REVIEW = Type(
    name="CourseReview",
    table="course_reviews",
    fields={
        "id": identifier(),
        "course": One(type="Course", join="{t}.id = {p}.course_id"),
        "student": One(type="User", join="{t}.id = {p}.student_id"),
        "rating": plain("rating"),
        "comment": text("comment", nullable=True),
        "createdAt": instant("created_at"),
        "updatedAt": instant("updated_at"),
    },
)

OF_COURSE_SEEN = (
    "{t}.id = {id} and exists (select 1 from courses k where k.id = {t}.course_id and ("
    + course_visible("k")
    + "))"
)
LESSON_SEEN = (
    "{t}.id = {id} and exists (select 1 from course_modules km join courses k"
    " on k.id = km.course_id where km.id = {t}.module_id and (" + course_visible("k") + "))"
)

DOMAIN = Domain(
    types=(COURSE, CATEGORY, GAP, OFFER, MONEY, MODULE, LESSON, REVIEW),
    nodes={
        "Course": One(type="Course", join="{t}.id = {id}", nullable=True),
        "CourseModule": One(type="CourseModule", join=OF_COURSE_SEEN, nullable=True),
        "Lesson": One(type="Lesson", join=LESSON_SEEN, nullable=True),
        "CourseReview": One(type="CourseReview", join=OF_COURSE_SEEN, nullable=True),
    },
    roots={
        "course": Root(
            shape=One(type="Course", join="{t}.id = {id}", nullable=True), arguments={"id": "uuid"}
        ),
        "courseBySlug": Root(
            shape=One(type="Course", join="{t}.slug = {slug}", nullable=True),
            arguments={"slug": "text"},
        ),
        "courseReview": Root(
            shape=One(type="CourseReview", join="{t}.id = {id}", nullable=True),
            arguments={"id": "uuid"},
        ),
        "courseModule": Root(
            shape=One(type="CourseModule", join=OF_COURSE_SEEN, nullable=True),
            arguments={"id": "uuid"},
        ),
        "lesson": Root(
            shape=One(type="Lesson", join=LESSON_SEEN, nullable=True), arguments={"id": "uuid"}
        ),
        "courses": Root(
            shape=Connection(
                type="Course",
                join="{t}.status = 'published'",
                open=True,
                keys=NEWEST_FIRST,
                filters={
                    "filter.category": ("text", "{t}.category = {arg}"),
                    "filter.difficulty": ("lower", "{t}.difficulty = {arg}"),
                    "filter.instructorId": ("uuid", "{t}.instructor_id = {arg}"),
                    "filter.free": ("flag", "({t}.price = 0) = {arg}"),
                    "filter.maxPrice": ("number", "{t}.price <= {arg}"),
                    "filter.minRating": ("number", "coalesce({t}.average_rating, 0) >= {arg}"),
                    "filter.title": ("words", rules.holds_words("{t}.title_key")),
                },
                sorts=SORTS,
            )
        ),
        "courseCategories": Root(
            shape=Many(
                type="CourseCategory",
                join="true",
                order="{t}.courses desc, {t}.name",
                limit=CATEGORIES,
            )
        ),
        "myCourses": Root(
            shape=Connection(
                type="Course",
                join=(
                    "{t}.id in (select oc.id from courses oc where oc.instructor_id = {viewer}"
                    " union all"
                    " select ct.course_id from course_teachers ct where ct.user_id = {viewer})"
                ),
                open=True,
                keys=NEWEST_FIRST,
            )
        ),
        "myCourseOffers": Root(
            shape=Many(
                type="CourseOffer",
                join="{t}.to_id = {viewer}",
                order="{t}.offered_at desc, {t}.course_id",
            )
        ),
        "eventCourse": Root(
            shape=One(type="Course", join="{t}.id = {id}", nullable=True, open=True),
            arguments={"id": "uuid"},
        ),
        "eventLesson": Root(
            shape=One(type="Lesson", join="{t}.id = {id}", nullable=True, open=True),
            arguments={"id": "uuid"},
        ),
    },
)
