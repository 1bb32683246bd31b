"""A school in which students complete a course, with what issues and renders certificates."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import trio

from actors.certificates.handler import CertificatesHandler
from gateway.certificates.pdf import render
from gateway.certificates.renderer import PdfRenderer
from protocol.certificates import (
    RENDER_CERTIFICATE,
    CertificatePdf,
    CertificateView,
    Congratulation,
    IssueCertificate,
    RevokeCertificate,
)
from protocol.errors import StorageUnavailable
from protocol.mail import SEND_EMAIL, SendEmail
from protocol.objects import StoredObject
from storage.jobs import PostgresJobs
from storage.postgres import Database
from storage.records.certificates import PostgresCertificateRecords
from supervisors.domains.certificates.renderer import CertificateRenderer
from supervisors.wakeups import Wakeups
from tests.storage.records.school import School
from tests.support.jobs import make_worker

SITE = "https://school.example"


class Shelf:
    """Objects in memory; `broken` for so many puts."""

    def __init__(self) -> None:
        self.kept: dict[str, StoredObject] = {}
        self.broken = 0
        self.after_put: Callable[[], Awaitable[object]] | None = None

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        await trio.lowlevel.checkpoint()
        if self.broken:
            self.broken -= 1
            raise StorageUnavailable
        self.kept[key] = StoredObject(data=data, content_type=content_type)
        if self.after_put is not None:
            await self.after_put()

    async def get(self, key: str) -> StoredObject | None:
        await trio.lowlevel.checkpoint()
        return self.kept.get(key)

    async def link(self, key: str, *, seconds: int, filename: str, inline: bool = False) -> str:
        raise NotImplementedError

    async def delete(self, key: str) -> None:
        await trio.lowlevel.checkpoint()
        self.kept.pop(key, None)


class RendererWithoutProcess:
    """Makes the same PDF here: for properties, of whose examples each would start processes."""

    async def render(self, view: CertificateView) -> bytes:
        await trio.lowlevel.checkpoint()
        return render(view)


class Office:
    """A school with a course that students complete."""

    def __init__(self, database: Database, pdf: CertificatePdf | None = None) -> None:
        self.school = School(database)
        self.records = PostgresCertificateRecords(database)
        self.shelf = Shelf()
        renderer = CertificateRenderer(
            self.records, pdf or PdfRenderer(), self.shelf, self.school.clock
        )
        self.worker = make_worker(
            PostgresJobs(database),
            self.school.clock,
            {RENDER_CERTIFICATE: renderer.render},
            Wakeups(),
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
        rows = await self.school.rows(
            "select payload from jobs where kind = $1 order by id", SEND_EMAIL.name
        )
        emails = [msgspec.json.decode(row["payload"], type=SendEmail) for row in rows]
        return [
            (email.recipient, msgspec.json.decode(email.content, type=Congratulation))
            for email in emails
        ]

    def outcomes(self) -> tuple[float, float]:
        """Certificates rendered, and attempts that failed."""
        numbers: Any = self.worker.statistics()
        kind = RENDER_CERTIFICATE.name
        return numbers["completed"].get(kind, 0), numbers["failed"].get(kind, 0)
