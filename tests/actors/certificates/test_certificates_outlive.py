"""Certificates after their day: without their course, corrected, reinstated, far from UTC."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.certificates import (
    IssueCertificate,
    ReinstateCertificate,
    ReissueCertificate,
    RemoveCertificateFiles,
    pdf_key,
    pdf_keys,
)
from protocol.courses.commands import ArchiveCourse, DeleteCourse, RestoreCourse
from protocol.errors import ClientError, NotFoundError, RefusedError, ValidationError
from storage.postgres import Database
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
