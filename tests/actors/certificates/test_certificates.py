"""Certificates on a real database: issued once, printed, delivered, revoked."""

from __future__ import annotations

import os
import re
import unicodedata
from typing import Any

import msgspec
import pytest
import trio
import trio.testing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.certificates import machine
from actors.certificates.handler import CertificatesHandler
from gateway.certificates.pdf import PdfPrinter
from protocol.certificates import CertificateView, IssueCertificate, RevokeCertificate, pdf_key
from protocol.errors import ClientError, NotFoundError, RefusedError, StorageUnavailable
from protocol.lifecycle import Done
from protocol.mail import CertificateIssued as Congratulation
from protocol.mail import Email
from protocol.objects import StoredObject
from protocol.users import EmailTopic
from storage.postgres import Database
from storage.records.certificates import PostgresCertificateRecords
from supervisors.certificate_renderer import (
    FAULT_SECONDS,
    IDLE_SECONDS,
    LEASE_MS,
    CertificateRenderer,
)
from tests.storage.records.school import School, opened
from tests.support.texts import lines

SITE = "https://school.example"
PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBER = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}")


class Shelf:
    """Objects in memory; `broken` for so many puts."""

    def __init__(self) -> None:
        self.kept: dict[str, StoredObject] = {}
        self.broken = 0

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        await trio.lowlevel.checkpoint()
        if self.broken:
            self.broken -= 1
            raise StorageUnavailable
        self.kept[key] = StoredObject(data=data, content_type=content_type)


class Office:
    """A school with a course that students complete."""

    def __init__(self, database: Database) -> None:
        self.school = School(database)
        self.records = PostgresCertificateRecords(database)
        self.shelf: Any = Shelf()
        self.certificate_renderer = CertificateRenderer(
            self.records, PdfPrinter(), self.shelf, self.school.clock
        )
        self.handler = CertificatesHandler(
            records=self.records,
            objects=self.shelf,
            clock=self.school.clock,
            random=os.urandom,
            site=lambda: SITE,
        )
        self.teacher = ""
        self.student = ""

    async def completed(self, name: str = "Mira Okafor", title: str = "The sky") -> str:
        """The id of an enrolment whose course is completed."""
        school = self.school
        self.teacher = await school.user("educator", "Vera Castellan")
        self.student = await school.user(name=name)
        course, _ = await school.published_course(self.teacher, title=title)
        enrollment: str = (await school.enroll(self.student, course)).enrollment_id
        rows = await school.rows(
            "select lesson_id::text from lesson_progress where enrollment_id::text = $1", enrollment
        )
        for row in rows:
            await school.complete(self.student, enrollment, row["lesson_id"])
        return enrollment

    async def issue(self, enrollment: str) -> Any:
        return await self.handler.handle(IssueCertificate(enrollment_id=enrollment))

    async def revoke(
        self, number: str, by: str, role: str = "educator", why: str = "Copied"
    ) -> Any:
        return await self.handler.handle(
            RevokeCertificate(by=by, by_role=role, number=number, reason=why)
        )

    async def emails(self) -> list[tuple[str, Any]]:
        rows = await self.school.rows("select recipient, letter from letters order by id")
        decode = msgspec.json.Decoder(Email).decode
        return [(row["recipient"], decode(row["letter"])) for row in rows]


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


# --- properties -----------------------------------------------------------------------------------

TEXT = lines(60)


@PROPERTY
@given(name=TEXT, title=TEXT)
async def test_completing_a_course_gives_a_certificate_of_ones_own(
    database_url: str, name: str, title: str
) -> None:
    """Property 26: Certificate generation on completion

    Validates: Requirements 5.6
    """
    async with opened(database_url) as school:
        office = Office(school.database)
        await school.rows("delete from outbox")
        enrollment = await office.completed(name, title)
        (event,) = await school.rows(
            "select event from outbox where convert_from(event, 'UTF8') like '%course_completed%'"
        )
        command = IssueCertificate(enrollment_id=msgspec.json.decode(event[0])["enrollment_id"])
        issued = await office.handler.handle(command)
        assert issued.enrollment_id == enrollment
        assert NUMBER.fullmatch(issued.number)
        (row,) = await school.rows(
            "select * from certificates where enrollment_id::text = $1", enrollment
        )
        assert row["student_name"] == name
        assert row["course_title"] == unicodedata.normalize("NFC", title).strip()
        assert row["completed_at"] is not None
        assert row["verification_url"] == f"{SITE}/certificates/{issued.number}"
        (count,) = await school.rows(
            "select count(*), count(distinct certificate_id) from certificates"
        )
        assert count[0] == count[1]


@PROPERTY
@given(faults=st.integers(0, 3), repeats=st.integers(1, 3), muted=st.booleans())
async def test_a_certificate_is_kept_noted_and_written_of_whatever_fails_first(
    database_url: str, faults: int, repeats: int, muted: bool
) -> None:
    """Property 27: Certificate delivery workflow

    Validates: Requirements 5.7
    """
    async with opened(database_url) as school:
        await school.rows("delete from certificates")
        await school.rows("delete from letters")
        office = Office(school.database)
        enrollment = await office.completed()
        if muted:
            await school.rows(
                "update user_profiles set notification_preferences ="
                " jsonb_build_object('muted_emails', jsonb_build_array($1::text))",
                EmailTopic.CERTIFICATES.value,
            )
        for _ in range(repeats):
            issued = await office.issue(enrollment)
        office.shelf.broken = faults
        for _ in range(faults):
            await office.certificate_renderer.print_once()
            assert await office.emails() == []
            office.school.clock.at += LEASE_MS
        for _ in range(repeats):
            await office.certificate_renderer.print_once()
            office.school.clock.at += LEASE_MS
        kept = office.shelf.kept[pdf_key(issued.number)]
        assert kept.content_type == "application/pdf"
        assert kept.data.startswith(b"%PDF-")
        (row,) = await school.rows(
            "select certificate_id::text as id from enrollments where id::text = $1", enrollment
        )
        assert row["id"] == issued.certificate_id
        letter = Congratulation(number=issued.number, course_title="The sky")
        expected = [] if muted else [(f"{office.student}@school.example", letter)]
        assert await office.emails() == expected
        assert (office.certificate_renderer.printed, office.certificate_renderer.failed) == (
            1,
            faults,
        )


# --- issuing --------------------------------------------------------------------------------------


async def test_a_course_that_is_not_completed_gives_none(office: Office) -> None:
    enrollment = await office.completed()
    await office.school.rows("update enrollments set status = 'active'")
    with pytest.raises(RefusedError) as refusal:
        await office.issue(enrollment)
    assert refusal.value.code == "NOT_COMPLETED"
    for nobody in ("nonsense", office.student):
        with pytest.raises(NotFoundError):
            await office.issue(nobody)


async def test_issued_at_once_by_several_it_is_one(office: Office) -> None:
    enrollment = await office.completed()
    issued = []

    async def issue() -> None:
        issued.append(await office.issue(enrollment))

    async with trio.open_nursery() as nursery:
        for _ in range(4):
            nursery.start_soon(issue)
    assert len(set(issued)) == 1
    assert await office.school.announced("certificates.issued") == 1


async def test_what_stands_on_it_stays(office: Office) -> None:
    enrollment = await office.completed()
    await office.issue(enrollment)
    await office.school.rows("update user_profiles set full_name = 'Somebody Else'")
    await office.school.rows("update courses set title = 'Something else'")
    [view] = await office.records.claim_unprinted(limit=5, lease_ms=1, now=office.school.clock.at)
    assert (view.student_name, view.course_title) == ("Mira Okafor", "The sky")


def test_numbers_differ_and_are_the_same_for_the_same_enrolment() -> None:
    numbers = {machine.number(str(n)) for n in range(2_000)}
    assert len(numbers) == 2_000
    assert all(NUMBER.fullmatch(number) for number in numbers)
    assert machine.number("ABC") == machine.number("abc")


# --- revoking -------------------------------------------------------------------------------------


async def test_the_instructor_and_admins_revoke_and_say_why(office: Office) -> None:
    issued = await office.issue(await office.completed())
    for by, role in (
        (office.student, "student"),
        (await office.school.user("educator"), "educator"),
    ):
        with pytest.raises(ClientError) as refusal:
            await office.revoke(issued.number, by, role)
        assert refusal.value.code == "AUTHORIZATION_ERROR"
    with pytest.raises(ClientError) as wrong:
        await office.revoke(issued.number, office.teacher, why="  ")
    assert wrong.value.code == "VALIDATION_ERROR"
    revoked = await office.revoke(issued.number.lower(), office.teacher)
    assert (revoked.number, revoked.student_id) == (issued.number, office.student)
    with pytest.raises(RefusedError) as again:
        await office.revoke(issued.number, await office.school.user("admin"), "admin")
    assert again.value.code == "ALREADY_REVOKED"
    with pytest.raises(NotFoundError):
        await office.revoke("nothing", office.teacher)
    (row,) = await office.school.rows("select revocation_reason from certificates")
    assert row["revocation_reason"] == "Copied"
    (row,) = await office.school.rows("select action, resource_id from audit_trail")
    assert tuple(row) == ("revoke", issued.number)


async def test_a_message_of_another_domain_is_a_mistake(office: Office) -> None:
    with pytest.raises(TypeError):
        await office.handler.handle(Done())


# --- the certificate renderer -------------------------------------------------------------------


class Records:
    """Nothing to print; the first question fails."""

    def __init__(self) -> None:
        self.asked = 0

    async def claim_unprinted(self, **_: Any) -> list[CertificateView]:
        self.asked += 1
        if self.asked == 1:
            raise StorageUnavailable
        return []


async def test_the_press_waits_when_nothing_is_due_and_when_storage_is_away(
    autojump_clock: trio.testing.MockClock,
) -> None:
    records: Any = Records()
    unused: Any = None
    certificate_renderer = CertificateRenderer(records, unused, unused, Office(unused).school.clock)
    async with trio.open_nursery() as nursery:
        await nursery.start(certificate_renderer.run)
        await trio.sleep(FAULT_SECONDS + 2.5 * IDLE_SECONDS)
        assert records.asked == 4
        nursery.cancel_scope.cancel()
    assert certificate_renderer.statistics() == {"printed": 0, "failed": 0}
