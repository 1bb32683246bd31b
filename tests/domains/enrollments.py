"""What the enrollments domain brings to the shared tests."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from protocol import enrollments
from protocol.courses.commands import ReviewCourse
from protocol.enrollments import invitations
from protocol.enrollments.emails import InvitedToCourse
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
            extra_time=1.5 if student == "stu" else 1,
            unlimited_time=student == "una",
        )
    add_progress(school)
    add_links(school)


LINKS = (
    ("good", "open", 2999, None),
    ("over", "open", 2026, None),
    ("used", "open", 2999, 1),
    ("draft", "hidden", 2999, None),
)


def add_links(school: School) -> None:
    """Links that can be used and others, and invitations to one who has an account and others."""
    school.add("public_addresses", address="https://school.example", used_at=START)
    for index, (name, course, year, most) in enumerate(LINKS):
        school.add(
            "enrollment_links",
            id=uid(f"link-{name}"),
            course_id=uid(course),
            token=f"token-{name}",
            created_by=uid("cora") if index else None,
            created_at=START + timedelta(minutes=index),
            expires_at=START.replace(year=year),
            max_uses=most,
            uses=1,
            revoked_at=None,
        )
    for index, (email, year) in enumerate(
        [("una@school.example", 2999), ('"x"@new.example', 2999), ("late@school.example", 2026)]
    ):
        school.add(
            "enrollment_invitations",
            id=uid(f"invitation-{index}"),
            course_id=uid("open"),
            email=email,
            invited_by=None if index else uid("ada"),
            sent_at=START,
            expires_at=START.replace(year=year),
        )


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
    as_teacher: dict[str, Any] = {**world.by(Relation.INSTRUCTOR), "course_id": course_id}
    made = await world.do(invitations.CreateEnrollmentLink(**as_teacher))
    world.ids["link"] = made.link_id
    await world.do(invitations.InviteStudents(**as_teacher, addresses=("late@school.example",)))
    row, *_ = await school.rows("select id::text from enrollment_invitations")
    world.ids["invitation"] = row["id"]
    row, *_ = await school.rows("select token from enrollment_links")
    world.ids["token"] = row["token"]


def update_progress(world: World, who: Relation) -> Message:
    ids: dict[str, Any] = {f"{name}_id": world.ids[name] for name in ("enrollment", "lesson")}
    return enrollments.UpdateLessonProgress(**{**world.by(who), **ids})


def enroll_by_link(world: World, who: Relation) -> Message:
    return invitations.EnrollByLink(**world.by(who), token=world.ids["token"])


SIGNED_IN: Mapping[str, Make] = {
    "enrollInCourse": on("course", enrollments.EnrollInCourse),
    "updateLessonProgress": update_progress,
    "withdrawEnrollment": on("enrollment", enrollments.WithdrawEnrollment),
    "removeStudent": on("enrollment", enrollments.RemoveStudent, reason="x"),
    "readmitStudent": on("enrollment", enrollments.ReadmitStudent),
    "setAccommodation": lambda world, who: enrollments.SetAccommodation(
        **world.by(who),
        course_id=world.ids["course"],
        user_id=world.people[Relation.OWNER],
        extra_time=1.5,
        unlimited=True,
    ),
    "createEnrollmentLink": on("course", invitations.CreateEnrollmentLink, max_uses=3),
    "revokeEnrollmentLink": on("link", invitations.RevokeEnrollmentLink),
    "enrollByLink": enroll_by_link,
    "inviteStudents": on(
        "course",
        invitations.InviteStudents,
        csv="name;e-mail\nN;new@school.example\nM;more@school.example\n",
    ),
    "removeInvitation": on("invitation", invitations.RemoveInvitation),
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
        ids=(
            *("open-stu", "old-stu", "open-tim", "hidden-tim"),
            *("link-good", "link-draft", "invitation-0", "invitation-2"),
        ),
        arguments={
            "status": ("ACTIVE", "COMPLETED", "DROPPED"),
            "token": (*(f"token-{name}" for name, *_ in LINKS), "nothing"),
        },
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
            "enrollByLink": Relation.USER,
        },
        fits={"readmitStudent": removed},
        further={"granted enrollment": Further(make=grant, statements=5)},
    ),
    emails=(
        (
            InvitedToCourse(course_title="<b>Stars</b>", course_id="c", token="t.o.k", days=7),
            "/join-course#invitation=t.o.k&course=c",
        ),
    ),
    events=EventSamples(
        announced=(
            *(enrollments.Enrolled, enrollments.StudentUnenrolled, enrollments.ProgressChanged),
            *(enrollments.StudentRemoved, enrollments.StudentReadmitted),
            *(enrollments.ModuleCompleted, enrollments.CourseCompleted),
        ),
        quiet=(enrollments.AccommodationSet,),
        others=frozenset(
            {
                *(enrollments.LessonMoved, enrollments.RemoveStudent, enrollments.ReadmitStudent),
                *(enrollments.SetAccommodation, enrollments.RecordQuizResult),
                enrollments.QuizResultRecorded,
                *(invitations.EnrollmentLinkCreated, invitations.EnrollmentLinkRevoked),
                *(invitations.RevokeEnrollmentLink, invitations.RemoveInvitation),
                invitations.InvitationRemoved,
            }
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
