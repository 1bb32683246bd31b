"""Certificates after their day: without their course, corrected, reinstated, far from UTC."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.certificates import (
    Completion,
    IssueCertificate,
    ReinstateCertificate,
    ReissueCertificate,
    RemoveCertificateFiles,
    pdf_key,
    pdf_keys,
)
from protocol.courses.commands import ArchiveCourse, DeleteCourse, RestoreCourse
from protocol.courses.events import CompletionOutlived
from protocol.errors import ClientError, NotFoundError, RefusedError, ValidationError
from storage.postgres import Database
from supervisors.domains.certificates import issue_outlived
from tests.actors.certificates.office import Office
from tests.storage.records.courses.teaching import do

AUDITED = (
    "select action, resource_type, resource_id, by_id::text, details from audit_trail order by id"
)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def course_of(office: Office, enrollment: str) -> str:
    (row,) = await office.school.rows(
        "select course_id::text from enrollments where id = $1::text::uuid", enrollment
    )
    return str(row[0])


async def reinstate(office: Office, number: str, by: str, role: str = "educator") -> Any:
    return await office.handler.handle(
        ReinstateCertificate(by=by, by_role=role, number=number, reason="A mistake of ours")
    )


async def reissue(
    office: Office, number: str, by: str, role: str = "educator", name: str = "Mirá Okafor"
) -> Any:
    command = ReissueCertificate(
        by=by, by_role=role, number=number, student_name=name, reason="An accent was missing"
    )
    return await office.handler.handle(command)


async def test_an_admin_deletes_a_course_and_its_certificates_stay_with_all_that_stood_on_them(
    office: Office,
) -> None:
    school = office.school
    enrollment = await office.completed()
    issued = await office.issue(enrollment)
    before = await school.rows("select * from certificates")
    course, admin = await course_of(office, enrollment), await school.user("admin")
    await do(school, DeleteCourse, admin, "admin", course_id=course)
    assert await school.rows("select from enrollments") == []
    after = await school.rows("select * from certificates")
    lost = {"enrollment_id": None, "course_id": None}
    assert [dict(row) for row in after] == [{**row, **lost} for row in before]
    await office.worker.work_once()
    assert pdf_key(issued.number) in office.shelf.kept
    with pytest.raises(ClientError):
        await office.revoke(issued.number, office.teacher)
    revoked = await office.revoke(issued.number, admin, "admin")
    assert revoked.course_id is None
    await reinstate(office, issued.number, admin, "admin")
    assert (await reissue(office, issued.number, admin, "admin")).issue == 2


async def outlived(office: Office) -> IssueCertificate:
    """What follows from the announcement that a completed course is gone."""
    (row,) = await office.school.rows(
        "select event from outbox where convert_from(event, 'UTF8') like '%completion_outlived%'"
    )
    return issue_outlived(msgspec.json.decode(row["event"], type=CompletionOutlived))


async def test_a_course_deleted_between_its_completion_and_the_certificate_still_gives_one(
    office: Office,
) -> None:
    school = office.school
    enrollment = await office.completed("Mira Okafor", "The sky")
    await school.rows("update user_profiles set timezone = 'Asia/Tokyo' where full_name like 'Mi%'")
    (row,) = await school.rows("select completed_at from enrollments")
    course, admin = await course_of(office, enrollment), await school.user("admin")
    await do(school, DeleteCourse, admin, "admin", course_id=course)
    with pytest.raises(NotFoundError):
        await office.issue(enrollment)
    command = await outlived(office)
    issued: Any = await office.handler.handle(command)
    assert issued == await office.handler.handle(command)
    assert (issued.enrollment_id, issued.course_id) == (enrollment, course)
    await office.worker.work_once()
    assert list(office.shelf.kept) == [pdf_key(issued.number)]
    assert [to for to, _ in await office.emails()] == [f"{office.student}@school.example"]
    [kept] = await school.rows("select * from certificates")
    assert kept["completed_at"] == row["completed_at"]
    said = ("student_name", "course_title", "instructor_name", "time_zone", "enrollment_id")
    assert [kept[name] for name in said] == [
        *("Mira Okafor", "The sky", "Vera Castellan", "Asia/Tokyo"),
        None,
    ]
    assert await school.announced("certificates.issued") == 1


@pytest.mark.parametrize(
    ("left", "owed"),
    [
        ("status = 'dropped', withdrawn_at = now()", True),
        ("status = 'dropped', withdrawn_at = now(), removed_at = now()", False),
        ("status = 'active', completed_at = null", False),
    ],
)
@pytest.mark.parametrize("is_deleted", [False, True])
async def test_who_completed_and_left_before_the_certificate_is_owed_it_unless_removed(
    office: Office, left: str, owed: bool, is_deleted: bool
) -> None:
    enrollment = await office.completed()
    course, admin = await course_of(office, enrollment), await office.school.user("admin")
    await office.school.rows(f"update enrollments set {left}")
    command = IssueCertificate(enrollment_id=enrollment)
    if is_deleted:
        await do(office.school, DeleteCourse, admin, "admin", course_id=course)
        assert await office.school.announced("courses.completion_outlived") == owed
        command = await outlived(office) if owed else command
    if owed:
        assert await office.handler.handle(command)
    else:
        with pytest.raises(ClientError) as refusal:
            await office.handler.handle(command)
        assert refusal.value.code in ("NOT_COMPLETED", "NOT_FOUND")
    assert len(await office.school.rows("select from certificates")) == owed


async def test_for_a_deleted_account_it_is_issued_when_that_is_restored(office: Office) -> None:
    enrollment = await office.completed()
    await office.school.rows("update enrollments set status = 'dropped', withdrawn_at = now()")
    await office.school.rows(
        "update users set deleted_at = now() where id::text = $1", office.student
    )
    with pytest.raises(RefusedError):
        await office.issue(enrollment)


async def test_one_that_was_issued_before_the_course_went_is_not_issued_twice(
    office: Office,
) -> None:
    enrollment = await office.completed()
    facts = await office.school.rows(
        "select course_id::text, student_id::text, completed_at from enrollments"
    )
    first = await office.issue(enrollment)
    course, admin = await course_of(office, enrollment), await office.school.user("admin")
    await do(office.school, DeleteCourse, admin, "admin", course_id=course)
    assert await office.school.announced("courses.completion_outlived") == 0
    again: Any = await office.handler.handle(
        IssueCertificate(
            enrollment_id=enrollment,
            outlived=Completion(
                course_id=facts[0]["course_id"],
                student_id=facts[0]["student_id"],
                instructor_id=office.teacher,
                course_title="The sky",
                completed_at=1,
            ),
        )
    )
    assert again == first
    assert await office.school.announced("certificates.issued") == 1


async def test_what_is_owed_to_somebody_who_is_erased_meanwhile_is_owed_no_more(
    office: Office,
) -> None:
    school = office.school
    enrollment = await office.completed()
    course, admin = await course_of(office, enrollment), await school.user("admin")
    await do(school, DeleteCourse, admin, "admin", course_id=course)
    command = await outlived(office)
    await school.rows(
        "update users set erased_at = now(), deleted_at = now() where id::text = $1", office.student
    )
    with pytest.raises(NotFoundError):
        await office.handler.handle(command)
    assert await school.rows("select from certificates") == []


@pytest.mark.parametrize("renamed", ["title", "full_name"])
async def test_a_certificate_names_the_course_and_the_people_of_its_day_whoever_is_renamed_later(
    office: Office, renamed: str
) -> None:
    """Also an archived course, and a disabled or deleted teacher, lead to no other outcome."""
    enrollment = await office.completed("Mira Okafor", "The sky")
    course = await course_of(office, enrollment)
    await do(office.school, ArchiveCourse, office.teacher, course_id=course)
    await office.school.rows(
        "update users set deleted_at = now() where id::text = $1", office.teacher
    )
    issued = await office.issue(enrollment)
    table = "courses" if renamed == "title" else "user_profiles"
    await office.school.rows(f"update {table} set {renamed} = 'Other'")
    view = await office.records.to_render(issued.number)
    assert view is not None
    assert (view.student_name, view.course_title) == ("Mira Okafor", "The sky")


async def test_deleting_archiving_and_restoring_a_course_is_audited(office: Office) -> None:
    school = office.school
    course = await course_of(office, await office.completed())
    await do(school, ArchiveCourse, office.teacher, course_id=course)
    await do(school, RestoreCourse, office.teacher, course_id=course)
    admin = await school.user("admin")
    await do(school, DeleteCourse, admin, "admin", course_id=course)
    rows = await school.rows(AUDITED)
    assert [tuple(row)[:4] for row in rows] == [
        ("archive", "course", course, office.teacher),
        ("restore", "course", course, office.teacher),
        ("delete", "course", course, admin),
    ]
    assert '"title": "The sky"' in rows[-1]["details"]
    assert '"students": 1' in rows[-1]["details"]


async def test_a_revocation_is_taken_back_with_a_reason(office: Office) -> None:
    issued = await office.issue(await office.completed())
    with pytest.raises(RefusedError) as refusal:
        await reinstate(office, issued.number, office.teacher)
    assert refusal.value.code == "NOT_REVOKED"
    await office.revoke(issued.number, office.teacher)
    with pytest.raises(ClientError) as forbidden:
        await reinstate(office, issued.number, office.student, "student")
    assert forbidden.value.code == "AUTHORIZATION_ERROR"
    await reinstate(office, issued.number.lower(), office.teacher)
    (row,) = await office.school.rows("select revoked_at, revocation_reason from certificates")
    assert tuple(row) == (None, None)
    *_, audited = await office.school.rows(AUDITED)
    assert tuple(audited)[:4] == ("reinstate", "certificate", issued.number, office.teacher)
    assert "A mistake of ours" in audited["details"]
    assert await office.school.announced("certificates.reinstated") == 1
    await office.revoke(issued.number, office.teacher)


async def test_one_with_a_corrected_name_keeps_its_number_and_is_made_and_sent_anew(
    office: Office,
) -> None:
    issued = await office.issue(await office.completed("Mira Okafor"))
    await office.worker.work_once()
    with pytest.raises(ValidationError):
        await reissue(office, issued.number, office.teacher, name="two\nlines")
    with pytest.raises(NotFoundError):
        await reissue(office, "nothing", office.teacher)
    again = await reissue(office, issued.number, office.teacher)
    assert (again.number, again.issue) == (issued.number, 2)
    await office.handler.handle(RemoveCertificateFiles(keys=pdf_keys(again.number, 1)))
    assert office.shelf.kept == {}
    view = await office.records.to_render(issued.number)
    assert view is not None
    assert (view.student_name, view.course_title, view.issue) == ("Mirá Okafor", "The sky", 2)
    await office.worker.work_once()
    assert list(office.shelf.kept) == [pdf_key(issued.number, 2)]
    assert len(await office.emails()) == 2
    [audited] = await office.school.rows(AUDITED)
    assert tuple(audited)[:4] == ("reissue", "certificate", issued.number, office.teacher)
    assert "Mir" not in audited["details"]
    await office.revoke(issued.number, office.teacher)
    with pytest.raises(RefusedError) as refusal:
        await reissue(office, issued.number, office.teacher)
    assert refusal.value.code == "CERTIFICATE_REVOKED"


async def test_one_corrected_while_it_is_rendered_leaves_only_the_file_of_the_new_issue(
    office: Office,
) -> None:
    issued = await office.issue(await office.completed())

    async def correct() -> None:
        office.shelf.after_put = None
        await reissue(office, issued.number, office.teacher)

    office.shelf.after_put = correct
    await office.worker.work_once()
    await office.worker.work_once()
    assert list(office.shelf.kept) == [pdf_key(issued.number, 2)]
    assert len(await office.emails()) == 1


async def test_the_zone_of_the_student_is_kept(office: Office) -> None:
    enrollment = await office.completed()
    await office.school.rows(
        "update user_profiles set timezone = 'Asia/Tokyo' where user_id::text = $1", office.student
    )
    issued = await office.handler.handle(IssueCertificate(enrollment_id=enrollment))
    assert issued.number  # type: ignore[attr-defined]
    await office.school.rows("update user_profiles set timezone = 'UTC'")
    view = await office.records.to_render(issued.number)  # type: ignore[attr-defined]
    assert view is not None
    assert view.time_zone == "Asia/Tokyo"
