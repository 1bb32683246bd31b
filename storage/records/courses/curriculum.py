"""The modules and lessons of courses, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from protocol.courses.events import (
    CourseUpdated,
    LessonAdded,
    LessonUpdated,
    ModuleAdded,
    ModuleUpdated,
)
from protocol.errors import ValidationError
from protocol.records.common import CourseFacts, CourseRule, RevisionFacts, RevisionRule
from protocol.records.courses import (
    LessonChange,
    LessonFacts,
    LessonMove,
    LessonNeeds,
    LessonRule,
    ModuleChange,
    NewLesson,
    NewModule,
    PrerequisiteRule,
    Prerequisites,
    Removal,
    RemovalRule,
)
from protocol.validation import Rule
from storage.records.course_facts import OF_LESSON, OF_MODULE, course_facts, locked_course_of
from storage.records.courses.prerequisites import prerequisites
from storage.records.courses.units import CourseUnits
from storage.records.idempotency import at_most_once
from storage.records.ordering import close_gap, reorder
from storage.records.progress import begin_lesson, recount
from storage.records.values import as_uuid, instant, maybe_uuid
from storage.records.writing import changed_columns, revise

INSERT_MODULE = """
insert into course_modules (id, course_id, title, description, prerequisite_module_id, order_number)
select $1, $2, $3, $4, $5, coalesce(max(order_number), 0) + 1
from course_modules where course_id = $2
returning order_number
"""
INSERT_LESSON = """
insert into lessons (id, module_id, title, description, lesson_type, content_url, content_text,
                     duration_minutes, is_preview, video_id, order_number)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce(max(order_number), 0) + 1
from lessons where module_id = $2
returning order_number
"""
OF_COURSE = "select id from videos where id = $1 and course_id = $2 for key share"
LENGTH = """
select (e.duration_ms + 59999) / 60000
from videos v join video_encodings e on e.id = v.shown_id where v.id = $1
"""
ADD_MINUTES = """
update course_modules set duration_minutes = duration_minutes + $2, updated_at = now()
where id = $1 and $2 > 0
"""
MODULE_MINUTES = """
update course_modules m set duration_minutes =
    (select coalesce(sum(l.duration_minutes), 0) from lessons l where l.module_id = m.id)
where m.id = $1
"""
LESSONS_OF_COURSE = """
select l.id from lessons l join course_modules m on m.id = l.module_id
where m.course_id = $1 and l.id = any($2::uuid[])
"""
LESSONS_LEFT = """
select count(*) filter (where $2 in (l.id, m.id)) as taken,
       count(*) filter (where $2 not in (l.id, m.id)) as left
from lessons l join course_modules m on m.id = l.module_id where m.course_id = $1
"""
TO_END = """
update lessons set module_id = $2, order_number =
    (select coalesce(max(order_number), 0) + 1 from lessons where module_id = $2)
where id = $1
"""
IN_ORDER = "select id from lessons where module_id = $1 order by order_number"
REVISION = "select revision from lessons where id = $1"
REVISED = "update lessons set revision = revision + 1, updated_at = $2 where id = $1"
REMOVE_PREREQUISITES = "delete from lesson_prerequisites where lesson_id = $1"
ADD_PREREQUISITES = """
insert into lesson_prerequisites (lesson_id, prerequisite_id) select $1, unnest($2::uuid[])
"""


class PostgresCurriculumRecords:
    """Implements `protocol.records.courses.CurriculumRecords`."""

    def __init__(self, units: CourseUnits) -> None:
        self._units = units

    async def add_module(self, module: NewModule, rule: CourseRule) -> ModuleAdded:
        """Append. Raises `ValidationError` for a prerequisite that is not of this course."""

        async def unit(connection: Any) -> ModuleAdded:
            course = await course_facts(connection, module.course_id, lock="for no key update")
            rule(course)
            prerequisite = await _prerequisite(connection, module, UUID(course.id))
            order_number = await connection.fetchval(
                INSERT_MODULE,
                UUID(module.id),
                UUID(course.id),
                module.title,
                module.description,
                prerequisite,
            )
            added = ModuleAdded(course_id=course.id, module_id=module.id, order_number=order_number)
            await self._units.announce(connection, course.id, added, module.at)
            return added

        return await self._units.run(at_most_once(module.once, ModuleAdded, unit, module.at))

    async def update_module(
        self, change: ModuleChange, at: int, rule: PrerequisiteRule, seen: RevisionRule
    ) -> ModuleUpdated:
        """Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> ModuleUpdated:
            key = UUID(change.module_id)
            columns = changed_columns(change, "module_id")
            needed = maybe_uuid(columns.get("prerequisite_module_id"))
            facts = await prerequisites(connection, UUID(course.id))
            rule(course, facts, str(key), [] if needed is None else [str(needed)])
            if columns.get("prerequisite_module_id") is not None:
                await _check_module(connection, course, needed)
                columns["prerequisite_module_id"] = needed
            row = await connection.fetchrow("select * from course_modules where id = $1", key)
            await revise(connection, "course_modules", row, columns, instant(at), seen)
            return ModuleUpdated(course_id=course.id, module_id=change.module_id)

        return await self._units.change(
            change.module_id, at, operation, find=OF_MODULE, resource="module"
        )

    async def delete_module(self, module_id: str, at: int, rule: RemovalRule) -> CourseUpdated:
        """Later ones move up, and progress is recounted. Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            key = UUID(course.id)
            rule(await _removal(connection, course, UUID(module_id)))
            await connection.execute("delete from course_modules where id = $1", UUID(module_id))
            await close_gap(connection, "course_modules", "course_id", key, at)
            return CourseUpdated(course_id=course.id)

        return await self._units.change(
            module_id, at, operation, find=OF_MODULE, resource="module", recounted=True
        )

    async def reorder_modules(
        self, course_id: str, module_ids: Sequence[str], at: int, rule: CourseRule
    ) -> CourseUpdated:
        """Announces the reply. Raises `ValidationError` unless each is named once."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            rule(course)
            place = ("course_modules", "course_id", UUID(course.id))
            await reorder(connection, place, "moduleIds", module_ids, at)
            return CourseUpdated(course_id=course.id)

        return await self._units.change(course_id, at, operation)

    async def add_lesson(self, lesson: NewLesson, rule: CourseRule) -> LessonAdded:
        """Append, and add its minutes to the module's."""

        async def unit(connection: Any) -> LessonAdded:
            module_id = as_uuid(lesson.module_id, "module")
            course = await locked_course_of(
                connection, OF_MODULE, module_id, "module", lock="for no key update"
            )
            rule(course)
            video = await _video(connection, course, lesson.video_id)
            added = LessonAdded(
                course_id=course.id,
                module_id=str(module_id),
                lesson_id=lesson.id,
                order_number=await _insert_lesson(connection, lesson, module_id, video),
            )
            await begin_lesson(connection, UUID(course.id), UUID(lesson.id))
            through = await recount(connection, UUID(course.id), instant(lesson.at))
            await self._units.announce(connection, course.id, added, lesson.at, through)
            return added

        return await self._units.run(at_most_once(lesson.once, LessonAdded, unit, lesson.at))

    async def update_lesson(
        self, change: LessonChange, at: int, rule: LessonRule, seen: RevisionRule
    ) -> LessonUpdated:
        """Announces the reply. The module's minutes follow."""

        async def operation(connection: Any, course: CourseFacts) -> LessonUpdated:
            key = UUID(change.lesson_id)
            row = await connection.fetchrow("select * from lessons where id = $1", key)
            columns = changed_columns(change, "lesson_id")
            if "video_id" in columns:
                video = await _video(connection, course, columns["video_id"])
                columns["video_id"] = video
                if video is not None and columns.get("duration_minutes") is None:
                    columns |= await _length(connection, video)
            after = {**row, **columns}
            rule(
                course,
                LessonFacts(
                    type=after["lesson_type"],
                    content_url=after["content_url"],
                    content_text=after["content_text"],
                    has_video=after["video_id"] is not None,
                ),
            )
            await revise(connection, "lessons", row, columns, instant(at), seen)
            await connection.execute(MODULE_MINUTES, row["module_id"])
            return LessonUpdated(course_id=course.id, lesson_id=change.lesson_id)

        return await self._units.change(
            change.lesson_id, at, operation, find=OF_LESSON, resource="lesson"
        )

    async def delete_lesson(self, lesson_id: str, at: int, rule: RemovalRule) -> CourseUpdated:
        """Later ones move up, and progress is recounted. Announces the reply."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            rule(await _removal(connection, course, UUID(lesson_id)))
            module = await connection.fetchval(
                "delete from lessons where id = $1 returning module_id", UUID(lesson_id)
            )
            await close_gap(connection, "lessons", "module_id", module, at)
            await connection.execute(MODULE_MINUTES, module)
            return CourseUpdated(course_id=course.id, module_id=str(module))

        return await self._units.change(
            lesson_id, at, operation, find=OF_LESSON, resource="lesson", recounted=True
        )

    async def reorder_lessons(
        self, module_id: str, lesson_ids: Sequence[str], at: int, rule: CourseRule
    ) -> CourseUpdated:
        """Announces the reply. Raises `ValidationError` unless each is named once."""

        async def operation(connection: Any, course: CourseFacts) -> CourseUpdated:
            rule(course)
            place = ("lessons", "module_id", UUID(module_id))
            await reorder(connection, place, "lessonIds", lesson_ids, at)
            return CourseUpdated(course_id=course.id)

        return await self._units.change(module_id, at, operation, find=OF_MODULE, resource="module")

    async def move_lesson(self, move: LessonMove, at: int, rule: PrerequisiteRule) -> LessonUpdated:
        """Announces the reply. The minutes of both modules follow."""

        async def operation(connection: Any, course: CourseFacts) -> LessonUpdated:
            lesson, target = UUID(move.lesson_id), maybe_uuid(move.module_id)
            facts = await prerequisites(connection, UUID(course.id))
            source = UUID(facts.lessons[str(lesson)])
            rule(course, *_moved(facts, str(lesson), str(target)))
            if target is None or str(target) not in facts.modules:
                said = "is no module of this course"
                raise ValidationError.of("moduleId", Rule.UNKNOWN_REFERENCE, said)
            await connection.execute(TO_END, lesson, target)
            await _place(connection, target, lesson, move.position, at)
            if source != target:
                await close_gap(connection, "lessons", "module_id", source, at)
                await connection.execute(MODULE_MINUTES, source)
                await connection.execute(MODULE_MINUTES, target)
            return LessonUpdated(course_id=course.id, lesson_id=move.lesson_id)

        return await self._units.change(
            move.lesson_id, at, operation, find=OF_LESSON, resource="lesson"
        )

    async def set_prerequisites(
        self, needs: LessonNeeds, at: int, rule: PrerequisiteRule, seen: RevisionRule
    ) -> LessonUpdated:
        """Announces the reply. Raises `ValidationError` for a lesson of another course."""

        async def operation(connection: Any, course: CourseFacts) -> LessonUpdated:
            key = UUID(needs.lesson_id)
            wanted = needs.prerequisite_ids
            needed = [each for each in map(maybe_uuid, wanted) if each is not None]
            facts = await prerequisites(connection, UUID(course.id))
            rule(course, facts, str(key), list(map(str, needed)))
            found = await connection.fetch(LESSONS_OF_COURSE, UUID(course.id), needed)
            if len(found) != len(wanted):
                said = "names no lesson of this course"
                raise ValidationError.of("prerequisiteIds", Rule.UNKNOWN_REFERENCE, said)
            revision = await connection.fetchval(REVISION, key)
            unchanged = set(map(str, needed)) == set(facts.needs.get(str(key), ()))
            seen(RevisionFacts(revision=revision, unchanged=unchanged))
            if not unchanged:
                await connection.execute(REMOVE_PREREQUISITES, key)
                await connection.execute(ADD_PREREQUISITES, key, needed)
                await connection.execute(REVISED, key, instant(at))
            return LessonUpdated(course_id=course.id, lesson_id=needs.lesson_id)

        return await self._units.change(
            needs.lesson_id, at, operation, find=OF_LESSON, resource="lesson"
        )


def _moved(facts: Prerequisites, lesson: str, module: str) -> tuple[Prerequisites, str, list[str]]:
    """The prerequisites once the lesson is in that module, the lesson, and what it then needs."""
    after = msgspec.structs.replace(facts, lessons={**facts.lessons, lesson: module})
    inherited = facts.modules.get(module)
    return after, lesson, [*facts.needs.get(lesson, ()), *([inherited] if inherited else [])]


async def _place(
    connection: Any, module: UUID, lesson: UUID, position: int | None, at: int
) -> None:
    """Give the lesson, which is the module's last, its place."""
    rows = await connection.fetch(IN_ORDER, module)
    ids = [str(row["id"]) for row in rows if row["id"] != lesson]
    ids.insert(len(ids) if position is None else position - 1, str(lesson))
    await reorder(connection, ("lessons", "module_id", module), "position", ids, at)


async def _prerequisite(connection: Any, module: NewModule, course_id: UUID) -> UUID | None:
    if module.prerequisite_module_id is None:
        return None
    found: UUID | None = await connection.fetchval(
        "select id from course_modules where id = $1 and course_id = $2",
        maybe_uuid(module.prerequisite_module_id),
        course_id,
    )
    if found is None:
        said = "is no module of this course"
        raise ValidationError.of("prerequisiteModuleId", Rule.UNKNOWN_REFERENCE, said)
    return found


async def _video(connection: Any, course: CourseFacts, video_id: str | None) -> UUID | None:
    """The film with that id, which stays until the transaction ends. Raises `ValidationError`."""
    if video_id is None:
        return None
    key = maybe_uuid(video_id)
    found: UUID | None = await connection.fetchval(OF_COURSE, key, UUID(course.id))
    if found is None:
        said = "is no film of this course"
        raise ValidationError.of("videoId", Rule.UNKNOWN_REFERENCE, said)
    return found


async def _length(connection: Any, video: UUID) -> dict[str, int]:
    """The minutes of a film as a change; none before they are known."""
    minutes = await connection.fetchval(LENGTH, video)
    return {} if minutes is None else {"duration_minutes": minutes}


async def _insert_lesson(
    connection: Any, lesson: NewLesson, module_id: UUID, video: UUID | None
) -> int:
    minutes = lesson.duration_minutes
    if minutes is None and video is not None:
        minutes = (await _length(connection, video)).get("duration_minutes")
    order_number: int = await connection.fetchval(
        INSERT_LESSON,
        UUID(lesson.id),
        module_id,
        lesson.title,
        lesson.description,
        lesson.type,
        lesson.content_url,
        lesson.content_text,
        minutes,
        lesson.is_preview,
        video,
    )
    await connection.execute(ADD_MINUTES, module_id, minutes or 0)
    return order_number


async def _removal(connection: Any, course: CourseFacts, key: UUID) -> Removal:
    row = await connection.fetchrow(LESSONS_LEFT, UUID(course.id), key)
    return Removal(course=course, taken=row["taken"], left=row["left"])


async def _check_module(connection: Any, course: CourseFacts, module_id: UUID | None) -> None:
    statement = "select exists (select from course_modules where id = $1 and course_id = $2)"
    if not await connection.fetchval(statement, module_id, UUID(course.id)):
        said = "is no module of this course"
        raise ValidationError.of("prerequisiteModuleId", Rule.UNKNOWN_REFERENCE, said)
