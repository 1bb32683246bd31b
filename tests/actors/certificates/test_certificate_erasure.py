"""The certificates of an account that is erased go with it, and so do their files."""

from __future__ import annotations

from protocol.users.commands import ErasePersonalData
from protocol.users.values import Role
from storage.postgres import Database
from storage.valkey import Valkey
from tests.actors.users.desk import Desk, by


async def test_erasing_an_account_takes_its_certificates(
    database: Database, valkey: Valkey
) -> None:
    desk = Desk(database, valkey)
    admin, vera = await desk.member("admin", Role.ADMIN), await desk.member()
    course, _ = await desk.school.published_course(await desk.school.user("educator"))
    enrolled = await desk.school.enroll(vera.user_id, course)
    await desk.school.rows(
        "insert into certificates (id, enrollment_id, certificate_id, pdf_url, verification_url,"
        " student_id, issue,"
        " student_name, course_title, instructor_name, completed_at, issued_at)"
        " values (gen_random_uuid(), $1::text::uuid, 'AAAA', '', '', $2::text::uuid, 2,"
        " 'Vera', 't', 'i', now(), now())",
        enrolled.enrollment_id,
        vera.user_id,
    )
    await desk.shelf.put("certificates/aaaa-2.pdf", b"%PDF Vera", "application/pdf")
    await desk.shelf.put("certificates/aaaa.pdf", b"%PDF Vera", "application/pdf")
    await desk.do(ErasePersonalData(**by(admin, Role.ADMIN), user_id=vera.user_id))
    assert await desk.school.rows("select from certificates") == []
    await desk.follow_up()
    assert desk.shelf.kept == {}
