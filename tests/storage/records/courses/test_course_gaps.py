"""What a course lacks, as it is read: the same that publishing it would refuse."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.courses.commands import PublishCourse
from protocol.errors import RefusedError
from protocol.selection import Argument, Field, Selection, Viewer
from storage.postgres import Database
from storage.reads.reads import CompiledReads
from tests.storage.records.school import School, opened

PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
GAP = (
    *(Field(name, name) for name in ("field", "code", "min")),
    Field("lesson", "lesson", children=(Field("id", "id"),)),
)
MISSING = Field(
    "course", "course", {"id": Argument("id")}, (Field("missing", "missing", children=GAP),)
)
NEEDS = """
insert into lesson_prerequisites (lesson_id, prerequisite_id)
values ($1::text::uuid, $2::text::uuid)
"""
ORDER = """
select l.id::text from lessons l join course_modules m on m.id = l.module_id
order by m.order_number, l.order_number
"""
MODULES = "select id::text from course_modules order by order_number"


async def read(school: School, course: str, who: str, role: str = "educator") -> Any:
    reads = CompiledReads(school.database)
    viewer = Viewer(user_id=who, role=role)
    [raw] = await reads.execute([Selection(MISSING, {"id": course})], viewer)
    return msgspec.json.decode(raw)["missing"]


async def refused(school: School, course: str, teacher: str) -> list[dict[str, Any]]:
    """What publishing says is missing."""
    try:
        await school.courses.handle(PublishCourse(by=teacher, by_role="educator", course_id=course))
    except RefusedError as refusal:
        return list(refusal.details["missing"])
    return []


@PROPERTY
@given(
    lessons=st.lists(st.lists(st.booleans(), max_size=3), max_size=4),
    edges=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=5),
    needs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=3),
)
async def test_it_is_what_publishing_would_refuse(
    database_url: str,
    lessons: list[list[bool]],
    edges: list[tuple[int, int]],
    needs: list[tuple[int, int]],
) -> None:
    async with opened(database_url) as school:
        await school.rows("delete from courses")
        teacher = await school.user("educator")
        course = await school.course(teacher)
        for module_lessons in lessons:
            module = await school.module(teacher, course)
            for is_video in module_lessons:
                lesson = await school.lesson(teacher, module)
                if is_video:
                    await school.rows(
                        "update lessons set lesson_type = 'video' where id = $1::text::uuid", lesson
                    )
        # Older versions could store circles, so they are stored here, too.
        order = [row["id"] for row in await school.rows(ORDER)]
        for one, other in {(a, b) for a, b in edges if a != b and max(a, b) < len(order)}:
            await school.rows(NEEDS, order[one], order[other])
        modules = [row["id"] for row in await school.rows(MODULES)]
        for one, other in needs:
            if max(one, other) < len(modules) and one != other:
                await school.rows(
                    "update course_modules set prerequisite_module_id = $2::text::uuid"
                    " where id = $1::text::uuid",
                    *(modules[one], modules[other]),
                )
        found = await read(school, course, teacher)
        told = await refused(school, course, teacher)
        assert [(each["field"], each["code"], each["min"]) for each in found] == [
            (each["field"], each["code"], each.get("min")) for each in told
        ]
        assert [each["lesson"]["id"] for each in found if each["lesson"]] == [
            each["lesson_id"] for each in told if "lesson_id" in each
        ]


async def test_it_is_told_to_those_who_teach_and_of_what_is_not_published(
    database: Database,
) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course = await school.course(teacher)
    few = {"field": "modules", "code": "TOO_FEW", "min": 3, "lesson": None}
    assert await read(school, course, teacher) == [few]
    published, _ = await school.published_course(teacher)
    await school.enroll(student, published)
    await school.rows("delete from course_modules where course_id = $1::text::uuid", published)
    assert await read(school, published, teacher) == []
    await school.rows("update courses set status = 'pending_review'")
    assert await read(school, published, student, "student") == []
    assert await read(school, published, teacher) == [few]
