"""The specification's properties of courses, each on a real database."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.graphql.limits import Limits
from protocol.courses.commands import (
    AddLesson,
    ArchiveCourse,
    DeleteCourse,
    PublishCourse,
    ReviewCourse,
    UpdateCourse,
    UpdateLesson,
    UpdateModule,
)
from protocol.courses.values import LessonType
from protocol.errors import AuthorizationError, RefusedError, ValidationError
from protocol.permissions import PERMISSIONS, Relation
from protocol.selection import Viewer
from storage.reads.reads import CompiledReads
from tests.domains.courses import DOMAIN
from tests.gateway.graphql.harness import Service
from tests.storage.records.school import School, opened
from tests.supervisors.cells import COMMANDS
from tests.support.texts import lines
from tests.support.world import World

PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
TITLES = lines(80)
EDUCATORS_ONLY = sorted(
    name
    for name, permission in PERMISSIONS.items()
    if permission.on == "course"
    and not permission.to & {Relation.USER, Relation.STUDENT}
    and name in DOMAIN.commands.signed_in
)


@PROPERTY
@given(operation=st.sampled_from(EDUCATORS_ONLY), enrolled=st.booleans())
async def test_a_student_does_nothing_that_is_for_educators(
    database_url: str, operation: str, enrolled: bool
) -> None:
    """Property 9: Role-based endpoint access

    Validates: Requirements 2.2, 2.3
    """
    async with opened(database_url) as school:
        unused: Any = None
        teacher, student = await school.user("educator"), await school.user()
        world = World(unused, handlers={"courses": school.courses})
        world.people = dict.fromkeys(Relation, student)
        course = await school.course(teacher)
        module = await school.module(teacher, course)
        lesson = await school.lesson(teacher, module)
        world.ids = {"course": course, "module": module, "lesson": lesson}
        if enrolled:
            await school.rows("update courses set status = 'published'")
            await school.enroll(student, course)
        with pytest.raises(AuthorizationError) as refusal:
            await world.do(COMMANDS[operation](world, Relation.STUDENT))
        assert refusal.value.details["user_role"] == "student"


@PROPERTY
@given(titles=st.lists(TITLES, min_size=1, max_size=4), same=TITLES, copies=st.integers(2, 4))
async def test_no_two_courses_have_the_same_slug(
    database_url: str, titles: list[str], same: str, copies: int
) -> None:
    """Property 12: Course slug generation uniqueness

    Validates: Requirements 3.1
    """
    async with opened(database_url) as school:
        await school.rows("delete from courses")
        teacher = await school.user("educator")
        wanted = [*titles, *[same] * copies]
        async with trio.open_nursery() as nursery:
            for title in wanted:
                nursery.start_soon(school.course, teacher, title)
        slugs = {row["slug"] for row in await school.rows("select slug from courses")}
        assert len(slugs) == len(wanted)
        assert all(slugs)


@PROPERTY
@given(at_once=st.lists(st.integers(1, 4), min_size=1, max_size=3))
async def test_modules_are_numbered_without_doubles_and_gaps(
    database_url: str, at_once: list[int]
) -> None:
    """Property 13: Module order number uniqueness

    Validates: Requirements 3.2
    """
    async with opened(database_url) as school:
        await school.rows("delete from courses")
        teacher = await school.user("educator")
        course = await school.course(teacher)
        for count in at_once:
            async with trio.open_nursery() as nursery:
                for _ in range(count):
                    nursery.start_soon(school.module, teacher, course)
        rows = await school.rows("select order_number from course_modules order by 1")
        assert [row[0] for row in rows] == list(range(1, sum(at_once) + 1))


COURSE = """query ($id: ID!) {
  course(id: $id) { title modules { title lessons { title } } }
}"""
CONTENT = {LessonType.VIDEO: "content_url", LessonType.TEXT: "content_text"}


@PROPERTY
@given(
    kind=st.sampled_from(LessonType),
    url=st.sampled_from([None, "", "https://cdn.example/v.m3u8", "/media/v.mp4"]),
    text=st.sampled_from([None, "", "  ", "Look up"]),
)
async def test_a_lesson_needs_what_its_type_shows(
    database_url: str, kind: LessonType, url: str | None, text: str | None
) -> None:
    """Property 14: Lesson type validation

    Validates: Requirements 3.3
    """
    async with opened(database_url) as school:
        teacher = await school.user("educator")
        module = await school.module(teacher, await school.course(teacher))
        add = AddLesson(
            by=teacher,
            by_role="educator",
            module_id=module,
            title="L",
            type=kind,
            content_url=url,
            content_text=text,
        )
        given_ = {"content_url": url, "content_text": text}
        needed = CONTENT.get(kind)
        count = "select count(*) from lessons where module_id::text = $1"
        if needed is None or (given_[needed] or "").strip():
            await school.courses.handle(add)
            assert (await school.rows(count, module))[0][0] == 1
            return
        with pytest.raises(ValidationError) as refusal:
            await school.courses.handle(add)
        [wrong] = refusal.value.details["fields"]
        assert (
            wrong["field"] == {"content_url": "contentUrl", "content_text": "contentText"}[needed]
        )
        assert (await school.rows(count, module))[0][0] == 0


LESSONS = ("text", "no film", "waiting", "processing", "failed", "ready", "replaced")
READY = ("text", "ready", "replaced")
VIDEO_LESSON = """
update lessons set lesson_type = 'video', content_url = null, video_id = $2::text::uuid
where id::text = $1
"""


async def film(school: School, course: str, state: str) -> str:
    """A film of the course in that state; one is shown while a newer file is processed."""
    video = str(uuid4())
    shown = await encoding(school, "ready") if state in READY else None
    coming = "processing" if state == "replaced" else state
    following = None if state == "ready" else await encoding(school, coming)
    await school.rows(
        "insert into videos (id, course_id, title, file_name, size, shown_id, next_id, created_at,"
        " updated_at) values ($1::text::uuid, $2::text::uuid, 'F', 'f.mp4', 1, $3::text::uuid,"
        " $4::text::uuid, now(), now())",
        *(video, course, shown, following),
    )
    return video


async def encoding(school: School, state: str) -> str:
    key = str(uuid4())
    await school.rows(
        "insert into video_encodings (id, state, fault, duration_ms, created_at, ended_at)"
        " values ($1::text::uuid, $2::text, case when $2 = 'failed' then 'unreadable' end,"
        " case when $2 = 'ready' then 1000 end, now(),"
        " case when $2 in ('ready', 'failed') then now() end)",
        *(key, state),
    )
    return key


@PROPERTY
@given(
    modules=st.lists(st.lists(st.sampled_from(LESSONS), max_size=2), max_size=5),
    archived=st.booleans(),
)
async def test_a_course_is_published_with_three_full_modules_and_every_video_there(
    database_url: str, modules: list[list[str]], archived: bool
) -> None:
    """Property 16: Publication validation completeness

    Validates: Requirements 3.5
    """
    async with opened(database_url) as school:
        teacher = await school.user("educator")
        course = await school.course(teacher)
        for number, lessons in enumerate(modules):
            module = await school.module(teacher, course, f"M{number}")
            for kind in lessons:
                lesson = await school.lesson(teacher, module)
                if kind != "text":
                    video = None if kind == "no film" else await film(school, course, kind)
                    await school.rows(VIDEO_LESSON, lesson, video)
        if archived:
            await school.courses.handle(
                ArchiveCourse(by=teacher, by_role="educator", course_id=course)
            )
        publish = PublishCourse(by=teacher, by_role="educator", course_id=course)
        full = sum(bool(lessons) for lessons in modules)
        ready = all(kind in READY for lessons in modules for kind in lessons)
        if full >= 3 and ready and not archived:
            await school.courses.handle(publish)
            expected = "published"
        else:
            with pytest.raises(RefusedError):
                await school.courses.handle(publish)
            expected = "archived" if archived else "draft"
        (row,) = await school.rows("select status from courses where id::text = $1", course)
        assert row["status"] == expected


@PROPERTY
@given(changes=st.lists(st.tuples(st.integers(0, 2), TITLES), min_size=1, max_size=4))
async def test_whatever_is_changed_the_next_read_shows_it(
    database_url: str, changes: list[tuple[int, str]]
) -> None:
    """Property 17: Cache invalidation on update

    Validates: Requirements 3.6

    Courses are not cached: a read by a prepared statement costs no more than asking Redis would.
    So there is nothing to invalidate, and no moment at which what is read is old.
    """
    async with opened(database_url) as school:
        teacher = await school.user("educator")
        course = await school.course(teacher)
        module = await school.module(teacher, course)
        lesson = await school.lesson(teacher, module)
        service = Service(CompiledReads(school.database), limits=Limits())
        acting: dict[str, Any] = {"by": teacher, "by_role": "educator"}
        for what, title in changes:
            await school.courses.handle(
                (
                    UpdateCourse(**acting, course_id=course, title=title),
                    UpdateModule(**acting, module_id=module, title=title),
                    UpdateLesson(**acting, lesson_id=lesson, title=title),
                )[what]
            )
            answer = await service.ask(
                COURSE,
                {"id": course},
                viewer=Viewer(user_id=teacher, role="educator"),
            )
            read = answer.data["course"]
            titles = [read["title"], read["modules"][0]["title"]]
            titles.append(read["modules"][0]["lessons"][0]["title"])
            (row,) = await school.rows(
                "select c.title, m.title, l.title from courses c join course_modules m"
                " on m.course_id = c.id join lessons l on l.module_id = m.id where c.id::text = $1",
                course,
            )
            assert titles == list(row)


OF_COURSES = {
    "course_modules": "course_id",
    "enrollments": "course_id",
    "course_reviews": "course_id",
    "course_teachers": "course_id",
    "discussion_threads": "course_id",
}


@PROPERTY
@given(lessons=st.lists(st.integers(0, 2), min_size=3, max_size=4), students=st.integers(0, 2))
async def test_deleting_a_course_leaves_no_orphan(
    database_url: str, lessons: list[int], students: int
) -> None:
    """Property 18: Cascade deletion integrity

    Validates: Requirements 3.7
    """
    async with opened(database_url) as school:
        await school.rows("delete from courses")
        teacher = await school.user("educator")
        doomed, kept = [await filled(school, teacher, lessons) for _ in range(2)]
        for _ in range(students):
            student = await school.user()
            await school.rows("update courses set status = 'published'")
            await school.enroll(student, doomed)
            await school.courses.handle(
                ReviewCourse(by=student, by_role="student", course_id=doomed, rating=4)
            )
        before = await sizes(school, kept)
        admin = await school.user("admin")
        await school.courses.handle(DeleteCourse(by=admin, by_role="admin", course_id=doomed))
        for table, column in OF_COURSES.items():
            rows = await school.rows(f"select distinct {column}::text as id from {table}")
            assert {row["id"] for row in rows} <= {kept}
        assert await sizes(school, kept) == before
        (row,) = await school.rows(
            "select (select count(*) from lessons) as lessons, (select count(*) from quizzes)"
            " as quizzes, (select count(*) from lesson_progress) as progress"
        )
        assert tuple(row) == (sum(lessons), sum(lessons), 0)


async def filled(school: School, teacher: str, lessons: list[int]) -> str:
    """A course with so many lessons in each module, and a quiz in each."""
    course = await school.course(teacher)
    for count in lessons:
        module = await school.module(teacher, course)
        for _ in range(count):
            lesson = await school.lesson(teacher, module)
            await school.rows(
                "insert into quizzes (lesson_id, title, quiz_type, passing_score_percentage)"
                " values ($1::text::uuid, 'Q', 'practice', 50)",
                lesson,
            )
    return course


async def sizes(school: School, course: str) -> list[Any]:
    return await school.rows(
        "select m.id, count(l.id) from course_modules m left join lessons l on l.module_id = m.id"
        " where m.course_id::text = $1 group by m.id order by m.id",
        course,
    )
