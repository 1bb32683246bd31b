"""What the enrollments domain brings to the shared tests."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from protocol import enrollments
from protocol.courses.commands import ReviewCourse
from protocol.envelope import Message
from protocol.errors import RefusedError
from protocol.permissions import Relation
from tests.storage.reads.resolvers.enrollments import RESOLVERS
from tests.storage.reads.rows import START, School, uid
from tests.support.domain import (
    CommandSamples,
    DomainSamples,
    EventSamples,
    Further,
    ReadSamples,
)
from tests.support.world import NOBODY, Make, World, on

ENROLLMENTS = (
    ("open", "stu", "active"),
    ("old", "stu", "completed"),
    ("open", "tim", "dropped"),
    ("hidden", "tim", "dropped"),
)


def add_rows(school: School) -> None:
    """Stu is enrolled, Tim has dropped out, and was removed from `hidden`."""
    for index, (name, student, status) in enumerate(ENROLLMENTS):
        school.add(
            "enrollments",
            id=uid(f"{name}-{student}"),
            student_id=uid(student),
            course_id=uid(name),
            enrolled_at=START + timedelta(hours=index),
            completed_at=START if status == "completed" else None,
            progress_percentage=Decimal("33.33"),
            last_accessed_at=None,
            status=status,
            withdrawn_at=START if status == "dropped" else None,
            removed_at=START if name == "hidden" else None,
            removed_by=uid("ada") if name == "hidden" else None,
            removal_reason='"Rude"' if name == "hidden" else None,
            certificate_id=None,
        )
    add_progress(school)


def add_progress(school: School) -> None:
    """Stu has completed the first module of `open` but for its last lesson, and of `old` all."""
    for course in ("open", "old"):
        for number in (1, 2, 3):
            for place in (1, 2):
                done = number == 1 and (place == 1 or course == "old")
                school.add(
                    "lesson_progress",
                    id=uid(f"{course}-stu-{number}-{place}"),
                    enrollment_id=uid(f"{course}-stu"),
                    lesson_id=uid(f"{course}-{number}-{place}"),
                    status="completed" if done else "not_started",
                    time_spent_seconds=(75, 0, 130)[number - 1],
                    completed_at=START if done else None,
                    quiz_score=40 if course == "open" and number == 2 else None,
                    attempts_count=3 if place == 2 else 0,
                    last_accessed_at=START if done else None,
                )


async def furnish(world: World) -> None:
    """Somebody in the course, somebody who has left it, and the owner of an enrolment and of a
    review, which only a student may write."""
    school, course_id = world.desk.school, world.ids["course"]
    for relation in (Relation.STUDENT, Relation.FORMER, Relation.OWNER):
        enrolled = await school.enroll(world.people[relation], course_id)
        world.ids["enrollment"] = enrolled.enrollment_id
        if relation is Relation.FORMER:
            await school.withdraw(world.people[relation], enrolled.enrollment_id)
    owner = world.people[Relation.OWNER]
    review = ReviewCourse(by=owner, by_role="student", course_id=course_id, rating=5)
    world.ids["review"] = (await world.do(review)).review_id


def update_progress(world: World, who: Relation) -> Message:
    ids: dict[str, Any] = {f"{name}_id": world.ids[name] for name in ("enrollment", "lesson")}
    return enrollments.UpdateLessonProgress(**{**world.by(who), **ids})


SIGNED_IN: Mapping[str, Make] = {
    "enrollInCourse": on("course", enrollments.EnrollInCourse),
    "updateLessonProgress": update_progress,
    "withdrawEnrollment": on("enrollment", enrollments.WithdrawEnrollment),
    "removeStudent": on("enrollment", enrollments.RemoveStudent, reason="x"),
    "readmitStudent": on("enrollment", enrollments.ReadmitStudent),
}


async def removed(world: World) -> Mapping[str, Any]:
    which = {"enrollment_id": world.ids["enrollment"], "reason": "x"}
    with suppress(RefusedError):  # two commands may ask for it
        await world.do(enrollments.RemoveStudent(**world.by(Relation.INSTRUCTOR), **which))
    return {}


async def grant(world: World) -> Message:
    """As follows from a payment."""
    return enrollments.GrantEnrollment(
        student_id=world.people[Relation.USER], course_id=world.ids["course"], payment_id=NOBODY
    )


DOMAIN = DomainSamples(
    name="enrollments",
    reads=ReadSamples(
        add_rows=add_rows,
        resolvers=RESOLVERS,
        enumerations=frozenset({"Enrollment.status", "LessonProgress.status"}),
        numbers=frozenset({"Enrollment.progressPercentage"}),
        ids=("open-stu", "old-stu", "open-tim", "hidden-tim"),
        arguments={"status": ("ACTIVE", "COMPLETED", "DROPPED")},
    ),
    commands=CommandSamples(
        furnish=furnish,
        signed_in=SIGNED_IN,
        own=frozenset({"progressUpdated"}),
        owned=frozenset({"enrollment"}),
        senders={
            "updateLessonProgress": Relation.OWNER,
            "withdrawEnrollment": Relation.OWNER,
            "enrollInCourse": Relation.USER,
        },
        fits={"readmitStudent": removed},
        further={"granted enrollment": Further(make=grant, statements=5)},
    ),
    events=EventSamples(
        announced=(
            *(enrollments.Enrolled, enrollments.StudentUnenrolled, enrollments.ProgressChanged),
            *(enrollments.StudentRemoved, enrollments.StudentReadmitted),
            *(enrollments.ModuleCompleted, enrollments.CourseCompleted),
        ),
        others=frozenset(
            {enrollments.LessonMoved, enrollments.RemoveStudent, enrollments.ReadmitStudent}
        ),
        losses={
            "unenrolled": lambda course_id, user_id: enrollments.StudentUnenrolled(
                enrollment_id="e", course_id=course_id, student_id=user_id
            ),
            "removed for good": lambda course_id, user_id: enrollments.StudentRemoved(
                by=NOBODY, enrollment_id="e", course_id=course_id, student_id=user_id
            ),
        },
    ),
)
