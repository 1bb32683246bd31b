"""What the courses domain brings to the shared tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from protocol.courses import commands, events, values
from protocol.courses.commands import AddCoTeacher, PublishCourse
from protocol.courses.emails import OwnershipOffered, OwnershipPassed, OwnershipReceived
from protocol.courses.values import TeacherRole
from protocol.envelope import Message
from protocol.permissions import Relation
from tests.storage.reads.resolvers.courses import RESOLVERS
from tests.storage.reads.rows import START, School, uid
from tests.support.domain import CommandSamples, DomainSamples, EventSamples, ReadSamples
from tests.support.world import NOBODY, Make, World, on, on_own

COURSES = (
    ("open", "ada", "published"),
    ("hidden", "ada", "draft"),
    ("old", "ada", "archived"),
    ("other", "bob", "published"),
)
LESSONS = tuple(
    (course, number, place) for course, *_ in COURSES for number in (1, 2, 3) for place in (1, 2)
)
"""Each course has three modules of two lessons; `<course>-<module>-<place>` is a lesson's name."""


def add_rows(school: School) -> None:
    """Courses of every status, who teaches and assists there, and opinions."""
    for index, (name, owner, status) in enumerate(COURSES):
        add_course(school, name, owner, status, index)
        add_modules(school, name)
    for name, number, place in LESSONS:
        add_lesson(school, name, number, place)
    for name, user, role in (
        ("open", "cora", "co_teacher"),
        ("hidden", "gone", "co_teacher"),
        ("open", "tess", "assistant"),
        ("hidden", "tess", "assistant"),
    ):
        school.add("course_teachers", course_id=uid(name), user_id=uid(user), role=role)
    # Second lessons need the first of their module.
    for name in ("open", "old"):
        for number in (1, 2, 3):
            school.add(
                "lesson_prerequisites",
                lesson_id=uid(f"{name}-{number}-2"),
                prerequisite_id=uid(f"{name}-{number}-1"),
            )
    add_reviews(school)
    add_offers(school)


def add_course(school: School, name: str, owner: str, status: str, index: int) -> None:
    """The last two are equally old, so that a page must break the tie."""
    school.add(
        "courses",
        id=uid(name),
        instructor_id=uid(owner),
        title=f"Course {name}",
        description="What it is 'about'",
        slug=f"course-{name}",
        category="math" if index % 2 else "art",
        difficulty=("beginner", "advanced")[index % 2],
        price=Decimal("19.90") * index,
        currency="USD",
        enrollment_limit=None if index else 30,
        enrollment_count=index,
        average_rating=None if index else Decimal("4.50"),
        total_reviews=0 if index else 2,
        thumbnail_url=None,
        thumbnail_alt=None,
        revision=1,
        status=status,
        published_at=START if status == "published" else None,
        created_at=START + timedelta(days=min(index, 2)),
        updated_at=START + timedelta(days=3),
    )


def add_modules(school: School, name: str) -> None:
    """Each needs the one before it."""
    before = None
    for number in (1, 2, 3):
        module = school.add(
            "course_modules",
            id=uid(f"{name}-{number}"),
            course_id=uid(name),
            title=f"Module {number}",
            description=None,
            order_number=number,
            duration_minutes=number * 10,
            revision=1,
            prerequisite_module_id=before,
        )
        before = module["id"]


def add_lesson(school: School, name: str, number: int, place: int) -> None:
    """The first lesson of a course is a preview."""
    key = f"{name}-{number}-{place}"
    school.add(
        "lessons",
        id=uid(key),
        module_id=uid(f"{name}-{number}"),
        title=f"Lesson {place}",
        description=None,
        lesson_type=("text", "quiz")[place - 1],
        content_url=None,
        content_text=f"SECRET TEXT {key}",
        duration_minutes=place,
        order_number=place,
        is_preview=number == place == 1,
        revision=1,
        created_at=START + timedelta(minutes=10 * number + place),
    )


def add_reviews(school: School) -> None:
    """Two opinions of `open`, one of them of somebody who has gone."""
    for index, (student, rating) in enumerate([("stu", 5), ("gone", 4)]):
        school.add(
            "course_reviews",
            id=uid(f"review-{student}"),
            course_id=uid("open"),
            student_id=uid(student),
            rating=rating,
            comment=None if index else "Good <b>stars</b>",
            created_at=START + timedelta(hours=index),
            updated_at=START + timedelta(hours=index),
        )


def add_offers(school: School) -> None:
    """`open` is offered to Bob, `hidden` was."""
    for name, year in (("open", 2999), ("hidden", 2026)):
        school.add(
            "course_offers",
            course_id=uid(name),
            to_id=uid("bob"),
            by_id=uid("ada"),
            offered_at=START,
            expires_at=START.replace(year=year),
        )


FILTERS: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "CourseFilter": {
        "category": st.sampled_from(["art", "math", "x' or true --"]),
        "difficulty": st.just("BEGINNER"),
        "instructorId": st.sampled_from([str(uid("ada")), str(uid("bob")), "nobody"]),
        "free": st.booleans(),
        "maxPrice": st.sampled_from(["0", "20.00"]),
        "minRating": st.sampled_from([0, 4.5]),
        "title": st.sampled_from(
            ["", "COURSE", "open", "pen course", "ОPEN", "%", "_", "\\", "x" * 2_000]
        ),
    },
}


async def furnish(world: World) -> None:
    """A published course with everybody who teaches or assists there."""
    school, teacher = world.desk.school, world.people[Relation.INSTRUCTOR]
    world.ids["course"] = await school.course(teacher)
    for _ in range(3):
        world.ids["module"] = await school.module(teacher, world.ids["course"])
        world.ids["lesson"] = await school.lesson(teacher, world.ids["module"])
    as_teacher = {**world.by(Relation.INSTRUCTOR), "course_id": world.ids["course"]}
    await world.do(PublishCourse(**as_teacher))
    staff = {
        Relation.CO_TEACHER: TeacherRole.CO_TEACHER,
        Relation.ASSISTANT: TeacherRole.ASSISTANT,
    }
    for relation, role in staff.items():
        person = world.people[relation]
        await school.rows("update users set role = 'educator' where id::text = $1", person)
        await world.do(AddCoTeacher(**as_teacher, user_id=person, role=role))
    owner = world.people[Relation.OWNER]
    await school.rows("update users set role = 'educator' where id::text = $1", owner)
    await world.do(commands.OfferCourse(**as_teacher, user_id=owner))


def remove_teacher(world: World, who: Relation) -> Message:
    """The owner wants to leave, everybody else to remove somebody else."""
    user_id = world.people[who] if who is Relation.OWNER else NOBODY
    return commands.RemoveTeacher(**world.by(who), course_id=world.ids["course"], user_id=user_id)


SIGNED_IN: Mapping[str, Make] = {
    "createCourse": on_own(
        commands.CreateCourse,
        title="New",
        description="d",
        category="c",
        difficulty=values.Difficulty.BEGINNER,
    ),
    "updateCourse": on("course", commands.UpdateCourse, title="Changed"),
    "uploadCoursePicture": on("course", commands.UploadCoursePicture, image=b"\x89PNG\r\n\x1a\n"),
    "publishCourse": on("course", commands.PublishCourse),
    "archiveCourse": on("course", commands.ArchiveCourse),
    "restoreCourse": on("course", commands.RestoreCourse),
    "deleteCourse": on("course", commands.DeleteCourse),
    "cloneCourse": on("course", commands.CloneCourse),
    "addCoTeacher": on("course", commands.AddCoTeacher, email="nobody@school.example"),
    "addAssistant": on(
        "course", commands.AddCoTeacher, email="nobody@school.example", role=TeacherRole.ASSISTANT
    ),
    "removeTeacher": remove_teacher,
    "offerCourse": on("course", commands.OfferCourse, email="nobody@school.example"),
    "declineCourse": on("course", commands.DeclineCourse),
    "transferCourse": on("course", commands.TransferCourse, email="nobody@school.example"),
    "addModule": on("course", commands.AddModule, title="M"),
    "updateModule": on("module", commands.UpdateModule, title="M"),
    "deleteModule": on("module", commands.DeleteModule),
    "reorderModules": on("course", commands.ReorderModules, module_ids=()),
    "addLesson": on(
        "module", commands.AddLesson, title="L", type=values.LessonType.TEXT, content_text="x"
    ),
    "updateLesson": on("lesson", commands.UpdateLesson, title="L"),
    "deleteLesson": on("lesson", commands.DeleteLesson),
    "reorderLessons": on("module", commands.ReorderLessons, lesson_ids=()),
    "moveLesson": on("lesson", commands.MoveLesson, module_id="none"),
    "setLessonPrerequisites": on("lesson", commands.SetLessonPrerequisites, prerequisite_ids=()),
    "reviewCourse": on("course", commands.ReviewCourse, rating=4),
    "deleteReview": on("review", commands.DeleteReview),
    # The last, since it lets the owner of the offer do everything with the course.
    "acceptCourse": on("course", commands.AcceptCourse),
}


async def to_a_draft(world: World) -> Mapping[str, Any]:
    await world.desk.school.rows("update courses set status = 'draft', published_at = null")
    return {}


async def to_the_archive(world: World) -> Mapping[str, Any]:
    await world.desk.school.rows("update courses set status = 'archived'")
    return {}


async def of_an_educator(world: World) -> Mapping[str, Any]:
    user_id = await world.desk.school.user("educator")
    await world.desk.school.rows(
        "update users set email_verified = true where id = $1::text::uuid returning id", user_id
    )
    return {"email": f"{user_id}@school.example"}


async def of_the_co_teacher(world: World) -> Mapping[str, Any]:
    return {"user_id": world.people[Relation.CO_TEACHER]}


async def of_all_modules(world: World) -> Mapping[str, Any]:
    """The last first."""
    rows = await world.desk.school.rows(
        "select id::text from course_modules order by order_number desc"
    )
    return {"module_ids": tuple(row["id"] for row in rows)}


async def of_the_lesson(world: World) -> Mapping[str, Any]:
    return {"lesson_ids": (world.ids["lesson"],)}


async def to_its_module(world: World) -> Mapping[str, Any]:
    return {"module_id": world.ids["module"]}


DOMAIN = DomainSamples(
    name="courses",
    reads=ReadSamples(
        add_rows=add_rows,
        resolvers=RESOLVERS,
        columns={"Lesson.type": "lesson_type"},
        enumerations=frozenset({"Course.difficulty", "Course.status", "Lesson.type"}),
        numbers=frozenset({"Course.averageRating"}),
        ids=("open", "hidden", "old", "other", "open-1-1", "open-1-2", "hidden-3-2"),
        arguments={
            "slug": ("course-open", "course-hidden", "nothing"),
        },
        filters=FILTERS,
    ),
    commands=CommandSamples(
        furnish=furnish,
        signed_in=SIGNED_IN,
        owned=frozenset({"review", "teacher", "offer"}),
        senders={
            "deleteCourse": Relation.ADMIN,
            "deleteReview": Relation.OWNER,
            "reviewCourse": Relation.STUDENT,
            "addLesson": Relation.INSTRUCTOR,
            "acceptCourse": Relation.OWNER,
            "transferCourse": Relation.ADMIN,
        },
        fits={
            "publishCourse": to_a_draft,
            "restoreCourse": to_the_archive,
            "addCoTeacher": of_an_educator,
            "addAssistant": of_an_educator,
            "offerCourse": of_an_educator,
            "transferCourse": of_an_educator,
            "removeTeacher": of_the_co_teacher,
            "reorderModules": of_all_modules,
            "reorderLessons": of_the_lesson,
            "moveLesson": to_its_module,
        },
    ),
    emails=(
        (OwnershipOffered(course_title="<b>Stars</b>", days=14), ""),
        (OwnershipReceived(course_title="<b>Stars</b>"), ""),
        (OwnershipPassed(course_title="<b>Stars</b>", stays=True), ""),
    ),
    events=EventSamples(
        announced=(
            *(events.CourseCreated, events.CoursePublished, events.CourseUpdated),
            *(events.CourseDeleted, events.CourseArchived, events.CoTeacherAdded),
            *(events.TeacherRemoved, events.ModuleAdded, events.ModuleUpdated),
            *(events.CourseOffered, events.CourseOfferEnded, events.CourseTransferred),
            *(events.LessonAdded, events.LessonUpdated, events.CourseReviewed),
        ),
        quiet=(events.CompletionOutlived,),
        others=frozenset(
            {
                *(events.CourseEvent, commands.AddCoTeacher, commands.OfferCourse),
                *(commands.AcceptCourse, commands.DeclineCourse, commands.TransferCourse),
            }
        ),
        losses={
            "removed": lambda course_id, user_id: events.TeacherRemoved(
                course_id=course_id, user_id=user_id
            ),
            "demoted": lambda course_id, user_id: events.CoTeacherAdded(
                course_id=course_id, user_id=user_id, role=TeacherRole.ASSISTANT
            ),
            "transferred": lambda course_id, user_id: events.CourseTransferred(
                course_id=course_id, former_id=user_id, user_id=NOBODY, stays=False
            ),
            "deleted": lambda course_id, user_id: events.CourseDeleted(course_id=course_id),
        },
    ),
)
