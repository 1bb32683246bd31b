"""Certificates on a real database: issued once, rendered, delivered, revoked."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import msgspec
import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from actors.certificates import machine
from protocol.certificates import (
    RENDER_CERTIFICATE,
    Congratulation,
    IssueCertificate,
    ReinstateCertificate,
    ReissueCertificate,
    RenderMissingCertificate,
    RevokeCertificate,
    pdf_key,
)
from protocol.errors import ClientError, NotFoundError, RefusedError
from protocol.jobs import JobState
from protocol.lifecycle import Done
from protocol.users.values import EmailTopic
from storage.jobs import PostgresJobs
from storage.postgres import Database
from tests.actors.certificates.office import SITE, Office, RendererWithoutProcess
from tests.storage.records.school import opened
from tests.support.texts import lines

PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
NUMBER = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}")


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
        issued: Any = await office.handler.handle(command)
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
        await school.rows("delete from jobs")
        office = Office(school.database, RendererWithoutProcess())
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
            await office.worker.work_once()
            assert await office.emails() == []
            office.school.clock.at += RENDER_CERTIFICATE.pause_ms(1)
        for _ in range(repeats):
            await office.worker.work_once()
            office.school.clock.at += RENDER_CERTIFICATE.pause_ms(1)
        kept = office.shelf.kept[pdf_key(issued.number)]
        assert kept.content_type == "application/pdf"
        assert kept.data.startswith(b"%PDF-")
        (row,) = await school.rows(
            "select certificate_id::text as id from enrollments where id::text = $1", enrollment
        )
        assert row["id"] == issued.certificate_id
        email = Congratulation(number=issued.number, course_title="The sky")
        expected = [] if muted else [(f"{office.student}@school.example", email)]
        assert await office.emails() == expected
        assert office.outcomes() == (1, faults)


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
    issued = await office.issue(enrollment)
    await office.school.rows("update user_profiles set full_name = 'Somebody Else'")
    await office.school.rows("update courses set title = 'Something else'")
    view = await office.records.to_render(issued.number)
    assert view is not None
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


# --- rendering ----------------------------------------------------------------------------------


async def test_a_certificate_that_is_gone_is_not_rendered(office: Office) -> None:
    await office.issue(await office.completed())
    await office.school.rows("delete from certificates")
    await office.worker.work_once()
    assert (office.shelf.kept, office.outcomes()) == ({}, (1, 0))


async def test_a_pdf_that_was_lost_is_made_again_and_nobody_is_written_to(office: Office) -> None:
    issued = await office.issue(await office.completed())
    await office.worker.work_once()
    office.shelf.kept.clear()
    for number in (issued.number.lower(), issued.number, "nothing"):
        assert await office.handler.handle(RenderMissingCertificate(number=number)) == Done()
    jobs = "select id from jobs where kind = $1"
    assert len(await office.school.rows(jobs, RENDER_CERTIFICATE.name)) == 1
    await office.school.rows("update courses set title = 'Something else'")
    with capture_logs() as log:
        await office.worker.work_once()
    assert office.shelf.kept[pdf_key(issued.number)].data.startswith(b"%PDF-")
    assert [line["event"] for line in log] == ["certificate.pdf_missing"]
    assert len(await office.emails()) == 1
    assert office.outcomes() == (2, 0)


async def test_one_that_was_never_made_is_made_and_the_student_is_written_to(
    office: Office,
) -> None:
    issued = await office.issue(await office.completed())
    await office.school.rows("delete from jobs")
    await office.handler.handle(RenderMissingCertificate(number=issued.number))
    await office.worker.work_once()
    assert pdf_key(issued.number) in office.shelf.kept
    assert len(await office.emails()) == 1


async def test_a_certificate_that_goes_while_it_is_rendered_leaves_no_file(office: Office) -> None:
    await office.issue(await office.completed())
    office.shelf.after_put = lambda: office.school.rows("delete from certificates")
    await office.worker.work_once()
    assert (office.shelf.kept, office.outcomes()) == ({}, (1, 0))
    assert await office.emails() == []


async def test_one_that_goes_while_its_rendering_is_broken_off_leaves_no_file(
    office: Office,
) -> None:
    await office.issue(await office.completed())
    scope = trio.CancelScope()

    async def erase() -> None:
        await office.school.rows("delete from certificates")
        await office.school.rows("delete from jobs")
        scope.cancel()

    office.shelf.after_put = erase
    with scope:
        await office.worker.work_once()
    assert (scope.cancelled_caught, office.shelf.kept) == (True, {})


async def test_one_whose_rendering_is_broken_off_keeps_its_file(office: Office) -> None:
    await office.issue(await office.completed())
    scope = trio.CancelScope()

    async def stop() -> None:
        scope.cancel()

    office.shelf.after_put = stop
    with scope:
        await office.worker.work_once()
    assert len(office.shelf.kept) == 1


async def test_what_cannot_be_rendered_is_kept_for_operators(office: Office) -> None:
    await office.issue(await office.completed())
    office.shelf.broken = RENDER_CERTIFICATE.attempts
    for attempt in range(1, RENDER_CERTIFICATE.attempts + 1):
        await office.worker.work_once()
        office.school.clock.at += RENDER_CERTIFICATE.pause_ms(attempt)
    jobs = PostgresJobs(office.school.database)
    [dead] = await jobs.shown(state=JobState.DEAD, kind=None, limit=9)
    assert dead.retryable
    await jobs.retry(dead.id, now=office.school.clock.at)
    await office.worker.work_once()
    assert len(office.shelf.kept) == len(await office.emails()) == 1


@pytest.mark.parametrize("number", ["\0", "\ud800", "0" * 1_000_000])
async def test_a_number_that_none_can_have_is_not_found(office: Office, number: str) -> None:
    admin: dict[str, Any] = {"by": await office.school.user("admin"), "by_role": "admin"}
    for command in (
        RevokeCertificate(number=number, reason="A reason", **admin),
        ReinstateCertificate(number=number, reason="A reason", **admin),
        ReissueCertificate(number=number, reason="A reason", student_name="Ada", **admin),
    ):
        with pytest.raises(NotFoundError):
            await office.handler.handle(command)
